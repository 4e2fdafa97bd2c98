"""An employer's pages: posting step by step, their own lists, and answering for people."""

import csv
import io
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from employer_world import ANSWERS, CLI, EmployerWorld, version_in
from fastapi.testclient import TestClient

from casework.applications.model import ChangeResult
from casework.applications.states import next_states
from employers.posting.steps import STEPS
from foundation.database import Database
from foundation.settings import Settings
from foundation.vocabulary import ApplicationState, Role

Read = Callable[[str], Any]
S = ApplicationState
INTERVIEW = {
    "on-day": "1",
    "on-month": "12",
    "on-year": "2026",
    "at": "10:30",
    "place": "12 Harbour Road",
    "contact": "Jo Example",
}


@pytest.fixture(scope="module")
def world(own_database: Database, settings: Settings) -> EmployerWorld:
    """One world for the file: each test makes its own drafts, vacancies and people."""
    return EmployerWorld.over(own_database, settings)


@pytest.fixture(scope="module")
def own(world: EmployerWorld) -> TestClient:
    """The browser of somebody of the first employer's staff."""
    return world.own


@pytest.fixture(scope="module")
def held(world: EmployerWorld) -> ChangeResult:
    """Somebody put forward who gets no answer."""
    return world.put_forward(32)


def events(world: EmployerWorld, action: str, subject: str) -> list[tuple[Any, ...]]:
    with world.database.transaction(CLI) as connection:
        return connection.execute(
            "SELECT actor, detail FROM audit_event WHERE action = %s AND subject = %s ORDER BY id",
            [action, subject],
        ).fetchall()


def page_of(world: EmployerWorld, application: UUID) -> str:
    return world.own.get(f"/employer/people/{application}").text


# Posting


def test_a_vacancy_is_posted_in_six_steps_from_the_list(
    world: EmployerWorld, own: TestClient, read_page: Read
) -> None:
    draft = world.new_draft()
    for step, following in zip(STEPS, [*(each.name for each in STEPS[1:]), "check"], strict=True):
        answer = world.save(draft, step.name)
        assert answer.headers["location"] == f"{draft}/{following}"
    checked = read_page(own.get(f"{draft}/check").text)
    assert "Night baker" in checked.text
    assert "LS1 4AP" in checked.text
    assert f"{draft}/pay#salary_from" in checked.links
    sent = {"version": version_in(own, f"{draft}/check")}
    published = own.post(f"{draft}/check", data=sent)
    assert "The vacancy has been published" in published.text
    assert "V-2026-0" in published.text
    assert own.get(draft).status_code == 404


@pytest.mark.parametrize("step", [step.name for step in STEPS])
def test_a_step_that_is_left_empty_is_shown_again_with_what_to_do(
    world: EmployerWorld, own: TestClient, read_page: Read, step: str
) -> None:
    draft = world.new_draft()
    sent = {"version": version_in(own, f"{draft}/{step}")}
    answer = own.post(f"{draft}/{step}", data=sent)
    page = read_page(answer.text)
    assert answer.status_code == 422
    assert page.title.strip().startswith("Error:")
    summary = [link[1:] for link in page.links if link.startswith("#") and link != "#main-content"]
    assert summary
    assert set(summary) <= set(page.ids)


def test_what_was_typed_is_kept_even_if_it_cannot_be_used(
    world: EmployerWorld, own: TestClient
) -> None:
    draft = world.new_draft()
    answer = world.save(draft, "pay", salary_from="a lot")
    assert answer.status_code == 422
    assert "Lowest pay must be an amount in pounds, like 12.60" in answer.text
    assert 'value="a lot"' in own.get(f"{draft}/pay").text


def test_a_step_can_be_saved_to_come_back_later_and_says_how_far_it_came(
    world: EmployerWorld, own: TestClient, read_page: Read
) -> None:
    draft = world.new_draft()
    fresh = read_page(own.get(draft).text).text
    assert fresh.count("Not yet started") == len(STEPS)
    assert world.save(draft, "needed").status_code == 303
    later = world.save(draft, "job", description="", then="later")
    assert later.headers["location"] == f"{draft}?done=draft-kept"
    tasks = read_page(own.get(later.headers["location"]).text).text
    assert "What you typed has been kept" in tasks
    assert "The job In progress" in tasks
    assert "What is needed Completed" in tasks
    assert "Cannot start yet" in tasks
    assert "Night baker" in own.get("/employer/vacancies?show=drafts").text


