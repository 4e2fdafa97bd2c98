"""Employers who ask to take part, in PostgreSQL. Functions take the connection and never commit.

Approving and declining run in a broker's own transaction: they go together with the employer.
"""

from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from foundation.accounts.model import AccountStatus
from foundation.accounts.registration import NewRegistration, Registration, RegistrationStatus
from foundation.accounts.store.accounts import NewAccount, find_account_by_email, insert_account
from foundation.errors import NotFoundError, ValidationError
from foundation.places.regions import Region
from foundation.vocabulary import EmployerSector, Role

LONGEST_REASON = 1000


def register_employer_account(connection: Connection[Any], asked: NewRegistration) -> bool:
    """Keep a request, with an account that cannot be used until it is approved.

    False where an account has that email already: nothing is kept, and whoever asked must not be
    told, so that nobody can find out who has an account.
    """
    if find_account_by_email(connection, asked.contact_email) is not None:
        return False
    try:
        account = insert_account(
            connection,
            NewAccount(
                asked.contact_email,
                asked.contact_name,
                Role.EMPLOYER,
                status=AccountStatus.PENDING,
            ),
        )
    except ValidationError:  # somebody else made it between the look and the leap
        return False
    connection.execute(
        "INSERT INTO employer_registration (account_id, name, sector, description, contact_name,"
        " contact_email, postcode, region) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [
            account.id,
            asked.name,
            asked.sector,
            asked.description,
            asked.contact_name,
            asked.contact_email,
            asked.postcode,
            asked.place,
        ],
    )
    return True


def list_registrations(
    connection: Connection[Any], status: RegistrationStatus = RegistrationStatus.PENDING
) -> list[Registration]:
    """Requests in scope that stand so, the oldest first."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            "SELECT * FROM employer_registration WHERE status = %s ORDER BY asked_at, id", [status]
        ).fetchall()
    return [_registration(row) for row in rows]


def get_registration(
    connection: Connection[Any], public_id: UUID, *, lock: bool = False
) -> Registration:
    """One request; locked until the transaction ends, if asked.

    Raises:
        NotFoundError: there is none, or it is outside the scope.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(
            "SELECT * FROM employer_registration WHERE public_id = %s FOR UPDATE"
            if lock
            else "SELECT * FROM employer_registration WHERE public_id = %s",
            [public_id],
        ).fetchone()
    if row is None:
        raise NotFoundError("there is no such request of an employer")
    return _registration(row)


def activate_account(connection: Connection[Any], account_id: int, employer_id: int) -> None:
    """Let a pending account act for an employer, and mark its request as approved.

    Raises:
        ValidationError: the account is not waiting for approval.
    """
    changed = connection.execute(
        "UPDATE account SET status = 'ACTIVE', employer_id = %s"
        " WHERE id = %s AND role = 'EMPLOYER' AND status = 'PENDING'",
        [employer_id, account_id],
    ).rowcount
    if changed != 1:
        raise ValidationError("account", account_id, "it must be waiting for approval")
    connection.execute(
        "UPDATE employer_registration"
        " SET status = 'APPROVED', employer_id = %s, decided_at = now(),"
        " decided_by = current_setting('newfutures.actor')"
        " WHERE account_id = %s AND status = 'PENDING'",
        [employer_id, account_id],
    )


def decline_registration(connection: Connection[Any], registration_id: int, reason: str) -> None:
    """Turn a request away with a reason. The account goes, so that the person may ask again.

    Raises:
        ValidationError: no reason, or the request was decided already.
    """
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise ValidationError("reason", reason, f"say why, in at most {LONGEST_REASON} characters")
    row = connection.execute(
        "UPDATE employer_registration SET status = 'DECLINED', reason = %s, decided_at = now(),"
        " decided_by = current_setting('newfutures.actor')"
        " WHERE id = %s AND status = 'PENDING' RETURNING account_id",
        [reason.strip(), registration_id],
    ).fetchone()
    if row is None:
        raise ValidationError("request", registration_id, "it must be waiting for approval")
    connection.execute("DELETE FROM account WHERE id = %s AND status = 'PENDING'", [row[0]])


def _registration(row: dict[str, Any]) -> Registration:
    coded = {
        "sector": EmployerSector(row["sector"]),
        "region": Region(row["region"]),
        "status": RegistrationStatus(row["status"]),
    }
    return Registration(**(row | coded))
