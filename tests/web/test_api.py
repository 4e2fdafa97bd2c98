"""The API answers with the same documents as the service makes, and errors of one shape."""

from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from employers.model import VacancyFilter
from foundation.database import Scope
from matching.explain.document import Shortlist, VacanciesFor, VacancySummary, Why, to_bytes
from matching.shortlists.service import MatchingService

WEB = Scope("web")
NOBODY = UUID(int=1)


def schema_of(client: TestClient, path: str) -> dict[str, Any]:
    operation = client.get("/api/openapi.json").json()["paths"][path]["get"]
    found: dict[str, Any] = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return found


def test_the_schema_names_every_answer(client: TestClient) -> None:
    expected = {
        "/api/v1/audit": "AuditReport",
        "/api/v1/vacancies": "VacancyPage",
        "/api/v1/vacancies/{vacancy_id}/shortlist": "Shortlist",
        "/api/v1/vacancies/{vacancy_id}/why/{candidate_id}": "Why",
        "/api/v1/candidates/{candidate_id}/vacancies": "VacanciesFor",
    }
    for path, name in expected.items():
        assert schema_of(client, path) == {"$ref": f"#/components/schemas/{name}"}
    kinds = schema_of(client, "/api/v1/runs/{run_id}")["anyOf"]
    assert [kind["$ref"].rsplit("/", 1)[1] for kind in kinds] == ["Shortlist", "VacanciesFor"]
    assert set(client.get("/api/openapi.json").json()["paths"]) == {
        *expected,
        "/api/v1/runs/{run_id}",
    }


def test_a_page_of_vacancies_is_the_services(client: TestClient, service: MatchingService) -> None:
    answer = client.get("/api/v1/vacancies", params={"words": "e", "show": "all", "page": 2}).json()
    expected = service.list_vacancies(WEB, VacancyFilter(words="e"), page=2, size=25)
    items = [VacancySummary.model_validate(item) for item in answer["items"]]
    assert [item.public_id for item in items] == [stored.public_id for stored in expected.items]
    assert (answer["total"], answer["number"], answer["size"]) == (expected.total, 2, 25)


def test_a_shortlist_is_the_services_and_its_run_can_be_replayed(
    client: TestClient, service: MatchingService, vacancy_id: str
) -> None:
    answer = client.get(f"/api/v1/vacancies/{vacancy_id}/shortlist", params={"top": 5})
    document = Shortlist.model_validate(answer.json())
    assert document == service.shortlist(WEB, vacancy_id, top=5).document
    run_id = answer.headers["X-Run-Id"]
    replayed = client.get(f"/api/v1/runs/{run_id}")
    assert replayed.content == to_bytes(document) == service.replay(WEB, UUID(run_id))
    assert replayed.headers["content-type"] == "application/json"


def test_a_shortlist_can_be_narrowed(
    client: TestClient, service: MatchingService, vacancy_id: str
) -> None:
    answer = client.get(f"/api/v1/vacancies/{vacancy_id}/shortlist", params={"prison": "lei"})
    document = Shortlist.model_validate(answer.json())
    assert document.basis.prison == "LEI"
    assert document == service.shortlist(WEB, vacancy_id, prison="LEI").document


def test_a_persons_vacancies_are_the_services(
    client: TestClient, service: MatchingService, candidate_id: str
) -> None:
    answer = client.get(f"/api/v1/candidates/{candidate_id}/vacancies", params={"top": 7})
    document = VacanciesFor.model_validate(answer.json())
    assert document == service.vacancies_for(WEB, candidate_id, top=7).document
    replayed = client.get(f"/api/v1/runs/{answer.headers['X-Run-Id']}")
    assert replayed.content == to_bytes(document)


def test_why_is_the_services(
    client: TestClient, service: MatchingService, vacancy_id: str, candidate_id: str
) -> None:
    answer = client.get(f"/api/v1/vacancies/{vacancy_id}/why/{candidate_id}")
    assert Why.model_validate(answer.json()) == service.why(WEB, vacancy_id, candidate_id)


@pytest.mark.parametrize(
    "path",
    [
        f"/api/v1/vacancies/{NOBODY}/shortlist",
        "/api/v1/vacancies/HF-001/shortlist",
        f"/api/v1/candidates/{NOBODY}/vacancies",
        "/api/v1/runs/unknown",
        f"/api/v1/runs/{NOBODY}",
        "/api/v1/nowhere",
    ],
)
def test_what_is_not_there_is_told_in_one_way(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json() == {
        "error": {
            "code": "not_found",
            "message": "There is nothing at this address, or it is not for your account.",
        }
    }


def test_a_wrong_parameter_is_named_and_its_value_is_not_repeated(
    client: TestClient, vacancy_id: str
) -> None:
    for query in ("top=1000", "prison=12345", "top=<script>"):
        answer = client.get(f"/api/v1/vacancies/{vacancy_id}/shortlist?{query}")
        told = answer.json()["error"]
        assert answer.status_code == 422
        assert told["code"] == "not_allowed"
        assert query.split("=")[0] in told["message"]
        assert "script" not in answer.text


def test_readiness_tells_what_is_ready(client: TestClient, service: MatchingService) -> None:
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").json() == service.health()
