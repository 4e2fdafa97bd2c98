"""The audit trail for an auditor: who did what to which kind of record, and when.

Never what a record said before, and no person's name: a person is the beginning of their public id,
the same wherever it is shown, which leads nowhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from assurance.trail import store
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.errors import NotFoundError, ValidationError
from foundation.vocabulary import Code, Role

EXPORTED_AT_A_TIME = 1000
TRAIL_COLUMNS = ("number", "at", "who", "role", "did", "to", "record", "people", "rows")
SEEN = ("view", "list", "audit", "replay")
WRITTEN = ("insert", "update", "delete")


class Doing(Code):
    """What was done, broadly (ours)."""

    SEEN = "SEEN", "Looked at something"
    EXPORTED = "EXPORTED", "Took a file away"
    WRITTEN = "WRITTEN", "Added, changed or deleted a record"
    OTHER = "OTHER", "Anything else, such as accounts and decisions"


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which happenings a list shows. Days are those of the United Kingdom, both included."""

    first: date | None = None
    last: date | None = None
    actor: str = ""
    doing: Doing | None = None
    subject: str = ""
    newest_first: bool = True


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the trail. `people` and `rows` are how many a list or a file held."""

    id: int
    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    record: str
    people: int | None
    rows: int | None


@dataclass(frozen=True, slots=True)
class TrailPage:
    """A page of the trail, and the id to go on beyond; None where it ends."""

    items: tuple[Happening, ...]
    beyond: int | None
    subjects: tuple[str, ...]


class Trail:
    """What auditors call; to anyone else there is nothing here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(
        self, scope: Scope, wanted: TrailFilter, *, beyond: int | None = None, size: int = 50
    ) -> TrailPage:
        """A page of the trail, beyond an id; the reading itself is a line of it.

        Raises:
            NotFoundError: the role does not read the trail.
            ValidationError: the days are the wrong way round.
        """
        _require_reader(scope)
        with self._database.transaction(scope) as connection:
            rows = store.list_happenings(
                connection,
                _parameters(wanted, beyond),
                newest_first=wanted.newest_first,
                size=size + 1,
            )
            subjects = store.list_subjects(connection)
            audit.insert_event(connection, "view", "audit_event", None)
        shown = self._named(scope, rows[:size])
        more = shown[-1].id if len(rows) > size else None
        return TrailPage(tuple(shown), more, tuple(subjects))

    def export(self, scope: Scope, wanted: TrailFilter) -> Iterator[tuple[object, ...]]:
        """The whole list as rows, as `TRAIL_COLUMNS`; that it was exported is recorded first."""
        _require_reader(scope)
        parameters = _parameters(wanted, None)
        with self._database.transaction(scope) as connection:
            audit.insert_event(connection, "export", "audit_event", None)
        return self._rows(scope, wanted, parameters)

    def _rows(
        self, scope: Scope, wanted: TrailFilter, parameters: dict[str, object]
    ) -> Iterator[tuple[object, ...]]:
        while True:
            with self._database.transaction(scope) as connection:
                rows = store.list_happenings(
                    connection,
                    parameters,
                    newest_first=wanted.newest_first,
                    size=EXPORTED_AT_A_TIME,
                )
            for each in self._named(scope, rows):
                yield _row(each)
            if len(rows) < EXPORTED_AT_A_TIME:
                return
            parameters = parameters | {"beyond": rows[-1]["id"]}

    def _named(self, scope: Scope, rows: list[dict[str, Any]]) -> list[Happening]:
        """The rows with a short code for each person, whom the auditor's own scope cannot see."""
        ids = {row["subject_id"] for row in rows if row["subject"] == "candidate"} - {None}
        with self._database.transaction(Scope(scope.actor)) as connection:
            known = store.list_public_ids(connection, sorted(ids))
        codes = {key: str(public_id)[:8] for key, public_id in known.items()}
        return [Happening(**_told(row, codes)) for row in rows]


def _told(row: dict[str, Any], codes: dict[int, str]) -> dict[str, Any]:
    number = row.pop("subject_id")
    record = "" if number is None else str(number)
    if row["subject"] == "candidate" and number is not None:
        record = codes.get(number, "no longer kept")
    return row | {"record": record}


def _row(each: Happening) -> tuple[object, ...]:
    return (
        each.id,
        each.at,
        each.actor,
        Role(each.role).label if each.role in Role.__members__ else "The service",
        each.action,
        each.subject,
        each.record,
        each.people,
        each.rows,
    )


def _parameters(wanted: TrailFilter, beyond: int | None) -> dict[str, object]:
    if wanted.first and wanted.last and wanted.first > wanted.last:
        raise ValidationError("first", str(wanted.first), f"give a day up to {wanted.last}")
    actions = {Doing.SEEN: SEEN, Doing.EXPORTED: ("export",), Doing.WRITTEN: WRITTEN}
    chosen = actions.get(wanted.doing) if wanted.doing else None
    others = (*SEEN, "export", *WRITTEN) if wanted.doing is Doing.OTHER else None
    return {
        "start": _midnight(wanted.first),
        "end": _midnight(wanted.last + timedelta(days=1)) if wanted.last else None,
        "actor": wanted.actor.strip().casefold() or None,
        "actions": list(chosen) if chosen else None,
        "not_actions": list(others) if others else None,
        "subject": wanted.subject or None,
        "beyond": beyond,
    }


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), clock.UK) if day else None


def _require_reader(scope: Scope) -> None:
    if scope.role not in (None, Role.AUDITOR):
        raise NotFoundError("the audit trail is for auditors")
