"""A client of the real pages over the shared service, and readers of what they answer."""

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pyotp
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Request, sync_playwright
from playwright.sync_api import Page as BrowserPage

from assurance.audits.service import AuditService
from casework.applications.model import PutForwardAnswers
from casework.decisions.model import HideReason
from employers.directory.model import EmployerFilter
from employers.model import VacancyFilter
from employers.posting.service import Showing
from employers.posting.steps import STEPS
from foundation.accounts.model import Extent, scope_of
from foundation.accounts.registration import NewRegistration
from foundation.database import Database, Scope
from foundation.places.regions import Region
from foundation.settings import Settings
from foundation.vocabulary import AgreementHow, ApplicationState, EmployerSector, Role
from matching.explain.document import RankedCandidate
from matching.shortlists.service import MatchingService
from web.app import create_app, listen
from web.auth.rules import roles_of
from web.services import Services

HERE = "http://127.0.0.1:8000"
WEB = Scope("web")
CLI = Scope("command line")
PASSWORD = "marigold kettle bicycle"  # noqa: S105
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OpenPage = Callable[..., AbstractContextManager[BrowserPage]]
BLOCKS = ("dt", "dd", "td", "th", "li", "p", "div", "h1", "h2", "h3", "h4", "caption", "option")


@dataclass
class Page:
    """What the tests look for in a page."""

    links: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    inline_scripts: list[str] = field(default_factory=list)
    inline_styles: list[str] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    text: str = ""
    title: str = ""

    def addresses(self) -> list[str]:
        """Every address that the page mentions."""
        return [*self.links, *self.sources, *(form["action"] for form in self.forms)]


class PageReader(HTMLParser):
    """Reads a page into a `Page`."""

    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what matters of one element."""
        given = {name: value or "" for name, value in attrs}
        self._inside = tag if tag in ("script", "style", "title") else self._inside
        if tag == "a":
            self.page.links.append(given["href"])
        if tag == "form":
            self.page.forms.append(given)
        self.page.sources += [given[name] for name in ("src", "data-hx-get") if name in given]
        if tag == "link":
            self.page.sources.append(given["href"])
        if tag == "script" and "src" not in given:
            self.page.inline_scripts.append("")
        if "style" in given or tag == "style":
            self.page.inline_styles.append(given.get("style", tag))
        self.page.handlers += [name for name in given if name.startswith("on")]
        self.page.ids += [given["id"]] if "id" in given else []

    def handle_endtag(self, tag: str) -> None:
        """Text after a script is text of the page again."""
        if tag == self._inside:
            self._inside = ""
        if tag in BLOCKS:
            self.page.text += " "

    def handle_data(self, data: str) -> None:
        """Put text where it belongs."""
        if self._inside == "script":
            if self.page.inline_scripts:
                self.page.inline_scripts[-1] += data
        elif self._inside == "title":
            self.page.title += data
        elif self._inside != "style":
            self.page.text += data


@pytest.fixture(scope="session")
def services(service_database: Database, settings: Settings) -> Services:
    """Everything over the shared population."""
    return Services.over(service_database, settings)


@pytest.fixture(scope="session")
def audits(services: Services) -> AuditService:
    """The audit over the shared population."""
    return services.audits


@pytest.fixture(scope="session")
def app(service: MatchingService, services: Services, settings: Settings) -> FastAPI:
    """The application as it is served."""
    return create_app(services, settings)


@pytest.fixture(scope="session")
def stranger(app: FastAPI) -> Iterator[TestClient]:
    """A browser on this machine in which nobody has signed in."""
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def sign_in(app: FastAPI, services: Services) -> Callable[..., TestClient]:
    """Makes an account and a browser in which it has signed in, with password and code."""

    def signed_in(role: Role, name: str = "", **extent: Any) -> TestClient:  # noqa: ANN401
        email = f"{name or role.value.lower()}@example.org"
        services.accounts.add_account(
            CLI,
            email=email,
            name=name or role.label,
            role=role,
            extent=Extent(**extent),
            password=PASSWORD,
        )
        browser = TestClient(app, base_url=HERE, raise_server_exceptions=False)
        sent = {"email": email, "password": PASSWORD}
        answer = browser.post("/sign-in", data=sent, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        if role is not Role.EMPLOYER:
            page = browser.get("/sign-in/set-up-codes").text
            secret = page.partition('nf-key">')[2].partition("<")[0]
            code = pyotp.TOTP(secret).now()
            assert browser.post("/sign-in/set-up-codes", data={"code": code}).status_code == 200
        return browser

    return signed_in


@pytest.fixture(scope="session")
def browsers(
    sign_in: Callable[..., TestClient], service_database: Database
) -> dict[Role, TestClient]:
    """A browser for each role; the lead's and the coach's reach everyone in the population."""
    with service_database.transaction(WEB) as connection:
        prisons = connection.execute("SELECT array_agg(DISTINCT prison_id) FROM candidate")
        employers = connection.execute("SELECT min(id) FROM employer")
        everywhere = tuple(prisons.fetchone()[0])  # type: ignore[index]
        employer_id = employers.fetchone()[0]  # type: ignore[index]
    return {
        Role.PRISON_EMPLOYMENT_LEAD: sign_in(Role.PRISON_EMPLOYMENT_LEAD, prisons=everywhere),
        Role.WORK_COACH: sign_in(Role.WORK_COACH, prisons=everywhere),
        Role.NFN_BROKER: sign_in(Role.NFN_BROKER, regions=tuple(Region)),
        Role.EMPLOYER: sign_in(Role.EMPLOYER, employer_id=employer_id),
        Role.AUDITOR: sign_in(Role.AUDITOR),
        Role.ADMINISTRATOR: sign_in(Role.ADMINISTRATOR),
    }


@pytest.fixture(scope="session")
def client(browsers: dict[Role, TestClient]) -> TestClient:
    """The browser of an employment lead for every prison."""
    return browsers[Role.PRISON_EMPLOYMENT_LEAD]


@pytest.fixture(scope="session")
def read_page() -> Callable[[str], Page]:
    """Reads HTML."""

    def read(html: str) -> Page:
        reader = PageReader()
        reader.feed(html)
        reader.page.text = " ".join(reader.page.text.split())
        return reader.page

    return read


@pytest.fixture(scope="session")
def vacancy_id(service: MatchingService) -> str:
    """A vacancy for which somebody is ranked, and somebody is referred."""
    open_now = VacancyFilter(open_on=service.today)
    for stored in service.list_vacancies(WEB, open_now, page=1, size=100).items:
        shortlist = service.shortlist(WEB, str(stored.public_id)).document
        if shortlist.ranked and shortlist.refer:
            return str(stored.public_id)
    raise AssertionError("the shared population has no such vacancy")


@pytest.fixture(scope="session")
def moved(service: MatchingService) -> tuple[str, RankedCandidate]:
    """A vacancy's public id, and the first of its list whom the policy moved."""
    for stored in service.list_vacancies(WEB, VacancyFilter(), page=1, size=200).items:
        document = service.shortlist(WEB, str(stored.public_id)).document
        for entry in (*document.ranked, *document.refer):
            if entry.move is not None:
                return str(stored.public_id), entry
    raise AssertionError("floors by need move nobody in the shared population")


