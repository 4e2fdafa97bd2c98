"""What the audit found, in the words of a record that anybody may read. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assurance.audits.report import AttributeAudit, AuditReport, RateRow
from assurance.transparency.text import render

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


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """One group beside the reference at one step."""

    attribute: str
    step: str
    row: RateRow
    reference: RateRow


def audit_summary(report: AuditReport) -> str:
    """Return what the audit found, without a number that could single anybody out."""
    compared = list(_comparisons(report))
    cost = report.cost
    values = {
        "report": report,
        "compared": compared,
        "cost": None if cost.mean_ndcg is None or cost.least_ndcg is None else cost,
        "different": sorted(
            (each for each in compared if _adjusted(each.row) < UNLIKELY),
            key=lambda each: (_adjusted(each.row), each.attribute, each.row.group),
        ),
        "most_differences": MOST_DIFFERENCES,
        "uncompared": _uncompared(report.attributes),
        "unlikely": UNLIKELY,
        "without_shortlist": [
            row
            for row in report.coverage
            if row.people is not None and row.without_shortlist is not None and row.people >= ENOUGH
        ],
    }
    return render("audit.md.jinja", "summary", values)


def _comparisons(report: AuditReport) -> Iterator[GroupDifference]:
    for audit in report.attributes:
        for name, step in STEPS:
            rows: tuple[RateRow, ...] = getattr(audit, name)
            reference = next((row for row in rows if row.standing == "reference"), None)
            for row in rows:
                if row.standing == "compared" and reference is not None and row.p is not None:
                    yield GroupDifference(audit.label, step, row, reference)


def _adjusted(row: RateRow) -> float:
    return 1.0 if row.adjusted_p is None else row.adjusted_p


def _uncompared(attributes: Iterable[AttributeAudit]) -> list[str]:
    """Return protected characteristics of which no group could be compared at any step."""
    return [
        audit.label.lower()
        for audit in attributes
        if audit.protected
        and not any(row.standing == "compared" for name, _ in STEPS for row in getattr(audit, name))
    ]
