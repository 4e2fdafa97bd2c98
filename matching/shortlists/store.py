"""SQL of the stored runs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from foundation.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A ranking as it was shown, and what it was made from."""

    id: UUID
    kind: str
    inputs: dict[str, Any]
    document: bytes


def insert_run(
    connection: Connection[Any],
    kind: str,
    subject_id: int,
    inputs: dict[str, Any],
    document: bytes,
    sha256: str,
) -> UUID:
    """Insert a run; the same document for the same subject and scope is the same run."""
    row = connection.execute(
        "INSERT INTO ranking_run (kind, subject_id, actor, inputs, document, document_sha256)"
        " VALUES (%s, %s, current_setting('newfutures.actor'), %s, %s, %s)"
        " ON CONFLICT (kind, subject_id, document_sha256, made_in) DO NOTHING RETURNING id",
        [kind, subject_id, Jsonb(inputs), document.decode(), sha256],
    ).fetchone()
    if row is None:
        row = connection.execute(
            "SELECT id FROM ranking_run"
            " WHERE kind = %s AND subject_id = %s AND document_sha256 = %s"
            " AND made_in = scope_people()",
            [kind, subject_id, sha256],
        ).fetchone()
    if row is None:
        raise NotFoundError("the run that was just stored is gone")
    found: UUID = row[0]
    return found


def get_run(connection: Connection[Any], run_id: UUID) -> StoredRun:
    """Return a stored run, or raise NotFoundError."""
    row = connection.execute(
        "SELECT id, kind, inputs, document FROM ranking_run WHERE id = %s", [run_id]
    ).fetchone()
    if row is None:
        raise NotFoundError(f"no run {run_id}")
    return StoredRun(row[0], row[1], row[2], row[3].encode())
