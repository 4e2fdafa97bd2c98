"""Compares the lines of candidates with those of vacancies, by meaning and by spelling."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from foundation.errors import VectorIndexError
from index.text.requirements import Requirement
from index.text.text import CandidateText, Line, LineKind, VacancyText
from index.vectors.flat import Vectors, dot
from index.vectors.lexicon import Lexicon
from matching.score.similarity import Similarities, SimilarityWeights, requirement_similarities

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
class CandidateVectors:
    """A candidate's lines with their vectors: evidence (e, d) and wishes (w, d).

    `like_a_job`, (e,), is by how much the likeness of each to a title counts.
    """

    evidence: tuple[Line, ...]
    wishes: tuple[Line, ...]
    evidence_vectors: Vectors
    wish_vectors: Vectors
    like_a_job: Similarities

    @classmethod
    def from_text(cls, text: CandidateText, vectors: Vectors) -> Self:
        """Return a candidate's lines with their vectors.

        Args:
            text: what is embedded of the candidate.
            vectors: shape (n, d), of every line but the whole, in the order of the texts.

        Raises:
            VectorIndexError: the index holds vectors for other lines.
        """
        lines = text.texts().lines
        _require_as_many(vectors, len(lines))
        wishes = np.array([line.kind is LineKind.WISH for line in lines], dtype=bool)
        evidence = tuple(line for line in lines if line.kind is not LineKind.WISH)
        return cls(
            evidence,
            tuple(line for line in lines if line.kind is LineKind.WISH),
            vectors[~wishes],
            vectors[wishes],
            np.array([LIKE_A_JOB.get(line.kind, 1.0) for line in evidence], dtype=np.float64),
        )


@dataclass(frozen=True, slots=True)
class VacancyVectors:
    """A vacancy's lines with their vectors: title (d,), things asked (a, d), the whole (d,).

    `facets` has an array (f, d) for each thing asked.
    """

    requirements: tuple[Requirement, ...]
    asked: tuple[Line, ...]
    title_vector: Vectors
    asked_vectors: Vectors
    facets: tuple[Vectors, ...]
    whole: Vectors

    @classmethod
    def from_text(cls, text: VacancyText, whole: Vectors, vectors: Vectors) -> Self:
        """Return a vacancy's lines with their vectors.

        Args:
            text: what is embedded of the vacancy.
            whole: shape (d,), the vector of the whole text.
            vectors: shape (n, d), of every line and facet but the whole, in the order of the texts.

        Raises:
            VectorIndexError: the index holds vectors for other lines.
        """
        lines = text.texts().lines
        ends = len(lines) + np.cumsum([0, *(len(line.facets) for line in lines)])
        _require_as_many(vectors, int(ends[-1]))
        facets = tuple(vectors[start:end] for start, end in pairwise(ends))
        return cls(
            text.requirements(),
            lines[1:],  # the title is the first
            vectors[0],
            vectors[1 : len(lines)],
            facets[1:],
            whole,
        )


@dataclass(frozen=True, slots=True)
class TextComparison:
    """The lines of a candidate and of a vacancy, and how like they are.

    Args:
        requirements: what the vacancy asks for.
        asked: its a lines, each with the number of its requirement.
        evidence: the candidate's e lines of what they have done, can do and hold.
        wishes: the candidate's w lines of what they would like to do.
        to_requirements: shape (e, a), each evidence line to each thing asked.
        to_title: shape (e,), each evidence line to the vacancy's title.
        to_whole: shape (e,), each evidence line to the whole vacancy.
        wish_to_title: shape (w,), each wish to the vacancy's title.
    """

    requirements: tuple[Requirement, ...]
    asked: tuple[Line, ...]
    evidence: tuple[Line, ...]
    wishes: tuple[Line, ...]
    to_requirements: Similarities
    to_title: Similarities
    to_whole: Similarities
    wish_to_title: Similarities


def compare_texts(
    candidates: Sequence[CandidateVectors],
    vacancies: Sequence[VacancyVectors],
    lexicon: Lexicon,
    weights: SimilarityWeights,
) -> Iterator[TextComparison]:
    """Yield every candidate compared with every vacancy, the first candidate's pairs first.

    Spelling is compared for all at once, which is much faster than pair by pair.
    """
    overlaps = lexicon.overlaps(
        [line.text for candidate in candidates for line in candidate.evidence],
        [line.text for vacancy in vacancies for line in vacancy.asked],
    )
    row = 0
    for candidate in candidates:
        below, column = row + len(candidate.evidence), 0
        for vacancy in vacancies:
            beside = column + len(vacancy.asked)
            yield TextComparison(
                requirements=vacancy.requirements,
                asked=vacancy.asked,
                evidence=candidate.evidence,
                wishes=candidate.wishes,
                to_requirements=requirement_similarities(
                    candidate.evidence_vectors,
                    vacancy.asked_vectors,
                    vacancy.facets,
                    overlaps[row:below, column:beside],
                    weights,
                ),
                to_title=dot(candidate.evidence_vectors, vacancy.title_vector)
                * candidate.like_a_job,
                to_whole=dot(candidate.evidence_vectors, vacancy.whole),
                wish_to_title=dot(candidate.wish_vectors, vacancy.title_vector),
            )
            column = beside
        row = below


def _require_as_many(vectors: Vectors, expected: int) -> None:
    if len(vectors) != expected:
        raise VectorIndexError(
            "the index was built by another version of this program, which split texts otherwise; "
            "run `newfutures index build`"
        )
