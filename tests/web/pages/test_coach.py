"""A work coach's pages: what to do today, the caseload, reviews, and a handover on both sides."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from foundation.database import Database, Scope
from foundation.vocabulary import ApplicationState, Role
from matching.shortlists.service import MatchingService
from web.services import Services

WEB = Scope("web")
Read = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Story:
    """Somebody of the shared population who is shortlisted, their coach, and another's."""

    coach: TestClient
    elsewhere: TestClient
    candidate: str
    area: str
    application: UUID


@pytest.fixture(scope="module")
def story(
    sign_in: Callable[..., TestClient],
    services: Services,
    service_database: Database,
    vacancy_id: str,
    service: MatchingService,
) -> Iterator[Story]:
    with service_database.transaction(WEB) as connection:
        rows = connection.execute(
            "SELECT public_id FROM candidate WHERE NOT EXISTS"
            " (SELECT FROM application WHERE candidate_id = candidate.id)"
        )
        free = {row[0] for row in rows}
    shortlist = service.shortlist(WEB, vacancy_id, top=100).document
    people = [each.candidate.public_id for each in (*shortlist.ranked, *shortlist.refer)]
    candidate = str(next(each for each in reversed(people) if each in free))
    with service_database.transaction(WEB) as connection:
        connection.execute(
            "UPDATE candidate SET community_area = 'ZE' WHERE public_id = %s", [candidate]
        )
    begun = services.applications.shortlist(WEB, vacancy_id, candidate)
    coach = sign_in(Role.WORK_COACH, "coach-ze", areas=("ZE",))
    elsewhere = sign_in(Role.WORK_COACH, "coach-hs", areas=("HS",))
    yield Story(coach, elsewhere, candidate, "ZE", begun.public_id)
    with service_database.transaction(WEB) as connection:
        connection.execute(
            "UPDATE candidate SET community_area = NULL, prison_sees_until = NULL"
            " WHERE public_id = %s",
            [candidate],
        )
    with service_database.owner_transaction() as connection:
        connection.execute("TRUNCATE handover, handover_task, support_given, match_review")
    made = services.applications
    version = made.get_application(WEB, begun.public_id).application.version
    withdrawn = ApplicationState.WITHDRAWN
    made.move(WEB, begun.public_id, withdrawn, version=version, reason="CHANGED_MIND")


def test_a_coach_sees_their_own_area_and_nobody_else(story: Story, read_page: Read) -> None:
    page = read_page(story.coach.get("/caseload?window=ALL").text)
    assert f"/candidates/{story.candidate}" in page.links
    assert "1 person" in page.text
    assert story.coach.get(f"/candidates/{story.candidate}").status_code == 200
    assert story.elsewhere.get(f"/candidates/{story.candidate}").status_code == 404
    assert story.elsewhere.get(f"/reviews/{story.application}").status_code == 404
    nobody = read_page(story.elsewhere.get("/caseload").text)
    assert "Nobody in your caseload matches all of that" in nobody.text


def test_the_numbers_of_the_home_page_are_the_lengths_of_their_lists(
    story: Story, read_page: Read
) -> None:
    home = read_page(story.coach.get("/").text)
    assert "1 match to look over" in home.text
    listed = read_page(story.coach.get("/reviews").text)
    assert f"/reviews/{story.application}" in listed.links
    file = story.coach.get("/reviews.csv").text.splitlines()
    assert len(file) == 2


def test_a_caseload_is_narrowed_and_exported_alike(story: Story) -> None:
    file = story.coach.get("/caseload.csv?window=ALL&stage=NOT_STARTED").text.splitlines()
    assert len(file) == 2
    assert len(story.coach.get("/caseload.csv?window=ALL&stage=ACCEPTED").text.splitlines()) == 1
    assert story.coach.get("/caseload?window=NEVER").status_code == 422
    assert story.coach.get("/caseload?page=9").status_code == 404


def test_a_match_is_questioned_with_words_and_the_lead_gets_a_task(
    story: Story, client: TestClient, read_page: Read
) -> None:
    here = f"/reviews/{story.application}"
    page = read_page(story.coach.get(here).text)
    assert "nearest first" in page.text
    assert story.coach.post(here).status_code == 422
    silent = story.coach.post(here, data={"verdict": "QUESTIONED"})
    assert silent.status_code == 422
    assert 'href="#note"' in silent.text
    sent = {"verdict": "QUESTIONED", "note": "There is no bus before six."}
    assert "The review has been kept" in story.coach.post(here, data=sent).text
    assert "There is no bus before six." in client.get(f"/candidates/{story.candidate}").text
    assert "There is no bus before six." in story.coach.get("/reviews?show=done").text


def test_a_lead_hands_over_and_the_coach_accepts_and_carries_on(
    story: Story, client: TestClient, read_page: Read
) -> None:
    here = f"/candidates/{story.candidate}/handover"
    assert "starts the handover" in story.coach.get(here).text
    nowhere = client.post(here, data={"area": "Atlantis"})
    assert nowhere.status_code == 422
    assert 'href="#area"' in nowhere.text
    assert "Atlantis" in nowhere.text
    assert "has started" in client.post(here, data={"area": story.area}).text
    assert "1 person waits to be accepted" in read_page(story.coach.get("/").text).text
    assert client.post(f"{here}/accept").status_code == 404
    assert story.elsewhere.post(f"{here}/accept").status_code == 404
    assert "You have accepted them" in story.coach.post(f"{here}/accept").text
    assert story.coach.post(f"{here}/accept").status_code == 409
    page = read_page(story.coach.get(here).text)
    doing = [form["action"] for form in page.forms if form["action"].endswith("/done")]
    assert "The task is done" in story.coach.post(doing[0]).text
    assert story.coach.post(doing[0]).status_code == 409


def test_what_is_wrong_with_a_task_or_support_is_said_beside_the_field(story: Story) -> None:
    person = f"/candidates/{story.candidate}"
    answer = story.coach.post(f"{person}/support", data={"support_kind": "CLOTHING"})
    assert answer.status_code == 422
    assert 'href="#on"' in answer.text
    day = {"on-day": "20", "on-month": "11", "on-year": "2026"}
    silent = story.coach.post(f"{person}/support", data=day | {"support_kind": "OTHER"})
    assert 'href="#support_note"' in silent.text
    given = day | {"support_kind": "CLOTHING", "support_note": "Boots for the interview"}
    answer = story.coach.post(f"{person}/support", data=given)
    assert "Boots for the interview" in answer.text
    assert 'href="#task_kind"' in story.coach.post(f"{person}/handover/tasks").text


def test_a_coachs_lists_hold_no_surname_and_no_prison_number(
    story: Story, service_database: Database
) -> None:
    with service_database.transaction(WEB) as connection:
        row = connection.execute(
            "SELECT last_name, prison_number FROM candidate WHERE public_id = %s",
            [story.candidate],
        ).fetchone()
    assert row is not None
    for path in ("/", "/caseload?window=ALL", "/caseload.csv?window=ALL", "/reviews?show=all"):
        html = story.coach.get(path).text
        assert row[0] not in html
        assert row[1] not in html
