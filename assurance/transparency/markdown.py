"""A transparency record as Markdown, for people to read and to finish. Pure."""

import re
from collections.abc import Iterator

from assurance.transparency.record import TO_BE_FILLED, Field, TransparencyRecord
from assurance.transparency.words import day

# Whatever Markdown or HTML could take for its own. An underscore inside a word is only itself.
SPECIAL = re.compile(r"[\\`*<>\[\]|]|(?<![^\W_])_|_(?![^\W_])")


def to_markdown(record: TransparencyRecord) -> str:
    """The record under the headings of the template; what is wanted of people is in bold."""
    return "\n".join(_lines(record)) + "\n"


def _lines(record: TransparencyRecord) -> Iterator[str]:
    yield f"# Transparency record: {_plain(record.name)}"
    yield ""
    yield (
        f"{_plain(record.standard)}. Made by the program itself (version {_plain(record.program)}) "
        f"on {day(record.made_on)}, from the settings, model, policies and audit in force that day."
    )
    yield ""
    if record.demonstration:
        yield "**This is an example: the people and vacancies behind its figures are made up.**"
        yield ""
    yield from _still_open(record)
    for at, section in enumerate(record.sections):
        if at == 0 or section.tier != record.sections[at - 1].tier:
            yield f"## {section.tier}"
            yield ""
        yield f"### {_plain(section.title)}"
        yield ""
        for field in section.fields:
            yield f"#### {_plain(_title(field))}"
            yield ""
            yield from _value(field.value)
            yield ""
    yield (
        "Fields have the template's numbers where these are certain, and the name alone elsewhere."
    )


def _still_open(record: TransparencyRecord) -> Iterator[str]:
    names = [_plain(_title(field)) for field in record.open_fields]
    if not names:
        return
    yield (
        f"**{TO_BE_FILLED}** marks what only people can know: {len(names)} of "
        f"{len(record.fields)} fields need somebody. It is not ready to be published before then."
    )
    yield ""


def _title(field: Field) -> str:
    return f"{field.number} {field.name}" if field.number else field.name


def _value(value: str) -> Iterator[str]:
    """Paragraphs and lists as they are, with a blank line before each list and each request."""
    before = ""
    for line in value.splitlines():
        is_item = line.startswith("- ")
        if is_item and before and not before.startswith("- "):
            yield ""
        if line.startswith(f"{TO_BE_FILLED}: "):
            yield f"**{TO_BE_FILLED}:** {_plain(line.removeprefix(f'{TO_BE_FILLED}: '))}"
        else:
            yield f"- {_plain(line[2:])}" if is_item else _plain(line)
        before = line


def _plain(text: str) -> str:
    return SPECIAL.sub(lambda found: f"\\{found[0]}", text)
