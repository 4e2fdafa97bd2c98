"""Adverts as job boards publish them become vacancies, and nothing is made up."""

import gzip
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employers.intake import VACANCIES, check_vacancy, from_object
from employers.job_posting import (
    CRITERIA_LIMIT,
    DESCRIPTION_LIMIT,
    cut,
    from_job_posting,
    is_job_posting,
    sector_of_title,
)
from employers.model import Vacancy
from employers.store import get_vacancy
from foundation.database import Database, Scope
from foundation.intake.load import load

SAMPLE = 3_000
POSTING: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "identifier": {"@type": "PropertyValue", "name": "Harbour", "value": "HF-77"},
    "title": "Kitchen Porter",
    "description": "<p>Keep our kitchen clean.</p><ul><li>You must lift 15kg</li></ul>",
    "hiringOrganization": {"@type": "Organization", "name": "Harbour Foods"},
    "employmentType": "FULL_TIME",
    "datePosted": "2026-11-01",
    "validThrough": "2026-12-31T23:59:59+0000",
    "jobLocation": {
        "@type": "Place",
        "address": {"@type": "PostalAddress", "postalCode": "LS1 4AP"},
    },
    "baseSalary": {
        "@type": "MonetaryAmount",
        "currency": "GBP",
        "value": {
            "@type": "QuantitativeValue",
            "minValue": 12.6,
            "maxValue": 13,
            "unitText": "HOUR",
        },
    },
}


def vacancy(**changes: object) -> Vacancy:
    posting = {name: value for name, value in (POSTING | changes).items() if value is not None}
    made = check_vacancy(from_object(posting))
    assert isinstance(made, Vacancy), made
    return made


def test_a_posting_becomes_a_vacancy() -> None:
    made = vacancy()
    assert made.employer.name == "Harbour Foods"
    assert (made.reference, made.title, made.sector) == ("HF-77", "Kitchen Porter", "HOSPITALITY")
    assert made.description == "Keep our kitchen clean.\nYou must lift 15kg"
    assert made.essential_criteria == "You must lift 15kg"
    assert (made.salary_from, made.salary_to) == (Decimal("12.6"), Decimal(13))
    assert made.salary_period == "PER_HOUR"
    assert made.hours_per_week == "FULL_TIME"
    assert made.postcode == "LS1 4AP"
    assert (made.rolling, str(made.closing_date)) == (False, "2026-12-31")


def test_what_an_advert_does_not_say_is_not_made_up() -> None:
    made = vacancy()
    assert made.involves is None
    assert made.offence_exclusions == ("CASE_BY_CASE",)
    assert made.pays_minimum_wage is None
    assert made.contract_type is None
    assert made.work_pattern is None
    assert made.required_certificates == ()
    assert made.shift_start is None
    assert made.employer.sector is None


@pytest.mark.parametrize(
    ("identifier", "url", "reference"),
    [
        ({"value": "HF-77"}, None, "HF-77"),
        ({"value": 77}, None, "77"),
        ("HF-77", None, "HF-77"),
        (77, None, "77"),
        ([{"value": "HF-77"}, {"value": "other"}], None, "HF-77"),
        (["HF-77"], None, "HF-77"),
        (None, "https://jobs.example/77", "https://jobs.example/77"),
        ({}, "https://jobs.example/77", "https://jobs.example/77"),
        ("x" * 300, None, "x" * 100),
    ],
)
def test_the_reference_is_found(identifier: object, url: str | None, reference: str) -> None:
    assert vacancy(identifier=identifier, url=url).reference == reference


@pytest.mark.parametrize("kind", ["JobPosting", ["JobPosting"], ["Thing", "JobPosting"]])
def test_the_type_may_stand_in_a_list(kind: object) -> None:
    assert is_job_posting({"@type": kind})
    assert vacancy(**{"@type": kind}).title == "Kitchen Porter"


@pytest.mark.parametrize("kind", [None, "Organization", ["Thing"], {"a": 1}, "jobposting"])
def test_anything_else_is_no_posting(kind: object) -> None:
    assert not is_job_posting({"@type": kind})


