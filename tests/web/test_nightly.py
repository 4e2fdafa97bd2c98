"""Once a day, and again after a day on which it failed."""

from collections.abc import Callable
from datetime import date, timedelta
from threading import Event

import pytest

from candidates.store import upsert_candidates
from demonstration.synthetic.people import generate_people
from foundation import clock
from foundation.accounts.errors import SignInError
from foundation.accounts.service import AccountService
from foundation.database import Database, Scope
from foundation.errors import DatabaseError
from foundation.settings import Settings
from web import nightly
from web.nightly import Nightly

TODAY = date(2026, 11, 22)
SCOPE = Scope("tests")
ACCOUNTS = Scope("accounts")
BROWSER = {"address": "192.0.2.7", "agent": "Firefox"}


def days_kept(database: Database) -> set[date]:
    with database.transaction(SCOPE) as connection:
        return {row[0] for row in connection.execute("SELECT as_of FROM candidate_group")}


def wait_until(what: str, holds: Callable[[], bool]) -> None:
    for _ in range(6_000):
        if holds():
            return
        Event().wait(0.05)
    raise AssertionError(f"{what}: not within five minutes")


def test_groups_are_of_the_day_that_has_begun(
    database: Database, make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [each.candidate for each in generate_people(5, seed=1, as_of=TODAY)]
    with database.transaction(SCOPE) as connection:
        upsert_candidates(connection, people)
    days = iter([TODAY, TODAY + timedelta(1)])
    current = [next(days)]
    monkeypatch.setattr(clock, "today", lambda _: current[0])
    with Nightly(database, make_settings(), every=0.05):
        wait_until("groups of the first day", lambda: days_kept(database) == {TODAY})
        current[0] = next(days)
        wait_until("groups of the next day", lambda: days_kept(database) == {TODAY + timedelta(1)})


def test_what_accounts_need_no_more_is_deleted(
    database: Database, make_settings: Callable[..., Settings]
) -> None:
    accounts = AccountService(database, make_settings())
    with pytest.raises(SignInError):
        accounts.sign_in("nobody@example.org", "not a password", **BROWSER)

    def tries() -> int:
        with database.transaction(ACCOUNTS) as connection:
            return len(connection.execute("SELECT FROM sign_in_try").fetchall())

    with database.transaction(ACCOUNTS) as connection:
        connection.execute("UPDATE sign_in_try SET last_at = last_at - interval '30 days'")
    assert tries() > 0
    with Nightly(database, make_settings(), every=0.05):
        wait_until("no old try is kept", lambda: tries() == 0)


def test_a_day_on_which_it_failed_is_tried_again(
    database: Database, make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[date] = []

    def fail_once(_: Database, __: Scope, today: date) -> None:
        tries.append(today)
        if len(tries) == 1:
            raise DatabaseError("no connection")

    monkeypatch.setattr(nightly, "refresh_groups", fail_once)
    with Nightly(database, make_settings(), every=0.02):
        wait_until("a second try", lambda: len(tries) == 2)
        Event().wait(0.2)
    assert len(tries) == 2
