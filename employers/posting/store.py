"""Drafts of vacancies in PostgreSQL. Functions take the connection and never commit."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from employers.model import Draft
from foundation.errors import NotFoundError

MOST_LISTED = 200


def insert_draft(
    connection: Connection[Any], employer_id: int, answers: Mapping[str, object]
) -> UUID:
    """A new draft, begun by the transaction's account; returns its public id."""
    return _inserted(connection, _INSERT, {"employer": employer_id, "answers": Jsonb(answers)})


def insert_copy(
    connection: Connection[Any], vacancy_id: int, answers: Mapping[str, object]
) -> UUID:
    """A new draft for the same employer, from a vacancy's answers; returns its public id."""
    return _inserted(connection, _INSERT_COPY, {"vacancy": vacancy_id, "answers": Jsonb(answers)})


def insert_edit(
    connection: Connection[Any], vacancy_id: int, answers: Mapping[str, object], step: int
) -> UUID:
    """A draft that will change the vacancy, or the one there is already; returns its public id."""
    parameters = {"vacancy": vacancy_id, "answers": Jsonb(answers), "step": step}
    return _inserted(connection, _INSERT_EDIT, parameters)


def get_draft(connection: Connection[Any], draft: UUID) -> Draft:
    """The draft with this public id, or NotFoundError."""
    with connection.cursor(row_factory=class_row(Draft)) as cursor:
        found = cursor.execute(_SELECT + b"WHERE draft.public_id = %s", [draft]).fetchone()
    if found is None:
        raise NotFoundError(f"no draft {draft}; it may have been published or thrown away")
    return found


def get_locked_draft(connection: Connection[Any], draft: UUID) -> Draft:
    """The same, and nobody else can change it until this transaction ends."""
    connection.execute("SELECT FROM vacancy_draft WHERE public_id = %s FOR UPDATE", [draft])
    return get_draft(connection, draft)


def list_drafts(connection: Connection[Any], employer_id: int | None = None) -> list[Draft]:
    """Drafts of one employer, or all in scope, the latest changed first."""
    with connection.cursor(row_factory=class_row(Draft)) as cursor:
        return cursor.execute(
            _SELECT
            + b"WHERE %(employer)s::bigint IS NULL OR draft.employer_id = %(employer)s"
            + b" ORDER BY draft.updated_at DESC, draft.id DESC LIMIT %(most)s",
            {"employer": employer_id, "most": MOST_LISTED},
        ).fetchall()


def update_answers(
    connection: Connection[Any], draft_id: int, answers: Mapping[str, object], step: int
) -> None:
    """Put answers in place of those to the same questions, and go on to `step` if not beyond."""
    connection.execute(
        "UPDATE vacancy_draft SET answers = answers || %s, step = greatest(step, %s),"
        " version = version + 1, updated_at = clock_timestamp(),"
        " changed_by = current_setting('newfutures.actor') WHERE id = %s",
        [Jsonb(answers), step, draft_id],
    )


def delete_draft(connection: Connection[Any], draft_id: int) -> None:
    """Throw a draft away; the vacancy that it would have changed stays as it is."""
    connection.execute("DELETE FROM vacancy_draft WHERE id = %s", [draft_id])


def _inserted(connection: Connection[Any], sql: bytes, parameters: Mapping[str, object]) -> UUID:
    row = connection.execute(sql, parameters).fetchone()
    if row is None:
        raise NotFoundError("the vacancy that the draft would begin from is not there")
    made: UUID = row[0]
    return made


_SELECT = b"""
SELECT draft.id, draft.public_id, draft.employer_id, employer.name AS employer, draft.account_id,
    edited.public_id AS edits, edited.reference, copied.public_id AS copied_from, draft.step,
    draft.answers, draft.original, draft.version, draft.changed_by, draft.created_at,
    draft.updated_at
FROM vacancy_draft AS draft
JOIN employer ON employer.id = draft.employer_id
LEFT JOIN vacancy AS edited ON edited.id = draft.vacancy_id
LEFT JOIN vacancy AS copied ON copied.id = draft.copied_from
"""

_INSERT = b"""
INSERT INTO vacancy_draft (employer_id, account_id, answers)
VALUES (%(employer)s, nullif(current_setting('newfutures.account'), '')::bigint, %(answers)s)
RETURNING public_id
"""

_INSERT_COPY = b"""
INSERT INTO vacancy_draft (employer_id, account_id, copied_from, answers)
SELECT employer_id, nullif(current_setting('newfutures.account'), '')::bigint, id, %(answers)s
FROM vacancy WHERE id = %(vacancy)s
RETURNING public_id
"""

# The update changes nothing; it is there so that the row which is there already is returned.
_INSERT_EDIT = b"""
INSERT INTO vacancy_draft (employer_id, account_id, vacancy_id, step, answers, original)
SELECT employer_id, nullif(current_setting('newfutures.account'), '')::bigint, id, %(step)s,
    %(answers)s, %(answers)s
FROM vacancy WHERE id = %(vacancy)s
ON CONFLICT (vacancy_id) DO UPDATE SET vacancy_id = excluded.vacancy_id
RETURNING public_id
"""
