"""Postcodes: one normal form, and positions that get better as more is loaded."""

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import IntakeError, ValidationError
from foundation.places.postcodes import (
    Place,
    Precision,
    bundled_areas,
    normalise_postcode,
    outward_code,
    read_places,
)

LETTERS, DIGITS = string.ascii_uppercase, string.digits

areas = st.text(LETTERS, min_size=1, max_size=2)
outward_codes = st.builds(
    "{}{}{}".format, areas, st.sampled_from(DIGITS), st.sampled_from(["", *DIGITS, *LETTERS])
)
inward_codes = st.builds(
    "{}{}".format, st.sampled_from(DIGITS), st.text(LETTERS, min_size=2, max_size=2)
)
full_postcodes = st.builds("{} {}".format, outward_codes, inward_codes)
postcodes = outward_codes | full_postcodes


@given(postcodes, st.data())
def test_case_and_spacing_around_do_not_matter(postcode: str, data: st.DataObject) -> None:
    written = "".join(data.draw(st.sampled_from([c.upper(), c.lower()])) for c in postcode)
    gap = data.draw(st.sampled_from([" ", "  ", "\t", "\u00a0"]))
    written = f" {written.replace(' ', gap)}\n"
    assert normalise_postcode("postcode", written) == postcode


@given(full_postcodes)
def test_a_full_postcode_may_be_written_without_its_space(postcode: str) -> None:
    assert normalise_postcode("postcode", postcode.replace(" ", "")) == postcode


@given(postcodes)
def test_the_normal_form_is_its_own_normal_form(postcode: str) -> None:
    once = normalise_postcode("postcode", postcode)
    assert normalise_postcode("postcode", once) == once
    assert normalise_postcode("postcode", outward_code(once)) == outward_code(once)


@given(st.text())
def test_any_text_is_a_postcode_or_a_refusal_that_names_the_field(text: str) -> None:
    try:
        normal = normalise_postcode("release_area", text)
    except ValidationError as error:
        refused = error
    else:
        assert normal.isascii()
        assert normal == normal.upper().strip()
        return
    assert (refused.field, refused.value) == ("release_area", text)
    assert "LS11 5AB" in str(refused)


@pytest.mark.parametrize(
    "text",
    ["", " ", "LS", "LS11 5A", "LS11 5ABC", "LS111 5AB", "11LS", "Leeds", "L S11 5AB", "LS11-5AB"],
)
def test_what_is_no_postcode_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        normalise_postcode("postcode", text)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("ls115ab", "LS11 5AB"),
        ("m1 1ae", "M1 1AE"),
        ("EC1A1BB", "EC1A 1BB"),
        ("w1a 0ax", "W1A 0AX"),
        ("ls11", "LS11"),
        ("EC1A", "EC1A"),
        ("gir0aa", "GIR 0AA"),
    ],
)
def test_every_shape_of_postcode_is_known(text: str, normal: str) -> None:
    assert normalise_postcode("postcode", text) == normal


def test_the_bundled_areas_cover_the_country_and_look_right() -> None:
    found = {place.code: place for place in bundled_areas()}
    assert len(found) == len(bundled_areas()) >= 120
    assert {place.precision for place in found.values()} == {Precision.AREA}
    for code, latitude, longitude in (
        ("LS", 53.8, -1.55),
        ("M", 53.5, -2.2),
        ("B", 52.5, -1.9),
        ("CF", 51.5, -3.2),
        ("EH", 55.9, -3.2),
        ("BT", 54.6, -6.3),
        ("TR", 50.2, -5.2),
        ("ZE", 60.3, -1.2),
    ):
        assert found[code].latitude == pytest.approx(latitude, abs=0.2), code
        assert found[code].longitude == pytest.approx(longitude, abs=0.3), code
    for place in found.values():
        assert 49.1 < place.latitude < 60.9, place
        assert -8.2 < place.longitude < 1.8, place


def test_the_directory_of_the_office_for_national_statistics_is_read(tmp_path: Path) -> None:
    path = tmp_path / "onspd.csv"
    path.write_text(
        "\ufeffpcd7,pcds,dointr,lat,long\n"
        "LS1 4AP,LS1 4AP,198001,53.7957,-1.5491\n"
        "JE2 3AB,JE2 3AB,199601,99.999999,0.000000\n"
        "AB1 0AA,AB1 0AA,198001,,\n"
        "GIR 0AA,GIR 0AA,198001,53.4592,-2.9888\n",
        encoding="utf-8",
    )
    assert list(read_places(path)) == [
        Place("LS1 4AP", 53.7957, -1.5491, Precision.FULL),
        Place("GIR 0AA", 53.4592, -2.9888, Precision.FULL),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "outcode,latitude,longitude",
        "Outward_Code,LAT,LON",
        "postcode , latitude, lng ",
        "pcd,lat,long",
    ],
)
def test_columns_go_by_several_names(tmp_path: Path, header: str) -> None:
    path = tmp_path / "outward.csv"
    path.write_text(f"{header}\nls11,53.78,-1.56\n", encoding="utf-8")
    assert list(read_places(path)) == [Place("LS11", 53.78, -1.56, Precision.OUTWARD)]


@pytest.mark.parametrize(
    "position", ["nan,-1", "53,inf", "0,0", "48.9,-1", "61.1,-1", "53,2.1", "53"]
)
def test_rows_without_a_position_in_the_country_are_passed_over(
    tmp_path: Path, position: str
) -> None:
    path = tmp_path / "places.csv"
    path.write_text(f"postcode,lat,long\nLS1,{position}\n", encoding="utf-8")
    assert list(read_places(path)) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("postcode,lat\nLS1,53\n", "no column named long or lon"),
        ("town,lat,long\nLeeds,53,-1\n", "no column named pcds"),
        ("", "no column named pcds"),
        ("postcode,lat,long\nLS1,53,-1\nLeeds,53,-1\n", "row 3: postcode: 'Leeds' is not allowed"),
        (f'postcode,lat,long\n"{"x" * 200_000}",53,-1\n', "row 2: field larger than"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "places.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(IntakeError, match=f"(?s)places.csv.*{message}"):
        list(read_places(path))


def test_precisions_are_ordered_and_have_words() -> None:
    assert Precision.AREA < Precision.OUTWARD < Precision.FULL
    assert [each.label for each in Precision] == ["postcode area", "outward code", "full postcode"]
