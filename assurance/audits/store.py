"""SQL of the aggregate audit. The connection must be of a monitoring transaction.

It reads ids and codes, never a name or a text, and hands them on to be added up.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from psycopg import Connection
from psycopg.rows import class_row

from assurance.audits.report import Audited
from assurance.audits.tally import AuditedPerson, GateGroup, RankedList
from matching.fairness.task import Ints


def list_people(connection: Connection[Any], audited: Audited) -> list[AuditedPerson]:
    """Everyone in scope, by id."""
    with connection.cursor(row_factory=class_row(AuditedPerson)) as cursor:
        return cursor.execute(
            _PEOPLE,
            {"prison": audited.prison, "region": audited.region, "day": audited.last},
        ).fetchall()


def list_gate(connection: Connection[Any], audited: Audited) -> Iterator[GateGroup]:
    """What the rules decided: of each vacancy the newest day in the period.

    Over every prison where somebody looked so far; else over those that were looked at one by one.
    """
    with connection.cursor(binary=True) as cursor:
        cursor.execute(_GATE, {"first": audited.first, "last": audited.last})
        for vacancy_id, outcome, reasons, ids in cursor:
            yield GateGroup(vacancy_id, outcome, tuple(reasons), np.array(ids, dtype=np.int64))


def list_ranked(connection: Connection[Any], audited: Audited) -> Iterator[RankedList]:
    """The newest ranking of each vacancy that was shown in the period."""
    with connection.cursor(binary=True) as cursor:
        cursor.execute(
            _RANKED, {"first": audited.first, "last": audited.last, "policy": audited.policy}
        )
        for vacancy_id, policy, ids, baseline, rank, previous, exposure, merit in cursor:
            yield RankedList(
                vacancy_id,
                policy,
                np.array(ids, dtype=np.int64),
                np.array(baseline, dtype=np.int64),
                np.array(rank, dtype=np.int64),
                np.array(previous, dtype=np.int64),
                np.array(exposure, dtype=np.float64),
                np.array(merit, dtype=np.float64),
            )


def list_viewed(connection: Connection[Any], audited: Audited) -> Ints:
    """Ids of the people whose page or reasons somebody opened in the period."""
    rows = connection.execute(
        "SELECT DISTINCT subject_id FROM audit_event WHERE subject = 'candidate'"
        " AND action = 'view' AND subject_id IS NOT NULL"
        " AND at >= %s AND at < %s::date + 1",
        [audited.first, audited.last],
    ).fetchall()
    return np.array([row[0] for row in rows], dtype=np.int64)


_PEOPLE = """
SELECT c.id, c.prison_id AS prison, g.need_band, g.wait_band, g.release_region,
    (c.release_date - %(day)s::date) / 7 AS weeks_to_release,
    coalesce(g.matchable, false) AS matchable,
    m.opted_out, m.sex, m.gender_identity, m.age_band, m.ethnicity, m.disability, m.religion,
    m.sexual_orientation, m.nationality
FROM candidate AS c
LEFT JOIN candidate_group AS g ON g.candidate_id = c.id
LEFT JOIN candidate_monitoring AS m ON m.prison_number = c.prison_number
WHERE (%(prison)s::text IS NULL OR c.prison_id = %(prison)s)
    AND (%(region)s::text IS NULL OR g.release_region = %(region)s)
ORDER BY c.id
"""

_GATE = """
SELECT gate.vacancy_id, gate.outcome, gate.reasons, gate.candidate_ids
FROM gate_outcome AS gate
WHERE gate.judged_on = (
    SELECT max(other.judged_on) FROM gate_outcome AS other
    WHERE other.vacancy_id = gate.vacancy_id AND other.prison = gate.prison
        AND other.judged_on BETWEEN %(first)s AND %(last)s
) AND (gate.prison = '*' OR NOT EXISTS (
    SELECT FROM gate_outcome AS whole
    WHERE whole.vacancy_id = gate.vacancy_id AND whole.prison = '*'
        AND whole.judged_on BETWEEN %(first)s AND %(last)s
))
ORDER BY gate.vacancy_id, gate.mask
"""

_RANKED = """
SELECT vacancy_id, min(policy), array_agg(candidate_id ORDER BY candidate_id),
    array_agg(baseline ORDER BY candidate_id), array_agg(coalesce(rank, 0) ORDER BY candidate_id),
    array_agg(coalesce(previous_rank, 0) ORDER BY candidate_id),
    array_agg(exposure ORDER BY candidate_id), array_agg(merit ORDER BY candidate_id)
FROM exposure
WHERE shown_on BETWEEN %(first)s AND %(last)s
    AND (%(policy)s::text IS NULL OR policy = %(policy)s
        OR split_part(policy, '@', 1) = %(policy)s)
GROUP BY vacancy_id, run_id ORDER BY vacancy_id, run_id
"""
