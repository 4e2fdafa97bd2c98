"""`newfutures allocate`: a plan over all open vacancies and available people, to read."""

import json
import sys
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table
from rich.text import Text

from cli.context import OUT, open_database, scope, settings, stage_progress
from foundation.errors import NotFoundError
from foundation.places.prisons import prison_label
from matching.allocation.figures import PlanFigures
from matching.allocation.service import Allocator, Plan, PlanTerms, VacancyPlan

NOTHING_YET = (
    "Nothing has been put forward. This is a draft: read it, and decide for each vacancy yourself."
)

Json = Annotated[bool, typer.Option("--json", help="Print it for a program.")]
OfVacancy = Annotated[
    str | None, typer.Option("--vacancy", help="One vacancy's part, with names: its reference.")
]

app = typer.Typer(help="Plan who is put before which vacancy, over all of them at once.")


@app.callback(invoke_without_command=True)
def allocate(
    context: typer.Context,
    interviews: Annotated[int, typer.Option(help="Interviews for one person at most.")] = 3,
    places: Annotated[int, typer.Option(help="People for each opening at most.")] = 5,
    width: Annotated[int, typer.Option(help="How many of a vacancy's best to consider.")] = 40,
    min_score: Annotated[
        float | None,
        typer.Option(help="Leave a place empty below this score (0 to 1). [default: the policy's]"),
    ] = None,
    prison: Annotated[str | None, typer.Option(help="Only people in this prison.")] = None,
    sector: Annotated[str | None, typer.Option(help="Only this type of work, as a code.")] = None,
    no_floors: Annotated[
        bool, typer.Option("--no-floors", help="Without a minimum of each group.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Plan who is put before which vacancy, over all of them at once.

    Can be interrupted; run it again to go on. Puts nobody forward: a person decides.
    """
    if context.invoked_subcommand is not None:
        return
    terms = PlanTerms(
        interviews=interviews,
        places=places,
        width=width,
        min_score=min_score,
        prison=prison.strip().upper() if prison else None,
        sector=sector.strip().upper() if sector else None,
        floors=not no_floors,
    )
    with open_database() as database, stage_progress() as stages:
        plan = Allocator(database, settings()).allocate(scope(), terms, on_progress=stages)
    _show(plan, as_json=as_json)


@app.command("show")
def show(
    plan: Annotated[str, typer.Argument(help="Id of a plan; the newest if left out.")] = "",
    vacancy: OfVacancy = None,
    as_json: Json = False,
) -> None:
    """Show a plan again, or one vacancy's part of it."""
    with open_database() as database:
        allocator = Allocator(database, settings())
        found = allocator.get_plan(scope(), _plan_id(plan))
        if vacancy is None:
            _show(found, as_json=as_json)
            return
        part = allocator.get_vacancy_plan(scope(), found.stored.id, vacancy)
    if as_json:
        sys.stdout.write(_vacancy_json(part, found.stored.id) + "\n")
    else:
        _print_vacancy(part)


def _plan_id(name: str) -> UUID | None:
    try:
        return UUID(name) if name else None
    except ValueError as error:
        raise NotFoundError(
            f"{name!r} is not a plan id; `newfutures allocate` prints its own"
        ) from error


def _show(plan: Plan, *, as_json: bool) -> None:
    if as_json:
        stored = plan.stored
        shown = {
            "id": str(stored.id),
            "status": stored.status,
            "today": stored.today.isoformat(),
            "policy": f"{stored.policy}@{stored.policy_version}",
            "parameters": stored.parameters,
            "figures": plan.figures.model_dump(mode="json"),
        }
        sys.stdout.write(json.dumps(shown, indent=1) + "\n")
        return
    _print_plan(plan)


def _print_plan(plan: Plan) -> None:
    figures, stored = plan.figures, plan.stored
    OUT.rule(f"Plan {stored.id}", align="left")
    OUT.print(
        f"{figures.filled:,} of {figures.places:,} places filled in {figures.vacancies:,} vacancies"
    )
    if figures.unindexed:
        OUT.print(
            f"{figures.unindexed:,} open vacancies are left out until the index holds them; run: "
            "newfutures index build"
        )
    OUT.print(
        f"{figures.placed:,} of {figures.people:,} people who are eligible somewhere have a place; "
        f"{figures.people - figures.listed:,} are on no vacancy's list of the best"
    )
    OUT.print(
        f"{figures.most_interviews:,} interviews at most for one person "
        f"({stored.parameters['interviews']} are allowed)"
    )
    OUT.print(_comparison(figures))
    OUT.print(_groups(figures))
    _print_shortfalls(figures, floors=bool(stored.parameters["floors"]))
    _print_prices(figures)
    OUT.print(NOTHING_YET, style="bold")
    OUT.print(
        f"[dim]{stored.today:%-d %b %Y}; policy {stored.policy}@{stored.policy_version}; one "
        f"vacancy's part: newfutures allocate show {stored.id} --vacancy REFERENCE[/]",
        soft_wrap=True,
    )


def _comparison(figures: PlanFigures) -> Table:
    table = _table("Beside two simple rules", "", "Sum of scores", "People", "Most for one")
    each = figures.own_best
    table.add_row(
        "This plan",
        f"{figures.welfare:,.1f}",
        f"{figures.placed:,}",
        f"{figures.most_interviews:,}",
    )
    table.add_row(
        "Each vacancy takes its own best",
        f"{each.welfare:,.1f}",
        f"{each.placed:,}",
        f"{each.most_interviews:,}",
    )
    table.add_row("  of that, what people have time for", f"{each.welfare_within_capacity:,.1f}")
    first = figures.greedy
    table.add_row(
        "The best pair first",
        f"{first.welfare:,.1f}",
        f"{first.placed:,}",
        f"{first.most_interviews:,}",
    )
    return table


def _groups(figures: PlanFigures) -> Table:
    table = _table("People with a place, by group", "", "With a place", "Of", "Rate", "Interviews")
    for group in figures.groups:
        rate = "too few to say" if group.rate is None else f"{group.rate:.0%}"
        table.add_row(
            group.label.capitalize(),
            f"{group.placed:,}",
            f"{group.people:,}",
            rate,
            f"{group.interviews:,}",
        )
    return table


def _print_shortfalls(figures: PlanFigures, *, floors: bool) -> None:
    if not floors:
        OUT.print("No floors were asked for.")
    elif not figures.shortfalls:
        OUT.print("Every floor holds.")
    for short in figures.shortfalls:
        OUT.print(
            f"Short of the floor for {short.group.lower()} in {short.vacancies:,} vacancies, by "
            f"{short.short:,} in all: {short.reason}",
            soft_wrap=True,
        )


def _print_prices(figures: PlanFigures) -> None:
    contested = sum(band.people for band in figures.prices)
    bands = "; ".join(
        f"{band.people:,} above {band.above * 100:.0f}"
        for band in figures.prices
        if band.people and band.above
    )
    OUT.print(
        f"{contested:,} people have no interview to spare and a price on the next"
        + (f" (in points of score: {bands})" if bands else "")
    )


def _print_vacancy(part: VacancyPlan) -> None:
    record, planned = part.vacancy.record, part.planned
    OUT.rule(Text(f"{record.title}, {record.employer.name} ({record.reference})"), align="left")
    OUT.print(f"{planned.filled:,} of {planned.places:,} places filled")
    for person in part.people:
        who = person.candidate
        OUT.print(
            Text(
                f"{person.score * 100:4.0f}  rank {person.rank:<3d}  {who.first_name} "
                f"{who.last_initial} ({who.prison_number}), {prison_label(who.prison_id)}, "
                f"{person.interviews} in this plan"
            ),
            soft_wrap=True,
        )
    hidden = (planned.filled or 0) - len(part.people)
    if hidden:
        OUT.print(f"{hidden:,} more are outside your scope")
    for short in planned.shortfalls or ():
        OUT.print(
            f"Floor of {short['required']} for group {short['group'].lower()}: {short['held']} "
            f"held, {short['available']} could be; {short['reason']}"
        )
    OUT.print(NOTHING_YET, style="bold")


def _vacancy_json(part: VacancyPlan, plan_id: UUID) -> str:
    shown = {
        "plan": str(plan_id),
        "vacancy": str(part.vacancy.public_id),
        "reference": part.vacancy.record.reference,
        "places": part.planned.places,
        "filled": part.planned.filled,
        "shortfalls": part.planned.shortfalls,
        "people": [
            person.candidate.model_dump(mode="json")
            | {"score": person.score, "rank": person.rank, "interviews": person.interviews}
            for person in part.people
        ],
    }
    return json.dumps(shown, indent=1)


def _table(title: str, heading: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None)
    table.add_column(heading)
    for column in columns:
        table.add_column(column, justify="right")
    return table
