"""Accounts of every role over a database of the file's own."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from foundation.accounts import passwords
from foundation.accounts.model import Account, Extent, SignedIn, Stage
from foundation.accounts.service import AccountService
from foundation.database import Database, Scope
from foundation.places.regions import Region
from foundation.settings import Settings
from foundation.vocabulary import Role

COMMAND_LINE = Scope("tests")
PASSWORD = "velvet-otter-plumbs-7"  # noqa: S105
BROWSER = {"address": "192.0.2.7", "agent": "Firefox"}
ELSEWHERE = {"address": "198.51.100.9", "agent": "curl"}

Enrol = Callable[[str], SignedIn]


@pytest.fixture
def accounts(database: Database, make_settings: Callable[..., Settings]) -> AccountService:
    """The service, over no accounts and no tries."""
    with database.owner_transaction() as connection:
        connection.execute("TRUNCATE account, sign_in_try RESTART IDENTITY CASCADE")
    return AccountService(database, make_settings())


@pytest.fixture
def employer_id(database: Database) -> int:
    """An employer."""
    with database.transaction(COMMAND_LINE) as connection:
        row = connection.execute(
            "INSERT INTO employer (name, name_key, sector, status)"
            " VALUES ('Acme Bakery', 'acme bakery', 'RETAIL', 'SILVER') RETURNING id"
        ).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def extents(employer_id: int) -> dict[Role, Extent]:
    """What each role reaches."""
    return {
        Role.PRISON_EMPLOYMENT_LEAD: Extent(prisons=("MDI",)),
        Role.NFN_BROKER: Extent(regions=(Region.NORTH_WEST,)),
        Role.EMPLOYER: Extent(employer_id=employer_id),
        Role.WORK_COACH: Extent(prisons=("LEI",), areas=("LS",)),
        Role.AUDITOR: Extent(),
        Role.ADMINISTRATOR: Extent(),
    }


@pytest.fixture
def add(accounts: AccountService, extents: dict[Role, Extent]) -> Callable[..., Account]:
    """Adds an account with the password of these tests."""

    def make(role: Role, *, email: str | None = None, password: str | None = PASSWORD) -> Account:
        return accounts.add_account(
            COMMAND_LINE,
            email=email or f"{uuid4().hex[:8]}@example.org",
            name="Pat Brown",
            role=role,
            extent=extents[role],
            password=password,
        )

    return make


@pytest.fixture
def staff(add: Callable[..., Account]) -> Account:
    """An employer's staff member, who needs no one-time codes."""
    return add(Role.EMPLOYER, email="baker@example.org")


@pytest.fixture
def lead(add: Callable[..., Account]) -> Account:
    """A prison employment lead, who needs one-time codes and has none yet."""
    return add(Role.PRISON_EMPLOYMENT_LEAD, email="lead@example.org")


@pytest.fixture
def token(accounts: AccountService, staff: Account) -> str:
    """A session of the employer's staff member."""
    begun = accounts.sign_in(staff.email, PASSWORD, **BROWSER)
    assert begun.stage is Stage.SIGNED_IN
    return begun.token


SHIPPED = passwords._HASHER  # before other tests get a cheaper one


@pytest.fixture
def shipped_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as in service."""
    monkeypatch.setattr(passwords, "_HASHER", SHIPPED)
    passwords._dummy.cache_clear()