def test_an_incomplete_draft_cannot_be_published(
    world: EmployerWorld, own: TestClient, read_page: Read
) -> None:
    draft = world.new_draft()
    world.save(draft, "job")
    version = version_in(own, f"{draft}/discard")
    answer = own.post(f"{draft}/check", data={"version": version})
    page = read_page(answer.text)
    assert answer.status_code == 422
    assert "Enter what the job pays" in page.text
    assert f"{draft}/pay#salary_from" in page.links


def test_two_colleagues_at_one_step_are_told_of_each_other_and_nothing_is_lost(
    world: EmployerWorld, own: TestClient
) -> None:
    draft = world.filled_draft()
    seen_by_colleague = version_in(world.colleague, f"{draft}/job")
    assert world.save(draft, "job", title="Day baker").status_code == 303
    late = world.colleague.post(
        f"{draft}/job",
        data=ANSWERS["job"] | {"version": seen_by_colleague, "title": "Evening baker"},
    )
    assert late.status_code == 409
    assert "Somebody else changed this first" in late.text
    assert "Own@harbour.example changed this draft" in late.text
    assert "Job title: Day baker" in late.text
    assert 'value="Evening baker"' in late.text
    assert "Day baker" in own.get(f"{draft}/job").text
    again = {"version": version_in(world.colleague, f"{draft}/job"), "title": "Evening baker"}
    world.colleague.post(f"{draft}/job", data=ANSWERS["job"] | again)
    assert "Evening baker" in own.get(f"{draft}/job").text


def test_a_draft_that_somebody_changed_is_neither_published_nor_thrown_away_unseen(
    world: EmployerWorld, own: TestClient
) -> None:
    draft = world.filled_draft()
    version = version_in(own, f"{draft}/check")
    world.save(draft, "job", title="Changed meanwhile")
    for what in ("check", "discard"):
        answer = own.post(f"{draft}/{what}", data={"version": version})
        assert answer.status_code == 409
        assert "Somebody else changed this first" in answer.text
    assert own.get(draft).status_code == 200


def test_a_draft_is_thrown_away_after_asking(world: EmployerWorld, own: TestClient) -> None:
    draft = world.new_draft()
    sent = {"version": version_in(own, f"{draft}/discard")}
    assert "The draft has been thrown away" in own.post(f"{draft}/discard", data=sent).text
    assert own.get(draft).status_code == 404


@pytest.mark.parametrize("headers", [{}, {"hx-request": "true", "hx-request-type": "partial"}])
def test_exclusions_say_what_they_cost_before_anything_is_saved(
    world: EmployerWorld, own: TestClient, headers: dict[str, str]
) -> None:
    for number in range(700, 740):
        world.person(number, offences=["ARSON"] if number < 712 else ["NONE"])
    draft = world.new_draft()
    path = f"{draft}/exclusions"
    sent = {"version": version_in(own, path), "offence_exclusions": ["ARSON", "MURDER"]}
    answer = own.post(f"{path}/effect", data=sent, headers=headers)
    assert answer.status_code == 200
    assert "Excluding people with any arson or murder offence would leave" in answer.text
    assert "Arson by itself: about 10 fewer people could be considered" in answer.text
    assert "Murder by itself: hardly anybody" in answer.text
    assert "case by case" in answer.text
    assert ("<html" in answer.text) is not bool(headers)
    assert "Not yet started" in own.get(draft).text


def test_judging_case_by_case_is_not_answered_with_an_invitation_to_it(
    world: EmployerWorld, own: TestClient
) -> None:
    draft = world.new_draft()
    path = f"{draft}/exclusions/effect"
    told = own.post(path, data={"offence_exclusions": ["CASE_BY_CASE"]}).text
    assert "Think about choosing" not in told
    assert "Think about choosing" in own.post(path, data={"offence_exclusions": ["MURDER"]}).text


# The employer's vacancies


def test_vacancies_are_listed_as_open_closed_or_all_and_in_the_order_asked_for(
    world: EmployerWorld, own: TestClient
) -> None:
    first = world.published(title="Aardvark keeper")
    second = world.published(title="Zebra keeper")
    titles = own.get("/employer/vacancies?sort=title").text
    assert titles.index("Aardvark keeper") < titles.index("Zebra keeper")
    newest = own.get("/employer/vacancies?sort=newest").text
    assert newest.index("Zebra keeper") < newest.index("Aardvark keeper")
    own.post(f"{first}/close", data={"reason": "FILLED"})
    assert "Aardvark keeper" not in own.get("/employer/vacancies").text
    closed = own.get("/employer/vacancies?show=closed").text
    assert "Aardvark keeper" in closed
    assert "Zebra keeper" not in closed
    both = own.get("/employer/vacancies?show=all").text
    assert "Aardvark keeper" in both
    assert second in both


