"""SQL of plans over all vacancies and people. Functions take the connection and never commit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from foundation.errors import NotFoundError
from matching.rules.store import Ids

CHUNK = 50_000  # rows in one statement


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan; `made_at`, `welfare` and `figures` are None while its status is `scoring`."""

    id: UUID
    status: str
    started_at: datetime
    made_at: datetime | None
    actor: str
    today: date
    policy: str
    policy_version: int
    parameters: dict[str, Any]
    welfare: float | None
    figures: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class OpenVacancy:
    """A vacancy that has not closed; `indexed` if its present text is embedded."""

    id: int
    employer: str
    reference: str
    number_of_vacancies: int
    indexed: bool


@dataclass(frozen=True, slots=True)
class ScoredVacancy:
    """A vacancy whose edges are stored."""

    id: int
    places: int


@dataclass(frozen=True, slots=True)
class PlannedVacancy:
    """A vacancy in a plan. `filled` and what follows are None while the plan is `scoring`."""

    places: int
    filled: int | None
    threshold: float | None
    shortfalls: list[dict[str, Any]] | None


@dataclass(frozen=True, slots=True)
class PlannedPlace:
    """One person put before a vacancy: score in millionths, rank by score alone."""

    candidate_id: int
    score: int
    rank: int
    interviews: int


@dataclass(frozen=True, slots=True)
class EdgeRows:
    """Edges of a plan as arrays, each of shape (edges,); scores in millionths."""

    vacancies: Ids
    candidates: Ids
    scores: Ids


def get_plan(connection: Connection[Any], plan_id: UUID) -> StoredPlan:
    """Return the plan with this id, or raise NotFoundError."""
    with connection.cursor(row_factory=class_row(StoredPlan)) as cursor:
        found = cursor.execute(f"{_PLAN} WHERE id = %s".encode(), [plan_id]).fetchone()
    if found is None:
        raise NotFoundError(f"no plan {plan_id}")
    return found


def lock_plan(connection: Connection[Any], plan_id: UUID) -> StoredPlan:
    """Return the plan, locked until the transaction ends, or raise NotFoundError."""
    connection.execute("SELECT FROM plan WHERE id = %s FOR UPDATE", [plan_id])
    return get_plan(connection, plan_id)


def find_latest_plan(connection: Connection[Any]) -> StoredPlan | None:
    """Return the newest finished plan, or None."""
    with connection.cursor(row_factory=class_row(StoredPlan)) as cursor:
        return cursor.execute((_PLAN + _LATEST).encode()).fetchone()


def find_plan_under_way(connection: Connection[Any], fingerprint: str) -> StoredPlan | None:
    """Return the unfinished plan with this fingerprint, or None."""
    with connection.cursor(row_factory=class_row(StoredPlan)) as cursor:
        return cursor.execute(
            f"{_PLAN} WHERE fingerprint = %s AND status = 'scoring'".encode(), [fingerprint]
        ).fetchone()


def insert_plan(
    connection: Connection[Any],
    *,
    today: date,
    policy: str,
    policy_version: int,
    parameters: dict[str, Any],
    fingerprint: str,
) -> UUID | None:
    """Insert a new plan; return None if one with the same fingerprint is being made."""
    row = connection.execute(
        _INSERT_PLAN, [today, policy, policy_version, Jsonb(parameters), fingerprint]
    ).fetchone()
    return row[0] if row else None


def update_plan_finished(
    connection: Connection[Any], plan_id: UUID, welfare: float, figures: dict[str, Any]
) -> None:
    """Store a plan's figures and mark it as a draft for staff to read."""
    connection.execute(
        "UPDATE plan SET status = 'draft', made_at = clock_timestamp(), welfare = %s, figures = %s"
        " WHERE id = %s",
        [welfare, Jsonb(figures), plan_id],
    )


def list_open_vacancies(
    connection: Connection[Any], *, today: date, recipe: str, sector: str | None
) -> list[OpenVacancy]:
    """Return vacancies that have not closed, by employer and reference (byte order)."""
    with connection.cursor(row_factory=class_row(OpenVacancy)) as cursor:
        return cursor.execute(
            _OPEN, {"today": today, "recipe": recipe, "sector": sector}
        ).fetchall()


def list_scored_vacancies(connection: Connection[Any], plan_id: UUID) -> list[ScoredVacancy]:
    """Return vacancies whose edges are stored, by employer and reference."""
    with connection.cursor(row_factory=class_row(ScoredVacancy)) as cursor:
        return cursor.execute(_SCORED, [plan_id]).fetchall()


def insert_scored_vacancy(
    connection: Connection[Any], plan_id: UUID, vacancy_id: int, places: int
) -> bool:
    """Claim a vacancy for scoring; return False if its edges are stored already."""
    done = connection.execute(
        "INSERT INTO plan_vacancy (plan_id, vacancy_id, places) VALUES (%s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        [plan_id, vacancy_id, places],
    )
    return done.rowcount == 1


