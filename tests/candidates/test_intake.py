"""How a person types a candidate into a spreadsheet."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.intake import (
    CANDIDATES,
    CODE_LISTS,
    COLUMNS,
    RECORD_LISTS,
    check_candidate,
    from_cells,
)
from candidates.model import Candidate
from foundation.record import Fault

LEAST = {"prison_number": "A1234BC", "first_name": "Sam", "last_name": "Hill", "prison_id": "MDI"}


def checked(**cells: str) -> Candidate | list[Fault]:
    return check_candidate(from_cells(LEAST | cells))


def read(**cells: str) -> Candidate:
    candidate = checked(**cells)
    assert isinstance(candidate, Candidate), candidate
    return candidate


@pytest.mark.parametrize(
    ("cell", "jobs"),
    [
        ("Cook", [("Cook", "")]),
        ("Cook: fed 200; cleaned", [("Cook", "fed 200; cleaned")]),
        (
            "Cook: fed: many | Porter: carried|Driver",
            [("Cook", "fed: many"), ("Porter", "carried"), ("Driver", "")],
        ),
        (" | Cook : | ", [("Cook", "")]),
    ],
)
def test_jobs_are_parted_by_bars(cell: str, jobs: list[tuple[str, str]]) -> None:
    assert [(job.role, job.details) for job in read(work_experience=cell).work_experience] == jobs


def test_a_job_without_a_role_is_refused() -> None:
    faults = checked(work_experience="Cook | : carried")
    assert isinstance(faults, list)
    assert [fault.column for fault in faults] == ["work_experience.1.role"]


@pytest.mark.parametrize(
    ("cell", "courses"),
    [
        ("FORKLIFT_DRIVING 2025", [("FORKLIFT_DRIVING", 2025)]),
        ("FORKLIFT_DRIVING", [("FORKLIFT_DRIVING", None)]),
        ("CATERING  2024 ; NUMERACY_SKILLS;", [("CATERING", 2024), ("NUMERACY_SKILLS", None)]),
    ],
)
def test_a_course_may_carry_its_year(cell: str, courses: list[tuple[str, int | None]]) -> None:
    found = read(prison_training=cell).prison_training
    assert [(course.type, course.year) for course in found] == courses


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        ("FORKLIFT_DRIVING 25", "prison_training.0.year"),
        ("FLYING 2025", "prison_training.0.type"),
        ("2025", "prison_training.0.type"),
        ("CATERING; forklift driving 2025", "prison_training.1.type"),
        ("CATERING ²²²²", "prison_training.0.year"),
    ],
)
def test_a_course_that_is_wrong_is_named(cell: str, column: str) -> None:
    faults = checked(prison_training=cell)
    assert isinstance(faults, list)
    assert [fault.column for fault in faults] == [column]


def test_interests_qualifications_and_actions_are_pairs() -> None:
    sam = read(
        work_interests="WAREHOUSING: forklift driver; DRIVING",
        qualifications="Maths: LEVEL_1: Pass; English: ENTRY_LEVEL; Art; Music: : Merit",
        readiness_actions="ID: COMPLETED; PHONE: NOT_STARTED",
    )
    assert [(each.type, each.role) for each in sam.work_interests] == [
        ("WAREHOUSING", "forklift driver"),
        ("DRIVING", None),
    ]
    assert [(each.subject, each.level, each.grade) for each in sam.qualifications] == [
        ("Maths", "LEVEL_1", "Pass"),
        ("English", "ENTRY_LEVEL", None),
        ("Art", None, None),
        ("Music", None, "Merit"),
    ]
    assert [(each.action, each.status) for each in sam.readiness_actions] == [
        ("ID", "COMPLETED"),
        ("PHONE", "NOT_STARTED"),
    ]


@pytest.mark.parametrize(
    ("cell", "value"), [("yes", True), ("no", False), ("Yes", True), ("TRUE", True), ("0", False)]
)
def test_yes_and_no_are_read(cell: str, *, value: bool) -> None:
    assert read(can_drive=cell).can_drive is value


def test_what_is_left_empty_is_not_recorded() -> None:
    assert read() == Candidate.model_validate(LEAST)
    assert read().training is None


@pytest.mark.parametrize("column", [column for column in COLUMNS if column.example])
def test_every_example_is_a_good_value(column: Any) -> None:  # noqa: ANN401 -- a Column
    together = {
        "consent": {"consent_date": "2026-10-05"},
        "licence_conditions": {"curfew_from": "19:00", "curfew_to": "07:00"},
        "curfew_from": {"licence_conditions": "CURFEW", "curfew_to": "07:00"},
        "curfew_to": {"licence_conditions": "CURFEW", "curfew_from": "19:00"},
    }
    read(**{column.name: column.example}, **together.get(column.name, {}))


def test_every_list_in_the_model_is_split() -> None:
    lists = {
        name for name, field in Candidate.model_fields.items() if "tuple[" in str(field.annotation)
    }
    assert lists == {*CODE_LISTS, *RECORD_LISTS, "work_experience"}


@given(st.dictionaries(st.sampled_from(CANDIDATES.columns), st.text(min_size=1)))
def test_no_cells_can_break_the_reading(cells: dict[str, str]) -> None:
    outcome = checked(**{name: cell.strip() for name, cell in cells.items() if cell.strip()})
    if isinstance(outcome, list):
        assert all(fault.column and fault.allowed for fault in outcome)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(CANDIDATES.columns) | st.text(), json_values))
def test_no_object_can_break_the_reading(given_object: dict[str, Any]) -> None:
    outcome = check_candidate(CANDIDATES.from_object(LEAST | given_object))
    if isinstance(outcome, list):
        assert all(fault.column and fault.allowed for fault in outcome)
