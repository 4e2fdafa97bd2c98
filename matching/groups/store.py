"""SQL of the fairness groups. Functions take the connection and never commit."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from matching.groups.waiting import FIRST_PLACES


@dataclass(frozen=True, slots=True)
class StoredGroups:
    """A row of `candidate_group`; `as_of` is the day that weeks were counted from."""

    candidate_id: int
    need_band: str
    need_points: int
    need_unknown: int
    wait_band: str
    weeks_waited: int | None
    release_region: str
    matchable: bool
    version: str
    as_of: date


@dataclass(frozen=True, slots=True)
class GroupCount:
    """How many people are in one combination of groups; `unknown` sums unrecorded facts."""

    need_band: str
    wait_band: str
    release_region: str
    prison_id: str
    people: int
    unknown: int
    oldest: date


@dataclass(frozen=True, slots=True)
class RegionCount:
    """How many people of one group are released to one region."""

    release_region: str
    label: str
    people: int


def list_groups(
    connection: Connection[Any], ids: Sequence[int], version: str
) -> list[StoredGroups]:
    """Return stored groups of this version for people whose record has not changed since."""
    with connection.cursor(row_factory=class_row(StoredGroups)) as cursor:
        return cursor.execute(_GROUPS, [list(ids), version]).fetchall()


def list_outdated_ids(
    connection: Connection[Any], version: str, as_of: date, *, after: int, limit: int
) -> list[int]:
    """Return ids beyond `after` whose groups are not of this version and day, ascending."""
    rows = connection.execute(
        (f"SELECT candidate.id {_OUTDATED}" + _NEXT).encode(),
        [version, as_of, after, limit],
    )
    return [row[0] for row in rows]


def count_outdated(connection: Connection[Any], version: str, as_of: date) -> int:
    """Return how many candidates `list_outdated_ids` could return."""
    row = connection.execute(f"SELECT count(*) {_OUTDATED}".encode(), [version, as_of]).fetchone()
    return int(row[0]) if row else 0


def upsert_groups(connection: Connection[Any], groups: Sequence[StoredGroups]) -> None:
    """Insert or replace groups."""
    rows = [asdict(each) | {"as_of": each.as_of.isoformat()} for each in groups]
    connection.execute(_UPSERT, [Jsonb(rows)])


def list_last_shown(
    connection: Connection[Any], ids: Sequence[int], today: date
) -> dict[int, date]:
    """Return the last day, up to today, that each was in a shortlist's first places."""
    rows = connection.execute(
        "SELECT candidate_id, max(shown_on) FROM exposure"
        " WHERE candidate_id = ANY(%s) AND rank <= %s AND shown_on <= %s GROUP BY candidate_id",
        [list(ids), FIRST_PLACES, today],
    )
    return dict(rows.fetchall())


def count_groups(connection: Connection[Any], version: str) -> list[GroupCount]:
    """Count everyone in scope whose groups are of this version, by combination of groups."""
    with connection.cursor(row_factory=class_row(GroupCount)) as cursor:
        return cursor.execute(_COUNTS, [version]).fetchall()


def count_matchable(connection: Connection[Any], attribute: str, version: str) -> list[RegionCount]:
    """Count ready, consenting people in scope, by region and one attribute's group."""
    with connection.cursor(row_factory=class_row(RegionCount)) as cursor:
        return cursor.execute(_MATCHABLE[attribute], [version]).fetchall()


_GROUPS = """
SELECT candidate_id, need_band, need_points, need_unknown, wait_band, weeks_waited, release_region,
    matchable, version, as_of
FROM candidate_group JOIN candidate ON candidate.id = candidate_id
WHERE candidate_id = ANY(%s) AND version = %s AND refreshed_at >= candidate.updated_at
"""

_OUTDATED = """
FROM candidate LEFT JOIN candidate_group AS stored ON stored.candidate_id = candidate.id
WHERE (stored.version IS DISTINCT FROM %s OR stored.as_of IS DISTINCT FROM %s
       OR stored.refreshed_at < candidate.updated_at)
"""

_NEXT = "AND candidate.id > %s ORDER BY candidate.id LIMIT %s"

_UPSERT = """
INSERT INTO candidate_group (candidate_id, need_band, need_points, need_unknown, wait_band,
    weeks_waited, release_region, matchable, version, as_of)
SELECT candidate_id, need_band, need_points, need_unknown, wait_band, weeks_waited, release_region,
    matchable, version, as_of
FROM jsonb_populate_recordset(NULL::candidate_group, %s)
ORDER BY candidate_id -- one order for every program, so that two of them cannot deadlock
ON CONFLICT (candidate_id) DO UPDATE SET
    need_band = excluded.need_band,
    need_points = excluded.need_points,
    need_unknown = excluded.need_unknown,
    wait_band = excluded.wait_band,
    weeks_waited = excluded.weeks_waited,
    release_region = excluded.release_region,
    matchable = excluded.matchable,
    version = excluded.version,
    as_of = excluded.as_of,
    refreshed_at = excluded.refreshed_at
"""

_COUNTS = """
SELECT need_band, wait_band, release_region, prison_id, count(*) AS people,
    sum(need_unknown)::bigint AS unknown, min(as_of) AS oldest
FROM candidate_group JOIN candidate ON candidate.id = candidate_id
WHERE version = %s
GROUP BY need_band, wait_band, release_region, prison_id
"""

_COUNT_BY = """
SELECT release_region, {label} AS label, count(*) AS people FROM candidate_group {source}
WHERE matchable AND version = %s GROUP BY release_region, {label}
"""
_MATCHABLE = {
    "prison": _COUNT_BY.format(
        label="prison_id", source="JOIN candidate ON candidate.id = candidate_id"
    ).encode()
} | {
    label: _COUNT_BY.format(label=label, source="").encode()
    for label in ("need_band", "wait_band", "release_region")
}
