"""Passwords, one-time codes, links and tries in PostgreSQL, for AccountService's transactions only.

Functions take the connection and never commit.
"""

from collections.abc import Sequence
from datetime import timedelta
from math import ceil
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import class_row

from foundation.accounts.errors import TooManyTriesError
from foundation.accounts.tokens import hash_of
from foundation.accounts.tries import FORGOTTEN_AFTER, TryKeys, wait_seconds

LINK_LIFETIME = timedelta(days=7)


class CodeSecret(NamedTuple):
    """The secret of one-time codes, and the step of the last that was accepted."""

    secret: str
    last_step: int


def find_password_hash(connection: Connection[Any], account_id: int) -> str | None:
    """The hash of the account's password; None where it has none."""
    row = connection.execute(
        "SELECT password_hash FROM account_secret WHERE account_id = %s", [account_id]
    ).fetchone()
    return row[0] if row else None


def update_password(connection: Connection[Any], account_id: int, password_hash: str) -> None:
    """Keep a password's hash in place of the one before."""
    connection.execute(
        "INSERT INTO account_secret (account_id, password_hash) VALUES (%s, %s)"
        " ON CONFLICT (account_id) DO UPDATE SET password_hash = excluded.password_hash",
        [account_id, password_hash],
    )
    connection.execute(
        "UPDATE account SET has_password = true WHERE id = %s AND NOT has_password", [account_id]
    )


def find_code_secret(connection: Connection[Any], account_id: int) -> CodeSecret | None:
    """The account's secret, if it uses one-time codes."""
    with connection.cursor(row_factory=class_row(CodeSecret)) as cursor:
        return cursor.execute(
            "SELECT code_secret AS secret, last_code_step AS last_step FROM account_secret"
            " WHERE account_id = %s AND code_secret IS NOT NULL",
            [account_id],
        ).fetchone()


def update_code_secret(
    connection: Connection[Any], account_id: int, secret: str, step: int
) -> None:
    """Use one-time codes from this secret, of which the code of `step` was used already."""
    connection.execute(
        "INSERT INTO account_secret (account_id, code_secret, last_code_step) VALUES (%s, %s, %s)"
        " ON CONFLICT (account_id) DO UPDATE"
        " SET code_secret = excluded.code_secret, last_code_step = excluded.last_code_step",
        [account_id, secret, step],
    )
    connection.execute("UPDATE account SET has_one_time_codes = true WHERE id = %s", [account_id])


def update_code_step(connection: Connection[Any], account_id: int, step: int) -> bool:
    """The code of `step` was used. False: it, or a later one, had been already."""
    return (
        connection.execute(
            "UPDATE account_secret SET last_code_step = %s"
            " WHERE account_id = %s AND last_code_step < %s",
            [step, account_id, step],
        ).rowcount
        == 1
    )


def delete_codes(connection: Connection[Any], account_id: int) -> None:
    """Use no one-time codes; recovery codes go too."""
    connection.execute(
        "UPDATE account_secret SET code_secret = NULL, last_code_step = NULL WHERE account_id = %s",
        [account_id],
    )
    connection.execute("DELETE FROM account_recovery_code WHERE account_id = %s", [account_id])
    connection.execute("UPDATE account SET has_one_time_codes = false WHERE id = %s", [account_id])


def replace_recovery_codes(
    connection: Connection[Any], account_id: int, codes: Sequence[str]
) -> None:
    """Keep the hashes of new recovery codes; the ones before are void."""
    connection.execute("DELETE FROM account_recovery_code WHERE account_id = %s", [account_id])
    connection.execute(
        "INSERT INTO account_recovery_code (account_id, code_hash) SELECT %s, unnest(%s::bytea[])",
        [account_id, [hash_of(code) for code in codes]],
    )


def delete_recovery_code(connection: Connection[Any], account_id: int, code: str) -> bool:
    """Use up a recovery code. False: the account has none such, or no longer."""
    return (
        connection.execute(
            "DELETE FROM account_recovery_code WHERE account_id = %s AND code_hash = %s",
            [account_id, hash_of(code)],
        ).rowcount
        == 1
    )


