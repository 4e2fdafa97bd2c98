"""What a candidate may and may not say."""

from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.intake import check_candidate
from candidates.model import HINTED_CERTIFICATE, SAME_CERTIFICATE, Candidate
from foundation.vocabulary import PrisonTraining, QualificationType, Training

LEAST = {"prison_number": "A1234BC", "first_name": "Sam", "last_name": "Hill", "prison_id": "MDI"}
CURFEW = {"licence_conditions": ["CURFEW"], "curfew_from": "19:00", "curfew_to": "07:00"}
JOB = {"role": "Cook"}


def candidate(**values: object) -> Candidate:
    return Candidate.model_validate(LEAST | values)


def refusals(**values: object) -> dict[str, str]:
    faults = check_candidate(LEAST | values)
    return {fault.column: fault.allowed for fault in faults} if isinstance(faults, list) else {}


def test_the_least_that_a_candidate_needs_claims_nothing() -> None:
    sam = candidate()
    assert sam.training is None
    assert sam.offences is None
    assert sam.licence_conditions is None
    assert sam.can_drive is None
    assert (sam.consent, sam.right_to_work) == ("NOT_ASKED", "UNKNOWN")


@pytest.mark.parametrize("missing", sorted(LEAST))
def test_each_of_the_least_is_required(missing: str) -> None:
    values: dict[str, Any] = {name: value for name, value in LEAST.items() if name != missing}
    faults = check_candidate(values)
    assert isinstance(faults, list)
    assert [(fault.column, fault.allowed) for fault in faults] == [(missing, "a value is required")]


@pytest.mark.parametrize("written", ["a1234bc", " A1234BC ", "A1234bC"])
def test_a_prison_number_is_the_same_however_it_is_typed(written: str) -> None:
    assert candidate(prison_number=written).prison_number == "A1234BC"
    assert candidate(prison_id=" mdi").prison_id == "MDI"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "A123BC",
        "A12345BC",
        "11234BC",
        "A1234B1",
        "A1234BCD",
        "A1234BC\nB",
        "A١٢٣٤BC",
        "A１２３４BC",
        5,
    ],
)
def test_anything_else_is_no_prison_number(written: object) -> None:
    assert list(refusals(prison_number=written)) == ["prison_number"]


@given(st.text(max_size=9))
def test_a_prison_number_that_is_accepted_is_one_that_the_database_accepts(text: str) -> None:
    faults = check_candidate(LEAST | {"prison_number": text})
    if isinstance(faults, Candidate):
        number = faults.prison_number
        assert number.isascii()
        assert number[1:5].isdigit()
        assert (number[0] + number[5:]).isupper()


@pytest.mark.parametrize("prison_id", ["", "MD", "MDIX", "M1I", "ÉÀÈ"])
def test_a_prison_id_is_three_letters(prison_id: str) -> None:
    assert list(refusals(prison_id=prison_id)) == ["prison_id"]