@pytest.mark.parametrize("query", ["show=secret", "sort=rank", "page=none"])
def test_a_list_that_cannot_be_asked_for_says_so(own: TestClient, query: str) -> None:
    answer = own.get(f"/employer/vacancies?{query}")
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


def test_a_page_beyond_the_end_is_not_there(own: TestClient) -> None:
    assert own.get("/employer/vacancies?page=99").status_code == 404
    assert own.get("/employer/people?page=99").status_code == 404


def test_the_list_of_vacancies_is_taken_away_as_a_file_and_that_is_audited(
    world: EmployerWorld, own: TestClient
) -> None:
    world.published(title="=SUM(A1)")
    answer = own.get("/employer/vacancies.csv?show=all&sort=title")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-disposition"] == 'attachment; filename="vacancies.csv"'
    assert "'=SUM(A1)" in [row["title"] for row in rows]
    assert all(row["reference"] != "H-2" for row in rows)
    assert events(world, "export", "vacancy")[-1] == ("own@harbour.example", {"show": "all"})


def test_a_vacancy_is_closed_with_a_reason_and_opened_again(
    world: EmployerWorld, own: TestClient
) -> None:
    path = world.published()
    assert own.post(f"{path}/close", data={}).status_code == 422
    needs_note = own.post(f"{path}/close", data={"reason": "OTHER"})
    assert needs_note.status_code == 422
    assert "Say in a few words" in needs_note.text
    closed = own.post(f"{path}/close", data={"reason": "PAUSED", "note": "Until spring"})
    assert "The vacancy has been closed" in closed.text
    assert "recruitment is paused" in closed.text
    assert "Until spring" in closed.text
    twice = world.colleague.post(f"{path}/close", data={"reason": "FILLED"})
    assert twice.status_code == 409
    assert "Own@harbour.example closed the vacancy" in twice.text
    past = {"closing_date-day": "1", "closing_date-month": "1", "closing_date-year": "2026"}
    assert own.post(f"{path}/reopen", data=past).status_code == 422
    ahead = past | {"closing_date-year": "2027"}
    opened = own.post(f"{path}/reopen", data=ahead)
    assert "The vacancy is open again" in opened.text
    assert "1 January 2027" in opened.text
    assert world.colleague.post(f"{path}/reopen", data=ahead).status_code == 409


def test_a_vacancy_is_copied_without_its_closing_date(
    world: EmployerWorld, own: TestClient, read_page: Read
) -> None:
    path = world.published(title="Copied baker")
    copy = own.post(f"{path}/duplicate")
    assert "A new draft has been made" in copy.text
    assert "The job Completed" in read_page(copy.text).text
    assert "How to apply In progress" in read_page(copy.text).text


def test_a_vacancy_is_changed_and_stays_as_it_was_until_that_is_published(
    world: EmployerWorld, own: TestClient
) -> None:
    path = world.published(title="Old title")
    begun = own.post(f"{path}/edit", follow_redirects=False)
    draft = begun.headers["location"].removesuffix("/check")
    answer = world.save(draft, "job", title="New title")
    assert answer.headers["location"] == f"{draft}/check"
    assert "Old title" in own.get(path).text
    sent = {"version": version_in(own, f"{draft}/check")}
    changed = own.post(f"{draft}/check", data=sent)
    assert "The changes have been published" in changed.text
    assert "New title" in own.get(path).text


# People put forward


def test_somebody_put_forward_is_on_the_first_page_until_they_are_answered(
    world: EmployerWorld, own: TestClient
) -> None:
    held = world.put_forward(1, first_name="Firstly")
    assert "Firstly, for Kitchen porter" in own.get("/").text
    world.record(held.public_id, "offer")
    home = own.get("/").text
    assert "Firstly" not in home


