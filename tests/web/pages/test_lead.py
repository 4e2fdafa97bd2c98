"""A lead's day in the real pages: shortlist, put forward, record, put right, decide, write down."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pyotp
import pytest
from fastapi.testclient import TestClient

from demonstration.population import load_demonstration
from employers.model import VacancyFilter
from foundation.accounts.model import Extent
from foundation.database import Database, Scope
from foundation.places.regions import Region
from foundation.settings import Settings
from foundation.vocabulary import ApplicationState, Role
from index.encoder.encoder import SentenceEncoder
from matching.retrieval.build import IndexBuilder
from web.app import create_app
from web.services import Services

HERE = "http://127.0.0.1:8000"
CLI = Scope("command line")
PASSWORD = "marigold kettle bicycle"  # noqa: S105
TODAY = {"on-day": "22", "on-month": "11", "on-year": "2026"}


class World:
    """An application of its own, in which tests may change what they like."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.services = Services.over(database, settings)
        self.app = create_app(self.services, settings)
        with database.transaction(CLI) as connection:
            rows = connection.execute("SELECT DISTINCT prison_id FROM candidate ORDER BY 1")
            self.prisons = tuple(row[0] for row in rows)
        self.lead = self.browser(Role.PRISON_EMPLOYMENT_LEAD, prisons=self.prisons)
        self.elsewhere = self.browser(Role.PRISON_EMPLOYMENT_LEAD, "elsewhere", prisons=("ZZZ",))
        self.coach = self.browser(Role.WORK_COACH, prisons=self.prisons)
        self.broker = self.browser(Role.NFN_BROKER, regions=tuple(Region))

    def browser(self, role: Role, name: str = "", **extent: Any) -> TestClient:  # noqa: ANN401
        """A browser in which somebody of this role has signed in."""
        email = f"{name or role.value.lower()}@example.org"
        self.services.accounts.add_account(
            CLI, email=email, name=role.label, role=role, extent=Extent(**extent), password=PASSWORD
        )
        browser = TestClient(self.app, base_url=HERE, raise_server_exceptions=False)
        browser.post("/sign-in", data={"email": email, "password": PASSWORD})
        page = browser.get("/sign-in/set-up-codes").text
        secret = page.partition('nf-key">')[2].partition("<")[0]
        browser.post("/sign-in/set-up-codes", data={"code": pyotp.TOTP(secret).now()})
        return browser

    def shortlist_page(self) -> tuple[str, str]:
        """The address and the page of a vacancy with at least three eligible people, unused."""
        for stored in self.services.matching.list_vacancies(
            CLI, VacancyFilter(open_on=self.services.matching.today), page=1, size=100
        ).items:
            path = f"/vacancies/{stored.public_id}"
            html = self.lead.get(path).text
            if html.count('name="rank"') >= 3 and "/decisions/" not in html:
                return path, html
        raise AssertionError("nobody is ranked")

    def shortlisted(self) -> str:
        """The address of an application that was begun from a vacancy's page."""
        _, html = self.shortlist_page()
        action = re.findall(r'action="([^"]+/shortlist/[^"]+)"', html)[0]
        run = re.findall(r'name="run" value="([^"]+)"', html)[0]
        answer = self.lead.post(action, data={"run": run, "rank": "1"})
        assert answer.status_code == 200
        return str(answer.url.path).removesuffix("/put-forward")

    def put_forward(self) -> str:
        """The address of an application whose person was put forward."""
        path = self.shortlisted()
        agreed = {"how": "IN_PERSON", **{f"agreed{key[2:]}": day for key, day in TODAY.items()}}
        assert self.lead.post(f"{path}/agreement", data=agreed).status_code == 200
        sent = {"version": "1", "decision": "Talked", "documents": "Next week", **TODAY}
        assert self.lead.post(f"{path}/put-forward", data=sent).status_code == 200
        return path

    def state(self, path: str) -> ApplicationState:
        """Where the application at this address stands."""
        found = self.services.applications.get_application(CLI, UUID(path.split("/")[2]))
        return found.application.state


@pytest.fixture(scope="module")
def world(
    new_dsn: Callable[[], str], open_folder: Path, encoder: SentenceEncoder
) -> Iterator[World]:
    """70 made-up people of a world of its own."""
    settings = Settings.model_validate(
        {
            "data_dir": open_folder / "lead",
            "today": "2026-11-22",
            "requests_a_minute": 100_000,
            "session_idle_minutes": 720,
            "session_hours": 24,
        }
    )
    with Database(new_dsn(), pool_size=4) as opened:
        load_demonstration(opened, people=70, seed=11, as_of=settings.today, vacancies=8)
        IndexBuilder(opened, settings, encoder).build()
        yield World(opened, settings)


