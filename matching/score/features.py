"""Named features of a pair, each in [0, 1], with a sentence of evidence for each.

The same features serve both directions. Similarities come in as exact float64 inner products (see
`index.vectors.flat`), so that a feature is the same number whatever was computed beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from candidates.model import WorkExperience
from foundation.vocabulary import HoursPerWeek, Sector
from index.text.text import LineKind
from matching.rules.pair import Pair
from matching.rules.rules import FULL_TIME
from matching.score.comparison import TextComparison
from matching.score.requirements import (
    RequirementMatch,
    certificate_lines,
    counts_for,
    match_requirements,
)
from matching.score.similarity import best_few
from matching.score.weights import Weights

UNKNOWN = 0.5  # a fact that is not known neither helps nor harms
ENOUGH_CERTIFICATES = 3
LONG_EXPERIENCE_YEARS = 5
OLD_EXPERIENCE_YEARS = 10
NEAR_MILES = 2.0
USUAL_TRAVEL_MILES = 20.0  # when their own limit is not recorded
RELEASE_FIT_DAYS = 182
SAME_SECTOR = 0.7  # of an interest, for whoever has worked in the sector without naming it

LABELS = {
    "requirement_coverage": "What the vacancy asks for",
    "role": "Work like this job",
    "similarity": "Likeness of the profile to the vacancy",
    "sector_interest": "Interest in this type of work",
    "further_certificates": "Certificates beyond those required",
    "experience": "Recent and long experience like it",
    "distance": "Distance from home",
    "release_fit": "Release date against the start",
    "hours_and_pattern": "Hours and pattern wanted",
}


@dataclass(frozen=True, slots=True)
class Features:
    """Feature values, a sentence for each, and the requirement matches behind the coverage."""

    values: Mapping[str, float]
    sentences: Mapping[str, str]
    matches: tuple[RequirementMatch, ...]


def compute_features(pair: Pair, comparison: TextComparison, weights: Weights) -> Features:
    """Return all features of one pair."""
    matches = match_requirements(
        pair.candidate,
        comparison.requirements,
        comparison.asked,
        comparison.evidence,
        comparison.to_requirements,
        weights,
    )
    results = {
        "requirement_coverage": coverage(matches),
        "role": _role(comparison, weights),
        "similarity": similarity(comparison, weights),
        "sector_interest": _sector_interest(pair, comparison, weights),
        "further_certificates": _further_certificates(pair),
        "experience": _experience(pair, comparison, weights),
        "distance": _distance(pair),
        "release_fit": _release_fit(pair),
        "hours_and_pattern": _hours_and_pattern(pair),
    }
    return Features(
        {name: round(value, 6) for name, (value, _) in results.items()},
        {name: sentence for name, (_, sentence) in results.items()},
        matches,
    )


def coverage(matches: tuple[RequirementMatch, ...]) -> tuple[float, str]:
    """Return how much of what is asked has evidence, weighted by requirement, and a sentence.

    An advert that asks for less than one essential thing, praise of character only, tells little:
    what is missing to one counts as not known, or whoever writes best of themselves would lead.
    """
    if not matches:
        return UNKNOWN, "The vacancy states no criteria that a profile can show."
    shares = [counts_for(match.requirement) for match in matches]
    value = sum(share * match.credit for share, match in zip(shares, matches, strict=True))
    met = sum(match.met for match in matches)
    not_asked = max(0.0, 1 - sum(shares))
    value = (value + not_asked * UNKNOWN) / (sum(shares) + not_asked)
    return value, f"Evidence for {met} of {len(matches)} things the vacancy asks for."


def _role(comparison: TextComparison, weights: Weights) -> tuple[float, str]:
    if not comparison.evidence:
        return 0.0, "Nothing that they have done is recorded."
    best = int(np.argmax(comparison.to_title))
    value = weights.curve("role", float(comparison.to_title[best]))
    shown = comparison.evidence[best].shown.rstrip(".")
    return value, f"Nearest to the job: {shown}." if value else "Nothing recorded is like this job."


def similarity(comparison: TextComparison, weights: Weights) -> tuple[float, str]:
    """Return how alike the vacancy and the nearest parts of the profile are, and a sentence."""
    nearest = float(
        best_few(
            comparison.to_whole,
            weights.similarity.passages_a_profile,
            certificate_lines(comparison.evidence),
        )
    )
    return (
        weights.curve("whole", nearest),
        "The parts of the profile nearest to the vacancy, compared with all of it.",
    )


def _sector_interest(pair: Pair, comparison: TextComparison, weights: Weights) -> tuple[float, str]:
    """Return how far they want this type of work; a similar job title counts as the type."""
    named, said = _sector_named(pair)
    if len(comparison.wishes):
        best = int(np.argmax(comparison.wish_to_title))
        wish = weights.curve("wish", float(comparison.wish_to_title[best]))
        if wish > named:
            return wish, f"Would like to work as: {comparison.wishes[best].shown.rstrip('.')}."
    return named, said


def _sector_named(pair: Pair) -> tuple[float, str]:
    sector = pair.vacancy.sector
    wanted = [interest.type for interest in pair.candidate.work_interests]
    if sector is Sector.OTHER:
        return UNKNOWN, "The vacancy's type of work is not one of the named ones."
    label = sector.label
    if sector in wanted:
        return 1.0, f"Wants to work in: {label}."
    if any(job.type is sector for job in pair.candidate.work_experience):
        return SAME_SECTOR, f"Has worked in {label}, but did not name it as a wish."
    if not wanted:
        return UNKNOWN, "No wishes are recorded."
    return 0.0, f"Named other types of work, not {label}."


def _further_certificates(pair: Pair) -> tuple[float, str]:
    held = set(pair.candidate.certificates_held())
    further = sorted(held - set(pair.vacancy.required_certificates))
    if not further:
        return 0.0, "None recorded beyond what is required."
    named = ", ".join(code.label for code in further)
    return min(1.0, len(further) / ENOUGH_CERTIFICATES), f"Also holds: {named}."


def _experience(pair: Pair, comparison: TextComparison, weights: Weights) -> tuple[float, str]:
    best, shown = 0.0, ""
    nearest = np.maximum(comparison.to_title, comparison.to_whole)
    for line, similarity in zip(comparison.evidence, nearest.tolist(), strict=True):
        if line.kind not in (LineKind.EXPERIENCE, LineKind.PRISON_WORK):
            continue
        job = None if line.part is None else pair.candidate.work_experience[line.part]
        kept = 0.5 + 0.25 * _length(job) + 0.25 * _recency(job, pair)
        value = weights.curve("experience", similarity) * kept
        if value > best:
            best, shown = value, line.shown
    if not shown:
        return 0.0, "No experience like this is recorded."
    return best, f"Nearest experience: {shown.rstrip('.')}."


def _length(job: WorkExperience | None) -> float:
    if job is None or job.start_year is None or job.end_year is None:
        return 1 / LONG_EXPERIENCE_YEARS
    years = job.end_year - job.start_year + 1
    return min(years, LONG_EXPERIENCE_YEARS) / LONG_EXPERIENCE_YEARS


def _recency(job: WorkExperience | None, pair: Pair) -> float:
    if job is not None and job.end_year is not None:
        ago = max(0, pair.today.year - job.end_year)
    elif job is not None and pair.candidate.years_since_last_work is not None:
        ago = pair.candidate.years_since_last_work
    else:
        return UNKNOWN
    return max(0.0, 1 - ago / OLD_EXPERIENCE_YEARS)


def _distance(pair: Pair) -> tuple[float, str]:
    if not pair.has_workplace:
        return 1.0, "The work can be done from anywhere."
    distance = pair.distance
    if distance is None:
        return UNKNOWN, "The distance is not known."
    limit = float(pair.candidate.furthest_travel_miles or USUAL_TRAVEL_MILES)
    beyond_near = distance.miles - NEAR_MILES
    value = 1 - beyond_near / max(limit - NEAR_MILES, 1.0)
    return min(1.0, max(0.0, value)), f"{distance}."


def _release_fit(pair: Pair) -> tuple[float, str]:
    release, late = pair.candidate.release_date, pair.days_late
    if release is None or late is None:
        return UNKNOWN, "The release date is not known."
    if release <= pair.today:
        return 1.0, "Released already."
    value = max(0.0, 1 - abs(late) / RELEASE_FIT_DAYS)
    start = _expected(pair.expected_start, fixed=pair.vacancy.start_date is not None)
    weeks = abs(late) // 7
    side = "after" if late > 0 else "before"
    if weeks == 0:
        return value, f"Released within a week of {start}."
    return value, f"Released {weeks} week{'s' if weeks > 1 else ''} {side} {start}."


def _expected(start: date, *, fixed: bool) -> str:
    return f"the {'start' if fixed else 'earliest likely start'} ({start:%-d %B %Y})"


def _hours_and_pattern(pair: Pair) -> tuple[float, str]:
    hours = _hours(pair.candidate.hours_wanted, pair.vacancy.hours_per_week)
    wanted, offered = pair.candidate.work_patterns_wanted, pair.vacancy.work_pattern
    pattern = 1.0 if not wanted or offered in wanted else UNKNOWN if offered is None else 0.0
    said = {1.0: "The hours suit", UNKNOWN: "The hours nearly suit, or are not stated"}
    also = {1.0: "so does the pattern", UNKNOWN: "the pattern is not stated"}
    return 0.7 * hours + 0.3 * pattern, (
        f"{said.get(hours, 'The hours are not those wanted')}; "
        f"{also.get(pattern, 'the pattern is not one they named')}."
    )


def _hours(chosen: tuple[HoursPerWeek, ...], offered: HoursPerWeek | None) -> float:
    if not chosen or offered in chosen:
        return 1.0
    if offered is None or (offered in FULL_TIME and set(FULL_TIME) & set(chosen)):
        return UNKNOWN
    return 0.0
