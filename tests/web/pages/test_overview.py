"""The overview and the audit trail in the browser: sums, codes and days, and nobody's name."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from foundation.database import Database, Scope
from foundation.places.regions import Region
from foundation.vocabulary import Role

WEB = Scope("web")
PRISON_NUMBER = re.compile(r"\b[A-Z]\d{4}[A-Z]{2}\b")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}")
Read = Callable[[str], Any]


@pytest.fixture
def auditor(browsers: dict[Role, TestClient]) -> TestClient:
    return browsers[Role.AUDITOR]


def names_of(database: Database) -> set[str]:
    with database.transaction(WEB) as connection:
        rows = connection.execute("SELECT DISTINCT first_name || ' ' || last_name FROM candidate")
        return {row[0] for row in rows}


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.NFN_BROKER])
def test_the_overview_names_nobody(
    browsers: dict[Role, TestClient], role: Role, service_database: Database, read_page: Read
) -> None:
    for path in ("/overview", "/overview?by=MONTH", "/overview?period=all"):
        answer = browsers[role].get(path)
        assert answer.status_code == 200
        page = read_page(answer.text)
        assert not PRISON_NUMBER.search(page.text)
        assert not UUID.search(page.text)
        assert not [name for name in names_of(service_database) if name in page.text]


def test_small_counts_are_hidden_in_page_and_file(auditor: TestClient) -> None:
    file = auditor.get("/overview.csv").text.splitlines()
    measured = [line.rsplit(",", 2) for line in file if line.startswith("Applications")]
    assert not [line for line in measured if line[-1] in ("1", "2", "3", "4")]
    assert "hidden" in auditor.get("/overview").text


def test_one_table_is_a_file_of_its_own(auditor: TestClient) -> None:
    file = auditor.get("/overview.csv?table=ready").text.splitlines()
    assert len(file) > 2
    assert all(line.startswith('"Ready, and on no shortlist"') for line in file[1:])


def test_a_broker_sees_their_own_regions_and_no_totals(
    sign_in: Callable[..., TestClient], read_page: Read
) -> None:
    broker = sign_in(Role.NFN_BROKER, "broker-overview", regions=(Region.NORTH_WEST,))
    answer = broker.get("/overview")
    page = read_page(answer.text)
    assert "Figures for North West, and no totals" in page.text
    assert "<tfoot>" not in answer.text
    file = broker.get("/overview.csv?table=vacancies").text
    assert "London" not in file
    assert "Everyone" not in file


def test_what_cannot_be_asked_for_is_said(auditor: TestClient) -> None:
    answer = auditor.get("/overview?by=STAR_SIGN")
    assert answer.status_code == 422
    assert 'href="#by"' in answer.text


def test_the_trail_shows_a_person_by_a_code_and_never_an_old_value(
    auditor: TestClient,
    client: TestClient,
    candidate_id: str,
    service_database: Database,
    read_page: Read,
) -> None:
    client.get(f"/candidates/{candidate_id}")
    page = read_page(auditor.get("/trail?subject=candidate&doing=SEEN").text)
    assert candidate_id[:8] in page.text
    assert candidate_id not in page.text
    assert "prison_employment_lead@example.org" in page.text
    whole = read_page(auditor.get("/trail").text).text + auditor.get("/trail.csv").text
    assert not PRISON_NUMBER.search(whole)
    assert not [name for name in names_of(service_database) if name in whole]


def test_the_trail_is_read_by_actor_day_and_page_without_a_gap(
    auditor: TestClient, read_page: Read
) -> None:
    seen: list[str] = []
    address = "/trail?order=oldest&doing=WRITTEN"
    for _ in range(3):
        html = auditor.get(address).text
        seen += re.findall(r'<time datetime="([^"]+)"', html)
        more = [link for link in read_page(html).links if "beyond=" in link]
        if not more:
            break
        address = f"/trail{more[0]}"
    assert len(seen) > 50
    assert seen == sorted(seen)
    nobody = read_page(auditor.get("/trail?actor=nobody@example.org").text)
    assert "Nothing in the trail matches all of that" in nobody.text
    assert "Nothing in the trail" in auditor.get("/trail?last=2020-01-01").text
    wrong = auditor.get("/trail?first=2026-02-02&last=2026-01-01")
    assert wrong.status_code == 422
    assert auditor.get("/trail?first=yesterday").status_code == 422


def test_the_trail_as_a_file_holds_every_line_of_the_list(
    auditor: TestClient, service_database: Database
) -> None:
    file = auditor.get("/trail.csv?doing=WRITTEN&order=oldest").text.splitlines()
    with service_database.transaction(WEB) as connection:
        row = connection.execute(
            "SELECT count(*) FROM audit_event WHERE action IN ('insert', 'update', 'delete')"
        ).fetchone()
    assert row is not None
    assert len(file) == row[0] + 1
