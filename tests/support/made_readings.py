"""Readings of a pair: with one likeness everywhere, or from vectors drawn from the texts."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
from drawn_encoder import DrawnEncoder
from strategies import TODAY

from candidates.model import Candidate, StoredCandidate
from employers.model import StoredVacancy, Vacancy
from foundation.places.postcodes import Precision
from index.encoder.encoder import Encoder
from index.text.text import CandidateText, LineKind, VacancyText
from index.vectors.flat import Vectors
from index.vectors.lexicon import Lexicon
from matching.rules.pair import Pair
from matching.score.comparison import (
    CandidateVectors,
    TextComparison,
    VacancyVectors,
    compare_texts,
)
from matching.score.features import Features, compute_features
from matching.score.weights import load_weights

WEIGHTS = load_weights()
LEXICON = Lexicon.fit(["kitchen porter", "able to stand for a shift", "food hygiene certificate"])
DRAWN = DrawnEncoder("drawn", shift=0.5)  # so that many a likeness is on the slope of a curve
NOBODY = UUID(int=0)


def pair_of(candidate: Candidate, vacancy: Vacancy, *, miles_north: float = 0.0) -> Pair:
    """Both placed in Leeds, or the candidate that much north of it."""
    return Pair(
        StoredCandidate(1, NOBODY, 1, candidate, 53.8 + miles_north / 69.1, -1.55, Precision.FULL),
        StoredVacancy(1, NOBODY, 1, vacancy, 53.8, -1.55, Precision.FULL),
        TODAY,
    )


def flat_reading(pair: Pair, likeness: float, to_whole: float | None = None) -> TextComparison:
    """A comparison with one likeness everywhere, but to the whole vacancy if that is given."""
    lines = pair.candidate.embeddable().texts().lines
    evidence = tuple(line for line in lines if line.kind is not LineKind.WISH)
    wishes = tuple(line for line in lines if line.kind is LineKind.WISH)
    text = pair.vacancy.embeddable()
    asked = text.texts().lines[1:]
    return TextComparison(
        requirements=text.requirements(),
        asked=asked,
        evidence=evidence,
        wishes=wishes,
        to_requirements=np.full((len(evidence), len(asked)), likeness),
        to_title=np.full(len(evidence), likeness),
        to_whole=np.full(len(evidence), likeness if to_whole is None else to_whole),
        wish_to_title=np.full(len(wishes), likeness),
    )


def encoded(text: CandidateText | VacancyText, encoder: Encoder = DRAWN) -> tuple[Vectors, Vectors]:
    """The vectors of a text: of the whole (d,), and of everything else (n, d)."""
    vectors = encoder.encode(text.texts().all())
    return vectors[0], vectors[1:]


def person_of(text: CandidateText, encoder: Encoder = DRAWN) -> CandidateVectors:
    """Somebody as a ranking reads them."""
    return CandidateVectors.from_text(text, encoded(text, encoder)[1])


def post_of(text: VacancyText, encoder: Encoder = DRAWN) -> VacancyVectors:
    """A vacancy as a ranking reads it."""
    return VacancyVectors.from_text(text, *encoded(text, encoder))


def read_together(
    people: Sequence[CandidateVectors], posts: Sequence[VacancyVectors]
) -> list[TextComparison]:
    """Everybody read against every vacancy."""
    return list(compare_texts(people, posts, LEXICON, WEIGHTS.similarity))


def drawn_features(pair: Pair) -> Features:
    """The features of a pair whose vectors are drawn from its texts."""
    person = person_of(pair.candidate.embeddable())
    (comparison,) = read_together([person], [post_of(pair.vacancy.embeddable())])
    return compute_features(pair, comparison, WEIGHTS)
