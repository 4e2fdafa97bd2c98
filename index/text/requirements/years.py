"""Years of experience that a line asks for."""

import re

NUMBERS = {
    "half a": 0.5, "a": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0,
    "six": 6.0, "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0, "twelve": 12.0,
    "eighteen": 18.0,
}  # fmt: skip
MONTHS_A_YEAR = 12
MOST_YEARS = 15  # more than that is the age of a firm or a person
SPAN = re.compile(
    r"(?<![\w.])(?P<number>half a|an?|\d{1,2}(?:\.\d)?|" + "|".join(NUMBERS) + r")"
    r"(?:\s*(?:-|–|to|or)\s*(?:\d{1,2}|" + "|".join(NUMBERS) + r"))?"
    r"\s*\+?[\s-]*(?:or\s+more\s+|full\s+|solid\s+)?"
    r"(?P<unit>years?|yrs?|months?)\b['’]?s?['’]?(?!\s+(?:old|of\s+age)\b)",
    re.I,
)  # fmt: skip
LEAST_BEFORE = re.compile(
    r"\b(?:at\s+least|min(?:imum)?(?:\s+of)?\.?|no\s+less\s+than|over|ideally)\s*$", re.I
)
LEAST_AFTER = re.compile(
    r"\s*(?:or\s+more|\+|plus|min(?:imum)?\b|at\s+least|(?:\w+\s+){1,2}(?:at\s+least|min\b))", re.I
)
WORK = (
    r"(?:experience|work(?:ing|ed)?|driving|practice|time|cutting|leading|managing|climbing|trade)"
)
WORK_AFTER = re.compile(
    r"(?:\s+(?:or\s+more|plus))?"
    rf"(?:\s+(?:in|on|as|at|with)\b|(?:\s+[\w'’-]+){{0,6}}?\s+{WORK}\b|\s+[\w-]+ing\b)",
    re.I,
)
EXPERIENCE_BEFORE = re.compile(r"\bexperience\b[^.;]{0,40}$", re.I)
OTHERWISE = re.compile(
    r"\b(?:last|past|within|next|first|every|in|times|twice|once|aged?|for\s+the"
    r"|contract\s+(?:of|for)|commit\w*(?:\s+\w+){0,4}|finish\w*(?:\s+\w+){0,3}"
    r"|held(?:\s+for)?(?:\s+at\s+least)?|licen[cs]e[^.;]{0,30})"
    r"\s*(?:at\s+least\s+|the\s+full\s+|full\s+)?$",
    re.I,
)
OTHERWISE_AFTER = re.compile(
    r"\s*(?:(?:\w+\s+){0,2}contract|fixed|maternity|temporary|checkable|history|stable|guarantee"
    r"|programme|of\s+steady|round|in\s+the\s+community|clean)\b",
    re.I,
)


def least_years(text: str) -> float | None:
    """The least years of experience asked for, months as parts of a year; None where none are.

    How long a licence has been held, a contract lasts, or somebody has lived is not experience.
    """
    found = [_years(span) for span in SPAN.finditer(text) if _of_experience(text, span)]
    return min((years for years in found if years <= MOST_YEARS), default=None)


def _years(span: re.Match[str]) -> float:
    written = " ".join(span["number"].lower().split())
    number = 1.0 if written == "an" else NUMBERS[written] if written in NUMBERS else float(written)
    return number / MONTHS_A_YEAR if span["unit"].lower().startswith("m") else number


def _of_experience(text: str, span: re.Match[str]) -> bool:
    before, after = text[: span.start()], text[span.end() :]
    if OTHERWISE.search(before) or OTHERWISE_AFTER.match(after):
        return False
    return bool(
        LEAST_BEFORE.search(before)
        or LEAST_AFTER.match(after)
        or WORK_AFTER.match(after)
        or EXPERIENCE_BEFORE.search(before)
    )
