"""What brokers call about employers: the list, one of them, its standing, and who asks to join."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from employers.directory import store
from employers.directory.model import EmployerFilter, EmployerSort, EmployerSummary
from employers.store import find_employer_by_name
from foundation import audit, clock
from foundation.accounts.registration import Registration, RegistrationStatus
from foundation.accounts.store.registrations import list_registrations
from foundation.database import Database, Scope
from foundation.errors import NotFoundError
from foundation.places.regions import Region
from foundation.settings import Settings
from foundation.vocabulary import EmployerStatus, Role

READERS = (None, Role.NFN_BROKER)

EMPLOYER_COLUMNS = (
    "name",
    "industry",
    "standing",
    "vacancies",
    "open_vacancies",
    "people_hired",
    "contact",
    "contact_email",
)
REQUEST_COLUMNS = (
    "asked_on",
    "name",
    "industry",
    "region",
    "postcode",
    "contact",
    "contact_email",
    "status",
    "decided_on",
    "decided_by",
    "reason",
)


@dataclass(frozen=True, slots=True)
class EmployerPage:
    """One page of employers: `number` counts from 1, `total` is over all pages."""

    items: tuple[EmployerSummary, ...]
    total: int
    number: int
    size: int


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests a list shows: those that stand so, of these regions (of any, if none)."""

    status: RegistrationStatus = RegistrationStatus.PENDING
    regions: tuple[Region, ...] = ()


class EmployerDirectory:
    """Each call in a transaction of its own. To anyone but a broker there is nothing here."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    @property
    def today(self) -> date:
        """The day on which a vacancy is open or not."""
        return clock.today(self._settings)

    def list_employers(
        self,
        scope: Scope,
        wanted: EmployerFilter,
        sort: EmployerSort = EmployerSort.NAME,
        *,
        page: int = 1,
        size: int = 25,
    ) -> EmployerPage:
        """One page of the employers."""
        _require_reader(scope)
        with self._database.transaction(scope) as connection:
            items = store.list_employers(connection, wanted, sort, self.today, page=page, size=size)
            total = store.count_employers(connection, wanted, self.today)
        return EmployerPage(tuple(items), total, page, size)

    def export_employers(
        self, scope: Scope, wanted: EmployerFilter, sort: EmployerSort = EmployerSort.NAME
    ) -> Iterator[tuple[object, ...]]:
        """The rows of the whole list, as `EMPLOYER_COLUMNS`; that it was exported is recorded."""
        _require_reader(scope)
        with self._database.transaction(scope) as connection:
            found = store.list_employers(connection, wanted, sort, self.today)
            audit.insert_event(connection, "export", "employer", None, rows=len(found))
        return (_employer_row(each) for each in found)

    def get_employer(self, scope: Scope, employer: UUID) -> EmployerSummary:
        """One employer; NotFoundError if there is none."""
        _require_reader(scope)
        with self._database.transaction(scope) as connection:
            return store.get_summary(connection, employer, self.today)

    def change_status(self, scope: Scope, employer: UUID, status: EmployerStatus) -> None:
        """Give an employer another standing.

        Raises:
            NotFoundError: no such employer.
        """
        _require_reader(scope)
        with self._database.transaction(scope) as connection:
            found = store.get_summary(connection, employer, self.today)
            if found.status is not status:
                store.update_status(connection, found.id, status)

    def find_namesake(self, scope: Scope, name: str) -> EmployerSummary | None:
        """The employer that has this name already, whatever its case."""
        _require_reader(scope)
        with self._database.transaction(scope) as connection:
            known = find_employer_by_name(connection, name)
            if known is None:
                return None
            return store.get_summary(connection, known.public_id, self.today)

    def list_requests(self, scope: Scope, wanted: RequestFilter) -> list[Registration]:
        """Every request to take part that the filter lets through, the oldest first."""
        _require_reader(scope)
        with self._database.transaction(scope) as connection:
            return [
                each
                for each in list_registrations(connection, wanted.status)
                if not wanted.regions or each.region in wanted.regions
            ]

    def export_requests(self, scope: Scope, wanted: RequestFilter) -> Iterator[tuple[object, ...]]:
        """Those requests as rows, as `REQUEST_COLUMNS`; that they were exported is recorded."""
        found = self.list_requests(scope, wanted)
        with self._database.transaction(scope) as connection:
            audit.insert_event(connection, "export", "employer_registration", None, rows=len(found))
        return (_request_row(each) for each in found)


def _require_reader(scope: Scope) -> None:
    if scope.role not in READERS:
        raise NotFoundError("the list of employers is for brokers")


def _employer_row(employer: EmployerSummary) -> tuple[object, ...]:
    return (
        employer.name,
        employer.sector.label,
        employer.status.label,
        employer.vacancies,
        employer.open_vacancies,
        employer.hired,
        employer.contact_name,
        employer.contact_email,
    )


def _request_row(asked: Registration) -> tuple[object, ...]:
    return (
        asked.asked_at.astimezone(clock.UK).date(),
        asked.name,
        asked.sector.label,
        asked.region.label,
        asked.postcode,
        asked.contact_name,
        asked.contact_email,
        asked.status.label,
        asked.decided_at.astimezone(clock.UK).date() if asked.decided_at else None,
        asked.decided_by,
        asked.reason,
    )