def test_the_first_page_says_what_needs_doing_and_where(
    world: EmployerWorld, own: TestClient
) -> None:
    held = world.put_forward(2, first_name="Secunda")
    week = INTERVIEW | {"on-day": "25", "on-month": "11"}
    world.record(held.public_id, "interview", **week)
    world.new_draft()
    close = {"closing_date-day": "29", "closing_date-month": "11"}
    world.published(title="Closing soon", **close)
    home = own.get("/").text
    for told in (
        "Secunda, for Kitchen porter",
        "25 November 2026 at 10:30",
        "Vacancy without a title",
        "Closing soon",
        "Closes on 29 November 2026",
    ):
        assert told in home


def test_an_employer_without_anything_is_told_how_to_begin(world: EmployerWorld) -> None:
    home = world.other.get("/").text
    assert "Nobody is waiting for an answer" in home
    assert "No interviews are booked" in home
    assert "Nobody has been put forward to you yet" in world.other.get("/employer/people").text
    assert "Nothing is half written" in world.other.get("/employer/vacancies?show=drafts").text


def test_people_are_listed_by_vacancy_and_how_far_they_have_come(
    world: EmployerWorld, own: TestClient
) -> None:
    waiting = world.put_forward(11, first_name="Aaron")
    started = world.put_forward(12, first_name="Zoltan")
    world.record(started.public_id, "offer")
    world.services.applications.move(CLI, started.public_id, S.STARTED, version=3)
    both = own.get("/employer/people?sort=name").text
    assert both.index("Aaron") < both.index("Zoltan")
    assert "Zoltan" not in own.get("/employer/people?stage=waiting").text
    assert "Aaron" not in own.get("/employer/people?stage=started").text
    assert "Zoltan" in own.get("/employer/people?stage=started").text
    assert "Aaron" in own.get(f"/employer/people?vacancy={world.vacancy()}").text
    none = own.get(f"/employer/people?vacancy={uuid4()}").text
    assert "Nobody is there for what you chose" in none
    assert str(waiting.public_id) in both
    assert own.get("/employer/people?stage=best").status_code == 422


def test_pages_of_people_hold_each_once(world: EmployerWorld, own: TestClient) -> None:
    for number in range(500, 530):
        world.put_forward(number)
    shown: list[str] = []
    for page in (1, 2, 3):
        answer = own.get(f"/employer/people?sort=name&page={page}")
        if answer.status_code == 200:
            shown += [
                part.partition('"')[0] for part in answer.text.split('href="/employer/people/')[1:]
            ]
    assert len(shown) == len(set(shown)) >= 30


def test_the_file_of_people_says_what_the_pages_say(world: EmployerWorld, own: TestClient) -> None:
    world.put_forward(21, first_name="Filene")
    answer = own.get("/employer/people.csv?stage=waiting&sort=name")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    (row,) = [row for row in rows if row["first name"] == "Filene"]
    assert row["can begin"] == "from December 2026"
    assert row["where it stands"] == "Waiting for your answer"
    assert set(row) == {
        *("first name", "vacancy", "reference", "where it stands", "put forward on", "can begin"),
        *("area", "travel", "hours wanted", "skills", "evidence", "certificates"),
        *("interview on", "interview at"),
    }
    actor, detail = events(world, "export", "application")[-1]
    assert actor == "own@harbour.example"
    assert len(detail["people"]) == len(rows)


def test_an_interview_is_booked_shown_and_moved(world: EmployerWorld, own: TestClient) -> None:
    held = world.put_forward(31)
    booked = world.record(held.public_id, "interview", note="Bring boots", **INTERVIEW)
    assert booked.headers["location"].endswith("?done=interview-booked")
    page = page_of(world, held.public_id)
    for told in ("1 December 2026 at 10:30", "12 Harbour Road", "Jo Example", "Bring boots"):
        assert told in page
    assert "Change the interview with Sam" in page
    form = own.get(f"/employer/people/{held.public_id}/interview").text
    assert 'value="12 Harbour Road"' in form
    video = INTERVIEW | {"place": "", "video_link": "https://video.example/room"}
    world.record(held.public_id, "interview", **video)
    page = page_of(world, held.public_id)
    assert 'href="https://video.example/room"' in page


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"on-day": "1", "on-month": "11"}, "Date of the interview must be today or later"),
        ({"on-day": "31", "on-month": "2"}, "Date of the interview must be a real date"),
        ({"on-day": "", "on-month": "", "on-year": ""}, "Enter the date of the interview"),
        ({"at": "noonish"}, "Time of the interview must be a time, like 07:30 or 7:30am"),
        ({"at": ""}, "Enter the time of the interview"),
        ({"place": ""}, "Enter where the interview is, or a video link"),
        ({"video_link": "javascript:alert(1)"}, "Video link must begin with https://"),
        ({"contact": ""}, "Enter whom to ask for"),
        ({"place": "x" * 301}, "Place must be 300 characters or fewer"),
        ({"note": "x" * 501}, "Note must be 500 characters or fewer"),
    ],
)
def test_an_interview_that_nobody_could_come_to_is_not_booked(
    world: EmployerWorld, held: ChangeResult, change: dict[str, str], message: str
) -> None:
    answer = world.record(held.public_id, "interview", **(INTERVIEW | change))
    assert answer.status_code == 422
    assert message in answer.text
    assert "There is a problem" in answer.text
    assert "Waiting for your answer" in page_of(world, held.public_id)


