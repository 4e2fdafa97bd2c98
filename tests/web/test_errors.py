"""Errors are written by hand, say what to do, and tell nothing that they should not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, NoReturn, cast
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from foundation.database import Database
from foundation.settings import Settings
from matching.shortlists.service import MatchingService
from web.app import create_app
from web.services import Services

HERE = "http://127.0.0.1:8000"
Read = Callable[[str], Any]


def signed_in(app: FastAPI, client: TestClient) -> TestClient:
    """A browser of the same sessions before another application."""
    return TestClient(
        app, base_url=HERE, cookies=dict(client.cookies), raise_server_exceptions=False
    )


def test_absent_malformed_and_unknown_read_the_same(
    client: TestClient, read_page: Read, candidate_id: str
) -> None:
    paths = [
        f"/vacancies/{uuid4()}",
        "/vacancies/not-an-id",
        "/vacancies/A1234BC",
        f"/vacancies/{{{uuid4()}}}",
        f"/candidates/{uuid4()}",
        "/candidates/%00",
        f"/vacancies/{uuid4()}/reasons/{candidate_id}",
        "/nowhere",
        "/vacancies?page=9999",
    ]
    answers = [client.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    page = read_page(answers[0].text)
    assert page.title == "Page not found - New Futures Matching"
    assert "not for your account" in page.text


@pytest.mark.parametrize(
    ("query", "said", "field"),
    [
        ("sector=NOPE", "Choose a type of work from the list", "sector"),
        ("show=some", "Choose open vacancies, or all of them", "show"),
        ("words=" + "x" * 101, "Words must be 100 characters or fewer", "words"),
        ("words=a%00b", "Words must be 100 characters or fewer", "words"),
        ("page=0", "The page must be a number", None),
        ("page=one", "The page must be a number", None),
    ],
)
def test_a_bad_filter_is_told_in_a_summary_and_at_its_field(
    client: TestClient, read_page: Read, query: str, said: str, field: str | None
) -> None:
    answer = client.get(f"/vacancies?{query}")
    page = read_page(answer.text)
    assert answer.status_code == 422
    assert "There is a problem" in page.text
    assert said in page.text
    assert page.title.startswith("Error: ")
    if field:
        assert f"#{field}" in page.links
        assert field in page.ids


@pytest.mark.parametrize("query", ["prison=LEEDS", "prison=1", "top=0", "top=101", "top=many"])
def test_a_bad_shortlist_is_told_on_the_vacancys_page(
    client: TestClient, read_page: Read, vacancy_id: str, query: str
) -> None:
    answer = client.get(f"/vacancies/{vacancy_id}?{query}")
    page = read_page(answer.text)
    assert answer.status_code == 422
    assert "There is a problem" in page.text
    assert f"#{query.split('=')[0]}" in page.links


def test_a_fault_shows_no_traceback_and_keeps_the_headers(
    services: Services, client: TestClient, settings: Settings
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise RuntimeError("secret detail")

    broken = SimpleNamespace(
        is_demonstration=False, today=date(2026, 11, 22), list_vacancies=fail, health=fail
    )
    app = create_app(replace(services, matching=cast(MatchingService, broken)), settings)
    with signed_in(app, client) as browser:
        for path in ("/vacancies", "/api/v1/vacancies", "/health/ready"):
            answer = browser.get(path)
            assert answer.status_code == 500
            assert "secret" not in answer.text
            assert "Traceback" not in answer.text
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["cache-control"] == "no-store"
        assert browser.get("/api/v1/vacancies").json()["error"]["code"] == "internal_error"


def test_a_missing_index_says_what_to_run(
    service_database: Database,
    services: Services,
    client: TestClient,
    make_settings: Callable[..., Settings],
    vacancy_id: str,
) -> None:
    unindexed = MatchingService(service_database, make_settings())
    app = create_app(replace(services, matching=unindexed), make_settings())
    with signed_in(app, client) as browser:
        answer = browser.get(f"/vacancies/{vacancy_id}")
        assert answer.status_code == 503
        assert "The service is not ready" in answer.text
        assert "newfutures index" in answer.text
        assert browser.get("/vacancies").status_code == 200
        ready = browser.get("/health/ready")
        assert ready.status_code == 503
        assert ready.json()["error"]["code"] == "not_ready"
        assert browser.get("/health/live").status_code == 200


def test_without_a_demonstration_there_is_no_banner(services: Services, settings: Settings) -> None:
    plain = SimpleNamespace(is_demonstration=False, today=date(2026, 11, 22))
    app = create_app(replace(services, matching=cast(MatchingService, plain)), settings)
    with TestClient(app, base_url=HERE) as browser:
        assert "Demonstration" not in browser.get("/sign-in").text


def test_a_method_that_is_not_offered_is_refused_in_words(client: TestClient) -> None:
    assert "can be read, and nothing else" in client.post("/vacancies").text
    answer = client.delete("/api/v1/vacancies")
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "method_not_allowed"
