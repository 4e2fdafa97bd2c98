"""Every route, with the rule that it follows. A new route fails here until it is listed."""

from inspect import iscoroutinefunction

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

# page: HTML, names people, read under the scope, audited by the service, never kept by a browser
# record: the same as JSON
# sums: figures about groups, as JSON or CSV, with what is small hidden; the reading is audited
# public: says nothing about anybody
ROUTES = {
    "/": "public",
    "/audit": "page",
    "/audit.csv": "sums",
    "/vacancies": "page",
    "/vacancies/{vacancy_id}": "page",
    "/vacancies/{vacancy_id}/reasons/{candidate_id}": "page",
    "/candidates/{candidate_id}": "page",
    "/candidates/{candidate_id}/reasons/{vacancy_id}": "page",
    "/candidates/{candidate_id}/why": "page",
    "/static/{name:path}": "public",
    "/health/live": "public",
    "/health/ready": "public",
    "/api/openapi.json": "public",
    "/api/v1/audit": "sums",
    "/api/v1/vacancies": "record",
    "/api/v1/vacancies/{vacancy_id}/shortlist": "record",
    "/api/v1/vacancies/{vacancy_id}/why/{candidate_id}": "record",
    "/api/v1/candidates/{candidate_id}/vacancies": "record",
    "/api/v1/runs/{run_id}": "record",
}


def test_every_route_is_listed_with_its_rule(app: FastAPI) -> None:
    assert {route.path for route in iter_route_contexts(app.routes)} == set(ROUTES)


def test_every_route_only_reads(app: FastAPI) -> None:
    for route in iter_route_contexts(app.routes):
        assert set(route.methods or ()) <= {"GET", "HEAD"}, route.path


def test_every_page_is_among_those_that_the_other_tests_look_at(page_paths: dict[str, str]) -> None:
    assert set(page_paths) == {path for path, rule in ROUTES.items() if rule == "page"}


def test_every_endpoint_is_synchronous(app: FastAPI) -> None:
    for route in iter_route_contexts(app.routes):
        if route.path != "/api/openapi.json":
            assert not iscoroutinefunction(route.endpoint), route.path
