"""The steps of posting a vacancy: what they ask, and what they say of answers they cannot use."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demonstration.synthetic.vacancies import generate_vacancies
from employers.model import Employer, Vacancy
from employers.posting.answers import legible
from employers.posting.steps import (
    STEPS,
    UNNUMBERED,
    Origin,
    answers_of,
    check_all,
    check_step,
    get_step,
    kept,
    known_values,
)
from foundation.errors import NotFoundError, ValidationError
from foundation.vocabulary import Code, Source

TODAY = date(2026, 11, 22)
EMPLOYER = Employer(name="Harbour Foods Ltd")

RIGHT: dict[str, Any] = {
    "title": "Kitchen porter",
    "sector": "HOSPITALITY",
    "industry_sector": "HOSPITALITY_CATERING",
    "number_of_vacancies": "2",
    "description": "Keep the kitchen clean.\r\nHelp the cooks.",
    "national": "no",
    "base_location": "WORKPLACE",
    "postcode": "ls1 4ap",
    "hours_per_week": "FULL_TIME",
    "contract_type": "PERMANENT",
    "shift_start": "7am",
    "shift_end": "15.30",
    "salary_from": "£12.60",
    "salary_to": "13.1",
    "salary_period": "PER_HOUR",
    "pays_minimum_wage": "yes",
    "essential_criteria": "Able to stand for a shift.",
    "involves": ["NONE"],
    "offence_exclusions": ["ARSON", "CASE_BY_CASE"],
    "rolling": "no",
    "closing_date-day": "31",
    "closing_date-month": "March",
    "closing_date-year": "2027",
    "how_to_apply": "Ask your employment lead.",
    "documents_asked_for": "CV",
    "only_prison_leavers": "no",
}


def made(**changes: Any) -> Vacancy:  # noqa: ANN401 -- text, or a list of texts
    found = check_all(RIGHT | changes, EMPLOYER, TODAY)
    assert isinstance(found, Vacancy)
    return found


def faults(step: str, **changes: Any) -> dict[str, str]:  # noqa: ANN401 -- as above
    return check_step(get_step(step), RIGHT | changes, TODAY).faults


def test_right_answers_make_the_vacancy() -> None:
    vacancy = made()
    assert vacancy.employer == EMPLOYER
    assert (vacancy.reference, vacancy.source) == (UNNUMBERED, Source.OTHER)
    assert vacancy.number_of_vacancies == 2
    assert vacancy.postcode == "LS1 4AP"
    assert vacancy.description == "Keep the kitchen clean.\nHelp the cooks."
    assert (str(vacancy.shift_start), str(vacancy.shift_end)) == ("07:00:00", "15:30:00")
    assert (vacancy.salary_from, vacancy.salary_to) == (Decimal("12.60"), Decimal("13.1"))
    assert vacancy.closing_date == date(2027, 3, 31)
    assert vacancy.offence_exclusions == ("ARSON", "CASE_BY_CASE")
    assert vacancy.documents_asked_for == ("CV",)


@pytest.mark.parametrize(
    ("step", "changes", "field", "message"),
    [
        ("job", {"title": " "}, "title", "Enter a job title"),
        ("job", {"title": "IT"}, "title", "Job title must be 3 characters or more"),
        (
            "job",
            {"title": "x" * 101},
            "title",
            "Job title must be 100 characters or fewer; it is 1 character too long",
        ),
        ("job", {"sector": ""}, "sector", "Select the type of work"),
        ("job", {"sector": "SPACE"}, "sector", "Choose from the list"),
        ("job", {"industry_sector": ""}, "industry_sector", "Select the industry"),
        (
            "job",
            {"number_of_vacancies": "some"},
            "number_of_vacancies",
            "Number of vacancies must be a whole number from 1 to 100,000",
        ),
        (
            "job",
            {"number_of_vacancies": "0"},
            "number_of_vacancies",
            "Number of vacancies must be a whole number from 1 to 100,000",
        ),
        (
            "job",
            {"number_of_vacancies": ""},
            "number_of_vacancies",
            "Enter how many people you want to take on",
        ),
        ("job", {"description": "\r\n"}, "description", "Describe what the job is"),
        (
            "place",
            {"national": ""},
            "national",
            "Select yes if the work can be anywhere in the country",
        ),
        ("place", {"base_location": ""}, "base_location", "Select where the work is done"),
        (
            "place",
            {"postcode": ""},
            "postcode",
            "Enter the postcode of the workplace, or say that the work is anywhere in the country"
            " or remote",
        ),
        (
            "place",
            {"postcode": "Leeds"},
            "postcode",
            "Enter a full postcode, like LS11 5AB, or its first part, like LS11",
        ),
        ("place", {"hours_per_week": ""}, "hours_per_week", "Select how many hours a week"),
        ("place", {"contract_type": ""}, "contract_type", "Select the kind of contract"),
        (
            "place",
            {"shift_end": ""},
            "shift_end",
            "Enter when the shift ends, or leave its start empty",
        ),
        (
            "place",
            {"shift_start": ""},
            "shift_start",
            "Enter when the shift starts, or leave its end empty",
        ),
        (
            "place",
            {"shift_start": "7"},
            "shift_start",
            "Start of the shift must be a time, like 07:30 or 7:30am",
        ),
        (
            "place",
            {"shift_end": "25:00"},
            "shift_end",
            "End of the shift must be a time, like 07:30 or 7:30am",
        ),
        (
            "place",
            {"start_date-day": "1"},
            "start_date",
            "Start date must include a month and a year",
        ),
        (
            "place",
            {"start_date-day": "1", "start_date-month": "1", "start_date-year": "2020"},
            "start_date",
            "Start date must be today or later, or left empty if not fixed",
        ),
        ("pay", {"salary_from": ""}, "salary_from", "Enter what the job pays"),
        (
            "pay",
            {"salary_from": "competitive"},
            "salary_from",
            "Lowest pay must be an amount in pounds, like 12.60",
        ),
        ("pay", {"salary_from": "0.00"}, "salary_from", "Lowest pay must be more than nothing"),
        (
            "pay",
            {"salary_to": "11"},
            "salary_to",
            "The highest pay must be the same as the lowest pay, or more",
        ),
        ("pay", {"salary_period": ""}, "salary_period", "Select the period that this pays for"),
        (
            "pay",
            {"pays_minimum_wage": ""},
            "pays_minimum_wage",
            "Select yes if it pays at least the national minimum wage",
        ),
        (
            "pay",
            {"salary_extra": "y" * 103},
            "salary_extra",
            "More about pay must be 100 characters or fewer; it is 3 characters too long",
        ),
        (
            "needed",
            {"essential_criteria": ""},
            "essential_criteria",
            "Say what someone must have or be able to do",
        ),
        (
            "needed",
            {"required_certificates": ["NONE"]},
            "required_certificates",
            "Choose from the list",
        ),
        ("needed", {"involves": []}, "involves", "Select what the work involves, or “None”"),
        (
            "needed",
            {"involves": ["NONE", "DRIVING"]},
            "involves",
            "Choose “None” or the others, and not both",
        ),
        (
            "exclusions",
            {"offence_exclusions": []},
            "offence_exclusions",
            "Select what you exclude, “Case by case”, or “None”",
        ),
        (
            "exclusions",
            {"offence_exclusions": ["NONE", "ARSON"]},
            "offence_exclusions",
            "Choose “None” or the others, and not both",
        ),
        (
            "exclusions",
            {"offence_exclusions": ["OTHER"]},
            "offence_exclusions_details",
            "Say in words what else you exclude",
        ),
        ("applying", {"rolling": ""}, "rolling", "Select yes if there is no closing date"),
        (
            "applying",
            {"closing_date-day": "", "closing_date-month": "", "closing_date-year": ""},
            "closing_date",
            "Enter the last day to apply",
        ),
        (
            "applying",
            {"closing_date-month": "2"},
            "closing_date",
            "Closing date must be a real date, like 31 3 2027",
        ),
        (
            "applying",
            {"closing_date-year": "27"},
            "closing_date",
            "Closing date must have a year of four numbers, like 2027",
        ),
        (
            "applying",
            {"closing_date-year": "2026"},
            "closing_date",
            "Closing date must be today or later",
        ),
        ("applying", {"how_to_apply": ""}, "how_to_apply", "Say how to apply"),
        (
            "applying",
            {"documents_asked_for": ["CV", "OTHER"]},
            "documents_details",
            "Say which other document to send",
        ),
        (
            "applying",
            {"only_prison_leavers": "perhaps"},
            "only_prison_leavers",
            "Select yes if only people leaving prison may apply",
        ),
    ],
)
def test_an_answer_that_cannot_be_used_is_told_by_its_field(
    step: str, changes: dict[str, Any], field: str, message: str
) -> None:
    assert faults(step, **changes) == {field: message}


def test_one_missing_answer_does_not_bring_other_faults() -> None:
    assert set(faults("place", national="", postcode="")) == {"national"}
    assert set(faults("applying", rolling="")) == {"rolling"}
    assert set(faults("exclusions", offence_exclusions=["NOPE"])) == {"offence_exclusions"}


def test_what_is_not_asked_is_not_kept() -> None:
    assert made(national="yes", postcode="nowhere").postcode is None
    assert made(base_location="REMOTE", postcode="nowhere").postcode is None
    assert made(rolling="yes", **{"closing_date-year": "27"}).closing_date is None
    assert made(documents_details="left over").documents_details is None


def test_a_job_that_closes_today_may_be_posted() -> None:
    triple = {"closing_date-day": "22", "closing_date-month": "11", "closing_date-year": "2026"}
    assert made(**triple).closing_date == TODAY


def test_faults_of_all_steps_come_together() -> None:
    found = check_all({}, EMPLOYER, TODAY)
    assert isinstance(found, dict)
    assert list(found) == [step.name for step in STEPS]
    assert found["job"]["title"] == "Enter a job title"


def test_the_reference_and_who_brought_it_in_are_not_asked() -> None:
    origin = Origin("V-2026-0042", Source.NFN, Source.DWP)
    found = check_all(RIGHT, EMPLOYER, TODAY, origin)
    assert isinstance(found, Vacancy)
    assert (found.reference, found.source, found.secondary_source) == (
        "V-2026-0042",
        Source.NFN,
        Source.DWP,
    )


def test_every_field_of_a_vacancy_is_asked_once_or_comes_from_elsewhere() -> None:
    asked = [field.name for step in STEPS for field in step.fields]
    elsewhere = {"employer", "reference", "source", "secondary_source"}
    assert sorted([*asked, *elsewhere]) == sorted(Vacancy.model_fields)
    assert [step.number for step in STEPS] == [1, 2, 3, 4, 5, 6]


def test_a_step_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="no step 'nonsense'; there are job, place"):
        get_step("nonsense")


@pytest.mark.parametrize(
    "vacancy", [each.vacancy for each in generate_vacancies(40, seed=5, as_of=TODAY)]
)
def test_the_answers_of_a_vacancy_make_it_again(vacancy: Vacancy) -> None:
    known = vacancy.model_dump() | {"closing_date": None, "rolling": True}
    stated = {
        "start_date": TODAY + timedelta(days=9) if vacancy.start_date else None,
        "salary_from": vacancy.salary_from or Decimal("12.60"),
        "salary_period": vacancy.salary_period or "PER_HOUR",
        "pays_minimum_wage": True,
        "hours_per_week": vacancy.hours_per_week or "PART_TIME",
        "contract_type": vacancy.contract_type or "PERMANENT",
        "involves": vacancy.involves or ("NONE",),
    }
    expected = Vacancy.model_validate(known | stated)
    origin = Origin(expected.reference, expected.source, expected.secondary_source)
    again = check_all(answers_of(expected), expected.employer, TODAY, origin)
    assert isinstance(again, Vacancy)
    unasked = {"postcode"} if expected.national or expected.base_location == "REMOTE" else set()
    assert again.model_dump(exclude=unasked) == expected.model_dump(exclude=unasked)


def test_answers_are_kept_as_typed_and_nothing_else_is() -> None:
    answers = {
        "title": "  IT ",
        "number_of_vacancies": "lots\x00",
        "hidden": "1",
        "sector": "SPACE",
    }
    assert kept(get_step("job"), answers) == {
        "title": "  IT ",
        "sector": "SPACE",
        "industry_sector": "",
        "number_of_vacancies": "lots",
        "description": "",
    }
    assert kept(get_step("exclusions"), {"offence_exclusions": ["ARSON", "MURDER"]}) == {
        "offence_exclusions": ["ARSON", "MURDER"],
        "offence_exclusions_details": "",
    }


def test_an_answer_of_endless_length_is_not_kept() -> None:
    with pytest.raises(ValidationError, match="at most 20,000 characters"):
        kept(get_step("job"), {"title": "x" * 20_001})


def test_what_is_known_of_incomplete_answers_leaves_out_what_is_wrong() -> None:
    known = known_values({"title": "Cook", "national": "no", "salary_to": "nothing"}, TODAY)
    assert known["title"] == "Cook"
    assert known["national"] is False
    assert "salary_to" not in known
    assert "base_location" not in known


words = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["yes", "no", "NONE", "OTHER", "CV", "LS1 4AP", "7am", "07:00", "12.60", "1", "2027", "31"]
    ),
    st.sampled_from([str(code) for kind in Code.__subclasses__() for code in kind]),
)
inputs = [name for step in STEPS for name in step.inputs]


@given(
    st.dictionaries(st.sampled_from(inputs), st.one_of(words, st.lists(words, max_size=3))),
    st.booleans(),
)
def test_answers_either_make_a_vacancy_or_are_told_what_to_do(
    changes: dict[str, Any], alone: bool
) -> None:
    found = check_all(changes if alone else RIGHT | changes, EMPLOYER, TODAY)
    if isinstance(found, Vacancy):
        assert found.closing_date is None or found.closing_date >= TODAY
        return
    known = {step.name: {field.name for field in step.fields} for step in STEPS}
    for step, messages in found.items():
        assert set(messages) <= known[step]
        assert all(message and "Input" not in message for message in messages.values())


@given(st.text())
def test_whatever_is_typed_can_be_stored(text: str) -> None:
    assert "\x00" not in legible(text + "\x00\ud800")
    legible(text + "\ud800").encode()
