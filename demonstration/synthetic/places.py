"""Outward codes that look real in England and Wales, near a place or anywhere."""

from functools import cache
from itertools import accumulate
from math import cos, hypot, radians
from random import Random

from foundation.places.postcodes import bundled_areas

NEAR_MILES = 45
MILES_A_DEGREE = 69.0

# Assumption: how many people come from each postcode area, against 1 for an ordinary one.
CITY_WEIGHT = {
    "B": 9, "M": 8, "L": 7, "LS": 6, "S": 6, "NE": 6, "NG": 5, "BS": 5, "CF": 5, "LE": 4,
    "SE": 6, "E": 6, "N": 5, "SW": 4, "NW": 3, "W": 3, "CR": 3, "RM": 3, "EN": 3, "BD": 3,
    "WF": 2, "HU": 3, "CV": 3, "DE": 2, "WV": 2, "WS": 2, "ST": 2, "PL": 2, "PO": 3, "SO": 3,
    "SA": 3, "TS": 3, "SR": 2, "DN": 2, "OL": 2, "BL": 2, "PR": 2, "BN": 2, "NR": 2, "PE": 2,
    "NN": 2, "LU": 2, "ME": 2, "SS": 2, "MK": 2, "RG": 2, "NP": 2, "WA": 2, "BB": 2, "CT": 2,
    "GL": 2, "EX": 2, "IG": 2,
}  # fmt: skip

# Districts in use, or a safe part of them, for the areas of England and Wales.
DISTRICTS = """
AL 1-10; B 1-21 23-38 42-45 62-66 70-71; BA 1-16; BB 1-12; BD 1-22; BH 1-25; BL 1-9; BN 1-3 5-18;
BR 1-8; BS 1-16 20-24; CA 1-15; CB 1-11; CF 3 5 10-11 14-15 23-24 31-48; CH 1-7 41-49 60-66;
CM 1-9 11-24; CO 1-16; CR 0 2-9; CT 1-21; CV 1-13 21-23; CW 1-12; DA 1-18; DE 1 3-7 11-15 21-24;
DH 1-9; DL 1-17; DN 1-12 14-22 31-40; DT 1-11; DY 1-14; E 2-18; EN 1-11; EX 1-24; FY 1-8; GL 1-8
50-56; GU 1-35; HA 0-9; HD 1-9; HG 1-5; HP 1-27; HR 1-9; HU 1-20; HX 1-7; IG 1-11; IP 1-33;
KT 1-24; L 1-39; LA 1-23; LD 1-8; LE 1-19; LL 11-49; LN 1-13; LS 1-29; LU 1-7; M 1-9 11-35 38
40-41 43-46; ME 1-20; MK 1-19 40-46; N 2-22; NE 1-49; NG 1-25; NN 1-18; NP 4 7-8 10-13 16 18-20
22-26 44; NR 1-35; NW 2-11; OL 1-16; OX 1-18; PE 1-38; PL 1-35; PO 1-22; PR 1-9; RG 1-2 4-10 12
14 17-31; RH 1-20; RM 1-20; S 1-14 17-18 20-21 25-26 60-66 70-75; SA 1-20; SE 2-28; SG 1-19;
SK 1-17; SL 0-9; SM 1-7; SN 1-16; SO 14-24 30-32; SP 1-11; SR 1-8; SS 0-9 11-17; ST 1-21; SW 2-20;
SY 1-25; TA 1-24; TF 1-13; TN 1-40; TQ 1-14; TR 1-27; TS 1-29; TW 1-20; UB 1-11; W 2-14; WA 1-16;
WD 3-7 17-19 23-25; WF 1-17; WN 1-8; WR 1-15; WS 1-15; WV 1-16; YO 1 7-8 10-19 21-26 30-32
"""


def area_of(outward: str) -> str:
    """The letters that a postcode begins with."""
    return outward[:2] if outward[1].isalpha() else outward[0]


@cache
def districts() -> dict[str, tuple[str, ...]]:
    """The outward codes of each postcode area."""
    codes: dict[str, tuple[str, ...]] = {}
    for entry in DISTRICTS.replace("\n", " ").split(";"):
        area, *spans = entry.split()
        codes[area] = tuple(f"{area}{number}" for span in spans for number in _numbers(span))
    return codes


def _numbers(span: str) -> range:
    first, _, last = span.partition("-")
    return range(int(first), int(last or first) + 1)


@cache
def _around(area: str | None) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Areas near `area` (None: all of them) and their cumulative weights."""
    places = {place.code: place for place in bundled_areas() if place.code in districts()}
    home = places.get(area or "")
    near = [
        code
        for code, place in places.items()
        if home is None
        or hypot(
            place.latitude - home.latitude,
            (place.longitude - home.longitude) * cos(radians(home.latitude)),
        )
        * MILES_A_DEGREE
        <= NEAR_MILES
    ]
    return tuple(near), tuple(accumulate(CITY_WEIGHT.get(code, 1) for code in near))


def outward_code_near(rng: Random, outward: str | None) -> str:
    """An outward code within some 45 miles of another, or anywhere; cities more often."""
    areas, weights = _around(area_of(outward) if outward else None)
    area = rng.choices(areas, cum_weights=weights)[0]
    return rng.choice(districts()[area])


def outward_codes_beside(rng: Random, outward: str, count: int) -> tuple[str, ...]:
    """Other outward codes of the same postcode area."""
    codes = districts().get(area_of(outward), ())
    picked = rng.sample(codes, min(count + 1, len(codes)))
    return tuple(code for code in picked if code != outward)[:count]


def full_postcode(rng: Random, outward: str) -> str:
    """A postcode that reads like one; nobody looked whether it is in use."""
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    return f"{outward} {rng.randint(1, 9)}{rng.choice(letters)}{rng.choice(letters)}"
