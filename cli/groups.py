"""The fairness groups: need, wait and place."""

from collections.abc import Sequence

import typer
from rich.table import Table

from cli.context import OUT, open_database, scope, settings, stage_progress
from foundation import clock
from foundation.places.prisons import prison_label
from foundation.places.regions import Region
from matching.fairness.record import Attribute
from matching.groups.need import NeedBand
from matching.groups.service import Census, refresh_groups, take_census
from matching.groups.waiting import WaitBand

app = typer.Typer(no_args_is_help=True, help="Need, wait and place: the groups of fairness.")


@app.callback()
def groups() -> None:
    """Need, wait and place: the groups of fairness. No protected characteristic is among them."""


@app.command("refresh")
def refresh() -> None:
    """Put everyone into groups again. Run it every night: waits grow and release dates near.

    Can be interrupted; run it again to go on. Whoever was done today is passed over.
    """
    with open_database() as database, stage_progress() as stages:
        census = refresh_groups(database, scope(), clock.today(settings()), on_progress=stages)
    OUT.print(_need_by_wait(census))


@app.command("show")
def show() -> None:
    """Count people by need, wait, region and prison, and the facts that are not recorded."""
    with open_database() as database:
        census = take_census(database, scope(), clock.today(settings()))
    OUT.print(_need_by_wait(census))
    regions = [(region.value, region.label) for region in Region]
    OUT.print(_need_by_place(census, Attribute.RELEASE_REGION, "Release region", regions))
    prisons = sorted(prison for (prison,) in census.by(Attribute.PRISON))
    named = [(prison, prison_label(prison)) for prison in prisons]
    OUT.print(_need_by_place(census, Attribute.PRISON, "Prison", named))
    OUT.print(
        f"{census.people:,} people are in groups; {census.unknown:,} facts about their need are "
        "not recorded, and each counts half its points"
    )
    if census.outdated:
        OUT.print(
            f"the groups of {census.outdated:,} people are missing, of another day, or older than "
            "their record; now run: newfutures groups refresh"
        )


def _need_by_wait(census: Census) -> Table:
    table = _table("People by need and wait", "", [wait.label for wait in WaitBand])
    found = census.by(Attribute.NEED_BAND, Attribute.WAIT_BAND)
    for need in NeedBand:
        _row(table, need.label, [found[need, wait] for wait in WaitBand])
    return table


def _need_by_place(
    census: Census, attribute: Attribute, heading: str, places: Sequence[tuple[str, str]]
) -> Table:
    table = _table(f"People by {heading.lower()} and need", heading, [n.label for n in NeedBand])
    found = census.by(attribute, Attribute.NEED_BAND)
    for code, label in places:
        counts = [found[code, need] for need in NeedBand]
        if any(counts):
            _row(table, label, counts)
    return table


def _table(title: str, heading: str, columns: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", box=None)
    table.add_column(heading)
    for column in (*columns, "All"):
        table.add_column(column, justify="right")
    return table


def _row(table: Table, label: str, counts: Sequence[int]) -> None:
    table.add_row(label, *(f"{count:,}" for count in (*counts, sum(counts))))
