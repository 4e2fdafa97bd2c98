"""One-time codes: the algorithm, setting them up, giving them, and recovery."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.accounts.base import ACCOUNTS
from foundation.accounts.codes import (
    accepted_step,
    enrolment,
    new_recovery_codes,
    new_secret,
    typed_recovery_code,
)
from foundation.accounts.errors import SessionEndedError, SignInError
from foundation.accounts.model import Account, SignedIn, Stage
from foundation.accounts.service import AccountService
from foundation.database import Database, Scope
from foundation.vocabulary import Role

COMMAND_LINE = Scope("tests")
PASSWORD = "velvet-otter-plumbs-7"  # noqa: S105
BROWSER = {"address": "192.0.2.7", "agent": "Firefox"}
NOON = datetime(2026, 11, 22, 12, 0, 7, tzinfo=UTC)
STEP = int(NOON.timestamp()) // 30
# RFC 6238, appendix B: SHA-1, the last six of the eight digits.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # noqa: S105
RFC_CODES = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


def code(secret: str, *, later: int = 0) -> str:
    return pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=later))


@pytest.mark.parametrize(("seconds", "expected"), RFC_CODES)
def test_the_codes_are_those_of_the_rfc(seconds: int, expected: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert accepted_step(RFC_SECRET, expected, at, 0) == seconds // 30


@given(st.integers(-5, 5), st.integers(STEP - 3, STEP + 3))
def test_a_code_is_right_one_step_either_way_and_after_the_last_one(drift: int, last: int) -> None:
    step = STEP + drift
    typed = pyotp.TOTP(RFC_SECRET).generate_otp(step)
    accepted = accepted_step(RFC_SECRET, typed, NOON, last)
    assert accepted == (step if abs(drift) <= 1 and step > last else None)


@given(st.text(max_size=12))
def test_nothing_but_a_code_is_accepted(typed: str) -> None:
    right = {pyotp.TOTP(RFC_SECRET).generate_otp(STEP + drift) for drift in (-1, 0, 1)}
    if "".join(typed.split()) not in right:
        assert accepted_step(RFC_SECRET, typed, NOON, 0) is None


def test_blanks_are_passed_over() -> None:
    made = pyotp.TOTP(RFC_SECRET).generate_otp(STEP)
    assert accepted_step(RFC_SECRET, f" {made[:3]} {made[3:]}\n", NOON, 0) == STEP


def test_an_app_is_given_the_secret_as_an_address_and_drawn() -> None:
    secret = new_secret()
    assert len(secret) == 32
    given = enrolment(secret, "pat@example.org")
    assert given.uri == (
        f"otpauth://totp/New%20Futures%20Matching:pat%40example.org?secret={secret}"
        "&issuer=New%20Futures%20Matching"
    )
    assert given.svg.startswith("<svg ")
    assert "style=" not in given.svg


def test_recovery_codes_are_known_however_they_are_typed() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    for each in codes:
        assert typed_recovery_code(each) == each
        assert typed_recovery_code(f" {each.lower().replace('-', ' ')} ") == each
    assert typed_recovery_code("123456") is None


Enrolled = tuple[str, SignedIn, tuple[str, ...]]


@pytest.fixture
def enrolled(accounts: AccountService, lead: Account) -> Enrolled:
    """A secret that a lead confirmed a minute ago, the session, and recovery codes."""
    begun = accounts.sign_in(lead.email, PASSWORD, **BROWSER)
    secret = accounts.begin_enrolment(begun.token).secret
    done, recovery = accounts.confirm_enrolment(begun.token, code(secret), **BROWSER)
    return secret, done, recovery


@pytest.fixture
def a_minute_on(accounts: AccountService, database: Database, enrolled: Enrolled) -> Enrolled:
    """As if the code that confirmed was given long ago, so that the present one is new."""
    with database.transaction(ACCOUNTS) as connection:
        connection.execute("UPDATE account_secret SET last_code_step = last_code_step - 9")
    return enrolled


def owing(accounts: AccountService, account: Account) -> str:
    begun = accounts.sign_in(account.email, PASSWORD, **BROWSER)
    assert begun.stage is Stage.CODE_OWED
    return begun.token


class TestSettingUp:
    """A secret counts once a code from it was given."""

    def test_the_session_is_complete_under_a_new_token(
        self, accounts: AccountService, lead: Account
    ) -> None:
        begun = accounts.sign_in(lead.email, PASSWORD, **BROWSER)
        assert begun.stage is Stage.CODES_OWED
        assert begun.device is None
        shown = accounts.begin_enrolment(begun.token)
        assert accounts.begin_enrolment(begun.token) == shown
        with pytest.raises(SignInError, match="code is not right"):
            accounts.confirm_enrolment(begun.token, "000 000 0", **BROWSER)
        done, recovery = accounts.confirm_enrolment(begun.token, code(shown.secret), **BROWSER)
        assert accounts.session(begun.token) is None
        present = accounts.session(done.token)
        assert present is not None
        assert present.session.stage is done.stage is Stage.SIGNED_IN
        assert present.account.has_one_time_codes
        assert len(recovery) == accounts.count_recovery_codes(done.token) == 10
        assert done.device is not None

    def test_nothing_is_asked_of_an_account_whose_secret_was_not_confirmed(
        self, accounts: AccountService, lead: Account
    ) -> None:
        accounts.begin_enrolment(accounts.sign_in(lead.email, PASSWORD, **BROWSER).token)
        begun = accounts.sign_in(lead.email, PASSWORD, **BROWSER)
        assert begun.stage is Stage.CODES_OWED
        with pytest.raises(SessionEndedError):
            accounts.confirm_enrolment(begun.token, "123456", **BROWSER)

    def test_it_cannot_be_done_again_with_a_password_alone(
        self, accounts: AccountService, lead: Account, enrolled: Enrolled
    ) -> None:
        token = owing(accounts, lead)
        with pytest.raises(SessionEndedError):
            accounts.begin_enrolment(token)
        with pytest.raises(SessionEndedError):
            accounts.begin_enrolment(enrolled[1].token)

    def test_an_employers_staff_may_and_then_owe_them(
        self, accounts: AccountService, staff: Account, token: str
    ) -> None:
        other = accounts.sign_in(staff.email, PASSWORD, **BROWSER).token
        secret = accounts.begin_enrolment(token).secret
        accounts.confirm_enrolment(token, code(secret), **BROWSER)
        assert owing(accounts, staff)
        present = accounts.session(other)
        assert present is not None
        assert present.session.stage is Stage.CODE_OWED


class TestGivingACode:
    """After the password."""

    def test_the_present_code_completes_the_session_under_a_new_token(
        self, accounts: AccountService, lead: Account, a_minute_on: Enrolled
    ) -> None:
        token = owing(accounts, lead)
        done = accounts.give_code(token, code(a_minute_on[0]), **BROWSER)
        assert done.stage is Stage.SIGNED_IN
        assert done.token != token
        assert accounts.session(token) is None
        assert accounts.session(done.token) is not None

    def test_a_code_is_never_accepted_twice(
        self, accounts: AccountService, lead: Account, a_minute_on: Enrolled
    ) -> None:
        secret = a_minute_on[0]
        now = code(secret)
        accounts.give_code(owing(accounts, lead), now, **BROWSER)
        token = owing(accounts, lead)
        with pytest.raises(SignInError, match="used already"):
            accounts.give_code(token, now, **BROWSER)
        assert accounts.give_code(token, code(secret, later=30), **BROWSER).stage is Stage.SIGNED_IN

    def test_nor_is_the_one_that_confirmed_the_secret(
        self, accounts: AccountService, lead: Account
    ) -> None:
        begun = accounts.sign_in(lead.email, PASSWORD, **BROWSER)
        confirming = code(accounts.begin_enrolment(begun.token).secret)
        accounts.confirm_enrolment(begun.token, confirming, **BROWSER)
        with pytest.raises(SignInError):
            accounts.give_code(owing(accounts, lead), confirming, **BROWSER)

    def test_of_two_who_give_one_code_at_once_one_gets_in(
        self, accounts: AccountService, lead: Account, a_minute_on: Enrolled
    ) -> None:
        tokens = [owing(accounts, lead) for _ in range(3)]
        together, now = Barrier(3), code(a_minute_on[0])

        def give(token: str) -> bool:
            together.wait(timeout=300)
            try:
                accounts.give_code(token, now, **BROWSER)
            except SignInError:
                return False
            return True

        with ThreadPoolExecutor(3) as pool:
            assert sorted(pool.map(give, tokens)) == [False, False, True]

    def test_no_code_stands_for_a_password(
        self, accounts: AccountService, a_minute_on: Enrolled, token: str
    ) -> None:
        for wrong in ("", "x", token, a_minute_on[1].token):
            with pytest.raises(SessionEndedError):
                accounts.give_code(wrong, code(a_minute_on[0]), **BROWSER)

    def test_another_accounts_codes_are_wrong(
        self, accounts: AccountService, a_minute_on: Enrolled, add: Callable[..., Account]
    ) -> None:
        other = add(Role.AUDITOR)
        begun = accounts.sign_in(other.email, PASSWORD, **BROWSER)
        secret = accounts.begin_enrolment(begun.token).secret
        accounts.confirm_enrolment(begun.token, code(secret), **BROWSER)
        token = owing(accounts, other)
        for wrong in (code(a_minute_on[0]), a_minute_on[2][0]):
            with pytest.raises(SignInError):
                accounts.give_code(token, wrong, **BROWSER)


class TestRecovery:
    """For whoever lost the app."""

    def test_each_recovery_code_is_good_once(
        self, accounts: AccountService, lead: Account, enrolled: Enrolled
    ) -> None:
        first, second = enrolled[2][:2]
        done = accounts.give_code(owing(accounts, lead), first.lower(), **BROWSER)
        assert accounts.count_recovery_codes(done.token) == 9
        token = owing(accounts, lead)
        with pytest.raises(SignInError):
            accounts.give_code(token, first, **BROWSER)
        accounts.give_code(token, second, **BROWSER)

    def test_they_are_kept_as_hashes(self, database: Database, enrolled: Enrolled) -> None:
        with database.transaction(ACCOUNTS) as connection:
            kept = str(connection.execute("SELECT * FROM account_recovery_code").fetchall())
        assert not [each for each in enrolled[2] if each in kept or each.replace("-", "") in kept]

    def test_an_administrator_resets_what_is_lost_and_every_session_ends(
        self, accounts: AccountService, lead: Account, enrolled: Enrolled
    ) -> None:
        assert not accounts.reset_codes(COMMAND_LINE, lead.email).has_one_time_codes
        assert accounts.session(enrolled[1].token) is None
        assert accounts.sign_in(lead.email, PASSWORD, **BROWSER).stage is Stage.CODES_OWED
