"""Marks that hold for a whole installation, one row each."""

from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

DEMONSTRATION = "demonstration"  # the people are made up


def find_mark(connection: Connection[Any], key: str) -> Any:  # noqa: ANN401 -- any JSON value
    """The mark's value, or None."""
    row = connection.execute("SELECT value FROM installation WHERE key = %s", [key]).fetchone()
    return row[0] if row else None


def upsert_mark(connection: Connection[Any], key: str, value: object) -> None:
    """Set a mark."""
    connection.execute(
        "INSERT INTO installation (key, value) VALUES (%s, %s)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [key, Jsonb(value)],
    )
