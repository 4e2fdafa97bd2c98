"""SQL of what orders a list besides scores: the exposure ledger and the latest plan's prices.

Functions never commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from psycopg import Connection

from matching.fairness.task import Floats

WINDOW = timedelta(weeks=26)  # what was shown longer ago is no longer owed or owing
LEDGER_LOCK = 7_201_806


@dataclass(frozen=True, slots=True)
class ExposureRow:
    """What one ranking gave one person; `rank` is None if they were compared and not shown."""

    candidate_id: int
    baseline: int
    rank: int | None
    exposure: float
    merit: float
    need_band: str


def lock_ledger(connection: Connection[Any]) -> None:
    """Wait for other rankings that read the ledger in order to write it, until this commits.

    Without it two rankings at once would both repay the same debt.
    """
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [LEDGER_LOCK])


def list_owed(
    connection: Connection[Any],
    candidate_ids: Sequence[int],
    need_bands: Sequence[str],
    *,
    vacancy_id: int,
    today: date,
) -> Floats:
    """Return exposure owed to each person: half their own balance, half their need band's.

    A balance is (merit - exposure) / (merit + exposure) over the other vacancies of the last 26
    weeks: 1 for who merited and never was shown, negative for who had more, 0 for who is new.

    Returns: shape (people,), in [-1, 1].
    """
    since = today - WINDOW
    rows = connection.execute(
        "SELECT candidate_id, sum(merit), sum(exposure) FROM exposure"
        " WHERE candidate_id = ANY(%s) AND vacancy_id <> %s AND shown_on > %s"
        " GROUP BY candidate_id",
        [list(candidate_ids), vacancy_id, since],
    ).fetchall()
    own = {person: _balance(merit, exposure) for person, merit, exposure in rows}
    rows = connection.execute(
        "SELECT need_band, sum(merit), sum(exposure) FROM exposure"
        " WHERE vacancy_id <> %s AND shown_on > %s GROUP BY need_band",
        [vacancy_id, since],
    ).fetchall()
    band = {label: _balance(merit, exposure) for label, merit, exposure in rows}
    return np.array(
        [
            (own.get(person, 0.0) + band.get(label, 0.0)) / 2
            for person, label in zip(candidate_ids, need_bands, strict=True)
        ],
        dtype=np.float64,
    )


def replace_exposure(
    connection: Connection[Any],
    vacancy_id: int,
    rows: Sequence[ExposureRow],
    *,
    prison: str | None,
    policy: str,
    shown_on: date,
    run_id: UUID,
) -> None:
    """Replace what a vacancy's last ranking gave with what its newest one gave.

    A ranking of one prison replaces what people of that prison had.

    Rankings of one vacancy take turns, so that the ledger always holds one of them whole.
    """
    connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LEDGER_LOCK, vacancy_id % 2**31])
    replaced = connection.execute(
        "DELETE FROM exposure WHERE vacancy_id = %(vacancy)s AND (%(prison)s::text IS NULL OR"
        " candidate_id IN (SELECT id FROM candidate WHERE prison_id = %(prison)s))"
        " RETURNING candidate_id, run_id, rank, previous_rank",
        {"vacancy": vacancy_id, "prison": prison},
    ).fetchall()
    # The same list shown again replaces itself, and what it replaced stays what it was.
    before = {
        person: previous if run == run_id else rank for person, run, rank, previous in replaced
    }
    connection.execute(
        "INSERT INTO exposure (vacancy_id, policy, shown_on, run_id, candidate_id, baseline, rank,"
        " previous_rank, exposure, merit, need_band)"
        " SELECT %s, %s, %s, %s, * FROM unnest(%s::bigint[], %s::integer[], %s::integer[],"
        " %s::integer[], %s::double precision[], %s::double precision[], %s::text[])",
        [
            vacancy_id,
            policy,
            shown_on,
            run_id,
            [row.candidate_id for row in rows],
            [row.baseline for row in rows],
            [row.rank for row in rows],
            [before.get(row.candidate_id) for row in rows],
            [row.exposure for row in rows],
            [row.merit for row in rows],
            [row.need_band for row in rows],
        ],
    )


def count_listed(connection: Connection[Any]) -> int:
    """Return how many vacancies have a list in the ledger."""
    row = connection.execute("SELECT count(DISTINCT vacancy_id) FROM exposure").fetchone()
    return int(row[0]) if row else 0


def _balance(merit: float, exposure: float) -> float:
    return (merit - exposure) / (merit + exposure) if merit + exposure > 0 else 0.0


def find_latest_prices(
    connection: Connection[Any], candidate_ids: Sequence[int]
) -> dict[int, float] | None:
    """Return prices (score units, 0 or more) of these people in the newest finished plan.

    Whoever is not in that plan is left out. None if there is no finished plan.
    """
    plan = connection.execute(
        "SELECT id FROM plan WHERE status = 'draft' ORDER BY made_at DESC LIMIT 1"
    ).fetchone()
    if plan is None:
        return None
    rows = connection.execute(
        "SELECT candidate_id, price FROM plan_person WHERE plan_id = %s AND candidate_id = ANY(%s)",
        [plan[0], list(candidate_ids)],
    )
    return {row[0]: float(row[1]) for row in rows}
