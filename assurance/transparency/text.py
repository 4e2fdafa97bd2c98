"""Writes the templates' sentences as paragraphs and bullets. Pure."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from assurance.transparency.words import bullets, count, day, listed, part, percent, plain


def render(template: str, macro: str, values: dict[str, Any]) -> str:
    """Return what a macro of a template says, with its paragraphs in one line each.

    Args:
        template: a file of `templates/`.
        macro: which of its macros.
        values: what the macros may name.
    """
    module = _environment().get_template(template).make_module(values)
    return flow(str(getattr(module, macro)()))


def flow(text: str) -> str:
    """Return text with the line breaks of the template removed.

    Blank lines part paragraphs, and a line that begins with a dash begins a bullet; any other line
    goes on where the one before it ended. Empty paragraphs are left out.
    """
    paragraphs = []
    for block in _blocks(text.splitlines()):
        lines: list[str] = []
        for line in block:
            if not lines or line.startswith("- "):
                lines.append(line)
            else:
                lines[-1] += f" {line}"
        paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs)


def _blocks(lines: Iterable[str]) -> Iterable[list[str]]:
    block: list[str] = []
    for line in lines:
        if line.strip():
            block.append(line.strip())
        elif block:
            yield block
            block = []
    if block:
        yield block


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("assurance.transparency"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 -- Markdown, whose values `plain` keeps on one line
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "bullets": bullets,
        "count": count,
        "day": day,
        "joined": flow,
        "listed": listed,
        "number": "{:g}".format,
        "part": part,
        "percent": percent,
        "plain": plain,
        "thousands": "{:,}".format,
    }
    return made
