"""SQL of the audit trail as its readers see it: never an old value. Functions never commit."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row


def list_happenings(
    connection: Connection[Any], wanted: Mapping[str, object], *, newest_first: bool, size: int
) -> list[dict[str, Any]]:
    """Rows after (or before) an id, in the order of their ids.

    Args:
        connection: whose scope narrows them.
        wanted: `start`, `end` (moments), `actor`, `actions`, `not_actions`, `subject`, `beyond`
            (an id); None narrows nothing.
        newest_first: the latest first.
        size: how many.
    """
    order = _NEWEST if newest_first else _OLDEST
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(f"{_SELECT} {order} LIMIT %(size)s".encode(), {**wanted, "size": size})
        return cursor.fetchall()


def list_subjects(connection: Connection[Any]) -> list[str]:
    """Every kind of record that the trail tells of, by name; one look at the index for each."""
    return [row[0] for row in connection.execute(_SUBJECTS)]


def list_public_ids(connection: Connection[Any], ids: Sequence[int]) -> dict[int, UUID]:
    """The public ids of these people."""
    rows = connection.execute("SELECT id, public_id FROM candidate WHERE id = ANY(%s)", [list(ids)])
    return dict(rows.fetchall())


_SELECT = """
SELECT id, at, actor, role, action, subject, subject_id,
    CASE WHEN jsonb_typeof(detail -> 'people') = 'array'
    THEN jsonb_array_length(detail -> 'people') END AS people,
    CASE WHEN jsonb_typeof(detail -> 'rows') = 'number'
    THEN (detail ->> 'rows')::integer END AS rows
FROM audit_event
WHERE (%(start)s::timestamptz IS NULL OR at >= %(start)s)
    AND (%(end)s::timestamptz IS NULL OR at < %(end)s)
    AND (%(actor)s::text IS NULL OR actor = %(actor)s)
    AND (%(actions)s::text[] IS NULL OR action = ANY (%(actions)s))
    AND (%(not_actions)s::text[] IS NULL OR action <> ALL (%(not_actions)s))
    AND (%(subject)s::text IS NULL OR subject = %(subject)s)
"""

_NEWEST = "AND (%(beyond)s::bigint IS NULL OR id < %(beyond)s) ORDER BY id DESC"
_OLDEST = "AND (%(beyond)s::bigint IS NULL OR id > %(beyond)s) ORDER BY id"

_SUBJECTS = """
WITH RECURSIVE found AS (
    (SELECT subject FROM audit_event ORDER BY subject LIMIT 1)
    UNION ALL
    SELECT (SELECT subject FROM audit_event AS next WHERE next.subject > found.subject
            ORDER BY subject LIMIT 1)
    FROM found WHERE found.subject IS NOT NULL
)
SELECT subject FROM found WHERE subject IS NOT NULL
"""
