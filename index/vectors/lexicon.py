"""Likeness of spelling: what share of one text's runs of letters another holds, the rare ones more.

A vector knows that a lorry is a truck, but it blurs exact words: a named tool, a licence, a
misspelt trade. Runs of three and four letters keep those. How rare a run is comes from the texts in
use, so a lexicon is fitted when an index is built and belongs to that generation.

The measure is the overlap coefficient (Szymkiewicz-Simpson) over the runs, each weighted by its
inverse document frequency: 1 where the shorter text's runs all stand in the longer one. Weights are
whole numbers, so that the sums are the same on every machine.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt
import scipy  # which imports each of its parts when it is first used

from index.encoder.spelling import as_meant

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import HashingVectorizer

Overlaps = npt.NDArray[np.float64]
Runs = npt.NDArray[np.int32]
RunWeights = npt.NDArray[np.int64]

BUCKETS = 2**18  # a run of letters is known by its hash; so many keep two from meeting by chance
LENGTHS = (3, 4)
ONE = 1000  # weights are thousandths of an inverse document frequency
REMEMBERED = 200_000


@dataclass(frozen=True)
class Lexicon:
    """How much each run of letters counts.

    Args:
        weights: shape (`BUCKETS`,).
        profiles: how many there were when it was fitted.
    """

    weights: RunWeights
    profiles: int

    @classmethod
    def fit(cls, texts: Iterable[str], profiles: int = 0) -> Self:
        """Smoothed inverse document frequencies, ln((1 + n) / (1 + n of a run)) + 1.

        Each different text counts once. An empty corpus gives every run the same weight.
        """
        counts = np.zeros(BUCKETS, dtype=np.int64)
        number = 0
        for text in set(texts):
            counts[runs_of(text)] += 1
            number += 1
        rarity = np.log((1 + number) / (1 + counts)) + 1
        return cls(np.rint(rarity * ONE).astype(np.int64), profiles)

    def overlaps(self, rows: Sequence[str], columns: Sequence[str]) -> Overlaps:
        """The overlap of each of `rows` with each of `columns`, in [0, 1]; shape (rows, columns).

        A text without a single run overlaps with nothing.
        """
        left, right = _marks(rows), _marks(columns)
        shared = (left.multiply(self.weights) @ right.T).toarray()
        smaller = np.minimum.outer(left @ self.weights, right @ self.weights)
        overlaps: Overlaps = shared / np.maximum(smaller, 1)
        return overlaps


def _marks(texts: Sequence[str]) -> "scipy.sparse.csr_array":
    """Which runs each text has; shape (texts, `BUCKETS`)."""
    runs = [runs_of(text) for text in texts]
    ends = np.cumsum([0, *map(len, runs)])
    columns = np.concatenate([np.empty(0, dtype=np.int32), *runs])
    ones = np.ones(len(columns), dtype=np.int64)  # whole numbers: sums are exact in any order
    return scipy.sparse.csr_array((ones, columns, ends), shape=(len(texts), BUCKETS))


@lru_cache(REMEMBERED)
def runs_of(text: str) -> Runs:
    """The distinct runs of letters of a text, by their hashes, ascending. Never written to."""
    runs: Runs = np.unique(_hashing().transform([as_meant(text)]).indices).astype(np.int32)
    runs.setflags(write=False)
    return runs


@cache
def _hashing() -> "HashingVectorizer":
    from sklearn.feature_extraction.text import HashingVectorizer  # half a second to import

    return HashingVectorizer(
        analyzer="char_wb",
        ngram_range=LENGTHS,
        n_features=BUCKETS,
        alternate_sign=False,
        binary=True,
        norm=None,
        token_pattern=None,
    )
