"""SQL of search by meaning: which people and vacancies can be found."""

from datetime import date
from typing import Any

from psycopg import Connection

from foundation.database import Scope
from matching.retrieval.store import CANDIDATES, EmbeddingTable


def list_searchable(
    connection: Connection[Any], side: EmbeddingTable, scope: Scope, today: date
) -> list[tuple[int, int]]:
    """Return ids and text versions of people in scope, or of open vacancies."""
    if side is CANDIDATES:
        rows = connection.execute(
            "SELECT id, profile_hash FROM candidate"
            " WHERE %(prisons)s::text[] IS NULL OR prison_id = ANY(%(prisons)s)"
            " OR coalesce(community_area, substring(release_area FROM '^[A-Z]{1,2}'))"
            " = ANY(%(areas)s) ORDER BY id",
            {
                "prisons": None if scope.prisons is None else list(scope.prisons),
                "areas": list(scope.areas),
            },
        )
    else:
        rows = connection.execute(
            "SELECT id, profile_hash FROM vacancy WHERE closed_at IS NULL"
            " AND (rolling OR closing_date >= %s) ORDER BY id",
            [today],
        )
    return [(row[0], row[1]) for row in rows]


def has_name(connection: Connection[Any], words: str) -> bool:
    """Return whether a word is a name or prison number of somebody in scope."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM candidate WHERE string_to_array(name_key || ' ' ||"
        " lower(prison_number), ' ') && string_to_array(fold_name(%s), ' '))",
        [words],
    ).fetchone()
    return bool(row and row[0])
