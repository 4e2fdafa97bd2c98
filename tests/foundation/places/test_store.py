"""Places in the database: the most exact one wins."""

import pytest

from foundation.database import Database, Scope
from foundation.places.postcodes import Place, Precision, bundled_areas
from foundation.places.store import count_places, upsert_places

ALL = Scope("tests")
OUTWARD = Place("LS11", 53.78, -1.56, Precision.OUTWARD)
FULL = Place("LS11 5AB", 53.7812, -1.5678, Precision.FULL)


def locate(database: Database, postcode: str) -> tuple[float, float, int] | None:
    with database.transaction(ALL) as connection:
        return connection.execute("SELECT * FROM locate(%s)", [postcode]).fetchone()


def store(database: Database, *places: Place) -> int:
    with database.transaction(ALL) as connection:
        return upsert_places(connection, places)


def test_the_areas_are_there_from_the_start(database: Database) -> None:
    with database.transaction(ALL) as connection:
        assert count_places(connection) == {Precision.AREA: len(bundled_areas())}


def test_a_full_postcode_is_preferred_to_its_outward_code_and_that_to_its_area(
    database: Database,
) -> None:
    area = locate(database, "LS11 5AB")
    assert area is not None
    assert area[2] == Precision.AREA
    assert store(database, OUTWARD) == 1
    assert locate(database, "LS11 5AB") == (53.78, -1.56, Precision.OUTWARD)
    assert store(database, FULL) == 1
    assert locate(database, "LS11 5AB") == (53.7812, -1.5678, Precision.FULL)
    assert locate(database, "LS11 5AA") == (53.78, -1.56, Precision.OUTWARD)
    assert locate(database, "LS11") == (53.78, -1.56, Precision.OUTWARD)
    assert locate(database, "LS1 5AB") == area


@pytest.mark.parametrize("postcode", ["XX1 1AA", "XX1", "", "GIR 0AA"])
def test_an_unknown_place_is_nowhere(database: Database, postcode: str) -> None:
    assert locate(database, postcode) is None


def test_one_letter_areas_are_not_taken_for_two_letter_ones(database: Database) -> None:
    by_area = {place.code: (place.latitude, place.longitude, 1) for place in bundled_areas()}
    for postcode, area in (("B1 1AA", "B"), ("BA1 1AA", "BA"), ("M1", "M"), ("ME1", "ME")):
        assert locate(database, postcode) == by_area[area]


def test_loading_a_place_again_replaces_it(database: Database) -> None:
    store(database, OUTWARD)
    assert store(database, Place("LS11", 53.7, -1.5, Precision.OUTWARD)) == 1
    assert locate(database, "LS11") == (53.7, -1.5, Precision.OUTWARD)
    with database.transaction(ALL) as connection:
        assert count_places(connection)[Precision.OUTWARD] == 1


def test_a_place_that_is_given_twice_is_stored_once(database: Database) -> None:
    assert store(database, OUTWARD, OUTWARD) == 1
