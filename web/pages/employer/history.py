"""The history of a person put forward, as their employer sees it."""

from dataclasses import dataclass
from datetime import date

from casework.applications.model import ApplicationEvent
from casework.introductions.service import PersonShown
from foundation.vocabulary import ApplicationState, UnsuccessfulReason
from web.pages.employer.stages import words_of
from web.view.wording import moment

S = ApplicationState
LEAD = "the prison’s employment lead"
OWN_STAFF = "the prison’s employment lead or the person’s work coach"
DONE = {
    S.SELECTED_FOR_INTERVIEW: "Chosen for an interview",
    S.INTERVIEW_BOOKED: "Invited to an interview",
    S.JOB_OFFER: "Offered the job",
    S.APPLICATION_UNSUCCESSFUL: "Unsuccessful",
    S.UNSUCCESSFUL_AT_INTERVIEW: "Unsuccessful after an interview",
    S.STARTED: "Started work",
}


@dataclass(frozen=True, slots=True)
class StepSoFar:
    """One step: its day, who recorded it, and whether it can be corrected."""

    on: date
    words: str
    by: str
    reason: str = ""
    note: str = ""
    number: int | None = None
    stands: bool = True


def steps_so_far(person: PersonShown) -> list[StepSoFar]:
    """Return the steps since the person was put forward; other staff's only by their result."""
    introduced = person.introduced
    own = sorted(person.events, key=lambda event: (event.step, event.number))
    steps = [StepSoFar(introduced.introduced_on, "Put forward", LEAD), *map(_own_step, own)]
    standing = [event.to_state for event in own if event.stands]
    known = (S.PUT_FORWARD, *standing[-1:])
    if words_of(introduced.state) not in {words_of(state) for state in known}:
        words = words_of(introduced.state)
        by = LEAD if introduced.state is S.APPLICATION_MADE else OWN_STAFF
        steps.append(StepSoFar(introduced.updated_at.date(), words, by))
    return steps


def event_words(event: ApplicationEvent) -> str:
    """Return an event in words."""
    return DONE.get(event.to_state, words_of(event.to_state))


def changed_words(person: PersonShown) -> str:
    """Return who changed it last, to what and when, for the second of two people."""
    introduced = person.introduced
    latest = person.events[-1] if person.events else None
    if latest is not None and latest.number == introduced.version:
        who, when = latest.actor, latest.recorded_at
    else:
        who, when = OWN_STAFF, introduced.updated_at
    now = words_of(introduced.state)
    name = introduced.introduction.first_name
    return f"{who}, {moment(when)}. For {name} it now says: {now.lower()}"


def _own_step(event: ApplicationEvent) -> StepSoFar:
    reason = UnsuccessfulReason.__members__.get(event.reason or "")
    return StepSoFar(
        event.happened_on,
        "Said not to have happened" if event.undone else event_words(event),
        event.actor,
        reason=reason.label if reason else "",
        note=event.note or "",
        number=event.number if event.stands else None,
        stands=event.stands,
    )
