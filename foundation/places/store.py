"""Places in PostgreSQL."""

from collections.abc import Iterable
from typing import Any

from psycopg import Connection

from foundation.places.postcodes import Place, Precision


def upsert_places(connection: Connection[Any], places: Iterable[Place]) -> int:
    """Store places, replacing those already known; returns how many were written."""
    connection.execute("CREATE TEMPORARY TABLE new_place (LIKE place) ON COMMIT DROP")
    with connection.cursor() as cursor:
        with cursor.copy("COPY new_place FROM STDIN") as copy:
            for place in places:
                copy.write_row((place.code, place.latitude, place.longitude, int(place.precision)))
        cursor.execute(
            "INSERT INTO place SELECT DISTINCT ON (code) * FROM new_place ORDER BY code"
            " ON CONFLICT (code) DO UPDATE SET latitude = excluded.latitude,"
            " longitude = excluded.longitude, place_precision = excluded.place_precision"
        )
        return cursor.rowcount


def count_places(connection: Connection[Any]) -> dict[Precision, int]:
    """How many codes are known at each precision."""
    rows = connection.execute(
        "SELECT place_precision, count(*) FROM place GROUP BY place_precision"
    ).fetchall()
    return {Precision(precision): count for precision, count in rows}
