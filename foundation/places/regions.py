"""The region that a postcode is in, by its area: an approximation where an area straddles two.

The table was written by hand: each of the United Kingdom's postcode areas stands in the region
where most of its people live, and `also` names the neighbour that it reaches into (CH is Chester,
and a part of Flintshire). Good enough to add people up by region; never to decide about one person.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from foundation.vocabulary import Code

AREA = re.compile(r"[A-Z]{1,2}(?=[0-9]|$)")


class Region(Code):
    """Regions of England, the other nations, and what lies outside or is not known (ours)."""

    NORTH_EAST = "NORTH_EAST", "North East"
    NORTH_WEST = "NORTH_WEST", "North West"
    YORKSHIRE_AND_THE_HUMBER = "YORKSHIRE_AND_THE_HUMBER", "Yorkshire and the Humber"
    EAST_MIDLANDS = "EAST_MIDLANDS", "East Midlands"
    WEST_MIDLANDS = "WEST_MIDLANDS", "West Midlands"
    EAST_OF_ENGLAND = "EAST_OF_ENGLAND", "East of England"
    LONDON = "LONDON", "London"
    SOUTH_EAST = "SOUTH_EAST", "South East"
    SOUTH_WEST = "SOUTH_WEST", "South West"
    WALES = "WALES", "Wales"
    SCOTLAND = "SCOTLAND", "Scotland"
    NORTHERN_IRELAND = "NORTHERN_IRELAND", "Northern Ireland"
    CROWN_DEPENDENCIES = "CROWN_DEPENDENCIES", "Channel Islands and Isle of Man"
    NOT_KNOWN = "NOT_KNOWN", "No fixed abode or not recorded"


@dataclass(frozen=True, slots=True)
class AreaRegion:
    """A postcode area's region, and the other one that it reaches into, if any."""

    area: str
    region: Region
    also: Region | None


@cache
def area_regions() -> dict[str, AreaRegion]:
    """Every postcode area's region, by the letters of the area."""
    source = resources.files("foundation.reference").joinpath("postcode_regions.csv")
    with source.open(encoding="utf-8") as file:
        return {
            row["area"]: AreaRegion(
                row["area"], Region(row["region"]), Region(row["also"]) if row["also"] else None
            )
            for row in csv.DictReader(file)
        }


def region_of(postcode: str | None) -> Region:
    """The region of a full postcode, an outward code or an area in normal form (`LS11 5AB`, `LS`).

    NOT_KNOWN where there is none (no fixed abode, not recorded) and for an area that no one has.
    """
    letters = AREA.match(postcode or "")
    known = area_regions().get(letters[0]) if letters else None
    return known.region if known else Region.NOT_KNOWN
