"""Two employers, a lead, and people who may be put forward: the real pages over a real database."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from candidates.model import Candidate
from candidates.store import upsert_candidates
from casework.applications.model import ChangeResult, PutForwardAnswers
from employers.model import Vacancy
from employers.posting.steps import STEPS
from employers.store import upsert_vacancies
from foundation.accounts.model import Account, Extent, scope_of
from foundation.database import Database, Scope
from foundation.settings import Settings
from foundation.vocabulary import AgreementHow, Role
from web.app import create_app
from web.services import Services

TODAY = date(2026, 11, 22)
HERE = "http://127.0.0.1:8000"
CLI = Scope("command line")
PASSWORD = "marigold kettle bicycle"  # noqa: S105
READY = {
    "first_name": "Sam",
    "last_name": "Quillfeather",
    "prison_id": "MDI",
    "release_date": "2026-12-20",
    "release_area": "LS11 5AB",
    "consent": "GIVEN",
    "consent_date": "2026-10-01",
    "right_to_work": "YES",
    "readiness_status": "READY_TO_WORK",
    "training": ["NONE"],
    "offences": ["NONE"],
    "licence_conditions": ["NONE"],
    "furthest_travel_miles": 300,
    "hours_wanted": ["FULL_TIME"],
}
POSTED = {
    "title": "Kitchen porter",
    "sector": "HOSPITALITY",
    "industry_sector": "HOSPITALITY_CATERING",
    "number_of_vacancies": 50,
    "source": "NFN",
    "national": True,
    "hours_per_week": "FULL_TIME",
    "description": "Keep the kitchen clean.",
    "essential_criteria": "Able to stand for a shift. Has worked in a kitchen.",
    "how_to_apply": "Ask.",
    "offence_exclusions": ["NONE"],
    "rolling": True,
    "involves": ["NONE"],
}
ANSWERS: dict[str, dict[str, Any]] = {
    "job": {
        "title": "Night baker",
        "sector": "HOSPITALITY",
        "industry_sector": "HOSPITALITY_CATERING",
        "number_of_vacancies": "2",
        "description": "Bake bread through the night.",
    },
    "place": {
        "national": "no",
        "base_location": "WORKPLACE",
        "postcode": "ls1 4ap",
        "hours_per_week": "FULL_TIME",
        "contract_type": "PERMANENT",
    },
    "pay": {"salary_from": "12.60", "salary_period": "PER_HOUR", "pays_minimum_wage": "yes"},
    "needed": {"essential_criteria": "Able to stand for a shift.", "involves": ["NONE"]},
    "exclusions": {"offence_exclusions": ["CASE_BY_CASE"]},
    "applying": {
        "rolling": "no",
        "closing_date-day": "31",
        "closing_date-month": "12",
        "closing_date-year": "2026",
        "how_to_apply": "We telephone everybody.",
        "only_prison_leavers": "no",
    },
}
VERSION = re.compile(r'name="version" value="([0-9]+)"')


@dataclass(frozen=True)
class EmployerWorld:
    """Browsers of two members of one employer's staff and one of another's, and all services."""

    database: Database
    services: Services
    app: FastAPI
    own: TestClient
    colleague: TestClient
    other: TestClient
    lead: Scope

    @classmethod
    def over(cls, database: Database, settings: Settings) -> "EmployerWorld":
        """Make the employers, their vacancies and everybody's accounts."""
        services = Services.over(database, settings)
        app = create_app(services, settings)
        for number, employer in enumerate(("Harbour Foods Ltd", "Quayside Crafts"), start=1):
            values = POSTED | {"reference": f"H-{number}", "employer": {"name": employer}}
            with database.transaction(CLI) as connection:
                upsert_vacancies(connection, [Vacancy.model_validate(values)])
        with database.transaction(CLI) as connection:
            rows = connection.execute("SELECT id FROM employer ORDER BY id").fetchall()
        first, second = rows[0][0], rows[1][0]

        def browser(name: str, employer_id: int) -> TestClient:
            email = f"{name}@harbour.example"
            _account(services, email, Role.EMPLOYER, employer_id=employer_id)
            opened = TestClient(app, base_url=HERE, raise_server_exceptions=False)
            sent = {"email": email, "password": PASSWORD}
            assert opened.post("/sign-in", data=sent, follow_redirects=False).status_code == 303
            return opened

        lead = _account(
            services, "zqlead@zqprison.example", Role.PRISON_EMPLOYMENT_LEAD, prisons=("MDI",)
        )
        return cls(
            database,
            services,
            app,
            browser("own", first),
            browser("colleague", first),
            browser("other", second),
            scope_of(lead),
        )

    def vacancy(self, reference: str = "H-1") -> str:
        """A vacancy's public id."""
        return str(self.services.posting.get_vacancy(CLI, reference).public_id)

    def person(self, number: int, **changes: object) -> str:
        """Someone ready to work; returns their prison number."""
        person = Candidate.model_validate(READY | {"prison_number": f"A{number:04d}BC"} | changes)
        with self.database.transaction(CLI) as connection:
            upsert_candidates(connection, [person])
        return person.prison_number

    def shortlisted(self, number: int, reference: str = "H-1", **changes: object) -> ChangeResult:
        """An application that has just begun."""
        made = self.services.applications
        return made.shortlist(self.lead, reference, self.person(number, **changes))

    def put_forward(self, number: int, reference: str = "H-1", **changes: object) -> ChangeResult:
        """An application whose person agreed and was put forward."""
        begun = self.shortlisted(number, reference, **changes)
        self.services.applications.agree(self.lead, begun.public_id, AgreementHow.IN_PERSON)
        return self.services.applications.put_forward(
            self.lead,
            begun.public_id,
            version=1,
            answers=PutForwardAnswers(decision="Talked it through"),
        )

    def new_draft(self) -> str:
        """The path of a draft that was just begun."""
        begun = self.own.post("/employer/vacancies/new", follow_redirects=False)
        assert begun.status_code == 303
        return str(begun.headers["location"]).removesuffix("/job")

    def save(self, draft: str, step: str, **changes: object) -> Response:
        """One step of a draft sent, as it would be if the page had just been opened."""
        given = ANSWERS[step] | changes
        return self.own.post(
            f"{draft}/{step}",
            data={"version": version_in(self.own, f"{draft}/{step}")} | given,
            follow_redirects=False,
        )

    def filled_draft(self, **changes: object) -> str:
        """The path of a draft with every step answered."""
        draft = self.new_draft()
        for step in STEPS:
            own = {name: value for name, value in changes.items() if name in step.inputs}
            assert self.save(draft, step.name, **own).status_code == 303
        return draft

    def published(self, **changes: object) -> str:
        """The path of a vacancy posted through the pages."""
        draft = self.filled_draft(**changes)
        sent = {"version": version_in(self.own, f"{draft}/check")}
        done = self.own.post(f"{draft}/check", data=sent, follow_redirects=False)
        assert done.status_code == 303, done.text
        return str(done.headers["location"]).partition("?")[0]

    def record(
        self, application: UUID, action: str, browser: TestClient | None = None, **given: object
    ) -> Response:
        """An action sent, as it would be if its form had just been opened."""
        path = f"/employer/people/{application}/{action}"
        browser = browser or self.own
        return browser.post(
            path, data={"version": version_in(browser, path)} | given, follow_redirects=False
        )


def version_in(browser: TestClient, path: str) -> str:
    """The version that a form would send."""
    found = VERSION.search(browser.get(path).text)
    assert found is not None, path
    return found[1]


def _account(services: Services, email: str, role: Role, **extent: Any) -> Account:  # noqa: ANN401
    services.accounts.add_account(
        CLI, email=email, name=email, role=role, extent=Extent(**extent), password=PASSWORD
    )
    return services.accounts.get_account(CLI, email)
