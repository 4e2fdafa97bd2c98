"""Handover to work coaches, for the pages of coaches and leads. Opens its own transactions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection

from candidates.model import StoredCandidate
from candidates.store import get_candidate_by_public_id
from casework.handover import store
from casework.handover.model import (
    CandidateMatch,
    CaseloadFilter,
    CaseloadSort,
    CasePerson,
    DueHandoverTask,
    Handover,
    HandoverStage,
    HandoverTask,
    NewTask,
    Support,
    SupportKind,
    TaskKind,
    Verdict,
    Window,
    carried_over,
    prison_sees_until,
)
from casework.people.case import NewTask as CaseTask
from casework.people.store import insert_task as insert_case_task
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.places.postcodes import normalise_postcode
from foundation.places.prisons import prison_name
from foundation.places.regions import AREA, area_regions
from foundation.settings import Settings
from foundation.vocabulary import Role

LONGEST_NOTE = 500
LONGEST_HANDOVER_NOTE = 2000
DUE_WITHIN = timedelta(days=7)
QUESTION_DUE = timedelta(days=5)
CASELOAD_COLUMNS = (
    "first_name",
    "last_initial",
    "prison",
    "release_date",
    "area",
    "readiness",
    "handover",
    "open_tasks",
    "next_task_due",
)


@dataclass(frozen=True, slots=True)
class CaseloadPage:
    """One page of the caseload: `number` counts from 1, `total` is over all pages."""

    items: tuple[CasePerson, ...]
    total: int
    number: int
    size: int
    areas: tuple[str, ...]
    prisons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandoverCase:
    """A person between prison and jobcentre: handover, tasks and support given."""

    person: StoredCandidate
    area: str | None
    handover: Handover | None
    tasks: tuple[HandoverTask, ...]
    support: tuple[Support, ...]
    proposed: tuple[NewTask, ...]
    may_accept: bool


@dataclass(frozen=True, slots=True)
class CoachHome:
    """What a coach has to do today; each number is the length of the list that it links to."""

    waiting: int
    unreviewed: int
    released_soon: int
    due: tuple[DueHandoverTask, ...]


class HandoverService:
    """Caseloads, handovers, support and reviews. Thread-safe."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    @property
    def today(self) -> date:
        """The day on which things are due or not."""
        return clock.today(self._settings)

    def home(self, scope: Scope) -> CoachHome:
        """Return what needs doing today; audit whose tasks were shown."""
        today = self.today
        waiting = CaseloadFilter(stage=HandoverStage.WAITING)
        soon = CaseloadFilter(window=Window.SOON)
        with self._database.transaction(scope) as connection:
            due = store.list_due(connection, scope, today + DUE_WITHIN)
            _record_list(connection, "tasks", (each.candidate_id for each in due))
            return CoachHome(
                store.count_caseload(connection, scope, waiting, today),
                len(store.list_matches(connection, scope, reviewed=False, area=None)),
                store.count_caseload(connection, scope, soon, today),
                tuple(due),
            )

    def list_caseload(
        self,
        scope: Scope,
        caseload_filter: CaseloadFilter,
        sort: CaseloadSort = CaseloadSort.RELEASE,
        *,
        page: int = 1,
        size: int = 25,
    ) -> CaseloadPage:
        """Return one page of people due for release, and audit that they were listed."""
        with self._database.transaction(scope) as connection:
            items = store.list_caseload(
                connection, scope, caseload_filter, sort, self.today, page=page, size=size
            )
            total = store.count_caseload(connection, scope, caseload_filter, self.today)
            areas, prisons = store.list_places(connection, scope)
            _record_list(connection, "caseload", (each.id for each in items))
        return CaseloadPage(tuple(items), total, page, size, tuple(areas), tuple(prisons))

    def export_caseload(
        self,
        scope: Scope,
        caseload_filter: CaseloadFilter,
        sort: CaseloadSort = CaseloadSort.RELEASE,
    ) -> Iterator[tuple[object, ...]]:
        """Return the whole list as rows of `CASELOAD_COLUMNS`, and audit the export."""
        with self._database.transaction(scope) as connection:
            found = store.list_caseload(connection, scope, caseload_filter, sort, self.today)
            people = sorted(each.id for each in found)
            audit.insert_event(connection, "export", "people", of="the caseload", people=people)
        return (_row(each) for each in found)

    def get_handover_case(self, scope: Scope, candidate: UUID) -> HandoverCase:
        """Return a person's handover, tasks and support; audit it."""
        _require(scope, Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH)
        with self._database.transaction(scope) as connection:
            person = get_candidate_by_public_id(connection, candidate)
            audit.insert_event(connection, "view", "candidate", person.id, of="the handover")
            return _handover_case(connection, scope, person, self.today)

    def start(self, scope: Scope, candidate: UUID, place: str, *, note: str = "") -> None:
        """Hand a person over to the work coaches of an area, with unfinished tasks.

        Until a coach accepts, it can be sent to another area in the same way.

        Args:
            scope: a lead's.
            candidate: whom.
            place: a postcode, or the letters of its area.
            note: for the coach.

        Raises:
            NotFoundError: no such person in scope.
            ValidationError: no such area, or the note is too long.
            ConflictError: a coach has accepted already.
        """
        _require(scope, Role.PRISON_EMPLOYMENT_LEAD)
        area = area_of(place)
        words = _words("note", note, LONGEST_HANDOVER_NOTE)
        with self._database.transaction(scope) as connection:
            person = get_candidate_by_public_id(connection, candidate)
            held = store.find_handover(connection, person.id)
            store.update_community_area(connection, person.id, area)
            if held is not None:
                if not store.update_area(connection, held.id, area, words):
                    raise ConflictError(
                        f"{held.accepted_by or 'a work coach'} has accepted this handover; speak "
                        "with them"
                    )
                return
            begun = store.insert_handover(connection, person.id, area, words)
            if begun is None:
                raise ConflictError("a colleague has just started this handover; look at it again")
            for task in carried_over(person.record, self.today):
                store.insert_task(connection, begun, task)

    def accept(self, scope: Scope, candidate: UUID) -> None:
        """Accept a person; their prison sees them for a limited time only from now on.

        Raises:
            NotFoundError: no such person in scope, or nobody has handed them over.
            ValidationError: they do not come to an area of this coach.
            ConflictError: another coach was first.
        """
        _require(scope, Role.WORK_COACH)
        with self._database.transaction(scope) as connection:
            person = get_candidate_by_public_id(connection, candidate)
            held = store.find_handover(connection, person.id)
            if held is None:
                raise NotFoundError("nobody has handed this person over yet")
            if scope.role is not None and held.area not in scope.areas:
                raise ValidationError(
                    "area", held.area, f"a work coach of the area {held.area} accepts them"
                )
            if not store.update_accepted(connection, held.id):
                raise ConflictError(
                    f"{held.accepted_by or 'another coach'} has accepted this handover; look again"
                )
            until = prison_sees_until(person.record.release_date, self.today)
            store.update_prison_sees_until(connection, person.id, until)

    def add_task(self, scope: Scope, candidate: UUID, task: NewTask) -> None:
        """Add a task.

        Raises:
            NotFoundError: no such person in scope, or no handover has begun.
            ValidationError: `OTHER` without words, or too many.
        """
        _require(scope, Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH)
        note = _words("note", task.note, LONGEST_NOTE)
        if task.kind is TaskKind.OTHER and not note:
            raise ValidationError("note", "", "say what has to be done")
        with self._database.transaction(scope) as connection:
            person = get_candidate_by_public_id(connection, candidate)
            held = store.find_handover(connection, person.id)
            if held is None:
                raise NotFoundError("nobody has handed this person over yet")
            store.insert_task(connection, held.id, NewTask(task.kind, task.due, note))

    def finish_task(self, scope: Scope, task: UUID, *, done: bool = True) -> None:
        """Mark a task as done, or as not done after all.

        Raises:
            ConflictError: somebody said so first, or it is not in scope.
        """
        _require(scope, Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH)
        with self._database.transaction(scope) as connection:
            if not store.update_task_done(connection, task, done=done):
                raise ConflictError("somebody else changed this task first; read the list again")

    def add_support(
        self, scope: Scope, candidate: UUID, kind: SupportKind, on: date, *, note: str = ""
    ) -> None:
        """Record support that was given.

        Raises:
            NotFoundError: no such person in scope.
            ValidationError: a day to come, `OTHER` without words, or too many.
        """
        _require(scope, Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH)
        words = _words("note", note, LONGEST_NOTE)
        if kind is SupportKind.OTHER and not words:
            raise ValidationError("note", "", "say what support it was")
        if on > self.today:
            raise ValidationError("on", on.isoformat(), "use today or a day before")
        with self._database.transaction(scope) as connection:
            person = get_candidate_by_public_id(connection, candidate)
            store.insert_support(connection, person.id, kind, on, words)

    def list_matches(
        self, scope: Scope, *, reviewed: bool | None = False, area: str | None = None
    ) -> list[CandidateMatch]:
        """Return people who are shortlisted or put forward; audit whose they are."""
        _require(scope, Role.WORK_COACH)
        with self._database.transaction(scope) as connection:
            found = store.list_matches(connection, scope, reviewed=reviewed, area=area)
            _record_list(connection, "matches", (each.candidate_id for each in found))
            return found

    def export_matches(
        self, scope: Scope, *, reviewed: bool | None = False, area: str | None = None
    ) -> Iterator[tuple[object, ...]]:
        """Return those matches as rows of `MATCH_COLUMNS`, and audit the export."""
        _require(scope, Role.WORK_COACH)
        with self._database.transaction(scope) as connection:
            found = store.list_matches(connection, scope, reviewed=reviewed, area=area)
            people = sorted({each.candidate_id for each in found})
            audit.insert_event(
                connection, "export", "people", of="the matches to review", people=people
            )
        return (_match_row(each) for each in found)

    def get_match(self, scope: Scope, application: UUID) -> CandidateMatch:
        """Return one match to review; audit it."""
        _require(scope, Role.WORK_COACH)
        with self._database.transaction(scope) as connection:
            found = store.get_match(connection, scope, application)
            audit.insert_event(
                connection, "view", "candidate", found.candidate_id, of="a match to review"
            )
            return found

    def review(self, scope: Scope, application: UUID, verdict: Verdict, *, note: str = "") -> None:
        """Agree with a match, or question it: then the prison's leads get a task to look again.

        Raises:
            NotFoundError: no such match in scope, or it has gone further.
            ValidationError: a question without words, or too many.
        """
        _require(scope, Role.WORK_COACH)
        words = _words("note", note, LONGEST_NOTE)
        if verdict is Verdict.QUESTIONED and not words:
            raise ValidationError("note", "", "say what you question, so that the lead can answer")
        with self._database.transaction(scope) as connection:
            found = store.get_match(connection, scope, application)
            store.insert_review(connection, application, verdict, words)
            if verdict is Verdict.QUESTIONED:
                what = f"A work coach questions {found.title} at {found.employer_name}: {words}"
                task = CaseTask(
                    what[:LONGEST_NOTE],
                    self.today + QUESTION_DUE,
                    for_role=Role.PRISON_EMPLOYMENT_LEAD,
                )
                insert_case_task(connection, found.candidate_id, task)


