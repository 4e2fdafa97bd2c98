"""What a vacancy may and may not say."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employers.intake import check_vacancy, natural_key
from employers.model import Vacancy

LEAST: dict[str, Any] = {
    "employer": {"name": "Harbour Foods"},
    "reference": "HF-1",
    "title": "Kitchen porter",
    "sector": "HOSPITALITY",
    "industry_sector": "HOSPITALITY_CATERING",
    "source": "NFN",
    "postcode": "LS1 4AP",
    "description": "Keep the kitchen clean.",
    "essential_criteria": "Stand for a shift.",
    "how_to_apply": "Ask your employment lead.",
    "offence_exclusions": ["NONE"],
    "rolling": True,
}
REQUIRED = sorted(set(LEAST) - {"postcode", "rolling"})


def vacancy(**values: object) -> Vacancy:
    return Vacancy.model_validate(LEAST | values)


def refusals(**values: object) -> dict[str, str]:
    faults = check_vacancy(LEAST | values)
    return {fault.column: fault.allowed for fault in faults} if isinstance(faults, list) else {}


@pytest.mark.parametrize("missing", REQUIRED)
def test_each_of_the_least_is_required(missing: str) -> None:
    faults = check_vacancy({name: value for name, value in LEAST.items() if name != missing})
    assert isinstance(faults, list)
    assert [(fault.column, fault.allowed) for fault in faults] == [(missing, "a value is required")]


@pytest.mark.parametrize(
    ("field", "shortest", "longest"),
    [
        ("reference", 1, 100),
        ("title", 3, 100),
        ("description", 1, 3000),
        ("essential_criteria", 1, 1000),
        ("desirable_criteria", 0, 1000),
        ("how_to_apply", 1, 1000),
        ("salary_extra", 0, 100),
        ("offence_exclusions_details", 0, 500),
        ("documents_details", 0, 200),
    ],
)
def test_text_has_limits(field: str, shortest: int, longest: int) -> None:
    for length in (shortest, longest):
        assert getattr(vacancy(**{field: "x" * length}), field) == "x" * length
    assert list(refusals(**{field: "x" * (longest + 1)})) == [field]
    if shortest:
        assert list(refusals(**{field: " " + "x" * (shortest - 1) + " "})) == [field]


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("name", "HF", False),
        ("name", "Ltd", True),
        ("name", "x" * 100, True),
        ("name", "x" * 101, False),
        ("description", "x" * 1000, True),
        ("description", "x" * 1001, False),
        ("sector", "FOOD", False),
        ("status", "KEY_PARTNER", True),
        ("status", "BRONZE", False),
        ("contact_email", "jobs@harbour.example", True),
        ("contact_email", "jobs at harbour", False),
        ("contact_name", "x" * 101, False),
        ("colour", "red", False),
    ],
)
def test_the_employer_has_rules_too(field: str, value: str, *, allowed: bool) -> None:
    employer = {"name": "Harbour Foods"} | {field: value}
    assert list(refusals(employer=employer)) == ([] if allowed else [f"employer.{field}"])


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"number_of_vacancies": 0}, "number_of_vacancies"),
        ({"number_of_vacancies": 3_000_000_000}, "number_of_vacancies"),
        ({"number_of_vacancies": "two"}, "number_of_vacancies"),
        ({"sector": "COOKING"}, "sector"),
        ({"industry_sector": "HOSPITALITY"}, "industry_sector"),
        ({"source": "GOOGLE"}, "source"),
        ({"base_location": "MOON"}, "base_location"),
        ({"salary_from": "12.605", "salary_period": "PER_HOUR"}, "salary_from"),
        ({"salary_from": "-1", "salary_period": "PER_HOUR"}, "salary_from"),
        ({"salary_to": "123456789.00"}, "salary_to"),
        ({"salary_period": "PER_MINUTE"}, "salary_period"),
        ({"work_pattern": "NIGHTS"}, "work_pattern"),
        ({"hours_per_week": "40"}, "hours_per_week"),
        ({"contract_type": "GIG"}, "contract_type"),
        ({"offence_exclusions": ["THEFT"]}, "offence_exclusions.0"),
        ({"offence_exclusions": []}, "offence_exclusions"),
        ({"offence_exclusions": ["NONE", "ARSON"]}, "offence_exclusions"),
        ({"involves": []}, "involves"),
        ({"involves": ["NONE", "DRIVING"]}, "involves"),
        ({"documents_asked_for": ["PASSPORT"]}, "documents_asked_for.0"),
        ({"required_certificates": ["NONE"]}, "required_certificates"),
        ({"required_certificates": ["CSCS_CARD", "OTHER"]}, "required_certificates"),
        ({"postcode": "Leeds"}, "postcode"),
        ({"closing_date": "soon", "rolling": False}, "closing_date"),
        ({"shift_start": 900, "shift_end": "17:00"}, "shift_start"),
        ({"wage": "12"}, "wage"),
    ],
)
def test_a_value_that_is_not_allowed_is_named(values: dict[str, Any], column: str) -> None:
    assert list(refusals(**values)) == [column]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"postcode": None}, "a postcode is required unless"),
        ({"postcode": ""}, "a postcode is required unless"),
        ({"postcode": None, "base_location": "HYBRID"}, "a postcode is required unless"),
        ({"secondary_source": "NFN"}, "secondary_source must differ"),
        ({"salary_from": 13, "salary_to": 12, "salary_period": "PER_HOUR"}, "not be more than"),
        ({"salary_from": 13}, "needs its salary_period"),
        ({"rolling": False}, "give a closing_date, or say rolling"),
        ({"closing_date": "2026-12-31"}, "give a closing_date, or say rolling"),
        ({"offence_exclusions": ["OTHER"]}, "needs offence_exclusions_details"),
        ({"offence_exclusions": ["OTHER"], "offence_exclusions_details": " "}, "needs offence"),
        ({"documents_asked_for": ["OTHER"]}, "needs documents_details"),
        ({"shift_start": "07:00"}, "both shift_start and shift_end"),
        ({"shift_end": "07:00"}, "both shift_start and shift_end"),
    ],
)
def test_facts_that_deny_each_other_are_refused(values: dict[str, Any], message: str) -> None:
    assert message in refusals(**values)["(whole row)"]


def test_everything_that_disagrees_is_told_at_once() -> None:
    told = refusals(postcode=None, rolling=False, salary_from=1)["(whole row)"]
    assert told.count(";") == 2


@pytest.mark.parametrize(
    "values",
    [
        {"postcode": None, "national": True},
        {"postcode": None, "base_location": "REMOTE"},
        {"postcode": "", "national": True},
        {"salary_from": "12.60", "salary_to": "12.60", "salary_period": "PER_HOUR"},
        {"salary_to": "13"},
        {"rolling": False, "closing_date": "2026-12-31"},
        {"offence_exclusions": ["OTHER", "ARSON"], "offence_exclusions_details": "theft"},
        {"documents_asked_for": ["CV", "OTHER"], "documents_details": "a reference"},
        {"shift_start": "22:00", "shift_end": "06:00"},
        {"secondary_source": "DWP"},
        {"involves": ["NONE"]},
        {"involves": None},
        {"number_of_vacancies": 100_000},
    ],
)
def test_these_are_allowed(values: dict[str, Any]) -> None:
    assert refusals(**values) == {}


def test_an_empty_postcode_is_no_postcode() -> None:
    assert vacancy(postcode="", national=True).postcode is None
    assert vacancy(postcode="ls14ap").postcode == "LS1 4AP"


@given(
    st.none() | st.decimals(0, 99_999_999, places=2),
    st.none() | st.decimals(0, 99_999_999, places=2),
)
def test_salaries_are_in_order_or_refused(lowest: Decimal | None, highest: Decimal | None) -> None:
    told = refusals(salary_from=lowest, salary_to=highest, salary_period="PER_YEAR")
    wrong = lowest is not None and highest is not None and lowest > highest
    assert bool(told) == wrong


def test_a_lone_name_will_do_for_an_employer() -> None:
    checked = check_vacancy(LEAST | {"employer": "Harbour Foods"})
    assert isinstance(checked, Vacancy)
    assert natural_key(checked) == ("harbour foods", "HF-1")


def test_what_is_embedded_is_the_work_and_nothing_else() -> None:
    words = vacancy(
        employer={"name": "Zeppelin Works", "contact_name": "Quentin"},
        reference="REF-9911",
        salary_from="47.83",
        salary_period="PER_HOUR",
        how_to_apply="Telephone Ximena",
        offence_exclusions=["ARSON"],
        desirable_criteria="Worked in a kitchen before.",
    ).embeddable()
    text = " ".join(words.texts().all())
    for never in ("Zeppelin", "Quentin", "9911", "47", "Ximena", "rson", "LS1"):
        assert never not in text
    for part in ("Kitchen porter", "Keep the kitchen clean", "Stand for a shift", "before"):
        assert part in text
