"""Every route, with the rule that it follows. A new route fails here until it is listed."""

from inspect import iscoroutinefunction
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from foundation.errors import NewFuturesError
from foundation.vocabulary import Role
from web.access_table import access_table
from web.auth.rules import require_rules, roles_of

# page: HTML, names people, read under the scope, audited by the service, never kept by a browser
# record: the same as JSON
# sums: figures about groups, as HTML, JSON or CSV, with what is small hidden; reading is audited
# staff: lists of employers, requests, accounts, policies or the trail; names no candidate
# overview: sums as above, for brokers and auditors
# coach: as page, for work coaches only
# own: about the account itself, or how to sign in
# posting: an employer's own vacancies and drafts, and nobody else's
# introductions: what an employer is told of people put forward to them, and nothing more of them
# public: says nothing about anybody
# Who: L lead, C work coach, B broker, E employer, U auditor, M administrator; * anyone at all.
LETTERS = {
    "L": Role.PRISON_EMPLOYMENT_LEAD,
    "C": Role.WORK_COACH,
    "B": Role.NFN_BROKER,
    "E": Role.EMPLOYER,
    "U": Role.AUDITOR,
    "M": Role.ADMINISTRATOR,
}
EVERYBODY = "".join(LETTERS)
ROUTES = {
    "GET /": ("public", EVERYBODY),
    "GET /accessibility": ("public", "*"),
    "GET /sign-in": ("own", "*"),
    "POST /sign-in": ("own", "*"),
    "GET /sign-in/code": ("own", "*"),
    "POST /sign-in/code": ("own", "*"),
    "GET /sign-in/set-up-codes": ("own", "*"),
    "POST /sign-in/set-up-codes": ("own", "*"),
    "GET /sign-in/with/{provider}": ("own", "*"),
    "GET /sign-in/with/{provider}/answer": ("own", "*"),
    "POST /sign-out": ("own", "*"),
    "GET /account": ("own", EVERYBODY),
    "POST /account/extend": ("own", EVERYBODY),
    "GET /account/password": ("own", EVERYBODY),
    "POST /account/password": ("own", EVERYBODY),
    "POST /account/sessions/end": ("own", EVERYBODY),
    "POST /account/sessions/{session_id}/end": ("own", EVERYBODY),
    "GET /invitation/{link}": ("own", "*"),
    "POST /invitation/{link}": ("own", "*"),
    "GET /register": ("own", "*"),
    "POST /register": ("own", "*"),
    "GET /audit": ("sums", "LBU"),
    "GET /audit.csv": ("sums", "LBU"),
    "GET /registrations": ("staff", "B"),
    "GET /registrations.csv": ("staff", "B"),
    "GET /registrations/{registration_id}": ("staff", "B"),
    "POST /registrations/{registration_id}/approve": ("staff", "B"),
    "POST /registrations/{registration_id}/decline": ("staff", "B"),
    "POST /registrations/{registration_id}/link": ("staff", "B"),
    "GET /accounts": ("staff", "M"),
    "GET /accounts.csv": ("staff", "M"),
    "GET /accounts/new": ("staff", "M"),
    "POST /accounts/new": ("staff", "M"),
    "GET /accounts/{account_id}": ("staff", "M"),
    "GET /accounts/{account_id}/role": ("staff", "M"),
    "POST /accounts/{account_id}/role": ("staff", "M"),
    "POST /accounts/{account_id}/disable": ("staff", "M"),
    "POST /accounts/{account_id}/enable": ("staff", "M"),
    "POST /accounts/{account_id}/reset-codes": ("staff", "M"),
    "POST /accounts/{account_id}/end-sessions": ("staff", "M"),
    "POST /accounts/{account_id}/link": ("staff", "M"),
    "GET /policies": ("staff", "M"),
    "GET /policies.csv": ("staff", "M"),
    "GET /policies/{name}": ("staff", "M"),
    "POST /policies/{name}/approve": ("staff", "M"),
    "POST /policies/{name}/end": ("staff", "M"),
    "GET /trail": ("staff", "U"),
    "GET /trail.csv": ("staff", "U"),
    "GET /overview": ("overview", "BU"),
    "GET /overview.csv": ("overview", "BU"),
    "GET /caseload": ("coach", "C"),
    "GET /caseload.csv": ("coach", "C"),
    "GET /reviews": ("coach", "C"),
    "GET /reviews.csv": ("coach", "C"),
    "GET /reviews/{application_id}": ("coach", "C"),
    "POST /reviews/{application_id}": ("coach", "C"),
    "GET /candidates/{candidate_id}/handover": ("page", "LC"),
    "POST /candidates/{candidate_id}/handover": ("page", "L"),
    "POST /candidates/{candidate_id}/handover/accept": ("coach", "C"),
    "POST /candidates/{candidate_id}/handover/tasks": ("page", "LC"),
    "POST /candidates/{candidate_id}/handover/tasks/{task_id}/done": ("page", "LC"),
    "POST /candidates/{candidate_id}/support": ("page", "LC"),
    "GET /employers": ("staff", "B"),
    "GET /employers.csv": ("staff", "B"),
    "GET /employers/{employer_id}": ("staff", "B"),
    "POST /employers/{employer_id}/status": ("staff", "B"),
    "GET /vacancies": ("page", "LCB"),
    "GET /vacancies.csv": ("page", "LCB"),
    "GET /vacancies/{vacancy_id}": ("page", "LCB"),
    "POST /vacancies/{vacancy_id}/shortlist/{candidate_id}": ("page", "L"),
    "GET /vacancies/{vacancy_id}/hide/{candidate_id}": ("page", "L"),
    "POST /vacancies/{vacancy_id}/hide/{candidate_id}": ("page", "L"),
    "GET /vacancies/{vacancy_id}/place/{candidate_id}": ("page", "L"),
    "POST /vacancies/{vacancy_id}/place/{candidate_id}": ("page", "L"),
    "GET /vacancies/{vacancy_id}/decisions/{decision_id}/undo": ("page", "L"),
    "POST /vacancies/{vacancy_id}/decisions/{decision_id}/undo": ("page", "L"),
    "GET /vacancies/{vacancy_id}/compare": ("page", "L"),
    "GET /vacancies/{vacancy_id}/print": ("page", "L"),
    "GET /vacancies/{vacancy_id}/reasons/{candidate_id}": ("page", "L"),
    "GET /candidates/{candidate_id}": ("page", "LC"),
    "GET /candidates/{candidate_id}/access.csv": ("page", "LC"),
    "GET /candidates/{candidate_id}/reasons/{vacancy_id}": ("page", "LC"),
    "GET /candidates/{candidate_id}/why": ("page", "LC"),
    "GET /candidates/{candidate_id}/case": ("page", "L"),
    "POST /candidates/{candidate_id}/case": ("page", "L"),
    "POST /candidates/{candidate_id}/asked/done": ("page", "LC"),
    "GET /notes": ("page", "L"),
    "GET /search": ("page", "LCB"),
    "POST /candidates/{candidate_id}/notes": ("page", "LC"),
    "POST /candidates/{candidate_id}/notes/{note_id}/strike": ("page", "LC"),
    "POST /candidates/{candidate_id}/tasks": ("page", "LC"),
    "POST /candidates/{candidate_id}/tasks/{task_id}/done": ("page", "LC"),
    "GET /people": ("page", "L"),
    "GET /people.csv": ("page", "L"),
    "GET /applications": ("page", "LC"),
    "GET /applications.csv": ("page", "LC"),
    "GET /applications/{application_id}": ("page", "LC"),
    "GET /applications/{application_id}/moves/{state}": ("page", "LC"),
    "POST /applications/{application_id}/moves/{state}": ("page", "LC"),
    "GET /applications/{application_id}/outcome": ("page", "LC"),
    "POST /applications/{application_id}/outcome": ("page", "LC"),
    "GET /applications/{application_id}/corrections/{number}": ("page", "LC"),
    "POST /applications/{application_id}/corrections/{number}": ("page", "LC"),
    "GET /applications/{application_id}/agreement/withdraw": ("page", "LC"),
    "POST /applications/{application_id}/agreement/withdraw": ("page", "LC"),
    "GET /applications/{application_id}/put-forward": ("page", "L"),
    "POST /applications/{application_id}/put-forward": ("page", "L"),
    "POST /applications/{application_id}/agreement": ("page", "L"),
    "GET /employer/vacancies": ("posting", "E"),
    "GET /employer/vacancies.csv": ("posting", "E"),
    "POST /employer/vacancies/new": ("posting", "E"),
    "GET /employer/vacancies/{vacancy_id}": ("posting", "E"),
    "GET /employer/vacancies/{vacancy_id}/close": ("posting", "E"),
    "POST /employer/vacancies/{vacancy_id}/close": ("posting", "E"),
    "GET /employer/vacancies/{vacancy_id}/reopen": ("posting", "E"),
    "POST /employer/vacancies/{vacancy_id}/reopen": ("posting", "E"),
    "POST /employer/vacancies/{vacancy_id}/duplicate": ("posting", "E"),
    "POST /employer/vacancies/{vacancy_id}/edit": ("posting", "E"),
    "GET /employer/drafts/{draft_id}": ("posting", "E"),
    "GET /employer/drafts/{draft_id}/check": ("posting", "E"),
    "POST /employer/drafts/{draft_id}/check": ("posting", "E"),
    "GET /employer/drafts/{draft_id}/discard": ("posting", "E"),
    "POST /employer/drafts/{draft_id}/discard": ("posting", "E"),
    "POST /employer/drafts/{draft_id}/exclusions/effect": ("posting", "E"),
    "GET /employer/drafts/{draft_id}/{step_name}": ("posting", "E"),
    "POST /employer/drafts/{draft_id}/{step_name}": ("posting", "E"),
    "GET /employer/people": ("introductions", "E"),
    "GET /employer/people.csv": ("introductions", "E"),
    "GET /employer/people/{application_id}": ("introductions", "E"),
    "GET /employer/people/{application_id}/correct/{number}": ("introductions", "E"),
    "POST /employer/people/{application_id}/correct/{number}": ("introductions", "E"),
    "GET /employer/people/{application_id}/{action_name}": ("introductions", "E"),
    "POST /employer/people/{application_id}/{action_name}": ("introductions", "E"),
    "GET /static/{name:path}": ("public", "*"),
    "GET /health/live": ("public", "*"),
    "GET /health/ready": ("public", "*"),
    "GET /api/openapi.json": ("public", EVERYBODY),
    "GET /api/v1/audit": ("sums", "LBU"),
    "GET /api/v1/vacancies": ("record", "L"),
    "GET /api/v1/vacancies/{vacancy_id}/shortlist": ("record", "L"),
    "GET /api/v1/vacancies/{vacancy_id}/why/{candidate_id}": ("record", "L"),
    "GET /api/v1/candidates/{candidate_id}/vacancies": ("record", "LC"),
    "GET /api/v1/runs/{run_id}": ("record", "LC"),
}