@pytest.mark.parametrize(
    ("employment", "hours", "contract"),
    [
        ("PART_TIME", "PART_TIME", None),
        (["FULL_TIME", "TEMPORARY"], "FULL_TIME", "TEMPORARY"),
        (["CONTRACTOR"], None, "SELF_EMPLOYMENT"),
        ("OTHER", None, None),
        (None, None, None),
        ([{"strange": 1}], None, None),
    ],
)
def test_kinds_of_employment_are_hours_or_contracts(
    employment: object, hours: str | None, contract: str | None
) -> None:
    made = vacancy(employmentType=employment)
    assert (made.hours_per_week, made.contract_type) == (hours, contract)


@pytest.mark.parametrize("kind", ["TELECOMMUTE", ["TELECOMMUTE"]])
def test_work_from_home_needs_no_postcode(kind: object) -> None:
    made = vacancy(jobLocationType=kind, jobLocation=None)
    assert (made.base_location, made.postcode) == ("REMOTE", None)


def test_work_at_a_place_needs_one() -> None:
    faults = check_vacancy(from_object(POSTING | {"jobLocation": {"address": "Leeds"}}))
    assert isinstance(faults, list)
    assert "a postcode is required" in faults[0].allowed


def test_the_first_place_with_a_postcode_counts() -> None:
    places = [
        "Leeds",
        {"address": {}},
        {"address": {"postalCode": "ls2 7ew"}},
        POSTING["jobLocation"],
    ]
    assert vacancy(jobLocation=places).postcode == "LS2 7EW"


@pytest.mark.parametrize("valid", [None, ""])
def test_without_an_end_the_advert_is_open_until_filled(valid: str | None) -> None:
    made = vacancy(validThrough=valid)
    assert (made.rolling, made.closing_date) == (True, None)


@pytest.mark.parametrize(
    ("salary", "lowest", "highest"),
    [
        ({"value": {"value": 25000, "unitText": "YEAR"}}, 25000, 25000),
        ({"value": {"minValue": "25000", "unitText": "year"}}, 25000, 25000),
        ({"value": {"minValue": 1, "maxValue": 2, "unitText": "FORTNIGHT"}}, None, None),
        ({"value": {"minValue": None, "maxValue": None, "unitText": "YEAR"}}, None, None),
        ({"value": 12}, None, None),
        (["a", "b"], None, None),
        ("£12 an hour", None, None),
        (None, None, None),
    ],
)
def test_a_salary_is_read_or_left_out(
    salary: object, lowest: int | None, highest: int | None
) -> None:
    made = vacancy(baseSalary=salary)
    assert (made.salary_from, made.salary_to) == (lowest, highest)
    assert (made.salary_period is None) == (lowest is None)


@pytest.mark.parametrize(
    ("organisation", "name"),
    [
        ("Harbour Foods", "Harbour Foods"),
        ({"name": "Harbour &amp; Sons"}, "Harbour & Sons"),
        ([{"name": "Harbour Foods", "description": "A caterer"}], "Harbour Foods"),
        ({"name": "x" * 150}, "x" * 100),
    ],
)
def test_the_employer_is_found(organisation: object, name: str) -> None:
    assert vacancy(hiringOrganization=organisation).employer.name == name


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Plain text.", "Plain text."),
        ("<b>Bold</b> and&nbsp;&pound;12", "Bold and £12"),
        ("One<br/>two<BR>three", "One\ntwo\nthree"),
        ("<h2>About us</h2><div>A <a href='x'>link</a></div>", "About us\nA link"),
        ("<!-- a\ncomment -->Text", "Text"),
        ("&lt;p&gt;Escaped&lt;/p&gt;&lt;p&gt;tags&lt;/p&gt;", "Escaped\ntags"),
        ("Under < 5 years and > 3", "Under < 5 years and > 3"),
        ("<p>Under &lt; 5 years</p>", "Under < 5 years"),
        ("<bride>Text</bride>", "Text"),
        (["One", "two"], "One\ntwo"),
    ],
)
def test_html_becomes_lines_of_text(written: object, shown: str) -> None:
    assert vacancy(description=written, qualifications="Any").description == shown


