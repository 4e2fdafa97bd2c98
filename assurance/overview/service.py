"""The overview that brokers and auditors read: vacancies, people, applications and outcomes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from assurance.overview import store
from assurance.overview.figures import (
    GroupedBy,
    Groups,
    Table,
    applied_table,
    month_groups,
    outcome_table,
    ready_table,
    region_groups,
    region_key,
    time_table,
    vacancy_table,
)
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.places.regions import Region
from foundation.settings import Settings
from foundation.vocabulary import OutcomePoint

OVERVIEW_COLUMNS = ("table", "group", "measure", "value")


class Placed(Protocol):
    """What is counted by postcode area and month."""

    @property
    def area(self) -> str:
        """The letters of the area; empty if there is none."""

    @property
    def month(self) -> date | None:
        """The first day of the month."""


P = TypeVar("P", bound=Placed)


@dataclass(frozen=True, slots=True)
class OverviewFilter:
    """Which figures to show.

    Args:
        regions: those that the reader may see; every region is the whole country.
        by: what they are broken down by.
        months: how many months back; None is from the start.
    """

    regions: tuple[Region, ...] = tuple(Region)
    by: GroupedBy = GroupedBy.REGION
    months: int | None = 12


class Overview:
    """Adds up in one transaction. The scope must be of every prison: the sums name nobody."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    def tables(self, scope: Scope, wanted: OverviewFilter) -> tuple[Table, ...]:
        """Every table, with what is small hidden; that they were read is recorded."""
        today = clock.today(self._settings)
        since = _months_before(today, wanted.months) if wanted.months else None
        with self._database.transaction(scope) as connection:
            vacancies = store.count_vacancies(connection, since, today)
            filled = store.list_filled(connection, since)
            ready = store.count_ready(connection, today)
            applied = store.count_applications(connection, since)
            outcomes = store.count_outcomes(connection, since)
            audit.insert_event(connection, "view", "aggregate", None, of="the overview")
        key = _by_region if wanted.by is GroupedBy.REGION else _by_month
        if wanted.by is GroupedBy.MONTH:
            vacancies, filled = _within(vacancies, wanted), _within(filled, wanted)
            applied, outcomes = _within(applied, wanted), _within(outcomes, wanted)
        points = [
            outcome_table(outcomes, point, _groups(wanted, outcomes), key) for point in OutcomePoint
        ]
        return (
            vacancy_table(vacancies, _groups(wanted, vacancies), key),
            time_table(filled, _groups(wanted, filled), key),
            ready_table(ready, wanted.regions),
            applied_table(applied, _groups(wanted, applied), key),
            *points,
        )

    def export(
        self, scope: Scope, wanted: OverviewFilter, key: str = ""
    ) -> Iterator[tuple[object, ...]]:
        """Those tables (or one of them) as rows, as `OVERVIEW_COLUMNS`; recorded as an export."""
        tables = self.tables(scope, wanted)
        with self._database.transaction(scope) as connection:
            audit.insert_event(connection, "export", "aggregate", None, of="the overview")
        return (row for table in tables if key in ("", table.key) for row in rows_of(table))


def rows_of(table: Table) -> Iterator[tuple[object, ...]]:
    """Each number of a table as a row; empty where it is hidden."""
    for row in table.rows:
        for column, number in zip(table.columns, row.counts, strict=True):
            yield table.title, row.group, column, number
        if table.rate:
            yield table.title, row.group, table.rate, row.rate
    if table.totals is not None:
        for column, number in zip(table.columns, table.totals, strict=True):
            yield table.title, "Everyone", column, number


def _within(counts: list[P], wanted: OverviewFilter) -> list[P]:
    shown = {region.value for region in wanted.regions}
    return [each for each in counts if region_key(each.area) in shown]


def _groups(wanted: OverviewFilter, counts: Sequence[Placed]) -> Groups:
    if wanted.by is GroupedBy.REGION:
        return region_groups(wanted.regions)
    found = month_groups(each.month for each in counts)
    # Totals of some regions would stand beside their hidden rows in the other breakdown.
    return found if set(wanted.regions) == set(Region) else found.without_totals()


def _by_region(each: Placed) -> str:
    return region_key(each.area)


def _by_month(each: Placed) -> str:
    return each.month.isoformat() if each.month else ""


def _months_before(today: date, months: int) -> date:
    """The first day of the month so many months before this one."""
    count = today.year * 12 + today.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
