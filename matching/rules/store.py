"""SQL of the rules: everyone judged for a vacancy or a candidate, and the stored outcomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from pydantic_core import to_jsonable_python

from foundation.vocabulary import OffenceExclusion
from matching.rules.eligibility import DISTANCE_SQL, MASK_SQL, refusal_mask, rules_in
from matching.rules.pair import Outcome
from matching.rules.rules import RULES

Ids = npt.NDArray[np.int64]

OFFENCE_EXCLUDED = "OFFENCE_EXCLUDED"


@dataclass(frozen=True, slots=True)
class JudgedGroup:
    """Everyone (or every vacancy) to whom the same set of rules, `mask`, applies.

    `ids` are those people; `keys` (version of what is embedded, 0 if nothing is) are empty for the
    ineligible, who are not searched.
    """

    mask: int
    count: int
    ids: Ids
    keys: Ids


@dataclass(frozen=True, slots=True)
class ConsideredCount:
    """Exact counts, which nobody is shown.

    `total` are the people whom no rule but the exclusions refuses; of them the exclusions refuse
    `removed`, and leave `asked` to a person.
    """

    total: int
    removed: int
    asked: int


def list_judged_candidates(
    connection: Connection[Any],
    vacancy_id: int,
    *,
    today: object,
    recipe: str,
    prison: str | None,
) -> list[JudgedGroup]:
    """Return every candidate in scope, judged for one vacancy and grouped by rules."""
    return _judged(
        connection,
        _JUDGED_CANDIDATES,
        {"vacancy": vacancy_id, "today": today, "recipe": recipe, "prison": prison},
    )


def list_judged_vacancies(
    connection: Connection[Any], candidate_id: int, *, today: object, recipe: str
) -> list[JudgedGroup]:
    """Return every vacancy that has not closed, judged for one candidate."""
    return _judged(
        connection,
        _JUDGED_VACANCIES,
        {"candidate": candidate_id, "today": today, "recipe": recipe},
    )


def insert_rule_outcomes(
    connection: Connection[Any],
    vacancy_id: int,
    judged: Sequence[JudgedGroup],
    *,
    judged_on: date,
    prison: str | None,
) -> None:
    """Insert what the rules decided for everyone in scope, once a day for each vacancy."""
    refusals = refusal_mask()
    rows = [
        (
            group.mask,
            "ineligible" if group.mask & refusals else "refer" if group.mask else "eligible",
            [rule.code for rule in rules_in(group.mask)],
            group.ids.tolist(),
        )
        for group in judged
    ]
    known = connection.execute(
        "SELECT EXISTS (SELECT FROM gate_outcome WHERE vacancy_id = %(vacancy)s"
        " AND judged_on = %(day)s AND prison = coalesce(%(prison)s, current_setting("
        "'newfutures.prisons')))",
        {"vacancy": vacancy_id, "day": judged_on, "prison": prison},
    ).fetchone()
    if known == (True,):
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO gate_outcome (vacancy_id, judged_on, prison, mask, outcome, reasons,"
            " candidate_ids) VALUES (%s, %s, coalesce(%s, current_setting('newfutures.prisons')),"
            " %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [(vacancy_id, judged_on, prison, *row) for row in rows],
        )


def list_considered_counts(
    connection: Connection[Any],
    vacancy: Mapping[str, object],
    exclusions: Sequence[Sequence[OffenceExclusion]],
    *,
    today: date,
) -> list[ConsideredCount]:
    """Count everyone in scope once for each of several sets of exclusions.

    Args:
        connection: in a transaction that sees every prison's people, or fewer are counted.
        vacancy: values of a vacancy, stored or not, by column; what is left out is not known.
        exclusions: the sets, in the order of the result.
        today: the date that release dates are held against.
    """
    sets = [
        {"position": position, "offence_exclusions": [str(code) for code in each]}
        for position, each in enumerate(exclusions)
    ]
    with connection.cursor(row_factory=class_row(ConsideredCount)) as cursor:
        return cursor.execute(
            _COUNTS.encode(),
            {
                "vacancy": Jsonb(to_jsonable_python(dict(vacancy))),
                "postcode": vacancy.get("postcode"),
                "sets": Jsonb(sets),
                "today": today,
            },
        ).fetchall()


def _judged(
    connection: Connection[Any], sql: str, parameters: dict[str, object]
) -> list[JudgedGroup]:
    with connection.cursor(binary=True) as cursor:
        cursor.execute(sql.encode(), parameters | {"refusals": refusal_mask()})
        return [
            JudgedGroup(
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


_OTHER_REFUSALS = " AND ".join(
    f"({rule.sql}) IS NOT TRUE"
    for rule in RULES
    if rule.outcome is Outcome.INELIGIBLE and rule.code != OFFENCE_EXCLUDED
)
_EXCLUDED = " OR ".join(f"({rule.sql})" for rule in RULES if rule.code == OFFENCE_EXCLUDED)
_ASKED = " OR ".join(
    f"({rule.sql}) IS TRUE"
    for rule in RULES
    if rule.outcome is Outcome.REFER and rule.code.startswith("OFFENCE_")
)

# Built at import from the rules' own literals; no value ever enters the text. Whoever is considered
# is found once, and then held against each set; offences are read by the rules and not here.
_COUNTS = f"""
WITH considered AS MATERIALIZED (
    SELECT c.id
    FROM jsonb_populate_record(NULL::vacancy, %(vacancy)s || coalesce(
        (SELECT to_jsonb(located) FROM locate(%(postcode)s::text) AS located), '{{}}')) AS v
    CROSS JOIN candidate AS c
    CROSS JOIN LATERAL ({DISTANCE_SQL}) AS d
    WHERE {_OTHER_REFUSALS}
)
SELECT count(c.id)::integer AS total,
    count(c.id) FILTER (WHERE ({_EXCLUDED}) IS TRUE)::integer AS removed,
    count(c.id) FILTER (WHERE ({_EXCLUDED}) IS NOT TRUE AND ({_ASKED}))::integer AS asked
FROM jsonb_to_recordset(%(sets)s) AS v (position integer, offence_exclusions text[])
LEFT JOIN (considered JOIN candidate AS c ON c.id = considered.id) ON true
GROUP BY v.position ORDER BY v.position
"""  # noqa: S608
