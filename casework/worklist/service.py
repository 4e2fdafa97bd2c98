"""The list of applications that leads and work coaches work through, and what an employer would
be told of somebody before they are.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection

from candidates.store import list_candidates
from casework.applications.introduction import introduce
from casework.applications.model import (
    Application,
    ApplicationOrder,
    Introduction,
    VacancyWithPeople,
    WorklistFilter,
)
from casework.applications.store import get_standing
from casework.worklist.store import (
    count_applications,
    list_applications,
    list_vacancies_applied_for,
)
from employers.store import list_vacancies
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.errors import NotFoundError
from foundation.pages import Page
from foundation.places.prisons import prison_name
from foundation.settings import Settings

EXPORT_COLUMNS = (
    "prison_number",
    "first_name",
    "last_name",
    "prison",
    "vacancy",
    "reference",
    "employer",
    "state",
    "agreed",
    "began_on",
    "changed_at",
)


class WorklistService:
    """Applications as a list, for the people's own staff. Thread-safe."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    @property
    def today(self) -> date:
        """The day on which things are recorded."""
        return clock.today(self._settings)

    def list_applications(
        self,
        scope: Scope,
        worklist_filter: WorklistFilter,
        order: ApplicationOrder = ApplicationOrder.CHANGED,
        *,
        page: int,
        size: int,
    ) -> Page[Application]:
        """Return one page of applications in scope; audit whose they are."""
        with self._database.transaction(scope) as connection:
            found = list_applications(connection, worklist_filter, order, page=page, size=size)
            _record(connection, "view", found)
            return Page(tuple(found), count_applications(connection, worklist_filter), page, size)

    def export_applications(
        self, scope: Scope, worklist_filter: WorklistFilter, order: ApplicationOrder
    ) -> Iterator[tuple[object, ...]]:
        """Return the whole list as rows of `EXPORT_COLUMNS`, and audit the export."""
        with self._database.transaction(scope) as connection:
            found = list_applications(connection, worklist_filter, order)
            _record(connection, "export", found)
        return map(_row, found)

    def list_vacancies(self, scope: Scope) -> list[VacancyWithPeople]:
        """Return the vacancies that applications in scope are for, by title."""
        with self._database.transaction(scope) as connection:
            return list_vacancies_applied_for(connection)

    def preview(self, scope: Scope, application: UUID) -> Introduction:
        """Return what the employer would be told if this person were put forward today.

        Raises:
            NotFoundError: no such application in scope.
        """
        with self._database.transaction(scope) as connection:
            held = get_standing(connection, application)
            people = list_candidates(connection, [held.candidate_id])
            vacancies = list_vacancies(connection, [held.vacancy_id])
            if not people or not vacancies:
                raise NotFoundError("no such application in your scope")
            audit.insert_event(
                connection, "view", "candidate", held.candidate_id, of="introduction"
            )
            return introduce(people[0].record, vacancies[0].record, self.today)


def _record(connection: Connection[Any], action: str, shown: Iterable[Application]) -> None:
    people = sorted({each.candidate_id for each in shown})
    if people or action == "export":
        audit.insert_event(connection, action, "application", None, people=people)


def _row(shown: Application) -> tuple[object, ...]:
    return (
        shown.prison_number,
        shown.first_name,
        shown.last_name,
        prison_name(shown.prison_id),
        shown.title,
        shown.reference,
        shown.employer_name,
        shown.state.label,
        shown.agreed,
        shown.opened_on,
        shown.updated_at,
    )