def test_who_is_shortlisted_is_put_forward_once_they_agree_and_what_is_missing_is_answered(
    world: World,
) -> None:
    path = world.shortlisted()
    page = world.lead.get(f"{path}/put-forward").text
    assert "They have not agreed to this vacancy." in page
    assert 'name="version"' not in page  # there is nothing to send before they agree
    agreed = {"how": "IN_PERSON", **{f"agreed{key[2:]}": day for key, day in TODAY.items()}}
    assert "Choose how they agreed" in world.lead.post(f"{path}/agreement", data={}).text
    world.lead.post(f"{path}/agreement", data=agreed)
    check = world.services.applications.check_put_forward(CLI, UUID(path.split("/")[2]))
    if check.problems:
        bare = world.lead.post(f"{path}/put-forward", data={"version": "1", **TODAY})
        assert bare.status_code == 422
        assert world.state(path) is ApplicationState.SHORTLISTED
    sent = {"version": "1", "decision": "Talked it through", "documents": "Next week", **TODAY}
    answer = world.lead.post(f"{path}/put-forward", data=sent)
    assert "the employer sees them from now on" in answer.text
    assert world.state(path) is ApplicationState.PUT_FORWARD


def test_what_the_employer_will_see_is_shown_before_and_holds_no_surname_or_prison(
    world: World,
) -> None:
    path = world.shortlisted()
    application = world.services.applications.get_application(
        CLI, UUID(path.split("/")[2])
    ).application
    page = world.lead.get(f"{path}/put-forward").text
    told = page.partition("nf-introduction")[2].partition("</div>\n")[0]
    assert application.first_name in told
    assert application.last_name not in told
    assert application.prison_number not in told


def test_a_move_asks_for_its_reason_and_tells_who_came_first(world: World) -> None:
    path = world.put_forward()
    without = world.lead.post(f"{path}/moves/WITHDRAWN", data={"version": "2", **TODAY})
    assert without.status_code == 422
    assert 'href="#reason"' in without.text
    stale = world.lead.post(
        f"{path}/moves/WITHDRAWN", data={"version": "1", "reason": "HEALTH", **TODAY}
    )
    assert stale.status_code == 409
    assert "changed this application to Put forward" in stale.text
    sent = {"version": "2", "reason": "HEALTH", "note": "Told me today", **TODAY}
    answer = world.coach.post(f"{path}/moves/WITHDRAWN", data=sent)
    assert "What happened has been recorded" in answer.text
    assert "Told me today" in world.lead.get(path).text
    assert world.state(path) is ApplicationState.WITHDRAWN


def test_a_day_that_is_none_is_asked_for_again(world: World) -> None:
    path = world.put_forward()
    sent = {"version": "2", "on-day": "31", "on-month": "2", "on-year": "2026"}
    answer = world.lead.post(f"{path}/moves/APPLICATION_MADE", data=sent)
    assert answer.status_code == 422
    assert "Enter a date" in answer.text
    assert 'value="31"' in answer.text
    ahead = {"version": "2", "on-day": "1", "on-month": "1", "on-year": "2030"}
    assert "cannot lie in the future" in (
        world.lead.post(f"{path}/moves/APPLICATION_MADE", data=ahead).text
    )


def test_what_did_not_happen_is_taken_back_and_stays_in_the_history(world: World) -> None:
    path = world.put_forward()
    world.lead.post(f"{path}/moves/APPLICATION_MADE", data={"version": "2", **TODAY})
    form = world.lead.get(f"{path}/corrections/3")
    assert "Nothing happened: take it back" in form.text
    sent = {"version": "3", "why": "WRONG_APPLICATION", "to": "undo", **TODAY}
    assert world.lead.post(f"{path}/corrections/3", data={**sent, "why": ""}).status_code == 422
    answer = world.lead.post(f"{path}/corrections/3", data=sent)
    assert "It has been put right" in answer.text
    assert "(put right since)" in answer.text
    assert world.state(path) is ApplicationState.PUT_FORWARD


