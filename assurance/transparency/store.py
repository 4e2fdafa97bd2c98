"""SQL of the transparency record: counts, and the days on which policies changed."""

from datetime import date
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from assurance.transparency.facts import PolicyChange, Usage
from matching.groups.need import NeedTable


def get_usage(
    connection: Connection[Any], *, first: date, last: date, need: NeedTable, groups: str
) -> Usage:
    """Counts of people, vacancies and rankings; `groups` is the version of the fairness groups."""
    with connection.cursor(row_factory=class_row(Usage)) as cursor:
        (found,) = cursor.execute(
            _USAGE, {"first": first, "last": last, "facts": len(need.facts), "groups": groups}
        ).fetchall()
    return found


def list_policy_changes(
    connection: Connection[Any], *, first: date, last: date
) -> list[PolicyChange]:
    """Versions of policies that were made in the period, oldest first."""
    with connection.cursor(row_factory=class_row(PolicyChange)) as cursor:
        return cursor.execute(_CHANGES, {"first": first, "last": last}).fetchall()


# Days as people in the United Kingdom would name them.
_USAGE = """
SELECT %(first)s::date AS first, %(last)s::date AS last,
    (SELECT count(*) FROM candidate) AS people,
    (SELECT count(*) FROM candidate
     WHERE consent = 'GIVEN' AND readiness_status = 'READY_TO_WORK') AS ready,
    (SELECT count(*) FROM vacancy) AS vacancies,
    (SELECT count(*) FROM vacancy
     WHERE closed_at IS NULL AND (rolling OR closing_date >= %(last)s)) AS open_vacancies,
    runs.shortlists, runs.vacancy_lists,
    (SELECT avg(need_unknown)::double precision / %(facts)s FROM candidate_group
     WHERE version = %(groups)s) AS need_unknown
FROM (
    SELECT count(*) FILTER (WHERE kind = 'shortlist') AS shortlists,
        count(*) FILTER (WHERE kind = 'vacancies-for') AS vacancy_lists
    FROM ranking_run
    WHERE (made_at AT TIME ZONE 'Europe/London')::date BETWEEN %(first)s AND %(last)s
) AS runs
"""

_CHANGES = """
SELECT name || '@' || version AS policy, (made_at AT TIME ZONE 'Europe/London')::date AS made_on
FROM fairness_policy
WHERE (made_at AT TIME ZONE 'Europe/London')::date BETWEEN %(first)s AND %(last)s
ORDER BY made_on, name, version
"""