@pytest.mark.parametrize(
    ("changes", "criteria"),
    [
        ({"qualifications": "NVQ 2", "skills": ["tidy", "kind"]}, "NVQ 2\ntidy\nkind"),
        (
            {
                "experienceRequirements": {
                    "@type": "OccupationalExperienceRequirements",
                    "description": "A year",
                }
            },
            "A year",
        ),
        ({"description": "We bake. You must be tidy. We close at six."}, "You must be tidy."),
        (
            {"description": "We bake. Essential: A driving licence Experience of deliveries"},
            "A driving licence\nExperience of deliveries",
        ),
        ({"description": "We bake. We sing. We dance. We sleep."}, "We bake.\nWe sing.\nWe dance."),
    ],
)
def test_what_is_asked_for_is_found(changes: dict[str, Any], criteria: str) -> None:
    assert vacancy(**changes).essential_criteria.replace(".", "") == criteria.replace(".", "")


def test_what_prose_only_likes_is_apart_and_empty_praise_takes_no_room() -> None:
    praise = "We are a leading trust with a vision. " * 60
    made = vacancy(
        description=f"{praise}You need a driving licence. A forklift licence is a bonus."
    )
    assert made.essential_criteria == "You need a driving licence"
    assert made.desirable_criteria == "A forklift licence is a bonus"


def test_long_texts_are_cut_at_a_sentence() -> None:
    made = vacancy(description="You must be able to lift. " * 400)
    for text, limit in (
        (made.description, DESCRIPTION_LIMIT),
        (made.essential_criteria, CRITERIA_LIMIT),
    ):
        assert limit - 60 < len(text) <= limit
        assert text.endswith(("lift.", "lift"))


@given(st.text(), st.integers(1, 200))
def test_a_cut_is_the_beginning_and_short_enough(text: str, limit: int) -> None:
    found = cut(text, limit)
    assert len(found) <= limit
    assert text.lstrip().startswith(found.lstrip())
    if len(text) <= limit:
        assert found == text


@pytest.mark.parametrize(
    ("text", "limit", "found"),
    [
        ("One. Two. Three.", 12, "One. Two."),
        ("One two three", 9, "One two"),
        ("Onetwothree", 5, "Onetw"),
        ("Is it? Yes! No.", 11, "Is it? Yes!"),
        ("One\nTwo three", 6, "One"),
        ("Lift 12.5 kg", 8, "Lift"),
        ("A. Then a very long sentence", 20, "A. Then a very long"),
        ("One. Two", 4, "One."),
    ],
)
def test_a_cut_is_at_the_last_end_of_a_sentence(text: str, limit: int, found: str) -> None:
    assert cut(text, limit) == found


@pytest.mark.parametrize(
    ("title", "sector"),
    [
        ("HGV Driver", "DRIVING"),
        ("Catering Assistant", "HOSPITALITY"),
        ("Domestic Assistant", "CLEANING_AND_MAINTENANCE"),
        ("Warehouse Operative", "WAREHOUSING"),
        ("Electrician", "CONSTRUCTION"),
        ("Receptionist", "OFFICE"),
        ("IT Analyst", "TECHNICAL"),
        ("Kitchen fitter", "HOSPITALITY"),
        ("Supply Chain Officer", "WAREHOUSING"),
        ("Enforcement Officer", "OTHER"),
        ("Hospital Porter", "OTHER"),
        ("Night Porter", "HOSPITALITY"),
        ("Healthcare Assistant", "OTHER"),
        ("Health Care Support Worker", "OTHER"),
        ("Youth Support Worker", "EDUCATION_TRAINING"),
        ("Poet", "OTHER"),
    ],
)
def test_the_title_tells_the_type_of_work(title: str, sector: str) -> None:
    assert sector_of_title(title) == sector


