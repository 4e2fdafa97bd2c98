"""Numbers, days and audits in the words of a record that anybody may read. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from assurance.audits.report import AttributeAudit, AuditReport, RateRow
from matching.fairness.statistics.disclosure import THRESHOLD

UNLIKELY = 0.05  # an adjusted p below this is told as a difference
MOST_DIFFERENCES = 12
ENOUGH = 20  # as in the audit: of fewer people no share is told
STEPS = (
    ("gate", "not refused by the rules"),
    ("shortlist", "in the first places of a list, of those who may be in it"),
    ("reach", "people in any list's first places, of those whom some vacancy's rules allow"),
    ("put_forward", "people put forward, of those whom some vacancy's rules allow"),
    ("interview", "interview, of those put forward"),
    ("started", "started work, of those put forward"),
    ("overridden", "hidden or moved by staff, of those in first places"),
)


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


def paragraphs(*texts: str) -> str:
    """Those that are not empty, a blank line between them."""
    return "\n\n".join(text for text in texts if text)


def plain(text: str) -> str:
    """Somebody's own words on one line, so that they cannot pass for a heading or a list."""
    return " ".join(text.split())


def listed(words: Iterable[str], before_last: str = "and") -> str:
    """`a, b and c`; `none` of nothing."""
    *most, last = list(words) or ["none"]
    return f"{', '.join(most)} {before_last} {last}" if most else last


@dataclass(frozen=True, slots=True)
class _Comparison:
    attribute: str
    step: str
    row: RateRow
    reference: RateRow


def audit_summary(report: AuditReport) -> str:
    """What the audit found, group against group, without a number that could single out."""
    if not report.lists:
        return (
            f"No list was shown from {day(report.first)} to {day(report.last)}, so there is "
            "nothing to compare yet."
        )
    compared = list(_comparisons(report))
    told = sorted(
        (each for each in compared if _adjusted(each.row) < UNLIKELY),
        key=lambda each: (_adjusted(each.row), each.attribute, each.row.group),
    )
    return paragraphs(
        f"The audit of {day(report.first)} to {day(report.last)} covers {count(report.people)} "
        f"people, {count(report.vacancies)} vacancies and {count(report.lists)} lists (for "
        f"each person and vacancy the newest), under {listed(report.policies)}. It compares groups "
        "at these steps: who is not refused; who stands in the first "
        f"{report.shortlist_places} places of a list, and who in any list's; who is put forward, "
        "has an interview and starts work; and whom staff hide or move in a list. In work at 6 "
        "weeks and at 6 months is counted by group as well.",
        _cost(report),
        f"Groups were compared with the largest group {len(compared):,} times. "
        f"{len(told):,} of these showed a difference that chance would seldom make (adjusted p "
        f"under {UNLIKELY:g}). A difference is a reason to look, and does not say why it is there."
        if compared
        else "No group was large enough to be compared with another.",
        bullets(_said(each) for each in told[:MOST_DIFFERENCES]),
        f"And {len(told) - MOST_DIFFERENCES:,} more, which are in the audit itself."
        if len(told) > MOST_DIFFERENCES
        else "",
        _uncompared(report.attributes),
        _without(report),
    )


def _comparisons(report: AuditReport) -> Iterator[_Comparison]:
    for each in report.attributes:
        for name, step in STEPS:
            rows: tuple[RateRow, ...] = getattr(each, name)
            reference = next((row for row in rows if row.standing == "reference"), None)
            for row in rows:
                if row.standing == "compared" and reference is not None and row.p is not None:
                    yield _Comparison(each.label, step, row, reference)


def _adjusted(row: RateRow) -> float:
    return 1.0 if row.adjusted_p is None else row.adjusted_p


def _said(each: _Comparison) -> str:
    row, reference = each.row, each.reference
    mine = percent(row.rate or 0.0, 1)
    theirs = percent(reference.rate or 0.0, 1)
    interval = (
        f"; ratio {row.ratio:.2f}, 95% interval {row.low:.2f} to {row.high:.2f}"
        if row.ratio is not None and row.low is not None and row.high is not None
        else ""
    )
    return (
        f"{each.attribute}: {row.group} {mine}, {reference.group} {theirs} ({each.step}{interval})"
    )


def _cost(report: AuditReport) -> str:
    cost = report.cost
    if cost.mean_ndcg is None or cost.least_ndcg is None:
        return ""
    return (
        f"Fairness policies changed the order of {part(cost.with_moves, cost.lists)} of "
        f"{count(cost.lists)} lists. On average the lists kept {percent(cost.mean_ndcg, 2)} of the "
        "worth that an order by score alone would have (NDCG, which counts early places more), "
        f"and {percent(cost.least_ndcg, 2)} at the least. The furthest that anybody came down was "
        f"{cost.largest_drop} place{'' if cost.largest_drop == 1 else 's'}."
    )


def _uncompared(attributes: Iterable[AttributeAudit]) -> str:
    """Protected characteristics of which no group could be compared at any step."""
    silent = [
        each.label.lower()
        for each in attributes
        if each.protected
        and not any(row.standing == "compared" for name, _ in STEPS for row in getattr(each, name))
    ]
    if not silent:
        return ""
    return (
        f"Nothing can be said about {listed(silent)}: too few people of more than one group are "
        "recorded, or came far enough."
    )


def _without(report: AuditReport) -> str:
    """Who is ready and on no list, as shares of groups that are large enough."""
    shares = [
        f"{row.group}: {percent(row.without_shortlist / row.people)} ({row.attribute.lower()})"
        for row in report.coverage
        if row.people is not None and row.without_shortlist is not None and row.people >= ENOUGH
    ]
    if not shares:
        return ""
    return f"Of the people who are ready to work, on no list's first places:\n{bullets(shares)}"
