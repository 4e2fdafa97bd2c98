"""Employers ask for an account. Approving, which makes the employer, is done in employers/."""

from uuid import UUID

from foundation.accounts.base import NOBODY, Accounts, acting_as, record
from foundation.accounts.registration import NewRegistration, Registration, RegistrationStatus
from foundation.accounts.store.registrations import (
    get_registration,
    list_registrations,
    register_employer_account,
)
from foundation.database import Scope


class Registrations(Accounts):
    """Requests are made by nobody in particular, and read by brokers in their own scope."""

    def register_employer(self, asked: NewRegistration) -> None:
        """Keep a request. Whether an account had the email already is not told."""
        with self._transaction() as connection:
            with acting_as(connection, NOBODY):
                kept = register_employer_account(connection, asked)
            record(connection, NOBODY, "ask for account" if kept else "ask in vain", None)

    def list_registrations(
        self, by: Scope, status: RegistrationStatus = RegistrationStatus.PENDING
    ) -> list[Registration]:
        """Requests that stand so, the oldest first; none for whoever may not read them."""
        with self._database.transaction(by) as connection:
            return list_registrations(connection, status)

    def get_registration(self, by: Scope, public_id: UUID) -> Registration:
        """One request; NotFoundError if there is none, or `by` may not read it."""
        with self._database.transaction(by) as connection:
            return get_registration(connection, public_id)
