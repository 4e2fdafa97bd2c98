"""SQL that finds whom a demonstration's story can be about."""

from typing import Any

from psycopg import Connection


def list_fullest_prisons(connection: Connection[Any], limit: int) -> tuple[str, ...]:
    """The prisons with most people."""
    rows = connection.execute(
        "SELECT prison_id FROM candidate GROUP BY prison_id ORDER BY count(*) DESC, 1 LIMIT %s",
        [limit],
    )
    return tuple(prison for (prison,) in rows)


def list_release_areas(
    connection: Connection[Any], prisons: tuple[str, ...], limit: int
) -> tuple[str, ...]:
    """The postcode areas to which most people of these prisons are released."""
    rows = connection.execute(
        "SELECT substring(release_area FROM '^[A-Z]{1,2}') AS area FROM candidate"
        " WHERE prison_id = ANY(%s) AND release_area IS NOT NULL"
        " GROUP BY area ORDER BY count(*) DESC, area LIMIT %s",
        [list(prisons), limit],
    )
    return tuple(area for (area,) in rows)


def get_busiest_employer(connection: Connection[Any]) -> int:
    """The employer whose several open vacancies offer most places."""
    row = connection.execute(
        "SELECT employer_id FROM vacancy WHERE closed_at IS NULL GROUP BY employer_id"
        " ORDER BY least(count(*), 4) DESC, sum(number_of_vacancies) DESC, employer_id LIMIT 1"
    ).fetchone()
    if row is None:
        raise LookupError("a demonstration without vacancies has no story")
    return int(row[0])
