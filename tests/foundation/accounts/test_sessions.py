"""Signing in with a password, and what becomes of sessions."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from psycopg import sql
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from foundation.accounts.base import ACCOUNTS
from foundation.accounts.errors import SessionEndedError, SignInError
from foundation.accounts.model import Account, AccountStatus, Extent, Stage, scope_of
from foundation.accounts.service import AccountService
from foundation.database import Database, Scope
from foundation.errors import ValidationError
from foundation.vocabulary import Role

COMMAND_LINE = Scope("tests")
PASSWORD = "velvet-otter-plumbs-7"  # noqa: S105
NEW = "crimson-kettle-hums-3"
BROWSER = {"address": "192.0.2.7", "agent": "Firefox"}
SECRETS = [
    "account_secret",
    "account_recovery_code",
    "account_session",
    "account_link",
    "account_device",
    "account_identity",
    "sign_in_try",
]


def age(database: Database, *, seen: timedelta, started: timedelta) -> None:
    """Make every session older."""
    with database.transaction(ACCOUNTS) as connection:
        connection.execute(
            "UPDATE account_session"
            " SET last_seen_at = last_seen_at - %s, started_at = started_at - %s",
            [seen, started],
        )


def everything_kept(database: Database) -> str:
    """Every column of every row of every table, as text; bytes in hex, as text and in base64."""
    written = []
    with database.owner_transaction() as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        ).fetchall()
        for (name,) in tables:
            rows = connection.execute(
                sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))
            ).fetchall()
            for row in rows:
                for value in row:
                    written.append(str(value))
                    if isinstance(value, bytes):
                        written += [value.hex(), value.decode("latin-1")]
    return "\n".join(written)


def actions(database: Database) -> list[str]:
    with database.transaction(COMMAND_LINE) as connection:
        rows = connection.execute("SELECT action FROM audit_event ORDER BY id").fetchall()
    return [action for (action,) in rows]


class TestSigningIn:
    """With a password."""

    def test_the_right_password_lets_in_however_the_email_is_written(
        self, accounts: AccountService, staff: Account
    ) -> None:
        begun = accounts.sign_in(" Baker@Example.ORG ", PASSWORD, **BROWSER)
        assert (begun.stage, begun.account.id) == (Stage.SIGNED_IN, staff.id)
        present = accounts.session(begun.token)
        assert present is not None
        account, session = present
        assert account.last_sign_in_at is not None
        assert (session.stage, session.agent, session.address) == (
            Stage.SIGNED_IN,
            "Firefox",
            "192.0.2.7",
        )

    @pytest.mark.parametrize(
        "email", ["baker@example.org", "nobody@example.org", "no email", "a\x00@b.c", "\ud800@b.c"]
    )
    @pytest.mark.usefixtures("staff")
    def test_wrong_and_unknown_are_answered_alike(
        self, accounts: AccountService, email: str
    ) -> None:
        with pytest.raises(SignInError, match=r"^the email address or the password is not right$"):
            accounts.sign_in(email, "not the password", **BROWSER)

    def test_a_disabled_account_is_answered_as_an_unknown_one(
        self, accounts: AccountService, staff: Account
    ) -> None:
        accounts.disable(COMMAND_LINE, staff.email)
        with pytest.raises(SignInError, match="is not right"):
            accounts.sign_in(staff.email, PASSWORD, **BROWSER)
        accounts.enable(COMMAND_LINE, staff.email)
        assert accounts.sign_in(staff.email, PASSWORD, **BROWSER).stage is Stage.SIGNED_IN

    def test_an_account_without_a_password_lets_nobody_in(
        self, accounts: AccountService, add: Callable[..., Account]
    ) -> None:
        account = add(Role.EMPLOYER, password=None)
        for password in ("", "None", "nobody has this password"):
            with pytest.raises(SignInError):
                accounts.sign_in(account.email, password, **BROWSER)

    def test_every_other_role_owes_a_code(self, accounts: AccountService, lead: Account) -> None:
        begun = accounts.sign_in(lead.email, PASSWORD, **BROWSER)
        assert begun.stage is Stage.CODES_OWED
        with pytest.raises(SessionEndedError):
            accounts.list_sessions(begun.token)

    def test_each_sign_in_has_a_token_of_its_own_which_is_kept_nowhere(
        self, accounts: AccountService, database: Database, staff: Account
    ) -> None:
        begun = [accounts.sign_in(staff.email, PASSWORD, **BROWSER) for _ in range(3)]
        link = accounts.invite(COMMAND_LINE, staff.email)
        tokens = {each.token for each in begun} | {each.device for each in begun} | {link}
        assert len(tokens) == 7
        kept = everything_kept(database)
        assert staff.email in kept
        for token in tokens:
            assert token is not None
            assert len(token) >= 43
            assert token not in kept
        assert PASSWORD not in kept

    @pytest.mark.usefixtures("shipped_cost")
    def test_an_old_hash_is_renewed_at_sign_in(
        self, accounts: AccountService, database: Database, staff: Account
    ) -> None:
        weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8192, parallelism=1),))
        old = weak.hash(PASSWORD)
        with database.transaction(ACCOUNTS) as connection:
            connection.execute("UPDATE account_secret SET password_hash = %s", [old])
        accounts.sign_in(staff.email, PASSWORD, **BROWSER)
        with database.transaction(ACCOUNTS) as connection:
            row = connection.execute("SELECT password_hash FROM account_secret").fetchone()
        assert row is not None
        assert "m=65536" in row[0]
        accounts.sign_in(staff.email, PASSWORD, **BROWSER)

    def test_the_trail_says_who_and_keeps_nothing_that_was_typed(
        self, accounts: AccountService, database: Database, staff: Account
    ) -> None:
        accounts.sign_out(accounts.sign_in(staff.email, PASSWORD, **BROWSER).token)
        with pytest.raises(SignInError):
            accounts.sign_in("typed-my-password-here@x", "zzz", **BROWSER)
        assert actions(database)[-3:] == ["sign-in", "sign-out", "sign-in failed"]
        assert "typed-my-password" not in everything_kept(database)
        with database.transaction(COMMAND_LINE) as connection:
            rows = connection.execute(
                "SELECT actor, role, action FROM audit_event WHERE action LIKE 'sign%' ORDER BY id"
            ).fetchall()
        assert rows[0] == (staff.email, "EMPLOYER", "sign-in")
        assert rows[-1] == ("nobody signed in", "", "sign-in failed")


class TestSessions:
    """They run out, are listed, and are ended."""

    @pytest.mark.parametrize(
        ("seen", "started", "lives"),
        [
            (timedelta(minutes=29), timedelta(minutes=29), True),
            (timedelta(minutes=30), timedelta(minutes=30), False),
            (timedelta(minutes=1), timedelta(hours=11, minutes=59), True),
            (timedelta(minutes=1), timedelta(hours=12), False),
        ],
    )
    def test_it_lasts_30_minutes_without_use_and_12_hours_at_all(
        self,
        accounts: AccountService,
        database: Database,
        token: str,
        seen: timedelta,
        started: timedelta,
        lives: bool,
    ) -> None:
        age(database, seen=seen, started=started)
        assert (accounts.session(token) is not None) == lives
        assert (accounts.extend(token) is not None) == lives

    def test_use_puts_the_limit_off_at_most_once_a_minute(
        self, accounts: AccountService, database: Database, token: str
    ) -> None:
        first = accounts.session(token)
        again = accounts.session(token)
        assert first is not None
        assert again == first
        age(database, seen=timedelta(minutes=29), started=timedelta())
        looked = accounts.session(token, touch=False)
        assert looked is not None
        assert looked.session.last_seen_at == first.session.last_seen_at - timedelta(minutes=29)
        put_off = accounts.extend(token)
        assert put_off is not None
        assert put_off.session.last_seen_at > first.session.last_seen_at
        age(database, seen=timedelta(minutes=29), started=timedelta())
        assert accounts.session(token) is not None

    def test_the_end_that_it_tells_is_the_nearer_of_both(
        self, accounts: AccountService, database: Database, token: str
    ) -> None:
        session = accounts.list_sessions(token)[0]
        assert session.ends_at == session.last_seen_at + timedelta(minutes=30)
        age(database, seen=timedelta(), started=timedelta(hours=11, minutes=50))
        session = accounts.list_sessions(token)[0]
        assert session.ends_at == session.started_at + timedelta(hours=12)

    def test_signing_out_ends_it_and_no_other(
        self, accounts: AccountService, staff: Account, token: str
    ) -> None:
        other = accounts.sign_in(staff.email, PASSWORD, **BROWSER).token
        accounts.sign_out(token)
        accounts.sign_out(token)
        assert accounts.session(token) is None
        assert accounts.session(other) is not None

    def test_one_or_all_others_can_be_ended_and_nobody_elses(
        self,
        accounts: AccountService,
        staff: Account,
        token: str,
        add: Callable[..., Account],
    ) -> None:
        stranger = accounts.sign_in(add(Role.EMPLOYER).email, PASSWORD, **BROWSER).token
        others = [accounts.sign_in(staff.email, PASSWORD, **BROWSER).token for _ in range(3)]
        assert len(accounts.list_sessions(token)) == 4
        first = accounts.session(others[0])
        theirs = accounts.session(stranger)
        assert first is not None
        assert theirs is not None
        assert accounts.revoke_session(token, first.session.id)
        assert not accounts.revoke_session(token, first.session.id)
        assert not accounts.revoke_session(token, theirs.session.id)
        assert accounts.session(others[0]) is None
        assert accounts.revoke_others(token) == 2
        assert [accounts.session(each) for each in others] == [None] * 3
        assert accounts.session(token) is not None
        assert accounts.session(stranger) is not None

    @pytest.mark.parametrize("token", ["", "x", "\ud800", "'; DROP TABLE account"])
    def test_no_made_up_token_is_a_session(self, accounts: AccountService, token: str) -> None:
        assert accounts.session(token) is None
        accounts.sign_out(token)
        with pytest.raises(SessionEndedError):
            accounts.list_sessions(token)

    @pytest.mark.usefixtures("token")
    def test_what_ran_out_is_deleted(
        self, accounts: AccountService, database: Database, staff: Account
    ) -> None:
        assert accounts.delete_expired() == 0
        age(database, seen=timedelta(minutes=31), started=timedelta(minutes=31))
        kept = accounts.sign_in(staff.email, PASSWORD, **BROWSER).token
        assert accounts.delete_expired() == 1
        assert accounts.session(kept) is not None


class TestChanges:
    """Of the account count from the next request."""

    def test_a_new_role_is_seen_by_the_next_request(
        self, accounts: AccountService, staff: Account, token: str
    ) -> None:
        accounts.change_role(COMMAND_LINE, staff.email, Role.WORK_COACH, Extent(areas=("LS",)))
        present = accounts.session(token)
        assert present is not None
        assert scope_of(present.account).areas == ("LS",)
        assert scope_of(present.account).employer_id is None
        # And what the new role asks for is owed at once.
        assert present.session.stage is Stage.CODES_OWED

    def test_a_disabled_account_is_out_and_stays_out_once_enabled(
        self, accounts: AccountService, staff: Account, token: str
    ) -> None:
        assert accounts.disable(COMMAND_LINE, staff.email).status is AccountStatus.DISABLED
        assert accounts.session(token) is None
        accounts.enable(COMMAND_LINE, staff.email)
        assert accounts.session(token) is None

    def test_a_new_password_ends_every_session_but_this_one(
        self, accounts: AccountService, staff: Account, token: str
    ) -> None:
        other = accounts.sign_in(staff.email, PASSWORD, **BROWSER).token
        changed = accounts.change_password(token, PASSWORD, NEW, **BROWSER)
        assert accounts.session(token) is None
        assert accounts.session(other) is None
        assert accounts.session(changed.token) is not None
        with pytest.raises(SignInError):
            accounts.sign_in(staff.email, PASSWORD, **BROWSER)
        assert accounts.sign_in(staff.email, NEW, **BROWSER).stage is Stage.SIGNED_IN

    def test_a_password_is_not_changed_without_the_old_one_or_for_a_bad_one(
        self, accounts: AccountService, staff: Account, token: str
    ) -> None:
        with pytest.raises(SignInError, match="have now is not right"):
            accounts.change_password(token, "wrong wrong wrong", NEW, **BROWSER)
        with pytest.raises(ValidationError, match="guessed first"):
            accounts.change_password(token, PASSWORD, "password12345", **BROWSER)
        with pytest.raises(SessionEndedError):
            accounts.change_password("x", PASSWORD, NEW, **BROWSER)
        assert accounts.sign_in(staff.email, PASSWORD, **BROWSER).stage is Stage.SIGNED_IN


class TestRows:
    """What the database itself lets each transaction read."""

    def seen(self, database: Database, scope: Scope) -> list[str]:
        with database.transaction(scope) as connection:
            rows = connection.execute("SELECT email FROM account ORDER BY email").fetchall()
        return [email for (email,) in rows]

    def test_accounts_are_read_by_the_service_administrators_and_themselves(
        self,
        database: Database,
        staff: Account,
        lead: Account,
        add: Callable[..., Account],
    ) -> None:
        everyone = [staff.email, lead.email]
        assert self.seen(database, Scope("", None)) == []
        assert self.seen(database, COMMAND_LINE) == everyone
        assert self.seen(database, scope_of(lead)) == [lead.email]
        assert self.seen(database, scope_of(staff)) == [staff.email]
        admin = add(Role.ADMINISTRATOR, email="zz@example.org")
        broker = add(Role.NFN_BROKER, email="zzz@example.org")
        assert self.seen(database, scope_of(admin)) == [*everyone, admin.email, broker.email]
        assert self.seen(database, scope_of(broker)) == [staff.email, broker.email]

    @pytest.mark.usefixtures("token")
    @pytest.mark.parametrize("table", SECRETS)
    def test_secrets_open_to_the_service_only(
        self,
        accounts: AccountService,
        database: Database,
        staff: Account,
        add: Callable[..., Account],
        table: str,
    ) -> None:
        accounts.invite(COMMAND_LINE, staff.email)
        admin = add(Role.ADMINISTRATOR)
        everything = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
        pretender = Scope("accounts", (), (), Role.ADMINISTRATOR)
        for scope in (COMMAND_LINE, scope_of(admin), scope_of(staff), pretender, Scope("")):
            with database.transaction(scope) as connection:
                assert connection.execute(everything).fetchall() == []
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            database.monitoring_transaction(COMMAND_LINE) as connection,
        ):
            connection.execute(everything)
        with database.owner_transaction() as connection:
            forced = connection.execute(
                "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = %s",
                [table],
            ).fetchone()
        assert forced == (True,)

    def test_nobody_changes_an_account_by_row_but_the_service(
        self, database: Database, staff: Account, lead: Account
    ) -> None:
        for scope in (scope_of(staff), scope_of(lead)):
            with database.transaction(scope) as connection:
                changed = connection.execute("UPDATE account SET name = 'x'").rowcount
                assert (changed, connection.execute("DELETE FROM account").rowcount) == (0, 0)
