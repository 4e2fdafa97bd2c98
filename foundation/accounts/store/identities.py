"""Who an identity provider (OpenID Connect) says somebody is, in PostgreSQL.

Functions take the connection and never commit.
"""

from typing import Any

from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.rows import dict_row

from foundation.accounts.model import Account, AccountStatus, normal_email
from foundation.accounts.store.accounts import account_of, find_account_by_email
from foundation.errors import ValidationError


def find_account_by_identity(
    connection: Connection[Any], issuer: str, subject: str
) -> Account | None:
    """The account that was linked to this subject of this issuer."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(
            "SELECT account.* FROM account_identity AS identity"
            " JOIN account ON account.id = identity.account_id"
            " WHERE identity.issuer = %s AND identity.subject = %s",
            [issuer, subject],
        ).fetchone()
    return account_of(row) if row else None


def link_identity(
    connection: Connection[Any], issuer: str, subject: str, *, email: str, email_verified: bool
) -> Account | None:
    """Link a subject to the account that has its email, the first time that it comes.

    Only to an account that exists and may sign in, only if the issuer has verified the email, and
    only one subject of an issuer to each account: an address that was given to somebody else later
    opens nothing. None if any of these fails.
    """
    if not (issuer and subject and email_verified):
        return None
    try:
        account = find_account_by_email(connection, normal_email(email), lock=True)
    except ValidationError:
        return None
    if account is None or account.status is not AccountStatus.ACTIVE:
        return None
    try:
        with connection.transaction():
            connection.execute(
                "INSERT INTO account_identity (issuer, subject, account_id) VALUES (%s, %s, %s)",
                [issuer, subject, account.id],
            )
    except UniqueViolation:
        return None
    return account
