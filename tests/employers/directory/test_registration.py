"""Employers who ask are let in or turned away, once, by whom it is for."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest

from employers.directory.registration import RegistrationDesk
from employers.model import Vacancy
from employers.store import get_employer, upsert_vacancies
from foundation.accounts.registration import NewRegistration, RegistrationStatus
from foundation.accounts.service import AccountService
from foundation.database import Database, Scope
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.settings import Settings
from foundation.vocabulary import EmployerSector, Role

SERVICE = Scope("tests")
BROKER = Scope("broker@nfn.example", prisons=(), role=Role.NFN_BROKER)


@pytest.fixture
def accounts(database: Database, make_settings: Callable[..., Settings]) -> AccountService:
    with database.owner_transaction() as connection:
        connection.execute("TRUNCATE account, employer_registration RESTART IDENTITY CASCADE")
    return AccountService(database, make_settings())


@pytest.fixture
def desk(database: Database) -> RegistrationDesk:
    return RegistrationDesk(database)


def ask(accounts: AccountService, name: str = "Harbour Foods", email: str = "jo@h.example") -> UUID:
    accounts.register_employer(
        NewRegistration(
            name=name,
            sector=EmployerSector.HOSPITALITY_CATERING,
            description="Caterer",
            contact_name="Jo Example",
            contact_email=email,
            postcode="LS1 4AP",
        )
    )
    (asked,) = [each for each in accounts.list_registrations(BROKER) if each.contact_email == email]
    return asked.public_id


def known_employer(database: Database) -> UUID:
    with database.transaction(SERVICE) as connection:
        vacancy = Vacancy.model_validate(
            {
                "employer": {"name": "HARBOUR foods"},
                "reference": "1",
                "title": "Cook",
                "sector": "HOSPITALITY",
                "industry_sector": "OTHER",
                "source": "NFN",
                "national": True,
                "description": "Cook.",
                "essential_criteria": "Cook.",
                "how_to_apply": "Ask.",
                "offence_exclusions": ["NONE"],
                "rolling": True,
            }
        )
        upsert_vacancies(connection, [vacancy])
        row = connection.execute("SELECT public_id FROM employer").fetchone()
    assert row is not None
    found: UUID = row[0]
    return found


def account_states(database: Database) -> list[tuple[str, int | None]]:
    with database.transaction(SERVICE) as connection:
        return connection.execute("SELECT status, employer_id FROM account").fetchall()


@pytest.mark.parametrize("scope", [BROKER, SERVICE])
def test_approving_makes_the_employer_and_lets_the_account_in(
    database: Database, accounts: AccountService, desk: RegistrationDesk, scope: Scope
) -> None:
    asked = ask(accounts)
    employer_id = desk.approve(scope, asked)
    with database.transaction(SERVICE) as connection:
        made = get_employer(connection, employer_id).record
    assert made.model_dump() == {
        "name": "Harbour Foods",
        "description": "Caterer",
        "sector": "HOSPITALITY_CATERING",
        "status": "SILVER",
        "contact_name": "Jo Example",
        "contact_email": "jo@h.example",
    }
    assert account_states(database) == [("ACTIVE", employer_id)]
    found = accounts.get_registration(BROKER, asked)
    assert (found.status, found.employer_id) == (RegistrationStatus.APPROVED, employer_id)


def test_an_employer_of_the_same_name_is_joined_only_if_a_broker_says_so(
    database: Database, accounts: AccountService, desk: RegistrationDesk
) -> None:
    known = known_employer(database)
    asked = ask(accounts)
    with pytest.raises(ConflictError, match="an employer called HARBOUR foods already"):
        desk.approve(BROKER, asked)
    assert account_states(database) == [("PENDING", None)]
    employer_id = desk.approve(BROKER, asked, join=known)
    assert account_states(database) == [("ACTIVE", employer_id)]


def test_declining_needs_a_reason_and_lets_nobody_in(
    database: Database, accounts: AccountService, desk: RegistrationDesk
) -> None:
    asked = ask(accounts)
    with pytest.raises(ValidationError, match="say why"):
        desk.decline(BROKER, asked, " ")
    desk.decline(BROKER, asked, "No such company.")
    assert account_states(database) == []
    assert accounts.get_registration(BROKER, asked).reason == "No such company."


def test_a_request_is_decided_once(
    database: Database, accounts: AccountService, desk: RegistrationDesk
) -> None:
    asked = ask(accounts)
    start = Barrier(2)

    def approve(_: int) -> int | None:
        start.wait(timeout=300)
        try:
            return desk.approve(BROKER, asked)
        except ConflictError:
            return None

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(approve, range(2)))
    assert made.count(None) == 1
    with pytest.raises(ConflictError, match=r"broker@nfn\.example decided .*: approved"):
        desk.decline(BROKER, asked, "Too late.")


@pytest.mark.parametrize(
    "scope",
    [
        Scope("x", prisons=("MDI",), role=Role.PRISON_EMPLOYMENT_LEAD),
        Scope("x", prisons=(), role=Role.EMPLOYER, employer_id=1),
        Scope("x", prisons=(), areas=("LS",), role=Role.WORK_COACH),
        Scope("x", prisons=(), role=Role.AUDITOR),
        Scope("x", prisons=(), role=Role.ADMINISTRATOR),
    ],
)
def test_nobody_else_decides(
    database: Database, accounts: AccountService, desk: RegistrationDesk, scope: Scope
) -> None:
    asked = ask(accounts)
    with pytest.raises(NotFoundError):
        desk.approve(scope, asked)
    with pytest.raises(NotFoundError):
        desk.decline(scope, asked, "No.")
    assert account_states(database) == [("PENDING", None)]
