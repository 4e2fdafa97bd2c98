"""Decisions about a vacancy's shortlist, and the list that they make. Types."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from foundation.vocabulary import Code
from matching.explain.document import RankedCandidate, Shortlist


class DecisionKind(Code):
    """The kinds of decision (our own codes)."""

    HIDE = "HIDE", "Hidden from this shortlist"
    PLACE = "PLACE", "Put above others"


class HideReason(Code):
    """Why somebody is not for this vacancy, although the rules allow it (our own codes)."""

    DOES_NOT_WANT_IT = "DOES_NOT_WANT_IT", "Does not want this job"
    OTHER_WORK = "OTHER_WORK", "Has other work or an offer"
    NOT_READY_YET = "NOT_READY_YET", "Not ready for this job yet"
    RISK_OR_LICENCE = "RISK_OR_LICENCE", "Risk or licence conditions make it unsuitable"
    RELEASE_CHANGED = "RELEASE_CHANGED", "The date or place of release has changed"
    RECORD_WRONG = "RECORD_WRONG", "Something in the record is wrong"
    OTHER = "OTHER"


class PlaceReason(Code):
    """Why somebody is put above others, unlike the ranking (our own codes)."""

    MORE_THAN_THE_RECORD = "MORE_THAN_THE_RECORD", "Can do more than the record shows"
    WANTS_IT = "WANTS_IT", "Particularly wants this job"
    READY_SOONER = "READY_SOONER", "Ready or released sooner"
    BETTER_PLACED = "BETTER_PLACED", "Better placed to travel or for the hours"
    HAS_WAITED = "HAS_WAITED", "Has waited longer for a chance"
    EMPLOYER_KNOWS_THEM = "EMPLOYER_KNOWS_THEM", "The employer knows their work"
    SCORES_ALIKE = "SCORES_ALIKE", "The scores do not differ, and somebody had to choose"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision, made on a run.

    Args:
        listed: `eligible` or `refer`: which of the two lists they stood in.
        rank_given: their rank in the stored ranking.
        rank_decided: of a PLACE, the rank that it gave them in the list as then decided.
        above: of a PLACE, directly above whom; None is first.
        tie_bands: how far their score was below the best of those passed, in widths of the tie
            band; below 1 the scores did not differ. None where somebody has no score.
    """

    public_id: UUID
    kind: DecisionKind
    candidate: UUID
    run_id: UUID
    listed: str
    rank_given: int
    rank_decided: int | None
    above: UUID | None
    tie_bands: float | None
    reason: HideReason | PlaceReason
    note: str
    made_at: datetime
    made_by: str
    undone_at: datetime | None = None
    undone_by: str | None = None
    undone_reason: str | None = None


@dataclass(frozen=True, slots=True)
class DecidedPlace:
    """One place after decisions; `given` is the ranking's own place, with its rank.

    `decision` is the one that put them here; None for who moved only because others did.
    """

    rank: int
    given: RankedCandidate
    decision: Decision | None

    @property
    def moved(self) -> bool:
        """Whether the place differs from the ranking's."""
        return self.rank != self.given.rank


@dataclass(frozen=True, slots=True)
class HiddenPlace:
    """A person in the ranking whom staff hid."""

    given: RankedCandidate
    decision: Decision


@dataclass(frozen=True, slots=True)
class NotApplied:
    """A decision in force that changes nothing in this ranking, and why."""

    decision: Decision
    sentence: str


@dataclass(frozen=True, slots=True)
class DecidedList:
    """One list after decisions; `sentences` names every change."""

    places: tuple[DecidedPlace, ...]
    hidden: tuple[HiddenPlace, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecidedShortlist:
    """A shortlist after decisions, beside the ranking as it was made."""

    document: Shortlist
    eligible: DecidedList
    refer: DecidedList
    not_applied: tuple[NotApplied, ...]

    @property
    def is_decided(self) -> bool:
        """Whether any decision changes the ranking."""
        return bool(self.eligible.sentences or self.refer.sentences)


@dataclass(frozen=True, slots=True)
class AuditedDecision:
    """A decision as the audit reads it: codes and ranks, and no words."""

    id: int
    kind: str
    vacancy_id: int
    candidate_id: int
    run_id: UUID
    listed: str
    rank_given: int
    rank_decided: int | None
    tie_bands: float | None
    reason: str
    made_at: datetime
    undone_at: datetime | None
