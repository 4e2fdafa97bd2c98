"""What the forms of prison and jobcentre staff share: a day that was typed, a choice, a refusal."""

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
    """A field of a form is not what it has to be; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def day_of(value: date, name: str = "on") -> dict[str, str]:
    """A date as the three fields of a form hold it."""
    return {
        f"{name}-day": str(value.day),
        f"{name}-month": str(value.month),
        f"{name}-year": str(value.year),
    }


def read_day(sent: Posted, name: str = "on") -> date:
    """The date that was typed; RefusedError if it is none."""
    try:
        return date.fromisoformat(sent.day(name))
    except ValueError as error:
        raise RefusedError(name, "Enter a date, such as 27 3 2027") from error


def read_choice(sent: Posted, name: str, kind: type[E], message: str) -> E:
    """The code that was chosen; RefusedError with `message` if there is none of the kind."""
    try:
        return kind(sent.text(name))
    except ValueError as error:
        raise RefusedError(name, message) from error


def errors_of(error: NewFuturesError) -> dict[str, str]:
    """What is wrong, by the field that it is about, as a sentence."""
    if isinstance(error, RefusedError):
        return {error.field: str(error)}
    if isinstance(error, ValidationError):
        return {FIELDS.get(error.field, error.field): as_sentence(error.allowed)}
    return {CONFLICT: as_sentence(str(error))}


def status_of(error: NewFuturesError) -> int:
    """409 where somebody else came first, else 422."""
    return 409 if isinstance(error, ConflictError) else 422


def as_sentence(text: str) -> str:
    """With a capital letter first, unless somebody's email address is."""
    first = text.partition(" ")[0]
    return text if "@" in first else text[:1].upper() + text[1:]