MATCH_COLUMNS = (
    "first_name",
    "last_initial",
    "area",
    "release_date",
    "vacancy",
    "employer",
    "stage",
    "review",
    "note",
)


def area_of(place: str) -> str:
    """Return the postcode area of a postcode, an outward code, or the letters alone.

    Raises:
        ValidationError: there is no such area.
    """
    text = place.strip().upper()
    if text not in area_regions():
        try:
            text = normalise_postcode("area", text)
        except ValidationError:
            text = ""
    letters = AREA.match(text)
    if letters is None or letters[0] not in area_regions():
        raise ValidationError("area", place, "write a postcode, or the letters of its area, as LS")
    return letters[0]


def _handover_case(
    connection: Connection[Any], scope: Scope, person: StoredCandidate, today: date
) -> HandoverCase:
    held = store.find_handover(connection, person.id)
    release = AREA.match(person.record.release_area or "")
    area = held.area if held else (release[0] if release else None)
    accepts = scope.role is None or area in scope.areas
    return HandoverCase(
        person,
        area,
        held,
        tuple(store.list_tasks(connection, person.id)),
        tuple(store.list_support(connection, person.id)),
        carried_over(person.record, today) if held is None else (),
        held is not None and held.accepted_at is None and accepts,
    )


def _record_list(connection: Connection[Any], of: str, ids: Iterable[int]) -> None:
    people = sorted(set(ids))
    if people:
        audit.insert_event(connection, "list", of, of=f"the list of {of}", people=people)


def _require(scope: Scope, *roles: Role) -> None:
    if scope.role is not None and scope.role not in roles:
        raise NotFoundError("there is nothing here for this role")


def _words(name: str, text: str, longest: int) -> str:
    words = text.strip().replace("\r\n", "\n").replace("\0", "")
    if len(words) > longest:
        raise ValidationError(name, f"{len(words)} characters", f"use up to {longest:,} characters")
    return words


def _row(person: CasePerson) -> tuple[object, ...]:
    return (
        person.first_name,
        person.last_initial,
        prison_name(person.prison_id),
        person.release_date,
        person.area,
        person.readiness_status.label,
        person.stage.label,
        person.open_tasks,
        person.next_due,
    )


def _match_row(match: CandidateMatch) -> tuple[object, ...]:
    return (
        match.first_name,
        match.last_initial,
        match.area,
        match.release_date,
        match.title,
        match.employer_name,
        match.state.label,
        match.verdict.label if match.verdict else None,
        match.note,
    )
