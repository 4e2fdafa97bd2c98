"""What every answer carries, and who is answered at all."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.datastructures import Headers

from web.middleware import CrossOriginGuard, is_own_origin

Read = Callable[[str], Any]
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}


def test_every_answer_carries_the_security_headers(
    client: TestClient, page_paths: dict[str, str]
) -> None:
    others = ["/", "/nowhere", "/vacancies?page=x", "/health/live", "/api/v1/vacancies?page=0"]
    for path in (*page_paths.values(), *others):
        answer = client.get(path, follow_redirects=False)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")
        assert "unsafe" not in policy
        for directive in ("base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert directive in policy
        for name, value in ALWAYS.items():
            assert answer.headers[name] == value, (path, name)
        assert answer.headers["cache-control"] == "no-store", path


def test_nothing_is_inline_but_the_script_whose_hash_is_allowed(
    client: TestClient, read_page: Read, page_paths: dict[str, str]
) -> None:
    for path in (*page_paths.values(), "/nowhere", "/vacancies?page=x"):
        answer = client.get(path)
        page = read_page(answer.text)
        assert page.inline_styles == []
        assert page.handlers == []
        assert "javascript:" not in answer.text
        assert len(page.inline_scripts) == 1
        digest = base64.b64encode(hashlib.sha256(page.inline_scripts[0].encode()).digest())
        assert f"'sha256-{digest.decode()}'" in answer.headers["content-security-policy"]


def test_static_files_are_kept_for_a_year_under_hashed_names(
    client: TestClient, read_page: Read
) -> None:
    sources = read_page(client.get("/vacancies").text).sources
    static = [source for source in sources if source.startswith("/static/")]
    assert len(static) >= 4
    for source in static:
        answer = client.get(source)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        digest = hashlib.sha256(answer.content).hexdigest()
        assert digest[:12] in source
    assert client.get("/static/pages.css").status_code == 404
    assert client.get("/static/vendor/VENDORED.md").status_code == 404
    assert client.get("/static/../app.py").status_code == 404


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000"])
def test_this_machines_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/health/live", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "rebound.example:8000",
        "127.0.0.1",
        "127.0.0.1:9000",
        "localhost.rebound.example:8000",
        "[::1]",
        "",
    ],
)
def test_any_other_host_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/vacancies", headers={"Host": host})
    assert answer.status_code == 400
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Host": "localhost:8000", "Origin": "http://localhost:8000"}, True),
        ({"Host": "localhost:8000", "Origin": "https://localhost:8000"}, False),
        ({"Host": "localhost:8000", "Origin": "http://rebound.example"}, False),
        ({"Host": "localhost:8000", "Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Host": "a", "Origin": "http://a"}, False),
    ],
)
def test_our_own_pages_are_told_from_other_sites(headers: dict[str, str], own: bool) -> None:
    assert is_own_origin(Headers(headers), "http") is own


def test_a_post_from_another_site_is_refused_before_any_route() -> None:
    app = FastAPI()

    @app.post("/change")
    def change() -> str:
        return "changed"

    app.add_middleware(CrossOriginGuard)
    with TestClient(app) as client:
        assert client.post("/change").json() == "changed"
        answer = client.post("/change", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
