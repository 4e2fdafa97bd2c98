"""Signing in at the pages: passwords, codes, other providers' accounts, and coming back."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from identity_provider import CLIENT_ID, CLIENT_SECRET, StubProvider, serving
from joserfc.jwk import RSAKey

from foundation.accounts.model import Extent
from foundation.database import Scope
from foundation.settings import IdentityProvider, Settings
from foundation.vocabulary import Role
from web.app import create_app
from web.auth.viewer import own_path
from web.services import Services

HERE = "http://127.0.0.1:8000"
CLI = Scope("command line")
PASSWORD = "marigold kettle bicycle"  # noqa: S105
Read = Callable[[str], Any]


@pytest.fixture
def browser(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def new_account(services: Services) -> Callable[..., str]:
    made: list[str] = []

    def make(role: Role = Role.AUDITOR, **extent: Any) -> str:  # noqa: ANN401
        email = f"someone-{len(made)}-{role.value.lower()}-{uuid4().hex[:8]}@example.org"
        services.accounts.add_account(
            CLI, email=email, name="Someone", role=role, extent=Extent(**extent), password=PASSWORD
        )
        made.append(email)
        return email

    return make


def give_password(browser: TestClient, email: str, password: str = PASSWORD, **more: str) -> Any:  # noqa: ANN401
    sent = {"email": email, "password": password} | more
    return browser.post("/sign-in", data=sent, follow_redirects=False)


def set_up_codes(browser: TestClient) -> str:
    page = browser.get("/sign-in/set-up-codes").text
    secret = page.partition('nf-key">')[2].partition("<")[0]
    assert (
        browser.post("/sign-in/set-up-codes", data={"code": pyotp.TOTP(secret).now()}).status_code
        == 200
    )
    return secret


class TestAPassword:
    def test_whoever_asks_for_a_page_signs_in_and_comes_back_to_it(
        self, browser: TestClient, new_account: Callable[..., str]
    ) -> None:
        sent_away = browser.get("/audit?by=sex", follow_redirects=False)
        assert sent_away.headers["location"] == "/sign-in?next=%2Faudit%3Fby%3Dsex"
        page = browser.get(sent_away.headers["location"]).text
        assert 'value="/audit?by=sex"' in page
        answer = give_password(browser, new_account(), next="/audit?by=sex")
        assert answer.headers["location"] == "/sign-in/set-up-codes?next=/audit?by=sex"
        set_up_codes(browser)
        assert browser.get("/audit?by=sex").status_code == 200

    def test_a_wrong_password_and_an_unknown_address_read_the_same(
        self, browser: TestClient, new_account: Callable[..., str], read_page: Read
    ) -> None:
        told = set()
        for email in (new_account(), "nobody@example.org"):
            answer = give_password(browser, email, "not the right password")
            assert answer.status_code == 422
            told.add(read_page(answer.text).text)
        assert len(told) == 1
        assert "The email address or the password is not right" in told.pop()

    def test_a_password_is_never_sent_back(
        self, browser: TestClient, new_account: Callable[..., str]
    ) -> None:
        answer = give_password(browser, new_account(), "a guess that is wrong")
        assert "a guess that is wrong" not in answer.text

    def test_before_the_code_is_given_nothing_opens(
        self, browser: TestClient, new_account: Callable[..., str]
    ) -> None:
        give_password(browser, new_account())
        for path in ("/", "/audit", "/account"):
            answer = browser.get(path, follow_redirects=False)
            assert answer.headers["location"] == "/sign-in/set-up-codes"
        assert browser.get("/api/v1/audit").status_code == 401

    def test_a_code_is_asked_for_at_the_next_sign_in(
        self,
        browser: TestClient,
        app: FastAPI,
        new_account: Callable[..., str],
    ) -> None:
        email = new_account()
        give_password(browser, email)
        secret = set_up_codes(browser)
        with TestClient(app, base_url=HERE) as elsewhere:
            answer = give_password(elsewhere, email)
            assert answer.headers["location"] == "/sign-in/code?next=/"
            used = elsewhere.post("/sign-in/code", data={"code": pyotp.TOTP(secret).now()})
            assert used.status_code == 422, "the code that set it up was used already"
            assert "wait for the next one" in used.text

    def test_signing_out_ends_the_session_for_whoever_kept_its_token(
        self, browser: TestClient, new_account: Callable[..., str]
    ) -> None:
        give_password(browser, new_account())
        set_up_codes(browser)
        kept = browser.cookies["newfutures-session"]
        browser.post("/sign-out")
        browser.cookies.set("newfutures-session", kept)
        assert browser.get("/audit", follow_redirects=False).status_code == 303

    def test_the_token_changes_at_each_step(
        self, browser: TestClient, new_account: Callable[..., str]
    ) -> None:
        give_password(browser, new_account())
        first = browser.cookies["newfutures-session"]
        set_up_codes(browser)
        assert browser.cookies["newfutures-session"] != first

    def test_a_change_of_role_counts_from_the_next_request(
        self, browser: TestClient, services: Services, new_account: Callable[..., str]
    ) -> None:
        email = new_account()
        give_password(browser, email)
        set_up_codes(browser)
        assert browser.get("/audit").status_code == 200
        services.accounts.change_role(CLI, email, Role.ADMINISTRATOR, Extent())
        assert (
            browser.get("/audit").status_code in (303, 404)
            or "Sign in" in browser.get("/audit").text
        )


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "evil",
        "javascript:alert(1)",
        "",
    ],
)
def test_nobody_is_sent_to_another_site_after_signing_in(wanted: str) -> None:
    assert own_path(wanted) == "/"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(
    browser: TestClient, new_account: Callable[..., str]
) -> None:
    answer = give_password(browser, new_account())
    for cookie in answer.headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie


def test_over_https_cookies_are_bound_to_the_host(
    services: Services, settings: Settings, new_account: Callable[..., str]
) -> None:
    public = settings.model_copy(update={"public_url": "https://matching.example"})
    with TestClient(create_app(services, public), base_url="https://matching.example") as browser:
        answer = give_password(browser, new_account())
        cookies = answer.headers.get_list("set-cookie")
        assert cookies
        assert all(each.startswith("__Host-") and "Secure" in each for each in cookies)
        assert "max-age=31536000" in answer.headers["strict-transport-security"]


class TestAnotherProvider:
    @pytest.fixture
    def provider(self) -> Iterator[StubProvider]:
        stub = StubProvider()
        with serving(stub):
            yield stub

    @pytest.fixture
    def elsewhere(
        self, provider: StubProvider, services: Services, settings: Settings
    ) -> Iterator[TestClient]:
        given = IdentityProvider.model_validate(
            {
                "name": "prisons",
                "label": "Prison staff",
                "issuer": provider.issuer,
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
            }
        )
        app = create_app(services, settings.model_copy(update={"identity_providers": (given,)}))
        with TestClient(app, base_url=HERE, raise_server_exceptions=False) as opened:
            yield opened

    def come_back(self, browser: TestClient) -> Any:  # noqa: ANN401
        """Go to the provider and back, as a browser would."""
        import httpx2

        away = browser.get("/sign-in/with/prisons?next=/account", follow_redirects=False)
        assert away.status_code == 303, away.text
        back = httpx2.get(away.headers["location"], follow_redirects=False)
        parts = urlsplit(back.headers["location"])
        return browser.get(f"{parts.path}?{parts.query}", follow_redirects=False)

    def test_an_account_with_the_verified_address_is_signed_in(
        self, elsewhere: TestClient, provider: StubProvider, new_account: Callable[..., str]
    ) -> None:
        provider.person["email"] = new_account()
        answer = self.come_back(elsewhere)
        assert answer.headers["location"].startswith("/sign-in/set-up-codes")
        set_up_codes(elsewhere)
        assert elsewhere.get("/account").status_code == 200

    def test_what_is_asked_for_holds_a_challenge_a_state_and_a_nonce(
        self, elsewhere: TestClient
    ) -> None:
        address = elsewhere.get("/sign-in/with/prisons", follow_redirects=False).headers["location"]
        for part in ("code_challenge=", "code_challenge_method=S256", "state=", "nonce="):
            assert part in address

    @pytest.mark.parametrize(
        "faults",
        [
            {"claims": {"nonce": "another"}},
            {"claims": {"iss": "https://other.example"}},
            {"claims": {"aud": "another-client"}},
            {"claims": {"exp": 1}},
            {"answer": {"state": "another"}},
            {"answer": {"iss": "https://other.example"}},
            {"answer": {"error": "access_denied"}},
            {"answer": {"code": "made-up"}},
            {"key": RSAKey.generate_key(2048, {"kid": "1"})},
            {"shared_secret": True},
            {"claims": {"email_verified": False}},
            {"claims": {"email_verified": "true"}},
            {"claims": {"email": "nobody@example.org", "sub": "99"}},
        ],
        ids=lambda fault: "another key" if "key" in fault else str(fault),
    )
    def test_an_answer_with_a_fault_lets_nobody_in(
        self,
        elsewhere: TestClient,
        provider: StubProvider,
        new_account: Callable[..., str],
        faults: dict[str, Any],
    ) -> None:
        provider.person |= {"email": new_account(), "sub": str(faults)}
        provider.faults = faults
        answer = self.come_back(elsewhere)
        assert answer.status_code == 403
        assert elsewhere.get("/account", follow_redirects=False).status_code == 303

    def test_a_provider_that_calls_itself_otherwise_is_not_used(
        self, elsewhere: TestClient, provider: StubProvider
    ) -> None:
        provider.faults = {"issuer": "https://other.example"}
        answer = elsewhere.get("/sign-in/with/prisons", follow_redirects=False)
        assert answer.status_code == 403
        assert "calls itself by another name" in answer.text

    def test_an_answer_is_used_once_and_only_in_the_browser_that_asked(
        self, elsewhere: TestClient, provider: StubProvider, new_account: Callable[..., str]
    ) -> None:
        provider.person |= {"email": new_account(), "sub": "once"}
        elsewhere.get("/sign-in/with/prisons", follow_redirects=False)
        answer = elsewhere.get(
            "/sign-in/with/prisons/answer?code=x&state=y", follow_redirects=False
        )
        assert answer.status_code == 403
        again = elsewhere.get("/sign-in/with/prisons/answer?code=x&state=y", follow_redirects=False)
        assert again.headers["location"] == "/sign-in?ended=yes"

    def test_there_is_no_way_in_by_a_provider_that_is_not_set(self, elsewhere: TestClient) -> None:
        assert elsewhere.get("/sign-in/with/others", follow_redirects=False).status_code == 404