def count_recovery_codes(connection: Connection[Any], account_id: int) -> int:
    """How many recovery codes are left."""
    row = connection.execute(
        "SELECT count(*) FROM account_recovery_code WHERE account_id = %s", [account_id]
    ).fetchone()
    return int(row[0]) if row else 0


def replace_link(connection: Connection[Any], account_id: int, token: str) -> None:
    """Keep the hash of a link to choose a password; the one before is void."""
    connection.execute(
        "INSERT INTO account_link (token_hash, account_id) VALUES (%s, %s)"
        " ON CONFLICT (account_id) DO UPDATE"
        " SET token_hash = excluded.token_hash, made_at = now()",
        [hash_of(token), account_id],
    )


def find_linked_account(connection: Connection[Any], token: str) -> int | None:
    """The id of the account that a link is for, while it may be used."""
    row = connection.execute(
        "SELECT account_id FROM account_link WHERE token_hash = %s AND made_at > now() - %s",
        [hash_of(token), LINK_LIFETIME],
    ).fetchone()
    return int(row[0]) if row else None


def delete_link(connection: Connection[Any], account_id: int) -> bool:
    """Void the account's link. False: it had none."""
    return (
        connection.execute("DELETE FROM account_link WHERE account_id = %s", [account_id]).rowcount
        == 1
    )


def count_try(connection: Connection[Any], keys: TryKeys) -> None:
    """Count a try as a failure before it is known to be one, so that many at once gain nothing.

    Raises:
        TooManyTriesError: it comes too soon after failures before, and is not counted.
    """
    connection.execute(
        "INSERT INTO sign_in_try (key, failures, last_at)"
        " SELECT key, 0, '-infinity' FROM unnest(%s::bytea[]) AS key ORDER BY key"
        " ON CONFLICT DO NOTHING",
        [list(keys.counted)],
    )
    rows = connection.execute(
        "SELECT key, CASE WHEN last_at < now() - %s THEN 0 ELSE failures END,"
        " CASE WHEN isfinite(last_at) THEN extract(epoch FROM clock_timestamp() - last_at)::float8"
        " ELSE 0 END FROM sign_in_try WHERE key = ANY(%s) ORDER BY key FOR UPDATE",
        [FORGOTTEN_AFTER, list(keys.counted)],
    ).fetchall()
    left = max(
        (wait_seconds(failures) - passed for key, failures, passed in rows if key in keys.waits),
        default=0.0,
    )
    if left > 0:
        raise TooManyTriesError(ceil(left))
    connection.execute(
        "UPDATE sign_in_try SET last_at = clock_timestamp(),"
        " failures = CASE WHEN last_at < now() - %s THEN 1 ELSE failures + 1 END"
        " WHERE key = ANY(%s)",
        [FORGOTTEN_AFTER, list(keys.counted)],
    )


def forgive_try(connection: Connection[Any], keys: TryKeys) -> None:
    """The try that was counted was right: forget the account's failures, and this one elsewhere."""
    # Locked in the order in which count_try locks them, so that neither waits for the other.
    connection.execute(
        "SELECT FROM sign_in_try WHERE key = ANY(%s) ORDER BY key FOR UPDATE", [list(keys.counted)]
    )
    connection.execute("DELETE FROM sign_in_try WHERE key = %s", [keys.cleared])
    connection.execute(
        "UPDATE sign_in_try SET failures = greatest(failures - 1, 0) WHERE key = ANY(%s)",
        [list(keys.counted)],
    )


def delete_old_secrets(connection: Connection[Any]) -> int:
    """Delete links that have run out and tries that are forgotten; returns how many."""
    links = connection.execute(
        "DELETE FROM account_link WHERE made_at <= now() - %s", [LINK_LIFETIME]
    ).rowcount
    tries = connection.execute(
        "DELETE FROM sign_in_try WHERE last_at < now() - %s", [FORGOTTEN_AFTER]
    ).rowcount
    return links + tries
