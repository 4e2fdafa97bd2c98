"""How alike texts are, by the kind of text; all from exact float64 inner products.

What is compared decides how. For two titles the vectors say most. A requirement and a piece of
evidence are compared as wholes, by the nearest facet of the requirement, and by spelling, which
keeps exact words apart that vectors blur. A whole profile is as near as its few nearest passages:
one vector of everything was hardly better than counting words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.vectors.flat import Vectors, dot
from index.vectors.lexicon import Overlaps

Similarities = npt.NDArray[np.float64]
Certificates = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SimilarityWeights:
    """How the parts are weighted, and how many passages represent a person.

    `whole`, `facet` and `spelling` sum to 1.
    """

    whole: float
    facet: float
    spelling: float
    passages_a_requirement: int
    passages_a_profile: int


def requirement_similarities(
    passages: Vectors,
    requirements: Vectors,
    facets: Sequence[Vectors],
    overlaps: Overlaps,
    weights: SimilarityWeights,
) -> Similarities:
    """Return how near each passage is to each requirement, shape (p, r), at most 1.

    Args:
        passages: (p, d).
        requirements: (r, d), each as a whole.
        facets: for each requirement its facets, (f, d); none counts as the whole once more.
        overlaps: (p, r), of spelling, by `index.vectors.lexicon`.
    """
    whole = dot(passages, requirements)
    nearest = whole.copy()
    for column, vectors in enumerate(facets):
        if len(vectors):
            nearest[:, column] = np.maximum(
                whole[:, column], dot(passages, vectors).max(axis=1, initial=-1.0)
            )
    return weights.whole * whole + weights.facet * nearest + weights.spelling * overlaps


def best_few(
    similarities: Similarities, few: int, certificates: Certificates | None = None
) -> Similarities:
    """Return the mean of the best few rows of each column; 0 if there are none.

    A mean of fewer would fall when a row that is less alike is added. The rows of certificates are
    therefore counted only where they raise it: gaining a certificate lowers nobody.

    Args:
        similarities: (p, r) or (p,).
        certificates: (p,), which rows those are; None for no row.

    Returns: (r,), or a number of shape ().
    """
    if certificates is None or len(similarities) - np.count_nonzero(certificates) >= few:
        return _mean_of_best(similarities, few)
    others, optional = similarities[~certificates], np.sort(similarities[certificates], axis=0)
    best: Similarities = np.max(
        [
            _mean_of_best(np.concatenate([others, optional[len(optional) - added :]]), few)
            for added in range(min(few, len(optional)) + 1)
        ],
        axis=0,
    )
    return best


def _mean_of_best(similarities: Similarities, few: int) -> Similarities:
    if not len(similarities):
        return np.zeros(similarities.shape[1:])
    best: Similarities = np.sort(similarities, axis=0)[-few:].mean(axis=0)
    return best
