"""The aggregate audit in the terminal, as JSON, or as CSV."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from assurance.audits.report import (
    AttributeAudit,
    AuditReport,
    FunnelRow,
    OutcomeAudit,
    RateRow,
)
from assurance.audits.rows import to_csv
from assurance.audits.service import audit_period
from assurance.simulation.charts import power_chart, repair_chart
from assurance.simulation.page import POWER_IMAGE, REPAIR_IMAGE, shown_in_chart, to_markdown
from assurance.simulation.report import SimulationReport
from assurance.simulation.scenarios import simulate as run_simulation
from assurance.simulation.world import AS_OF, SEED, Asked
from cli.context import ERR, OUT, open_database, scope, settings, stage_progress
from cli.tables import day
from foundation import clock
from foundation.errors import ValidationError
from matching.explain.document import to_bytes

app = typer.Typer(
    invoke_without_command=True,
    help="Who gets how far, by group: the rules, lists, applications, outcomes. Names nobody.",
)


@app.callback()
def audit(
    context: typer.Context,
    first: Annotated[str | None, typer.Option("--from", help="First day, YYYY-MM-DD.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, YYYY-MM-DD.")] = None,
    by: Annotated[
        list[str] | None, typer.Option(help="An attribute; may be given again. All without it.")
    ] = None,
    prison: Annotated[str | None, typer.Option(help="Only people in this prison.")] = None,
    region: Annotated[str | None, typer.Option(help="Only people to be released there.")] = None,
    policy: Annotated[
        str | None, typer.Option(help="Only lists under this policy, NAME or NAME@VERSION.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print every figure as a row.")] = False,
) -> None:
    """Audit a period; the last 13 weeks by default."""
    if context.invoked_subcommand is not None:
        return
    with open_database() as database:
        report = audit_period(
            database,
            scope(),
            today=clock.today(settings()),
            first=_day("from", first),
            last=_day("to", last),
            by=by or (),
            prison=prison.strip().upper() if prison else None,
            region=region.strip().upper() if region else None,
            policy=policy,
        )
    if as_json:
        sys.stdout.buffer.write(to_bytes(report))
    elif as_csv:
        sys.stdout.write(to_csv(report))
    else:
        print_audit(OUT, report)


@app.command()
def simulate(
    people: Annotated[int, typer.Option(min=50, max=100_000, help="How many to make up.")] = 1000,
    vacancies: Annotated[int, typer.Option(min=1, max=10_000, help="How many to rank.")] = 100,
    seed: Annotated[int, typer.Option(help="Another seed makes other people.")] = SEED,
    as_of: Annotated[
        str | None, typer.Option(help="The day of the rankings, YYYY-MM-DD; a fixed one without.")
    ] = None,
    output: Annotated[Path, typer.Option(help="Where the page goes.")] = Path(
        "docs/fairness-simulation.md"
    ),
    as_json: Annotated[
        Path | None, typer.Option("--json", help="A file for every figure, as JSON.")
    ] = None,
) -> None:
    """Plant bias in made-up people; write what the audit finds and what each policy repairs.

    In a temporary database of its own: nothing that is configured is read or changed.
    """
    asked = Asked(people, vacancies, seed, _day("as-of", as_of) or AS_OF)
    with stage_progress() as stages:
        report = run_simulation(settings(), asked, stages)
    for path, content in _simulation_files(report, asked, output, as_json).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        ERR.print(f"wrote {path}", soft_wrap=True)


def _simulation_files(
    report: SimulationReport, asked: Asked, output: Path, as_json: Path | None
) -> dict[Path, bytes]:
    command = (
        f"newfutures audit simulate --people {asked.people} --vacancies {asked.vacancies} "
        f"--seed {asked.seed} --as-of {asked.as_of}"
    )
    images = output.parent / "images"
    files = {
        output: to_markdown(report, command=command).encode(),
        images / POWER_IMAGE: power_chart(report).encode(),
        images / REPAIR_IMAGE: repair_chart(shown_in_chart(report)).encode(),
    }
    return files if as_json is None else files | {as_json: to_bytes(report)}


def print_audit(console: Console, report: AuditReport) -> None:
    """The audit as tables."""
    console.rule(f"Audit, {day(report.first)} to {day(report.last)}", align="left")
    console.print(
        f"{report.people:,} people, {report.vacancies:,} vacancies, {report.lists:,} lists; "
        f"policies: {', '.join(report.policies) or 'none yet'}"
    )
    cost = report.cost
    if cost.mean_ndcg is not None:
        console.print(
            f"Cost of the policies: {cost.with_moves:,} of {cost.lists:,} lists changed; NDCG "
            f"{cost.mean_ndcg:.4f} in the mean, {cost.least_ndcg:.4f} at least; the largest drop "
            f"is {cost.largest_drop} places. Staff decided otherwise about "
            f"{_count(report.lists_decided)} of these lists. Gini of exposure among people who are "
            f"ready: {_number(report.gini)}"
        )
    for each in report.attributes:
        _print_attribute(console, each, report.shortlist_places)
    if report.coverage:
        _print_coverage(console, report)
    chance = report.four_fifths_by_chance
    for note in (
        *report.notes,
        f"Between groups of 100 and 1,000 with the same rate of 10 % it is crossed {chance:.0%} of "
        "the time.",
    ):
        console.print(Text(note, style="dim"))


def _print_attribute(console: Console, each: AttributeAudit, places: int) -> None:
    console.print()
    console.print(Text(each.label, style="bold"))
    _print_people(console, "People by stage", each.stages, each.funnel, each.totals)
    _print_rates(console, "The rules (eligible or to be looked at, of all judged)", each.gate)
    _print_rates(console, f"First {places} of a list, of all who may be in it", each.shortlist)
    if any(row.of for row in each.churn):
        title = f"Left the first {places}, of those in them in the list before"
        _print_rates(console, title, each.churn)
    _print_rates(console, "People on any shortlist, of those allowed somewhere", each.reach)
    _print_later(console, each)
    if any(row.ratio is not None for row in each.exposure):
        table = Table(title="Exposure", title_justify="left", box=None)
        for heading in ("", "share of merit", "share of exposure", "ratio"):
            table.add_column(heading, justify="right" if heading else "left")
        for exposure in each.exposure:
            table.add_row(
                Text(exposure.group),
                _share(exposure.merit),
                _share(exposure.exposure),
                _number(exposure.ratio),
            )
        console.print(table)
    for order in each.orders:
        skews = ", ".join(
            f"{_number(skew.least)} to {_number(skew.greatest)} at {skew.k}" for skew in order.skews
        )
        console.print(
            f"{order.order.capitalize()}: skew {skews}; NDKL {order.ndkl:.3f}; prefixes short of a "
            f"floor {order.infeasible_index:.2f} a list"
        )


def _print_later(console: Console, each: AttributeAudit) -> None:
    """What followed the lists."""
    title = "People put forward in the period, and how far they have come"
    _print_people(console, title, each.later_stages, each.later, each.later_totals)
    _print_rates(console, "Put forward, of those allowed somewhere", each.put_forward)
    _print_rates(console, "Interview, of those put forward", each.interview)
    _print_rates(console, "Started, of those put forward", each.started)
    for outcome in each.outcomes:
        _print_outcomes(console, outcome)
    title = "People about whom staff decided otherwise, of those in first places"
    _print_people(console, title, each.override_kinds, each.overrides, each.override_totals)
    _print_rates(console, "Decided about, of those in first places", each.overridden)
    if each.override_reasons:
        table = Table(title="Reasons of those decisions", title_justify="left", box=None)
        for heading in ("", "", *(row.group for row in each.overrides)):
            table.add_column(Text(heading), justify="right" if heading else "left")
        for reason in each.override_reasons:
            counts = (_count(count) for count in reason.people)
            table.add_row(Text(reason.kind), Text(reason.label), *counts)
        console.print(table)


def _print_people(
    console: Console,
    title: str,
    stages: Sequence[str],
    rows: Sequence[FunnelRow],
    totals: Sequence[int | None],
) -> None:
    table = Table(title=title, title_justify="left", box=None)
    for heading in ("", *stages):
        table.add_column(heading, justify="right" if heading else "left")
    for row in rows:
        table.add_row(Text(row.group), *(_count(count) for count in row.counts))
    table.add_row("All", *(_count(count) for count in totals))
    console.print(table)


def _print_outcomes(console: Console, outcome: OutcomeAudit) -> None:
    table = Table(title=f"In work at {outcome.point}", title_justify="left", box=None)
    columns = ("of", "in work", "rate", "points", "95 % interval", "unavailable", "not known")
    for heading in ("", *columns):
        table.add_column(heading, justify="right" if heading else "left")
    for row in outcome.rows:
        interval = "" if row.points is None else f"{_points(row.low)} to {_points(row.high)}"
        table.add_row(
            Text(row.group),
            _count(row.known),
            _count(row.in_work),
            "too few" if row.standing == "insufficient" else _share(row.rate),
            "reference" if row.standing == "reference" else _points(row.points),
            interval,
            _count(row.unavailable),
            _count(row.not_known),
        )
    console.print(table)


def _print_rates(console: Console, title: str, rows: Sequence[RateRow]) -> None:
    table = Table(title=title, title_justify="left", box=None)
    for heading in ("", "of", "selected", "rate", "ratio", "95 % interval", "p", "adjusted p"):
        table.add_column(heading, justify="right" if heading else "left")
    for row in rows:
        if row.standing in ("insufficient", "hidden"):
            table.add_row(Text(row.group), row.standing)
            continue
        table.add_row(
            Text(row.group),
            _count(row.of),
            _count(row.selected),
            _share(row.rate),
            "1 (reference)" if row.standing == "reference" else _number(row.ratio),
            "" if row.ratio is None else f"{_number(row.low)} to {_number(row.high)}",
            _chance(row.p),
            _chance(row.adjusted_p),
        )
    console.print(table)


def _print_coverage(console: Console, report: AuditReport) -> None:
    table = Table(title="Ready, and on no shortlist", title_justify="left", box=None)
    for heading in ("", "", "ready", "on none"):
        table.add_column(heading, justify="right" if heading else "left")
    for row in report.coverage:
        table.add_row(
            row.attribute, Text(row.group), _count(row.people), _count(row.without_shortlist)
        )
    console.print(table)


def _day(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError(option, text, "write the day as YYYY-MM-DD") from error


def _count(value: int | None) -> str:
    return "hidden" if value is None else f"{value:,}"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value * 100:.1f} %"


def _points(value: float | None) -> str:
    return "" if value is None else f"{value:+.1f}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _chance(p: float | None) -> str:
    return "" if p is None else "under .0001" if p < 0.0001 else f"{p:.4f}"
