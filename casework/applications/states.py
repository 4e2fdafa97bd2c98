"""The states of an application, the transitions between them, and who can make each. Pure.

The database holds the same moves (`application_move`) and checks every one again; a test keeps the
two alike. A move from a state to itself records something that does not change the state: another
time for an interview, or what was found at six weeks or six months.
"""

from dataclasses import dataclass

from foundation.errors import ValidationError
from foundation.vocabulary import (
    ApplicationState,
    Code,
    OfferDeclinedReason,
    OutcomeAtPoint,
    OutcomePoint,
    Role,
    UnsuccessfulReason,
    WithdrawnReason,
)

S = ApplicationState
LEAD, EMPLOYER, COACH = Role.PRISON_EMPLOYMENT_LEAD, Role.EMPLOYER, Role.WORK_COACH

CLOSED = (
    S.APPLICATION_UNSUCCESSFUL,
    S.UNSUCCESSFUL_AT_INTERVIEW,
    S.OFFER_DECLINED,
    S.WITHDRAWN,
)
TAKES_PLACE = (S.OFFER_ACCEPTED, S.STARTED, S.IN_WORK_6_WEEKS, S.IN_WORK_6_MONTHS)
WORKED = (S.STARTED, S.IN_WORK_6_WEEKS, S.IN_WORK_6_MONTHS)

# How far along each state proves that someone came. Whoever failed at interview had one, and
# whoever declined an offer had one; the other ends prove nothing beyond what was recorded before.
STAGES = {
    S.WITHDRAWN: 1,
    S.SHORTLISTED: 1,
    S.PUT_FORWARD: 2,
    S.APPLICATION_UNSUCCESSFUL: 2,
    S.APPLICATION_MADE: 3,
    S.SELECTED_FOR_INTERVIEW: 4,
    S.INTERVIEW_BOOKED: 5,
    S.UNSUCCESSFUL_AT_INTERVIEW: 5,
    S.JOB_OFFER: 6,
    S.OFFER_DECLINED: 6,
    S.OFFER_ACCEPTED: 7,
    S.STARTED: 8,
    S.IN_WORK_6_WEEKS: 9,
    S.IN_WORK_6_MONTHS: 10,
}