def test_every_route_is_listed_with_who_may_use_it(app: FastAPI) -> None:
    found = {
        f"{method} {route.path}": roles_of(route)
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
    }
    listed = {
        name: None if who == "*" else frozenset(LETTERS[letter] for letter in who)
        for name, (_, who) in ROUTES.items()
    }
    assert found == listed


def test_the_table_in_the_documents_is_current() -> None:
    written = (Path(__file__).parents[2] / "docs" / "access.md").read_text("utf-8")
    assert written == access_table(), "run: python -m web.access_table > docs/access.md"


def test_an_application_with_a_route_without_a_rule_cannot_be_made() -> None:
    app, router = FastAPI(openapi_url=None, docs_url=None, redoc_url=None), APIRouter()
    router.add_api_route("/open", lambda: "seen")
    app.include_router(router)
    with pytest.raises(NewFuturesError, match="/open says nowhere who may use it"):
        require_rules(app)


@pytest.mark.parametrize("name", [name for name, (_, who) in ROUTES.items() if who != "*"])
def test_nobody_who_has_not_signed_in_gets_past_the_door(stranger: TestClient, name: str) -> None:
    method, path = name.split(" ")
    answer = stranger.request(method, path, follow_redirects=False)
    if path.startswith("/api/"):
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "sign_in_needed"
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("role", Role)
def test_what_is_for_other_roles_reads_as_if_it_did_not_exist(
    browsers: dict[Role, TestClient], page_paths: dict[str, str], role: Role
) -> None:
    absent = browsers[role].get("/nowhere")
    for name, (_, who) in ROUTES.items():
        method, path = name.split(" ")
        if who != "*" and role not in {LETTERS[letter] for letter in who}:
            answer = browsers[role].request(method, page_paths.get(path, path))
            assert answer.status_code == 404, name
            if not path.startswith("/api/"):
                assert answer.text == absent.text, name


def test_every_page_is_among_those_that_the_other_tests_look_at(page_paths: dict[str, str]) -> None:
    shown = {
        name.removeprefix("GET ")
        for name, (rule, _) in ROUTES.items()
        if name.startswith("GET ") and rule in ("page", "sums") and ".csv" not in name
    }
    assert set(page_paths) == {path for path in shown if not path.startswith("/api/")}


def test_every_endpoint_is_synchronous(app: FastAPI) -> None:
    for route in iter_route_contexts(app.routes):
        assert not iscoroutinefunction(route.endpoint), route.path
