"""Postcodes and where they are.

Out of the box a position is the rounded centre of one of the United Kingdom's postcode areas, which
can be a dozen miles off; loading outward codes or full postcodes makes it better at once. Every
distance carries the precision of its worse end, so that nobody is refused by a table's error.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from importlib import resources
from pathlib import Path

from foundation.errors import IntakeError, ValidationError

# GIR 0AA is the one postcode of another shape.
FULL_POSTCODE = re.compile(r"^(GIR|[A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})$")
OUTWARD_CODE = re.compile(r"^(?:GIR|[A-Z]{1,2}[0-9][A-Z0-9]?)$")

# Names that a column goes by, first found wins; the ONS Postcode Directory's are pcds, lat, long.
POSTCODE_COLUMNS = ("pcds", "pcd7", "pcd", "pcd8", "pcd2", "postcode", "outcode", "outward_code")
LATITUDE_COLUMNS = ("lat", "latitude")
LONGITUDE_COLUMNS = ("long", "lon", "lng", "longitude")


class Precision(IntEnum):
    """How exactly a position is known."""

    AREA = 1
    OUTWARD = 2
    FULL = 3

    @property
    def label(self) -> str:
        """In words, for pages."""
        return ("postcode area", "outward code", "full postcode")[self - 1]


@dataclass(frozen=True, slots=True)
class Place:
    """A code in normal form with its position in degrees (WGS 84)."""

    code: str
    latitude: float
    longitude: float
    precision: Precision


def normalise_postcode(field: str, text: str) -> str:
    """`ls11 5ab` or `ls115ab` as `LS11 5AB`; an outward code as `LS11`.

    Raises:
        ValidationError: it is neither, naming `field`.
    """
    tidy = " ".join(text.upper().split())
    full = FULL_POSTCODE.match(tidy)
    if full:
        return f"{full[1]} {full[2]}"
    if OUTWARD_CODE.match(tidy):
        return tidy
    raise ValidationError(field, text, "write a full postcode (LS11 5AB) or an outward code (LS11)")


def outward_code(postcode: str) -> str:
    """The part before the space."""
    return postcode.split(" ", 1)[0]


def bundled_areas() -> list[Place]:
    """The centres of the postcode areas that come with the program."""
    source = resources.files("foundation.reference").joinpath("postcode_areas.csv")
    with source.open(encoding="utf-8") as file:
        return [
            Place(row["area"], float(row["latitude"]), float(row["longitude"]), Precision.AREA)
            for row in csv.DictReader(file)
        ]


def read_places(path: Path) -> Iterator[Place]:
    """Places from a CSV of outward codes or full postcodes, one at a time.

    Rows without a usable position (the directory marks them with latitude 99.999999) are passed
    over. Raises IntakeError when a needed column is missing or a code cannot be read.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        try:
            names = {name.strip().lower(): name for name in reader.fieldnames or []}
            columns = [
                _find_column(path, names, wanted)
                for wanted in (POSTCODE_COLUMNS, LATITUDE_COLUMNS, LONGITUDE_COLUMNS)
            ]
            for row in reader:
                cells = (row[column] or "" for column in columns)
                place = _read_place(path, reader.line_num, *cells)
                if place is not None:
                    yield place
        except csv.Error as error:
            raise IntakeError(f"{path}, row {reader.line_num + 1}: {error}") from error


def _find_column(path: Path, names: dict[str, str], wanted: tuple[str, ...]) -> str:
    for name in wanted:
        if name in names:
            return names[name]
    raise IntakeError(
        f"{path}: no column named {' or '.join(wanted)}; it has {', '.join(names.values())}"
    )


def _read_place(path: Path, row: int, code: str, latitude: str, longitude: str) -> Place | None:
    try:
        position = float(latitude), float(longitude)
    except ValueError:
        return None
    if not (49 <= position[0] <= 61 and -9 <= position[1] <= 2):
        return None
    try:
        normal = normalise_postcode("postcode", code)
    except ValidationError as error:
        raise IntakeError(f"{path}, row {row}: {error}") from error
    return Place(normal, *position, Precision.FULL if " " in normal else Precision.OUTWARD)
