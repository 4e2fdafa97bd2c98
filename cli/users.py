"""Accounts: see them, add one, give it another role, let nobody in with it."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from cli.context import OUT, open_database, scope, settings
from cli.tables import day
from foundation.accounts.model import INVITATION_PATH, Account, Extent
from foundation.accounts.service import AccountService
from foundation.errors import ValidationError
from foundation.places.prisons import prison_label
from foundation.places.regions import Region
from foundation.settings import Settings
from foundation.vocabulary import Role

app = typer.Typer(no_args_is_help=True, help="Accounts: who may sign in, and as what.")

Email = Annotated[str, typer.Argument(help="The account's email address.")]
RoleOption = Annotated[
    Role, typer.Option(help="The account's one role.", case_sensitive=False, show_default=False)
]
Prisons = Annotated[
    list[str] | None,
    typer.Option("--prison", help="A prison's id (MDI), of a lead or a coach; as often as needed."),
]
Areas = Annotated[
    list[str] | None,
    typer.Option("--area", help="A postcode area (LS) of a coach; as often as needed."),
]
Regions = Annotated[
    list[Region] | None,
    typer.Option("--region", help="A broker's region; as often as needed.", case_sensitive=False),
]
Employer = Annotated[
    str | None, typer.Option(help="The employer, by name or public id, of its staff.")
]


@app.command("list")
def list_users(
    as_json: Annotated[bool, typer.Option("--json", help="Print it for a program.")] = False,
) -> None:
    """Every account, its role and how far that reaches."""
    with _open_accounts() as accounts:
        found = accounts.list_accounts(scope())
    if as_json:
        sys.stdout.write(json.dumps([_plain(each) for each in found], indent=2) + "\n")
        return
    table = Table(box=None, padding=(0, 1))
    for heading in ("Email", "Name", "Role", "For", "Standing", "Codes", "Last signed in"):
        table.add_column(heading)
    for each in found:
        table.add_row(
            Text(each.email),
            Text(each.name),
            each.role.label,
            Text(_reach(each)),
            _standing(each),
            "yes" if each.has_one_time_codes else "no",
            day(each.last_sign_in_at) if each.last_sign_in_at else "never",
        )
    OUT.print(table)


@app.command("add")
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: RoleOption,
    prison: Prisons = None,
    area: Areas = None,
    region: Regions = None,
    employer: Employer = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    invite: Annotated[
        bool, typer.Option("--invite", help="Print a link with which they choose a password.")
    ] = False,
) -> None:
    """Add an account, with a password or with a link to choose one."""
    if password_stdin == invite:
        raise ValidationError("password", None, "give either --password-stdin or --invite")
    # Only the line's end goes: blanks may be part of a password.
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with _open_accounts() as accounts:
        account = accounts.add_account(
            scope(),
            email=email,
            name=name,
            role=role,
            extent=_extent(accounts, prison, area, region, employer),
            password=password,
        )
        link = accounts.invite(scope(), account.email) if invite else None
    OUT.print(f"account {account.email} is added: {_described(account)}", markup=False)
    if link is not None:
        _print_link(link)


@app.command("roles")
def change_role(
    email: Email,
    role: RoleOption,
    prison: Prisons = None,
    area: Areas = None,
    region: Regions = None,
    employer: Employer = None,
) -> None:
    """Give an account another role, or the same one for other places; it counts at once."""
    with _open_accounts() as accounts:
        extent = _extent(accounts, prison, area, region, employer)
        account = accounts.change_role(scope(), email, role, extent)
    OUT.print(f"account {account.email} is now: {_described(account)}", markup=False)


@app.command("invite")
def invite_again(email: Email) -> None:
    """Print a link to choose a password, for whoever has none or forgot it; once, for a week."""
    with _open_accounts() as accounts:
        link = accounts.invite(scope(), email)
    _print_link(link)


@app.command("disable")
def disable(email: Email) -> None:
    """Let nobody in with an account; whoever is signed in with it is out at once."""
    with _open_accounts() as accounts:
        account = accounts.disable(scope(), email)
    OUT.print(f"account {account.email} is disabled", markup=False)


@app.command("enable")
def enable(email: Email) -> None:
    """Let a disabled account in again."""
    with _open_accounts() as accounts:
        account = accounts.enable(scope(), email)
    OUT.print(f"account {account.email} is enabled", markup=False)


@app.command("reset-codes")
def reset_codes(email: Email) -> None:
    """Forget one-time codes, for whoever lost the app and recovery codes; make sure who asks."""
    with _open_accounts() as accounts:
        account = accounts.reset_codes(scope(), email)
    again = "; they set them up at the next sign-in" if account.owes_code else ""
    OUT.print(f"account {account.email} has no one-time codes{again}", markup=False)


@contextmanager
def _open_accounts() -> Iterator[AccountService]:
    with open_database() as database:
        yield AccountService(database, settings())


def _extent(
    accounts: AccountService,
    prisons: list[str] | None,
    areas: list[str] | None,
    regions: list[Region] | None,
    employer: str | None,
) -> Extent:
    return Extent(
        tuple(dict.fromkeys(prison.strip().upper() for prison in prisons or ())),
        tuple(dict.fromkeys(area.strip().upper() for area in areas or ())),
        tuple(dict.fromkeys(regions or ())),
        None if employer is None else accounts.find_employer(scope(), employer),
    )


def _print_link(token: str) -> None:
    """Whoever has the link chooses the password, so it is printed and kept nowhere."""
    OUT.print("Give them this link and nobody else. It works once, within seven days:")
    OUT.print(f"{_address(settings())}{INVITATION_PATH}{token}", markup=False, soft_wrap=True)


def _address(found: Settings) -> str:
    return found.public_url or f"http://localhost:{found.port}"


def _described(account: Account) -> str:
    reach = _reach(account)
    return f"{account.role.label}, for {reach}" if reach else account.role.label


def _reach(account: Account) -> str:
    parts = [
        *(prison_label(prison) for prison in account.prisons),
        *account.areas,
        *(region.label for region in account.regions),
    ]
    if account.employer_id is not None:
        parts.append(f"employer {account.employer_id}")
    return ", ".join(parts)


def _standing(account: Account) -> str:
    return account.status.label if account.has_password else f"{account.status.label}, no password"


def _plain(account: Account) -> dict[str, object]:
    signed_in = account.last_sign_in_at
    return {
        "id": str(account.public_id),
        "email": account.email,
        "name": account.name,
        "role": account.role.value,
        "prisons": account.prisons,
        "areas": account.areas,
        "regions": [region.value for region in account.regions],
        "employer_id": account.employer_id,
        "status": account.status.value,
        "has_password": account.has_password,
        "has_one_time_codes": account.has_one_time_codes,
        "created_at": account.created_at.isoformat(),
        "last_sign_in_at": signed_in.isoformat() if signed_in else None,
    }
