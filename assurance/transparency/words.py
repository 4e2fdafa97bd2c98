"""Numbers, days and lists in the words of a record that anybody may read. Pure."""

from collections.abc import Iterable
from datetime import date

from matching.fairness.statistics.disclosure import THRESHOLD


def day(value: date) -> str:
    """`3 March 2026`."""
    return f"{value.day} {value:%B %Y}"


def count(number: int) -> str:
    """A number that singles nobody out: those from 1 to 4 are not told."""
    return (
        f"fewer than {THRESHOLD}" if 0 < number < THRESHOLD else f"{number:,}" if number else "no"
    )


def part(number: int, whole: int) -> str:
    """A part of a number that is told as well: hidden too where what is left would be small."""
    if whole < THRESHOLD:
        return count(number or whole)
    left = whole - number
    return f"more than {whole - THRESHOLD:,}" if 0 < left < THRESHOLD else count(number)


def percent(share: float, digits: int = 0) -> str:
    """A share of 1 as `12%` or `12.5%`; what is not all or nothing is not rounded to it."""
    shown = f"{share * 100:.{digits}f}"
    if float(shown) in (0, 100) and share not in (0, 1):
        return f"{'nearly' if share > 0.5 else 'just over'} {float(shown):g}%"
    return f"{shown.rstrip('0').rstrip('.') if digits else shown}%"


def bullets(lines: Iterable[str]) -> str:
    """One line each, with a dash."""
    return "\n".join(f"- {line}" for line in lines)


def plain(text: str) -> str:
    """Somebody's own words on one line, so that they cannot pass for a heading or a list."""
    return " ".join(text.split())


def listed(words: Iterable[str], before_last: str = "and") -> str:
    """`a, b and c`; `none` of nothing."""
    *most, last = list(words) or ["none"]
    return f"{', '.join(most)} {before_last} {last}" if most else last
