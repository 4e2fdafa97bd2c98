"""Puts people into fairness groups: need, wait and place. None is a protected characteristic.

They are stored for everyone each night. Whoever is not stored yet, was stored by another version of
the rules, or has changed since, is put into groups on the spot from their record, so that nobody is
ever of unknown group for want of a row.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from psycopg import Connection

from candidates.model import StoredCandidate
from candidates.store import list_candidates
from foundation.database import Database, Scope
from foundation.places.regions import Region, region_of
from foundation.vocabulary import Consent
from matching.fairness.record import Attribute
from matching.groups.need import CURRENT_NEED, NeedBand, assess_need
from matching.groups.store import (
    GroupCount,
    StoredGroups,
    count_groups,
    count_matchable,
    count_outdated,
    list_groups,
    list_last_shown,
    list_outdated_ids,
    upsert_groups,
)
from matching.groups.waiting import WaitBand, is_ready, wait_band, weeks_waited

GROUPS_VERSION = f"groups-1/{CURRENT_NEED}"
EVERYWHERE = "*"
FEWEST_IN_REGION = 50
BATCH = 1000

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Groups:
    """A person's group for each attribute; `prison` is its three-letter code."""

    need_band: NeedBand
    wait_band: WaitBand
    prison: str
    release_region: Region
    version: str


@dataclass(frozen=True, slots=True)
class Census:
    """Counts of people by combination of groups, and how many wait for a refresh."""

    counts: tuple[GroupCount, ...]
    outdated: int

    def by(self, *attributes: Attribute) -> Counter[tuple[str, ...]]:
        """Return the number of people by group, or by combination of several attributes."""
        tally: Counter[tuple[str, ...]] = Counter()
        for count in self.counts:
            tally[tuple(_label(count, attribute) for attribute in attributes)] += count.people
        return tally

    @property
    def people(self) -> int:
        """How many people were counted."""
        return sum(count.people for count in self.counts)

    @property
    def unknown(self) -> int:
        """How many facts about need are not recorded, over everyone counted."""
        return sum(count.unknown for count in self.counts)


def assess_groups(candidate: StoredCandidate, last_shown: date | None, today: date) -> StoredGroups:
    """Return one person's groups computed from their record, as they are stored.

    Args:
        candidate: the person.
        last_shown: the last day on which a shortlist had them among its first places, if any.
        today: from which weeks are counted.
    """
    record = candidate.record
    need = assess_need(record, today)
    weeks = weeks_waited(record, last_shown, today)
    return StoredGroups(
        candidate_id=candidate.id,
        need_band=need.band,
        need_points=need.points,
        need_unknown=need.unknown,
        wait_band=wait_band(record, weeks),
        weeks_waited=weeks,
        release_region=region_of(None if record.no_fixed_abode else record.release_area),
        matchable=record.consent is Consent.GIVEN and is_ready(record),
        version=GROUPS_VERSION,
        as_of=today,
    )


def groups_of(
    connection: Connection[Any], candidates: Sequence[StoredCandidate], today: date
) -> list[Groups]:
    """Return the groups of each candidate, in the order given."""
    ids = [candidate.id for candidate in candidates]
    known = {row.candidate_id: row for row in list_groups(connection, ids, GROUPS_VERSION)}
    others = [candidate for candidate in candidates if candidate.id not in known]
    known |= {row.candidate_id: row for row in _assess(connection, others, today)}
    return [_groups(known[candidate.id], candidate.record.prison_id) for candidate in candidates]


def refresh_groups(
    database: Database,
    scope: Scope,
    today: date,
    on_progress: Progress = lambda *_: None,
) -> Census:
    """Put everyone in scope into groups, a thousand to a transaction; return the counts.

    Passes over those whose groups are of today and still hold, so that it can be interrupted and
    run again. `on_progress(stage, done, total)` is called after every batch.
    """
    with database.transaction(scope) as connection:
        total = count_outdated(connection, GROUPS_VERSION, today)
    done, after = 0, 0
    while True:
        with database.transaction(scope) as connection:
            ids = list_outdated_ids(connection, GROUPS_VERSION, today, after=after, limit=BATCH)
            if not ids:
                return _census(connection, today)
            people = list_candidates(connection, ids)
            upsert_groups(connection, _assess(connection, people, today))
        done, after = done + len(ids), ids[-1]
        on_progress("groups", done, max(done, total))


def take_census(database: Database, scope: Scope, today: date) -> Census:
    """Count everyone in scope by their stored groups."""
    with database.transaction(scope) as connection:
        return _census(connection, today)


def region_shares(
    connection: Connection[Any], attribute: Attribute
) -> dict[str, dict[str, Fraction]]:
    """Return each group's share of ready, consenting people, by release region.

    Of those in scope whose groups are stored; key `*` is everyone. A region with fewer than 50
    people, whose shares would be chance, is absent, and so is a group with nobody. The shares of a
    region sum to 1 exactly.
    """
    tallies: dict[str, Counter[str]] = {}
    for count in count_matchable(connection, attribute, GROUPS_VERSION):
        for region in (EVERYWHERE, count.release_region):
            tallies.setdefault(region, Counter())[count.label] += count.people
    return {
        region: _shares(tally)
        for region, tally in tallies.items()
        if region == EVERYWHERE or sum(tally.values()) >= FEWEST_IN_REGION
    }


def _census(connection: Connection[Any], today: date) -> Census:
    return Census(
        tuple(count_groups(connection, GROUPS_VERSION)),
        count_outdated(connection, GROUPS_VERSION, today),
    )


def _assess(
    connection: Connection[Any], candidates: Sequence[StoredCandidate], today: date
) -> list[StoredGroups]:
    if not candidates:
        return []
    shown = list_last_shown(connection, [candidate.id for candidate in candidates], today)
    return [assess_groups(candidate, shown.get(candidate.id), today) for candidate in candidates]


def _groups(row: StoredGroups, prison: str) -> Groups:
    return Groups(
        NeedBand(row.need_band),
        WaitBand(row.wait_band),
        prison,
        Region(row.release_region),
        row.version,
    )


def _label(count: GroupCount, attribute: Attribute) -> str:
    label: str = getattr(count, "prison_id" if attribute == "prison" else attribute)
    return label


def _shares(tally: Mapping[str, int]) -> dict[str, Fraction]:
    people = sum(tally.values())
    return {label: Fraction(count, people) for label, count in sorted(tally.items())}