def test_unsuccessful_needs_a_reason_and_after_an_invitation_whether_there_was_an_interview(
    world: EmployerWorld,
) -> None:
    held = world.put_forward(33)
    assert "Select the main reason" in world.record(held.public_id, "unsuccessful").text
    other = world.record(held.public_id, "unsuccessful", reason="OTHER")
    assert "Say in a few words what the other reason is" in other.text
    world.record(held.public_id, "arrange")
    asked = world.record(held.public_id, "unsuccessful", reason="SKILLS")
    assert "Select yes if the interview took place" in asked.text
    done = world.record(
        held.public_id, "unsuccessful", reason="SKILLS", after_interview="yes", note="Ask again"
    )
    assert done.status_code == 303
    page = page_of(world, held.public_id)
    assert "Unsuccessful after interview" in page
    assert "Skills not what the job needs" in page
    assert "Ask again" in page
    assert "There is nothing more for you to record" in page


def test_an_offer_and_a_start_are_recorded(world: EmployerWorld) -> None:
    held = world.put_forward(34)
    world.record(held.public_id, "offer")
    world.services.applications.move(world.lead, held.public_id, S.OFFER_ACCEPTED, version=3)
    page = page_of(world, held.public_id)
    assert "Offer accepted" in page
    assert "the prison’s employment lead or the person’s work coach" in page
    future = {"on-day": "1", "on-month": "1", "on-year": "2027"}
    assert world.record(held.public_id, "started", **future).status_code == 422
    today = {"on-day": "22", "on-month": "11", "on-year": "2026"}
    assert world.record(held.public_id, "started", **today).status_code == 303
    assert "Started work" in page_of(world, held.public_id)


@pytest.mark.parametrize("state", [S.PUT_FORWARD, S.SELECTED_FOR_INTERVIEW, S.JOB_OFFER])
def test_a_page_offers_what_the_state_allows_and_nothing_else(
    world: EmployerWorld, state: ApplicationState
) -> None:
    held = world.put_forward(600 + list(S).index(state))
    if state is not S.PUT_FORWARD:
        world.services.applications.move(CLI, held.public_id, state, version=2)
    page = page_of(world, held.public_id)
    names = {
        "interview": S.INTERVIEW_BOOKED,
        "arrange": S.SELECTED_FOR_INTERVIEW,
        "offer": S.JOB_OFFER,
        "started": S.STARTED,
        "unsuccessful": S.APPLICATION_UNSUCCESSFUL,
    }
    offered = {name for name in names if f"/{held.public_id}/{name}" in page}
    allowed = next_states(Role.EMPLOYER, state)
    assert offered == {name for name, target in names.items() if target in allowed}


def test_who_comes_second_is_told_who_came_first_and_what_they_changed(
    world: EmployerWorld,
) -> None:
    held = world.put_forward(35)
    path = f"/employer/people/{held.public_id}"
    seen = version_in(world.colleague, f"{path}/interview")
    world.record(held.public_id, "arrange")
    late = world.colleague.post(f"{path}/interview", data=INTERVIEW | {"version": seen})
    assert late.status_code == 409
    assert "Somebody else changed this first" in late.text
    assert "Own@harbour.example" in late.text
    assert "For Sam it now says: interview to be arranged" in late.text
    assert 'value="12 Harbour Road"' in late.text
    world.record(held.public_id, "unsuccessful", reason="SKILLS", after_interview="no")
    gone = world.colleague.post(f"{path}/offer", data={"version": seen})
    assert gone.status_code == 409
    assert "it now says: unsuccessful" in gone.text
    assert world.own.get(f"{path}/offer", follow_redirects=False).headers["location"] == path


