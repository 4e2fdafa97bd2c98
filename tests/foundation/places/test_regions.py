"""Postcode areas and the regions that they stand for."""

import pytest

from foundation.places.postcodes import bundled_areas
from foundation.places.regions import Region, area_regions, region_of


def test_every_postcode_area_has_a_region() -> None:
    assert area_regions().keys() == {place.code for place in bundled_areas()}


def test_every_region_has_an_area_and_none_is_unknown() -> None:
    found = {area.region for area in area_regions().values()}
    assert found == set(Region) - {Region.NOT_KNOWN}


def test_no_area_reaches_into_its_own_region_or_into_nowhere() -> None:
    for area in area_regions().values():
        assert area.also not in (area.region, Region.NOT_KNOWN)


@pytest.mark.parametrize(
    ("postcode", "region"),
    [
        ("LS11 5AB", Region.YORKSHIRE_AND_THE_HUMBER),
        ("LS11", Region.YORKSHIRE_AND_THE_HUMBER),
        ("LS", Region.YORKSHIRE_AND_THE_HUMBER),
        ("L1", Region.NORTH_WEST),
        ("E1W 2BB", Region.LONDON),
        ("W1A", Region.LONDON),
        ("BT7", Region.NORTHERN_IRELAND),
        ("CF10", Region.WALES),
        ("ZE1", Region.SCOTLAND),
        ("JE2 3AB", Region.CROWN_DEPENDENCIES),
    ],
)
def test_a_postcode_stands_in_the_region_of_its_area(postcode: str, region: Region) -> None:
    assert region_of(postcode) is region


@pytest.mark.parametrize("postcode", [None, "", "QQ1", "GIR 0AA", "11", "*"])
def test_what_is_not_recorded_or_not_an_area_is_not_known(postcode: str | None) -> None:
    assert region_of(postcode) is Region.NOT_KNOWN
