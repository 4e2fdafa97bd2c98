"""The catalogue behind the made-up records: occupations, prisons and hand-written vacancies."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

from foundation.places.prisons import Prison
from foundation.places.prisons import prisons as known_prisons
from foundation.vocabulary import (
    HoursPerWeek,
    Involves,
    PrisonTraining,
    PrisonWork,
    Sector,
    Training,
)

ENTRIES = ("NONE", "SOME", "TRAINED")


@dataclass(frozen=True, slots=True, eq=False)  # one of each: compared by identity
class Occupation:
    """A job that people do. `entry` is what it takes to start: NONE, SOME experience, TRAINED.

    `pay_per_hour` is lowest and highest in pounds; `shifts` are (start, end) as HH:MM; `weight` is
    how common it is against the others; `near` are slugs of jobs that ask much the same.
    """

    slug: str
    title: str
    soc2020: str
    sector: Sector
    other_titles: tuple[str, ...]
    tasks: tuple[str, ...]
    skills: tuple[str, ...]
    required_certificates: tuple[Training, ...]
    useful_certificates: tuple[Training, ...]
    courses: tuple[str, ...]
    essential: tuple[str, ...]
    desirable: tuple[str, ...]
    prison_work: tuple[PrisonWork, ...]
    prison_training: tuple[PrisonTraining, ...]
    involves: tuple[Involves, ...]
    hours: tuple[HoursPerWeek, ...]
    shifts: tuple[tuple[str, str], ...]
    pay_per_hour: tuple[float, float]
    entry: str
    weight: int
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandwrittenVacancy:
    """A vacancy's values as `employers.intake` reads them, and the occupations that fit it."""

    values: dict[str, Any]
    fits: tuple[str, ...]


@cache
def occupations() -> dict[str, Occupation]:
    """Every occupation by its slug, in the order of the file."""
    return {row["slug"]: _occupation(row) for row in json.loads(_read("occupations.json"))}


@cache
def prisons() -> tuple[Prison, ...]:
    """Every prison."""
    return tuple(known_prisons().values())


def handwritten_vacancies(as_of: date) -> list[HandwrittenVacancy]:
    """The hand-written vacancies with their dates counted from `as_of`."""
    lines = _read("vacancies.jsonl").splitlines()
    return [_handwritten(json.loads(line), as_of) for line in lines if line.strip()]


def _read(name: str) -> str:
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")


def _occupation(row: dict[str, Any]) -> Occupation:
    if row["entry"] not in ENTRIES:
        raise ValueError(f"occupations.json, {row['slug']}, entry: write {', '.join(ENTRIES)}")
    return Occupation(
        slug=row["slug"],
        title=row["title"],
        soc2020=row["soc2020"],
        sector=Sector(row["sector"]),
        other_titles=tuple(row["other_titles"]),
        tasks=tuple(row["tasks"]),
        skills=tuple(row["skills"]),
        required_certificates=tuple(map(Training, row["required_certificates"])),
        useful_certificates=tuple(map(Training, row["useful_certificates"])),
        courses=tuple(row["courses"]),
        essential=tuple(row["essential"]),
        desirable=tuple(row["desirable"]),
        prison_work=tuple(map(PrisonWork, row["prison_work"])),
        prison_training=tuple(map(PrisonTraining, row["prison_training"])),
        involves=tuple(Involves(code) for code in row["involves"] if code != "NONE"),
        hours=tuple(map(HoursPerWeek, row["hours"])),
        shifts=tuple((start, end) for start, end in row["shifts"]),
        pay_per_hour=(float(row["pay_per_hour"][0]), float(row["pay_per_hour"][1])),
        entry=row["entry"],
        weight=row["weight"],
        near=tuple(row["near"]),
    )


def _handwritten(values: dict[str, Any], as_of: date) -> HandwrittenVacancy:
    fits = tuple(values.pop("fits"))
    for days, day in (("closes_in_days", "closing_date"), ("starts_in_days", "start_date")):
        count = values.pop(days, None)
        values[day] = None if count is None else as_of + timedelta(days=count)
    # The file says "involves nothing" with an empty list; a record says it with NONE.
    if values.get("involves") == []:
        values["involves"] = [Involves.NONE]
    return HandwrittenVacancy(values, fits)
