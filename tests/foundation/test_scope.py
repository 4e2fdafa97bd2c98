"""The last wall: what each role's transactions see and change, at the database itself."""

from contextlib import suppress
from typing import Any

import psycopg
import pytest

from candidates.model import Candidate
from candidates.store import upsert_candidates
from employers.model import Vacancy
from employers.store import upsert_vacancies
from foundation import audit
from foundation.database import Database, Scope
from foundation.errors import ValidationError
from foundation.vocabulary import Role

EVERYTHING = Scope("tests")
PERSON = {
    "last_name": "Quill",
    "consent": "GIVEN",
    "consent_date": "2026-10-01",
    "right_to_work": "YES",
    "readiness_status": "READY_TO_WORK",
}
POSTED = {
    "title": "Kitchen porter",
    "sector": "HOSPITALITY",
    "industry_sector": "HOSPITALITY_CATERING",
    "source": "NFN",
    "national": True,
    "description": "Keep the kitchen clean.",
    "essential_criteria": "Able to stand for a shift.",
    "how_to_apply": "Ask.",
    "offence_exclusions": ["NONE"],
    "rolling": True,
}
LEAD = Scope("lead", prisons=("MDI",), role=Role.PRISON_EMPLOYMENT_LEAD)
COACH = Scope("coach", prisons=(), areas=("LS",), role=Role.WORK_COACH)
NO_PEOPLE = [
    Scope("broker", prisons=(), role=Role.NFN_BROKER),
    Scope("employer", prisons=(), role=Role.EMPLOYER, employer_id=1),
    Scope("auditor", prisons=(), role=Role.AUDITOR),
    Scope("administrator", prisons=(), role=Role.ADMINISTRATOR),
]


@pytest.fixture(scope="module")
def world(own_database: Database) -> Database:
    """Ann at Moorland and Bob at Leicester, both for Leeds; Cal at Leicester, for nowhere."""
    people = [
        {"prison_number": "A0001BC", "first_name": "Ann", "prison_id": "MDI"},
        {"prison_number": "A0002BC", "first_name": "Bob", "prison_id": "LEI"},
        {"prison_number": "A0003BC", "first_name": "Cal", "prison_id": "LEI"},
    ]
    places = [{"release_area": "LS11"}, {"release_area": "LS2"}, {"no_fixed_abode": True}]
    with own_database.transaction(EVERYTHING) as connection:
        upsert_candidates(
            connection,
            [
                Candidate.model_validate(PERSON | person | place)
                for person, place in zip(people, places, strict=True)
            ],
        )
        upsert_vacancies(
            connection,
            [
                Vacancy.model_validate(
                    POSTED | {"reference": name, "employer": {"name": f"{name} Limited"}}
                )
                for name in ("First", "Second")
            ],
        )
        for number in (1, 2):
            audit.insert_event(connection, "view", "candidate", number)
    return own_database


def seen(world: Database, scope: Scope, statement: str) -> list[Any]:
    with world.transaction(scope) as connection:
        return [row[0] for row in connection.execute(statement.encode())]


PEOPLE = "SELECT first_name FROM candidate ORDER BY id"


def test_a_lead_sees_the_people_of_their_prisons(world: Database) -> None:
    assert seen(world, LEAD, PEOPLE) == ["Ann"]


def test_a_coach_sees_the_people_who_come_to_their_area_wherever_they_are(world: Database) -> None:
    assert seen(world, COACH, PEOPLE) == ["Ann", "Bob"]


def test_somebody_with_no_fixed_abode_is_seen_once_they_are_handed_over(world: Database) -> None:
    with world.transaction(EVERYTHING) as connection:
        connection.execute("UPDATE candidate SET community_area = 'LS' WHERE first_name = 'Cal'")
    assert seen(world, COACH, PEOPLE) == ["Ann", "Bob", "Cal"]


