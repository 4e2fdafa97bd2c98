"""Groups of need, wait and place: stored each night, and never unknown for want of a row."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest

from candidates.model import Candidate, StoredCandidate
from candidates.store import list_candidates, upsert_candidates
from demonstration.synthetic.people import generate_people
from demonstration.synthetic.vacancies import handwritten
from employers.store import upsert_vacancies
from foundation.database import Database, Scope
from foundation.places.regions import Region
from matching.groups.need import NeedBand
from matching.groups.service import (
    EVERYWHERE,
    GROUPS_VERSION,
    Groups,
    groups_of,
    refresh_groups,
    region_shares,
    take_census,
)
from matching.groups.waiting import WaitBand, wait_band, weeks_waited

TODAY = date(2026, 11, 22)
ALL = Scope("tests")
READY = {"readiness_status": "READY_TO_WORK", "consent": "GIVEN", "consent_date": TODAY}


def person(number: int, prison: str = "MDI", **values: Any) -> Candidate:  # noqa: ANN401
    return Candidate.model_validate(
        {
            "prison_number": f"A{number:04d}BC",
            "first_name": "Sam",
            "last_name": "Hill",
            "prison_id": prison,
        }
        | values
    )


def save(database: Database, *people: Candidate) -> None:
    with database.transaction(ALL) as connection:
        upsert_candidates(connection, people)


def everyone(database: Database, scope: Scope = ALL) -> list[StoredCandidate]:
    with database.transaction(scope) as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM candidate").fetchall()]
        return list_candidates(connection, ids)


def groups(database: Database, today: date = TODAY) -> list[Groups]:
    people = everyone(database)
    with database.transaction(ALL) as connection:
        return groups_of(connection, people, today)


def show(database: Database, number: int, *, rank: int, shown_on: date) -> None:
    """Put someone on a shortlist, in a place."""
    with database.transaction(ALL) as connection:
        upsert_vacancies(connection, [handwritten(TODAY)[0].vacancy])
        connection.execute(
            "INSERT INTO exposure (vacancy_id, candidate_id, baseline, rank, exposure, merit,"
            " need_band, policy, shown_on, run_id)"
            " SELECT vacancy.id, candidate.id, 1, %s, 1, 1, 'LOWER', 'none', %s, %s"
            " FROM vacancy, candidate WHERE prison_number = %s LIMIT 1",
            [rank, shown_on, uuid4(), f"A{number:04d}BC"],
        )


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_someone_not_stored_yet_is_put_into_groups_on_the_spot(database: Database) -> None:
    save(
        database,
        person(1, **READY, ready_since=days_ago(100), release_area="LS11"),
        person(2, prison="LEI", no_fixed_abode=True),
    )
    first, second = groups(database)
    assert first == Groups(
        first.need_band,
        WaitBand.OVER_12_WEEKS,
        "MDI",
        Region.YORKSHIRE_AND_THE_HUMBER,
        GROUPS_VERSION,
    )
    assert (second.wait_band, second.prison) == (WaitBand.NOT_READY, "LEI")
    assert second.release_region is Region.NOT_KNOWN


def test_stored_and_computed_groups_are_the_same(database: Database) -> None:
    people = [made.candidate for made in generate_people(150, seed=3, as_of=TODAY)]
    save(database, *people)
    computed = groups(database)
    refresh_groups(database, ALL, TODAY)
    assert groups(database) == computed
    assert {found.need_band for found in computed} == set(NeedBand)
    assert {found.wait_band for found in computed} == set(WaitBand)


def test_groups_come_in_the_order_asked_for(database: Database) -> None:
    save(database, person(1, prison="MDI"), person(2, prison="LEI"), person(3, prison="HLI"))
    people = everyone(database)
    with database.transaction(ALL) as connection:
        found_groups = groups_of(connection, [people[2], people[0], people[1]], TODAY)
    assert [found.prison for found in found_groups] == ["HLI", "MDI", "LEI"]


def test_groups_of_another_version_are_not_used(database: Database) -> None:
    save(database, person(1))
    refresh_groups(database, ALL, TODAY)
    with database.transaction(ALL) as connection:
        connection.execute("UPDATE candidate_group SET version = 'groups-0', wait_band = 'OLD'")
    assert [found.wait_band for found in groups(database)] == [WaitBand.NOT_READY]
    assert take_census(database, ALL, TODAY).outdated == 1
    refresh_groups(database, ALL, TODAY)
    assert take_census(database, ALL, TODAY).outdated == 0


def test_groups_older_than_the_record_are_not_used(database: Database) -> None:
    save(database, person(1))
    refresh_groups(database, ALL, TODAY)
    save(database, person(1, **READY, ready_since=days_ago(40)))
    assert [found.wait_band for found in groups(database)] == [WaitBand.FROM_4_TO_12_WEEKS]
    refresh_groups(database, ALL, TODAY)
    assert take_census(database, ALL, TODAY).by("wait_band") == {("FROM_4_TO_12_WEEKS",): 1}


def test_a_refresh_that_was_stopped_goes_on_where_it_was(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(database, *(person(number) for number in range(1, 8)))
    monkeypatch.setattr("matching.groups.service.BATCH", 3)
    said: list[tuple[str, int, int]] = []

    def stop(stage: str, done: int, total: int) -> None:
        said.append((stage, done, total))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refresh_groups(database, ALL, TODAY, on_progress=stop)
    census = refresh_groups(database, ALL, TODAY, on_progress=lambda *told: said.append(told))
    assert said == [("groups", 3, 7), ("groups", 3, 4), ("groups", 4, 4)]
    assert (census.people, census.outdated) == (7, 0)
    refresh_groups(database, ALL, TODAY, on_progress=lambda *told: said.append(told))
    assert len(said) == 3, "nothing was left to do"


def test_another_day_is_another_refresh(database: Database) -> None:
    save(database, person(1, **READY, ready_since=days_ago(20)))
    refresh_groups(database, ALL, TODAY)
    later = TODAY + timedelta(days=14)
    assert refresh_groups(database, ALL, later).by("wait_band") == {("FROM_4_TO_12_WEEKS",): 1}


def test_a_first_place_ends_a_wait_and_a_later_place_does_not(database: Database) -> None:
    save(
        database,
        person(1, **READY, ready_since=days_ago(100)),
        person(2, **READY, ready_since=days_ago(100)),
        person(3, **READY, ready_since=days_ago(100)),
    )
    show(database, 1, rank=10, shown_on=days_ago(3))
    show(database, 2, rank=11, shown_on=days_ago(3))
    expected = [WaitBand.UNDER_4_WEEKS, WaitBand.OVER_12_WEEKS, WaitBand.OVER_12_WEEKS]
    assert [found.wait_band for found in groups(database)] == expected
    refresh_groups(database, ALL, TODAY)
    assert [found.wait_band for found in groups(database)] == expected


@pytest.mark.parametrize(
    ("ready", "shown", "weeks", "band"),
    [
        (27, None, 3, WaitBand.UNDER_4_WEEKS),
        (28, None, 4, WaitBand.FROM_4_TO_12_WEEKS),
        (90, None, 12, WaitBand.FROM_4_TO_12_WEEKS),
        (91, None, 13, WaitBand.OVER_12_WEEKS),
        (91, 30, 4, WaitBand.FROM_4_TO_12_WEEKS),
        (10, 91, 1, WaitBand.UNDER_4_WEEKS),
        (-5, None, 0, WaitBand.UNDER_4_WEEKS),
        (None, 91, 13, WaitBand.OVER_12_WEEKS),
        (None, None, None, WaitBand.UNDER_4_WEEKS),
    ],
)
def test_a_wait_is_counted_from_the_later_day(
    ready: int | None, shown: int | None, weeks: int | None, band: WaitBand
) -> None:
    someone = person(1, **READY, ready_since=None if ready is None else days_ago(ready))
    found = weeks_waited(someone, None if shown is None else days_ago(shown), TODAY)
    assert (found, wait_band(someone, found)) == (weeks, band)


def test_whoever_is_not_ready_does_not_wait() -> None:
    someone = person(1, readiness_status="SUPPORT_NEEDED", ready_since=days_ago(200))
    assert weeks_waited(someone, None, TODAY) is None
    assert wait_band(someone, None) is WaitBand.NOT_READY


def test_a_scope_sees_the_groups_of_its_own_people_only(database: Database) -> None:
    save(database, person(1, prison="MDI"), person(2, prison="LEI"))
    refresh_groups(database, ALL, TODAY)
    for scope, seen in ((ALL, 2), (Scope("t", ("LEI",)), 1), (Scope("t", ()), 0)):
        with database.transaction(scope) as connection:
            row = connection.execute("SELECT count(*) FROM candidate_group").fetchone()
        assert row == (seen,)
        assert take_census(database, scope, TODAY).people == seen


def test_groups_go_with_the_person(database: Database) -> None:
    save(database, person(1))
    refresh_groups(database, ALL, TODAY)
    with database.transaction(ALL) as connection:
        connection.execute("DELETE FROM candidate")
    assert take_census(database, ALL, TODAY).people == 0


def test_shares_are_of_those_who_are_ready_and_have_consented(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matching.groups.service.FEWEST_IN_REGION", 1)
    save(
        database,
        person(1, **READY, release_area="LS1", ready_since=days_ago(100)),
        person(2, **READY, release_area="LS2", ready_since=days_ago(1)),
        person(3, **READY, release_area="LS2", ready_since=days_ago(1)),
        person(4, **READY, release_area="E1", ready_since=days_ago(1), prison="LEI"),
        person(5, readiness_status="READY_TO_WORK", release_area="E1"),
        person(6, **(READY | {"readiness_status": "SUPPORT_NEEDED"}), release_area="E1"),
    )
    refresh_groups(database, ALL, TODAY)
    with database.transaction(ALL) as connection:
        waits = region_shares(connection, "wait_band")
        prisons = region_shares(connection, "prison")
        regions = region_shares(connection, "release_region")
    assert waits == {
        EVERYWHERE: {"OVER_12_WEEKS": Fraction(1, 4), "UNDER_4_WEEKS": Fraction(3, 4)},
        "YORKSHIRE_AND_THE_HUMBER": {
            "OVER_12_WEEKS": Fraction(1, 3),
            "UNDER_4_WEEKS": Fraction(2, 3),
        },
        "LONDON": {"UNDER_4_WEEKS": Fraction(1)},
    }
    assert prisons[EVERYWHERE] == {"LEI": Fraction(1, 4), "MDI": Fraction(3, 4)}
    assert regions["LONDON"] == {"LONDON": Fraction(1)}
    monkeypatch.setattr("matching.groups.service.FEWEST_IN_REGION", 2)
    with database.transaction(ALL) as connection:
        few = region_shares(connection, "wait_band")
    assert few.keys() == {EVERYWHERE, "YORKSHIRE_AND_THE_HUMBER"}
    assert few[EVERYWHERE] == waits[EVERYWHERE], "everyone still counts among everyone"


def test_the_shares_of_every_region_sum_to_one(service_database: Database) -> None:
    with service_database.transaction(ALL) as connection:
        for attribute in ("need_band", "wait_band", "prison", "release_region"):
            shares = region_shares(connection, attribute)  # type: ignore[arg-type] -- a loop
            assert EVERYWHERE in shares
            assert all(sum(region.values()) == 1 for region in shares.values())


def test_the_demonstration_is_put_into_groups(service_database: Database) -> None:
    census = take_census(service_database, ALL, TODAY)
    assert (census.people, census.outdated) == (120, 0)
    assert sum(census.by("need_band", "prison").values()) == 120


def test_nobody_at_all_has_no_shares(database: Database) -> None:
    with database.transaction(ALL) as connection:
        assert region_shares(connection, "need_band") == {}
        assert groups_of(connection, [], TODAY) == []
