"""Checks a change of an application, and says which event it makes. Pure.

The triggers of migration 0012 do the same; a test of random histories holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from casework.applications.model import ApplicationChange, ApplicationEvent
from casework.applications.states import (
    POINT_STATES,
    STAGES,
    WORKED,
    check_reason,
    require_move,
    state_at_point,
)
from foundation.errors import ValidationError
from foundation.vocabulary import (
    ApplicationState,
    CorrectionReason,
    OutcomeAtPoint,
    OutcomePoint,
    Role,
    WithdrawnReason,
)

Point = tuple[OutcomePoint, OutcomeAtPoint] | None


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to record, in the form that the database stores."""

    number: int
    to_state: ApplicationState
    happened_on: date
    reason: str | None = None
    note: str | None = None
    point: OutcomePoint | None = None
    outcome: OutcomeAtPoint | None = None
    corrects: int | None = None
    undone: bool = False
    correction_reason: CorrectionReason | None = None


@dataclass(frozen=True, slots=True)
class ApplicationHistory:
    """Where an application stands, and how it got there, as far as the caller can see."""

    state: ApplicationState
    version: int
    last_step: int
    opened_on: date
    events: tuple[ApplicationEvent, ...]

    def event(self, number: int) -> ApplicationEvent:
        """Return the event with this number if it can be corrected; else raise ValidationError."""
        for event in self.events:
            if event.number == number and event.stands:
                return event
        for event in self.events:
            if event.corrects == number:
                raise ValidationError(
                    "correct", number, f"event {event.number} put it right; correct that one"
                )
        raise ValidationError("correct", number, "it is not an event that you can put right")

    def standing(self) -> tuple[ApplicationEvent, ...]:
        """Return the events that have not been corrected, in the order of their steps."""
        return tuple(sorted((e for e in self.events if e.stands), key=lambda e: e.step))


def plan_change(
    history: ApplicationHistory, change: ApplicationChange, role: Role | None, today: date
) -> NewEvent:
    """Return the event to record, or raise ValidationError that says what is wrong."""
    check_day(change.on, history.opened_on, today)
    if (change.interview is not None) and change.to is not ApplicationState.INTERVIEW_BOOKED:
        raise ValidationError("interview", change.to.value, "only INTERVIEW_BOOKED has one")
    if change.correct is not None:
        return _plan_correction(history, change, role)
    if change.undo:
        raise ValidationError("undo", True, "name the event that did not happen")
    require_move(role, history.state, change.to)
    if change.reason == WithdrawnReason.AGREEMENT_WITHDRAWN:
        raise ValidationError("reason", change.reason, "withdraw the agreement itself")
    point = _point(history.state, change)
    _check_point(history.state, change.to, point)
    return _event(history, change, point)


def check_day(on: date, opened_on: date, today: date) -> None:
    """Refuse a day in the future, or before the application began."""
    if on > today:
        raise ValidationError("on", on.isoformat(), "it cannot lie in the future")
    if on < opened_on:
        raise ValidationError(
            "on", on.isoformat(), f"the application began on {opened_on.isoformat()}"
        )


def _plan_correction(
    history: ApplicationHistory, change: ApplicationChange, role: Role | None
) -> NewEvent:
    correction = change.correct
    if correction is None:
        raise ValueError("there is nothing to correct")
    corrected = history.event(correction.number)
    require_move(role, corrected.from_state, corrected.to_state)
    is_last = corrected.step == history.last_step
    if not is_last and (change.undo or change.to is not corrected.to_state):
        raise ValidationError(
            "correct", correction.number, "more was recorded after it; put that right first"
        )
    if change.undo:
        if corrected.from_state is None:
            raise ValidationError(
                "undo", correction.number, "an application that began is withdrawn, not undone"
            )
        return NewEvent(
            history.version + 1,
            corrected.from_state,
            change.on,
            note=change.note,
            corrects=correction.number,
            undone=True,
            correction_reason=correction.reason,
        )
    require_move(role, corrected.from_state, change.to)
    point = _point(corrected.from_state, change)
    if point is None and corrected.point and corrected.outcome and change.to is corrected.to_state:
        point = corrected.point, corrected.outcome
    _check_point(corrected.from_state, change.to, point, is_last=is_last)
    return replace(
        _event(history, change, point),
        corrects=correction.number,
        correction_reason=correction.reason,
    )


def _event(history: ApplicationHistory, change: ApplicationChange, point: Point) -> NewEvent:
    return NewEvent(
        history.version + 1,
        change.to,
        change.on,
        reason=check_reason(change.to, change.reason, change.note),
        note=change.note,
        point=point[0] if point else None,
        outcome=point[1] if point else None,
    )


def _point(source: ApplicationState | None, change: ApplicationChange) -> Point:
    """Return the outcome point that a change is about; being in work at one implies it."""
    if change.point and change.outcome:
        return change.point, change.outcome
    if change.point or change.outcome:
        raise ValidationError("outcome", change.outcome, "give the point and what was found then")
    if source is not change.to:
        for point, state in POINT_STATES.items():
            if state is change.to:
                return point, OutcomeAtPoint.IN_WORK
    return None


def _check_point(
    source: ApplicationState | None, target: ApplicationState, point: Point, *, is_last: bool = True
) -> None:
    if point is None:
        if source is target and source in WORKED:
            raise ValidationError("point", None, "say what was found, and at which point")
        return
    if source not in WORKED:
        raise ValidationError("point", point[0].value, "only work that has begun has its points")
    implied = state_at_point(source, *point)
    stays_earlier = not is_last and source is target
    if target is not implied and not stays_earlier:
        raise ValidationError(
            "to", target.value, f"{point[1].value} at {point[0].label} leads to {implied.value}"
        )


def apply_event(
    history: ApplicationHistory, new: NewEvent, actor: str, role: Role | None, recorded_at: datetime
) -> ApplicationHistory:
    """Return the history after an event is recorded, as the database's triggers make it."""
    if new.corrects is None:
        corrected = None
        step, previous_step = new.number, history.last_step
        source = history.state if history.version else None
        state = new.to_state
    else:
        corrected = history.event(new.corrects)
        step, previous_step, source = corrected.step, corrected.previous_step, corrected.from_state
        state = new.to_state if step == history.last_step else history.state
    event = ApplicationEvent(
        number=new.number,
        step=step,
        previous_step=previous_step,
        corrects=new.corrects,
        undone=new.undone,
        from_state=source,
        to_state=new.to_state,
        state_after=state,
        point=new.point,
        outcome=new.outcome,
        happened_on=new.happened_on,
        reason=new.reason,
        note=new.note,
        correction_reason=new.correction_reason,
        actor=actor,
        role=role,
        recorded_at=recorded_at,
        stands=not new.undone,
    )
    earlier = (replace(e, stands=False) if e is corrected else e for e in history.events)
    last_step = history.last_step if corrected else step
    return replace(
        history,
        state=state,
        version=new.number,
        last_step=previous_step if new.undone else last_step,
        events=(*earlier, event),
    )


def furthest(events: Sequence[ApplicationEvent]) -> int:
    """The furthest stage that standing events prove."""
    return max((STAGES[event.to_state] for event in events if event.stands), default=0)
