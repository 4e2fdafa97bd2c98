"""One employer's vacancies, people of two prisons, and whoever acts on their applications."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from candidates.model import Candidate
from candidates.store import get_candidate, upsert_candidates
from casework.applications.model import ChangeResult, Interview, PutForwardAnswers
from casework.applications.service import ApplicationService
from employers.model import Vacancy
from employers.store import get_vacancy, upsert_vacancies
from foundation.database import Database, Scope
from foundation.vocabulary import AgreementHow, ApplicationState, Role

TODAY = date(2026, 11, 22)
ALL = Scope("command line")
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
OPEN = {
    "title": "Kitchen porter",
    "sector": "HOSPITALITY",
    "industry_sector": "HOSPITALITY_CATERING",
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
INTERVIEW = Interview.model_validate(
    {"on": "2026-12-01", "at": "10:30", "place": "Harbour Road", "contact": "Jo Example"}
)


@dataclass(frozen=True)
class World:
    """The service over a database with people and vacancies, and everybody's scope."""

    database: Database
    service: ApplicationService

    @property
    def lead(self) -> Scope:
        return Scope("lead@moorland", ("MDI",), role=Role.PRISON_EMPLOYMENT_LEAD)

    @property
    def coach(self) -> Scope:
        return Scope("coach@leeds", (), ("LS",), role=Role.WORK_COACH)

    @property
    def employer(self) -> Scope:
        return self.employer_called("harbour foods ltd")

    def employer_called(self, key: str) -> Scope:
        with self.database.transaction(ALL) as connection:
            row = connection.execute(
                "SELECT id FROM employer WHERE name_key = %s", [key]
            ).fetchone()
        assert row is not None
        return Scope(f"staff@{key}", (), role=Role.EMPLOYER, employer_id=row[0])

    def scope(self, role: Role | None) -> Scope:
        """The scope of one who acts in this role; the roles that see nobody see nobody here."""
        known = {
            None: ALL,
            Role.PRISON_EMPLOYMENT_LEAD: self.lead,
            Role.WORK_COACH: self.coach,
            Role.EMPLOYER: self.employer,
        }
        return known.get(role) or Scope("someone", (), role=role)

    def person(self, number: int = 1, **changes: object) -> str:
        """Someone ready to work; returns their prison number."""
        person = Candidate.model_validate(READY | {"prison_number": f"A{number:04d}BC"} | changes)
        with self.database.transaction(ALL) as connection:
            upsert_candidates(connection, [person])
        return person.prison_number

    def vacancy(
        self, reference: str = "HF-1", employer: str = "Harbour Foods Ltd", **changes: object
    ) -> str:
        """A vacancy that is open; returns its reference."""
        values = OPEN | {"reference": reference, "employer": {"name": employer}} | changes
        with self.database.transaction(ALL) as connection:
            upsert_vacancies(connection, [Vacancy.model_validate(values)])
        return reference

    def candidate_id(self, number: str) -> int:
        with self.database.transaction(ALL) as connection:
            return get_candidate(connection, number).id

    def vacancy_id(self, reference: str) -> int:
        with self.database.transaction(ALL) as connection:
            return get_vacancy(connection, reference).id

    def shortlisted(self, number: int = 1, reference: str = "HF-1") -> ChangeResult:
        """An application that has just begun."""
        return self.service.shortlist(self.lead, self.vacancy(reference), self.person(number))

    def put_forward(self, number: int = 1, reference: str = "HF-1") -> ChangeResult:
        """An application whose person was put forward."""
        begun = self.shortlisted(number, reference)
        self.service.agree(self.lead, begun.public_id, AgreementHow.IN_PERSON)
        return self.service.put_forward(
            self.lead,
            begun.public_id,
            version=1,
            answers=PutForwardAnswers(decision="Talked it through"),
        )

    def taken_to(
        self, state: ApplicationState, number: int = 1, reference: str = "HF-1"
    ) -> ChangeResult:
        """An application in this state, by the shortest way."""
        S = ApplicationState  # noqa: N806 -- the states' class, by one letter
        if state is S.SHORTLISTED:
            return self.shortlisted(number, reference)
        reached = self.put_forward(number, reference)
        for step in WAYS[state]:
            reached = self.move(reached, step)
        return reached

    def move(
        self, moved: ChangeResult, to: ApplicationState, scope: Scope = ALL, **changes: object
    ) -> ChangeResult:
        """One move with whatever it needs."""
        defaults: dict[str, Any] = {"version": moved.version}
        if to is ApplicationState.INTERVIEW_BOOKED:
            defaults["interview"] = INTERVIEW
        if to in REASONS:
            defaults["reason"] = REASONS[to]
        return self.service.move(scope, moved.public_id, to, **(defaults | changes))

    def row(self, application: UUID) -> tuple[str, int]:
        """State and version as the table holds them."""
        with self.database.transaction(ALL) as connection:
            row = connection.execute(
                "SELECT state, version FROM application WHERE public_id = %s", [application]
            ).fetchone()
        assert row is not None
        return row[0], row[1]


S = ApplicationState
REASONS = {
    S.APPLICATION_UNSUCCESSFUL: "EXPERIENCE",
    S.UNSUCCESSFUL_AT_INTERVIEW: "SKILLS",
    S.OFFER_DECLINED: "TRAVEL",
    S.WITHDRAWN: "HEALTH",
}
WAYS: dict[ApplicationState, tuple[ApplicationState, ...]] = {
    S.PUT_FORWARD: (),
    S.APPLICATION_MADE: (S.APPLICATION_MADE,),
    S.SELECTED_FOR_INTERVIEW: (S.SELECTED_FOR_INTERVIEW,),
    S.INTERVIEW_BOOKED: (S.INTERVIEW_BOOKED,),
    S.APPLICATION_UNSUCCESSFUL: (S.APPLICATION_UNSUCCESSFUL,),
    S.UNSUCCESSFUL_AT_INTERVIEW: (S.INTERVIEW_BOOKED, S.UNSUCCESSFUL_AT_INTERVIEW),
    S.JOB_OFFER: (S.JOB_OFFER,),
    S.OFFER_ACCEPTED: (S.JOB_OFFER, S.OFFER_ACCEPTED),
    S.OFFER_DECLINED: (S.JOB_OFFER, S.OFFER_DECLINED),
    S.WITHDRAWN: (S.WITHDRAWN,),
    S.STARTED: (S.JOB_OFFER, S.STARTED),
    S.IN_WORK_6_WEEKS: (S.JOB_OFFER, S.STARTED, S.IN_WORK_6_WEEKS),
    S.IN_WORK_6_MONTHS: (S.JOB_OFFER, S.STARTED, S.IN_WORK_6_MONTHS),
}
