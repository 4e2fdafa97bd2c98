"""What every part of AccountService needs: its own transactions, and the trail."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from psycopg import Connection

from foundation import audit
from foundation.accounts.errors import SessionEndedError
from foundation.accounts.model import Account, Present, SignedIn, Stage, stage_of
from foundation.accounts.store.accounts import lock_account
from foundation.accounts.store.sessions import Limits, NewSession, find_session, insert_session
from foundation.accounts.tokens import new_token
from foundation.database import Database, Scope
from foundation.settings import Settings

# The only scope that reads what one signs in with. It sees no people.
ACCOUNTS = Scope("accounts", prisons=())
NOBODY = Scope("nobody signed in", prisons=())
LONGEST_AGENT = 300
LONGEST_ADDRESS = 64


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from, as text that can be kept and shown."""

    address: str
    agent: str

    @classmethod
    def of(cls, address: str, agent: str) -> Self:
        """Cut to length; what cannot be shown is left out."""
        return cls(_tidy(address, LONGEST_ADDRESS), _tidy(agent, LONGEST_AGENT))


class Accounts:
    """A database, how long sessions last, and transactions that may read secrets."""

    def __init__(self, database: Database, settings: Settings) -> None:
        """Over `database`; sessions last as `settings` says."""
        self._database = database
        self._limits = Limits(
            timedelta(minutes=settings.session_idle_minutes),
            timedelta(hours=settings.session_hours),
        )

    @contextmanager
    def _transaction(self) -> Iterator[Connection[Any]]:
        with self._database.transaction(ACCOUNTS) as connection:
            yield connection

    def _get_present(self, connection: Connection[Any], token: str) -> Present:
        """The session's account, locked.

        Raises:
            SessionEndedError: there is no such session, or no longer.
        """
        found = find_session(connection, token, self._limits)
        if found is not None:
            lock_account(connection, found.account.id)
            found = find_session(connection, token, self._limits)
        if found is None:
            raise SessionEndedError
        return found

    def _get_signed_in(self, connection: Connection[Any], token: str) -> Present:
        """As `_get_present`, and nothing is owed."""
        found = self._get_present(connection, token)
        if found.session.stage is not Stage.SIGNED_IN:
            raise SessionEndedError
        return found


def start_session(
    connection: Connection[Any], account: Account, origin: Origin, *, code_given: bool
) -> SignedIn:
    """A new session with a token of its own."""
    token = new_token()
    insert_session(
        connection, token, NewSession(account.id, code_given, origin.agent, origin.address)
    )
    return SignedIn(token, stage_of(account, code_given=code_given), account)


@contextmanager
def acting_as(connection: Connection[Any], by: Scope) -> Iterator[None]:
    """Changes of `account` inside the block are `by`'s in the trail; secrets are out of reach."""
    _set_actor(connection, by.actor, "")
    yield
    _set_actor(connection, ACCOUNTS.actor, "")


def record(
    connection: Connection[Any], by: Scope, action: str, account_id: int | None, **detail: object
) -> None:
    """Write in the trail that `by` did something to an account."""
    _set_actor(connection, by.actor, by.role or "")
    audit.insert_event(connection, action, "account", account_id, **detail)
    _set_actor(connection, ACCOUNTS.actor, "")


def by_account(account: Account) -> Scope:
    """Somebody who acts on their own account: for the trail, so it sees no people."""
    return Scope(account.email, (), (), account.role, account.employer_id, account.id)


def _set_actor(connection: Connection[Any], actor: str, role: str) -> None:
    connection.execute(
        "SELECT set_config('newfutures.actor', %s, true), set_config('newfutures.role', %s, true)",
        [actor, role],
    )


def _tidy(text: str, longest: int) -> str:
    return "".join(each for each in text[:longest] if each.isprintable())
