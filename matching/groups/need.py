"""Need bands: points for circumstances that make work harder to find, and the band they make.

Schemes that are paid by results favour whoever is easiest to place, so the fairness policy looks at
need. It is predicted from circumstances that staff can help with, and from nothing else: no
protected characteristic, no sex, age, name or prison, no offence or licence condition. What affects
a person's ability to work is left out too, because physical and mental health and dependency stand
for disability. Free text is never read. The points are set by hand and not fitted to outcomes.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from candidates.model import Candidate
from foundation.errors import NotFoundError
from foundation.vocabulary import (
    Accommodation,
    Code,
    QualificationLevel,
    QualificationType,
    SkillLevel,
)

CURRENT_NEED = "need-1"
DAYS = 7


class NeedBand(Code):
    """How much help a person is likely to need to find work (our own bands)."""

    LOWER = "LOWER", "Lower need"
    MEDIUM = "MEDIUM", "Medium need"
    HIGHER = "HIGHER", "Higher need"


@dataclass(frozen=True, slots=True)
class NeedAnswer:
    """What one answer to a fact adds in points, and the sentence that says it."""

    points: int
    sentence: str


@dataclass(frozen=True, slots=True)
class FactTable:
    """A fact: its label, its possible answers, and the sentence for no answer."""

    label: str
    answers: Mapping[str, NeedAnswer]
    unknown: NeedAnswer


@dataclass(frozen=True, slots=True)
class NeedTable:
    """A version of the points table; a band begins at its threshold."""

    version: str
    facts: Mapping[str, FactTable]
    medium: int
    higher: int

    def band(self, points: int) -> NeedBand:
        """Return the band for a number of points."""
        if points >= self.higher:
            return NeedBand.HIGHER
        return NeedBand.MEDIUM if points >= self.medium else NeedBand.LOWER


@dataclass(frozen=True, slots=True)
class NeedPart:
    """What one fact adds; `known` is False where nothing is recorded, which counts half."""

    fact: str
    label: str
    points: int
    sentence: str
    known: bool


@dataclass(frozen=True, slots=True)
class Need:
    """A person's points and band; `unknown` counts facts that are not recorded.

    The parts sum to the points exactly.
    """

    points: int
    band: NeedBand
    unknown: int
    version: str
    parts: tuple[NeedPart, ...]


@cache
def load_need(version: str = CURRENT_NEED) -> NeedTable:
    """Return a version of the points table.

    Raises:
        NotFoundError: this program does not carry that version.
    """
    source = resources.files("matching.weights").joinpath(f"{version}.json")
    if not source.is_file():
        raise NotFoundError(f"this program carries no need table called {version!r}")
    fields = json.loads(source.read_text("utf-8"))
    facts = {}
    for name, fact in fields["facts"].items():
        answers = {code: NeedAnswer(*answer) for code, answer in fact["answers"].items()}
        half = max(answer.points for answer in answers.values()) // 2
        facts[name] = FactTable(fact["label"], answers, NeedAnswer(half, fact["unknown"]))
    bands = fields["bands"]
    return NeedTable(fields["version"], facts, bands["MEDIUM"], bands["HIGHER"])


def assess_need(candidate: Candidate, today: date, version: str = CURRENT_NEED) -> Need:
    """Return a person's points for each fact, their sum, and the band.

    Args:
        candidate: the record; only the facts of the table are read.
        today: from which weeks to release and years without work are counted.
        version: of the points table.
    """
    table = load_need(version)
    parts = []
    for name, fact in table.facts.items():
        code = FACTS[name](candidate, today)
        answer = fact.unknown if code is None else fact.answers[code]
        parts.append(NeedPart(name, fact.label, answer.points, answer.sentence, code is not None))
    points = sum(part.points for part in parts)
    unknown = sum(not part.known for part in parts)
    return Need(points, table.band(points), unknown, table.version, tuple(parts))


def weeks_between(earlier: date, later: date) -> int:
    """Return whole weeks between two days, rounded down; negative in reverse order."""
    return (later - earlier).days // DAYS


# Kinds of qualification by what they say of the level; those in neither are certificates for work.
HIGH_KINDS = {QualificationType.HIGHER_EDUCATION, QualificationType.ADVANCED_EDUCATION}
KINDS_OF_NO_LEVEL = {QualificationType.SCHOOL_EDUCATION, QualificationType.OTHER}
HIGH = "LEVEL_3_OR_ABOVE"
HIGHEST_FIRST = (HIGH, QualificationLevel.LEVEL_2, QualificationLevel.LEVEL_1)


def _qualifications(candidate: Candidate, today: date) -> str | None:
    """Return the best level held; not known if one is held at an unrecorded level."""
    del today
    kinds = set(candidate.qualification_types)
    levels = {held.level for held in candidate.qualifications if held.level is not None}
    found = {level if level < QualificationLevel.LEVEL_3 else HIGH for level in levels}
    if kinds & HIGH_KINDS:
        found.add(HIGH)
    for level in HIGHEST_FIRST:
        if level in found:
            return level
    if candidate.certificates_held():
        return "CERTIFICATE"
    if found:
        return QualificationLevel.ENTRY_LEVEL
    if candidate.qualifications or kinds & KINDS_OF_NO_LEVEL:
        return None
    return "NONE" if QualificationType.NONE in kinds else None


def _work_history(candidate: Candidate, today: date) -> str | None:
    """Return how long ago they worked; a recorded job counts whatever `ever_worked` says."""
    years = candidate.years_since_last_work
    ends = [job.end_year for job in candidate.work_experience if job.end_year]
    if years is None and ends:
        years = max(0, today.year - max(ends))
    if years is None:
        worked = candidate.ever_worked or bool(candidate.work_experience)
        return "NEVER" if candidate.ever_worked is False and not worked else None
    if years < 2:
        return "UNDER_TWO_YEARS"
    if years < 5:
        return "TWO_TO_FOUR_YEARS"
    return "FIVE_TO_NINE_YEARS" if years < 10 else "TEN_YEARS_OR_MORE"


def _accommodation(candidate: Candidate, today: date) -> str | None:
    del today
    if candidate.no_fixed_abode:
        return Accommodation.NO_FIXED_ABODE
    known = candidate.accommodation is not Accommodation.UNKNOWN
    return candidate.accommodation if known else None


def _release(candidate: Candidate, today: date) -> str | None:
    if candidate.release_date is None:
        return None
    weeks = weeks_between(today, candidate.release_date)
    if weeks < 4:
        return "UNDER_4_WEEKS"
    return "FROM_4_TO_12_WEEKS" if weeks <= 12 else "OVER_12_WEEKS"


def _skill(level: SkillLevel) -> str | None:
    return None if level is SkillLevel.UNKNOWN else level


Fact = Callable[[Candidate, date], str | None]
FACTS: Mapping[str, Fact] = {
    "qualifications": _qualifications,
    "work_history": _work_history,
    "literacy": lambda candidate, _: _skill(candidate.literacy),
    "numeracy": lambda candidate, _: _skill(candidate.numeracy),
    "digital": lambda candidate, _: _skill(candidate.digital),
    "accommodation": _accommodation,
    "release": _release,
}
