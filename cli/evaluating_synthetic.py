"""How good the ranking is on made-up people, whose truth is known: printed, or as JSON."""

import sys
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assurance.quality.published import PublishedEncoder
from assurance.quality.synthetic import Asked, plain_orders, rank_synthetic
from assurance.quality.synthetic_figures import (
    BEST_WRITTEN,
    WORST_WRITTEN,
    GroupFigures,
    ListFigures,
    SyntheticEvaluation,
    SyntheticFigures,
    figures,
)
from assurance.simulation.world import database_in
from cli.context import OUT, settings, stage_progress
from matching.explain.document import to_bytes


def evaluate_synthetic(asked: Asked, *, compare: bool, as_json: bool) -> None:
    """Print how good the ranking is on made-up people."""
    report = measure_synthetic(asked, compare=compare)
    if as_json:
        sys.stdout.buffer.write(to_bytes(report))
    else:
        print_synthetic(OUT, report)


def measure_synthetic(asked: Asked, *, compare: bool) -> SyntheticEvaluation:
    """Rank made-up people in a database of their own, which is kept for the next time."""
    found = settings()
    folder = found.data_dir / "evaluation" / f"{asked.people}-{asked.vacancies}-{asked.seed}"
    with stage_progress() as stages:
        with database_in(folder, found, asked.as_of) as (database, own):
            world = rank_synthetic(database, own, asked, stages)
        plain = plain_orders(world, PublishedEncoder(found), stages) if compare else None
    return SyntheticEvaluation(
        people=asked.people,
        vacancies=asked.vacancies,
        seed=asked.seed,
        as_of=asked.as_of,
        product=figures(world, "product", lambda each: each.order),
        minilm=plain and figures(world, "minilm", lambda each: plain[each.vacancy.id]),
    )


def print_synthetic(console: Console, report: SyntheticEvaluation) -> None:
    """The figures as tables."""
    console.rule(
        Text(f"{report.people:,} made-up people, {report.vacancies:,} vacancies"), align="left"
    )
    for each in (report.product, report.minilm):
        if each is not None:
            _print_lists(console, each)
    for each in (report.product, report.minilm):
        if each is not None:
            _print_groups(console, each.ranker, {**each.by_writing, **each.by_need})
            if each.gap_found_50 is not None and each.gap_ahead is not None:
                console.print(
                    f"{each.ranker}: {BEST_WRITTEN} profiles are found {each.gap_found_50:+.3f} "
                    f"and stand ahead {each.gap_ahead:+.3f} more than {WORST_WRITTEN} ones"
                )


def _print_lists(console: Console, found: SyntheticFigures) -> None:
    table = _table(
        found.ranker, ("vacancies", "nDCG@10", "recall@50", "allowed", "share of allowed")
    )
    rows: Mapping[str, ListFigures] = {"all": found.overall, **found.by_sector}
    for name, each in rows.items():
        shown = (each.ndcg_10, each.recall_50, each.allowed_50, each.of_allowed_50)
        table.add_row(name, f"{each.vacancies:,}", *(f"{value:.3f}" for value in shown))
    console.print(table)


def _print_groups(console: Console, ranker: str, groups: Mapping[str, GroupFigures]) -> None:
    table = _table(f"{ranker}: people who fit and say so", ("fits", "found@50", "ahead of unfit"))
    for name, each in groups.items():
        table.add_row(name, f"{each.fits:,}", f"{each.found_50:.3f}", f"{each.ahead:.3f}")
    console.print(table)


def _table(title: str, columns: tuple[str, ...]) -> Table:
    table = Table(title=Text(title), title_justify="left", box=None)
    table.add_column("")
    for column in columns:
        table.add_column(column, justify="right")
    return table
