"""SQL of matching: outcomes by the hundred thousand, and the runs that are kept."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from psycopg import Connection
from psycopg.types.json import Jsonb

from foundation.errors import NotFoundError
from matching.eligibility import DISTANCE_SQL, MASK_SQL, refusal_mask

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Judged:
    """Everyone (or every vacancy) with the same set of rules: `mask` says which.

    `ids` are those people; `keys` (version of what is embedded, 0 if nothing is) are empty for the
    ineligible, who are not searched.
    """

    mask: int
    count: int
    ids: Ids
    keys: Ids


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A ranking as it was shown, and what it was made from."""

    id: UUID
    kind: str
    inputs: dict[str, Any]
    document: bytes


def list_judged_candidates(
    connection: Connection[Any],
    vacancy_id: int,
    *,
    today: object,
    recipe: str,
    prison: str | None,
) -> list[Judged]:
    """Every candidate in scope, judged for one vacancy and grouped by the rules that apply."""
    return _judged(
        connection,
        _JUDGED_CANDIDATES,
        {"vacancy": vacancy_id, "today": today, "recipe": recipe, "prison": prison},
    )


def list_judged_vacancies(
    connection: Connection[Any], candidate_id: int, *, today: object, recipe: str
) -> list[Judged]:
    """Every vacancy that has not closed, judged for one candidate."""
    return _judged(
        connection,
        _JUDGED_VACANCIES,
        {"candidate": candidate_id, "today": today, "recipe": recipe},
    )


def insert_run(
    connection: Connection[Any],
    kind: str,
    subject_id: int,
    inputs: dict[str, Any],
    document: bytes,
    sha256: str,
) -> UUID:
    """Keep a run; the same document for the same subject in the same scope is the same run."""
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
    """A stored run, or NotFoundError."""
    row = connection.execute(
        "SELECT id, kind, inputs, document FROM ranking_run WHERE id = %s", [run_id]
    ).fetchone()
    if row is None:
        raise NotFoundError(f"no run {run_id}")
    return StoredRun(row[0], row[1], row[2], row[3].encode())


def _judged(connection: Connection[Any], sql: str, parameters: dict[str, object]) -> list[Judged]:
    with connection.cursor(binary=True) as cursor:
        cursor.execute(sql.encode(), parameters | {"refusals": refusal_mask()})
        return [
            Judged(
                mask,
                count,
                np.array(ids or [], dtype=np.int64),
                np.array(keys or [], dtype=np.int64),
            )
            for mask, count, ids, keys in cursor
        ]


# Built at import from the rules' own literals; no value ever enters the text.
_JUDGED_CANDIDATES = f"""
SELECT mask, count(*),
    array_agg(id),
    array_agg(coalesce(embedded, 0)) FILTER (WHERE mask & %(refusals)s = 0)
FROM (
    SELECT c.id, e.profile_hash AS embedded, {MASK_SQL} AS mask
    FROM vacancy AS v
    CROSS JOIN candidate AS c
    CROSS JOIN LATERAL ({DISTANCE_SQL}) AS d
    LEFT JOIN candidate_embedding AS e ON e.candidate_id = c.id AND e.recipe = %(recipe)s
    WHERE v.id = %(vacancy)s AND (%(prison)s::text IS NULL OR c.prison_id = %(prison)s)
) AS judged
GROUP BY mask ORDER BY mask
"""  # noqa: S608

_JUDGED_VACANCIES = f"""
SELECT mask, count(*),
    array_agg(id),
    array_agg(coalesce(embedded, 0)) FILTER (WHERE mask & %(refusals)s = 0)
FROM (
    SELECT v.id, indexed.profile_hash AS embedded, {MASK_SQL} AS mask
    FROM candidate AS c
    CROSS JOIN vacancy AS v
    CROSS JOIN LATERAL ({DISTANCE_SQL}) AS d
    LEFT JOIN candidate_embedding AS e ON e.candidate_id = c.id AND e.recipe = %(recipe)s
    LEFT JOIN vacancy_embedding AS indexed
        ON indexed.vacancy_id = v.id AND indexed.recipe = %(recipe)s
        AND indexed.profile_hash = v.profile_hash
    WHERE c.id = %(candidate)s AND v.closed_at IS NULL
        AND (v.rolling OR v.closing_date >= %(today)s)
) AS judged
GROUP BY mask ORDER BY mask
"""  # noqa: S608
