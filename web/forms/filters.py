"""Reads how an address narrows a list, and the parts that every list has."""

from collections.abc import Mapping, Sequence
from typing import Annotated, TypeVar

from pydantic import Field
from pydantic import ValidationError as PydanticValidationError
from starlette.datastructures import QueryParams

from foundation.errors import NotFoundError
from web.forms.forms import MESSAGES, PAGE_SIZE, Form, Query

NOT_NARROWING = ("page", "done")


class PagedQuery(Query):
    """A query of a list with pages."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1


T = TypeVar("T")
L = TypeVar("L", bound=Query)


def read_filter(kind: type[L], query: QueryParams, messages: Mapping[str, str]) -> Form[L]:
    """Return the query string as `kind`, or a message for each field that is wrong.

    `given` holds what a form shows: what was asked for, and the defaults of what was not.
    """
    usual = {
        name: str(value)
        for name, value in kind().model_dump(mode="json").items()
        if isinstance(value, str | int) and name not in NOT_NARROWING
    }
    given = usual | dict(query)
    try:
        return Form(given, kind.model_validate(dict(query)), {})
    except PydanticValidationError as error:
        wrong = dict.fromkeys(str(fault["loc"][0]) for fault in error.errors(include_url=False))
        told = MESSAGES | dict(messages)
        return Form(given, None, {name: told.get(name, "Choose from the list") for name in wrong})


def csv_address(path: str, query: QueryParams) -> str:
    """Return the address of the whole list as a file, narrowed in the same way."""
    kept = [(name, value) for name, value in query.multi_items() if name not in NOT_NARROWING]
    return f"{path}.csv?{QueryParams(kept)}".removesuffix("?")


def page_of(items: Sequence[T], number: int, size: int = PAGE_SIZE) -> tuple[T, ...]:
    """Return one page of a list that was read whole, or raise NotFoundError."""
    found = tuple(items[(number - 1) * size : number * size])
    require_page(found, number)
    return found


def require_page(items: Sequence[object], number: int) -> None:
    """Raise NotFoundError for a page beyond the last; the first can be empty."""
    if number > 1 and not items:
        raise NotFoundError("the list has no such page")
