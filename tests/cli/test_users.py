"""Accounts in the terminal: added, listed, changed, invited."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation.accounts.errors import SignInError
from foundation.accounts.model import Stage
from foundation.accounts.service import AccountService
from foundation.database import Database
from foundation.settings import Settings

Run = Callable[..., Any]
PROGRAM = Path(sys.executable).parent / "newfutures"
PASSWORD = "velvet-otter-plumbs-7"  # noqa: S105
BROWSER = {"address": "192.0.2.7", "agent": "Firefox"}


@pytest.fixture
def run(newfutures_over: Callable[[str], Run], database: Database) -> Run:
    """The console script over an empty database of this file's own."""
    with database.owner_transaction() as connection:
        connection.execute("TRUNCATE account, sign_in_try RESTART IDENTITY CASCADE")
    return newfutures_over(database.dsn)


@pytest.fixture
def accounts(database: Database, make_settings: Callable[..., Settings]) -> AccountService:
    """The same accounts, as the pages have them."""
    return AccountService(database, make_settings())


def add(run: Run, email: str, role: str, *options: str) -> Any:  # noqa: ANN401 -- what was said
    return run("users", "add", email, "--name", "Pat Brown", "--role", role, "--invite", *options)


def test_an_account_added_with_a_link_can_be_signed_in_to(
    run: Run, accounts: AccountService
) -> None:
    said = add(run, "Pat@Example.org", "prison_employment_lead", "--prison", "mdi")
    assert (
        "account pat@example.org is added: Prison employment lead, for Moorland (MDI)" in said.text
    )
    address = said.text.strip().splitlines()[-1]
    assert address.startswith("http://localhost:8000/invitation/")
    accounts.accept_invitation(address.rpartition("/")[2], PASSWORD)
    assert accounts.sign_in("pat@example.org", PASSWORD, **BROWSER).stage is Stage.CODES_OWED


def test_a_password_is_read_from_standard_input_and_shown_nowhere(
    run: Any,  # noqa: ANN401 -- the program
    accounts: AccountService,
) -> None:
    done = subprocess.run(
        [PROGRAM, "users", "add", "a@example.org", "--name", "A", "--role", "AUDITOR",
         "--password-stdin"],
        input=f"{PASSWORD}\n", text=True, capture_output=True, check=True, timeout=600,
        cwd=run.folder, env=run.environment({}),
    )  # fmt: skip
    assert "a@example.org is added: Auditor" in done.stdout
    assert PASSWORD not in done.stdout + done.stderr
    assert accounts.sign_in("a@example.org", PASSWORD, **BROWSER).stage is Stage.CODES_OWED


def test_the_list_says_who_may_do_what_in_words_and_as_json(run: Run) -> None:
    add(run, "broker@example.org", "NFN_BROKER", "--region", "WALES", "--region", "LONDON")
    add(run, "coach@example.org", "WORK_COACH", "--area", "LS", "--prison", "LEI")
    said = run("users", "list").text
    assert "New Futures Network broker" in said
    assert "Wales, London" in said
    assert "never" in said
    assert "Active, no password" in said
    coach = json.loads(run("users", "list", "--json").out)[1]
    assert (coach["email"], coach["role"]) == ("coach@example.org", "WORK_COACH")
    assert (coach["areas"], coach["prisons"], coach["has_password"]) == (["LS"], ["LEI"], False)


def test_roles_are_changed_and_accounts_disabled_and_enabled(
    run: Run, accounts: AccountService
) -> None:
    said = add(run, "pat@example.org", "AUDITOR")
    accounts.accept_invitation(said.text.strip().rpartition("/")[2], PASSWORD)
    token = accounts.sign_in("pat@example.org", PASSWORD, **BROWSER).token
    changed = run("users", "roles", "pat@example.org", "--role", "WORK_COACH", "--area", "LS")
    assert "is now: DWP work coach, for LS" in changed.text
    present = accounts.session(token)
    assert present is not None
    assert present.account.areas == ("LS",)
    assert "is disabled" in run("users", "disable", "pat@example.org").text
    assert accounts.session(token) is None
    with pytest.raises(SignInError):
        accounts.sign_in("pat@example.org", PASSWORD, **BROWSER)
    assert "is enabled" in run("users", "enable", "pat@example.org").text
    assert "set them up at the next" in run("users", "reset-codes", "pat@example.org").text
    assert "/invitation/" in run("users", "invite", "pat@example.org").text


def test_what_cannot_be_is_one_sentence(run: Run) -> None:
    add(run, "x@example.org", "AUDITOR", "--prison", "MDI").refuses("prisons", "leave it out")
    add(run, "x@example.org", "NFN_BROKER").refuses("regions", "give at least one")
    add(run, "x@example.org", "EMPLOYER", "--employer", "Nobody Ltd").refuses("Nobody Ltd")
    add(run, "no email", "AUDITOR").refuses("email", "name@example.org")
    run("users", "add", "x@example.org", "--name", "X", "--role", "AUDITOR").refuses(
        "--password-stdin or --invite"
    )
    run("users", "disable", "x@example.org").refuses("no account", "users list")
    assert json.loads(run("users", "list", "--json").out) == []