@pytest.mark.parametrize(
    ("field", "longest"),
    [
        ("first_name", 100),
        ("last_name", 100),
        ("job_of_particular_interest", 200),
        ("previous_work", 4000),
        ("other_qualifications", 4000),
    ],
)
def test_text_has_a_limit(field: str, longest: int) -> None:
    assert getattr(candidate(**{field: "x" * longest}), field) == "x" * longest
    assert list(refusals(**{field: "x" * (longest + 1)})) == [field]


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"other_skills": ["x" * 201]}, "other_skills.0"),
        ({"other_skills": ["fine", ""]}, "other_skills.1"),
        ({"work_experience": [{"role": "x" * 201}]}, "work_experience.0.role"),
        ({"work_experience": [JOB, {"role": ""}]}, "work_experience.1.role"),
        ({"work_experience": [JOB | {"details": "x" * 4001}]}, "work_experience.0.details"),
        ({"work_experience": [JOB | {"start_year": 1939}]}, "work_experience.0.start_year"),
        ({"work_experience": [JOB | {"end_year": 2101}]}, "work_experience.0.end_year"),
        ({"work_experience": [JOB | {"type": "COOKING"}]}, "work_experience.0.type"),
        ({"work_interests": [{"role": "Cook"}]}, "work_interests.0.type"),
        ({"qualifications": [{"subject": "Maths", "level": "LEVEL_9"}]}, "qualifications.0.level"),
        ({"qualifications": [{"subject": "Maths", "grade": "x" * 51}]}, "qualifications.0.grade"),
        ({"prison_training": [{"type": "FLYING"}]}, "prison_training.0.type"),
        ({"readiness_actions": [{"action": "ID"}]}, "readiness_actions.0.status"),
        ({"furthest_travel_miles": -1}, "furthest_travel_miles"),
        ({"furthest_travel_miles": 1001}, "furthest_travel_miles"),
        ({"years_since_last_work": -1}, "years_since_last_work"),
        ({"years_since_last_work": 81}, "years_since_last_work"),
        ({"pay_wanted_per_hour": "-1"}, "pay_wanted_per_hour"),
        ({"pay_wanted_per_hour": "12.505"}, "pay_wanted_per_hour"),
        ({"pay_wanted_per_hour": "100000"}, "pay_wanted_per_hour"),
        ({"pay_wanted_per_hour": "NaN"}, "pay_wanted_per_hour"),
        ({"pay_wanted_per_hour": "£12"}, "pay_wanted_per_hour"),
        ({"release_date": "29/01/2027"}, "release_date"),
        ({"release_date_type": "XYZ"}, "release_date_type"),
        ({"release_area": "Leeds"}, "release_area"),
        ({"no_fixed_abode": "perhaps"}, "no_fixed_abode"),
        ({"hours_wanted": ["SOME"]}, "hours_wanted.0"),
        ({"skills": "TEAMWORK"}, "skills"),
        ({"favourite_colour": "red"}, "favourite_colour"),
        (CURFEW | {"curfew_from": 1900}, "curfew_from"),
    ],
)
def test_a_value_that_is_not_allowed_is_named(values: dict[str, Any], column: str) -> None:
    assert list(refusals(**values)) == [column]


def test_a_refused_code_comes_with_the_codes_that_are_allowed() -> None:
    allowed = refusals(skills=["JUGGLING"])["skills.0"]
    assert "'TEAMWORK'" in allowed
    assert "'RESILIENCE'" in allowed


def test_a_job_cannot_end_before_it_starts() -> None:
    job = {"role": "Cook", "start_year": 2020, "end_year": 2019}
    assert "before start_year (2020)" in refusals(work_experience=[job])["work_experience.0"]
    same_year = candidate(work_experience=[job | {"end_year": 2020}])
    assert same_year.work_experience[0].end_year == 2020


@pytest.mark.parametrize("field", ["offences", "licence_conditions", "training"])
def test_none_stands_alone_and_nothing_is_not_an_empty_list(field: str) -> None:
    other = {"offences": "ARSON", "licence_conditions": "NO_DRIVING", "training": "CSCS_CARD"}
    assert getattr(candidate(**{field: ["NONE"]}), field) == ("NONE",)
    assert "cannot stand beside" in refusals(**{field: ["NONE", other[field]]})[field]
    assert "write NONE" in refusals(**{field: []})[field]


@pytest.mark.parametrize("consent", ["GIVEN", "WITHDRAWN"])
def test_consent_needs_its_date(consent: str) -> None:
    assert "consent_date" in refusals(consent=consent)["(whole row)"]
    assert candidate(consent=consent, consent_date="2026-10-05").consent == consent


@pytest.mark.parametrize(
    "values",
    [
        CURFEW | {"curfew_from": None},
        CURFEW | {"curfew_to": None},
        CURFEW | {"licence_conditions": ["NO_DRIVING"]},
        CURFEW | {"licence_conditions": None},
    ],
)
def test_a_curfew_and_its_hours_go_together(values: dict[str, Any]) -> None:
    assert "curfew_from and curfew_to" in refusals(**values)["(whole row)"]


def test_a_curfew_may_run_over_midnight() -> None:
    sam = candidate(**CURFEW)
    assert (sam.curfew_from, sam.curfew_to) == (time(19), time(7))


def test_exclusion_zones_and_their_condition_go_together() -> None:
    zone = ["EXCLUSION_ZONE"]
    assert "exclusion_zones" in refusals(licence_conditions=zone)["(whole row)"]
    assert "exclusion_zones" in refusals(exclusion_zones=["LS11"])["(whole row)"]
    held = candidate(licence_conditions=zone, exclusion_zones=["ls11", "LS12 4AB"])
    assert held.exclusion_zones == ("LS11", "LS12")
    bad = {"licence_conditions": zone, "exclusion_zones": ["Leeds"]}
    assert list(refusals(**bad)) == ["exclusion_zones"]


