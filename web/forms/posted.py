"""Reads the fields that a browser sends with a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from foundation.errors import ValidationError

MOST_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Posted:
    """Fields by name, as they were typed; files are not accepted."""

    fields: FormData

    def text(self, name: str) -> str:
        """Return a field without surrounding blanks; empty if it was not sent."""
        value = self.fields.get(name)
        return value.strip() if isinstance(value, str) else ""

    def secret(self, name: str) -> str:
        """Return a field exactly as it was typed, for passwords."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Return every value of a field that can be sent more than once, such as check boxes."""
        return [each.strip() for each in self.fields.getlist(name) if isinstance(each, str)]

    def number(self, name: str) -> int | None:
        """Return a whole number, or None if it is not one."""
        value = self.text(name)
        return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None

    def day(self, name: str) -> str:
        """Return a date typed in three parts as `2026-11-22`, right or wrong; empty if none."""
        parts = [self.text(f"{name}-{part}") for part in ("year", "month", "day")]
        if not any(parts):
            return self.text(name)
        year, month, day = parts
        return f"{year}-{month.zfill(2)}-{day.zfill(2)}"

    def given(self) -> Mapping[str, str]:
        """Return the last value of each field, to show a form again as it was filled in."""
        return {name: self.text(name) for name in self.fields}


async def get_posted(request: Request) -> Posted:
    """The form that was sent.

    Raises:
        ValidationError: it has more fields than any form of ours.
    """
    fields = await request.form(max_files=0, max_fields=MOST_FIELDS)
    if len(fields) > MOST_FIELDS:
        raise ValidationError("form", len(fields), f"send at most {MOST_FIELDS} fields")
    return Posted(fields)


CurrentForm = Annotated[Posted, Depends(get_posted)]