def insert_edges(
    connection: Connection[Any],
    plan_id: UUID,
    vacancy_id: int,
    candidate_ids: Sequence[int],
    scores: Sequence[int],
) -> None:
    """Insert the people who can be put before a vacancy; scores in millionths."""
    connection.execute(
        "INSERT INTO plan_edge (plan_id, vacancy_id, candidate_id, score)"
        " SELECT %s, %s, * FROM unnest(%s::bigint[], %s::integer[])",
        [plan_id, vacancy_id, list(candidate_ids), list(scores)],
    )


def insert_people(connection: Connection[Any], plan_id: UUID, candidate_ids: Sequence[int]) -> None:
    """Insert people who are eligible for some vacancy; skip those already there."""
    connection.execute(
        "INSERT INTO plan_person (plan_id, candidate_id) SELECT %s, * FROM unnest(%s::bigint[])"
        " ON CONFLICT DO NOTHING",
        [plan_id, list(candidate_ids)],
    )


def list_people(connection: Connection[Any], plan_id: UUID) -> list[int]:
    """Return ids of everyone who is eligible for some vacancy, by prison number."""
    return [row[0] for row in connection.execute(_PEOPLE, [plan_id])]


def list_edges(connection: Connection[Any], plan_id: UUID) -> EdgeRows:
    """Return all edges of a plan that the scope shows."""
    with connection.cursor(binary=True) as cursor:
        cursor.execute(_EDGES, [plan_id])
        rows = [
            (vacancy, np.array(people, dtype=np.int64), np.array(scores, dtype=np.int64))
            for vacancy, people, scores in cursor
        ]
    empty = np.empty(0, dtype=np.int64)
    sizes = [len(people) for _, people, _ in rows]
    return EdgeRows(
        np.repeat(np.array([vacancy for vacancy, _, _ in rows], dtype=np.int64), sizes),
        np.concatenate([empty, *(people for _, people, _ in rows)]),
        np.concatenate([empty, *(scores for _, _, scores in rows)]),
    )


def delete_stale_vacancies(connection: Connection[Any], plan_id: UUID) -> int:
    """Delete edges of vacancies that changed, or where a person changed; return how many."""
    return connection.execute(_DELETE_STALE, [plan_id]).rowcount


def delete_edges_of_others(connection: Connection[Any], plan_id: UUID) -> int:
    """Delete edges of plans that are finished or of an earlier day; return how many."""
    return connection.execute(_DELETE_EDGES_OF_OTHERS, [plan_id]).rowcount


def insert_places(
    connection: Connection[Any], plan_id: UUID, rows: Iterable[tuple[int, int, int, int]]
) -> int:
    """Insert the pairs of a plan (vacancy, candidate, millionths, rank); return how many.

    People who are gone, or out of scope, are left out.
    """
    return _in_chunks(connection, _INSERT_PLACES, plan_id, rows)


def update_people(
    connection: Connection[Any], plan_id: UUID, rows: Iterable[tuple[int, str, int, float]]
) -> int:
    """Store each person's group, interviews and price; return how many rows changed."""
    return _in_chunks(connection, _UPDATE_PEOPLE, plan_id, rows)


def update_vacancies(
    connection: Connection[Any], plan_id: UUID, rows: Iterable[tuple[int, int, float, Jsonb]]
) -> int:
    """Store each vacancy's filled places, threshold and shortfalls; return how many changed."""
    return _in_chunks(connection, _UPDATE_VACANCIES, plan_id, rows)


def get_planned_vacancy(
    connection: Connection[Any], plan_id: UUID, vacancy_id: int
) -> PlannedVacancy:
    """Return a vacancy's row in a plan, or raise NotFoundError."""
    with connection.cursor(row_factory=class_row(PlannedVacancy)) as cursor:
        found = cursor.execute(
            "SELECT places, filled, threshold, shortfalls FROM plan_vacancy"
            " WHERE plan_id = %s AND vacancy_id = %s",
            [plan_id, vacancy_id],
        ).fetchone()
    if found is None:
        raise NotFoundError(
            f"that vacancy is not in plan {plan_id}: it was not open, not of its sector or not "
            "indexed when the plan was made"
        )
    return found


def list_places(connection: Connection[Any], plan_id: UUID, vacancy_id: int) -> list[PlannedPlace]:
    """Return the people put before a vacancy whom the scope shows, best score first."""
    with connection.cursor(row_factory=class_row(PlannedPlace)) as cursor:
        return cursor.execute(_PLACES, [plan_id, vacancy_id]).fetchall()


