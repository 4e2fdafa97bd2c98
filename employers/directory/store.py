"""SQL of the list of employers, with what they have posted. Functions never commit."""

from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row
from pydantic import TypeAdapter

from employers.directory.model import EmployerFilter, EmployerSort, EmployerSummary
from foundation.errors import NotFoundError
from foundation.vocabulary import EmployerStatus

SUMMARY: TypeAdapter[EmployerSummary] = TypeAdapter(EmployerSummary)


def list_employers(
    connection: Connection[Any],
    wanted: EmployerFilter,
    sort: EmployerSort,
    today: date,
    *,
    page: int = 1,
    size: int | None = None,
) -> list[EmployerSummary]:
    """A page of the list, in its order; without a size, the whole list."""
    parameters = _parameters(wanted, today) | {
        "size": size,
        "skip": 0 if size is None else (page - 1) * size,
    }
    statement = f"{_SELECT} {_FROM} {_WHERE} {_ORDERS[sort]} LIMIT %(size)s OFFSET %(skip)s"
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(statement.encode(), parameters)
        return [SUMMARY.validate_python(row) for row in cursor]


def count_employers(connection: Connection[Any], wanted: EmployerFilter, today: date) -> int:
    """How many employers the list has, over all pages."""
    row = connection.execute(
        f"SELECT count(*) {_FROM} {_WHERE}".encode(), _parameters(wanted, today)
    ).fetchone()
    return int(row[0]) if row else 0


def get_summary(connection: Connection[Any], public_id: UUID, today: date) -> EmployerSummary:
    """One employer as the list shows it; NotFoundError if there is none in scope."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(
            f"{_SELECT} {_FROM} WHERE employer.public_id = %(id)s".encode(),
            {"id": public_id, "today": today},
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFoundError("no such employer")
    return SUMMARY.validate_python(row)


def update_status(connection: Connection[Any], employer_id: int, status: EmployerStatus) -> None:
    """Give an employer another standing."""
    connection.execute("UPDATE employer SET status = %s WHERE id = %s", [status, employer_id])


def _parameters(wanted: EmployerFilter, today: date) -> dict[str, object]:
    escaped = wanted.words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return {
        "words": f"%{escaped}%" if escaped else None,
        "sector": wanted.sector,
        "status": wanted.status,
        "hiring": wanted.hiring,
        "today": today,
    }


_SELECT = """
SELECT employer.id, employer.public_id, employer.name, employer.description, employer.sector,
    employer.status, employer.contact_name, employer.contact_email,
    coalesce(posted.vacancies, 0) AS vacancies, coalesce(posted.open, 0) AS open_vacancies,
    coalesce(posted.hired, 0) AS hired
"""

# `taken` counts people of every prison: a number that brokers may have, and cannot make themselves.
_FROM = """
FROM employer LEFT JOIN (
    SELECT employer_id, count(*) AS vacancies, sum(taken) AS hired, count(*) FILTER (
        WHERE closed_at IS NULL AND (rolling OR closing_date >= %(today)s)) AS open
    FROM vacancy LEFT JOIN application_places AS places ON places.vacancy_id = vacancy.id
    GROUP BY employer_id
) AS posted ON posted.employer_id = employer.id
"""

_WHERE = """
WHERE (%(words)s::text IS NULL OR employer.name ILIKE %(words)s)
    AND (%(sector)s::text IS NULL OR employer.sector = %(sector)s)
    AND (%(status)s::text IS NULL OR employer.status = %(status)s)
    AND (NOT %(hiring)s OR posted.open > 0)
"""

_ORDERS = {
    EmployerSort.NAME: "ORDER BY employer.name_key, employer.id",
    EmployerSort.OPEN: "ORDER BY coalesce(posted.open, 0) DESC, employer.name_key, employer.id",
    EmployerSort.HIRED: "ORDER BY coalesce(posted.hired, 0) DESC, employer.name_key, employer.id",
}
