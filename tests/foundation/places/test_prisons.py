"""Prisons by name."""

import re

import pytest

from demonstration.synthetic import catalogue
from foundation.places.postcodes import bundled_areas, normalise_postcode
from foundation.places.prisons import prison_label, prison_name, prisons


def test_every_prison_has_a_code_of_three_letters_and_a_name_of_its_own() -> None:
    assert all(re.fullmatch("[A-Z]{3}", code) for code in prisons())
    names = [prison.name for prison in prisons().values()]
    assert len(set(names)) == len(names) > 100
    assert all(name == name.strip() != "" for name in names)


def test_every_prison_stands_somewhere_and_holds_someone() -> None:
    areas = {place.code for place in bundled_areas()}
    for code, prison in prisons().items():
        assert prison.prison_id == code
        assert prison.sexes in ("M", "F", "MF")
        assert prison.town
        assert normalise_postcode("outward_code", prison.outward_code) == prison.outward_code
        assert re.sub("[0-9].*", "", prison.outward_code) in areas


@pytest.mark.parametrize(
    ("code", "name", "label"),
    [
        ("MDI", "Moorland", "Moorland (MDI)"),
        ("LEI", "Leeds", "Leeds (LEI)"),
        ("ZZZ", "ZZZ", "ZZZ"),
        ("", "", ""),
    ],
)
def test_a_prison_is_said_by_name_and_an_unknown_one_by_its_code(
    code: str, name: str, label: str
) -> None:
    assert (prison_name(code), prison_label(code)) == (name, label)


def test_made_up_people_are_in_the_same_prisons() -> None:
    assert catalogue.prisons() == tuple(prisons().values())
