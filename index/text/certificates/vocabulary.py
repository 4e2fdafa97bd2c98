"""Certificates and licences as facts: what they are, and which includes which.

The vocabulary is `vocabulary.toml`, kept by hand. A certificate is a code, perhaps with a category
(SIA, door supervisor) and a level (food hygiene, Level 2). Nothing here is a likeness: one
certificate includes another or it does not. Vocational qualifications share one code, and their
category is the subject: "NVQ Level 2 in bricklaying" and "Level 2 Diploma in Bricklaying" are the
same fact.
"""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from foundation.vocabulary import Training

PAPER = (
    r"(?:licen[cs]e[sd]?|cert(?:ificate|ification)?s?|tickets?|cards?|badges?|awards?|entitlements?"
    r"|accreditations?|registrations?)"
)
SHORTHANDS = {
    "{licence}": r"licen[cs]es?",
    "{paper}": PAPER,
    "{cert}": r"(?:cert(?:ificate)?s?|awards?|qualifications?|diplomas?)",
    " ?": r"[\s\-–]*",
    " ": r"[\s\-–]+",
}


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that is asked for or held.

    `category` is a kind of it, or the subject of a vocational qualification in lower case; `span`
    says where in the text it was found, and is no part of what it is.
    """

    code: str
    category: str | None = None
    level: int | None = None
    span: tuple[int, int] | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        """`Food hygiene, Level 2`."""
        entry = entries_by_key().get((self.code, self.category))
        words = (
            entry.label if entry else f"{entries_by_key()[self.code, None].label} ({self.category})"
        )
        return words if self.level is None else f"{words}, Level {self.level}"

    @property
    def training(self) -> Training | None:
        """The recorded training that it stands for, where there is one."""
        entry = (
            entries_by_key().get((self.code, self.category)) or entries_by_key()[self.code, None]
        )
        return entry.training


@dataclass(frozen=True, slots=True)
class CertificateEntry:
    """A row of the vocabulary; `names` and `topics` are compiled, whole-worded."""

    code: str
    category: str | None
    label: str
    training: Training | None
    names: re.Pattern[str] | None
    topics: re.Pattern[str] | None
    alone: bool
    levels: bool
    satisfies: tuple[str, ...]


def satisfies(held: Certificate, required: Certificate) -> bool:
    """Whether whoever holds the one has the other: reflexive, transitive, higher levels included.

    Where a level is required and none is known to be held the answer is no; ask again with
    `dataclasses.replace(required, level=None)` to tell that case apart.
    """
    if required.level is not None and (held.level is None or held.level < required.level):
        return False
    return (required.code, required.category) in _included(held.code, held.category)


def certificate_for(training: Training) -> Certificate | None:
    """What a recorded training says is held, at no stated level; None where it names nothing."""
    key = _source()["trainings"].get(training.value)
    return Certificate(*split_key(key)) if key else None


@cache
def vocabulary() -> tuple[Certificate, ...]:
    """Every certificate that is known, without levels, in the order of the file."""
    return tuple(Certificate(each.code, each.category) for each in entries())


@cache
def entries() -> tuple[CertificateEntry, ...]:
    """The rows of the vocabulary, in the order of the file."""
    return tuple(
        CertificateEntry(
            code=row["code"],
            category=row.get("category"),
            label=row["label"],
            training=Training(row["training"]) if "training" in row else None,
            names=compiled(row.get("names", [])),
            topics=compiled(row.get("topics", [])),
            alone=row.get("alone", True),
            levels=row.get("levels", False),
            satisfies=tuple(row.get("satisfies", [])),
        )
        for row in _source()["certificate"]
    )


@cache
def entries_by_key() -> dict[tuple[str, str | None], CertificateEntry]:
    """The rows by code and category; a code that has no row of its own gets its first one."""
    known = {(each.code, each.category): each for each in entries()}
    for each in entries():
        known.setdefault((each.code, None), each)
    return known


@cache
def subjects() -> dict[str, re.Pattern[str]]:
    """The subjects of vocational qualifications, compiled."""
    written: dict[str, str] = _source()["subjects"]
    return {
        subject: pattern
        for subject, words in written.items()
        if (pattern := compiled([words])) is not None
    }


def compiled(written: list[str]) -> re.Pattern[str] | None:
    """Whole-worded, in any case, shorthands expanded; None for no expressions."""
    if not written:
        return None
    return re.compile(rf"(?<!\w)(?:{expanded('|'.join(written))})(?!\w)", re.I)


def expanded(pattern: str) -> str:
    """The expression with the file's shorthands written out."""
    for short, long in SHORTHANDS.items():
        pattern = pattern.replace(short, long)
    return pattern


def split_key(key: str) -> tuple[str, str | None]:
    """`SIA/CCTV` as code and category, `SIA` as a code alone."""
    code, _, category = key.partition("/")
    return code, category or None


@cache
def _source() -> dict[str, Any]:
    source = resources.files("index.text.certificates").joinpath("vocabulary.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def _included(code: str, category: str | None) -> frozenset[tuple[str, str | None]]:
    entry = entries_by_key().get((code, category))
    included = {(code, category), (code, None)}
    for key in entry.satisfies if entry else ():
        included |= _included(*split_key(key))
    return frozenset(included)
