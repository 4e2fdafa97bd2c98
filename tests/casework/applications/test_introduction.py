"""What an employer is told: the fields that are allowed, and nothing that hides in the others."""

import json
from dataclasses import asdict, fields
from datetime import date, timedelta
from typing import Any

import pytest
from application_world import OPEN, READY, World
from hypothesis import given
from hypothesis import strategies as st
from strategies import candidates, vacancies

from candidates.model import Candidate
from casework.applications.introduction import available_from, introduce
from casework.applications.model import IntroducedCandidate, Introduction
from employers.model import Vacancy
from foundation.places.prisons import prisons
from foundation.vocabulary import PrisonTraining, PrisonWork

TODAY = date(2026, 11, 22)
NUMBER = "A4321ZQ"
# In each free-text field its own mark; only those of the role and the subject may come through.
CANARIES: dict[str, Any] = {
    "prison_number": NUMBER,
    "first_name": "Samira",
    "last_name": "Zyxwvane",
    "prison_id": "MDI",
    "release_date": "2027-03-17",
    "release_area": "LS11 5AB",
    "ready_since": "2026-09-09",
    "affecting_ability": ["MENTAL_HEALTH_ISSUES"],
    "work_interests": [{"type": "HOSPITALITY", "role": "canary-interest"}],
    "job_of_particular_interest": "canary-particular",
    "work_experience": [
        {
            "role": "Kitchen assistant",
            "details": "canary-details",
            "type": "HOSPITALITY",
            "start_year": 2011,
            "end_year": 2013,
        },
        {"role": "Cook at HMP Moorland", "details": "canary-details", "type": "HOSPITALITY"},
    ],
    "previous_work": "canary-previous, kitchens at HMP Leeds",
    "skills": ["TEAMWORK", "OTHER"],
    "other_skills": ["canary-skill"],
    "qualifications": [
        {"subject": "Food safety", "level": "LEVEL_2", "grade": "canary-grade"},
        {"subject": f"Catering, {NUMBER}", "grade": "canary-grade"},
    ],
    "other_qualifications": "canary-qualification",
    "training": ["FOOD_HYGIENE_CERTIFICATE"],
    "prison_work": ["KITCHENS_AND_COOKING", "PRISON_LAUNDRY"],
    "prison_training": [{"type": "CATERING", "year": 2024}],
    "pay_wanted_per_hour": "19.87",
    "offences": ["ARSON"],
    "licence_conditions": ["CURFEW", "EXCLUSION_ZONE"],
    "curfew_from": "19:41",
    "curfew_to": "06:17",
    "exclusion_zones": ["TR19"],
    "accommodation": "TEMPORARY",
    "literacy": "BELOW_ENTRY_3",
    "years_since_last_work": 13,
}


def told(**changes: object) -> Introduction:
    person = Candidate.model_validate(READY | CANARIES | changes)
    vacancy = Vacancy.model_validate(OPEN | {"reference": "1", "employer": {"name": "Harbour"}})
    return introduce(person, vacancy, TODAY)


def test_the_employer_reads_exactly_this() -> None:
    assert told() == Introduction(
        first_name="Samira",
        summary=(
            "Samira is being put forward for Kitchen porter."
            " Has worked in: hospitality and catering."
            " This is the type of work that they are looking for."
        ),
        skills=("Teamwork",),
        evidence=(
            "Worked as: Kitchen assistant",
            "Worked in: hospitality and catering",
            "Qualification: Food safety, level 2",
            "Practical experience: kitchens and cooking",
            "Training: catering",
        ),
        certificates=("Food hygiene certificate",),
        available_from="from March 2027",
        hours_wanted=("Full-time (30 to 39 hours)",),
        travel="up to 300 miles",
        area="Leeds area",
    )


