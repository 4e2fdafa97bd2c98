"""The audit trail. Changes write themselves by trigger; what was seen is written here."""

from datetime import datetime
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb


class AuditEvent(NamedTuple):
    """One thing that happened: `action` (insert, update, delete, view, export...) on a subject."""

    at: datetime
    actor: str
    action: str
    subject: str
    subject_id: int | None
    detail: dict[str, Any]


def insert_event(
    connection: Connection[Any],
    action: str,
    subject: str,
    subject_id: int | None = None,
    **detail: object,
) -> None:
    """Record that the transaction's actor did `action`. Details must be plain JSON values."""
    connection.execute(
        "INSERT INTO audit_event (actor, action, subject, subject_id, detail)"
        " VALUES (current_setting('newfutures.actor'), %s, %s, %s, %s)",
        [action, subject, subject_id, Jsonb(detail)],
    )


def list_events(
    connection: Connection[Any], subject: str, subject_id: int, *, limit: int = 100
) -> list[AuditEvent]:
    """The latest events of one subject, newest first."""
    with connection.cursor(row_factory=class_row(AuditEvent)) as cursor:
        return cursor.execute(
            "SELECT at, actor, action, subject, subject_id, detail FROM audit_event"
            " WHERE subject = %s AND subject_id = %s ORDER BY id DESC LIMIT %s",
            [subject, subject_id, limit],
        ).fetchall()
