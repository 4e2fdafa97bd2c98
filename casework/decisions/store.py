"""SQL of decisions about shortlists. Functions take the connection and never commit."""

from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row, dict_row

from casework.decisions.model import (
    AuditedDecision,
    Decision,
    DecisionKind,
    HideReason,
    PlaceReason,
)
from foundation.errors import ConflictError, NotFoundError


def insert_decision(connection: Connection[Any], vacancy: UUID, decision: Decision) -> UUID:
    """Insert a decision; the database adds who made it and when.

    Raises:
        ConflictError: there is one of its kind in force about this person.
        NotFoundError: the person, or whom they are put above, is not in scope.
    """
    try:
        with connection.transaction():
            row = connection.execute(
                _INSERT,
                {
                    "vacancy": vacancy,
                    "kind": decision.kind,
                    "candidate": decision.candidate,
                    "run": decision.run_id,
                    "listed": decision.listed,
                    "given": decision.rank_given,
                    "decided": decision.rank_decided,
                    "above": decision.above,
                    "tie_bands": decision.tie_bands,
                    "reason": decision.reason,
                    "note": decision.note,
                },
            ).fetchone()
    except UniqueViolation as error:
        raise ConflictError(
            "somebody has decided this about the person already; read the list again, and undo "
            "that decision first if you decide otherwise"
        ) from error
    if row is None:
        raise NotFoundError("no such candidate or vacancy in your scope")
    made: UUID = row[0]
    return made


def update_decision_undone(connection: Connection[Any], public_id: UUID, reason: str) -> bool:
    """Mark a decision as undone; return False if none is in scope or it was undone."""
    return (
        connection.execute(
            "UPDATE shortlist_decision SET undone_at = clock_timestamp(), undone_reason = %s,"
            " undone_by = current_setting('newfutures.actor')"
            " WHERE public_id = %s AND undone_at IS NULL",
            [reason, public_id],
        ).rowcount
        == 1
    )


def list_vacancy_decisions(connection: Connection[Any], vacancy: UUID) -> list[Decision]:
    """Return every decision about a vacancy's shortlist, undone ones too, in order."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return [_decision(row) for row in cursor.execute(_OF_VACANCY, [vacancy])]


def list_decisions(connection: Connection[Any], first: date, last: date) -> list[AuditedDecision]:
    """Return decisions made in a period (both days included), for the audit; no words."""
    with connection.cursor(row_factory=class_row(AuditedDecision)) as cursor:
        return cursor.execute(
            "SELECT id, kind, vacancy_id, candidate_id, run_id, listed, rank_given, rank_decided,"
            " tie_bands, reason, made_at, undone_at FROM shortlist_decision"
            " WHERE made_at >= %s AND made_at < %s::date + 1 ORDER BY id",
            [first, last],
        ).fetchall()


def _decision(row: dict[str, Any]) -> Decision:
    kind = DecisionKind(row["kind"])
    reasons = HideReason if kind is DecisionKind.HIDE else PlaceReason
    return Decision(**row | {"kind": kind, "reason": reasons(row["reason"])})


_INSERT = """
INSERT INTO shortlist_decision (kind, vacancy_id, candidate_id, run_id, listed, rank_given,
    rank_decided, above_id, tie_bands, reason, note)
SELECT %(kind)s, vacancy.id, candidate.id, %(run)s, %(listed)s, %(given)s, %(decided)s, above.id,
    %(tie_bands)s, %(reason)s, %(note)s
FROM vacancy
JOIN candidate ON candidate.public_id = %(candidate)s
LEFT JOIN candidate AS above ON above.public_id = %(above)s
WHERE vacancy.public_id = %(vacancy)s AND (%(above)s::uuid IS NULL OR above.id IS NOT NULL)
RETURNING public_id
"""

_OF_VACANCY = """
SELECT made.public_id, made.kind, candidate.public_id AS candidate, made.run_id, made.listed,
    made.rank_given, made.rank_decided, above.public_id AS above, made.tie_bands, made.reason,
    made.note, made.made_at, made.made_by, made.undone_at, made.undone_by, made.undone_reason
FROM shortlist_decision AS made
JOIN vacancy ON vacancy.id = made.vacancy_id
JOIN candidate ON candidate.id = made.candidate_id
LEFT JOIN candidate AS above ON above.id = made.above_id
WHERE vacancy.public_id = %s AND (made.above_id IS NULL OR above.id IS NOT NULL)
ORDER BY made.id
"""
