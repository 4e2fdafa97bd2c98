"""Sessions, and browsers that an account signed in with, for AccountService's transactions only.

Functions take the connection and never commit. A session that has run out is as absent as none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from foundation.accounts.model import Account, Present, Session, stage_of
from foundation.accounts.store.accounts import account_of
from foundation.accounts.tokens import hash_of

DEVICE_LIFETIME = timedelta(days=90)  # since it was last used


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts: without a request, and at all."""

    idle: timedelta
    whole: timedelta


@dataclass(frozen=True, slots=True)
class NewSession:
    """What is known of a session before it exists."""

    account_id: int
    code_given: bool
    agent: str
    address: str


def insert_session(connection: Connection[Any], token: str, new: NewSession) -> None:
    """Keep a session under the hash of its token."""
    connection.execute(
        "INSERT INTO account_session (token_hash, account_id, code_given, agent, address)"
        " VALUES (%s, %s, %s, %s, %s)",
        [hash_of(token), new.account_id, new.code_given, new.agent, new.address],
    )


def find_session(connection: Connection[Any], token: str, limits: Limits) -> Present | None:
    """The session and its account as both are now; None if it has ended or may not sign in."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(
            "SELECT account.*, session.id AS session_id, session.code_given, session.started_at,"
            " session.last_seen_at, session.agent, session.address"
            " FROM account_session AS session JOIN account ON account.id = session.account_id"
            " WHERE session.token_hash = %s AND account.status = 'ACTIVE'"
            " AND session.last_seen_at > now() - %s AND session.started_at > now() - %s",
            [hash_of(token), limits.idle, limits.whole],
        ).fetchone()
    if row is None:
        return None
    account = account_of(row)
    return Present(account, _session(account, row, limits))


def list_account_sessions(
    connection: Connection[Any], account: Account, limits: Limits
) -> list[Session]:
    """The account's sessions, the one last used first."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            "SELECT id AS session_id, code_given, started_at, last_seen_at, agent, address"
            " FROM account_session WHERE account_id = %s"
            " AND last_seen_at > now() - %s AND started_at > now() - %s"
            " ORDER BY last_seen_at DESC, id",
            [account.id, limits.idle, limits.whole],
        ).fetchall()
    return [_session(account, row, limits) for row in rows]


def touch_session(connection: Connection[Any], session_id: UUID) -> None:
    """The session is in use: put its idle limit off, at most once a minute."""
    connection.execute(
        "UPDATE account_session SET last_seen_at = now()"
        " WHERE id = %s AND last_seen_at < now() - interval '1 minute'",
        [session_id],
    )


def find_pending_secret(connection: Connection[Any], session_id: UUID) -> str | None:
    """The secret that the session was shown, and has not confirmed."""
    row = connection.execute(
        "SELECT pending_code_secret FROM account_session WHERE id = %s", [session_id]
    ).fetchone()
    return row[0] if row else None


def update_pending_secret(connection: Connection[Any], session_id: UUID, secret: str) -> None:
    """Keep the secret that the session is shown."""
    connection.execute(
        "UPDATE account_session SET pending_code_secret = %s WHERE id = %s", [secret, session_id]
    )


def delete_session(connection: Connection[Any], account_id: int, session_id: UUID) -> bool:
    """End one session of an account. False: it has none such."""
    return (
        connection.execute(
            "DELETE FROM account_session WHERE id = %s AND account_id = %s",
            [session_id, account_id],
        ).rowcount
        == 1
    )


def delete_sessions(
    connection: Connection[Any], account_id: int, *, but: UUID | None = None
) -> int:
    """End all sessions of an account, but one; returns how many."""
    return connection.execute(
        "DELETE FROM account_session WHERE account_id = %s AND id IS DISTINCT FROM %s",
        [account_id, but],
    ).rowcount


def insert_device(connection: Connection[Any], account_id: int, token: str) -> None:
    """Know a browser again."""
    connection.execute(
        "INSERT INTO account_device (token_hash, account_id) VALUES (%s, %s)",
        [hash_of(token), account_id],
    )


def touch_device(connection: Connection[Any], account_id: int, token_hash: bytes) -> bool:
    """The browser is in use. False: the account is not known in it."""
    return (
        connection.execute(
            "UPDATE account_device SET used_at = now()"
            " WHERE account_id = %s AND token_hash = %s AND used_at > now() - %s",
            [account_id, token_hash, DEVICE_LIFETIME],
        ).rowcount
        == 1
    )


def delete_devices(connection: Connection[Any], account_id: int) -> None:
    """Know none of the account's browsers."""
    connection.execute("DELETE FROM account_device WHERE account_id = %s", [account_id])


def delete_ended_sessions(connection: Connection[Any], limits: Limits) -> int:
    """Delete what has run out; returns how many sessions and browsers."""
    sessions = connection.execute(
        "DELETE FROM account_session WHERE last_seen_at <= now() - %s OR started_at <= now() - %s",
        [limits.idle, limits.whole],
    ).rowcount
    devices = connection.execute(
        "DELETE FROM account_device WHERE used_at <= now() - %s", [DEVICE_LIFETIME]
    ).rowcount
    return sessions + devices


def _session(account: Account, row: Mapping[str, Any], limits: Limits) -> Session:
    return Session(
        id=row["session_id"],
        stage=stage_of(account, code_given=row["code_given"]),
        started_at=row["started_at"],
        last_seen_at=row["last_seen_at"],
        ends_at=min(row["last_seen_at"] + limits.idle, row["started_at"] + limits.whole),
        agent=row["agent"],
        address=row["address"],
    )