def test_no_fixed_abode_has_no_release_area() -> None:
    assert "not both" in refusals(no_fixed_abode=True, release_area="LS11")["(whole row)"]
    assert candidate(no_fixed_abode=True).release_area is None
    assert candidate(release_area="").release_area is None


def test_a_release_area_takes_its_normal_form() -> None:
    assert candidate(release_area="ls115ab").release_area == "LS11 5AB"
    assert candidate(release_area="ls11").release_area == "LS11"


def test_nothing_was_recorded_is_not_the_same_as_nothing_is_held() -> None:
    assert candidate().training is None
    assert candidate(training=["NONE"]).training == ("NONE",)
    assert candidate(training=["NONE"]).certificates_held() == ()
    assert candidate(training=["OTHER"]).certificates_held() == ()


def test_certificates_are_gathered_from_both_places_that_record_them() -> None:
    sam = candidate(training=["CSCS_CARD"], qualification_types=["CSCS", "FIRST_AID", "TRADE"])
    assert sam.certificates_held() == ("CSCS_CARD", "FIRST_AID_CERTIFICATE", "TRADE_COURSE")
    only_types = candidate(qualification_types=["FOOD_HYGIENE"])
    assert only_types.certificates_held() == ("FOOD_HYGIENE_CERTIFICATE",)


@pytest.mark.parametrize("kind", sorted(SAME_CERTIFICATE))
def test_each_kind_of_qualification_that_is_a_certificate_counts(kind: QualificationType) -> None:
    held = candidate(qualification_types=[kind]).certificates_held()
    assert held is not None
    assert SAME_CERTIFICATE[kind] in held


@pytest.mark.parametrize(
    "values", [{"training": ["HGV_LICENCE"]}, {"qualification_types": ["HGV_LICENSE"]}]
)
def test_who_may_drive_a_lorry_may_drive_a_car(values: dict[str, Any]) -> None:
    assert candidate(**values).certificates_held() == ("FULL_UK_DRIVING_LICENCE", "HGV_LICENCE")
    assert Training.HGV_LICENCE not in (
        candidate(training=["FULL_UK_DRIVING_LICENCE"]).certificates_held() or ()
    )


@pytest.mark.parametrize("course", sorted(HINTED_CERTIFICATE))
def test_a_course_hints_at_its_certificate_until_that_is_recorded(course: PrisonTraining) -> None:
    certificate = HINTED_CERTIFICATE[course]
    courses = [{"type": course}]
    assert candidate(prison_training=courses).certificates_hinted() == (certificate,)
    recorded = candidate(prison_training=courses, training=[certificate])
    assert recorded.certificates_hinted() == ()
    assert candidate(prison_training=courses).certificates_held() == ()


@pytest.mark.parametrize("values", [{"can_drive": True}, {"id_documents": ["DRIVING_LICENCE"]}])
def test_driving_hints_at_a_licence(values: dict[str, Any]) -> None:
    assert candidate(**values).certificates_hinted() == ("FULL_UK_DRIVING_LICENCE",)
    assert candidate(**values, training=["HGV_LICENCE"]).certificates_hinted() == ()
    assert candidate(can_drive=False).certificates_hinted() == ()


@given(
    st.lists(st.sampled_from([t for t in Training if t != "NONE"]), min_size=1, unique=True),
    st.lists(st.sampled_from(QualificationType), unique=True),
    st.lists(st.sampled_from(PrisonTraining), unique=True),
)
def test_what_is_held_is_never_only_hinted_and_never_vague(
    training: list[Training], kinds: list[QualificationType], courses: list[PrisonTraining]
) -> None:
    sam = candidate(
        training=training,
        qualification_types=kinds,
        prison_training=[{"type": course} for course in courses],
    )
    held, hinted = sam.certificates_held(), sam.certificates_hinted()
    assert held is not None
    assert not set(held) & set(hinted)
    assert not {"NONE", "OTHER"} & {*held, *hinted}
    assert list(held) == sorted(set(held))
    assert {code for code in training if code != "OTHER"} <= set(held)


def test_a_candidate_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        candidate().first_name = "Al"  # type: ignore[misc]
