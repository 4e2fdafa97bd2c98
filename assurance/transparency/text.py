"""The templates of the transparency record."""

from collections.abc import Callable
from functools import cache
from typing import Any

from jinja2 import Environment

from assurance.prose import load_templates, say
from assurance.transparency.words import bullets, count, day, listed, part, percent, plain

FILTERS: dict[str, Callable[..., str]] = {
    "bullets": bullets,
    "count": count,
    "day": day,
    "listed": listed,
    "number": "{:g}".format,
    "part": part,
    "percent": percent,
    "plain": plain,
    "thousands": "{:,}".format,
}


def render(template: str, macro: str, values: dict[str, Any]) -> str:
    """Return what a macro of a template of the record says."""
    return say(_templates(), template, macro, values)


@cache
def _templates() -> Environment:
    return load_templates("assurance.transparency", FILTERS)
