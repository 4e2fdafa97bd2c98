"""How a vacancy arrives: typed into a spreadsheet, as our JSON, or as a JobPosting."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employers.intake import COLUMNS, LISTS, VACANCIES, check_vacancy, from_cells, natural_key
from employers.model import Vacancy
from foundation.record import Fault

EXAMPLE = {column.name: column.example for column in COLUMNS if column.example}


def checked(**cells: str) -> Vacancy | list[Fault]:
    together = {name: cell for name, cell in (EXAMPLE | cells).items() if cell}
    return check_vacancy(from_cells(together))


def test_the_example_is_a_good_row() -> None:
    vacancy = checked()
    assert isinstance(vacancy, Vacancy)
    assert vacancy.employer.name == "Harbour Foods Ltd"
    assert vacancy.employer.status == "GOLD"
    assert vacancy.required_certificates == ("FOOD_HYGIENE_CERTIFICATE",)
    assert natural_key(vacancy) == ("harbour foods ltd", "HF-001")


def test_lists_are_parted_by_semicolons() -> None:
    vacancy = checked(offence_exclusions="ARSON; SEXUAL;", involves="CHILDREN;DRIVING")
    assert isinstance(vacancy, Vacancy)
    assert vacancy.offence_exclusions == ("ARSON", "SEXUAL")
    assert vacancy.involves == ("CHILDREN", "DRIVING")


def test_every_list_in_the_model_is_split() -> None:
    fields = Vacancy.model_fields.items()
    assert {name for name, field in fields if "tuple[" in str(field.annotation)} == set(LISTS)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"employer_name": ""}, "employer.name"),
        ({"employer_status": "BRONZE"}, "employer.status"),
        ({"offence_exclusions": "THEFT"}, "offence_exclusions.0"),
        ({"salary_from": "£12"}, "salary_from"),
        ({"shift_start": "7am"}, "shift_start"),
        ({"closing_date": "31/12/2026"}, "closing_date"),
        ({"title": "KP"}, "title"),
        ({"postcode": ""}, "(whole row)"),
    ],
)
def test_a_cell_that_is_wrong_is_named(cells: dict[str, str], column: str) -> None:
    faults = checked(**cells)
    assert isinstance(faults, list)
    assert [fault.column for fault in faults] == [column]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "value", "address", "postalCode", "minValue", "unitText"])
            | st.text(),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
POSTING_FIELDS = [
    "title", "description", "hiringOrganization", "employmentType", "jobLocationType", "identifier",
    "jobLocation", "baseSalary", "validThrough", "jobStartDate", "totalJobOpenings", "url",
    "qualifications", "skills",
]  # fmt: skip


@given(st.dictionaries(st.sampled_from(sorted(Vacancy.model_fields)) | st.text(), json_values))
def test_no_object_can_break_the_reading(given_object: dict[str, Any]) -> None:
    outcome = check_vacancy(VACANCIES.from_object(given_object))
    assert isinstance(outcome, list)
    assert all(fault.column and fault.allowed for fault in outcome)


@given(st.dictionaries(st.sampled_from(POSTING_FIELDS), json_values))
def test_no_job_posting_can_break_the_reading(posting: dict[str, Any]) -> None:
    outcome = check_vacancy(VACANCIES.from_object(posting | {"@type": "JobPosting"}))
    if isinstance(outcome, list):
        assert all(fault.column and fault.allowed for fault in outcome)


@given(st.dictionaries(st.sampled_from(VACANCIES.columns), st.text(min_size=1)))
def test_no_cells_can_break_the_reading(cells: dict[str, str]) -> None:
    outcome = check_vacancy(from_cells(cells))
    assert isinstance(outcome, list) or outcome.title
