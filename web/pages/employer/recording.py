"""What an employer can record of a person put forward: the forms, and how they are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, cast
from uuid import UUID

from casework.applications.model import ApplicationEvent, Correction, Interview
from casework.applications.service import ApplicationService
from casework.introductions.service import PersonShown
from employers.posting import answers as read
from employers.posting.answers import WrongAnswerError, day_answers
from foundation.database import Scope
from foundation.errors import NotFoundError
from foundation.record import check
from foundation.vocabulary import ApplicationState, CorrectionReason, UnsuccessfulReason
from web.forms.posted import Posted

S = ApplicationState
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Action:
    """Something that an employer can record; it leads to one of its states."""

    name: str
    title: str
    button: str
    notice: str
    states: tuple[ApplicationState, ...]


ACTIONS = (
    Action(
        "interview",
        "Invite {name} to an interview",
        "Book the interview",
        "interview-booked",
        (S.INTERVIEW_BOOKED,),
    ),
    Action(
        "arrange",
        "Choose {name} for an interview, and set the time later",
        "Choose for an interview",
        "chosen-for-interview",
        (S.SELECTED_FOR_INTERVIEW,),
    ),
    Action("offer", "Offer {name} the job", "Record the offer", "offer-recorded", (S.JOB_OFFER,)),
    Action(
        "started", "Record that {name} started work", "Record it", "start-recorded", (S.STARTED,)
    ),
    Action(
        "unsuccessful",
        "Record that {name} was unsuccessful",
        "Record it",
        "unsuccessful-recorded",
        (S.UNSUCCESSFUL_AT_INTERVIEW, S.APPLICATION_UNSUCCESSFUL),
    ),
)
TITLES = {
    (S.INTERVIEW_BOOKED, "interview"): "Change the interview with {name}",
    (S.JOB_OFFER, "unsuccessful"): "Take back the offer to {name}",
    (S.OFFER_ACCEPTED, "unsuccessful"): "Take back the offer to {name}",
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a form says: what to record, or errors by field."""

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def actions_for(person: PersonShown) -> list[tuple[Action, str]]:
    """Return what can be recorded now, each with its title."""
    return [
        (action, title_of(action, person))
        for action in ACTIONS
        if any(state in person.moves for state in action.states)
    ]


def known_action(name: str) -> Action:
    """Return the action with that name, or raise NotFoundError."""
    for action in ACTIONS:
        if action.name == name:
            return action
    raise NotFoundError("no such action")


def find_action(name: str, person: PersonShown) -> Action | None:
    """Return the action with that name, if it is possible now."""
    return next((action for action, _ in actions_for(person) if action.name == name), None)


def both_ends(person: PersonShown) -> bool:
    """Whether someone may fail with an interview or without, so that it must be asked."""
    return {S.UNSUCCESSFUL_AT_INTERVIEW, S.APPLICATION_UNSUCCESSFUL} <= set(person.moves)


def title_of(action: Action, person: PersonShown) -> str:
    """Return the action in words, with the person's first name."""
    key = (person.introduced.state, action.name)
    return TITLES.get(key, action.title).format(name=person.introduced.introduction.first_name)


def given_first(action: Action, person: PersonShown) -> dict[str, str]:
    """What stands in the form at first: the interview as it is booked."""
    booked = person.introduced.interview
    if action.name != "interview" or booked is None:
        return {}
    return {
        **{name: str(value) for name, value in day_answers("on", booked.on).items()},
        "at": f"{booked.at:%H:%M}",
        "place": booked.place or "",
        "video_link": booked.video_link or "",
        "contact": booked.contact,
    }


def read_action(action: Action, person: PersonShown, sent: Posted, today: date) -> Recorded:
    """Return what the form of an action says."""
    match action.name:
        case "interview":
            found = read_interview(sent, today)
        case "unsuccessful":
            found = _unsuccessful(person, sent)
        case "started":
            found = _day(sent, today, missing="Enter the day on which they started")
        case _:
            found = Recorded()
    target = next(state for state in action.states if state in person.moves)
    noted = _note(sent)
    return Recorded(
        {"to": target, **found.values, **noted.values}, {**found.errors, **noted.errors}
    )


