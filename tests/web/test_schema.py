"""The JSON API as each role, with whatever its own description allows one to ask."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from foundation.database import Database, Scope
from foundation.vocabulary import Role

CHECKS = [
    not_a_server_error,
    response_schema_conformance,
    content_type_conformance,
    status_code_conformance,
]
EXAMPLES = 10
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@pytest.mark.parametrize("role", [None, *Role])
def test_whatever_is_asked_the_api_answers_as_it_says(
    app: FastAPI, address: str, browsers: dict[Role, TestClient], role: Role | None
) -> None:
    cookies = dict(browsers[role].cookies) if role else {}
    schema = schemathesis.openapi.from_dict(app.openapi())
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def check(case: Any) -> None:  # noqa: ANN401
            nonlocal asked
            answer = case.call(base_url=address, cookies=cookies, timeout=600)
            case.validate_response(answer, checks=CHECKS)
            asked += 1

        check()
    assert asked >= EXAMPLES


@pytest.fixture(scope="module")
def people(service_database: Database) -> dict[str, list[str]]:
    """Everybody's public id, by prison."""
    with service_database.transaction(Scope("tests")) as connection:
        rows = connection.execute(
            "SELECT prison_id, array_agg(public_id::text) FROM candidate GROUP BY 1 ORDER BY 1"
        ).fetchall()
    return dict(rows)


@pytest.fixture(scope="module")
def prison(people: dict[str, list[str]]) -> str:
    """The one with most people."""
    return max(people, key=lambda each: len(people[each]))


@pytest.fixture(scope="module")
def lead(sign_in: Callable[..., TestClient], prison: str) -> TestClient:
    """The browser of a lead for that prison alone."""
    return sign_in(Role.PRISON_EMPLOYMENT_LEAD, "one-prison", prisons=(prison,))


def test_no_answer_for_a_lead_names_anybody_outside_their_prison(
    lead: TestClient, people: dict[str, list[str]], prison: str, vacancy_id: str
) -> None:
    outside = {who for other, ids in people.items() if other != prison for who in ids}
    everybody = sorted(outside | set(people[prison]))

    @settings(max_examples=60, deadline=None, database=None)
    @given(
        who=st.sampled_from(everybody),
        address=st.sampled_from(
            (
                "/api/v1/vacancies/{vacancy}/shortlist",
                "/api/v1/vacancies/{vacancy}/why/{who}",
                "/api/v1/candidates/{who}/vacancies",
                "/candidates/{who}",
                "/vacancies/{vacancy}",
                "/vacancies/{vacancy}/reasons/{who}",
            )
        ),
    )
    def check(who: str, address: str) -> None:
        answer = lead.get(address.format(who=who, vacancy=vacancy_id))
        if "{who}" in address:
            assert answer.status_code == (404 if who in outside else 200), address
        assert not outside & set(UUID.findall(answer.text)), address

    check()
