"""The audit as a page, as JSON and as CSV: the same figures, and none that are small."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assurance.audits.rows import SECTIONS
from assurance.audits.service import AuditService
from foundation.database import Scope
from matching.shortlists.service import MatchingService

Read = Callable[[str], Any]
WEB = Scope("web")


@pytest.fixture(autouse=True)
def shown(service: MatchingService, vacancy_id: str) -> None:
    """At least one list was shown."""
    service.shortlist(WEB, vacancy_id)


@pytest.mark.parametrize("attribute", ["need_band", "release_weeks", "ethnicity", "sex"])
def test_each_attribute_has_a_page_with_a_chart_and_the_numbers_beside_it(
    client: TestClient, read_page: Read, audits: AuditService, attribute: str
) -> None:
    answer = client.get(f"/audit?by={attribute}")
    assert answer.status_code == 200
    page = read_page(answer.text)
    (audited,) = audits.report(WEB, by=(attribute,)).attributes
    assert f"{audited.label}: how far people come" in page.text
    assert "<svg" in answer.text
    for row in audited.funnel:
        assert row.group in page.text
    assert f"/audit.csv?by={attribute}" in page.links
    parts = [link for link in page.links if "section=" in link]
    assert {link.rsplit("=", 1)[1] for link in parts} <= set(SECTIONS)
    for link in parts:
        rows = list(csv.DictReader(io.StringIO(client.get(link).text)))
        assert {row["section"] for row in rows} == {link.rsplit("=", 1)[1]}


def test_what_is_hidden_is_hidden_everywhere(client: TestClient, audits: AuditService) -> None:
    report = audits.report(WEB, by=("ethnicity",))
    rows = list(csv.DictReader(io.StringIO(client.get("/audit.csv?by=ethnicity").text)))
    told = client.get("/api/v1/audit?by=ethnicity").json()
    assert told == report.model_dump(mode="json")
    (audited,) = report.attributes
    hidden = [
        (row.group, stage)
        for row in audited.funnel
        for stage, count in zip(audited.stages, row.counts, strict=True)
        if count is None
    ]
    assert hidden, "among 120 people some groups are small"
    people = {
        (row["group"], row["measure"]): row["value"] for row in rows if row["section"] == "people"
    }
    for key in hidden:
        assert people[key] == ""
    assert not {value for value in people.values() if value in ("1", "2", "3", "4")}


def test_page_json_and_csv_agree_about_what_followed(
    client: TestClient, read_page: Read, audits: AuditService
) -> None:
    report = audits.report(WEB, by=("need_band",))
    (audited,) = report.attributes
    told = client.get("/api/v1/audit?by=need_band").json()["attributes"][0]
    assert told == audited.model_dump(mode="json")
    text = read_page(client.get("/audit?by=need_band").text).text
    for heading in ("Put forward, and after", "Where staff decided otherwise"):
        assert heading in text
    for stage in (*audited.later_stages, *audited.override_kinds):
        assert stage.capitalize() in text
    assert "ot recorded yet" not in text
    for section, stages, rows in (
        ("later", audited.later_stages, audited.later),
        ("overrides", audited.override_kinds, audited.overrides),
    ):
        answer = client.get(f"/audit.csv?by=need_band&section={section}").text
        found = {
            (row["group"], row["measure"]): row["value"]
            for row in csv.DictReader(io.StringIO(answer))
        }
        for row in rows:
            for stage, count in zip(stages, row.counts, strict=True):
                assert found[row.group, stage] == ("" if count is None else str(count))


def test_the_csv_is_a_file_with_a_name_of_its_days(client: TestClient) -> None:
    answer = client.get("/audit.csv?first=2026-10-01&last=2026-11-22")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="audit-2026-10-01-2026-11-22.csv"' in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("by=shoe", "Choose what to group people by from the list"),
        ("first=yesterday", "The first day must be a date up to the last day"),
        ("first=2026-12-01&last=2026-11-01", "The first day must be a date up to the last day"),
        ("region=MARS", "Choose a region from the list"),
        ("prison=1", "Choose a prison from the list"),
        ("section=all", "Choose a table from the page"),
    ],
)
def test_what_cannot_be_audited_is_said_beside_the_field(
    client: TestClient, read_page: Read, query: str, said: str
) -> None:
    answer = client.get(f"/audit?{query}")
    assert answer.status_code == 422
    assert said in read_page(answer.text).text
    assert client.get(f"/audit.csv?{query}").status_code == 422
    assert client.get(f"/api/v1/audit?{query}").status_code == 422


def test_days_in_which_nothing_was_shown_say_so(client: TestClient, read_page: Read) -> None:
    page = read_page(client.get("/audit?first=2020-01-01&last=2020-02-01").text)
    assert "No list was shown in these days" in page.text


def test_neither_a_name_nor_a_number_of_anybody_is_on_the_page(
    client: TestClient, service: MatchingService, vacancy_id: str
) -> None:
    document = service.shortlist(WEB, vacancy_id).document
    html = client.get("/audit?by=sex").text + client.get("/audit.csv").text
    for entry in (*document.ranked, *document.refer):
        assert entry.candidate.prison_number not in html
    assert re.search(r"\b[A-Z][0-9]{4}[A-Z]{2}\b", html) is None
