"""SQL of the list of applications that staff work through. Functions never commit.

Rows are narrowed by the policies of migration 0012: staff see the applications of the people they
see.
"""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row, dict_row
from pydantic import TypeAdapter

from casework.applications.model import (
    Application,
    ApplicationOrder,
    VacancyWithPeople,
    WorklistFilter,
)

APPLICATION: TypeAdapter[Application] = TypeAdapter(Application)


def list_applications(
    connection: Connection[Any],
    worklist_filter: WorklistFilter,
    order: ApplicationOrder,
    *,
    page: int = 1,
    size: int | None = None,
) -> list[Application]:
    """Return one page of applications in that order; without a size, all of them."""
    skip = 0 if size is None else (page - 1) * size
    statement = f"{_SELECT} {_FROM} {_WANTED} {_ORDERS[order]} LIMIT %(size)s OFFSET %(skip)s"
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(
            statement.encode(), {**_parameters(worklist_filter), "size": size, "skip": skip}
        )
        return [APPLICATION.validate_python(row) for row in cursor]


def count_applications(connection: Connection[Any], worklist_filter: WorklistFilter) -> int:
    """Return how many applications the whole list has."""
    row = connection.execute(
        f"SELECT count(*) {_FROM} {_WANTED}".encode(), _parameters(worklist_filter)
    ).fetchone()
    return int(row[0]) if row else 0


def list_vacancies_applied_for(connection: Connection[Any]) -> list[VacancyWithPeople]:
    """Return the vacancies that applications in scope are for, by title."""
    with connection.cursor(row_factory=class_row(VacancyWithPeople)) as cursor:
        return cursor.execute(_VACANCIES).fetchall()


def _parameters(worklist_filter: WorklistFilter) -> Mapping[str, object]:
    return {
        "words": worklist_filter.words,
        "states": [str(state) for state in worklist_filter.states] or None,
        "vacancy": worklist_filter.vacancy,
        "candidate": worklist_filter.candidate,
    }


_SELECT = """
SELECT a.id, a.public_id, a.state, a.version, a.agreed, a.put_forward, a.opened_on, a.updated_at,
    vacancy.public_id AS vacancy_public_id, vacancy.reference, vacancy.title,
    employer.name AS employer_name, a.candidate_id, candidate.public_id AS candidate_public_id,
    candidate.prison_number, candidate.first_name, candidate.last_name, candidate.prison_id,
    origin.run_id, origin.rank
"""

_FROM = """
FROM application AS a
JOIN candidate ON candidate.id = a.candidate_id
JOIN vacancy ON vacancy.id = a.vacancy_id
JOIN employer ON employer.id = a.employer_id
LEFT JOIN application_origin AS origin ON origin.application_id = a.id
"""

_WANTED = """
WHERE (%(states)s::text[] IS NULL OR a.state = ANY(%(states)s))
  AND (%(vacancy)s::uuid IS NULL OR vacancy.public_id = %(vacancy)s)
  AND (%(candidate)s::uuid IS NULL OR candidate.public_id = %(candidate)s)
  AND NOT EXISTS (
      SELECT FROM unnest(string_to_array(fold_name(%(words)s), ' ')) AS word
      WHERE ' ' || candidate.name_key || ' ' || lower(candidate.prison_number) || ' '
          || fold_name(vacancy.title || ' ' || employer.name || ' ' || vacancy.reference)
          NOT LIKE '%% ' || word || '%%')
"""

# The id last, so that a page never repeats or leaves out an application.
_ORDERS = {
    ApplicationOrder.CHANGED: "ORDER BY a.updated_at DESC, a.id DESC",
    ApplicationOrder.OLDEST: "ORDER BY a.updated_at, a.id",
    ApplicationOrder.NAME: "ORDER BY fold_name(candidate.last_name),"
    " fold_name(candidate.first_name), a.id",
    ApplicationOrder.VACANCY: "ORDER BY lower(vacancy.title), vacancy.id, a.id",
}

_VACANCIES = """
SELECT vacancy.public_id, vacancy.reference, vacancy.title, count(*)::integer AS people
FROM application AS a JOIN vacancy ON vacancy.id = a.vacancy_id
GROUP BY vacancy.id ORDER BY lower(vacancy.title), vacancy.id
"""
