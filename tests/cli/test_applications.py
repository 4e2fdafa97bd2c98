"""Applications at the command line: seen, moved, put right, imported."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from candidates.model import Candidate
from candidates.store import upsert_candidates
from casework.applications.service import ApplicationService
from employers.model import Vacancy
from employers.store import upsert_vacancies
from foundation.database import Database, Scope
from foundation.settings import Settings
from foundation.vocabulary import AgreementHow

ALL = Scope("tests")
PERSON = {
    "prison_number": "A1234BC",
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
VACANCY = {
    "employer": {"name": "Harbour Foods Ltd"},
    "reference": "HF-001",
    "title": "Kitchen porter",
    "sector": "HOSPITALITY",
    "industry_sector": "HOSPITALITY_CATERING",
    "source": "NFN",
    "national": True,
    "hours_per_week": "FULL_TIME",
    "description": "Keep the kitchen clean.",
    "essential_criteria": "Able to stand for a shift.",
    "how_to_apply": "Ask.",
    "offence_exclusions": ["NONE"],
    "rolling": True,
    "involves": ["NONE"],
}
Run = Callable[..., Any]


@pytest.fixture
def application(database: Database) -> UUID:
    """Someone who was put forward."""
    with database.transaction(ALL) as connection:
        upsert_candidates(connection, [Candidate.model_validate(PERSON)])
        upsert_vacancies(connection, [Vacancy.model_validate(VACANCY)])
    service = ApplicationService(database, Settings(today=date(2026, 11, 2)))
    begun = service.shortlist(ALL, "HF-001", "A1234BC")
    service.agree(ALL, begun.public_id, AgreementHow.IN_PERSON)
    service.put_forward(ALL, begun.public_id, version=1)
    return begun.public_id


@pytest.fixture
def run(own_dsn: str, newfutures_over: Callable[[str], Run]) -> Run:
    return newfutures_over(own_dsn)


def test_an_application_is_listed_shown_moved_and_put_right(run: Run, application: UUID) -> None:
    listed = run("applications", "list", "--candidate", "A1234BC", "--json")
    (item,) = json.loads(listed.text)
    assert (item["public_id"], item["state"], item["version"]) == (
        str(application),
        "PUT_FORWARD",
        2,
    )
    said = run(
        "applications", "move", application, "INTERVIEW_BOOKED", "--version", 2,
        "--interview", "2026-12-01T10:30", "--place", "Harbour Road", "--contact", "Jo",
    )  # fmt: skip
    assert said.text == "Interview booked, version 3\n", said
    run("applications", "move", application, "JOB_OFFER", "--version", 2).refuses(
        "command line changed this application to Interview booked"
    )
    said = run(
        "applications", "move", application, "UNSUCCESSFUL_AT_INTERVIEW", "--version", 3,
        "--reason", "SKILLS", "--note", "Kind [but] firm",
    )  # fmt: skip
    assert said.code == 0, said
    said = run(
        "applications", "undo", application, 4, "--version", 4, "--because", "WRONG_APPLICATION"
    )
    assert said.text == "Interview booked, version 5\n", said
    shown = run("applications", "show", application).text
    assert "Sam Quillfeather (A1234BC) for Kitchen porter" in shown
    assert "Kind [but] firm" in shown
    assert "event 4 did not happen" in shown
    assert "1 applications" in run("applications", "list").text


def test_a_move_that_may_not_be_made_is_one_sentence(run: Run, application: UUID) -> None:
    run("applications", "move", application, "OFFER_ACCEPTED", "--version", 2).refuses(
        "after PUT_FORWARD what can follow is"
    )


@pytest.mark.usefixtures("application")
def test_outcomes_are_imported_from_the_template_as_it_explains(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "outcomes.csv"
    assert run("template", "outcomes", "-o", path).code == 0
    header, example = path.read_text("utf-8-sig").splitlines()
    rows = [example.replace("STARTED", "APPLICATION_MADE"), example]
    path.write_text("\n".join([header, *rows, example]), encoding="utf-8")
    said = run("import", "outcomes", path)
    assert said.code == 3, said
    assert "2 new, 0 changed, 0 already as given, 1 refused" in said.text
    assert "row 4, state: 'STARTED': an earlier row gives it already" in said.err
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    assert "0 new, 0 changed, 2 already as given" in run("import", "outcomes", path).text
