"""What a ranking says, as records: what the command line prints, the API answers, the pages show,
and the database keeps. The same inputs make the same bytes.
"""

from datetime import date
from typing import Literal
from uuid import UUID

from foundation.record import Record
from matching.score.weights import ScoreWord


class ReasonGiven(Record):
    """A reason why a person is ineligible, or must be checked by staff."""

    code: str
    sentence: str


class ReasonCount(Record):
    """How many people a rule touches. One person may be counted under several rules."""

    code: str
    summary: str
    count: int


class Contribution(Record):
    """One feature's part of a score: value in [0, 1] times weight, to six decimals.

    `sentence` says in words what the value came from.
    """

    feature: str
    label: str
    value: float
    weight: float
    contribution: float
    sentence: str


class RequirementMet(Record):
    """A requirement line, the evidence line nearest to it, and whether that is near enough."""

    kind: Literal["essential", "desirable"]
    requirement: str
    evidence: str | None
    similarity: float
    met: bool


class Score(Record):
    """A score in [0, 1]; the contributions sum to it exactly."""

    total: float
    word: ScoreWord
    contributions: tuple[Contribution, ...]
    requirements: tuple[RequirementMet, ...]


class CandidateSummary(Record):
    """A candidate as prison staff see them in a list."""

    public_id: UUID
    prison_number: str
    first_name: str
    last_initial: str
    prison_id: str
    release_date: date | None


class VacancySummary(Record):
    """A vacancy as a list shows it."""

    public_id: UUID
    employer: str
    reference: str
    title: str
    sector: str
    place: str
    closing_date: date | None


class PolicyUsed(Record):
    """The policy that ordered a list, and who answers for it."""

    id: str
    kind: str
    groups: tuple[str, ...]
    tier: str
    owner: str
    aim: str
    approved_by: str | None
    valid_until: date | None
    groups_version: str | None


class MoveGiven(Record):
    """Why a person's rank differs from their rank by score. Ranks count from 1.

    `prefix` and `required` are of the floor that bound: the first `prefix` places must hold
    `required` people of `group`; they are None where something else did. `gap` is how much more
    (or less) the score is of whoever has this place by score, and `tie_bands` the same in widths
    of the tie band, within which scores do not differ.
    """

    baseline: int
    rank: int
    cause: str
    group: str | None
    prefix: int | None
    required: int | None
    rank_without: int | None
    changed_with: tuple[str, ...]
    changed_with_count: int
    gap: float
    tie_bands: float
    policy: str
    approved_by: str | None
    sentence: str


class FloorGiven(Record):
    """One group in the places shown: how many the policy asks for, and how many there are."""

    attribute: str
    group: str
    target: float
    available: int
    required: int
    by_score: int
    shown: int
    short: int
    sentence: str | None


class FairnessGiven(Record):
    """What a policy did to a list, within the places shown.

    `ndcg` is the discounted gain of the places shown against that of the best by score; `added`
    are places beyond the length asked for; `gap` is how far from the best order it may be.
    """

    policy: PolicyUsed
    places: int
    raised: int
    lowered: int
    brought_in: int
    added: int
    largest_drop: int
    ndcg: float
    gap: float
    floors: tuple[FloorGiven, ...]
    sentences: tuple[str, ...]


class RankedCandidate(Record):
    """One place in a shortlist; `refer` lists what staff must check first.

    `score` is None only for a profile that is not indexed yet; `move` is None for who stands where
    the score alone would put them.
    """

    rank: int
    candidate: CandidateSummary
    score: Score | None
    refer: tuple[ReasonGiven, ...]
    move: MoveGiven | None = None


class RankedVacancy(Record):
    """One place in a candidate's list of vacancies."""

    rank: int
    vacancy: VacancySummary
    score: Score | None
    refer: tuple[ReasonGiven, ...]


class Basis(Record):
    """The versions and settings that a ranking was made with."""

    today: date
    policy: str
    weights: str
    recipe: str
    prison: str | None
    distance_precision: str


class Counts(Record):
    """How many people (or vacancies) in scope have each outcome; `compared` were scored."""

    eligible: int
    refer: int
    ineligible: int
    compared: int


class Shortlist(Record):
    """Candidates for a vacancy: the eligible, those to refer, and counts of the rest."""

    kind: Literal["shortlist"] = "shortlist"
    vacancy: VacancySummary
    basis: Basis
    counts: Counts
    ineligible_by_reason: tuple[ReasonCount, ...]
    refer_by_reason: tuple[ReasonCount, ...]
    ranked: tuple[RankedCandidate, ...]
    refer: tuple[RankedCandidate, ...]
    fairness: FairnessGiven
    refer_fairness: FairnessGiven


class VacanciesFor(Record):
    """Vacancies for a candidate: the eligible, those to refer, and counts of the rest."""

    kind: Literal["vacancies-for"] = "vacancies-for"
    candidate: CandidateSummary
    basis: Basis
    counts: Counts
    ineligible_by_reason: tuple[ReasonCount, ...]
    refer_by_reason: tuple[ReasonCount, ...]
    ranked: tuple[RankedVacancy, ...]
    refer: tuple[RankedVacancy, ...]


class Why(Record):
    """Why one person stands where they stand for one vacancy.

    `reasons` are those that decide the outcome; `also` would be for a person to look at besides.
    `rank` is their place among the eligible (or among those to refer) who were compared; None when
    ineligible, or not among those compared, which `placing` then says in words.
    """

    candidate: CandidateSummary
    vacancy: VacancySummary
    basis: Basis
    outcome: Literal["eligible", "refer", "ineligible"]
    reasons: tuple[ReasonGiven, ...]
    also: tuple[ReasonGiven, ...]
    rank: int | None
    out_of: int
    placing: str
    score: Score | None
    behind: tuple[str, ...]
    policy: PolicyUsed
    move: MoveGiven | None = None


def to_bytes(document: Record) -> bytes:
    """Return the document as canonical JSON (UTF-8, two-space indent, one newline at the end)."""
    return (document.model_dump_json(indent=2) + "\n").encode()
