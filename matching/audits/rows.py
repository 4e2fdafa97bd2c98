"""The audit as rows of a CSV file: every figure of it, or those of one table."""

import csv
import io
from collections.abc import Iterator, Sequence

from foundation.errors import ValidationError
from matching.audits.report import (
    AttributeAudit,
    AuditReport,
    ExposureRow,
    RateRow,
)

SECTIONS = (
    "people",
    "rules",
    "reasons",
    "shortlist",
    "churn",
    "reach",
    "exposure",
    "order",
    "coverage",
    "cost",
)


def to_csv(report: AuditReport, section: str | None = None) -> str:
    """Every figure, or those of one of `SECTIONS`, as a row.

    Section, attribute, group, measure and value, which is empty where it is not shown.

    Raises:
        ValidationError: there is no such section.
    """
    if section is not None and section not in SECTIONS:
        raise ValidationError("section", section, f"use one of: {', '.join(SECTIONS)}")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("section", "attribute", "group", "measure", "value"))
    for each in report.attributes:
        for row in _csv_rows(each):
            if section in (None, row[0]):
                writer.writerow((row[0], each.label, *row[1:-1], _cell(row[-1])))
    if section in (None, "coverage"):
        for place in report.coverage:
            for measure in ("people", "without_shortlist"):
                value = _cell(getattr(place, measure))
                writer.writerow(("coverage", place.attribute, place.group, measure, value))
    if section in (None, "cost"):
        for measure, cost in report.cost.model_dump().items():
            writer.writerow(("cost", "", "", measure, _cell(cost)))
    return out.getvalue()


def _csv_rows(each: AttributeAudit) -> Iterator[tuple[str, str, str, object]]:
    """Section, group, measure and value."""
    for row in each.funnel:
        for stage, count in zip(each.stages, row.counts, strict=True):
            yield "people", row.group, stage, count
    tables: tuple[tuple[str, Sequence[RateRow | ExposureRow]], ...] = (
        ("rules", each.gate),
        ("shortlist", each.shortlist),
        ("churn", each.churn),
        ("reach", each.reach),
        ("exposure", each.exposure),
    )
    for section, rows in tables:
        for figures in rows:
            for measure, value in figures.model_dump(exclude={"group"}).items():
                yield section, figures.group, measure, value
    for reason in each.reasons:
        for row, share in zip(each.funnel, reason.rates, strict=True):
            yield "reasons", row.group, reason.code, share
    yield from _csv_orders(each)


def _csv_orders(each: AttributeAudit) -> Iterator[tuple[str, str, str, object]]:
    for order in each.orders:
        for skew in order.skews:
            yield "order", order.order, f"least skew at {skew.k}", skew.least
            yield "order", order.order, f"greatest skew at {skew.k}", skew.greatest
        for measure in ("lists", "ndkl", "infeasible_index", "infeasible_count"):
            yield "order", order.order, measure, getattr(order, measure)


def _cell(value: object) -> object:
    return "" if value is None else value
