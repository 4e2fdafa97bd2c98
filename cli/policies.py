"""Fairness policies: see them, add one from a file, have one signed, end one."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from cli.context import OUT, open_database, scope, settings
from cli.tables import day
from foundation import clock
from foundation.errors import IntakeError, ValidationError
from foundation.record import check
from matching.fairness.record import PolicyError, PolicyRecord, require_in_force
from matching.policies.service import add_policy, approve_policy, end_policy, get_policies

app = typer.Typer(no_args_is_help=True, help="Fairness policies, as versioned and signed records.")

Name = Annotated[str, typer.Argument(help="The policy's name.")]


@app.command("list")
def list_policies() -> None:
    """The newest version of each, and whether it may run today."""
    today = clock.today(settings())
    table = Table(box=None, padding=(0, 1))
    for heading in ("Policy", "Kind", "Groups", "Tier", "May run", "Aim"):
        table.add_column(heading)
    with open_database() as database:
        for policy in get_policies(database, scope()):
            table.add_row(
                policy.id,
                policy.kind.value,
                ", ".join(group.label for group in policy.groups),
                policy.tier.value,
                _standing(policy, today),
                Text(policy.aim),
            )
    OUT.print(table)


@app.command("show")
def show_policy(name: Name) -> None:
    """One policy, whole, as JSON; `name@version` for an earlier one."""
    with open_database() as database:
        (policy,) = get_policies(database, scope(), name)
    OUT.print_json(policy.model_dump_json())


@app.command("add")
def add(file: Annotated[Path, typer.Argument(help="A JSON object, as `show` prints.")]) -> None:
    """Keep a new policy, or the next version of one, from a file."""
    try:
        values = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise IntakeError(f"{file}: cannot be read as JSON: {error}") from error
    if not isinstance(values, dict):
        raise IntakeError(f"{file}: write one JSON object, as `newfutures policies show` prints")
    policy = check(PolicyRecord, values)
    if isinstance(policy, list):
        faults = "; ".join(f"{fault.column}: {fault.allowed}" for fault in policy)
        raise IntakeError(f"{file}: {faults}")
    with open_database() as database:
        add_policy(database, scope(), policy)
    OUT.print(f"policy {policy.id} is kept")


@app.command("approve")
def approve(
    name: Name,
    by: Annotated[str, typer.Option(help="The person who signs: name and post.")],
    until: Annotated[str, typer.Option(help="The last day that it is in force, YYYY-MM-DD.")],
) -> None:
    """Sign a policy until a day; its next version carries the signature."""
    today = clock.today(settings())
    with open_database() as database:
        policy = approve_policy(database, scope(), name, by=by, until=_day(until), today=today)
    OUT.print(
        f"policy {policy.id} is approved by {policy.approved_by} until {day(policy.valid_until)}",
        markup=False,
    )


@app.command("end")
def end(name: Name) -> None:
    """End a policy after today."""
    today = clock.today(settings())
    with open_database() as database:
        policy = end_policy(database, scope(), name, today=today)
    OUT.print(f"policy {policy.id} ends on {day(policy.valid_until)}")


def _standing(policy: PolicyRecord, today: date) -> str:
    try:
        require_in_force(policy, today)
    except PolicyError:
        return "no: ended" if policy.valid_until and policy.valid_until < today else "no: unsigned"
    return f"until {day(policy.valid_until)}" if policy.valid_until else "yes"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError("until", text, "write the day as YYYY-MM-DD") from error
