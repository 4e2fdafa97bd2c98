"""Answers as a browser sends them, read into values, or refused in words that say what to do.

A field is text, or a list of texts for check boxes. A date is three fields, `closing_date-day`,
`closing_date-month` and `closing_date-year`. Nothing here knows a vacancy: the steps that do are in
`employers.posting.steps`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from typing import TypeAlias

from foundation.errors import ValidationError
from foundation.places.postcodes import normalise_postcode
from foundation.vocabulary import Code

Answers: TypeAlias = Mapping[str, str | Sequence[str]]
Reader: TypeAlias = Callable[[Answers, str], object]

DATE_PARTS = ("day", "month", "year")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")
POUNDS = re.compile(r"£?\s*([0-9]{1,8})(\.[0-9]{1,2})?")
CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*(am|pm)?", re.IGNORECASE)
NOON = 12

# Neither can be stored as text, and no keyboard types them; tabs and new lines stay.
UNTYPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class WrongAnswerError(ValueError):
    """An answer that cannot be used. The message is what the person is told."""


def legible(text: str) -> str:
    """The text without characters that nobody typed, and with one kind of new line."""
    return UNTYPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def typed(answers: Answers, name: str) -> str:
    """The text in a field, without blanks around it; empty if there is none."""
    given = answers.get(name, "")
    if not isinstance(given, str):
        given = given[-1] if given else ""
    return legible(given).strip()


def ticked(answers: Answers, name: str) -> list[str]:
    """What is ticked in a field, each once, in the order given."""
    given = answers.get(name, ())
    several = [given] if isinstance(given, str) else given
    return [each for each in dict.fromkeys(text.strip() for text in several) if each]


def text(noun: str, *, most: int, least: int = 1, missing: str = "") -> Reader:
    """Text of `least` to `most` characters; None if left empty and nothing is `missing`."""

    def read(answers: Answers, name: str) -> str | None:
        given = typed(answers, name)
        if not given:
            _left_empty(missing)
            return None
        if len(given) < least:
            raise WrongAnswerError(f"{noun} must be {least} characters or more")
        if len(given) > most:
            over = len(given) - most
            characters = "character" if over == 1 else "characters"
            raise WrongAnswerError(
                f"{noun} must be {most:,} characters or fewer; it is {over:,} {characters} too long"
            )
        return given

    return read


def code(kind: type[Code], *, missing: str = "") -> Reader:
    """One of the codes."""

    def read(answers: Answers, name: str) -> Code | None:
        given = typed(answers, name)
        if not given:
            _left_empty(missing)
            return None
        return _code(kind, given)

    return read


def codes(kind: type[Code], *, missing: str = "", without: Sequence[Code] = ()) -> Reader:
    """Any number of the codes; at least one if there is something to say of a `missing` one.

    NONE, where it is a code, stands alone.
    """

    def read(answers: Answers, name: str) -> tuple[Code, ...]:
        found = tuple(_code(kind, each) for each in ticked(answers, name))
        if not found:
            _left_empty(missing)
        if any(each in without for each in found):
            raise WrongAnswerError("Choose from the list")
        if "NONE" in found and len(found) > 1:
            raise WrongAnswerError("Choose “None” or the others, and not both")
        return found

    return read


def yes_or_no(missing: str) -> Reader:
    """`yes` or `no`."""

    def read(answers: Answers, name: str) -> bool:
        given = typed(answers, name)
        if given not in ("yes", "no"):
            raise WrongAnswerError(missing)
        return given == "yes"

    return read


def whole_number(noun: str, *, least: int, most: int, missing: str) -> Reader:
    """A whole number from `least` to `most`."""

    def read(answers: Answers, name: str) -> int:
        given = typed(answers, name).replace(",", "")
        if not given:
            raise WrongAnswerError(missing)
        if not WHOLE_NUMBER.fullmatch(given) or not least <= int(given) <= most:
            raise WrongAnswerError(f"{noun} must be a whole number from {least} to {most:,}")
        return int(given)

    return read


def money(noun: str, *, missing: str = "") -> Reader:
    """Pounds and pence, more than nothing."""

    def read(answers: Answers, name: str) -> Decimal | None:
        given = typed(answers, name).replace(",", "")
        if not given:
            _left_empty(missing)
            return None
        amount = POUNDS.fullmatch(given)
        if not amount:
            raise WrongAnswerError(f"{noun} must be an amount in pounds, like 12.60")
        value = Decimal(amount[1] + (amount[2] or ""))
        if not value:
            raise WrongAnswerError(f"{noun} must be more than nothing")
        return value

    return read


def postcode(missing: str) -> Reader:
    """A full postcode or an outward code, in normal form."""

    def read(answers: Answers, name: str) -> str | None:
        given = typed(answers, name)
        if not given:
            _left_empty(missing)
            return None
        try:
            return normalise_postcode(name, given)
        except ValidationError as error:
            raise WrongAnswerError(
                "Enter a full postcode, like LS11 5AB, or its first part, like LS11"
            ) from error

    return read


def day(noun: str, *, missing: str = "") -> Reader:
    """A date in three fields; the month may be a number or a name."""

    def read(answers: Answers, name: str) -> date | None:
        given = {part: typed(answers, f"{name}-{part}") for part in DATE_PARTS}
        if not any(given.values()):
            _left_empty(missing)
            return None
        lacking = [part for part, written in given.items() if not written]
        if lacking:
            raise WrongAnswerError(f"{noun} must include a {' and a '.join(lacking)}")
        month = given["month"][:3].lower()
        if month in MONTHS:
            given["month"] = str(MONTHS.index(month) + 1)
        if not all(WHOLE_NUMBER.fullmatch(written) for written in given.values()):
            raise WrongAnswerError(f"{noun} must be a real date, like 31 3 2027")
        if len(given["year"]) != len("2027"):
            raise WrongAnswerError(f"{noun} must have a year of four numbers, like 2027")
        try:
            return date(int(given["year"]), int(given["month"]), int(given["day"]))
        except ValueError as error:
            raise WrongAnswerError(f"{noun} must be a real date, like 31 3 2027") from error

    return read


def clock_time(noun: str) -> Reader:
    """A time of day: `07:30`, `7.30am`, `7pm`; None if left empty."""

    def read(answers: Answers, name: str) -> time | None:
        given = typed(answers, name)
        if not given:
            return None
        found = CLOCK.fullmatch(given)
        wrong = WrongAnswerError(f"{noun} must be a time, like 07:30 or 7:30am")
        if not found or not (found[2] or found[3]):
            raise wrong
        hour, minute = int(found[1]), int(found[2] or 0)
        if found[3]:
            if not 1 <= hour <= NOON:
                raise wrong
            hour = hour % NOON + (NOON if found[3].lower() == "pm" else 0)
        try:
            return time(hour, minute)
        except ValueError as error:
            raise wrong from error

    return read


def day_answers(name: str, value: date) -> dict[str, str]:
    """A date as the three fields that `day` reads."""
    return {f"{name}-{part}": str(getattr(value, part)) for part in DATE_PARTS}


def _left_empty(missing: str) -> None:
    if missing:
        raise WrongAnswerError(missing)


def _code(kind: type[Code], given: str) -> Code:
    try:
        return kind(given)
    except ValueError as error:
        raise WrongAnswerError("Choose from the list") from error
