"""The words around a name that change what it says: papers, levels, and what is not asked."""

import re

from index.text.certificates.vocabulary import PAPER

NEAR = 200  # characters on either side that are looked at
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "i": 1, "ii": 2, "iii": 3}
LEVEL = (
    r"(?:level|lvl)\s*(?P<level>[1-8]|one|two|three|four|iii?|i)\b"
    r"(?:\s*(?:/|-|–|or|and|to)\s*[1-8]\b)?"
)
COURSE = r"(?:award|certificate|diploma|n\.?v\.?q|svq|btec|qualification|course|apprenticeship)s?"
LEVEL_BEFORE = re.compile(rf"{LEVEL}\s+(?:{COURSE}\s+)?(?:(?:in|of|for)\s+)?$", re.I)
LEVEL_AFTER = re.compile(
    rf"[\s,(:–-]*(?:(?:{PAPER}|{COURSE})[\s,(]*)?(?:at\s+|to\s+|minimum\s+)*{LEVEL}", re.I
)
LEVEL_WITHIN = re.compile(LEVEL, re.I)
NUMBER_AFTER = re.compile(r"\s?(?P<level>[1-8]|iii?)\b(?:\s*(?:/|-|or)\s*[1-8]\b)?", re.I)

# A topic names a certificate beside one of these words, directly or as one of a list of things
# ("dumper, roller or 360 ticket"), or with a level, or where it is all that its clause says.
BESIDE = re.compile(
    rf"[\s\-–]+(?:{PAPER}|train(?:ing|ed)|courses?|qualifi(?:ed|cations?)|awareness)(?!\w)"
    rf"|(?:\s*(?:,|/|&|\b(?:and/or|and|or)\b)\s*[\w+-]+(?:\s[\w+-]+)?){{1,3}}?\s+{PAPER}(?!\w)",
    re.I,
)
ALONE_BEFORE = re.compile(
    r"(?:^|[.,;:()/•*\n–-]|\b(?:and|or|with|plus|hold(?:s|ing)?|have|has)\b)\s*"
    r"(?:(?:a|an|any|your|valid|current|full|in[\s-]date|up[\s-]to[\s-]date|relevant)\s+)*$",
    re.I,
)
ALONE_AFTER = re.compile(
    r"\s*(?:$|[.,;:()/\n]|\s[–-]\s|(?:and|or|too|held|already|desirable|preferred|essential|required"
    r"|needed|an?\s+(?:advantage|bonus|plus)|would|is|are|helpful|useful|as\s+well|in[\s-]date)\b)",
    re.I,
)
SPOKEN_OF = re.compile(
    r"\b(?:knowledge|know(?:s|ing)?|understand\w*|aware\w*|experienced?|us(?:e|ing)|operat\w+"
    r"|driv(?:e|es|ing|er)|work(?:s|ed|ing)?|follow\w*|ab(?:le|ility)|background|previous)\b[^.;:\n]*$",
    re.I,
)
SPOKEN_OF_AFTER = re.compile(
    r"[^.;,\n]*\b(?:experience|knowledge|work|background|skills|driving)\b", re.I
)

NOT_ASKED_BEFORE = re.compile(
    r"\b(?:no|without|not?\s+need|don['’]t\s+need|no\s+need\s+for|not\s+have\s+to\s+(?:have|hold))\s+"
    r"(?:(?:a|an|any|full|valid|current|formal|specific|previous|uk|to\s+(?:have|hold))\s+)*$",
    re.I,
)
NOT_ASKED_AFTER = re.compile(
    rf"(?:[^\S\n]+{PAPER})?(?:[^\S\n]+(?:handy|useful|helpful|would|be))*"
    r"(?:[^\S\n,]+\([^)]*\))?(?:,|\s[–-])?[^\S\n]*(?:(?:but|though|although|is|are)[^\S\n]+)*"
    r"(?:not|isn['’]t|aren['’]t)[^\S\n]+(?:\w+[^\S\n]+){0,2}?"
    r"(?:required|needed|necessary|essential|compulsory|vital|a\s+must)\b",
    re.I,
)
GIVEN_AFTER = re.compile(
    r"(?:[^\S\n]+(?:training|course|card|licence|certificate))?"
    r"(?:[^\S\n]+(?:will[^\S\n]+be|is|are))?[^\S\n]+(?:given|provided|supplied)\b",
    re.I,
)


def is_paper(text: str, span: tuple[int, int], *, alone: bool) -> bool:
    """Whether the topic at a span names a certificate: beside a paper word, or all alone."""
    before, after = text[max(0, span[0] - NEAR) : span[0]], text[span[1] : span[1] + NEAR]
    if BESIDE.match(after):
        return True
    return (
        alone
        and ALONE_AFTER.match(after) is not None
        and ALONE_BEFORE.search(before) is not None
        and not SPOKEN_OF.search(before)
        and not SPOKEN_OF_AFTER.match(after)
    )


def level_beside(
    text: str, span: tuple[int, int], *, bare_number: bool
) -> tuple[int | None, tuple[int, int]]:
    """The level just before or after a span, and the span with it; "NVQ2" with `bare_number`."""
    start, end = span
    if before := LEVEL_BEFORE.search(text, max(0, start - NEAR), start):
        return number(before["level"]), (before.start(), end)
    if bare_number and text[end - 1].isdigit():
        return number(text[end - 1]), span
    after = LEVEL_AFTER.match(text, end)
    if after is None and bare_number:
        after = NUMBER_AFTER.match(text, end)
    return (number(after["level"]), (start, after.end())) if after else (None, span)


def number(written: str) -> int:
    """`2`, `two` or `II` as 2."""
    return NUMBERS[written.lower()] if written.lower() in NUMBERS else int(written)


def not_asked(text: str, span: tuple[int, int]) -> bool:
    """Whether the text says that the certificate at a span is not needed, or is given."""
    start, end = span
    return bool(
        NOT_ASKED_BEFORE.search(text[max(0, start - NEAR) : start])
        or NOT_ASKED_AFTER.match(text, end)
        or GIVEN_AFTER.match(text, end)
    )
