"""Great-circle miles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.rules.distance import EARTH_RADIUS_MILES, great_circle_miles

LATITUDES = st.floats(49, 61)
LONGITUDES = st.floats(-9, 2)


@pytest.mark.parametrize(
    ("place", "other", "miles"),
    [
        # Great-circle distances between city centres, to the nearest mile.
        ((51.5074, -0.1278), (53.4808, -2.2426), 163),  # London to Manchester
        ((51.5074, -0.1278), (55.9533, -3.1883), 332),  # London to Edinburgh
        ((53.8008, -1.5491), (53.9600, -1.0873), 22),  # Leeds to York
    ],
)
def test_known_distances(
    place: tuple[float, float], other: tuple[float, float], miles: int
) -> None:
    assert great_circle_miles(*place, *other) == pytest.approx(miles, abs=1)


def test_a_degree_of_latitude_is_a_three_hundred_and_sixtieth_of_the_way_round() -> None:
    way_round = 2 * 3.141592653589793 * EARTH_RADIUS_MILES
    assert great_circle_miles(52, 0, 53, 0) == round(way_round / 360, 1)


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_there_and_back_is_the_same_and_here_is_nowhere_else(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> None:
    there = great_circle_miles(latitude, longitude, other_latitude, other_longitude)
    back = great_circle_miles(other_latitude, other_longitude, latitude, longitude)
    assert there == back >= 0
    assert great_circle_miles(latitude, longitude, latitude, longitude) == 0
    assert round(there * 10) / 10 == there
