"""Employers ask for an account; brokers approve or decline."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError as PydanticValidationError

from foundation.accounts.errors import SignInError
from foundation.accounts.model import Account, AccountStatus, scope_of
from foundation.accounts.registration import NewRegistration, RegistrationStatus
from foundation.accounts.service import AccountService
from foundation.accounts.store.registrations import activate_account, decline_registration
from foundation.database import Database, Scope
from foundation.errors import NotFoundError, ValidationError
from foundation.places.regions import Region
from foundation.vocabulary import EmployerSector, Role

COMMAND_LINE = Scope("tests")
BROWSER = {"address": "192.0.2.7", "agent": "Firefox"}
ASKED = NewRegistration(
    name="North Bakery",
    sector=EmployerSector.MANUFACTURING,
    description="Bread",
    contact_name="Sam  Green",
    contact_email="Sam@North.example",
    postcode="ls11 5ab",
)


@pytest.fixture
def broker(add: Callable[..., Account]) -> Scope:
    """A broker's scope."""
    return scope_of(add(Role.NFN_BROKER))


def test_a_request_is_kept_with_an_account_that_lets_nobody_in(
    accounts: AccountService, broker: Scope
) -> None:
    accounts.register_employer(ASKED)
    (request,) = accounts.list_registrations(broker)
    assert (request.name, request.contact_name) == ("North Bakery", "Sam Green")
    assert (request.contact_email, request.postcode) == ("sam@north.example", "LS11 5AB")
    assert request.region is Region.YORKSHIRE_AND_THE_HUMBER
    account = accounts.get_account(COMMAND_LINE, "sam@north.example")
    assert (account.status, account.id) == (AccountStatus.PENDING, request.account_id)
    with pytest.raises(ValidationError, match="enable or approve"):
        accounts.invite(broker, account.email)
    with pytest.raises(ValidationError, match="approve or decline"):
        accounts.enable(COMMAND_LINE, account.email)
    with pytest.raises(SignInError):
        accounts.sign_in(account.email, "anything at all", **BROWSER)


def test_who_has_an_account_cannot_be_found_out_by_asking(
    accounts: AccountService, staff: Account, broker: Scope
) -> None:
    accounts.register_employer(ASKED)
    accounts.register_employer(ASKED)
    accounts.register_employer(ASKED.model_copy(update={"contact_email": staff.email}))
    assert len(accounts.list_registrations(broker)) == 1


@pytest.mark.parametrize("role", [Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH, Role.EMPLOYER])
def test_only_brokers_and_administrators_read_requests(
    accounts: AccountService, add: Callable[..., Account], broker: Scope, role: Role
) -> None:
    accounts.register_employer(ASKED)
    (request,) = accounts.list_registrations(broker)
    scope = scope_of(add(role))
    assert accounts.list_registrations(scope) == []
    with pytest.raises(NotFoundError):
        accounts.get_registration(scope, request.public_id)
    assert accounts.get_registration(broker, request.public_id) == request


def test_a_broker_approves_in_their_own_transaction(
    accounts: AccountService, database: Database, employer_id: int, broker: Scope
) -> None:
    accounts.register_employer(ASKED)
    (request,) = accounts.list_registrations(broker)
    assert request.account_id is not None
    with database.transaction(broker) as connection:
        activate_account(connection, request.account_id, employer_id)
    decided = accounts.get_registration(broker, request.public_id)
    assert (decided.status, decided.employer_id, decided.decided_by) == (
        RegistrationStatus.APPROVED,
        employer_id,
        broker.actor,
    )
    account = accounts.get_account(COMMAND_LINE, "sam@north.example")
    assert scope_of(account).employer_id == employer_id
    link = accounts.invite(broker, account.email)
    accounts.accept_invitation(link, "crimson-kettle-hums-3")
    accounts.sign_in(account.email, "crimson-kettle-hums-3", **BROWSER)
    with (
        pytest.raises(ValidationError, match="waiting for approval"),
        database.transaction(broker) as connection,
    ):
        activate_account(connection, request.account_id, employer_id)


def test_whoever_is_declined_is_told_why_and_may_ask_again(
    accounts: AccountService, database: Database, broker: Scope
) -> None:
    accounts.register_employer(ASKED)
    (request,) = accounts.list_registrations(broker)
    with database.transaction(broker) as connection:
        with pytest.raises(ValidationError, match="say why"):
            decline_registration(connection, request.id, "  ")
        decline_registration(connection, request.id, "Not an employer that we could find")
        with pytest.raises(ValidationError, match="waiting for approval"):
            decline_registration(connection, request.id, "Again")
    declined = accounts.get_registration(broker, request.public_id)
    assert declined.status is RegistrationStatus.DECLINED
    assert (declined.account_id, declined.reason) == (None, "Not an employer that we could find")
    with pytest.raises(NotFoundError):
        accounts.get_account(COMMAND_LINE, "sam@north.example")
    accounts.register_employer(ASKED)
    assert len(accounts.list_registrations(broker)) == 1


def test_a_broker_neither_lets_in_nor_deletes_anybody_else(
    accounts: AccountService,
    database: Database,
    employer_id: int,
    staff: Account,
    lead: Account,
    broker: Scope,
) -> None:
    with database.transaction(broker) as connection:
        for statement in (
            "UPDATE account SET status = 'DISABLED' WHERE role = 'EMPLOYER'",
            "UPDATE account SET role = 'ADMINISTRATOR', employer_id = NULL WHERE id = 1",
            "DELETE FROM account",
        ):
            assert connection.execute(statement.encode()).rowcount == 0
        with pytest.raises(ValidationError):
            activate_account(connection, staff.id, employer_id)
    assert len(accounts.list_accounts(COMMAND_LINE)) == 3


@pytest.mark.parametrize(
    "change",
    [{"name": "ab"}, {"contact_email": "nobody"}, {"contact_name": ""}, {"postcode": "nowhere"},
     {"postcode": None}, {"description": "x" * 1001}, {"sector": "BREAD"}],
)  # fmt: skip
def test_a_request_that_nobody_could_answer_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(PydanticValidationError):
        NewRegistration.model_validate(ASKED.model_dump() | change)
