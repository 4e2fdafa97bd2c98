"""The base of the typed records: frozen, nothing unknown let in, refusals told field by field."""

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic import ValidationError as PydanticValidationError
from pydantic_core import ErrorDetails


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one value. `allowed` says what would be right."""

    column: str
    value: object
    allowed: str


class Record(BaseModel):
    """A frozen record. Text is trimmed and otherwise stored as it was written."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _written_date(value: object) -> object:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not WRITTEN_DATE.match(value.strip()):
        raise ValueError("write the date as YYYY-MM-DD")
    return value.strip()


def _written_time(value: object) -> object:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not WRITTEN_TIME.match(value.strip()):
        raise ValueError("write the time as HH:MM, on the 24-hour clock")
    return value.strip()


# A bare number would be taken for seconds, since 1970 or midnight: 1900 as 00:31 and not 19:00.
WRITTEN_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:$|[T ])")
WRITTEN_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?$")
Day = Annotated[date, BeforeValidator(_written_date)]
ClockTime = Annotated[time, BeforeValidator(_written_time)]

T = TypeVar("T", bound=Record)


def check(kind: type[T], values: dict[str, Any]) -> T | list[Fault]:
    """The record, or everything that is wrong with its values."""
    try:
        return kind.model_validate(values)
    except PydanticValidationError as error:
        return [_fault(detail, values) for detail in error.errors(include_url=False)]


def _fault(detail: ErrorDetails, values: dict[str, Any]) -> Fault:
    path = [str(part) for part in detail["loc"]]
    column = ".".join(path) or "(whole row)"
    if detail["type"] == "missing":
        return Fault(column, None, "a value is required")
    if detail["type"] == "extra_forbidden":
        return Fault(column, detail["input"], "no such column; see `newfutures template`")
    allowed = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return Fault(column, detail["input"] if path else sorted(values), allowed)


@dataclass(frozen=True, slots=True)
class Saved:
    """What an upsert did, in rows."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "Saved") -> "Saved":
        return Saved(
            self.inserted + other.inserted,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
        )
