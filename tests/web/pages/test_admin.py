"""Administrators look after accounts and policies, and see no person."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient

from foundation.accounts.overview import AccountFilter
from foundation.database import Database, Scope
from foundation.vocabulary import Role
from web.services import Services

ADMINISTRATOR = Scope("administrator@example.org", prisons=(), role=Role.ADMINISTRATOR)
WEB = Scope("web")
Read = Callable[[str], Any]
LINK = 'nf-key">'


@pytest.fixture
def administrator(browsers: dict[Role, TestClient]) -> TestClient:
    return browsers[Role.ADMINISTRATOR]


def link_in(html: str) -> str:
    return html.partition(LINK)[2].partition("<")[0]


def address_of(services: Services, email: str) -> str:
    (found,) = services.accounts.find_accounts(ADMINISTRATOR, AccountFilter(email))
    return f"/accounts/{found.public_id}"


def test_an_account_is_added_and_its_link_lets_its_owner_choose_a_password(
    administrator: TestClient, stranger: TestClient, services: Services
) -> None:
    asked = administrator.get("/accounts/new?role=WORK_COACH").text
    assert 'name="prisons"' in asked
    assert 'name="areas"' in asked
    assert 'name="regions"' not in asked
    sent = {
        "role": "WORK_COACH",
        "name": "Ada Coach",
        "email": "ada.coach@example.org",
        "prisons": "Moorland",
        "areas": "ls, bd",
    }
    answer = administrator.post("/accounts/new", data=sent)
    assert answer.status_code == 200
    assert stranger.get(link_in(answer.text)).status_code == 200
    (made,) = services.accounts.find_accounts(ADMINISTRATOR, AccountFilter("ada.coach"))
    assert (made.prisons, made.areas) == (("MDI",), ("LS", "BD"))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "administrator@example.org"}, "email"),
        ({"email": "nonsense"}, "email"),
        ({"name": " "}, "name"),
        ({"prisons": "Nowhere"}, "prisons"),
        ({"prisons": ""}, "prisons"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said_beside_the_field(
    administrator: TestClient, changed: dict[str, str], field: str
) -> None:
    sent = {
        "role": "PRISON_EMPLOYMENT_LEAD",
        "name": "New Lead",
        "email": "new.lead@example.org",
        "prisons": "MDI",
    }
    answer = administrator.post("/accounts/new", data=sent | changed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "New Lead" in answer.text or "name" in changed


def test_an_account_is_changed_disabled_and_enabled(
    administrator: TestClient, services: Services, sign_in: Callable[..., TestClient]
) -> None:
    theirs = sign_in(Role.AUDITOR, "passing.auditor")
    assert theirs.get("/account").status_code == 200
    here = address_of(services, "passing.auditor")
    assert "signed out everywhere" in administrator.post(f"{here}/disable").text
    assert theirs.get("/account", follow_redirects=False).status_code == 303
    assert "Enable the account" in administrator.get(here).text
    assert "The account has been enabled" in administrator.post(f"{here}/enable").text
    sent = {"role": "NFN_BROKER", "regions": ["WALES", "LONDON"]}
    assert "The role has been changed" in administrator.post(f"{here}/role", data=sent).text
    refused = administrator.post(f"{here}/role", data={"role": "NFN_BROKER"})
    assert refused.status_code == 422
    assert 'href="#regions"' in refused.text


def test_sessions_are_ended_and_codes_reset(
    administrator: TestClient, services: Services, sign_in: Callable[..., TestClient]
) -> None:
    theirs = sign_in(Role.AUDITOR, "other.auditor")
    here = address_of(services, "other.auditor")
    administrator.post(f"{here}/end-sessions")
    assert theirs.get("/account", follow_redirects=False).status_code == 303
    assert "have been reset" in administrator.post(f"{here}/reset-codes").text
    assert "Not set up" in administrator.get(here).text


def test_nobody_changes_their_own_role_or_shuts_themselves_out(
    administrator: TestClient, services: Services
) -> None:
    here = address_of(services, "administrator@example.org")
    assert "This is your own account" in administrator.get(here).text
    for answer in (
        administrator.post(f"{here}/disable"),
        administrator.post(f"{here}/role", data={"role": "AUDITOR"}),
    ):
        assert answer.status_code == 422
        assert "Ask another administrator to do this" in answer.text


def test_the_list_of_accounts_is_narrowed_and_exported_alike(
    administrator: TestClient, services: Services, read_page: Read, service_database: Database
) -> None:
    found = services.accounts.find_accounts(ADMINISTRATOR, AccountFilter(role=Role.WORK_COACH))
    page = read_page(administrator.get("/accounts?role=WORK_COACH&sort=NEWEST").text)
    assert f"{len(found)} account" in page.text
    file = administrator.get("/accounts.csv?role=WORK_COACH").text.splitlines()
    assert len(file) == len(found) + 1
    with service_database.transaction(WEB) as connection:
        row = connection.execute(
            "SELECT actor FROM audit_event WHERE action = 'export' AND subject = 'account'"
        ).fetchone()
    assert row == ("administrator@example.org",)
    assert "No account matches" in administrator.get("/accounts?words=nobody-at-all").text
    assert administrator.get("/accounts?role=KING").status_code == 422


def test_addresses_of_accounts_name_nobody(administrator: TestClient, read_page: Read) -> None:
    page = read_page(administrator.get("/accounts").text)
    assert not [link for link in page.links if "@" in link]
    assert administrator.get("/accounts/administrator@example.org").status_code == 404


def test_a_policy_is_signed_until_a_day_and_ended(
    administrator: TestClient, read_page: Read
) -> None:
    listed = administrator.get("/policies").text
    assert "additive@1" in listed
    assert "Not signed" in listed
    blank = administrator.post("/policies/additive/approve", data={"by": ""})
    assert blank.status_code == 422
    assert 'href="#until"' in blank.text
    day = {"until-day": "1", "until-month": "3", "until-year": "2027"}
    nobody = administrator.post("/policies/additive/approve", data=day | {"by": " "})
    assert 'href="#by"' in nobody.text
    signed = administrator.post("/policies/additive/approve", data=day | {"by": "R. A., head"})
    assert "The signature has been recorded" in signed.text
    page = read_page(signed.text)
    assert "additive@2" in page.text
    assert "1 March 2027" in page.text
    unsure = administrator.post("/policies/additive/end")
    assert unsure.status_code == 422
    ended = administrator.post("/policies/additive/end", data={"sure": "yes"})
    assert "additive@3" in ended.text


def test_ending_the_policy_that_every_list_uses_is_warned_about(
    administrator: TestClient,
) -> None:
    page = unescape(administrator.get("/policies/floor").text)
    assert "From tomorrow no list can be made without choosing one" in page
    assert administrator.get("/policies/nothing-of-the-kind").status_code == 404


def test_policies_are_narrowed_and_exported_alike(administrator: TestClient) -> None:
    file = administrator.get("/policies.csv?state=IN_FORCE&sort=until").text.splitlines()
    page = administrator.get("/policies?state=IN_FORCE").text
    assert f"{len(file) - 1} policies" in page
    assert administrator.get("/policies?state=MAYBE").status_code == 422