@pytest.mark.parametrize("scope", NO_PEOPLE, ids=lambda scope: scope.actor)
def test_other_roles_see_nobody(world: Database, scope: Scope) -> None:
    assert seen(world, scope, PEOPLE) == []


def test_no_setting_means_nobody(world: Database) -> None:
    with world.transaction(EVERYTHING) as connection:
        for name in ("actor", "prisons", "areas", "role", "employer", "account"):
            connection.execute("SELECT set_config(%s, '', true)", [f"newfutures.{name}"])
        assert connection.execute(PEOPLE.encode()).fetchall() == []
        assert connection.execute("SELECT title FROM vacancy").fetchall() == []


@pytest.mark.parametrize(
    "scope", [COACH, *NO_PEOPLE, Scope("sums", role=Role.AUDITOR)], ids=lambda scope: scope.actor
)
def test_only_prison_staff_change_a_persons_record(world: Database, scope: Scope) -> None:
    with suppress(psycopg.errors.InsufficientPrivilege), world.transaction(scope) as connection:
        connection.execute("UPDATE candidate SET readiness_status = 'NOT_STARTED'")
    status = "SELECT DISTINCT readiness_status FROM candidate"
    assert seen(world, EVERYTHING, status) == ["READY_TO_WORK"]


def test_an_employers_staff_see_their_own_vacancies_and_employer_only(world: Database) -> None:
    own = Scope("employer", prisons=(), role=Role.EMPLOYER, employer_id=1)
    assert len(seen(world, own, "SELECT reference FROM vacancy")) == 1
    assert len(seen(world, own, "SELECT name FROM employer")) == 1
    assert len(seen(world, LEAD, "SELECT reference FROM vacancy")) == 2


def test_an_employer_cannot_write_a_vacancy_of_anothers(world: Database) -> None:
    own = Scope("employer", prisons=(), role=Role.EMPLOYER, employer_id=1)
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        world.transaction(own) as connection,
    ):
        connection.execute("UPDATE vacancy SET employer_id = 2 WHERE employer_id = 1")


class TestTheTrail:
    EVENTS = "SELECT subject_id FROM audit_event WHERE action = 'view' ORDER BY id"

    def test_events_of_a_person_are_read_by_whoever_sees_the_person(self, world: Database) -> None:
        assert seen(world, LEAD, self.EVENTS) == [1]
        assert seen(world, NO_PEOPLE[1], self.EVENTS) == []
        assert seen(world, NO_PEOPLE[2], self.EVENTS) == [1, 2], "the auditor"

    @pytest.mark.parametrize(
        "statement", ["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"]
    )
    def test_nobody_changes_it(self, world: Database, statement: str) -> None:
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            world.transaction(EVERYTHING) as connection,
        ):
            connection.execute(statement.encode())


def test_a_run_is_read_only_by_whoever_sees_exactly_whom_its_maker_saw(world: Database) -> None:
    with world.transaction(LEAD) as connection:
        connection.execute(
            "INSERT INTO ranking_run (kind, subject_id, actor, inputs, document, document_sha256)"
            " VALUES ('shortlist', 1, 'lead', '{}', 'names', 'sha')"
        )
    runs = "SELECT document FROM ranking_run"
    assert seen(world, LEAD, runs) == ["names"]
    assert seen(world, EVERYTHING, runs) == ["names"]
    wider = Scope("both", prisons=("LEI", "MDI"), role=Role.PRISON_EMPLOYMENT_LEAD)
    for scope in (wider, COACH, *NO_PEOPLE):
        assert seen(world, scope, runs) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"prisons": ("*",)},
        {"prisons": ("MDI,LEI",)},
        {"areas": ("LS,BD",)},
        {"areas": ("LS11",)},
        {"role": Role.EMPLOYER},
        {"employer_id": 1},
    ],
)
def test_a_scope_that_says_more_than_it_seems_to_cannot_be_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Scope("somebody", **wrong)
