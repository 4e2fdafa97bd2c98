"""SQL of the help on exclusions: how many could be considered, counted as the rules decide it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from pydantic_core import to_jsonable_python

from foundation.vocabulary import OffenceExclusion
from matching.eligibility import DISTANCE_SQL
from matching.pair import Outcome
from matching.rules import RULES

OFFENCE_EXCLUDED = "OFFENCE_EXCLUDED"


@dataclass(frozen=True, slots=True)
class ConsideredCount:
    """Exact numbers, which nobody is shown.

    `total` are the people whom no rule but the exclusions refuses; of them the exclusions refuse
    `removed`, and leave `asked` to a person.
    """

    total: int
    removed: int
    asked: int


def list_considered_counts(
    connection: Connection[Any],
    vacancy: Mapping[str, object],
    exclusions: Sequence[Sequence[OffenceExclusion]],
    *,
    today: date,
) -> list[ConsideredCount]:
    """Everyone in the transaction's scope, counted once for each of several sets of exclusions.

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
