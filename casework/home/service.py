"""A lead's home page: who is released when, what closes, what is due, what is new.

Every number here comes with the filter that makes it, or is the length of the list beside it, so
that it leads to as many.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection

from candidates.model import StoredCandidate
from candidates.store import list_candidates
from casework.home import store
from casework.home.rules import PAPERS_BEFORE, RuleTask, is_for, rule_tasks
from casework.home.store import FirstPlace, MovedApplication
from casework.people import store as casework_store
from casework.people.case import NoteFilter, TaskFilter
from casework.people.model import PeopleFilter, PeopleSort
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.errors import NotFoundError, ValidationError
from foundation.settings import Settings
from foundation.vocabulary import ReadinessStatus, Role

WEEKS_AHEAD = 12
CLOSING_WITHIN = timedelta(days=14)
NEVER_VISITED = timedelta(days=7)  # how far back news goes for who has no visit before


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of people, and the filter whose list has as many."""

    number: int
    wanted: PeopleFilter


@dataclass(frozen=True, slots=True)
class WeekOfRelease:
    """People released in one week: all, and by readiness in the vocabulary's order."""

    week: int
    first: date
    last: date
    people: Counted
    by_readiness: tuple[tuple[ReadinessStatus, Counted], ...]


@dataclass(frozen=True, slots=True)
class ClosingVacancy:
    """A vacancy with people in scope among its first places.

    `strong` are those of them whose score is strong; of `unknown` the ranking was made in another
    scope, so that their score cannot be read here.
    """

    public_id: UUID
    title: str
    employer: str
    reference: str
    closing_date: date | None
    people: Counted
    strong: tuple[UUID, ...]
    unknown: int


@dataclass(frozen=True, slots=True)
class DueTask:
    """A task that somebody wrote (`public_id`) or a rule asks for (`rule_key`)."""

    public_id: UUID | None
    rule_key: str | None
    candidate: UUID
    candidate_id: int
    name: str
    prison_id: str
    what: str
    due: date
    application: UUID | None


@dataclass(frozen=True, slots=True)
class News:
    """What changed after `since`, the end of the last visit.

    `notes` counts what others wrote, as `note_filter` lists; `ready` are those ready since then.
    """

    since: datetime
    vacancies: tuple[ClosingVacancy, ...]
    applications: tuple[MovedApplication, ...]
    ready: Counted
    notes: int
    note_filter: NoteFilter


@dataclass(frozen=True, slots=True)
class LeadHome:
    """The home page; `released` and `without_shortlist` count the next 12 weeks."""

    today: date
    released: Counted
    without_shortlist: Counted
    weeks: tuple[WeekOfRelease, ...]
    closing: tuple[ClosingVacancy, ...]
    due: tuple[DueTask, ...]
    news: News


