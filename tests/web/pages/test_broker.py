"""Brokers let employers in or turn them away, and look after the list of employers."""

from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from employers.directory.model import EmployerFilter
from foundation.accounts.registration import NewRegistration, RegistrationStatus
from foundation.database import Database, Scope
from foundation.vocabulary import EmployerSector, Role
from web.services import Services

BROKER = Scope("nfn_broker@example.org", prisons=(), role=Role.NFN_BROKER)
WEB = Scope("web")
Read = Callable[[str], Any]


@pytest.fixture
def broker(browsers: dict[Role, TestClient]) -> TestClient:
    return browsers[Role.NFN_BROKER]


@pytest.fixture
def ask(services: Services, service_database: Database) -> Iterator[Callable[..., UUID]]:
    """Makes requests, and takes them and what came of them away again."""

    def asked(name: str, email: str = "jo@harbour.example") -> UUID:
        services.accounts.register_employer(
            NewRegistration(
                name=name,
                sector=EmployerSector.RETAIL,
                contact_name="Jo Example",
                contact_email=email,
                postcode="LS1 4AP",
            )
        )
        pending = services.accounts.list_registrations(BROKER)
        (found,) = [each for each in pending if each.contact_email == email]
        return found.public_id

    yield asked
    with service_database.transaction(WEB) as connection:
        connection.execute(
            "DELETE FROM employer_registration WHERE contact_email = 'jo@harbour.example'"
        )
        connection.execute("DELETE FROM account WHERE email = 'jo@harbour.example'")
        connection.execute("DELETE FROM employer WHERE name = 'Zenith Test Kitchens'")


def test_a_request_is_approved_and_its_link_is_shown_once(
    broker: TestClient, stranger: TestClient, ask: Callable[..., UUID], services: Services
) -> None:
    asked = ask("Zenith Test Kitchens")
    assert "Zenith Test Kitchens" in broker.get("/registrations").text
    answer = broker.post(f"/registrations/{asked}/approve")
    assert answer.status_code == 200
    link = answer.text.partition('nf-key">')[2].partition("<")[0]
    assert stranger.get(link).status_code == 200
    assert broker.post(f"/registrations/{asked}/approve").status_code == 409
    (made,) = services.directory.list_employers(
        BROKER, EmployerFilter("Zenith Test Kitchens")
    ).items
    assert made.status.label == "Silver"


def test_another_link_makes_the_one_before_void(
    broker: TestClient, stranger: TestClient, ask: Callable[..., UUID]
) -> None:
    asked = ask("Zenith Test Kitchens")
    first = broker.post(f"/registrations/{asked}/approve").text
    link = first.partition('nf-key">')[2].partition("<")[0]
    assert broker.post(f"/registrations/{asked}/link").status_code == 200
    assert stranger.get(link).status_code == 410


def test_an_employer_of_the_same_name_is_joined_only_by_saying_so(
    broker: TestClient, ask: Callable[..., UUID], services: Services
) -> None:
    known = services.directory.list_employers(BROKER, EmployerFilter()).items[0]
    asked = ask(known.name.upper())
    page = unescape(broker.get(f"/registrations/{asked}").text)
    assert "There is an employer called" in page
    assert known.name in page
    refused = broker.post(f"/registrations/{asked}/approve")
    assert refused.status_code == 422
    unsure = broker.post(f"/registrations/{asked}/approve", data={"join": str(known.public_id)})
    assert unsure.status_code == 422
    assert 'href="#sure"' in unsure.text
    sent = {"join": str(known.public_id), "sure": "yes"}
    assert broker.post(f"/registrations/{asked}/approve", data=sent).status_code == 200


def test_declining_needs_a_reason_which_stays_with_the_request(
    broker: TestClient, ask: Callable[..., UUID], services: Services
) -> None:
    asked = ask("Zenith Test Kitchens")
    refused = broker.post(f"/registrations/{asked}/decline", data={"reason": " "})
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.text
    broker.post(f"/registrations/{asked}/decline", data={"reason": "No such company."})
    found = services.accounts.get_registration(BROKER, asked)
    assert (found.status, found.reason) == (RegistrationStatus.DECLINED, "No such company.")
    listed = broker.get("/registrations?status=DECLINED&where=all").text
    assert "Zenith Test Kitchens" in listed


def test_requests_of_other_regions_are_a_choice_away(
    sign_in: Callable[..., TestClient], ask: Callable[..., UUID]
) -> None:
    from foundation.places.regions import Region

    elsewhere = sign_in(Role.NFN_BROKER, "broker-wales", regions=(Region.WALES,))
    ask("Zenith Test Kitchens")
    assert "No request of this kind comes from your regions" in elsewhere.get("/registrations").text
    assert "Zenith Test Kitchens" in elsewhere.get("/registrations?where=all").text


def test_the_list_of_employers_is_narrowed_ordered_and_exported_alike(
    broker: TestClient, read_page: Read, services: Services
) -> None:
    wanted = EmployerFilter(hiring=True)
    found = services.directory.list_employers(BROKER, wanted, size=200)
    assert found.total == len(found.items) > 3
    file = broker.get("/employers.csv?show=hiring&sort=NAME").text.splitlines()
    assert file[0].startswith("name,industry,standing")
    assert len(file) == found.total + 1
    page = read_page(broker.get("/employers?show=hiring").text)
    assert f"{found.total} employers" in page.text
    assert broker.get("/employers?sort=nonsense").status_code == 422
    assert broker.get("/employers?page=999").status_code == 404
    nobody = broker.get("/employers?words=nobody-is-called-this").text
    assert "No employer matches all of that" in nobody


def test_open_vacancies_of_an_employer_are_as_many_as_its_page_lists(
    broker: TestClient, services: Services
) -> None:
    for employer in services.directory.list_employers(BROKER, EmployerFilter(hiring=True)).items:
        page = broker.get(f"/employers/{employer.public_id}").text
        assert page.count('href="/vacancies/') == employer.open_vacancies


def test_a_standing_is_changed_and_the_change_is_in_the_trail(
    broker: TestClient, services: Services, service_database: Database
) -> None:
    employer = services.directory.list_employers(BROKER, EmployerFilter()).items[0]
    answer = broker.post(f"/employers/{employer.public_id}/status", data={"status": "GOLD"})
    assert "The standing has been changed" in answer.text
    assert services.directory.get_employer(BROKER, employer.public_id).status.value == "GOLD"
    assert broker.post(f"/employers/{employer.public_id}/status").status_code == 422
    with service_database.transaction(WEB) as connection:
        row = connection.execute(
            "SELECT actor FROM audit_event WHERE subject = 'employer' AND action = 'update'"
            " ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert row == ("nfn_broker@example.org",)
    services.directory.change_status(BROKER, employer.public_id, employer.status)


def test_brokers_pages_name_nobody_and_hold_no_prison_number(
    broker: TestClient, services: Services
) -> None:
    import re

    employer = services.directory.list_employers(BROKER, EmployerFilter()).items[0]
    for path in ("/employers", f"/employers/{employer.public_id}", "/registrations"):
        assert re.search(r"\b[A-Z]\d{4}[A-Z]{2}\b", broker.get(path).text) is None