@pytest.fixture(scope="session")
def ranked(service: MatchingService, vacancy_id: str) -> RankedCandidate:
    """The first of that vacancy's shortlist."""
    return service.shortlist(WEB, vacancy_id).document.ranked[0]


@pytest.fixture(scope="session")
def referred(service: MatchingService, vacancy_id: str) -> RankedCandidate:
    """The first of those whom a person has to look at for it."""
    return service.shortlist(WEB, vacancy_id).document.refer[0]


@pytest.fixture(scope="session")
def candidate_id(ranked: RankedCandidate) -> str:
    """The public id of the first of the shortlist."""
    return str(ranked.candidate.public_id)


@pytest.fixture(scope="session")
def applications(services: Services, service: MatchingService) -> dict[ApplicationState, str]:
    """Public ids of three applications: shortlisted, put forward and started."""
    made, answers = (
        services.applications,
        PutForwardAnswers(decision="Talked", documents="Soon ready"),
    )
    found: dict[ApplicationState, str] = {}
    for stored in service.list_vacancies(
        WEB, VacancyFilter(open_on=service.today), page=1, size=100
    ).items:
        people = service.shortlist(WEB, str(stored.public_id)).document.ranked
        if stored.record.number_of_vacancies < 2 or len(people) < 3:
            continue
        ids = [
            made.shortlist(CLI, str(stored.public_id), str(each.candidate.public_id)).public_id
            for each in people[:3]
        ]
        for each in ids[1:]:
            made.agree(CLI, each, AgreementHow.IN_PERSON)
            made.put_forward(CLI, each, version=1, answers=answers)
        made.move(CLI, ids[2], ApplicationState.JOB_OFFER, version=2)
        made.move(CLI, ids[2], ApplicationState.STARTED, version=3)
        states = ("SHORTLISTED", "PUT_FORWARD", "STARTED")
        found = {ApplicationState(name): str(each) for name, each in zip(states, ids, strict=True)}
        break
    return found