def test_what_staff_of_the_prison_changed_first_is_told_without_naming_them(
    world: EmployerWorld,
) -> None:
    held = world.put_forward(36)
    path = f"/employer/people/{held.public_id}"
    seen = version_in(world.own, f"{path}/offer")
    world.services.applications.move(
        world.lead, held.public_id, S.APPLICATION_MADE, version=2, note="Zqnote"
    )
    late = world.own.post(f"{path}/offer", data={"version": seen})
    assert late.status_code == 409
    assert "The prison’s employment lead or the person’s work coach" in late.text
    assert "zq" not in late.text.lower()


def test_what_was_recorded_by_mistake_is_put_right_and_stays_in_the_history(
    world: EmployerWorld, own: TestClient
) -> None:
    held = world.put_forward(37)
    world.record(held.public_id, "offer")
    correction = f"/employer/people/{held.public_id}/correct/3"
    assert correction in page_of(world, held.public_id)
    nothing_chosen = world.record(held.public_id, "correct/3")
    assert nothing_chosen.status_code == 422
    done = world.record(held.public_id, "correct/3", what="undo")
    assert done.headers["location"].endswith("?done=put-right")
    page = page_of(world, held.public_id)
    assert "Waiting for your answer" in page
    assert "(put right since)" in page
    assert own.get(correction).status_code == 404


def test_a_wrong_reason_is_put_right(world: EmployerWorld) -> None:
    held = world.put_forward(38)
    world.record(held.public_id, "unsuccessful", reason="SKILLS")
    today = {"on-day": "22", "on-month": "11", "on-year": "2026"}
    other = world.record(held.public_id, "correct/3", what="change", reason="OTHER", **today)
    assert "Say in a few words what the other reason is" in other.text
    world.record(held.public_id, "correct/3", what="change", reason="TRAVEL", **today)
    page = page_of(world, held.public_id)
    assert "Travel to work" in page


def test_only_the_last_step_can_be_said_not_to_have_happened(
    world: EmployerWorld, own: TestClient
) -> None:
    held = world.put_forward(39)
    world.record(held.public_id, "arrange")
    world.record(held.public_id, "offer")
    early = own.get(f"/employer/people/{held.public_id}/correct/3").text
    assert 'value="undo"' not in early
    assert "More was recorded after this" in early
    refused = world.record(held.public_id, "correct/3", what="undo")
    assert refused.status_code == 422
    assert 'value="undo"' in own.get(f"/employer/people/{held.public_id}/correct/4").text


# Whose they are


def test_another_employers_pages_are_not_there(world: EmployerWorld) -> None:
    held, draft, vacancy = world.put_forward(41), world.filled_draft(), world.published()
    person = f"/employer/people/{held.public_id}"
    absent = world.other.get("/nowhere").text
    for path in (
        *(draft, f"{draft}/job", f"{draft}/check", f"{draft}/discard"),
        *(vacancy, f"{vacancy}/close", f"{vacancy}/reopen"),
        *(person, f"{person}/offer", f"{person}/correct/3"),
    ):
        answer = world.other.get(path)
        assert answer.status_code == 404, path
        assert answer.text == absent, path
    for path in (
        *(f"{draft}/job", f"{draft}/check", f"{draft}/discard", f"{draft}/exclusions/effect"),
        *(f"{vacancy}/close", f"{vacancy}/reopen", f"{vacancy}/edit", f"{vacancy}/duplicate"),
        *(f"{person}/offer", f"{person}/interview", f"{person}/correct/3"),
    ):
        sent = {"version": "1", "reason": "FILLED"} | INTERVIEW
        assert world.other.post(path, data=sent).status_code == 404, path
    assert str(held.public_id) not in world.other.get("/employer/people").text
    assert vacancy not in world.other.get("/employer/vacancies?show=all").text


@pytest.mark.parametrize(
    "path",
    [
        "/employer/people/A0001BC",
        "/employer/vacancies/H-1",
        "/employer/drafts/1",
        "/employer/drafts/{draft}/rank",
        "/employer/people/{person}/hire",
        "/employer/people/{person}/correct/99",
    ],
)
def test_what_is_no_public_id_or_no_step_is_not_there(
    world: EmployerWorld, held: ChangeResult, path: str
) -> None:
    draft = world.new_draft().rpartition("/")[2]
    known = {"draft": draft, "person": held.public_id}
    assert world.own.get("/employer/people/{person}".format(**known)).status_code == 200
    assert world.own.get(path.format(**known)).status_code == 404
