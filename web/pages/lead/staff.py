"""What the forms of prison and jobcentre staff share: dates, choices, refusals."""

from datetime import date
from enum import Enum
from typing import TypeVar

from foundation.errors import ConflictError, NewFuturesError, ValidationError
from web.forms.posted import Posted

E = TypeVar("E", bound=Enum)
CONFLICT = "version"
# What a service calls a thing, and the field of the form that it is about.
FIELDS = {"consent_date": "on", "happened_on": "on", "application": "form", "for": "for_role"}


class RefusedError(NewFuturesError):
    """A field of a form is wrong; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def day_of(value: date, name: str = "on") -> dict[str, str]:
    """Return a date as the three fields of a form hold it."""
    return {
        f"{name}-day": str(value.day),
        f"{name}-month": str(value.month),
        f"{name}-year": str(value.year),
    }


def read_day(sent: Posted, name: str = "on") -> date:
    """Return the date that was typed, or raise RefusedError."""
    try:
        return date.fromisoformat(sent.day(name))
    except ValueError as error:
        raise RefusedError(name, "Enter a date, such as 27 3 2027") from error


def read_choice(sent: Posted, name: str, kind: type[E], message: str) -> E:
    """Return the code that was chosen, or raise RefusedError with `message`."""
    try:
        return kind(sent.text(name))
    except ValueError as error:
        raise RefusedError(name, message) from error


def errors_of(error: NewFuturesError) -> dict[str, str]:
    """Return what is wrong as a sentence, by the field that it is about."""
    if isinstance(error, RefusedError):
        return {error.field: str(error)}
    if isinstance(error, ValidationError):
        return {FIELDS.get(error.field, error.field): as_sentence(error.allowed)}
    return {CONFLICT: as_sentence(str(error))}


def status_of(error: NewFuturesError) -> int:
    """Return 409 if somebody else changed it first, else 422."""
    return 409 if isinstance(error, ConflictError) else 422


def as_sentence(text: str) -> str:
    """Return text with a capital letter first, unless it begins with an email address."""
    first = text.partition(" ")[0]
    return text if "@" in first else text[:1].upper() + text[1:]
