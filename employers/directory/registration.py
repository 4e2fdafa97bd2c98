"""Employers who ask to take part: brokers let them in, or turn them away with a reason.

Approving makes the employer and lets the account in that asked, in one transaction. A name that is
known already is never joined by itself: whoever asked could otherwise take over an employer that
was imported, its vacancies and its applicants, by giving its name. A broker who knows that they
belong to it says so.
"""

from typing import Any
from uuid import UUID

from psycopg import Connection

from employers.model import Employer
from employers.store import find_employer_by_name, get_employer, insert_employer
from foundation import audit, clock
from foundation.accounts.registration import Registration, RegistrationStatus
from foundation.accounts.store.registrations import (
    activate_account,
    decline_registration,
    get_registration,
)
from foundation.database import Database, Scope
from foundation.errors import ConflictError, NotFoundError
from foundation.record import check
from foundation.vocabulary import EmployerStatus, Role

# Gold and platinum are earned by working together; every employer begins with the plain standing,
# as one does that an import brings without saying.
FIRST_STANDING = EmployerStatus.SILVER

DECIDERS = (None, Role.NFN_BROKER)


class RegistrationDesk:
    """Decides on requests, each in its own transaction. Reading them is AccountService's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def approve(self, scope: Scope, registration: UUID, *, join: UUID | None = None) -> int:
        """Make the employer, or take the one to `join`, and let the account in.

        Returns:
            The employer's id.

        Raises:
            NotFoundError: no such request or employer, or the role does not decide.
            ConflictError: an employer of that name is there already, and `join` does not name it;
                or somebody decided first.
        """
        _require_decider(scope)
        with self._database.transaction(scope) as connection:
            asked, account_id = _undecided(connection, registration)
            employer_id = (
                get_employer(connection, join).id if join else _new_employer(connection, asked)
            )
            activate_account(connection, account_id, employer_id)
            audit.insert_event(
                connection, "approve", "employer_registration", asked.id, employer=employer_id
            )
            return employer_id

    def decline(self, scope: Scope, registration: UUID, reason: str) -> None:
        """Turn a request away; the person may ask again.

        Raises:
            NotFoundError: no such request, or the role does not decide.
            ValidationError: no reason, or one that is too long.
            ConflictError: somebody decided first.
        """
        _require_decider(scope)
        with self._database.transaction(scope) as connection:
            asked, _ = _undecided(connection, registration)
            decline_registration(connection, asked.id, reason)
            audit.insert_event(connection, "decline", "employer_registration", asked.id)


def _require_decider(scope: Scope) -> None:
    if scope.role not in DECIDERS:
        raise NotFoundError("requests of employers are decided by brokers")


def _undecided(connection: Connection[Any], registration: UUID) -> tuple[Registration, int]:
    """The request, locked, and the account that waits for it."""
    asked = get_registration(connection, registration, lock=True)
    if asked.status is not RegistrationStatus.PENDING or asked.account_id is None:
        on = (
            "" if asked.decided_at is None else f"{asked.decided_at.astimezone(clock.UK):%-d %B %Y}"
        )
        raise ConflictError(
            f"{asked.decided_by or 'somebody'} decided on the request of {asked.name} on {on}: "
            f"{asked.status.label.lower()}; there is nothing left to decide"
        )
    return asked, asked.account_id


def _new_employer(connection: Connection[Any], asked: Registration) -> int:
    made = check(
        Employer,
        {
            "name": asked.name,
            "description": asked.description or None,
            "sector": asked.sector,
            "status": FIRST_STANDING,
            "contact_name": asked.contact_name,
            "contact_email": asked.contact_email,
        },
    )
    if isinstance(made, list):
        raise ConflictError(f"the request cannot become an employer: {made[0].allowed}; decline it")
    employer_id = insert_employer(connection, made)
    if employer_id is None:
        known = find_employer_by_name(connection, made.name)
        raise ConflictError(
            f"there is an employer called {known.record.name if known else made.name} already; if "
            "the person works there, approve the request for that employer, else decline it"
        )
    return employer_id
