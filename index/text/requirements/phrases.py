"""The phrases of `phrases.toml`, compiled."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

SPACE, APOSTROPHE = r"[\s\-–]+", "['’]"
HERE = "here"
ASKS = ("evidence", "attitude")


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """A reason for which a line is not counted, and the groups of words to which it gives way."""

    reason: str
    pattern: re.Pattern[str]
    gives_way_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Every group of phrases as one pattern; `headings` by the section that they open.

    `lost` finds the beginnings of items in the middle of a text, capitals as they are written.
    """

    headings: tuple[tuple[str, re.Pattern[str]], ...]
    boilerplate: tuple[Boilerplate, ...]
    words: dict[str, re.Pattern[str]]
    lead: re.Pattern[str]
    tail: re.Pattern[str]
    lost: re.Pattern[str]


@cache
def phrases() -> Phrases:
    """The phrases by which a line is understood."""
    source = resources.files("index.text.requirements").joinpath("phrases.toml")
    written: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    trimmed = written["trimmed"]
    return Phrases(
        headings=tuple(
            (section, re.compile(_any_of(headings), re.I))
            for section, headings in written["headings"].items()
        ),
        boilerplate=tuple(
            Boilerplate(reason, _whole_worded(row["phrases"]), tuple(row.get("gives_way_to", ASKS)))
            for reason, row in written["boilerplate"].items()
            if row["phrases"]
        ),
        words={name: _whole_worded(words) for name, words in written["words"].items()},
        lead=re.compile(rf"(?:{_any_of(trimmed['leads'])})\s+(?=\S)", re.I),
        tail=re.compile(rf"[\s,(–-]+(?:{_any_of(trimmed['tails'])})[)\s]*$", re.I),
        lost=re.compile(
            rf"(?:(?<=[a-z0-9)%])|(?<=[A-Z]{{2}}))\s(?={_any_of(written['lost']['openers'])})"
        ),
    )


def _any_of(written: Sequence[str]) -> str:
    pattern = "|".join(f"(?:{phrase})" for phrase in written)
    return pattern.replace(" ?", r"[\s\-–]*").replace(" ", SPACE).replace(r"\x27", APOSTROPHE)


def _whole_worded(written: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any_of(written)})(?!\w)", re.I)