@pytest.fixture(scope="session")
def decision_path(services: Services, service: MatchingService, vacancy_id: str) -> str:
    """Where a decision about another vacancy's shortlist can be undone."""
    for stored in service.list_vacancies(WEB, VacancyFilter(), page=1, size=100).items:
        made = service.shortlist(WEB, str(stored.public_id))
        if len(made.document.ranked) > 1 and str(stored.public_id) != vacancy_id:
            last = made.document.ranked[-1].candidate.public_id
            given = HideReason.DOES_NOT_WANT_IT, "Said so on the wing"
            hidden = services.decisions.hide(CLI, made.run_id, last, *given)
            return f"/vacancies/{stored.public_id}/decisions/{hidden}/undo"
    raise AssertionError("the shared population has no other shortlist")


@pytest.fixture(scope="session")
def page_paths(
    vacancy_id: str,
    candidate_id: str,
    referred: RankedCandidate,
    applications: dict[ApplicationState, str],
    decision_path: str,
    client: TestClient,
) -> dict[str, str]:
    """One good address for each route that makes a page."""
    run = re.findall(r"\?run=([0-9a-f-]{36})", client.get(f"/vacancies/{vacancy_id}").text)[0]
    second = referred.candidate.public_id
    begun, forward, started = (f"/applications/{each}" for each in applications.values())
    return {
        "/audit": "/audit?by=ethnicity",
        "/candidates/{candidate_id}/case": f"/candidates/{candidate_id}/case",
        "/vacancies/{vacancy_id}/hide/{candidate_id}": (
            f"/vacancies/{vacancy_id}/hide/{candidate_id}?run={run}"
        ),
        "/vacancies/{vacancy_id}/place/{candidate_id}": (
            f"/vacancies/{vacancy_id}/place/{candidate_id}?run={run}"
        ),
        "/vacancies/{vacancy_id}/decisions/{decision_id}/undo": decision_path,
        "/vacancies/{vacancy_id}/compare": (
            f"/vacancies/{vacancy_id}/compare?a={candidate_id}&b={second}"
        ),
        "/vacancies/{vacancy_id}/print": f"/vacancies/{vacancy_id}/print?who={candidate_id}",
        "/notes": "/notes",
        "/search": "/search?q=cooking+for+many+people",
        "/people": "/people?weeks_to=30",
        "/applications": "/applications",
        "/applications/{application_id}": forward,
        "/applications/{application_id}/put-forward": f"{begun}/put-forward",
        "/applications/{application_id}/moves/{state}": f"{forward}/moves/WITHDRAWN",
        "/applications/{application_id}/agreement/withdraw": f"{forward}/agreement/withdraw",
        "/applications/{application_id}/outcome": f"{started}/outcome",
        "/applications/{application_id}/corrections/{number}": f"{started}/corrections/4",
        "/vacancies": "/vacancies",
        "/vacancies/{vacancy_id}": f"/vacancies/{vacancy_id}",
        "/vacancies/{vacancy_id}/reasons/{candidate_id}": (
            f"/vacancies/{vacancy_id}/reasons/{referred.candidate.public_id}"
        ),
        "/candidates/{candidate_id}": f"/candidates/{candidate_id}",
        "/candidates/{candidate_id}/reasons/{vacancy_id}": (
            f"/candidates/{candidate_id}/reasons/{vacancy_id}"
        ),
        "/candidates/{candidate_id}/why": f"/candidates/{candidate_id}/why?vacancy=chef",
        "/candidates/{candidate_id}/handover": f"/candidates/{candidate_id}/handover",
    }


