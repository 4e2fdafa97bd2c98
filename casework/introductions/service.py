"""People put forward, as the employer's own staff see them.

Everything that leaves this file is an `IntroducedCandidate`, an event of the
employer's own, or a count of them.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from casework.applications.model import (
    ApplicationEvent,
    IntroducedCandidate,
    IntroducedFilter,
    IntroducedOrder,
    VacancyWithPeople,
)
from casework.applications.states import next_states
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
    """One person put forward: their introduction, what the employer recorded, next steps.

    Only the step `last_step` may be said not to have happened.
    """

    introduced: IntroducedCandidate
    last_step: int
    events: tuple[ApplicationEvent, ...]
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
        introduced_filter: IntroducedFilter,
        order: IntroducedOrder = IntroducedOrder.NEWEST,
        *,
        page: int,
        size: int,
    ) -> Page[IntroducedCandidate]:
        """Return one page of people put forward to the employer; audit whose they are."""
        with self._database.transaction(scope) as connection:
            found = list_people(connection, introduced_filter, order, page=page, size=size)
            if found:
                people = sorted({candidate_id for candidate_id, _ in found})
                audit.insert_event(connection, "view", "application", None, people=people)
            shown = tuple(introduced for _, introduced in found)
            return Page(shown, count_people(connection, introduced_filter), page, size)

    def export_people(
        self, scope: Scope, introduced_filter: IntroducedFilter, order: IntroducedOrder
    ) -> tuple[IntroducedCandidate, ...]:
        """Return the whole list for a file, and audit the export."""
        with self._database.transaction(scope) as connection:
            found = list_people(connection, introduced_filter, order, page=1, size=MOST_EXPORTED)
            people = sorted({candidate_id for candidate_id, _ in found})
            audit.insert_event(connection, "export", "application", None, people=people)
            return tuple(introduced for _, introduced in found)

    def list_vacancies(self, scope: Scope) -> list[VacancyWithPeople]:
        """Return vacancies to which somebody was put forward, by title."""
        with self._database.transaction(scope) as connection:
            return list_vacancies_with_people(connection)

    def count_people(self, scope: Scope, introduced_filter: IntroducedFilter) -> int:
        """Return how many people `list_people` could return."""
        with self._database.transaction(scope) as connection:
            return count_people(connection, introduced_filter)

    def get_person(self, scope: Scope, application: UUID) -> PersonShown:
        """Return somebody put forward; audit it."""
        with self._database.transaction(scope) as connection:
            held = lock_application(connection, application)
            candidate_id, introduced = get_introduced(connection, application)
            audit.insert_event(connection, "view", "candidate", candidate_id, of="introduction")
            events = list_events(connection, held.id)
            moves = next_states(scope.role, introduced.state)
            return PersonShown(introduced, held.last_step, events, moves)
