"""SQL of people put forward, as an employer's staff see them. Functions never commit.

Nothing is read here but introductions, interviews and where each application stands: there is no
column in these statements for anything else, and the policies of migration 0012 narrow the rows.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row, dict_row

from casework.applications.model import (
    Interview,
    IntroducedCandidate,
    IntroducedFilter,
    IntroducedOrder,
    Introduction,
    VacancyWithPeople,
)
from foundation.vocabulary import ApplicationState

INTRODUCTION_FIELDS = tuple(Introduction.__dataclass_fields__)


def list_people(
    connection: Connection[Any],
    introduced_filter: IntroducedFilter,
    order: IntroducedOrder,
    *,
    page: int,
    size: int,
) -> list[tuple[int, IntroducedCandidate]]:
    """Return one page of people put forward, each with their id; `page` counts from 1."""
    statement = f"{_SELECT} {_FROM} {_WANTED} {_ORDERS[order]} LIMIT %(size)s OFFSET %(skip)s"
    parameters = {**_parameters(introduced_filter), "size": size, "skip": (page - 1) * size}
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(statement.encode(), parameters)
        return [(row["candidate_id"], _introduced(row)) for row in cursor]


def count_people(connection: Connection[Any], introduced_filter: IntroducedFilter) -> int:
    """Return how many people `list_people` could return."""
    row = connection.execute(
        f"SELECT count(*) {_FROM} {_WANTED}".encode(), _parameters(introduced_filter)
    ).fetchone()
    return int(row[0]) if row else 0


def list_vacancies_with_people(connection: Connection[Any]) -> list[VacancyWithPeople]:
    """Return vacancies to which somebody was put forward, by title."""
    with connection.cursor(row_factory=class_row(VacancyWithPeople)) as cursor:
        return cursor.execute(_VACANCIES).fetchall()


def _parameters(introduced_filter: IntroducedFilter) -> Mapping[str, object]:
    days: tuple[date | None, date | None] = introduced_filter.interview_in or (None, None)
    return {
        "vacancy": introduced_filter.vacancy,
        "states": [str(state) for state in introduced_filter.states] or None,
        "first": days[0],
        "last": days[1],
    }


def _introduced(row: Mapping[str, Any]) -> IntroducedCandidate:
    told: dict[str, Any] = {
        name: tuple(row[name]) if isinstance(row[name], list) else row[name]
        for name in INTRODUCTION_FIELDS
    }
    booked = row["on_date"] is not None
    interview = {
        "on": row["on_date"],
        "at": row["at_time"],
        "place": row["place"],
        "video_link": row["video_link"],
        "contact": row["contact"],
    }
    return IntroducedCandidate(
        public_id=row["public_id"],
        state=ApplicationState(row["state"]),
        version=row["version"],
        vacancy_public_id=row["vacancy_public_id"],
        reference=row["reference"],
        title=row["title"],
        introduced_on=row["introduced_on"],
        updated_at=row["updated_at"],
        introduction=Introduction(**told),
        interview=Interview.model_validate(interview) if booked else None,
    )


_SELECT = """
SELECT a.public_id, a.candidate_id, a.state, a.version, a.updated_at,
    vacancy.public_id AS vacancy_public_id, vacancy.reference, vacancy.title, told.introduced_on,
    told.first_name, told.summary, told.skills, told.evidence, told.certificates,
    told.available_from, told.hours_wanted, told.travel, told.area,
    booked.on_date, booked.at_time, booked.place, booked.video_link, booked.contact
"""

_FROM = """
FROM application AS a
JOIN vacancy ON vacancy.id = a.vacancy_id
JOIN LATERAL (
    SELECT * FROM introduction WHERE introduction.application_id = a.id
    ORDER BY number DESC LIMIT 1
) AS told ON true
LEFT JOIN LATERAL (
    SELECT * FROM interview
    WHERE interview.application_id = a.id AND NOT EXISTS (
        SELECT FROM application_event AS event
        WHERE event.application_id = a.id AND event.corrects = interview.number AND event.undone)
    ORDER BY number DESC LIMIT 1
) AS booked ON true
"""

# As the employer's policy has it, so that a wider scope lists the same people.
_WANTED = """
WHERE a.put_forward AND a.agreed
  AND (%(vacancy)s::uuid IS NULL OR vacancy.public_id = %(vacancy)s)
  AND (%(states)s::text[] IS NULL OR a.state = ANY (%(states)s))
  AND (%(first)s::date IS NULL OR booked.on_date >= %(first)s)
  AND (%(last)s::date IS NULL OR booked.on_date <= %(last)s)
"""

_ORDERS = {
    IntroducedOrder.NEWEST: "ORDER BY told.introduced_on DESC, a.id DESC",
    IntroducedOrder.OLDEST: "ORDER BY told.introduced_on, a.id",
    IntroducedOrder.NAME: "ORDER BY lower(told.first_name), a.id",
    IntroducedOrder.INTERVIEW: "ORDER BY booked.on_date NULLS LAST, booked.at_time, a.id",
}

_VACANCIES = """
SELECT vacancy.public_id, vacancy.reference, vacancy.title, count(*)::integer AS people
FROM application AS a JOIN vacancy ON vacancy.id = a.vacancy_id
WHERE a.put_forward AND a.agreed
GROUP BY vacancy.id ORDER BY lower(vacancy.title), vacancy.id
"""
