"""SQL of a lead's home page: visits, vacancies about to close, changes. Never commits."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row, dict_row

from casework.home.rules import ApplicationFacts
from foundation.vocabulary import ApplicationState, OutcomePoint
from matching.groups.waiting import FIRST_PLACES


@dataclass(frozen=True, slots=True)
class FirstPlace:
    """A person in scope among the first places of a vacancy's latest list."""

    vacancy: UUID
    title: str
    employer: str
    reference: str
    closing_date: date | None
    candidate: UUID
    candidate_id: int
    run_id: UUID


@dataclass(frozen=True, slots=True)
class MovedApplication:
    """An application that somebody else changed, and where it stands now."""

    public_id: UUID
    candidate: UUID
    candidate_id: int
    name: str
    title: str
    employer: str
    state: str
    moved_at: datetime
    moved_by: str


def upsert_visit(connection: Connection[Any], account_id: int, now: datetime) -> datetime:
    """Record a visit; return the end of the last one, or a week ago for a first visit.

    Looks less than an hour apart are one visit, so that looking again does not hide what is new.
    """
    row = connection.execute(_VISIT, {"account": account_id, "now": now}).fetchone()
    since: datetime = row[0] if row else now
    return since


def list_first_places(
    connection: Connection[Any],
    *,
    open_on: date,
    closing_by: date | None = None,
    made_after: datetime | None = None,
) -> list[FirstPlace]:
    """Return people in scope in first places of open vacancies, soonest closing first.

    Args:
        closing_by: only vacancies that close on that day or before.
        made_after: only vacancies that were new after that moment.
    """
    with connection.cursor(row_factory=class_row(FirstPlace)) as cursor:
        return cursor.execute(
            _FIRST_PLACES,
            {
                "first": FIRST_PLACES,
                "today": open_on,
                "closing_by": closing_by,
                "made_after": made_after,
            },
        ).fetchall()


def list_score_words(
    connection: Connection[Any], run_ids: Sequence[UUID]
) -> dict[tuple[UUID, UUID], str]:
    """Return scores as words, by run and person, for runs that this scope can read."""
    rows = connection.execute(
        "SELECT id, document FROM ranking_run WHERE id = ANY(%s)", [list(run_ids)]
    )
    words: dict[tuple[UUID, UUID], str] = {}
    for run_id, document in rows:
        shortlist = json.loads(document)
        for item in (*shortlist["ranked"], *shortlist["refer"]):
            if item["score"] is not None:
                words[run_id, UUID(item["candidate"]["public_id"])] = item["score"]["word"]
    return words


def list_moved(
    connection: Connection[Any], after: datetime, *, not_by: str
) -> list[MovedApplication]:
    """Return applications that somebody else changed after a moment, newest first."""
    with connection.cursor(row_factory=class_row(MovedApplication)) as cursor:
        return cursor.execute(_MOVED, {"after": after, "not_by": not_by}).fetchall()


def list_application_facts(
    connection: Connection[Any], candidate_id: int | None = None
) -> list[ApplicationFacts]:
    """Return what the rules read of every open application in scope.

    Args:
        candidate_id: only of this person.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        return [
            ApplicationFacts(
                **row
                | {
                    "state": ApplicationState(row["state"]),
                    "points": frozenset(map(OutcomePoint, row["points"])),
                }
            )
            for row in cursor.execute(_FACTS, {"candidate": candidate_id})
        ]


_VISIT = """
INSERT INTO account_visit AS visit (account_id, since, seen_at)
VALUES (%(account)s, %(now)s::timestamptz - interval '7 days', %(now)s)
ON CONFLICT (account_id) DO UPDATE SET
    since = CASE WHEN excluded.seen_at - visit.seen_at > interval '1 hour'
        THEN visit.seen_at ELSE visit.since END,
    seen_at = greatest(visit.seen_at, excluded.seen_at)
RETURNING since
"""

_FIRST_PLACES = """
SELECT vacancy.public_id AS vacancy, title, employer.name AS employer, reference, closing_date,
    candidate.public_id AS candidate, candidate.id AS candidate_id, run_id
FROM exposure
JOIN candidate ON candidate.id = exposure.candidate_id
JOIN vacancy ON vacancy.id = exposure.vacancy_id
JOIN employer ON employer.id = vacancy.employer_id
WHERE rank <= %(first)s AND closed_at IS NULL AND (rolling OR closing_date >= %(today)s)
  AND (%(closing_by)s::date IS NULL OR closing_date <= %(closing_by)s)
  AND (%(made_after)s::timestamptz IS NULL OR vacancy.created_at > %(made_after)s)
ORDER BY closing_date NULLS LAST, vacancy.id, rank
"""

_MOVED = """
SELECT DISTINCT ON (application.id) application.public_id, candidate.public_id AS candidate,
    candidate.id AS candidate_id, first_name || ' ' || last_name AS name, title,
    employer.name AS employer, application.state, event.recorded_at AS moved_at,
    event.actor AS moved_by
FROM application_event AS event
JOIN application ON application.id = event.application_id
JOIN candidate ON candidate.id = application.candidate_id
JOIN vacancy ON vacancy.id = application.vacancy_id
JOIN employer ON employer.id = application.employer_id
WHERE event.recorded_at > %(after)s AND event.actor <> %(not_by)s
ORDER BY application.id DESC, event.number DESC
"""

# Of each step only what stands: neither what was undone, nor what a later event put right.
_FACTS = """
WITH standing AS (
    SELECT application_id, number, point, happened_on
    FROM application_event AS event
    WHERE NOT undone AND NOT EXISTS (
        SELECT FROM application_event AS later
        WHERE later.application_id = event.application_id AND later.corrects = event.number)
)
SELECT application.public_id, application.candidate_id, title, employer.name AS employer, state,
    coalesce((SELECT max(happened_on) FROM standing
        WHERE application_id = application.id AND point IS NULL), opened_on) AS since,
    agreed,
    (SELECT on_date FROM interview JOIN standing USING (application_id, number)
        WHERE application_id = application.id ORDER BY number DESC LIMIT 1) AS interview_on,
    ARRAY(SELECT DISTINCT point FROM standing
        WHERE application_id = application.id AND point IS NOT NULL) AS points
FROM application
JOIN candidate ON candidate.id = application.candidate_id
JOIN vacancy ON vacancy.id = application.vacancy_id
JOIN employer ON employer.id = application.employer_id
WHERE (%(candidate)s::bigint IS NULL OR candidate.id = %(candidate)s)
  AND state NOT IN ('APPLICATION_UNSUCCESSFUL', 'UNSUCCESSFUL_AT_INTERVIEW', 'OFFER_DECLINED',
      'WITHDRAWN')
ORDER BY application.id
"""
