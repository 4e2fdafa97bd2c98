"""Accounts in PostgreSQL. Functions take the connection and never commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.errors import ForeignKeyViolation, UniqueViolation
from psycopg.rows import dict_row

from foundation.accounts.model import Account, AccountStatus, Extent, normal_email
from foundation.errors import NotFoundError, ValidationError
from foundation.places.regions import Region
from foundation.vocabulary import Role

NO_EXTENT = Extent()


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is known of an account before it exists; email and name in normal form."""

    email: str
    name: str
    role: Role
    extent: Extent = NO_EXTENT
    status: AccountStatus = AccountStatus.ACTIVE
    made_up: bool = False


def account_of(row: Mapping[str, Any]) -> Account:
    """The account in a row that has all columns of the table."""
    return Account(
        id=row["id"],
        public_id=row["public_id"],
        email=row["email"],
        name=row["name"],
        role=Role(row["role"]),
        prisons=tuple(row["prisons"]),
        areas=tuple(row["areas"]),
        regions=tuple(Region(region) for region in row["regions"]),
        employer_id=row["employer_id"],
        status=AccountStatus(row["status"]),
        has_password=row["has_password"],
        has_one_time_codes=row["has_one_time_codes"],
        made_up=row["made_up"],
        created_at=row["created_at"],
        last_sign_in_at=row["last_sign_in_at"],
    )


def insert_account(connection: Connection[Any], new: NewAccount) -> Account:
    """Keep a new account.

    Raises:
        ValidationError: there is one with this email, or no such employer.
    """
    try:
        with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
            row = cursor.execute(
                "INSERT INTO account (email, name, role, prisons, areas, regions, employer_id,"
                " status, made_up) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING *",
                [
                    new.email,
                    new.name,
                    new.role,
                    *_reach(new.extent),
                    new.status,
                    new.made_up,
                ],
            ).fetchone()
    except UniqueViolation as error:
        raise ValidationError("email", new.email, "an account has it already") from error
    except ForeignKeyViolation as error:
        raise _no_employer(new.extent) from error
    assert row is not None  # noqa: S101 -- RETURNING
    return account_of(row)


def find_account_by_email(
    connection: Connection[Any], email: str, *, lock: bool = False
) -> Account | None:
    """The account with this email, in normal form; locked until the transaction ends, if asked."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(
            "SELECT * FROM account WHERE email = %s FOR NO KEY UPDATE"
            if lock
            else "SELECT * FROM account WHERE email = %s",
            [email],
        ).fetchone()
    return account_of(row) if row else None


def get_account_by_email(connection: Connection[Any], email: str, *, lock: bool = False) -> Account:
    """The account with this email, however it is written.

    Raises:
        NotFoundError: there is none, or it is outside the scope.
    """
    found = find_account_by_email(connection, normal_email(email), lock=lock)
    if found is None:
        raise NotFoundError(f"no account {email!r}; see `newfutures users list`")
    return found


def get_account(connection: Connection[Any], public_id: UUID) -> Account:
    """The account with this public id.

    Raises:
        NotFoundError: there is none, or it is outside the scope.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute("SELECT * FROM account WHERE public_id = %s", [public_id]).fetchone()
    if row is None:
        raise NotFoundError("there is no such account")
    return account_of(row)


def lock_account(connection: Connection[Any], account_id: int) -> Account:
    """The account as it is now, which nobody else can change until the transaction ends.

    Whatever signs in, or changes how one signs in, locks first: so an old password cannot make a
    session while a new one is set.

    Raises:
        NotFoundError: it was deleted.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(
            "SELECT * FROM account WHERE id = %s FOR NO KEY UPDATE", [account_id]
        ).fetchone()
    if row is None:
        raise NotFoundError("the account has been deleted")
    return account_of(row)


def list_accounts(connection: Connection[Any]) -> list[Account]:
    """Every account in scope, by email."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return [account_of(row) for row in cursor.execute("SELECT * FROM account ORDER BY email")]


def count_accounts(connection: Connection[Any]) -> int:
    """How many accounts are in scope."""
    row = connection.execute("SELECT count(*) FROM account").fetchone()
    return int(row[0]) if row else 0


def update_role(connection: Connection[Any], account_id: int, role: Role, extent: Extent) -> None:
    """Give an account another role, or the same one with another reach.

    Raises:
        ValidationError: there is no such employer.
    """
    try:
        with connection.transaction():
            connection.execute(
                "UPDATE account SET role = %s, prisons = %s, areas = %s, regions = %s,"
                " employer_id = %s WHERE id = %s",
                [role, *_reach(extent), account_id],
            )
    except ForeignKeyViolation as error:
        raise _no_employer(extent) from error


def update_status(connection: Connection[Any], account_id: int, status: AccountStatus) -> None:
    """Let an account sign in, or not."""
    connection.execute("UPDATE account SET status = %s WHERE id = %s", [status, account_id])


def update_last_sign_in(connection: Connection[Any], account_id: int) -> None:
    """The account has signed in now."""
    connection.execute("UPDATE account SET last_sign_in_at = now() WHERE id = %s", [account_id])


def find_employer_id(connection: Connection[Any], name: str) -> int | None:
    """The employer of that name, whatever its case, or of that public id."""
    row = connection.execute(
        "SELECT id FROM employer WHERE name_key = %s OR public_id::text = %s",
        [name.strip().casefold(), name.strip().lower()],
    ).fetchone()
    return int(row[0]) if row else None


def list_employer_names(connection: Connection[Any], ids: Sequence[int]) -> dict[int, str]:
    """The names of these employers, by id."""
    rows = connection.execute("SELECT id, name FROM employer WHERE id = ANY(%s)", [list(ids)])
    return dict(rows)


def _reach(extent: Extent) -> tuple[list[str], list[str], list[str], int | None]:
    regions = [region.value for region in extent.regions]
    return list(extent.prisons), list(extent.areas), regions, extent.employer_id


def _no_employer(extent: Extent) -> ValidationError:
    return ValidationError("employer", extent.employer_id, "there is no such employer")