@pytest.fixture(scope="session")
def employer_paths(
    services: Services,
    service: MatchingService,
    browsers: dict[Role, TestClient],
    applications: dict[ApplicationState, str],
) -> list[str]:
    """An employer's pages: of a vacancy, a draft, and somebody who was offered the job."""
    who = scope_of(services.accounts.get_account(CLI, "employer@example.org"))
    vacancy = services.posting.list_own_vacancies(who, show=Showing.ALL, size=1).items[0].public_id
    draft = f"/employer/drafts/{services.posting.start_draft(who).public_id}"
    made, answers = (
        services.applications,
        PutForwardAnswers(decision="Talked", documents="Soon ready"),
    )
    shortlist = service.shortlist(WEB, str(vacancy)).document
    someone = str((*shortlist.ranked, *shortlist.refer)[-1].candidate.public_id)
    begun = made.shortlist(CLI, str(vacancy), someone).public_id
    made.agree(CLI, begun, AgreementHow.IN_PERSON)
    made.put_forward(CLI, begun, version=1, answers=answers)
    made.move(who, begun, ApplicationState.SELECTED_FOR_INTERVIEW, version=2)
    person, posted = f"/employer/people/{begun}", f"/employer/vacancies/{vacancy}"
    return [
        *("/", "/employer/vacancies", "/employer/vacancies?show=drafts", "/employer/people"),
        *(posted, f"{posted}/close", f"{posted}/reopen"),
        *(draft, f"{draft}/check", f"{draft}/discard"),
        *(f"{draft}/{step.name}" for step in STEPS),
        *(person, f"{person}/correct/3", f"{person}/interview", f"{person}/unsuccessful"),
    ]


@pytest.fixture(scope="session")
def staff_paths(
    services: Services, applications: dict[ApplicationState, str]
) -> dict[Role, list[str]]:
    """Pages of brokers, auditors, administrators and coaches, each with something to show."""
    services.accounts.register_employer(
        NewRegistration(
            name="Lantern Test Bakery",
            sector=EmployerSector.RETAIL,
            contact_name="Kim Example",
            contact_email="kim@lantern.example",
            postcode="LS1 4AP",
        )
    )
    asked = services.accounts.list_registrations(CLI)[0].public_id
    employer = services.directory.list_employers(CLI, EmployerFilter(hiring=True)).items[0]
    account = services.accounts.get_account(CLI, "work_coach@example.org").public_id
    begun = next(iter(applications.values()))
    return {
        Role.NFN_BROKER: [
            *("/overview", "/registrations", f"/registrations/{asked}"),
            *("/employers", f"/employers/{employer.public_id}?show=all"),
        ],
        Role.AUDITOR: ["/overview?by=MONTH", "/trail"],
        Role.ADMINISTRATOR: [
            *("/accounts", "/accounts/new", "/accounts/new?role=WORK_COACH"),
            *(f"/accounts/{account}", f"/accounts/{account}/role"),
            *("/policies", "/policies/floor"),
        ],
        Role.WORK_COACH: ["/", "/caseload", "/reviews", f"/reviews/{begun}"],
    }


@pytest.fixture(scope="session")
def role_paths(
    app: FastAPI,
    page_paths: dict[str, str],
    employer_paths: list[str],
    staff_paths: dict[Role, list[str]],
) -> dict[Role | None, list[str]]:
    """The pages that each role may see; under None those for whoever has not signed in."""
    paths: dict[Role | None, list[str]] = {
        None: ["/sign-in", "/register", "/accessibility"],
        **{role: ["/account", "/account/password"] for role in Role},
    }
    for route in iter_route_contexts(app.routes):
        if route.path in page_paths and "GET" in (route.methods or ()):
            for role in roles_of(route) or ():
                paths[role].append(page_paths[route.path])
    paths[Role.EMPLOYER] += employer_paths
    for role, own in staff_paths.items():
        paths[role] += own
    return paths


@pytest.fixture(scope="session")
def address(app: FastAPI) -> Iterator[str]:
    """Where the pages are served, on a port that was free."""
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=300)
    listener.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without one, what needs it is skipped, visibly."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def _failure(request: Request) -> list[str]:
    """The address of a request that failed; one that leaving the page cut short did not."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.url} {request.failure}"]


@pytest.fixture
def open_page(browser: Browser, address: str, browsers: dict[Role, TestClient]) -> OpenPage:
    """Opens a path; on leaving, fails if the browser complained or anything did not load."""

    @contextmanager
    def opened(
        path: str,
        *,
        width: int = 1280,
        javascript: bool = True,
        expected: str = "$^",
        role: Role | None = Role.PRISON_EMPLOYMENT_LEAD,
    ) -> Iterator[BrowserPage]:
        complaints: list[str] = []
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript
        )
        for name, value in (browsers[role].cookies if role else {}).items():
            context.add_cookies([{"name": name, "value": value, "url": address}])
        context.set_default_timeout(240_000)  # milliseconds; other programs may use the machine
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.extend(_failure(request)))
        page.goto(address + path)
        yield page
        context.close()
        assert [text for text in complaints if not re.search(expected, text)] == []

    return opened
