"""Prisons by name: records carry the code of three letters, people say the name."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Prison:
    """A prison: `sexes` is M, F or MF; `outward_code` says where it stands."""

    prison_id: str
    name: str
    sexes: str
    town: str
    outward_code: str


@cache
def prisons() -> dict[str, Prison]:
    """Every prison by its code, in the order of the file."""
    source = resources.files("foundation.reference").joinpath("prisons.csv")
    with source.open(encoding="utf-8") as file:
        return {row["prison_id"]: Prison(**row) for row in csv.DictReader(file)}


def prison_name(prison_id: str) -> str:
    """`Moorland`; the code itself where the list has no such prison."""
    known = prisons().get(prison_id)
    return known.name if known else prison_id


def prison_label(prison_id: str) -> str:
    """`Moorland (MDI)`; the code alone where the list has no such prison."""
    known = prisons().get(prison_id)
    return f"{known.name} ({prison_id})" if known else prison_id
