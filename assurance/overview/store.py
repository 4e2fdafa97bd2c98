"""SQL of the national and regional figures. It reads codes, days and counts, never a name."""

from datetime import date
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from assurance.overview.figures import (
    AppliedCount,
    FilledVacancy,
    OutcomeCount,
    ReadyCount,
    VacancyCount,
)
from matching.groups.waiting import FIRST_PLACES


def count_vacancies(
    connection: Connection[Any], since: date | None, today: date
) -> list[VacancyCount]:
    """Vacancies posted since a day by postcode area and month."""
    with connection.cursor(row_factory=class_row(VacancyCount)) as cursor:
        return cursor.execute(_VACANCIES, {"since": since, "today": today}).fetchall()


def list_filled(connection: Connection[Any], since: date | None) -> list[FilledVacancy]:
    """Vacancies of which every place is taken, and the day on which the last one was."""
    with connection.cursor(row_factory=class_row(FilledVacancy)) as cursor:
        return cursor.execute(_FILLED, {"since": since}).fetchall()


def count_ready(connection: Connection[Any], today: date) -> list[ReadyCount]:
    """People who are ready and have consented, and those of them on no shortlist."""
    with connection.cursor(row_factory=class_row(ReadyCount)) as cursor:
        return cursor.execute(_READY, {"today": today, "first": FIRST_PLACES}).fetchall()


def count_applications(connection: Connection[Any], since: date | None) -> list[AppliedCount]:
    """Applications begun since a day by the vacancy's postcode area, month and state."""
    with connection.cursor(row_factory=class_row(AppliedCount)) as cursor:
        return cursor.execute(_APPLIED, {"since": since}).fetchall()


def count_outcomes(connection: Connection[Any], since: date | None) -> list[OutcomeCount]:
    """People released since a day by region, month, point and what was found last."""
    with connection.cursor(row_factory=class_row(OutcomeCount)) as cursor:
        return cursor.execute(_OUTCOMES, {"since": since}).fetchall()


_VACANCIES = b"""
SELECT coalesce(substring(postcode FROM '^[A-Z]{1,2}'), '') AS area,
    date_trunc('month', created_at)::date AS month,
    count(*) FILTER (WHERE is_open) AS open,
    count(*) FILTER (WHERE NOT is_open) AS closed,
    count(*) FILTER (WHERE taken >= number_of_vacancies) AS filled,
    sum(number_of_vacancies) AS places,
    sum(least(taken, number_of_vacancies)) AS taken
FROM (
    SELECT postcode, created_at, number_of_vacancies, coalesce(taken, 0) AS taken,
        closed_at IS NULL AND (rolling OR closing_date >= %(today)s) AS is_open
    FROM vacancy LEFT JOIN application_places ON vacancy_id = vacancy.id
    WHERE %(since)s::date IS NULL OR created_at >= %(since)s
) AS posted
GROUP BY 1, 2
"""

# The day on which each person's place was first taken; the last of the places is the n-th of them.
_FILLED = b"""
WITH taken AS (
    SELECT application.vacancy_id, min(event.happened_on) AS on_day
    FROM application
    JOIN application_state AS now_state ON now_state.state = application.state
    JOIN application_event AS event ON event.application_id = application.id
    JOIN application_state AS event_state ON event_state.state = event.to_state
    WHERE now_state.takes_place AND event_state.takes_place AND NOT event.undone
        AND NOT EXISTS (SELECT FROM application_event AS later
            WHERE later.application_id = event.application_id AND later.corrects = event.number)
    GROUP BY application.id
)
SELECT coalesce(substring(postcode FROM '^[A-Z]{1,2}'), '') AS area,
    date_trunc('month', created_at)::date AS month,
    (array_agg(on_day ORDER BY on_day))[number_of_vacancies] - created_at::date AS days
FROM taken JOIN vacancy ON vacancy.id = taken.vacancy_id
WHERE %(since)s::date IS NULL OR created_at >= %(since)s
GROUP BY vacancy.id HAVING count(*) >= number_of_vacancies
"""

_READY = b"""
SELECT release_region AS region, need_band,
    CASE WHEN release_date IS NULL THEN 'unknown' WHEN release_date < %(today)s THEN 'released'
        WHEN release_date < %(today)s::date + 28 THEN 'soon'
        WHEN release_date < %(today)s::date + 84 THEN 'next' ELSE 'later' END AS release,
    count(*) AS ready,
    count(*) FILTER (WHERE NOT EXISTS (
        SELECT FROM exposure JOIN vacancy ON vacancy.id = exposure.vacancy_id
        WHERE exposure.candidate_id = candidate.id AND rank <= %(first)s AND closed_at IS NULL
            AND (rolling OR closing_date >= %(today)s))) AS unlisted
FROM candidate_group JOIN candidate ON candidate.id = candidate_group.candidate_id
WHERE matchable GROUP BY 1, 2, 3
"""

_APPLIED = b"""
SELECT coalesce(substring(postcode FROM '^[A-Z]{1,2}'), '') AS area,
    date_trunc('month', opened_on)::date AS month, application.state, count(*) AS applications
FROM application JOIN vacancy ON vacancy.id = application.vacancy_id
WHERE %(since)s::date IS NULL OR opened_on >= %(since)s
GROUP BY 1, 2, 3
"""

# Of several applications with an outcome at a point, the one recorded last counts.
_OUTCOMES = b"""
WITH latest AS (
    SELECT DISTINCT ON (application.candidate_id, event.point)
        application.candidate_id, event.point, event.outcome
    FROM application_event AS event
    JOIN application ON application.id = event.application_id
    WHERE event.point IS NOT NULL AND NOT event.undone AND NOT EXISTS (
        SELECT FROM application_event AS later
        WHERE later.application_id = event.application_id AND later.corrects = event.number)
    ORDER BY application.candidate_id, event.point, application.id DESC, event.number DESC
)
SELECT coalesce(substring(release_area FROM '^[A-Z]{1,2}'), '') AS area,
    date_trunc('month', release_date)::date AS month, point, outcome, count(*) AS people
FROM latest JOIN candidate ON candidate.id = latest.candidate_id
WHERE %(since)s::date IS NULL OR release_date >= %(since)s
GROUP BY 1, 2, 3, 4
"""
