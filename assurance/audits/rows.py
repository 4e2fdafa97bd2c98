"""The audit as rows of a CSV file: every figure of it, or those of one table."""

import csv
import io
from collections.abc import Iterator, Sequence

from assurance.audits.report import (
    AttributeAudit,
    AuditReport,
    ExposureRow,
    RateRow,
)
from foundation.errors import ValidationError

SECTIONS = (
    "people",
    "rules",
    "reasons",
    "shortlist",
    "churn",
    "reach",
    "later",
    "put_forward",
    "interview",
    "started",
    "outcomes",
    "overridden",
    "overrides",
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
    for row in _all_rows(report):
        if section in (None, row[0]):
            writer.writerow((*row[:-1], _cell(row[-1])))
    return out.getvalue()


def _all_rows(report: AuditReport) -> Iterator[tuple[str, str, str, str, object]]:
    """Section, attribute, group, measure and value."""
    for each in report.attributes:
        for section, group, measure, value in _csv_rows(each):
            yield section, each.label, group, measure, value
    yield "overrides", "", "", "lists", report.lists_decided
    for place in report.coverage:
        for measure in ("people", "without_shortlist"):
            yield "coverage", place.attribute, place.group, measure, getattr(place, measure)
    for measure, cost in report.cost.model_dump().items():
        yield "cost", "", "", measure, cost


def _csv_rows(each: AttributeAudit) -> Iterator[tuple[str, str, str, object]]:
    """Section, group, measure and value."""
    for section, stages, rows in (
        ("people", each.stages, each.funnel),
        ("later", each.later_stages, each.later),
        ("overrides", each.override_kinds, each.overrides),
    ):
        for row in rows:
            for stage, count in zip(stages, row.counts, strict=True):
                yield section, row.group, stage, count
    tables: tuple[tuple[str, Sequence[RateRow | ExposureRow]], ...] = (
        ("rules", each.gate),
        ("shortlist", each.shortlist),
        ("churn", each.churn),
        ("reach", each.reach),
        ("put_forward", each.put_forward),
        ("interview", each.interview),
        ("started", each.started),
        ("overridden", each.overridden),
        ("exposure", each.exposure),
    )
    for section, figured in tables:
        for figures in figured:
            for measure, value in figures.model_dump(exclude={"group"}).items():
                yield section, figures.group, measure, value
    for reason in each.reasons:
        for row, share in zip(each.funnel, reason.rates, strict=True):
            yield "reasons", row.group, reason.code, share
    yield from _csv_later(each)
    yield from _csv_orders(each)


def _csv_later(each: AttributeAudit) -> Iterator[tuple[str, str, str, object]]:
    for outcome in each.outcomes:
        for row in outcome.rows:
            for measure, value in row.model_dump(exclude={"group"}).items():
                yield "outcomes", row.group, f"{measure} at {outcome.point}", value
    for reason in each.override_reasons:
        for group, people in zip(each.overrides, reason.people, strict=True):
            yield "overrides", group.group, f"{reason.kind}: {reason.code}", people


def _csv_orders(each: AttributeAudit) -> Iterator[tuple[str, str, str, object]]:
    for order in each.orders:
        for skew in order.skews:
            yield "order", order.order, f"least skew at {skew.k}", skew.least
            yield "order", order.order, f"greatest skew at {skew.k}", skew.greatest
        for measure in ("lists", "ndkl", "infeasible_index", "infeasible_count"):
            yield "order", order.order, measure, getattr(order, measure)


def _cell(value: object) -> object:
    return "" if value is None else value
