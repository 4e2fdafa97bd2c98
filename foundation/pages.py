"""One page of a list, and what a page may be asked for."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from foundation.errors import ValidationError

LARGEST_PAGE = 200

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: `number` counts from 1, `total` is over all pages."""

    items: tuple[T, ...]
    total: int
    number: int
    size: int


def check_page(page: int, size: int) -> None:
    """Refuse a page number below 1, or a size outside 1 to `LARGEST_PAGE`.

    Raises:
        ValidationError: naming `page` or `size`.
    """
    if page < 1:
        raise ValidationError("page", page, "use a number from 1")
    if not 1 <= size <= LARGEST_PAGE:
        raise ValidationError("size", size, f"use a number from 1 to {LARGEST_PAGE}")