def read_interview(sent: Posted, today: date) -> Recorded:
    """Return when and where an interview is; not before today."""
    given, errors, values = sent.given(), {}, {}
    readers = {
        "on": read.day("Date of the interview", missing="Enter the date of the interview"),
        "at": read.clock_time("Time of the interview"),
        "place": read.text("Place", most=300),
        "video_link": read.text("Video link", most=500),
        "contact": read.text(
            "Whom to ask for", most=200, missing="Enter whom to ask for, or how to reach them"
        ),
    }
    for name, reader in readers.items():
        try:
            values[name] = reader(given, name)
        except WrongAnswerError as error:
            errors[name] = str(error)
    on, at = cast(date | None, values.get("on")), cast(time | None, values.get("at"))
    if on is not None and on < today:
        errors["on"] = "Date of the interview must be today or later"
    if at is None:
        errors.setdefault("at", "Enter the time of the interview, like 10:30 or 2:15pm")
    if not values.get("place") and not values.get("video_link"):
        errors.setdefault("place", "Enter where the interview is, or a video link")
    link = values.get("video_link")
    if isinstance(link, str) and (not link.startswith("https://") or " " in link):
        errors["video_link"] = "Video link must begin with https:// and have no spaces"
    if errors:
        return Recorded(errors=errors)
    made = check(Interview, {name: value for name, value in values.items() if value is not None})
    if isinstance(made, list):
        return Recorded(errors={"place": "Check where and when the interview is"})
    return Recorded({"interview": made})


def read_correction(event: ApplicationEvent, sent: Posted, today: date) -> Recorded:
    """What is put right, and why: another day, another reason or note, or that it never was."""
    kind = sent.text("what")
    if kind not in ("undo", "change"):
        message = "Select whether it did not happen, or happened otherwise"
        return Recorded(errors={"what": message})
    if kind == "undo":
        wrong = CorrectionReason.WRONG_STATE
        return Recorded({"correct": Correction(number=event.number, reason=wrong)})
    parts = [_day(sent, today, missing="Enter the day on which it happened"), _note(sent)]
    if event.reason:
        parts.append(_reason(sent))
    values = {name: value for part in parts for name, value in part.values.items()}
    errors = {name: text for part in parts for name, text in part.errors.items()}
    if values.get("reason") == UnsuccessfulReason.OTHER:
        errors |= _needs_note(values, errors)
    same_day = values.get("on") == event.happened_on
    wrong = CorrectionReason.WRONG_DETAIL if same_day else CorrectionReason.WRONG_DATE
    correct = Correction(number=event.number, reason=wrong)
    return Recorded({"to": event.to_state, "correct": correct, **values}, errors)


def record(
    applications: ApplicationService,
    scope: Scope,
    application: UUID,
    version: int,
    found: Recorded,
) -> None:
    """Record what a form said; without anything that follows, what it corrects is undone."""
    values = dict(found.values)
    if "to" in values:
        applications.move(scope, application, version=version, **values)
    else:
        applications.undo(scope, application, values["correct"], version=version)


def _unsuccessful(person: PersonShown, sent: Posted) -> Recorded:
    reason = _reason(sent)
    errors, values = dict(reason.errors), dict(reason.values)
    after = sent.text("after_interview")
    if both_ends(person):
        if after not in ("yes", "no"):
            errors["after_interview"] = "Select yes if the interview took place"
        values["to"] = S.UNSUCCESSFUL_AT_INTERVIEW if after == "yes" else S.APPLICATION_UNSUCCESSFUL
    if values.get("reason") == UnsuccessfulReason.OTHER:
        errors |= _needs_note({"note": sent.text("note")}, errors)
    return Recorded(values, errors)


def _reason(sent: Posted) -> Recorded:
    given = sent.text("reason")
    if given not in UnsuccessfulReason.__members__:
        return Recorded(errors={"reason": "Select the main reason"})
    return Recorded({"reason": UnsuccessfulReason(given).value})


def _note(sent: Posted) -> Recorded:
    try:
        reader = read.text("Note", most=LONGEST_NOTE)
        return Recorded({"note": reader(sent.given(), "note")})
    except WrongAnswerError as error:
        return Recorded(errors={"note": str(error)})


def _needs_note(values: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, str]:
    if values.get("note") or "note" in errors:
        return {}
    return {"note": "Say in a few words what the other reason is"}


def _day(sent: Posted, today: date, *, missing: str) -> Recorded:
    try:
        found = cast(date, read.day("Day", missing=missing)(sent.given(), "on"))
    except WrongAnswerError as error:
        return Recorded(errors={"on": str(error)})
    if found > today:
        return Recorded(errors={"on": "The day cannot lie in the future"})
    return Recorded({"on": found})
