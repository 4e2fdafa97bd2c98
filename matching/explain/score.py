"""Turns features and scores into the records that people read."""

from collections.abc import Iterable, Mapping
from typing import Literal

from candidates.model import StoredCandidate
from employers.model import StoredVacancy
from foundation.places.postcodes import outward_code
from foundation.vocabulary import BaseLocation
from index.text.requirements import RequirementKind
from matching.explain.document import (
    CandidateSummary,
    Contribution,
    ReasonGiven,
    RequirementMet,
    Score,
    VacancySummary,
)
from matching.rules.eligibility import Reason
from matching.score.features import LABELS
from matching.score.requirements import RequirementMatch
from matching.score.weights import MILLION, Weights, contributions

WORTH_SAYING = 0.02  # of a score: two points of 100


def explain_score(
    values: Mapping[str, float],
    sentences: Mapping[str, str],
    requirements: tuple[RequirementMet, ...],
    weights: Weights,
) -> Score:
    """Return a score with its contributions, in the order of the weights."""
    parts = contributions(values, weights)
    total = sum(parts.values())
    return Score(
        total=total / MILLION,
        word=weights.word(total),
        contributions=tuple(
            Contribution(
                feature=name,
                label=LABELS[name],
                value=values[name],
                weight=weights.weights[name],
                contribution=part / MILLION,
                sentence=sentences[name],
            )
            for name, part in parts.items()
        ),
        requirements=requirements,
    )


def requirement_met(match: RequirementMatch) -> RequirementMet:
    """Return a requirement with the evidence quoted, if that is near enough to count."""
    requirement = match.requirement
    kind: Literal["essential", "desirable"] = (
        "essential" if requirement.kind is RequirementKind.ESSENTIAL else "desirable"
    )
    return RequirementMet(
        kind=kind,
        requirement=requirement.shown,
        evidence=match.evidence if match.met else None,
        similarity=round(match.similarity, 6),
        met=match.met,
    )


def reasons_given(reasons: Iterable[Reason]) -> tuple[ReasonGiven, ...]:
    """Return reasons as a document shows them."""
    return tuple(ReasonGiven(code=reason.code, sentence=reason.sentence) for reason in reasons)


def summarise_candidate(stored: StoredCandidate) -> CandidateSummary:
    """Return first name and initial, prison and release for prison staff; never the offence."""
    record = stored.record
    return CandidateSummary(
        public_id=stored.public_id,
        prison_number=record.prison_number,
        first_name=record.first_name,
        last_initial=record.last_name[:1],
        prison_id=record.prison_id,
        release_date=record.release_date,
    )


def person_name(person: CandidateSummary) -> str:
    """Return `Daniel H`: as much of a name as a sentence about an order shows."""
    return f"{person.first_name} {person.last_initial}"


def summarise_vacancy(stored: StoredVacancy) -> VacancySummary:
    """Return a vacancy as a list shows it."""
    record = stored.record
    return VacancySummary(
        public_id=stored.public_id,
        employer=record.employer.name,
        reference=record.reference,
        title=record.title,
        sector=record.sector.label,
        place=place_of(stored),
        closing_date=record.closing_date,
    )


def place_of(stored: StoredVacancy) -> str:
    """Return where the work is, in a word or two."""
    record = stored.record
    if record.base_location is BaseLocation.REMOTE:
        return "Remote"
    if record.national or record.postcode is None:
        return "Anywhere in the country"
    return outward_code(record.postcode)


def differences(score: Score, other: Score, name: str) -> tuple[str, ...]:
    """Return sentences that say what puts a score behind another, largest first."""
    gaps = [
        (theirs.contribution - mine.contribution, mine)
        for mine, theirs in zip(score.contributions, other.contributions, strict=True)
    ]
    return tuple(
        f"{mine.label}: {gap * 100:.0f} points of 100 behind {name}. {mine.sentence}"
        for gap, mine in sorted(gaps, key=lambda pair: -pair[0])
        if gap >= WORTH_SAYING
    )
