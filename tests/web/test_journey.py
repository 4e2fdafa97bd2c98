"""One vacancy and one person, from posting to six weeks in work, in a real browser.

Each step is seen by whom it should be, and by no one else.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyotp
import pytest
import uvicorn
from employer_world import ANSWERS, POSTED, READY
from playwright.sync_api import Browser, Page, expect

from candidates.model import Candidate
from candidates.store import upsert_candidates
from employers.model import Vacancy
from employers.store import upsert_vacancies
from foundation.accounts.model import Extent
from foundation.database import Database, Scope
from foundation.settings import Settings
from foundation.vocabulary import Role
from index.encoder.encoder import SentenceEncoder
from matching.retrieval.build import IndexBuilder
from web.app import create_app, listen
from web.services import Services

pytestmark = pytest.mark.browser
CLI = Scope("command line")
PASSWORD = "marigold kettle bicycle"  # noqa: S105
SIX_WEEKS_LATER = date(2027, 2, 10)
MAIN = "main form"
WHO = {
    "employer": (Role.EMPLOYER, {"employer_id": 1}),
    "rival": (Role.EMPLOYER, {"employer_id": 2}),
    "lead": (Role.PRISON_EMPLOYMENT_LEAD, {"prisons": ("MDI",)}),
    "elsewhere": (Role.PRISON_EMPLOYMENT_LEAD, {"prisons": ("LEI",)}),
    "coach": (Role.WORK_COACH, {"areas": ("LS",)}),
    "far": (Role.WORK_COACH, {"areas": ("BS",)}),
    "auditor": (Role.AUDITOR, {}),
}


@dataclass
class Stage:
    """The service at an address, and a browser window for each of those who act."""

    browser: Browser
    address: str
    services: Services
    windows: dict[str, Page] = field(default_factory=dict)

    def __getitem__(self, who: str) -> Page:
        """Their window; the first time they sign in, with a code where their role needs one."""
        if who not in self.windows:
            role, extent = WHO[who]
            email = f"{who}@example.org"
            self.services.accounts.add_account(
                CLI,
                email=email,
                name=who.title(),
                role=role,
                extent=Extent(**extent),
                password=PASSWORD,
            )
            page = self.browser.new_context().new_page()
            page.set_default_timeout(240_000)  # milliseconds; other programs may use the machine
            page.goto(f"{self.address}/sign-in")
            page.fill("#email", email)
            page.fill("#password", PASSWORD)
            press(page, "Sign in")
            if role is not Role.EMPLOYER:
                page.fill("#code", pyotp.TOTP(page.inner_text(".nf-key")).now())
                press(page, "Go on")
                page.get_by_role("button", name="I have kept them: go on").or_(
                    page.get_by_role("link", name="I have kept them: go on")
                ).first.click()
            self.windows[who] = page
        return self.windows[who]

    def open(self, who: str, path: str) -> Page:
        """Their window, at this path."""
        page = self[who]
        page.goto(self.address + path)
        return page

    def sees(self, path: str, *these: str) -> None:
        """Of everybody who has acted so far, only these can open it."""
        for who, page in self.windows.items():
            answer = page.request.get(self.address + path)
            assert answer.status == (200 if who in these else 404), (who, path)


def press(page: Page, name: str) -> None:
    """Press the button of that name, and wait for what follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def fill(page: Page, answers: dict[str, Any]) -> None:
    """Answer the questions of a form, whatever they are made of."""
    for name, value in answers.items():
        page.locator(f'[name="{name}"]').first.wait_for(state="attached")  # counting does not wait
        for each in value if isinstance(value, list) else [value]:
            ticked = page.locator(f'input[name="{name}"][value="{each}"]:not([type=text])')
            if ticked.count():
                ticked.check()
                continue
            control = page.locator(f'[name="{name}"]')
            if control.evaluate("each => each.tagName") == "SELECT":
                control.select_option(each)
            else:
                control.fill(each)


@contextmanager
def served(services: Services, settings: Settings) -> Iterator[str]:
    """The application on a free port."""
    listener = listen("127.0.0.1", 0)
    app = create_app(services, settings)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=300)
        listener.close()


