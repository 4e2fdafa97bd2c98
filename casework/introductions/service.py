"""What an employer's staff may see of the people put forward to them, and nothing else.

Everything that leaves this file is an `Introduced`, the employer's own events, or a count of them.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from casework.applications.model import (
    Event,
    Introduced,
    IntroducedFilter,
    IntroducedOrder,
    VacancyWithPeople,
)
from casework.applications.states import moves_for
from casework.applications.store import get_introduced, list_events, lock_application
from casework.introductions.store import (
    count_people,
    list_people,
    list_vacancies_with_people,
)
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.pages import Page
from foundation.settings import Settings
from foundation.vocabulary import ApplicationState

MOST_EXPORTED = 10_000


@dataclass(frozen=True, slots=True)
class PersonShown:
    """One person put forward: what is told of them, what the employer recorded, what may follow.

    Only the step `last_step` may be said not to have happened.
    """

    introduced: Introduced
    last_step: int
    events: tuple[Event, ...]
    moves: tuple[ApplicationState, ...]


class IntroductionService:
    """People put forward, as the employer's own staff see them. Thread-safe."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    @property
    def today(self) -> date:
        """The day on which things are recorded."""
        return clock.today(self._settings)

    def list_people(
        self,
        scope: Scope,
        wanted: IntroducedFilter,
        order: IntroducedOrder = IntroducedOrder.NEWEST,
        *,
        page: int,
        size: int,
    ) -> Page[Introduced]:
        """One page of those put forward to the employer's vacancies; whose they are is audited."""
        with self._database.transaction(scope) as connection:
            found = list_people(connection, wanted, order, page=page, size=size)
            if found:
                people = sorted({candidate_id for candidate_id, _ in found})
                audit.insert_event(connection, "view", "application", None, people=people)
            shown = tuple(introduced for _, introduced in found)
            return Page(shown, count_people(connection, wanted), page, size)

    def export_people(
        self, scope: Scope, wanted: IntroducedFilter, order: IntroducedOrder
    ) -> tuple[Introduced, ...]:
        """The whole list, to be taken away in a file; that it was is audited."""
        with self._database.transaction(scope) as connection:
            found = list_people(connection, wanted, order, page=1, size=MOST_EXPORTED)
            people = sorted({candidate_id for candidate_id, _ in found})
            audit.insert_event(connection, "export", "application", None, people=people)
            return tuple(introduced for _, introduced in found)

    def list_vacancies(self, scope: Scope) -> list[VacancyWithPeople]:
        """The vacancies to which somebody was put forward, by title."""
        with self._database.transaction(scope) as connection:
            return list_vacancies_with_people(connection)

    def count_people(self, scope: Scope, wanted: IntroducedFilter) -> int:
        """How many `list_people` could return."""
        with self._database.transaction(scope) as connection:
            return count_people(connection, wanted)

    def get_person(self, scope: Scope, application: UUID) -> PersonShown:
        """Someone put forward; audited. NotFoundError if they are not shown to this employer."""
        with self._database.transaction(scope) as connection:
            held = lock_application(connection, application)
            candidate_id, introduced = get_introduced(connection, application)
            audit.insert_event(connection, "view", "candidate", candidate_id, of="introduction")
            events = list_events(connection, held.id)
            moves = moves_for(scope.role, introduced.state)
            return PersonShown(introduced, held.last_step, events, moves)
