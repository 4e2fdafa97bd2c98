"""Imports outcomes of applications from CSV or JSON Lines.

A row says that an application came to a state, or what was found at six weeks or six months. What
is recorded already is left as it is; what is recorded otherwise is corrected, and the history keeps
both. Every row is tried against the rules first, in the order of the file, so that a refused row is
told with its reason and the others are saved.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Self
from uuid import UUID

from psycopg import Connection
from pydantic import StringConstraints, field_validator, model_validator

from candidates.model import PrisonNumber
from casework.applications.changes import ApplicationHistory, NewEvent, apply_event, plan_change
from casework.applications.model import (
    ApplicationChange,
    ApplicationEvent,
    ApplicationStatus,
    Correction,
    Note,
)
from casework.applications.states import POINT_STATES, REASONS, WORKED, state_at_point
from casework.applications.store import insert_event, list_events, list_standing
from foundation.database import Database, Scope
from foundation.errors import ValidationError
from foundation.intake.load import IntakeKind, check_encoding, read_rows
from foundation.intake.template import Column
from foundation.record import Day, Fault, Record, Saved, check
from foundation.vocabulary import (
    ApplicationState,
    CorrectionReason,
    OutcomeAtPoint,
    OutcomePoint,
)

POINTS = {state: point for point, state in POINT_STATES.items()}
OWN_WAY = (ApplicationState.SHORTLISTED, ApplicationState.PUT_FORWARD)
COLUMN_OF = {"on": "date", "to": "state", "point": "outcome"}


class ImportedOutcome(Record):
    """One row as it was given."""

    application_id: UUID | None = None
    prison_number: PrisonNumber | None = None
    vacancy_reference: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    state: ApplicationState
    outcome: OutcomeAtPoint | None = None
    date: Day
    reason: Annotated[str, StringConstraints(max_length=50)] | None = None
    note: Note | None = None

    @field_validator("prison_number", mode="before")
    @classmethod
    def upper_case(cls, value: object) -> object:
        """Read codes in any case."""
        return value.strip().upper() if isinstance(value, str) else value

    @model_validator(mode="after")
    def facts_agree(self) -> Self:
        """Check that a row names one application, and one thing that a file can record."""
        if not self.application_id and not (self.prison_number and self.vacancy_reference):
            raise ValueError("give application_id, or prison_number and vacancy_reference")
        if self.state in OWN_WAY:
            raise ValueError(
                "nobody is shortlisted or put forward by a file: that needs a person's agreement"
            )
        if self.outcome and self.state not in POINTS:
            raise ValueError(f"outcome goes with {' or '.join(POINTS)} only")
        return self

    @property
    def point(self) -> OutcomePoint | None:
        """The outcome point that the row is about, if any."""
        return POINTS.get(self.state)


class PlannedOutcome(Record):
    """What a row would record: an event, or nothing if it is recorded already."""

    application: int
    state: ApplicationState
    event: NewEvent | None


class OutcomeChecker:
    """Checks rows against the rules, each application's in the order of the file."""

    def __init__(
        self, found: Sequence[tuple[ApplicationStatus, str, str, ApplicationHistory]], today: date
    ) -> None:
        self._today = today
        self._standing = {standing.public_id: standing for standing, *_ in found}
        self._histories = {standing.id: history for standing, _, _, history in found}
        self._named: dict[tuple[str, str], list[ApplicationStatus]] = {}
        for standing, number, reference, _ in found:
            self._named.setdefault((number, reference), []).append(standing)
        self._seen: set[tuple[int, ApplicationState]] = set()

    def check(self, values: dict[str, Any]) -> PlannedOutcome | list[Fault]:
        """Return what the row would record, or everything that is wrong with it."""
        row = check(ImportedOutcome, values)
        if isinstance(row, list):
            return row
        try:
            standing = self._find(row)
            return self._plan(standing, row)
        except ValidationError as error:
            return [Fault(COLUMN_OF.get(error.field, error.field), error.value, error.allowed)]

    def _find(self, row: ImportedOutcome) -> ApplicationStatus:
        named = self._named.get((row.prison_number or "", row.vacancy_reference or ""), [])
        if row.application_id:
            standing = self._standing.get(row.application_id)
            if standing is None:
                raise ValidationError("application_id", str(row.application_id), "no such one")
            if (row.prison_number and row.vacancy_reference) and standing not in named:
                raise ValidationError(
                    "application_id", str(row.application_id), "it is another person's or vacancy's"
                )
            return standing
        if not named:
            raise ValidationError(
                "vacancy_reference",
                row.vacancy_reference,
                f"{row.prison_number} has no application for it; shortlist them first",
            )
        if len({standing.vacancy_id for standing in named}) > 1:
            raise ValidationError(
                "vacancy_reference",
                row.vacancy_reference,
                "several employers use it; give the application_id",
            )
        return named[-1]  # the one begun last

    def _plan(self, standing: ApplicationStatus, row: ImportedOutcome) -> PlannedOutcome:
        if (standing.id, row.state) in self._seen:
            raise ValidationError("state", row.state.value, "an earlier row gives it already")
        history = self._histories[standing.id]
        event = plan_row(history, row, self._today)
        if event and event.to_state is ApplicationState.APPLICATION_MADE and not standing.agreed:
            raise ValidationError("state", row.state.value, "their agreement does not stand")
        self._seen.add((standing.id, row.state))
        if event:
            moved = apply_event(history, event, "", None, datetime.now(UTC))
            self._histories[standing.id] = moved
        return PlannedOutcome(application=standing.id, state=row.state, event=event)