@pytest.mark.parametrize(
    "mark",
    [
        "canary", "zyxwvane", NUMBER.lower(), "mdi", "moorland", "hmp", "prison", "2027-03-17",
        "17 march", "ls11", "2011", "2013", "2024", "19.87", "arson", "curfew", "19:41", "06:17",
        "tr19", "temporary", "entry", "mental", "laundry",
    ],
)  # fmt: skip
def test_nothing_else_of_the_person_comes_through(mark: str) -> None:
    assert mark not in json.dumps(asdict(told())).lower()


def test_the_canaries_fill_every_field_that_could_hold_one() -> None:
    person = Candidate.model_validate(READY | CANARIES)
    empty = {name for name in Candidate.model_fields if not getattr(person, name)}
    assert empty == {
        "release_date_type", "no_fixed_abode", "readiness_actions", "id_documents",
        "support_declined_reasons", "changes_needed", "qualification_types",
        "work_patterns_wanted", "can_drive", "ever_worked",
    }  # fmt: skip  # codes and answers, none of them text


@pytest.mark.parametrize(
    "role",
    [
        "Kitchen porter at HMP Leeds", "H.M.P. kitchens", "Prison orderly", "Wing cleaner",
        "Chef, Moorland", "YOI gym orderly", "Zyxwvane & Sons", f"Cook {NUMBER}", "Cook 2019-2022",
        "Cook on licence conditions", "Inmate mentor", "Cook (MDI)", "Custody suite cleaner",
        "Feltham cook", "Cook since release", "LS11 cook",
    ],
)  # fmt: skip
def test_a_role_that_reveals_gives_way_to_its_type_of_work(role: str) -> None:
    jobs = [{"role": role, "type": "HOSPITALITY"}]
    assert told(work_experience=jobs).evidence[0] == "Worked in: hospitality and catering"
    untyped = told(work_experience=[{"role": role}], qualifications=[{"subject": role}])
    assert "Worked" not in " ".join(untyped.evidence)
    assert role not in json.dumps(asdict(untyped))


def test_every_prison_by_name_is_kept_back() -> None:
    for prison in prisons().values():
        jobs = [{"role": f"Cook at {prison.name}", "type": "HOSPITALITY"}]
        assert told(work_experience=jobs).evidence[0].startswith("Worked in")


def test_no_label_that_is_shown_speaks_of_prison() -> None:
    for code in (*PrisonWork, *PrisonTraining):
        assert "prison" not in code.label.lower()


@given(st.integers(-800, 800))
def test_availability_is_a_month_and_never_a_day(days: int) -> None:
    release = TODAY + timedelta(days)
    shown = available_from(release, TODAY)
    same_month = {available_from(release.replace(day=day), TODAY) for day in range(1, 29)}
    if release <= TODAY:
        assert shown == "now"
    else:
        assert shown == f"from {release:%B %Y}"
        assert len(same_month - {"now"}) <= 1


@given(candidates(), vacancies())
def test_an_introduction_can_be_made_of_anybody(person: Candidate, vacancy: Vacancy) -> None:
    shown = json.dumps(asdict(introduce(person, vacancy, TODAY)))
    assert person.last_name not in shown
    assert person.prison_number not in shown
    assert "no fixed abode" not in shown.lower()


def test_the_types_for_employers_have_these_fields_and_no_others() -> None:
    assert {field.name for field in fields(Introduction)} == {
        "first_name", "summary", "skills", "evidence", "certificates", "available_from",
        "hours_wanted", "travel", "area",
    }  # fmt: skip
    assert {field.name for field in fields(IntroducedCandidate)} == {
        "public_id", "state", "version", "vacancy_public_id", "reference", "title",
        "introduced_on", "updated_at", "introduction", "interview",
    }  # fmt: skip


def test_an_introduction_is_frozen_when_the_person_is_put_forward(world: World) -> None:
    held = world.put_forward()
    before = world.service.get_introduced(world.employer, held.public_id).introduction
    world.person(1, first_name="Renamed", skills=["TEAMWORK"], release_area="M1")
    after = world.service.get_introduced(world.employer, held.public_id).introduction
    assert after == before
    assert (after.first_name, after.area) == ("Sam", "Leeds area")