REASONS: dict[ApplicationState, type[Code]] = {
    S.APPLICATION_UNSUCCESSFUL: UnsuccessfulReason,
    S.UNSUCCESSFUL_AT_INTERVIEW: UnsuccessfulReason,
    S.OFFER_DECLINED: OfferDeclinedReason,
    S.WITHDRAWN: WithdrawnReason,
}
POINT_STATES = {
    OutcomePoint.SIX_WEEKS: S.IN_WORK_6_WEEKS,
    OutcomePoint.SIX_MONTHS: S.IN_WORK_6_MONTHS,
}


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition and the roles that can make it; `source` None is the start."""

    source: ApplicationState | None
    target: ApplicationState
    roles: frozenset[Role]


def _moves() -> tuple[Transition, ...]:
    lead, employer, person = {LEAD}, {EMPLOYER}, {LEAD, COACH}
    anyone = {LEAD, EMPLOYER, COACH}
    listed: list[tuple[ApplicationState | None, set[Role], tuple[ApplicationState, ...]]] = [
        (None, lead, (S.SHORTLISTED,)),
        (S.SHORTLISTED, lead, (S.PUT_FORWARD, S.WITHDRAWN)),
        (S.PUT_FORWARD, lead, (S.APPLICATION_MADE,)),
        (S.PUT_FORWARD, person, (S.WITHDRAWN,)),
        (
            S.PUT_FORWARD,
            employer,
            (
                S.SELECTED_FOR_INTERVIEW,
                S.INTERVIEW_BOOKED,
                S.JOB_OFFER,
                S.APPLICATION_UNSUCCESSFUL,
            ),
        ),
        (
            S.APPLICATION_MADE,
            employer,
            (
                S.SELECTED_FOR_INTERVIEW,
                S.INTERVIEW_BOOKED,
                S.JOB_OFFER,
                S.APPLICATION_UNSUCCESSFUL,
            ),
        ),
        (S.APPLICATION_MADE, person, (S.WITHDRAWN,)),
        (S.APPLICATION_MADE, anyone, (S.STARTED,)),
        (
            S.SELECTED_FOR_INTERVIEW,
            employer,
            (
                S.INTERVIEW_BOOKED,
                S.JOB_OFFER,
                S.APPLICATION_UNSUCCESSFUL,
                S.UNSUCCESSFUL_AT_INTERVIEW,
            ),
        ),
        (S.SELECTED_FOR_INTERVIEW, person, (S.WITHDRAWN,)),
        (S.SELECTED_FOR_INTERVIEW, anyone, (S.STARTED,)),
        (
            S.INTERVIEW_BOOKED,
            employer,
            (
                S.INTERVIEW_BOOKED,
                S.JOB_OFFER,
                S.APPLICATION_UNSUCCESSFUL,
                S.UNSUCCESSFUL_AT_INTERVIEW,
            ),
        ),
        (S.INTERVIEW_BOOKED, person, (S.WITHDRAWN,)),
        (S.INTERVIEW_BOOKED, anyone, (S.STARTED,)),
        (S.JOB_OFFER, employer, (S.APPLICATION_UNSUCCESSFUL,)),
        (S.JOB_OFFER, person, (S.OFFER_ACCEPTED, S.OFFER_DECLINED, S.WITHDRAWN)),
        (S.JOB_OFFER, anyone, (S.STARTED,)),
        (S.OFFER_ACCEPTED, employer, (S.APPLICATION_UNSUCCESSFUL,)),
        (S.OFFER_ACCEPTED, person, (S.WITHDRAWN,)),
        (S.OFFER_ACCEPTED, anyone, (S.STARTED,)),
        (S.STARTED, person, (S.STARTED, S.IN_WORK_6_WEEKS, S.IN_WORK_6_MONTHS)),
        (S.IN_WORK_6_WEEKS, person, (S.IN_WORK_6_WEEKS, S.IN_WORK_6_MONTHS)),
        (S.IN_WORK_6_MONTHS, person, (S.IN_WORK_6_MONTHS,)),
    ]
    return tuple(
        Transition(source, target, frozenset(roles))
        for source, roles, targets in listed
        for target in targets
    )


MOVES = _moves()
_BY_ENDS = {(move.source, move.target): move for move in MOVES}


def is_closed(state: ApplicationState) -> bool:
    """Return whether nothing more can happen except corrections."""
    return state in CLOSED


def can_move(role: Role | None, source: ApplicationState | None, target: ApplicationState) -> bool:
    """Return whether a role can make a transition; None (command line, imports) can make all."""
    move = _BY_ENDS.get((source, target))
    return move is not None and (role is None or role in move.roles)


def next_states(role: Role | None, state: ApplicationState) -> tuple[ApplicationState, ...]:
    """Return the states that a role can choose next, in the order of the journey."""
    return tuple(target for target in ApplicationState if can_move(role, state, target))


def require_move(
    role: Role | None, source: ApplicationState | None, target: ApplicationState
) -> None:
    """Raise ValidationError, saying what is possible, if the transition is not allowed."""
    if can_move(role, source, target):
        return
    move = _BY_ENDS.get((source, target))
    if move is not None:
        who = " or ".join(sorted(_who(each) for each in move.roles))
        raise ValidationError("to", target.value, f"that is for the {who} to record")
    if source is None:
        raise ValidationError("to", target.value, "an application begins with SHORTLISTED")
    after = ", ".join(next_states(role, source))
    ways = f"what can follow is: {after}" if after else "nothing follows that you can record"
    raise ValidationError("to", target.value, f"after {source.value} {ways}")


def _who(role: Role) -> str:
    return {LEAD: "prison employment lead", EMPLOYER: "employer", COACH: "work coach"}[role]


def state_at_point(
    state: ApplicationState, point: OutcomePoint, outcome: OutcomeAtPoint
) -> ApplicationState:
    """Return the state after an outcome: only being in work takes an application further."""
    reached = POINT_STATES[point]
    if outcome is OutcomeAtPoint.IN_WORK and STAGES[reached] > STAGES[state]:
        return reached
    return state


def check_reason(target: ApplicationState, reason: str | None, note: str | None) -> Code | None:
    """Return the reason as a code that the state allows, or None if it needs none.

    Raises:
        ValidationError: it is missing, not on the list, not asked for, or OTHER without a note.
    """
    codes = REASONS.get(target)
    if codes is None:
        if reason:
            raise ValidationError("reason", reason, f"{target.value} takes no reason; leave it out")
        return None
    if reason is None or reason not in codes.__members__:
        raise ValidationError("reason", reason, f"use one of {', '.join(codes.__members__)}")
    if reason == "OTHER" and not note:
        raise ValidationError("note", note, "say in a note what the other reason is")
    return codes(reason)