class HomeService:
    """The home page of leads and, for their own people, of work coaches. Thread-safe."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    @property
    def today(self) -> date:
        """The day that everything is counted from."""
        return clock.today(self._settings)

    def show(self, scope: Scope, now: datetime | None = None) -> LeadHome:
        """Return the home page, record the visit, and audit everybody named on it.

        Args:
            now: the moment of the visit, for tests.
        """
        today, moment = self.today, now or clock.now()
        with self._database.transaction(scope) as connection:
            since = moment - NEVER_VISITED
            if scope.account_id is not None:
                since = store.upsert_visit(connection, scope.account_id, moment)
            ahead = PeopleFilter(weeks_from=0, weeks_to=WEEKS_AHEAD - 1)
            without = replace(ahead, without_shortlist=True)
            home = LeadHome(
                today=today,
                released=_count(connection, scope, ahead, today),
                without_shortlist=_count(connection, scope, without, today),
                weeks=_weeks(connection, scope, ahead, today),
                closing=_vacancies(connection, scope, today, closing_by=today + CLOSING_WITHIN),
                due=tuple(_due(connection, scope, today)),
                news=_news(connection, scope, today, since),
            )
            named = {task.candidate_id for task in home.due}
            named |= {moved.candidate_id for moved in home.news.applications}
            _record_list(connection, "the home page", named)
            return home

    def list_due(self, scope: Scope) -> list[DueTask]:
        """Return tasks due by today, written or asked for by a rule, the earliest first."""
        with self._database.transaction(scope) as connection:
            found = _due(connection, scope, self.today)
            _record_list(connection, "the tasks due", {task.candidate_id for task in found})
            return found

    def finish_rule(self, scope: Scope, candidate: UUID, rule_key: str) -> None:
        """Mark a rule's task as done; it does not ask about that occasion again.

        Raises:
            NotFoundError: no such person in scope, or the rule does not ask for it (any more).
            ValidationError: this role does not do it.
        """
        if scope.role not in (None, Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH):
            raise ValidationError("role", scope.role, "only leads and work coaches do tasks")
        with self._database.transaction(scope) as connection:
            person = casework_store.get_case(connection, candidate).person
            facts = store.list_application_facts(connection, person.id)
            asked = {task.key: task for task in rule_tasks(person, facts, self.today)}
            if rule_key not in asked or not is_for(asked[rule_key].rule, scope.role):
                raise NotFoundError("nothing of the kind is asked for; read the list again")
            task = asked[rule_key]
            casework_store.insert_rule_done(
                connection, person.id, task.rule, task.key, task.what, task.due
            )


def _count(
    connection: Connection[Any], scope: Scope, people_filter: PeopleFilter, today: date
) -> Counted:
    return Counted(
        casework_store.count_people(connection, scope, people_filter, today), people_filter
    )


def _weeks(
    connection: Connection[Any], scope: Scope, ahead: PeopleFilter, today: date
) -> tuple[WeekOfRelease, ...]:
    counted = casework_store.count_people_by_week(connection, scope, ahead, today)
    weeks = []
    for week in range(WEEKS_AHEAD):
        whole = PeopleFilter(weeks_from=week, weeks_to=week)
        parts = tuple(
            (
                status,
                Counted(counted.get((week, status.value), 0), replace(whole, readiness=status)),
            )
            for status in ReadinessStatus
        )
        first = today + timedelta(weeks=week)
        total = Counted(sum(part.number for _, part in parts), whole)
        weeks.append(WeekOfRelease(week, first, first + timedelta(days=6), total, parts))
    return tuple(weeks)


def _vacancies(
    connection: Connection[Any],
    scope: Scope,
    today: date,
    *,
    closing_by: date | None = None,
    made_after: datetime | None = None,
) -> tuple[ClosingVacancy, ...]:
    places = store.list_first_places(
        connection, open_on=today, closing_by=closing_by, made_after=made_after
    )
    words = store.list_score_words(connection, list({place.run_id for place in places}))
    by_vacancy: dict[UUID, list[FirstPlace]] = {}
    for place in places:
        by_vacancy.setdefault(place.vacancy, []).append(place)
    found = []
    for vacancy, held in by_vacancy.items():
        scores = {place.candidate: words.get((place.run_id, place.candidate)) for place in held}
        found.append(
            ClosingVacancy(
                vacancy,
                held[0].title,
                held[0].employer,
                held[0].reference,
                held[0].closing_date,
                _count(connection, scope, PeopleFilter(first_for=vacancy), today),
                tuple(person for person, word in scores.items() if word == "strong"),
                sum(word is None for word in scores.values()),
            )
        )
    return tuple(found)


def _news(connection: Connection[Any], scope: Scope, today: date, since: datetime) -> News:
    ready = PeopleFilter(
        readiness=ReadinessStatus.READY_TO_WORK, ready_from=since.astimezone(clock.UK).date()
    )
    notes = NoteFilter(after=since, not_by=scope.actor)
    return News(
        since,
        _vacancies(connection, scope, today, made_after=since),
        tuple(store.list_moved(connection, since, not_by=scope.actor)),
        _count(connection, scope, ready, today),
        casework_store.count_notes(connection, notes),
        notes,
    )


def _due(connection: Connection[Any], scope: Scope, today: date) -> list[DueTask]:
    mine = TaskFilter(due_by=today, account_id=scope.account_id, role=scope.role)
    written = casework_store.list_tasks(connection, scope, mine)
    due = [
        DueTask(
            task.public_id,
            None,
            task.candidate,
            task.candidate_id,
            task.name,
            task.prison_id,
            task.what,
            task.due,
            None,
        )
        for task in written
    ]
    due += _asked_by_rules(connection, scope, today)
    return sorted(due, key=lambda task: (task.due, task.candidate_id, task.what))


def _asked_by_rules(connection: Connection[Any], scope: Scope, today: date) -> list[DueTask]:
    soon = PeopleFilter(weeks_from=0, weeks_to=PAPERS_BEFORE.days // 7)
    ids = set(
        casework_store.list_people_ids(connection, scope, soon, PeopleSort.RELEASE_DATE, today)
    )
    facts = store.list_application_facts(connection)
    ids |= {each.candidate_id for each in facts}
    done = casework_store.list_rules_done(connection, list(ids))
    asked = []
    for person in list_candidates(connection, list(ids)):
        own = [each for each in facts if each.candidate_id == person.id]
        asked += [
            _rule_due(person, task)
            for task in rule_tasks(person, own, today)
            if task.due <= today
            and (person.id, task.key) not in done
            and is_for(task.rule, scope.role)
        ]
    return asked


def _rule_due(person: StoredCandidate, task: RuleTask) -> DueTask:
    record = person.record
    return DueTask(
        None,
        task.key,
        person.public_id,
        person.id,
        f"{record.first_name} {record.last_name}",
        record.prison_id,
        task.what,
        task.due,
        task.application,
    )


def _record_list(connection: Connection[Any], of: str, people: Iterable[int]) -> None:
    ids = sorted(people)
    if ids:
        audit.insert_event(connection, "list", "people", of=of, people=ids)
