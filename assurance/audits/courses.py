"""What followed a list: how far people came, what was found of them, what staff decided. Pure.

Each person counts once. Whoever came as far as one stage came through those before it, recorded or
not: somebody who started had an offer.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from casework.applications.model import CandidateProgress
from casework.applications.states import STAGES
from casework.decisions.model import AuditedDecision, DecisionKind
from foundation.clock import UK
from foundation.vocabulary import ApplicationState, OutcomeAtPoint, OutcomePoint
from matching.fairness.statistics.disclosure import Bools
from matching.fairness.task import Ints
from matching.groups.waiting import FIRST_PLACES

PUT_FORWARD, STARTED = "put forward", "started"
# How far along an application proves that somebody came (casework/applications/states.py).
COURSE = {
    PUT_FORWARD: STAGES[ApplicationState.PUT_FORWARD],
    "interview": STAGES[ApplicationState.INTERVIEW_BOOKED],
    "offer": STAGES[ApplicationState.JOB_OFFER],
    STARTED: STAGES[ApplicationState.STARTED],
}
FOUND = {
    OutcomeAtPoint.IN_WORK: "in work",
    OutcomeAtPoint.NOT_IN_WORK: "not in work",
    OutcomeAtPoint.UNAVAILABLE: "unavailable",
    OutcomeAtPoint.UNKNOWN: "not known",
}
ALLOWED_AND_PUT_FORWARD = "allowed and put forward"
IN_FIRST_PLACES, DECIDED = "in first places", "decided about"
KINDS = {DecisionKind.HIDE: "hidden by staff", DecisionKind.PLACE: "put above others"}


def found_at(outcome: OutcomeAtPoint, point: OutcomePoint) -> str:
    """What was found at a point, as a column of people is called."""
    return f"{FOUND[outcome]} at {point.label}"


FINDINGS = {point: tuple(found_at(outcome, point) for outcome in FOUND) for point in OutcomePoint}
# As a table shows it. In work at 6 months is not among in work at 6 weeks: work may begin later.
LATER = (*COURSE, *(found_at(OutcomeAtPoint.IN_WORK, point) for point in OutcomePoint))
OVERRIDES = (IN_FIRST_PLACES, DECIDED, *KINDS.values())


@dataclass(frozen=True, slots=True)
class Among:
    """In every group, `fewer` columns together count at most as many people as `more`."""

    fewer: tuple[str, ...]
    more: tuple[str, ...]


def reason_column(kind: str, reason: str) -> str:
    """People about whom staff decided for a reason, as a column is called."""
    return f"{KINDS[DecisionKind(kind)]}: {reason}"


@dataclass(frozen=True, slots=True)
class Followed:
    """What followed the lists of a period: people put forward in it, and decisions made in it."""

    reached: tuple[CandidateProgress, ...] = ()
    decided: tuple[AuditedDecision, ...] = ()


def follow(
    reached: Iterable[CandidateProgress],
    decided: Iterable[AuditedDecision],
    first: date,
    last: date,
) -> Followed:
    """What counts for a period, both days included.

    Of people, those who were first put forward in it, with all that has become of them since; of
    decisions, those made in it and not undone by its end.
    """
    return Followed(
        tuple(
            each
            for each in reached
            if each.put_forward_on is not None and first <= each.put_forward_on <= last
        ),
        tuple(
            each
            for each in decided
            if first <= each.made_at.astimezone(UK).date() <= last
            and (each.undone_at is None or each.undone_at.astimezone(UK).date() > last)
        ),
    )


def course_flags(ids: Ints, reached: Iterable[CandidateProgress]) -> dict[str, Bools]:
    """Of each person whether they came as far, and what was found of them; shape (people,)."""
    places = {number: place for place, number in enumerate(ids.tolist())}
    columns = (*COURSE, *(column for columns in FINDINGS.values() for column in columns))
    flags = {column: np.zeros(len(ids), dtype=np.bool_) for column in columns}
    for each in reached:
        place = places.get(each.candidate_id)
        if place is None:
            continue
        for column, stage in COURSE.items():
            flags[column][place] = each.stage >= stage
        for point, outcome in (
            (OutcomePoint.SIX_WEEKS, each.six_weeks),
            (OutcomePoint.SIX_MONTHS, each.six_months),
        ):
            if outcome is not None:
                flags[found_at(outcome, point)][place] = flags[STARTED][place]
    return flags


def decision_flags(
    ids: Ints, decided: Sequence[AuditedDecision], listed: Collection[int], first: Bools
) -> dict[str, Bools]:
    """Of each person who stood in a list's first places, what staff decided about them.

    As ranked now, as ranked when it was decided, or as decided: whom staff lifted into the first
    places stood there. Nobody is moved down by a decision; who is passed is not counted.

    Args:
        ids: of the people, ascending.
        decided: about any vacancy.
        listed: the vacancies whose lists are audited.
        first: who stands in the first places of one of these lists, shape (people,).
    """
    places = {number: place for place, number in enumerate(ids.tolist())}
    known = [each for each in decided if each.candidate_id in places and each.vacancy_id in listed]
    reasons = sorted({reason_column(each.kind, each.reason) for each in known})
    flags = {column: np.zeros(len(ids), dtype=np.bool_) for column in (*OVERRIDES, *reasons)}
    flags[IN_FIRST_PLACES] |= first
    for each in known:
        if min(each.rank_given, each.rank_decided or each.rank_given) <= FIRST_PLACES:
            flags[IN_FIRST_PLACES][places[each.candidate_id]] = True
    for each in known:
        place = places[each.candidate_id]
        for column in (
            DECIDED,
            KINDS[DecisionKind(each.kind)],
            reason_column(each.kind, each.reason),
        ):
            flags[column][place] = flags[IN_FIRST_PLACES][place]
    return flags


def known_among(funnel: Sequence[str], columns: Collection[str]) -> list[Among]:
    """Who is among whom, as anybody can tell from what the columns are called.

    Args:
        funnel: stages from the group on, each among those of the one before.
        columns: every column, these too.
    """
    course = (funnel[0], *COURSE)
    reasons = {
        kind: tuple(column for column in columns if column.startswith(f"{kind}: "))
        for kind in KINDS.values()
    }
    return [
        *(Among((after,), (before,)) for before, after in pairwise(funnel)),
        *(Among((after,), (before,)) for before, after in pairwise(course)),
        Among((ALLOWED_AND_PUT_FORWARD,), ("allowed",)),
        Among((ALLOWED_AND_PUT_FORWARD,), (PUT_FORWARD,)),
        *(Among(findings, (STARTED,)) for findings in FINDINGS.values()),
        Among((IN_FIRST_PLACES,), (funnel[0],)),
        Among(("shortlisted",), (IN_FIRST_PLACES,)),
        Among((DECIDED,), (IN_FIRST_PLACES,)),
        Among((DECIDED,), tuple(KINDS.values())),
        *(Among((kind,), (DECIDED,)) for kind in KINDS.values()),
        *(Among((column,), (kind,)) for kind, own in reasons.items() for column in own),
        *(Among((kind,), own) for kind, own in reasons.items()),
    ]