def test_an_agreement_taken_back_hides_the_person_from_the_employer(world: World) -> None:
    path = world.put_forward()
    assert world.lead.post(f"{path}/agreement/withdraw", data=TODAY).status_code == 200
    assert world.state(path) is ApplicationState.WITHDRAWN
    assert world.lead.get(f"{path}/agreement/withdraw").status_code == 404


def test_applications_are_listed_by_state_and_words_and_leave_as_a_file(world: World) -> None:
    path = world.put_forward()
    application = world.services.applications.get_application(
        CLI, UUID(path.split("/")[2])
    ).application
    words = {"words": f"{application.last_name[:4]} {application.title.split()[0]}"}
    assert path in world.lead.get("/applications", params=words).text
    assert path in world.lead.get("/applications?state=open").text
    assert path not in world.lead.get("/applications?state=STARTED").text
    assert world.lead.get("/applications?state=NOWHERE").status_code == 422
    file = world.lead.get("/applications.csv", params=words)
    assert application.prison_number in file.text
    assert world.elsewhere.get("/applications").text.count("/applications/") == 0
    for address in (path, f"{path}/put-forward", f"{path}/moves/WITHDRAWN"):
        assert world.elsewhere.get(address).status_code == 404


def test_somebody_hidden_is_gone_from_the_list_until_that_is_undone(world: World) -> None:
    _, html = world.shortlist_page()
    link = re.findall(r'href="(/vacancies/[^"]+/hide/[^"]+)"', html)[0].replace("&amp;", "&")
    person, _, run = link.rpartition("/")[2].partition("?run=")
    sent = {"run": run, "why": "DOES_NOT_WANT_IT"}
    address = link.partition("?")[0]
    assert world.lead.post(address, data=sent).status_code == 422  # in words, too
    answer = world.lead.post(address, data={**sent, "reason": "Told me so"})
    assert "have been hidden" in answer.text
    assert f"/hide/{person}" not in answer.text
    assert "Told me so" in answer.text
    undo = re.findall(r'href="(/vacancies/[^"]+/undo)"', answer.text)[0]
    assert world.lead.post(undo, data={}).status_code == 422
    again = world.lead.post(undo, data={"reason": "Changed their mind"})
    assert f"/hide/{person}" in again.text
    assert world.lead.get(undo).status_code == 404


def test_somebody_moved_up_stands_there_with_both_ranks_beside_them(world: World) -> None:
    _, html = world.shortlist_page()
    link = re.findall(r'href="(/vacancies/[^"]+/place/[^"]+)"', html)[0].replace("&amp;", "&")
    assert "Above" in world.lead.get(link).text or "First" in world.lead.get(link).text
    sent = {"run": link.partition("run=")[2], "above": "first", "why": "WANTS_IT"}
    answer = world.lead.post(link.partition("?")[0], data={**sent, "reason": "Asked for it"})
    assert "They have been moved up" in answer.text
    assert "stands at rank 1; the ranking has them at 2" in answer.text
    assert "the ranking: 2" in answer.text
    again = world.lead.post(link.partition("?")[0], data={**sent, "reason": "Asked again"})
    assert again.status_code == 409


def test_two_people_are_compared_and_any_number_printed(world: World) -> None:
    path, html = world.shortlist_page()
    who = re.findall(r'name="who" value="([^"]+)"', html)[:3]
    both = world.lead.get(f"{path}/compare", params={"a": who[0], "b": who[1]})
    assert both.status_code == 200
    assert "Two people side by side" in both.text
    assert world.lead.get(f"{path}/compare", params={"who": who[:1]}).status_code == 422
    printed = world.lead.get(f"{path}/print", params={"who": who})
    assert printed.text.count('class="nf-sheet"') == len(who)
    assert world.lead.get(f"{path}/print").status_code == 422
    assert world.elsewhere.get(f"{path}/print", params={"who": who}).status_code == 404


def test_coaches_and_brokers_see_a_vacancy_without_its_shortlist(world: World) -> None:
    path, _ = world.shortlist_page()
    for browser in (world.coach, world.broker):
        page = browser.get(path)
        assert page.status_code == 200
        assert "/candidates/" not in page.text
        assert browser.get(f"{path}/compare").status_code == 404


