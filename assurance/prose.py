"""Sentences in templates, one line a paragraph whatever the width of the template. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def load_templates(package: str, filters: Mapping[str, Callable[..., Any]]) -> Environment:
    """Return the templates of a package, for `say`."""
    templates = Environment(
        loader=PackageLoader(package),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 -- Markdown and not HTML
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"joined": flow, **filters}
    return templates


def say(templates: Environment, template: str, macro: str, values: Mapping[str, Any]) -> str:
    """Return what a macro of a template says, with its paragraphs in one line each.

    Args:
        templates: as `load_templates` made them.
        template: the name of one.
        macro: which of its macros.
        values: what the macros may name; a name without a value is an error.
    """
    module = templates.get_template(template).make_module(dict(values))
    return flow(str(getattr(module, macro)()))


def flow(text: str) -> str:
    """Return text with the line breaks of the template removed.

    Blank lines part paragraphs. A line that begins with a dash begins a bullet, and one that begins
    with a stroke is a row of a table; any other goes on where the line before it ended. Empty
    paragraphs are left out.
    """
    paragraphs = []
    for block in _blocks(text.splitlines()):
        lines: list[str] = []
        for line in block:
            if not lines or line.startswith(("- ", "|")):
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