def plan_row(history: ApplicationHistory, row: ImportedOutcome, today: date) -> NewEvent | None:
    """Return the event that a row records, or None if it is recorded already.

    Raises:
        ValidationError: the rules do not allow it.
    """
    outcome = (row.outcome or OutcomeAtPoint.IN_WORK) if row.point else None
    recorded = _recorded(history, row)
    source = recorded.from_state if recorded else history.state
    if row.point and source not in WORKED:
        raise ValidationError("state", row.state.value, "record STARTED first, then what was found")
    change = ApplicationChange(
        to=row.state,
        on=row.date,
        reason=row.reason,
        note=row.note or (recorded.note if recorded else None),
        point=row.point,
        outcome=outcome,
    )
    if source and row.point and outcome:
        change = change.model_copy(update={"to": state_at_point(source, row.point, outcome)})
    if recorded is None:
        return plan_change(history, change, None, today)
    if _says(recorded) == (change.on, change.reason, change.note, change.outcome):
        return None
    if recorded.step != history.last_step and recorded.from_state is recorded.to_state:
        change = change.model_copy(update={"to": recorded.to_state})
    correction = Correction(number=recorded.number, reason=CorrectionReason.LATER_FILE)
    return plan_change(history, change.model_copy(update={"correct": correction}), None, today)


def _recorded(history: ApplicationHistory, row: ImportedOutcome) -> ApplicationEvent | None:
    """Return the newest standing event that records the same thing, or None."""
    for event in reversed(history.standing()):
        if event.point is row.point and (row.point or event.to_state is row.state):
            return event
    return None


def _says(event: ApplicationEvent) -> tuple[object, ...]:
    return event.happened_on, event.reason, event.note, event.outcome


def save_outcomes(connection: Connection[Any], planned: Sequence[PlannedOutcome]) -> Saved:
    """Record planned events; raise ConflictError if an application changed meanwhile."""
    saved = Saved()
    for each in planned:
        if each.event is None:
            saved += Saved(unchanged=1)
            continue
        insert_event(connection, each.application, each.event)
        saved += Saved(updated=1) if each.event.corrects else Saved(inserted=1)
    return saved


def outcomes_kind(
    path: Path, database: Database, scope: Scope, today: date
) -> IntakeKind[PlannedOutcome]:
    """Return how this file is loaded, with the applications that it names read beforehand.

    Raises:
        IntakeError: the file as a whole cannot be read.
    """
    check_encoding(path)
    rows = [row for row in _given(path) if isinstance(row, ImportedOutcome)]
    ids = [row.application_id for row in rows if row.application_id]
    people = [(row.prison_number or "", row.vacancy_reference or "") for row in rows]
    with database.transaction(scope) as connection:
        found = [
            (standing, number, reference, _history(connection, standing))
            for standing, number, reference in list_standing(connection, ids, people)
        ]
    return replace(OUTCOMES, check=OutcomeChecker(found, today).check)


def _given(path: Path) -> Iterator[ImportedOutcome | list[Fault]]:
    for row in read_rows(path, OUTCOMES, lambda _: None):
        yield check(ImportedOutcome, row.values)


def _history(connection: Connection[Any], standing: ApplicationStatus) -> ApplicationHistory:
    events = list_events(connection, standing.id)
    return ApplicationHistory(
        standing.state, standing.version, standing.last_step, standing.opened_on, events
    )


def _same(values: dict[str, Any]) -> dict[str, Any]:
    return values


COLUMNS = (
    Column(
        "application_id",
        "",
        "The application's id, as `newfutures applications list` shows it; or give the next two.",
    ),
    Column("prison_number", "A1234BC", "Whose application, if there is no application_id."),
    Column(
        "vacancy_reference",
        "HF-001",
        "The employer's reference for the vacancy. Where the person applied more than once, the "
        "application begun last is meant.",
    ),
    Column(
        "state",
        "STARTED",
        "What it came to. SHORTLISTED and PUT_FORWARD cannot be given in a file.",
        required=True,
    ),
    Column(
        "outcome",
        "",
        "With IN_WORK_6_WEEKS and IN_WORK_6_MONTHS: what was found then. Empty: IN_WORK.",
    ),
    Column("date", "2026-11-02", "When it happened, as YYYY-MM-DD; not ahead.", required=True),
    Column(
        "reason",
        "",
        "Why; OTHER needs a note. "
        + " ".join(
            f"With {state.value}: {', '.join(codes.__members__)}."
            for state, codes in REASONS.items()
        ),
    ),
    Column("note", "", "Up to 500 characters; an employer never sees it."),
)

OUTCOMES: IntakeKind[PlannedOutcome] = IntakeKind(
    columns=tuple(column.name for column in COLUMNS),
    required=tuple(column.name for column in COLUMNS if column.required),
    from_cells=lambda cells: dict(cells),
    from_object=_same,
    check=OutcomeChecker((), date.min).check,
    key=lambda planned: (planned.application, planned.state.value),
    save=save_outcomes,
)
