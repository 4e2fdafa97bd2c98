"""How good the ranking is on a judged set, in the terminal or as JSON."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from assurance.quality.judged import JudgedSet, read_judged_set
from assurance.quality.named import BASELINES, Rankers
from assurance.quality.rankers import Progress
from assurance.quality.report import (
    Comparison,
    Evaluation,
    compared,
    read_evaluation,
)
from assurance.quality.report import evaluate as evaluate_ranker
from assurance.quality.synthetic import Asked
from cli.context import OUT, settings, stage_progress
from cli.evaluating_synthetic import evaluate_synthetic
from foundation.errors import ValidationError
from matching.explain.document import to_bytes

SYNTHETIC = "synthetic"
DEFAULT = Asked()
KINDS = {"title": "titles", "sentence": "requirement sentences", "profile": "whole profiles"}

MakeOther = Callable[[Progress], Evaluation]


def evaluate(
    judged_set: Annotated[
        Path,
        typer.Argument(
            metavar="SET",
            help="A judged set, JSON or JSON in gzip; or `synthetic`, for made-up people.",
        ),
    ],
    compare: Annotated[
        str | None,
        typer.Option(
            metavar="OTHER", help=f"{', '.join(BASELINES)}, or a file that --json printed."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print it as JSON, query by query.")
    ] = False,
    people: Annotated[
        int, typer.Option(min=100, help="How many people are made up, for `synthetic`.")
    ] = DEFAULT.people,
    seed: Annotated[int, typer.Option(help="Another seed makes other people.")] = DEFAULT.seed,
) -> None:
    """Measure this program's ranking on a judged set, with intervals, or on made-up people."""
    if str(judged_set) == SYNTHETIC:
        if compare not in (None, "minilm"):
            raise ValidationError("--compare", compare, "made-up people are compared with minilm")
        evaluate_synthetic(
            replace(DEFAULT, people=people, seed=seed), compare=compare is not None, as_json=as_json
        )
        return
    judged = read_judged_set(judged_set)
    rankers = Rankers(settings())
    other = _other(compare, judged, rankers) if compare else None  # refused before the long work
    with stage_progress() as stages:
        report = evaluate_ranker(judged, rankers.product(), stages)
        if other is not None:
            report = compared(report, other(stages))
    if as_json:
        sys.stdout.buffer.write(to_bytes(report))
    else:
        print_evaluation(OUT, report)


def _other(named: str, judged: JudgedSet, rankers: Rankers) -> MakeOther:
    if named in BASELINES:
        ranker = rankers.baseline(named)
        return lambda on_progress: evaluate_ranker(judged, ranker, on_progress)
    path = Path(named)
    if not path.exists():
        raise ValidationError(
            "--compare", named, f"name one of {', '.join(BASELINES)}, or a file that --json printed"
        )
    kept = read_evaluation(path, judged)
    return lambda _: kept


def print_evaluation(console: Console, report: Evaluation) -> None:
    """The evaluation as tables."""
    measured = report.judged_set
    console.rule(Text(f"{measured.name}: {report.ranker}"), align="left")
    console.print(
        f"Judged {KINDS[measured.kind]}: {measured.queries:,} queries, {measured.documents:,} "
        f"documents, {measured.judgements:,} judgements; ranked for each query: "
        f"{'its judged documents' if measured.judged_only else 'all documents'}"
    )
    if measured.unjudged_queries:
        console.print(f"{measured.unjudged_queries:,} queries have no judgement and are left out")
    table = Table(box=None)
    for heading in ("", "mean", "95 % interval", "n"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, figure in report.metrics.items():
        if figure is not None:
            interval = _interval(figure.low, figure.high)
            table.add_row(name, f"{figure.mean:.3f}", interval, f"{figure.n:,}")
    console.print(table)
    undefined = [name for name, figure in report.metrics.items() if figure is None]
    if undefined:
        console.print(Text(f"Not defined for this set: {', '.join(undefined)}", style="dim"))
    if report.comparison is not None:
        _print_comparison(console, report.ranker, report.comparison)


def _print_comparison(console: Console, ranker: str, comparison: Comparison) -> None:
    console.print()
    table = Table(title=Text(f"Beside {comparison.ranker}"), title_justify="left", box=None)
    columns = (ranker, comparison.ranker, "difference", "95 % interval", "n")
    for heading in ("", *columns):
        table.add_column(Text(heading), justify="right" if heading else "left")
    table.add_column("")
    for name, found in comparison.metrics.items():
        if found is None:
            continue
        table.add_row(
            name,
            f"{found.mean:.3f}",
            f"{found.other:.3f}",
            f"{found.difference:+.3f}",
            _interval(found.low, found.high, "+.3f"),
            f"{found.n:,}",
            found.verdict,
        )
    console.print(table)


def _interval(low: float | None, high: float | None, form: str = ".3f") -> str:
    return "" if low is None or high is None else f"{low:{form}} to {high:{form}}"