def _in_chunks(
    connection: Connection[Any], sql: bytes, plan_id: UUID, rows: Iterable[tuple[Any, ...]]
) -> int:
    given, written = list(rows), 0
    for start in range(0, len(given), CHUNK):
        columns = [list(column) for column in zip(*given[start : start + CHUNK], strict=True)]
        written += connection.execute(sql, [*columns, plan_id]).rowcount
    return written


_PLAN = """
SELECT id, status, started_at, made_at, actor, today, policy, policy_version, parameters, welfare,
    figures
FROM plan
"""

_LATEST = "WHERE status = 'draft' ORDER BY made_at DESC LIMIT 1"


_INSERT_PLAN = """
INSERT INTO plan (status, actor, today, policy, policy_version, parameters, fingerprint)
VALUES ('scoring', current_setting('newfutures.actor'), %s, %s, %s, %s, %s)
ON CONFLICT (fingerprint) WHERE status = 'scoring' DO NOTHING
RETURNING id
"""

_OPEN = """
SELECT v.id, employer.name_key AS employer, v.reference, v.number_of_vacancies,
    e.vacancy_id IS NOT NULL AS indexed
FROM vacancy AS v
JOIN employer ON employer.id = v.employer_id
LEFT JOIN vacancy_embedding AS e ON e.vacancy_id = v.id
    AND e.recipe = %(recipe)s AND e.profile_hash = v.profile_hash
WHERE v.closed_at IS NULL AND (v.rolling OR v.closing_date >= %(today)s)
  AND (%(sector)s::text IS NULL OR v.sector = %(sector)s)
ORDER BY employer.name_key COLLATE "C", v.reference COLLATE "C"
"""

_SCORED = """
SELECT v.id, plan_vacancy.places
FROM plan_vacancy
JOIN vacancy AS v ON v.id = plan_vacancy.vacancy_id
JOIN employer ON employer.id = v.employer_id
WHERE plan_vacancy.plan_id = %s
ORDER BY employer.name_key COLLATE "C", v.reference COLLATE "C"
"""

_PEOPLE = """
SELECT candidate.id FROM plan_person
JOIN candidate ON candidate.id = plan_person.candidate_id
WHERE plan_person.plan_id = %s
ORDER BY candidate.prison_number COLLATE "C"
"""

_EDGES = """
SELECT vacancy_id, array_agg(candidate_id), array_agg(score)
FROM plan_edge WHERE plan_id = %s GROUP BY vacancy_id
"""

_DELETE_STALE = """
DELETE FROM plan_vacancy USING vacancy
WHERE vacancy.id = plan_vacancy.vacancy_id AND plan_vacancy.plan_id = %s
  AND (vacancy.updated_at > plan_vacancy.scored_at OR EXISTS (
    SELECT FROM plan_edge JOIN candidate ON candidate.id = plan_edge.candidate_id
    WHERE plan_edge.plan_id = plan_vacancy.plan_id
      AND plan_edge.vacancy_id = plan_vacancy.vacancy_id
      AND candidate.updated_at > plan_vacancy.scored_at))
"""

_DELETE_EDGES_OF_OTHERS = """
DELETE FROM plan_edge USING plan, plan AS newest
WHERE plan.id = plan_edge.plan_id AND newest.id = %s AND plan.id <> newest.id
  AND (plan.status = 'draft' OR plan.today < newest.today)
"""

_INSERT_PLACES = b"""
INSERT INTO plan_place (plan_id, vacancy_id, candidate_id, score, rank)
SELECT planned.id, given.vacancy, given.candidate, given.score, given.rank
FROM unnest(%s::bigint[], %s::bigint[], %s::integer[], %s::integer[])
    AS given (vacancy, candidate, score, rank)
JOIN candidate ON candidate.id = given.candidate
JOIN plan AS planned ON planned.id = %s
"""

_UPDATE_PEOPLE = b"""
UPDATE plan_person SET group_label = given.label, interviews = given.interviews, price = given.price
FROM unnest(%s::bigint[], %s::text[], %s::integer[], %s::double precision[])
    AS given (candidate, label, interviews, price)
WHERE plan_person.candidate_id = given.candidate AND plan_person.plan_id = %s
"""

_UPDATE_VACANCIES = b"""
UPDATE plan_vacancy
SET filled = given.filled, threshold = given.threshold, shortfalls = given.shortfalls
FROM unnest(%s::bigint[], %s::integer[], %s::double precision[], %s::jsonb[])
    AS given (vacancy, filled, threshold, shortfalls)
WHERE plan_vacancy.vacancy_id = given.vacancy AND plan_vacancy.plan_id = %s
"""

_PLACES = """
SELECT plan_place.candidate_id, plan_place.score, plan_place.rank, plan_person.interviews
FROM plan_place JOIN plan_person USING (plan_id, candidate_id)
WHERE plan_place.plan_id = %s AND plan_place.vacancy_id = %s
ORDER BY plan_place.score DESC, plan_place.rank
"""