@pytest.mark.parametrize("missing", ["title", "description", "hiringOrganization", "identifier"])
def test_what_is_missing_is_named_and_not_invented(missing: str) -> None:
    posting = {name: value for name, value in POSTING.items() if name != missing}
    faults = check_vacancy(from_object(posting))
    assert isinstance(faults, list)
    expected = {"hiringOrganization": "employer.name", "identifier": "reference"}.get(
        missing, missing
    )
    assert expected in [fault.column for fault in faults]


def test_postings_and_our_own_objects_load_from_one_file(
    database: Database, tmp_path: Path
) -> None:
    ours = vacancy().model_dump(mode="json") | {"reference": "ours"}
    path = tmp_path / "vacancies.jsonl"
    path.write_text(f"{json.dumps(POSTING)}\n{json.dumps(ours)}\n", encoding="utf-8")
    outcome = load(path, VACANCIES, database, Scope("tests"))
    assert (outcome.saved.inserted, outcome.rejected) == (2, 0)
    with database.transaction(Scope("tests")) as connection:
        assert get_vacancy(connection, "HF-77").record.title == "Kitchen Porter"
        assert get_vacancy(connection, "ours").record.title == "Kitchen Porter"


def as_posting(advert: dict[str, Any]) -> dict[str, Any]:
    """A flat real advert as a board would publish it."""
    return {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "identifier": {"@type": "PropertyValue", "value": advert["id"]},
        "title": advert["title"],
        "description": advert["text"],
        "hiringOrganization": {"@type": "Organization", "name": advert["employer"]},
        "employmentType": advert["type"],
        "datePosted": advert["posted"],
        "validThrough": advert["valid"],
        "jobLocation": {
            "@type": "Place",
            "address": {"@type": "PostalAddress", "postalCode": advert["postcode"]},
            "geo": {"latitude": advert["lat"], "longitude": advert["lon"]},
        },
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": "GBP",
            "value": {
                "@type": "QuantitativeValue",
                "minValue": advert["salary_min"],
                "maxValue": advert["salary_max"],
                "unitText": advert["unit"],
            },
        },
    }


@pytest.mark.shared
def test_real_adverts_become_valid_vacancies(shared_data: Path) -> None:
    """Of all 14,842, the only refusals are three titles of two letters, "GP"."""
    with gzip.open(
        shared_data / "nhs_jobs" / "nhs_jobs_2020.jsonl.gz", "rt", encoding="utf-8"
    ) as file:
        adverts = [json.loads(line) for line in file]
    assert len(adverts) == 14_842
    short = [advert for advert in adverts if len(advert["title"].strip()) < 3]
    sample = [*adverts[:: len(adverts) // (SAMPLE - 10)][: SAMPLE - len(short)], *short]
    reasons: Counter[tuple[str, object, str]] = Counter()
    made: list[Vacancy] = []
    for advert in sample:
        checked = check_vacancy(from_job_posting(as_posting(advert)))
        if isinstance(checked, Vacancy):
            made.append(checked)
        else:
            reasons.update((fault.column, fault.value, fault.allowed) for fault in checked)
    assert reasons.keys() == {("title", "GP", "String should have at least 3 characters")}
    assert len(made) / len(sample) > 0.998
    assert all(each.essential_criteria and each.postcode for each in made)
    assert sum(each.sector != "OTHER" for each in made) / len(made) > 0.15  # nurses have none
    assert not any("<p" in each.description or "&amp;" in each.description for each in made)


@pytest.mark.shared
def test_real_adverts_load_and_load_again(
    shared_data: Path, database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "adverts.jsonl"
    source = shared_data / "nhs_jobs" / "nhs_jobs_2020.jsonl.gz"
    with (
        gzip.open(source, "rt", encoding="utf-8") as adverts,
        path.open("w", encoding="utf-8") as file,
    ):
        for number, line in enumerate(adverts):
            if number % 20 == 0:
                file.write(json.dumps(as_posting(json.loads(line))) + "\n")
    first = load(path, VACANCIES, database, Scope("tests"))
    assert first.read == 743
    assert first.saved.inserted == first.read - first.rejected >= 740
    again = load(path, VACANCIES, database, Scope("tests"))
    assert again.saved.unchanged == first.saved.inserted
