"""Nobody may ask so often that nothing is left for others."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from fastapi.testclient import TestClient

from foundation.settings import Settings
from foundation.vocabulary import Role
from web.app import create_app
from web.services import Services

HERE = "http://127.0.0.1:8000"
EACH = 10


@pytest.fixture
def guarded(services: Services, settings: Settings) -> Callable[..., TestClient]:
    """Browsers of an application with a low limit, each with the cookies that it is given."""
    app = create_app(services, settings.model_copy(update={"requests_a_minute": EACH}))

    def browser(cookies: dict[str, str] | None = None) -> TestClient:
        return TestClient(app, base_url=HERE, cookies=cookies)

    return browser


def statuses(browser: TestClient, path: str, times: int) -> list[int]:
    return [browser.get(path).status_code for _ in range(times)]


def test_one_request_too_many_in_a_minute_waits_for_the_first_to_be_forgotten(
    guarded: Callable[..., TestClient],
) -> None:
    stranger = guarded()
    with time_machine.travel("2026-11-22T09:00:00Z", tick=False) as now:
        assert statuses(stranger, "/sign-in", EACH) == [200] * EACH
        now.shift(timedelta(seconds=20))
        refused = stranger.get("/sign-in")
        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "40"
        assert "Try again in 40 seconds." in refused.text
        assert refused.headers["Cache-Control"] == "no-store"
        now.shift(timedelta(seconds=41))
        assert stranger.get("/sign-in").status_code == 200


def test_a_session_has_a_limit_of_its_own_and_programs_are_told_in_json(
    guarded: Callable[..., TestClient], browsers: dict[Role, TestClient]
) -> None:
    lead = guarded(dict(browsers[Role.PRISON_EMPLOYMENT_LEAD].cookies))
    auditor = guarded(dict(browsers[Role.AUDITOR].cookies))
    assert statuses(lead, "/api/v1/vacancies", EACH) == [200] * EACH
    refused = lead.get("/api/v1/vacancies")
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "too_many_requests"
    assert auditor.get("/account").status_code == 200


def test_made_up_sessions_share_the_limit_of_their_address(
    guarded: Callable[..., TestClient],
) -> None:
    found = [
        guarded({"newfutures-session": f"made-up-{number}"}).get("/sign-in").status_code
        for number in range(10 * EACH + 1)
    ]
    assert found == [200] * 10 * EACH + [429]


def test_what_a_page_is_made_of_and_the_state_of_the_service_are_not_counted(
    guarded: Callable[..., TestClient],
) -> None:
    assert set(statuses(guarded(), "/health/live", 3 * EACH)) == {200}
