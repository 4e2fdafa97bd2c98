"""A lead's work with people: finding them, readiness, notes, tasks, and who saw them.

Opens its own transactions in the scope that it is given. Whatever shows people says so in the audit
trail: a page as `view`, a list as `list` with everybody on it, a file as `export`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection

from candidates.by_hand import LABELS, PARTS, written_by_hand
from candidates.store import list_candidates
from casework.people import store
from casework.people.case import (
    LONGEST_NOTE,
    LONGEST_REASON,
    LONGEST_TASK,
    Access,
    Case,
    CaseChange,
    NewNote,
    NewTask,
    Note,
    NoteAbout,
    NoteFilter,
    Task,
    TaskFilter,
    changed_record,
    check_words,
)
from casework.people.model import (
    PeopleFilter,
    PeopleSort,
    PersonSummary,
    export_row,
    summarise_people,
)
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.pages import Page, check_page
from foundation.settings import Settings
from foundation.vocabulary import Role

EXPORTED_AT_A_TIME = 500
CASE_COLUMNS = {part: field for field, parts in PARTS.items() for part in parts}
ACCESS_COLUMNS = ("at", "who", "role", "what", "where", "address")


class CaseworkService:
    """What leads and work coaches do with people's cases. Thread-safe."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    @property
    def today(self) -> date:
        """The day that weeks to release are counted from."""
        return clock.today(self._settings)

    def list_people(
        self,
        scope: Scope,
        people_filter: PeopleFilter,
        sort: PeopleSort = PeopleSort.RELEASE_DATE,
        *,
        page: int = 1,
        size: int = 25,
    ) -> Page[PersonSummary]:
        """Return one page of people in scope, and audit that they were listed."""
        check_page(page, size)
        today = self.today
        with self._database.transaction(scope) as connection:
            ids = store.list_people_ids(
                connection, scope, people_filter, sort, today, page=page, size=size
            )
            total = store.count_people(connection, scope, people_filter, today)
            _record_list(connection, "people", ids)
            return Page(tuple(_summaries(connection, ids, today)), total, page, size)

    def count_people(self, scope: Scope, people_filter: PeopleFilter) -> int:
        """Return how many people that list has."""
        with self._database.transaction(scope) as connection:
            return store.count_people(connection, scope, people_filter, self.today)

    def export_people(
        self, scope: Scope, people_filter: PeopleFilter, sort: PeopleSort = PeopleSort.RELEASE_DATE
    ) -> Iterator[tuple[object, ...]]:
        """Return the whole list as rows of `casework.people.model.EXPORT_COLUMNS`.

        That they were exported is recorded before the first row is given. Whoever leaves the scope
        meanwhile is left out.
        """
        today = self.today
        with self._database.transaction(scope) as connection:
            ids = store.list_people_ids(connection, scope, people_filter, sort, today)
            audit.insert_event(connection, "export", "people", of="the list of people", people=ids)
        return self._rows(scope, ids, today)

    def get_case(self, scope: Scope, candidate: UUID) -> Case:
        """Return a person and their case, and audit the view."""
        with self._database.transaction(scope) as connection:
            case = store.get_case(connection, candidate)
            audit.insert_event(connection, "view", "candidate", case.person.id)
            return case

    def update_case(self, scope: Scope, candidate: UUID, version: int, change: CaseChange) -> Case:
        """Change a person's readiness, documents, consent or right to work.

        Raises:
            NotFoundError: no such person in scope.
            ConflictError: somebody changed the case after `version`.
            ValidationError: the change is not allowed, or not by this role.
        """
        _require(scope, Role.PRISON_EMPLOYMENT_LEAD)
        with self._database.transaction(scope) as connection:
            case = store.get_case(connection, candidate, lock=True)
            if case.version != version:
                raise ConflictError(_who_changed(connection, case))
            before = case.person.record
            after = changed_record(before, change, self.today)
            by_hand = written_by_hand(before, after, case.by_hand, by=scope.actor, at=clock.now())
            how = change.consent.how if change.consent else case.consent_how
            store.update_case(connection, case.person.id, after, how, by_hand)
            return store.get_case(connection, candidate)

    def add_note(self, scope: Scope, candidate: UUID, note: NewNote) -> UUID:
        """Add a note about a person.

        Raises:
            NotFoundError: no such person, or no such application of theirs, in scope.
            ValidationError: it is empty or too long, or does not say what it is about.
        """
        _require(scope, Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH)
        words = check_words("note", note.words, LONGEST_NOTE)
        if (note.about is NoteAbout.READINESS_ACTION) != (note.action is not None):
            raise ValidationError("action", note.action, "name the action that the note is about")
        if (note.about is NoteAbout.APPLICATION) != (note.application is not None):
            raise ValidationError(
                "application", note.application, "name the application that the note is about"
            )
        with self._database.transaction(scope) as connection:
            person = store.get_case(connection, candidate).person
            return store.insert_note(
                connection,
                person.id,
                NewNote(words, note.about, note.action, note.application),
            )

    def strike_note(self, scope: Scope, note: UUID, reason: str) -> None:
        """Strike a wrong note through; its words stay.

        Raises:
            NotFoundError: no such note in scope, or it was struck through already.
        """
        _require(scope, Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH)
        why = check_words("reason", reason, LONGEST_REASON)
        with self._database.transaction(scope) as connection:
            if not store.update_note_struck(connection, note, why):
                raise NotFoundError("no such note in your scope, or it is struck through already")

    def list_notes(self, scope: Scope, note_filter: NoteFilter) -> list[Note]:
        """Return notes, newest first; audit the list if they are about several people."""
        with self._database.transaction(scope) as connection:
            found = store.list_notes(connection, note_filter)
            if note_filter.candidate is None:
                _record_list(connection, "notes", (note.candidate_id for note in found))
            return found

    def add_task(self, scope: Scope, candidate: UUID, task: NewTask) -> UUID:
        """Add a task about a person.

        Raises:
            NotFoundError: no such person in scope.
            ValidationError: it does not say what, or for whom.
        """
        _require(scope, Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH)
        what = check_words("task", task.what, LONGEST_TASK)
        if (task.for_account is None) == (task.for_role is None):
            raise ValidationError("for", task.for_role, "choose one account, or one role")
        if task.for_role not in (None, Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH):
            raise ValidationError("for", task.for_role, "choose leads or work coaches")
        with self._database.transaction(scope) as connection:
            person = store.get_case(connection, candidate).person
            return store.insert_task(
                connection, person.id, NewTask(what, task.due, task.for_account, task.for_role)
            )

    def finish_task(self, scope: Scope, task: UUID, *, done: bool = True) -> None:
        """Mark a task as done, or (`done=False`) as not done after all.

        Raises:
            NotFoundError: no such task in scope, or somebody said so first.
        """
        _require(scope, Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH)
        with self._database.transaction(scope) as connection:
            if not store.update_task_done(connection, task, done=done):
                raise NotFoundError(
                    "no such task in your scope, or somebody said so first; read the list again"
                )

    def list_tasks(self, scope: Scope, task_filter: TaskFilter) -> list[Task]:
        """Return tasks that staff wrote; those that rules ask for are in `casework.home`."""
        with self._database.transaction(scope) as connection:
            found = store.list_tasks(connection, scope, task_filter)
            if task_filter.candidate is None:
                _record_list(connection, "tasks", (task.candidate_id for task in found))
            return found

    def record_of_access(self, scope: Scope, candidate: UUID) -> list[Access]:
        """Return everyone who opened, listed or exported this person, newest first.

        Raises:
            NotFoundError: no such person in scope.
        """
        with self._database.transaction(scope) as connection:
            person = store.get_case(connection, candidate).person
            found = store.list_accesses(connection, person.id)
            audit.insert_event(
                connection, "view", "candidate", person.id, of="the record of who saw them"
            )
            return found

    def _rows(self, scope: Scope, ids: Sequence[int], today: date) -> Iterator[tuple[object, ...]]:
        for start in range(0, len(ids), EXPORTED_AT_A_TIME):
            with self._database.transaction(scope) as connection:
                batch = _summaries(connection, ids[start : start + EXPORTED_AT_A_TIME], today)
            yield from map(export_row, batch)


