"""Compares two people for one vacancy, in words. Pure."""

from dataclasses import dataclass

from foundation.errors import ValidationError
from matching.explain.document import (
    CandidateSummary,
    Contribution,
    RequirementMet,
    VacancySummary,
    Why,
)
from matching.explain.score import person_name
from matching.score.weights import load_weights


@dataclass(frozen=True, slots=True)
class RequirementEvidence:
    """What one of the two has for a requirement; `evidence` is None if nothing is near."""

    met: bool
    evidence: str | None


@dataclass(frozen=True, slots=True)
class RequirementPair:
    """A requirement of the vacancy, and both people; None for a person without a score."""

    kind: str
    requirement: str
    first: RequirementEvidence | None
    second: RequirementEvidence | None


@dataclass(frozen=True, slots=True)
class FactPair:
    """One feature of the score, in words and points of 100; `ahead` is who has more."""

    label: str
    first: str | None
    second: str | None
    first_points: float | None
    second_points: float | None
    ahead: CandidateSummary | None


@dataclass(frozen=True, slots=True)
class CandidateComparison:
    """Two people compared for a vacancy.

    `tie_bands` is how far the scores are apart in widths of the tie band (below 1 they do not
    differ); None where somebody has no score. `ahead` is whose score is higher, beyond a tie.
    """

    vacancy: VacancySummary
    first: Why
    second: Why
    requirements: tuple[RequirementPair, ...]
    facts: tuple[FactPair, ...]
    tie_bands: float | None
    ahead: CandidateSummary | None
    sentences: tuple[str, ...]


def compare(why_a: Why, why_b: Why) -> CandidateComparison:
    """Compare two people for one vacancy.

    Raises:
        ValidationError: it is the same person twice, or the two were not judged for one vacancy by
            the same rules on the same day.
    """
    if why_a.candidate.public_id == why_b.candidate.public_id:
        raise ValidationError("candidate", person_name(why_b.candidate), "choose two people")
    if why_a.vacancy != why_b.vacancy or _grounds(why_a) != _grounds(why_b):
        raise ValidationError(
            "vacancy", why_b.vacancy.title, "compare two people for one vacancy, judged alike"
        )
    apart = _tie_bands(why_a, why_b)
    return CandidateComparison(
        why_a.vacancy,
        why_a,
        why_b,
        _requirements(why_a, why_b),
        _facts(why_a, why_b),
        None if apart is None else abs(apart),
        _ahead(why_a, why_b, apart),
        (_score_sentence(why_a, why_b, apart), *_outcome_sentences(why_a, why_b)),
    )


def _grounds(why: Why) -> tuple[object, ...]:
    """Return what both scores must have been made from."""
    return why.basis.today, why.basis.weights, why.basis.recipe, why.basis.policy


def _tie_bands(why_a: Why, why_b: Why) -> float | None:
    if why_a.score is None or why_b.score is None:
        return None
    return (why_a.score.total - why_b.score.total) / load_weights(why_a.basis.weights).tie_band


def _ahead(why_a: Why, why_b: Why, apart: float | None) -> CandidateSummary | None:
    if apart is None or abs(apart) < 1:
        return None
    return (why_a if apart > 0 else why_b).candidate


def _requirements(why_a: Why, why_b: Why) -> tuple[RequirementPair, ...]:
    first, second = _sides(why_a), _sides(why_b)
    return tuple(
        RequirementPair(*key, first.get(key), second.get(key)) for key in {**first, **second}
    )


def _sides(why: Why) -> dict[tuple[str, str], RequirementEvidence]:
    met: tuple[RequirementMet, ...] = why.score.requirements if why.score else ()
    return {
        (each.kind, each.requirement): RequirementEvidence(each.met, each.evidence) for each in met
    }


def _facts(why_a: Why, why_b: Why) -> tuple[FactPair, ...]:
    first, second = _parts(why_a), _parts(why_b)
    return tuple(
        _fact(why_a, why_b, first.get(feature), second.get(feature))
        for feature in {**first, **second}
    )


def _parts(why: Why) -> dict[str, Contribution]:
    return {part.feature: part for part in why.score.contributions} if why.score else {}


def _fact(
    why_a: Why, why_b: Why, first: Contribution | None, second: Contribution | None
) -> FactPair:
    ahead = None
    if first and second and first.contribution != second.contribution:
        ahead = (why_a if first.contribution > second.contribution else why_b).candidate
    label = first.label if first else second.label if second else ""
    return FactPair(
        label,
        first.sentence if first else None,
        second.sentence if second else None,
        first.contribution * 100 if first else None,
        second.contribution * 100 if second else None,
        ahead,
    )


def _score_sentence(why_a: Why, why_b: Why, apart: float | None) -> str:
    one, other = person_name(why_a.candidate), person_name(why_b.candidate)
    if apart is None:
        return f"{one} and {other} cannot be compared by score, because one of them has none."
    if abs(apart) < 1:
        return (
            f"The scores of {one} and {other} do not differ: they are {abs(apart):.1f} tie bands "
            "apart, and less than 1 says nothing."
        )
    higher, lower = (one, other) if apart > 0 else (other, one)
    return f"The score of {higher} is {abs(apart):.1f} tie bands above that of {lower}."


def _outcome_sentences(why_a: Why, why_b: Why) -> tuple[str, ...]:
    """Return why a person is not simply eligible, if so; their first name comes first."""
    return tuple(
        f"{person_name(why.candidate)}: {reason.sentence}"
        for why in (why_a, why_b)
        for reason in why.reasons
    )
