"""From texts and vectors to what a pair's features are made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from foundation.errors import VectorIndexError
from index.text.requirements import Requirement
from index.text.text import CandidateText, Line, LineKind, VacancyText
from index.vectors.flat import Vectors, dot
from index.vectors.lexicon import Lexicon
from matching.score.features import Reading, Similarities
from matching.score.similarity import SimilarityWeights, requirement_similarities

# How far likeness to a job's title shows work like it. A certificate or a skill is no job ("Health
# and safety" is near to "Health care worker"), and the name of a kind of work in prison is near to
# every title that shares its word ("Maintenance", "Maintenance engineer"), whatever was done there.
LIKE_A_JOB = {
    LineKind.SKILL: 0.0,
    LineKind.TRAINING: 0.0,
    LineKind.PRISON_WORK: 0.8,
    LineKind.PRISON_TRAINING: 0.8,
}


@dataclass(frozen=True, slots=True)
class Person:
    """A candidate's lines with their vectors: evidence (e, d) and wishes (w, d).

    `like_a_job`, (e,), is by how much the likeness of each to a title counts.
    """

    evidence: tuple[Line, ...]
    wishes: tuple[Line, ...]
    evidence_vectors: Vectors
    wish_vectors: Vectors
    like_a_job: Similarities


@dataclass(frozen=True, slots=True)
class Post:
    """A vacancy's lines with their vectors: title (d,), things asked (a, d), the whole (d,).

    `facets` has an array (f, d) for each thing asked.
    """

    requirements: tuple[Requirement, ...]
    asked: tuple[Line, ...]
    title_vector: Vectors
    asked_vectors: Vectors
    facets: tuple[Vectors, ...]
    whole: Vectors


def read_person(text: CandidateText, vectors: Vectors) -> Person:
    """A candidate with the vectors (n, d) of everything but the whole, in the order of the texts.

    Raises:
        VectorIndexError: there are vectors for other lines.
    """
    lines = text.texts().lines
    _require_as_many(vectors, len(lines))
    wishes = np.array([line.kind is LineKind.WISH for line in lines], dtype=bool)
    evidence = tuple(line for line in lines if line.kind is not LineKind.WISH)
    return Person(
        evidence,
        tuple(line for line in lines if line.kind is LineKind.WISH),
        vectors[~wishes],
        vectors[wishes],
        np.array([LIKE_A_JOB.get(line.kind, 1.0) for line in evidence], dtype=np.float64),
    )


def read_post(text: VacancyText, whole: Vectors, vectors: Vectors) -> Post:
    """A vacancy with the vectors (n, d) of everything but the whole, in the order of the texts.

    Raises:
        VectorIndexError: there are vectors for other lines.
    """
    lines = text.texts().lines
    ends = len(lines) + np.cumsum([0, *(len(line.facets) for line in lines)])
    _require_as_many(vectors, int(ends[-1]))
    facets = tuple(vectors[start:end] for start, end in pairwise(ends))
    return Post(
        text.requirements(),
        lines[1:],  # the title is the first
        vectors[0],
        vectors[1 : len(lines)],
        facets[1:],
        whole,
    )


def readings(
    people: Sequence[Person], posts: Sequence[Post], lexicon: Lexicon, weights: SimilarityWeights
) -> Iterator[Reading]:
    """Every person read against every vacancy; the first person's first.

    Spelling is compared for all at once, which is much faster than pair by pair.
    """
    overlaps = lexicon.overlaps(
        [line.text for person in people for line in person.evidence],
        [line.text for post in posts for line in post.asked],
    )
    row = 0
    for person in people:
        below, column = row + len(person.evidence), 0
        for post in posts:
            beside = column + len(post.asked)
            yield Reading(
                requirements=post.requirements,
                asked=post.asked,
                evidence=person.evidence,
                wishes=person.wishes,
                to_requirements=requirement_similarities(
                    person.evidence_vectors,
                    post.asked_vectors,
                    post.facets,
                    overlaps[row:below, column:beside],
                    weights,
                ),
                to_title=dot(person.evidence_vectors, post.title_vector) * person.like_a_job,
                to_whole=dot(person.evidence_vectors, post.whole),
                wish_to_title=dot(person.wish_vectors, post.title_vector),
            )
            column = beside
        row = below


def _require_as_many(vectors: Vectors, expected: int) -> None:
    if len(vectors) != expected:
        raise VectorIndexError(
            "the index was built by another version of this program, which split texts otherwise; "
            "run `newfutures index build`"
        )
