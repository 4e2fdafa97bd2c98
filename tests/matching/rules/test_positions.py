"""Loading places moves people and vacancies at once, all or nothing."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from candidates.store import get_candidate, upsert_candidates
from demonstration.synthetic.people import generate_people
from demonstration.synthetic.vacancies import generate_vacancies
from employers.store import get_vacancy, upsert_vacancies
from foundation.database import Database, Scope
from foundation.errors import IntakeError
from foundation.places.postcodes import Precision, bundled_areas
from foundation.places.store import count_places
from matching.rules.positions import LoadedPlaces, ensure_areas, load_places

ALL = Scope("tests")
AS_OF = date(2026, 11, 22)


@pytest.fixture
def populated(database: Database) -> Database:
    """One person released to LS11 5AB, one of no fixed abode, and one vacancy at LS1 4AP."""
    person, other = (each.candidate for each in generate_people(2, seed=1, as_of=AS_OF))
    vacancy = next(iter(generate_vacancies(1, seed=1, as_of=AS_OF))).vacancy
    with database.transaction(ALL) as connection:
        upsert_candidates(
            connection,
            [
                person.model_copy(
                    update={
                        "prison_number": "A0001AA",
                        "release_area": "LS11 5AB",
                        "no_fixed_abode": False,
                    }
                ),
                other.model_copy(
                    update={
                        "prison_number": "A0002AA",
                        "release_area": None,
                        "no_fixed_abode": True,
                    }
                ),
            ],
        )
        upsert_vacancies(
            connection, [vacancy.model_copy(update={"reference": "V1", "postcode": "LS1 4AP"})]
        )
    return database


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def write_places(text: str) -> Path:
        path = tmp_path / "places.csv"
        path.write_text("postcode,latitude,longitude\n" + text, encoding="utf-8")
        return path

    return write_places


def positions(database: Database) -> list[tuple[float | None, float | None, Precision | None]]:
    with database.transaction(ALL) as connection:
        found = (
            get_candidate(connection, "A0001AA"),
            get_candidate(connection, "A0002AA"),
            get_vacancy(connection, "V1"),
        )
    return [(each.latitude, each.longitude, each.precision) for each in found]


def test_everyone_moves_to_the_new_position_and_precision_at_once(
    populated: Database, write: Callable[[str], Path]
) -> None:
    person, nowhere, vacancy = positions(populated)
    assert (person[2], nowhere, vacancy[2]) == (Precision.AREA, (None, None, None), Precision.AREA)

    path = write("LS11,53.78,-1.56\nLS1,53.797,-1.545\n")
    assert load_places(populated, ALL, path) == LoadedPlaces(2, 1, 1)
    assert positions(populated) == [
        (53.78, -1.56, Precision.OUTWARD),
        (None, None, None),
        (53.797, -1.545, Precision.OUTWARD),
    ]

    path = write("LS11 5AB,53.7812,-1.5678\n")
    assert load_places(populated, ALL, path) == LoadedPlaces(1, 1, 0)
    assert positions(populated)[0] == (53.7812, -1.5678, Precision.FULL)

    assert load_places(populated, ALL, path) == LoadedPlaces(1, 0, 0)


def test_a_move_is_in_the_audit_trail_with_its_source(
    populated: Database, write: Callable[[str], Path]
) -> None:
    before = positions(populated)[0]
    load_places(populated, ALL, write("LS11,53.78,-1.56\n"))
    with populated.transaction(ALL) as connection:
        moved, loaded = connection.execute(
            "SELECT action, subject, detail FROM audit_event ORDER BY id DESC LIMIT 2"
        ).fetchall()[::-1]
    was = {"latitude": before[0], "longitude": before[1], "place_precision": 1}
    assert moved == ("update", "candidate", {"was": was})
    assert loaded == ("load", "place", {"source": "places.csv", "places": 1})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("LS11,53.78,-1.56\nLeeds,53.78,-1.56\n", "row 3: postcode: 'Leeds'"),
        ("LS11,53.78,-1.56\n" + "x" * 200_000 + ",53,-1\n", "row 3: field larger"),
    ],
)
def test_a_bad_row_loads_nothing_at_all(
    populated: Database, write: Callable[[str], Path], text: str, message: str
) -> None:
    before = positions(populated)
    with pytest.raises(IntakeError, match=message):
        load_places(populated, ALL, write(text))
    assert positions(populated) == before
    with populated.transaction(ALL) as connection:
        assert Precision.OUTWARD not in count_places(connection)


@pytest.mark.parametrize("content", [None, b"\xff\xfep\0", b"postcode,lat,long\nZo\xeb,53,-1\n"])
def test_a_file_that_cannot_be_read_is_refused(
    database: Database, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "places.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IntakeError, match=r"places\.csv"):
        load_places(database, ALL, path)


def test_each_place_read_is_told(database: Database, write: Callable[[str], Path]) -> None:
    told: list[None] = []
    load_places(
        database, ALL, write("LS11,53,-1\nLS12,0,0\nLS13,53,-1\n"), lambda: told.append(None)
    )
    assert len(told) == 2


def test_the_areas_are_loaded_once(database: Database) -> None:
    with database.transaction(ALL) as connection:
        before = connection.execute("SELECT count(*) FROM audit_event").fetchone()
    ensure_areas(database)
    with database.transaction(ALL) as connection:
        assert connection.execute("SELECT count(*) FROM audit_event").fetchone() == before


def test_areas_that_are_missing_come_back(database: Database) -> None:
    with database.owner_transaction() as connection:
        connection.execute("DELETE FROM place WHERE code = 'LS'")
    ensure_areas(database)
    with database.transaction(ALL) as connection:
        assert count_places(connection) == {Precision.AREA: len(bundled_areas())}


@pytest.mark.shared
def test_the_real_outward_codes_load(populated: Database, shared_data: Path) -> None:
    path = shared_data / "postcodes" / "outward_codes.csv"
    with path.open(encoding="utf-8", newline="") as file:
        real = {row["postcode"]: row for row in csv.DictReader(file)}
    assert len(real) == 2_856
    loaded = load_places(populated, ALL, path)
    assert (loaded.candidates, loaded.vacancies) == (1, 1)
    assert loaded.places > 2_800
    with populated.transaction(ALL) as connection:
        assert count_places(connection)[Precision.OUTWARD] == loaded.places
        far = connection.execute(
            "SELECT exact.code FROM place exact"
            " JOIN place area ON area.code = substring(exact.code FROM '^[A-Z]+')"
            " WHERE exact.place_precision = 2"
            " AND abs(exact.latitude - area.latitude) + abs(exact.longitude - area.longitude) > 3"
        ).fetchall()
    assert far == []  # the bundled centres and the real codes tell of the same country
    person, _, vacancy = positions(populated)
    for found, code in ((person, "LS11"), (vacancy, "LS1")):
        position = (float(real[code]["latitude"]), float(real[code]["longitude"]))
        assert found == (*position, Precision.OUTWARD)
