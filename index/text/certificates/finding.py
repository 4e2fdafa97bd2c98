"""Recognising certificates in words."""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from index.text.certificates.context import (
    COURSE,
    LEVEL,
    LEVEL_AFTER,
    LEVEL_WITHIN,
    NEAR,
    is_paper,
    level_beside,
    not_asked,
    number,
)
from index.text.certificates.vocabulary import Certificate, CertificateEntry, entries, subjects

VOCATIONAL = "VOCATIONAL"
ISSUERS = {"CPCS", "NPORS"}  # "counterbalance licence (RTITB or NPORS)" asks for one licence
ISSUED = {"FORKLIFT", "PLANT"}
FARTHEST_ISSUER = 40  # characters from a certificate to the bracket that says who issued it
SUBJECT_AFTER = re.compile(r"(?:(?!\bor\b)[^.;,:()\n]){0,60}", re.I)
SUBJECT_BEFORE = re.compile(r"(?:(?!\bor\b)[^.;,:()\n]){0,30}$", re.I)


@lru_cache(maxsize=8192)  # the same line is read whole, by its clauses, and in other adverts
def find_certificates(text: str) -> tuple[Certificate, ...]:
    """The certificates that a text names, in order of appearance, each once.

    What the text says is not needed, or is given by the employer, is left out, and so is what is
    said again with less detail (an NVQ beside an NVQ in bricklaying, a licence beside its issuer).
    """
    kept: list[Certificate] = []
    taken = bytearray(len(text))
    for found in sorted(_candidates(text), key=_longest_first):
        where = slice(*_position(found))
        if not any(taken[where]):
            taken[where] = b"\1" * (where.stop - where.start)
            kept.append(found)
    named = [each for each in sorted(kept, key=_position) if not not_asked(text, _position(each))]
    said = tuple(dict.fromkeys(each for each in named if not _issuer(text, each, named)))
    return tuple(each for each in said if not _vaguer(each, said))


def _candidates(text: str) -> Iterator[Certificate]:
    for entry in entries():
        for match in entry.names.finditer(text) if entry.names else ():
            yield _read(text, entry, match.span())
        for match in entry.topics.finditer(text) if entry.topics else ():
            found = _read(text, entry, match.span())
            if found.level is not None or is_paper(text, match.span(), alone=entry.alone):
                yield found
    yield from _vocational(text)


def _read(text: str, entry: CertificateEntry, span: tuple[int, int]) -> Certificate:
    """The certificate at a span, with its level and, for a vocational one, its subject."""
    vocational = entry.code == VOCATIONAL
    level, whole = None, span
    if entry.levels:
        level, whole = level_beside(text, span, bare_number=vocational)
    category = _subject_beside(text, whole) if vocational else entry.category
    return Certificate(entry.code, category, level, whole)


@cache
def _subject_courses() -> re.Pattern[str]:
    """`Level 2 in plastering`, `youth work Level 2`, `a decorating course`."""
    any_subject = "|".join(pattern.pattern for pattern in subjects().values())
    level = LEVEL.replace("?P<level>", "")
    return re.compile(
        rf"(?<!\w)(?:{level}\s+(?:{COURSE}\s+)?(?:(?:in|of)\s+)?(?:[\w&]+\s+){{0,2}}?(?:{any_subject})"
        rf"(?:\s*(?:,|/|\bor\b|\band\b)\s*(?:[\w&]+\s+){{0,2}}?(?:{any_subject}))?"
        rf"|(?:{any_subject})[\s(]+{level}"
        rf"|(?:{any_subject})\s+(?:\w+\s+)?{COURSE})(?!\w)",
        re.I,
    )


def _vocational(text: str) -> Iterator[Certificate]:
    for match in _subject_courses().finditer(text):
        level = LEVEL_WITHIN.search(match[0]) or LEVEL_AFTER.match(text, match.end())
        yield Certificate(
            VOCATIONAL,
            _first_subject(match[0]),
            number(level["level"]) if level else None,
            match.span(),
        )


def _subject_beside(text: str, span: tuple[int, int]) -> str | None:
    """The subject after a qualification in the same clause, else the one just before it."""
    after = SUBJECT_AFTER.match(text, span[1])
    before = SUBJECT_BEFORE.search(text, max(0, span[0] - NEAR), span[0])
    return _first_subject(after[0] if after else "") or _first_subject(before[0] if before else "")


def _first_subject(text: str) -> str | None:
    matches = [
        (match.start(), subject)
        for subject, pattern in subjects().items()
        if (match := pattern.search(text))
    ]
    return min(matches)[1] if matches else None


def _issuer(text: str, certificate: Certificate, named: list[Certificate]) -> bool:
    """Whether it stands in brackets after another, and only says who issued that one."""
    if certificate.code not in ISSUERS:
        return False
    start, _ = certificate.span or (0, 0)
    opened = text.rfind("(", 0, start)
    return ")" not in text[opened:start] and any(
        each.code in ISSUED and 0 <= opened - (each.span or (0, 0))[1] <= FARTHEST_ISSUER
        for each in named
    )


def _vaguer(certificate: Certificate, named: Sequence[Certificate]) -> bool:
    return any(
        other.code == certificate.code
        and (
            (certificate.category is None and other.category is not None)
            or (
                certificate.category == other.category and certificate.level is None and other.level
            )
        )
        for other in named
    )


def _longest_first(certificate: Certificate) -> tuple[int, int]:
    start, end = certificate.span or (0, 0)
    return (start - end, start)


def _position(certificate: Certificate) -> tuple[int, int]:
    return certificate.span or (0, 0)
