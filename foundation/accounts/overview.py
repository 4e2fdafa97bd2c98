"""What administrators see of other people's accounts as lists, and how they end sessions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from foundation import audit
from foundation.accounts.administration import ADMINISTRATORS
from foundation.accounts.base import Accounts, record
from foundation.accounts.errors import NotAllowedError
from foundation.accounts.model import Account, AccountStatus
from foundation.accounts.store.accounts import get_account, list_accounts, list_employer_names
from foundation.accounts.store.sessions import delete_sessions
from foundation.database import Scope
from foundation.vocabulary import Code, Role

ACCOUNT_COLUMNS = (
    "name",
    "email",
    "role",
    "reach",
    "status",
    "codes_set_up",
    "made_on",
    "last_sign_in",
)
NEVER = datetime.min.replace(tzinfo=UTC)


class AccountSort(Code):
    """What a list of accounts is ordered by (ours)."""

    NAME = "NAME"
    EMAIL = "EMAIL", "Email address"
    LAST_SIGN_IN = "LAST_SIGN_IN", "Longest without signing in"
    NEWEST = "NEWEST", "Newest"


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts a list shows. `words` may be anywhere in the name or the address."""

    words: str = ""
    role: Role | None = None
    status: AccountStatus | None = None

    def passes(self, account: Account) -> bool:
        """Whether the list shows this account."""
        words = self.words.casefold()
        return (
            (not words or words in account.name.casefold() or words in account.email)
            and self.role in (None, account.role)
            and self.status in (None, account.status)
        )


class AccountLists(Accounts):
    """Each method takes the scope of who asks, and refuses whoever is no administrator."""

    def find_accounts(
        self, by: Scope, wanted: AccountFilter, sort: AccountSort = AccountSort.NAME
    ) -> list[Account]:
        """Every account that the filter lets through, in that order."""
        _require(by)
        with self._transaction() as connection:
            found = [each for each in list_accounts(connection) if wanted.passes(each)]
        return _sorted(found, sort)

    def export_accounts(
        self, by: Scope, wanted: AccountFilter, sort: AccountSort = AccountSort.NAME
    ) -> Iterator[tuple[object, ...]]:
        """Those accounts as rows, as `ACCOUNT_COLUMNS`; that they were exported is recorded."""
        found = self.find_accounts(by, wanted, sort)
        names = self.employer_names(by, found)
        with self._database.transaction(by) as connection:
            audit.insert_event(connection, "export", "account", None, rows=len(found))
        return (_row(each, names) for each in found)

    def get_account_of(self, by: Scope, public_id: UUID) -> Account:
        """The account with this public id; NotFoundError if there is none."""
        _require(by)
        with self._transaction() as connection:
            return get_account(connection, public_id)

    def employer_names(self, by: Scope, accounts: list[Account]) -> dict[int, str]:
        """The names of the employers that these accounts act for, by id."""
        _require(by)
        ids = sorted({each.employer_id for each in accounts if each.employer_id is not None})
        with self._transaction() as connection:
            return list_employer_names(connection, ids)

    def end_sessions(self, by: Scope, public_id: UUID) -> None:
        """Sign an account out everywhere; it may sign in again.

        Raises:
            NotFoundError: no such account.
        """
        _require(by)
        with self._transaction() as connection:
            account = get_account(connection, public_id)
            delete_sessions(connection, account.id)
            record(connection, by, "end sessions", account.id)


def reach_of(account: Account, employers: Mapping[int, str]) -> str:
    """How far the account's role reaches, in one line."""
    if account.employer_id is not None:
        return employers.get(account.employer_id, "An employer")
    parts = [*account.prisons, *account.areas, *(region.label for region in account.regions)]
    whole = "No employer yet" if account.role is Role.EMPLOYER else "The whole service"
    return ", ".join(parts) or whole


def _require(by: Scope) -> None:
    if by.role not in ADMINISTRATORS:
        raise NotAllowedError("only administrators see accounts")


def _sorted(found: list[Account], sort: AccountSort) -> list[Account]:
    if sort is AccountSort.LAST_SIGN_IN:
        return sorted(found, key=lambda each: (each.last_sign_in_at or NEVER, each.email))
    if sort is AccountSort.NEWEST:
        return sorted(found, key=lambda each: (each.created_at, each.email), reverse=True)
    if sort is AccountSort.EMAIL:
        return sorted(found, key=lambda each: each.email)
    return sorted(found, key=lambda each: (each.name.casefold(), each.email))


def _row(account: Account, employers: Mapping[int, str]) -> tuple[object, ...]:
    return (
        account.name,
        account.email,
        account.role.label,
        reach_of(account, employers),
        account.status.label,
        account.has_one_time_codes,
        account.created_at,
        account.last_sign_in_at,
    )
