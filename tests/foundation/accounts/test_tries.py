"""Failures slow the next try down, and bar nobody."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.accounts.base import ACCOUNTS
from foundation.accounts.errors import SignInError, TooManyTriesError
from foundation.accounts.model import Account, Stage
from foundation.accounts.service import AccountService
from foundation.accounts.tries import keys_of, wait_seconds
from foundation.database import Database
from foundation.vocabulary import Role

PASSWORD = "velvet-otter-plumbs-7"  # noqa: S105
BROWSER = {"address": "192.0.2.7", "agent": "Firefox"}
ELSEWHERE = {"address": "198.51.100.9", "agent": "curl"}


def outcome(accounts: AccountService, email: str, password: str = "wrong", **origin: str) -> str:  # noqa: S107
    try:
        accounts.sign_in(email, password, **(origin or BROWSER))  # type: ignore[arg-type]
    except TooManyTriesError:
        return "wait"
    except SignInError:
        return "wrong"
    return "in"


def pass_time(database: Database, seconds: float) -> None:
    """As if every failure had been so much longer ago."""
    with database.transaction(ACCOUNTS) as connection:
        connection.execute(
            "UPDATE sign_in_try SET last_at = last_at - make_interval(secs => %s)", [seconds]
        )


def set_failures(database: Database, failures: int) -> None:
    with database.transaction(ACCOUNTS) as connection:
        connection.execute("UPDATE sign_in_try SET failures = %s, last_at = now()", [failures])


@given(st.integers(0, 10_000))
def test_the_wait_doubles_from_the_fifth_failure_to_a_quarter_of_an_hour(failures: int) -> None:
    by_hand = {5: 1, 6: 2, 7: 4, 8: 8, 9: 16, 10: 32, 11: 64, 12: 128, 13: 256, 14: 512}
    expected = 0 if failures < 5 else by_hand.get(failures, 900)
    assert wait_seconds(failures) == expected


@given(st.emails(), st.emails(), st.text(), st.text())
def test_what_is_counted_differs_by_email_by_address_and_by_what_is_tried(
    email: str, other: str, address: str, device: str
) -> None:
    keys = keys_of("password", email, address, None)
    assert keys.cleared in keys.waits
    assert set(keys.waits) <= set(keys.counted)
    assert keys_of("code", email, address, None).cleared != keys.cleared
    if other != email:
        assert keys_of("password", other, address, None).cleared != keys.cleared
    own = keys_of("password", email, address, device.encode("utf-8", "surrogatepass"))
    assert own.waits == (own.cleared,)
    assert own.cleared not in keys.counted


class TestWaiting:
    """In front of a real sign-in."""

    @pytest.mark.parametrize("email", ["baker@example.org", "nobody@example.org"])
    @pytest.mark.usefixtures("staff")
    def test_five_are_free_and_the_sixth_waits_known_or_not(
        self, accounts: AccountService, database: Database, email: str
    ) -> None:
        assert [outcome(accounts, email) for _ in range(6)] == ["wrong"] * 5 + ["wait"]
        pass_time(database, 1)
        assert [outcome(accounts, email) for _ in range(2)] == ["wrong", "wait"]
        with pytest.raises(TooManyTriesError, match=r"wait 2 seconds and try again") as caught:
            accounts.sign_in(email, "wrong", **BROWSER)
        assert caught.value.seconds == 2

    def test_the_right_password_waits_too_and_then_lets_in(
        self, accounts: AccountService, database: Database, staff: Account
    ) -> None:
        for _ in range(5):
            outcome(accounts, staff.email)
        set_failures(database, 1000)
        assert outcome(accounts, staff.email, PASSWORD) == "wait"
        pass_time(database, 898)
        assert outcome(accounts, staff.email, PASSWORD) == "wait"
        pass_time(database, 2)
        assert outcome(accounts, staff.email, PASSWORD) == "in"

    def test_asking_while_waiting_does_not_lengthen_the_wait(
        self, accounts: AccountService, database: Database, staff: Account
    ) -> None:
        for _ in range(5):
            outcome(accounts, staff.email)
        set_failures(database, 12)
        for _ in range(20):
            assert outcome(accounts, staff.email) == "wait"
        pass_time(database, 128)
        assert outcome(accounts, staff.email, PASSWORD) == "in"

    def test_success_clears_the_accounts_failures_and_not_the_addresses(
        self, accounts: AccountService, staff: Account
    ) -> None:
        for _ in range(4):
            outcome(accounts, "somebody-else@example.org")
        assert outcome(accounts, staff.email, PASSWORD) == "in"
        assert outcome(accounts, "a-third@example.org") == "wrong"
        assert outcome(accounts, "a-fourth@example.org") == "wait"
        assert outcome(accounts, staff.email, PASSWORD, **ELSEWHERE) == "in"
        assert [outcome(accounts, staff.email, **ELSEWHERE) for _ in range(5)] == ["wrong"] * 5

    def test_many_accounts_from_one_address_wait_as_well(self, accounts: AccountService) -> None:
        tried = [outcome(accounts, f"person-{number}@example.org") for number in range(7)]
        assert tried == ["wrong"] * 5 + ["wait"] * 2

    def test_many_at_once_gain_nothing(self, accounts: AccountService, staff: Account) -> None:
        together = Barrier(12)

        def guess(number: int) -> str:
            together.wait(timeout=300)
            return outcome(accounts, staff.email, address=f"203.0.113.{number}", agent="bot")

        with ThreadPoolExecutor(12) as pool:
            assert sorted(pool.map(guess, range(12))).count("wrong") == 5

    def test_right_and_wrong_ones_at_once_do_not_get_in_each_others_way(
        self, accounts: AccountService, add: Callable[..., Account]
    ) -> None:
        people = [add(Role.EMPLOYER).email for _ in range(3)]
        devices = {one: accounts.sign_in(one, PASSWORD, **BROWSER).device for one in people}

        def attempt(number: int) -> str:
            one = people[number % 3]
            if number % 2:
                return outcome(accounts, one)
            return accounts.sign_in(one, PASSWORD, **BROWSER, device=devices[one]).stage

        with ThreadPoolExecutor(6) as pool:
            done = list(pool.map(attempt, range(24)))
        assert done[::2] == [Stage.SIGNED_IN] * 12
        assert set(done[1::2]) == {"wrong", "wait"}

    def test_guesses_from_elsewhere_do_not_keep_the_owner_waiting(
        self, accounts: AccountService, staff: Account
    ) -> None:
        device = accounts.sign_in(staff.email, PASSWORD, **BROWSER).device
        assert device is not None
        for _ in range(6):
            outcome(accounts, staff.email, **ELSEWHERE)
        assert outcome(accounts, staff.email, PASSWORD) == "wait"
        begun = accounts.sign_in(staff.email, PASSWORD, **BROWSER, device=device)
        assert begun.stage is Stage.SIGNED_IN
        assert begun.device is None  # the one that the browser has goes on
        # Who holds the device's token has five guesses of their own, and no more.
        tried = [outcome(accounts, staff.email, **BROWSER, device=device) for _ in range(6)]
        assert tried == ["wrong"] * 5 + ["wait"]

    @pytest.mark.usefixtures("staff")
    def test_a_made_up_device_gains_nothing(self, accounts: AccountService) -> None:
        tried = [
            outcome(accounts, "baker@example.org", **BROWSER, device=f"made up {number}")
            for number in range(6)
        ]
        assert tried[-1] == "wait"

    def test_wrong_codes_wait_and_the_right_password_does_not_forgive_them(
        self, accounts: AccountService, lead: Account
    ) -> None:
        begun = accounts.sign_in(lead.email, PASSWORD, **BROWSER)
        secret = accounts.begin_enrolment(begun.token).secret
        accounts.confirm_enrolment(begun.token, pyotp.TOTP(secret).now(), **BROWSER)
        for number in range(5):
            origin = {"address": f"203.0.113.{number}", "agent": "bot"}
            token = accounts.sign_in(lead.email, PASSWORD, **origin).token
            with pytest.raises(SignInError, match="code is not right"):
                accounts.give_code(token, "00000000", **origin)
        token = accounts.sign_in(lead.email, PASSWORD, **ELSEWHERE).token
        with pytest.raises(TooManyTriesError):
            accounts.give_code(token, "000000", **ELSEWHERE)

    def test_failures_are_forgotten_after_a_day(
        self, accounts: AccountService, database: Database, staff: Account
    ) -> None:
        for _ in range(5):
            outcome(accounts, staff.email)
        pass_time(database, 86_400)
        assert [outcome(accounts, staff.email) for _ in range(5)] == ["wrong"] * 5
        pass_time(database, 86_400)
        assert accounts.delete_expired() == 2