def test_a_case_is_changed_once_and_the_second_is_told_who_was_first(world: World) -> None:
    path = re.findall(r"/candidates/[0-9a-f-]{36}", world.lead.get("/people").text)[0]
    form = world.lead.get(f"{path}/case").text
    version = re.findall(r'name="version" value="(\d+)"', form)[0]
    sent = {"version": version, "readiness": "SUPPORT_NEEDED", "right_to_work": "YES", **TODAY}
    for action in re.findall(r'name="(action-[A-Z_]+)"', form):
        sent[action] = "COMPLETED"
    answer = world.lead.post(f"{path}/case", data=sent)
    assert "The record has been changed" in answer.text
    second = world.lead.post(f"{path}/case", data={**sent, "readiness": "NOT_STARTED"})
    assert second.status_code == 409
    assert "prison_employment_lead@example.org changed" in second.text
    assert world.coach.get(f"{path}/case").status_code == 404


def test_notes_and_tasks_are_kept_struck_through_and_ticked_off(world: World) -> None:
    path = re.findall(r"/candidates/[0-9a-f-]{36}", world.lead.get("/people").text)[1]
    assert world.lead.post(f"{path}/notes", data={"note": " "}).status_code == 422
    page = world.coach.post(f"{path}/notes", data={"note": "Rang twice", "about": "PHONE"}).text
    assert "Rang twice" in page
    strike = re.findall(r'action="([^"]+/strike)"', page)[0]
    assert world.coach.post(strike, data={}).status_code == 422
    assert "Other person" in world.coach.post(strike, data={"reason": "Other person"}).text
    assert "Rang twice" in world.lead.get("/notes").text
    due = {"due-day": "22", "due-month": "11", "due-year": "2026"}
    task = {"task": "Ask the bank", "for_role": "ME", **due}
    assert world.lead.post(f"{path}/tasks", data={**task, "due-day": "40"}).status_code == 422
    assert "Ask the bank" in world.lead.post(f"{path}/tasks", data=task).text
    home = world.lead.get("/").text
    assert "Ask the bank" in home
    done = re.findall(r'action="([^"]+/tasks/[^"]+/done)"', home)[0]
    assert "Ask the bank" not in world.lead.post(done, data={"next": "/"}).text
    record = world.lead.get(f"{path}/access.csv").text
    assert "work_coach@example.org" in record


def test_every_number_of_the_first_page_leads_to_as_many_people(world: World) -> None:
    home = world.lead.get("/").text
    links = re.findall(r'href="(/people\?[^"]+)">(\d+) ', home)
    assert len(links) > 3
    for address, number in links:
        listed = world.lead.get(address.replace("&amp;", "&")).text
        found = re.search(r">(\d+) (?:person|people)", listed)
        assert found is not None
        assert found[1] == number, address


def test_people_are_narrowed_and_leave_as_a_file_with_as_many_rows(world: World) -> None:
    query = "readiness=READY_TO_WORK&weeks_from=0&weeks_to=20"
    page = world.lead.get(f"/people?{query}").text
    total = re.search(r">(\d+) (?:person|people)", page)
    assert total is not None
    rows = world.lead.get(f"/people.csv?{query}").text.strip().splitlines()
    assert len(rows) == int(total[1]) + 1
    assert world.lead.get("/people?weeks_from=9&weeks_to=2").status_code == 422
    assert world.lead.get("/people?weeks_from=soon").status_code == 422
    assert "Nobody in your prisons fits" in world.elsewhere.get("/people").text


def test_a_search_tells_words_from_meaning_and_names_are_only_words(world: World) -> None:
    found = world.services.search.search(CLI, "preparing meals in a kitchen", people=True)
    assert found.vacancies.by_meaning
    assert all(hit.line for hit in found.vacancies.by_meaning)
    title = found.vacancies.by_meaning[0].title
    exact = world.services.search.search(CLI, title, people=False)
    assert exact.vacancies.by_words[0].title == title
    person = world.services.applications.get_application(
        CLI, UUID(world.put_forward().split("/")[2])
    ).application
    named = world.services.search.search(CLI, person.last_name, people=True)
    assert named.has_name
    assert named.people is not None
    assert person.candidate_public_id in {hit.public_id for hit in named.people.by_words}
    assert not named.people.by_meaning
    assert not named.vacancies.by_meaning


def test_a_broker_finds_no_people(world: World) -> None:
    page = world.broker.get("/search?q=warehouse").text
    assert "/candidates/" not in page
    assert ">People</h2>" not in page
    assert ">People</h2>" in world.lead.get("/search?q=warehouse").text
    assert world.lead.get("/search").status_code == 200
