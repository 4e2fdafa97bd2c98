"""The parts of a requirement, and whether one of them is enough."""

import re
from collections.abc import Iterator

from index.text.certificates import find_certificates

FEWEST_WORDS = 2
COMPARED = r"(?:\d|more|above|over|higher|better|later|less|older|below|under)"
SEPARATOR = re.compile(
    r"\s*(?:,(?!\d)\s*(?:(?:and/or|and|or)\b)?"
    rf"|\b(?:and/or|and|or(?!\s+{COMPARED})|such\s+as|including|for\s+example|as\s+well\s+as"
    r"|(?<!\ba )(?<!big )(?<!real )plus)\b"
    r"|\be\.g\.?|[;()]|(?<=[^\d\s])/(?=[A-Za-z]{2})|\s[–-]\s)\s*",
    re.I,
)
ONE_THING = re.compile(  # pairs that are said together
    r"\b(?:painting and decorating|health and safety|health and social care|moving and handling"
    r"|english and maths|maths and english|cat and genny|city and guilds|food and beverage"
    r"|drugs? and alcohol|equality and diversity|hand and power|up and down|in and out)\b",
    re.I,
)
ARTICLE = re.compile(r"\b(?:an?|the)\b", re.I)
PRODUCT = re.compile(r"[A-Z][A-Z0-9&+]+\b|[A-Z][\w+#]*[A-Z0-9]\w*")  # SAP, PowerPoint
NAME = re.compile(r"\s*[A-Z][\w+#]*$")  # inside a sentence: Word, Sage

SURELY_EITHER = re.compile(
    r"\b(?:either|and/or|such\s+as|one\s+of|for\s+example)\b|\be\.g\b|(?<=[A-Za-z]{2})/(?=[A-Za-z]{2})"
    r"|\bor\s+(?:equivalent|similar|other|any|comparable|relevant|willing\w*|able|prepared|ready|we)\b",
    re.I,
)
OR = re.compile(rf"\bor\b(?!\s+(?:{COMPARED}|so\b|not\b|without\b|two\b|three\b))", re.I)
AND = re.compile(r"\b(?:and|plus|as\s+well\s+as)\b", re.I)


def clauses_of(text: str) -> tuple[str, ...]:
    """The parts of a requirement at its commas, conjunctions and strokes; empty if it has but one.

    A part of one word stays with the part before it, unless it names a certificate or a product.
    """
    parts: list[tuple[int, int]] = []
    for part in _between_separators(text):
        if parts and not _stands_alone(text, part):
            parts[-1] = (parts[-1][0], part[1])
        else:
            parts.append(part)
    if len(parts) > 1 and not _stands_alone(text, parts[0]):
        parts[:2] = [(parts[0][0], parts[1][1])]
    clauses = tuple(text[slice(*part)].strip() for part in parts)
    return clauses if len(clauses) > 1 else ()


def one_is_enough(text: str) -> bool:
    """Whether the parts are alternatives ("or", "either", "or equivalent", "such as", a stroke).

    An "or" beside an "and" only joins two words of one part, so that all parts are asked.
    """
    if SURELY_EITHER.search(text):
        return True
    return OR.search(text) is not None and AND.search(text) is None


def _between_separators(text: str) -> Iterator[tuple[int, int]]:
    whole = [match.span() for match in ONE_THING.finditer(text)]
    whole += [each.span for each in find_certificates(text) if each.span]
    start = 0
    for separator in SEPARATOR.finditer(text):
        if any(one < separator.start() and separator.end() < end for one, end in whole):
            continue
        if text[start : separator.start()].strip():
            yield start, separator.start()
        start = separator.end()
    if text[start:].strip():
        yield start, len(text)


def _stands_alone(text: str, part: tuple[int, int]) -> bool:
    clause = text[slice(*part)]
    return (
        len(ARTICLE.sub("", clause).split()) >= FEWEST_WORDS
        or PRODUCT.search(clause) is not None
        or (part[0] > 0 and NAME.match(clause) is not None)
        or bool(find_certificates(clause))
    )