def access_row(access: Access) -> tuple[object, ...]:
    """Return a row of a person's record of access, as `ACCESS_COLUMNS` names it."""
    return (
        access.at,
        access.actor,
        Role(access.role).label if access.role else "The service",
        access.action,
        access.of,
        access.address,
    )


def _summaries(connection: Connection[Any], ids: Sequence[int], today: date) -> list[PersonSummary]:
    by_id = {each.id: each for each in list_candidates(connection, ids)}
    people = [by_id[key] for key in ids if key in by_id]
    return summarise_people(people, store.list_standings(connection, ids, today), today)


def _record_list(connection: Connection[Any], of: str, ids: Iterable[int]) -> None:
    people = sorted(set(ids))
    if people:
        audit.insert_event(connection, "list", of, of=f"the list of {of}", people=people)


def _require(scope: Scope, *roles: Role) -> None:
    """Refuse a role that cannot do this, before the database does; the command line can."""
    if scope.role is not None and scope.role not in roles:
        allowed = " or ".join(role.label.lower() for role in roles)
        raise ValidationError("role", scope.role.label, f"only a {allowed} may do this")


def _who_changed(connection: Connection[Any], case: Case) -> str:
    """Return what to tell the second of two people who changed one case."""
    for event in audit.list_events(connection, "candidate", case.person.id, limit=20):
        columns = event.detail.get("was", {})
        fields = dict.fromkeys(
            LABELS.get(CASE_COLUMNS[name], name) for name in columns if name in CASE_COLUMNS
        ) | dict.fromkeys(["readiness actions"] if "readiness_actions" in columns else [])
        if event.action == "update" and fields:
            at = event.at.astimezone(clock.UK)
            return (
                f"{event.actor} changed {' and '.join(fields)} at {at:%H:%M} on {at.day} "
                f"{at:%B %Y}, after you opened this page; read what it says now, and make your "
                "change again"
            )
    return "somebody changed this person's record after you opened it; read it, and try again"