def test_from_a_posted_vacancy_to_six_weeks_in_work(
    browser: Browser,
    own_database: Database,
    make_settings: Callable[..., Settings],
    encoder: SentenceEncoder,
) -> None:
    settings = make_settings(today=date(2026, 11, 22), session_idle_minutes=720)
    with own_database.transaction(CLI) as connection:
        for number, name in enumerate(("Harbour Foods Ltd", "Quayside Crafts"), start=1):
            values = POSTED | {"reference": f"H-{number}", "employer": {"name": name}}
            upsert_vacancies(connection, [Vacancy.model_validate(values)])
        baker = {
            "prison_number": "A0001BC",
            "work_experience": [{"type": "HOSPITALITY", "role": "Baker in a night bakery"}],
            "readiness_actions": [{"action": "CV_AND_COVERING_LETTER", "status": "COMPLETED"}],
        }
        other = {"prison_number": "A0002BC", "prison_id": "LEI", "release_area": "BS1 4DJ"}
        upsert_candidates(
            connection, [Candidate.model_validate(READY | each) for each in (baker, other)]
        )
    services = Services.over(own_database, settings)
    with served(services, settings) as address:
        stage = Stage(browser, address, services)

        # The employer posts a vacancy, step by step.
        page = stage.open("employer", "/employer/vacancies")
        press(page, "Post a vacancy")
        for answers in ANSWERS.values():
            fill(page, answers)
            press(page, "Save and continue")
        press(page, "Publish")
        expect(page.locator("h1")).to_contain_text("Night baker")
        IndexBuilder(own_database, settings, encoder).build()

        # The lead finds Sam on its shortlist, and puts Sam forward once Sam agrees.
        page = stage.open("lead", "/vacancies?words=Night+baker")
        page.get_by_role("link", name="Night baker").click()
        page.get_by_role("button", name=re.compile("^Shortlist")).first.click()
        page.wait_for_url(re.compile("/applications/"))
        application = re.search("[0-9a-f-]{36}", page.url)
        assert application is not None
        shared, introduced = (
            f"/applications/{application[0]}",
            f"/employer/people/{application[0]}",
        )
        stage.open("elsewhere", "/account")
        stage.open("rival", "/account")
        stage.open("coach", "/account")
        stage.open("far", "/account")
        stage.open("auditor", "/account")
        stage.sees(shared, "lead", "coach")
        stage.sees(introduced)
        page = stage.open("lead", f"{shared}/put-forward")
        fill(page, {"how": "IN_PERSON"})
        press(page, "Record that they agree")
        stage.sees(introduced)
        page = stage.open("lead", f"{shared}/put-forward")
        if page.locator("#decision").count():
            fill(page, {"decision": "Looked at with the offender manager: suitable."})
        if page.locator("#documents").count():
            fill(page, {"documents": "Will follow this week."})
        press(page, "Put forward")
        stage.sees(introduced, "employer")

        # The employer interviews Sam and makes an offer.
        page = stage.open("employer", introduced)
        expect(page.locator("h1")).to_contain_text("Sam")
        assert "Quillfeather" not in page.content()
        page = stage.open("employer", f"{introduced}/interview")
        interview = {"on-day": "1", "on-month": "12", "on-year": "2026", "at": "10:30"}
        fill(page, interview | {"place": "12 Harbour Road", "contact": "Jo Example"})
        page.locator(f"{MAIN} button[type=submit], {MAIN} button").first.click()
        page.wait_for_url(re.compile(introduced))
        expect(stage.open("lead", shared).locator("main")).to_contain_text("12 Harbour Road")
        page = stage.open("employer", f"{introduced}/offer")
        page.locator(f"{MAIN} button").first.click()
        page.wait_for_url(re.compile(introduced))

        # Sam says yes to the coach.
        page = stage.open("coach", f"{shared}/moves/OFFER_ACCEPTED")
        press(page, "Record this")
        expect(page.locator("main")).to_contain_text("Offer accepted")

    # Sam is released. The coach records the start and, six weeks on, that Sam is in work.
    later = settings.model_copy(update={"today": SIX_WEEKS_LATER})
    services = Services.over(own_database, later)
    with served(services, later) as address:
        for window in stage.windows.values():
            cookies = window.context.cookies()
            window.context.add_cookies(
                [{"name": c["name"], "value": c["value"], "url": address} for c in cookies]
            )
        stage.address = address
        page = stage.open("coach", f"{shared}/moves/STARTED")
        fill(page, {"on-day": "4", "on-month": "1", "on-year": "2027"})
        press(page, "Record this")
        page = stage.open("coach", f"{shared}/outcome")
        fill(page, {"point": "SIX_WEEKS", "outcome": "IN_WORK"})
        press(page, "Record this")
        expect(page.locator("main")).to_contain_text("In work at 6 weeks")
        stage.sees(shared, "lead", "coach")
        stage.sees(introduced, "employer")
