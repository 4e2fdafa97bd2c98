"""What administrators do with other people's accounts, and the command line on their behalf."""

from collections.abc import Callable
from typing import Any

from psycopg import Connection

from foundation.accounts.base import Accounts, acting_as, record
from foundation.accounts.errors import NotAllowedError
from foundation.accounts.model import (
    Account,
    AccountStatus,
    Extent,
    check_extent,
    checked_name,
    normal_email,
)
from foundation.accounts.passwords import check_password, hash_password
from foundation.accounts.store.accounts import (
    NewAccount,
    count_accounts,
    find_employer_id,
    get_account_by_email,
    insert_account,
    list_accounts,
    lock_account,
    update_role,
    update_status,
)
from foundation.accounts.store.secrets import (
    delete_codes,
    delete_link,
    replace_link,
    update_password,
)
from foundation.accounts.store.sessions import delete_devices, delete_sessions
from foundation.accounts.tokens import new_token
from foundation.database import Scope
from foundation.errors import NotFoundError, ValidationError
from foundation.installation import DEMONSTRATION, find_mark
from foundation.vocabulary import Role

ADMINISTRATORS = (None, Role.ADMINISTRATOR)  # None is the command line


class Administration(Accounts):
    """Each method takes the scope of who does it, and refuses whoever is no administrator."""

    def list_accounts(self, by: Scope) -> list[Account]:
        """Every account, by email."""
        _require_administrator(by)
        with self._transaction() as connection:
            return list_accounts(connection)

    def get_account(self, by: Scope, email: str) -> Account:
        """The account with this email; NotFoundError if there is none."""
        _require_administrator(by)
        with self._transaction() as connection:
            return get_account_by_email(connection, email)

    def has_accounts(self) -> bool:
        """Whether there is any account: a new installation has none."""
        with self._transaction() as connection:
            return count_accounts(connection) > 0

    def find_employer(self, by: Scope, name: str) -> int:
        """The id of the employer of that name, or public id; NotFoundError if there is none."""
        _require_administrator(by)
        with self._transaction() as connection:
            found = find_employer_id(connection, name)
        if found is None:
            raise NotFoundError(f"no employer is called {name!r}; write the name in full")
        return found

    def add_account(
        self,
        by: Scope,
        *,
        email: str,
        name: str,
        role: Role,
        extent: Extent,
        password: str | None = None,
        made_up: bool = False,
    ) -> Account:
        """Make an account; without a password, `invite` has to follow.

        Args:
            by: who makes it.
            email: an address of mail that no account has.
            name: as colleagues know them.
            role: its one role.
            extent: how far the role reaches.
            password: None for one that its owner chooses.
            made_up: an account of a demonstration, of which no one-time code is asked.

        Raises:
            ValidationError: the extent is not the role's, the email is taken, or the password is
                easy to guess.
        """
        _require_administrator(by)
        check_extent(role, extent)
        new = NewAccount(normal_email(email), checked_name(name), role, extent, made_up=made_up)
        hashed = None
        if password is not None:
            check_password(password, own=(new.email, new.name))
            hashed = hash_password(password)
        with self._transaction() as connection:
            if made_up and find_mark(connection, DEMONSTRATION) is None:
                raise ValidationError("made_up", email, "only where the people are made up as well")
            with acting_as(connection, by):
                account = insert_account(connection, new)
            if hashed is not None:
                update_password(connection, account.id, hashed)
            record(connection, by, "add account", account.id, role=role.value)
            return lock_account(connection, account.id)

    def change_role(self, by: Scope, email: str, role: Role, extent: Extent) -> Account:
        """Give an account another role or reach, from its next request on.

        Raises:
            NotFoundError: no such account.
            ValidationError: the extent is not the role's, or it is one's own account.
        """
        check_extent(role, extent)

        def change(connection: Connection[Any], account: Account) -> None:
            if account.status is AccountStatus.PENDING:
                raise ValidationError("email", email, "approve or decline the request first")
            _not_own(by, account)
            with acting_as(connection, by):
                update_role(connection, account.id, role, extent)
            was = {"role": account.role.value, "now": role.value}
            record(connection, by, "change role", account.id, **was)

        return self._change(by, email, change)

    def disable(self, by: Scope, email: str) -> Account:
        """Let nobody in with an account, from its next request on.

        Raises:
            NotFoundError: no such account.
            ValidationError: it is one's own, or it waits for approval.
        """

        def change(connection: Connection[Any], account: Account) -> None:
            _not_own(by, account)
            self._set_status(connection, by, account, AccountStatus.DISABLED)
            delete_link(connection, account.id)
            delete_sessions(connection, account.id)
            delete_devices(connection, account.id)
            record(connection, by, "disable account", account.id)

        return self._change(by, email, change)

    def enable(self, by: Scope, email: str) -> Account:
        """Let a disabled account in again.

        Raises:
            NotFoundError: no such account.
            ValidationError: it waits for approval.
        """

        def change(connection: Connection[Any], account: Account) -> None:
            self._set_status(connection, by, account, AccountStatus.ACTIVE)
            record(connection, by, "enable account", account.id)

        return self._change(by, email, change)

    def reset_codes(self, by: Scope, email: str) -> Account:
        """Forget an account's one-time codes, for somebody who lost the app and the recovery codes.

        They set them up anew at the next sign-in. Make sure who asks.

        Raises:
            NotFoundError: no such account.
        """

        def change(connection: Connection[Any], account: Account) -> None:
            delete_codes(connection, account.id)
            delete_sessions(connection, account.id)
            delete_devices(connection, account.id)
            record(connection, by, "reset codes", account.id)

        return self._change(by, email, change)

    def invite(self, by: Scope, email: str) -> str:
        """The token of a link to choose a password, good once and for seven days.

        The link before is void. A broker may do this for an employer's staff.

        Raises:
            NotFoundError: no such account.
            ValidationError: the account is not active.
        """
        if by.role is not Role.NFN_BROKER:
            _require_administrator(by)
        token = new_token()
        with self._transaction() as connection:
            account = get_account_by_email(connection, email, lock=True)
            if by.role is Role.NFN_BROKER and account.role is not Role.EMPLOYER:
                raise NotAllowedError("brokers invite the staff of employers only")
            if account.status is not AccountStatus.ACTIVE:
                raise ValidationError("email", email, "enable or approve the account first")
            replace_link(connection, account.id, token)
            record(connection, by, "invite", account.id)
        return token

    def _change(
        self, by: Scope, email: str, change: Callable[[Connection[Any], Account], None]
    ) -> Account:
        """The account after a change, made while nobody else can change it."""
        _require_administrator(by)
        with self._transaction() as connection:
            account = get_account_by_email(connection, email, lock=True)
            change(connection, account)
            return lock_account(connection, account.id)

    def _set_status(
        self, connection: Connection[Any], by: Scope, account: Account, status: AccountStatus
    ) -> None:
        if account.status is AccountStatus.PENDING:
            raise ValidationError("email", account.email, "approve or decline the request first")
        with acting_as(connection, by):
            update_status(connection, account.id, status)


def _require_administrator(by: Scope) -> None:
    if by.role not in ADMINISTRATORS:
        raise NotAllowedError("only administrators change accounts")


def _not_own(by: Scope, account: Account) -> None:
    """Nobody shuts themselves out, or gives themselves another reach, by a slip."""
    if by.account_id == account.id:
        raise ValidationError("email", account.email, "ask another administrator to do this")
