"""A text of criteria as its pieces: one for each bullet, sentence or item of a list.

Nothing is lost: a piece has the words as they stand, and what is in no piece is a bullet mark, a
heading, or a fragment of fewer than three letters that names no certificate.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from index.text.certificates import find_certificates
from index.text.requirements.lost_breaks import lost_breaks
from index.text.requirements.phrases import HERE, phrases

LASTING = (HERE, "essential", "desirable")  # until the next heading; others end at an empty line
FEWEST_LETTERS = 3
LONGEST_HEADING = 6  # words before a colon at the end of a line

SIGNS = "*•·●▪■◦‣⁃∙–—"
MARK = re.compile(
    rf"\s*(?:[{SIGNS}-]+(?=\s|[A-Z])|o(?=\s)|\((?:\d{{1,2}}|[a-z]|[ivx]{{1,4}})\)|"
    r"(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)](?=\s))\s*"
)
INLINE_SIGN = re.compile(r"(?:(?<=\s)|(?<=[.;:]))[•·●▪■◦‣⁃∙*](?=\s|\w)")
INLINE_NUMBER = re.compile(r"(?:(?<=\s)|^)\(?(?P<number>\d{1,2}|[a-h])[.)]\s+(?=[A-Za-z])")
GOES_ON = re.compile(r"(?:and|or|of|which|that)\b", re.I)
UNFINISHED = re.compile(r"(?:,|\b(?:and|or|of|the|to|a|an|with))$", re.I)

STOP = re.compile(r"[.!?]+[\"'”’)]*(?=\s+\S)|(?<=[a-z]{3})\.(?=[A-Z][a-z])|;")
BRACKETS = re.compile(r"\([^()\n]*\)|\[[^\[\]\n]*\]")
LAST_WORD = re.compile(r"[^\s(]+$")
ABBREVIATIONS = {
    "e.g", "eg", "i.e", "ie", "approx", "incl", "inc", "min", "max", "mr", "mrs", "ms", "dr", "tel",
    "hrs", "hr", "yrs", "yr", "st", "vs", "cat", "ltd", "dept", "ext", "ref", "esp", "temp", "wk",
}  # fmt: skip
BEFORE_SMALL_LETTERS = {"etc", "a.m", "p.m", "am", "pm", "co"}  # end a sentence before a capital
COLON = re.compile(r"\s*(?::|\s[–-](?=\s))\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of the text, and the section of the advert that they stand in.

    `section` is essential, desirable, the reason for which everything under the heading is not
    counted, or `HERE`, where the field decides.
    """

    shown: str
    section: str


def split_pieces(text: str) -> tuple[Piece, ...]:
    """The pieces of a text in their order."""
    return tuple(_pieces(text))


def _pieces(text: str) -> Iterator[Piece]:
    section = HERE
    for line in _lines(text):
        if not line and section not in LASTING:
            section = HERE
        for marked, item in _items(line):
            here = section
            for sentence in _sentences(item):
                now, rest = _under_heading(sentence, here)
                if _says_something(rest):
                    yield Piece(rest, now)
                if not rest or now in LASTING:  # "Hours: 8 to 4" says nothing of what follows
                    here = now
                    section = section if marked and rest else here


def _lines(text: str) -> Iterator[str]:
    """Lines, empty ones too; one that was only wrapped is joined to the one before."""
    gathered = ""
    for raw in text.splitlines():
        line = " ".join(raw.split())
        if gathered and line and _wrapped(gathered, line):
            gathered = f"{gathered} {line}"
        else:
            yield gathered
            gathered = line
    yield gathered


def _wrapped(before: str, line: str) -> bool:
    if MARK.match(line) or not line[0].islower():
        return False
    return UNFINISHED.search(before) is not None or (
        before[-1] not in ".;:!?" and GOES_ON.match(line) is not None
    )


def _items(line: str) -> Iterator[tuple[bool, str]]:
    """The bullets or numbered items of a line, marks taken off, and whether there was a mark."""
    inside = [match.span() for match in BRACKETS.finditer(line)]
    cuts = [
        match.start()
        for match in (*INLINE_SIGN.finditer(line), *_run_of_numbers(line))
        if not any(start < match.start() < end for start, end in inside)
    ]
    for start, end in _between(line, cuts):
        item = line[start:end]
        bare = _without_marks(item)
        yield bare != item, bare


def _run_of_numbers(line: str) -> list[re.Match[str]]:
    """The marks of `1. this 2. that` or `(a) this (b) that`, if they count on without a gap."""
    found = list(INLINE_NUMBER.finditer(line))
    numbers = [match["number"] for match in found]
    counted = [str(number) for number in range(1, len(found) + 1)]
    return found if len(found) > 1 and numbers in (counted, list("abcdefgh"[: len(found)])) else []


def _between(line: str, cuts: list[int]) -> Iterator[tuple[int, int]]:
    edges = sorted({0, *cuts, len(line)})
    yield from pairwise(edges)


def _without_marks(item: str) -> str:
    bare = item.strip()
    while (mark := MARK.match(bare)) and mark.end():
        bare = bare[mark.end() :]
    return bare


def _sentences(item: str) -> Iterator[str]:
    inside = [match.span() for match in BRACKETS.finditer(item)]
    stops = [match.end() for match in STOP.finditer(item) if _ends(item, match)]
    cuts = [
        cut
        for cut in (*stops, *lost_breaks(item))
        if not any(start < cut - 1 < end for start, end in inside)
    ]
    for start, end in _between(item, cuts):
        yield _without_marks(item[start:end]).strip(" ;,\t")


def _ends(item: str, stop: re.Match[str]) -> bool:
    """Whether a stop ends a sentence: not after an abbreviation, nor before a mere continuation."""
    if stop[0][0] != ".":
        return True
    word = LAST_WORD.search(item[: stop.start()])
    last = word[0].lower().strip("\"'") if word else ""
    following = item[stop.end() :].lstrip()[:1]
    if last == "no":
        return not following.isdigit()
    if last in ABBREVIATIONS:
        return False
    if last in BEFORE_SMALL_LETTERS or not following.isalpha():
        return not following.islower()
    return following.isupper() or len(last) >= FEWEST_LETTERS


def _under_heading(sentence: str, section: str) -> tuple[str, str]:
    """The section that a sentence stands in, and the sentence without the headings before it."""
    rest = sentence
    while rest:
        colon = COLON.search(rest)
        head = rest[: colon.start()] if colon else rest
        opened = _opened(head.strip(" .:"))
        if opened is None:
            break
        after = rest[colon.end() :] if colon else ""
        if opened == HERE and after and not _begins_with_heading(after):
            return HERE, rest  # "Experience: two years in a kitchen" says it better whole
        section, rest = opened, after
    if rest.endswith(":") and len(rest.split()) <= LONGEST_HEADING:
        rest = ""
    return section, rest.rstrip(" .,;")


def _begins_with_heading(text: str) -> bool:
    colon = COLON.search(text)
    return colon is not None and _opened(text[: colon.start()].strip(" .:")) is not None


def _opened(head: str) -> str | None:
    return next(
        (section for section, pattern in phrases().headings if pattern.fullmatch(head)), None
    )


def _says_something(piece: str) -> bool:
    return sum(map(str.isalpha, piece)) >= FEWEST_LETTERS or bool(find_certificates(piece))
