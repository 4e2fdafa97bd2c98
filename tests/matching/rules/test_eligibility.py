"""Who may be considered, decided in SQL and in Python alike."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection
from strategies import TODAY, candidates, vacancies

from candidates.model import Candidate, StoredCandidate
from candidates.store import get_candidate, list_candidates, upsert_candidates
from employers.model import StoredVacancy, Vacancy
from employers.store import get_vacancy, upsert_vacancies
from foundation.database import Database, Scope
from foundation.vocabulary import LicenceCondition
from matching.rules.eligibility import assess, refusal_mask, rules_in
from matching.rules.pair import Outcome, Pair
from matching.rules.rules import RULES, overlaps
from matching.rules.store import JudgedGroup, list_judged_candidates, list_judged_vacancies

SCOPE = Scope("tests")
RECIPE = "no recipe: nobody is indexed"

Person = dict[str, Any]


def person(**changes: object) -> Candidate:
    """Someone whom no rule touches, but for what is changed."""
    return Candidate.model_validate(
        {
            "prison_number": "A1234BC",
            "first_name": "Sam",
            "last_name": "Example",
            "prison_id": "MDI",
            "release_date": TODAY,
            "release_area": "LS1",
            "consent": "GIVEN",
            "consent_date": TODAY,
            "right_to_work": "YES",
            "readiness_status": "READY_TO_WORK",
            "training": ["NONE"],
            "furthest_travel_miles": 20,
            "offences": ["NONE"],
            "licence_conditions": ["NONE"],
            **changes,
        }
    )


def job(**changes: object) -> Vacancy:
    """A vacancy for which no rule touches such a person, but for what is changed."""
    return Vacancy.model_validate(
        {
            "employer": {"name": "Harbour Foods Ltd"},
            "reference": "HF-1",
            "title": "Kitchen porter",
            "sector": "HOSPITALITY",
            "industry_sector": "OTHER",
            "source": "NFN",
            "postcode": "LS1",
            "hours_per_week": "FULL_TIME",
            "description": "Keep the kitchen clean.",
            "essential_criteria": "Able to stand for a shift.",
            "how_to_apply": "Ask.",
            "offence_exclusions": ["NONE"],
            "rolling": True,
            "involves": ["NONE"],
            **changes,
        }
    )


def store(
    connection: Connection[Any], people: Sequence[Candidate], vacancy: Vacancy
) -> tuple[list[StoredCandidate], StoredVacancy]:
    """Save them and read them back."""
    upsert_candidates(connection, people)
    upsert_vacancies(connection, [vacancy])
    ids = [get_candidate(connection, each.prison_number).id for each in people]
    return list_candidates(connection, ids), get_vacancy(connection, vacancy.reference)


def codes_by_id(judged: Sequence[JudgedGroup]) -> dict[int, set[str]]:
    """The rules that the SQL found for each id."""
    return {
        int(row): {rule.code for rule in rules_in(group.mask)}
        for group in judged
        for row in group.ids
    }


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=st.data())
def test_sql_and_function_find_the_same_rules_for_every_pair(
    drawn: st.DataObject, database: Database
) -> None:
    people = [drawn.draw(candidates(number)) for number in range(6)]
    vacancy = drawn.draw(vacancies())
    with (
        database.transaction(SCOPE) as connection,
        connection.transaction(force_rollback=True),
    ):
        stored, stored_vacancy = store(connection, people, vacancy)
        judged = list_judged_candidates(
            connection, stored_vacancy.id, today=TODAY, recipe=RECIPE, prison=None
        )
        expected = [
            {reason.code for reason in assess(pair)[1]}
            for pair in (Pair(each, stored_vacancy, TODAY, indexed=False) for each in stored)
        ]
        found = codes_by_id(judged)
        refusals = {rule.code for rule in rules_in(refusal_mask())}
        for each, codes in zip(stored, expected, strict=True):
            assert found[each.id] == codes
        for group in judged:
            refused = {rule.code for rule in rules_in(group.mask)} & refusals
            assert len(group.keys) == (0 if refused else group.count)
        counted = sorted(
            (tuple(sorted(rule.code for rule in rules_in(group.mask))), group.count)
            for group in judged
        )
        distinct = {tuple(sorted(codes)) for codes in expected}
        assert counted == sorted(
            (codes, sum(tuple(sorted(each)) == codes for each in expected)) for codes in distinct
        )


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=st.data())
def test_both_directions_judge_a_pair_alike(drawn: st.DataObject, database: Database) -> None:
    one = drawn.draw(candidates())
    vacancy = drawn.draw(vacancies())
    with (
        database.transaction(SCOPE) as connection,
        connection.transaction(force_rollback=True),
    ):
        (stored,), stored_vacancy = store(connection, [one], vacancy)
        by_vacancy = list_judged_candidates(
            connection, stored_vacancy.id, today=TODAY, recipe=RECIPE, prison=None
        )
        by_candidate = list_judged_vacancies(connection, stored.id, today=TODAY, recipe=RECIPE)
        closed = vacancy.closing_date is not None and vacancy.closing_date < TODAY
        assert [group.mask for group in by_candidate] == (
            [] if closed else [group.mask for group in by_vacancy]
        )


@pytest.mark.parametrize(
    ("about_person", "about_job", "code"),
    [
        ({}, {"rolling": False, "closing_date": TODAY - timedelta(days=1)}, "VACANCY_CLOSED"),
        ({"consent": "NOT_ASKED", "consent_date": None}, {}, "CONSENT_NOT_ASKED"),
        ({"consent": "WITHDRAWN"}, {}, "CONSENT_WITHDRAWN"),
        ({"right_to_work": "NO"}, {}, "NO_RIGHT_TO_WORK"),
        ({"readiness_status": "NO_RIGHT_TO_WORK"}, {}, "NO_RIGHT_TO_WORK"),
        ({"readiness_status": "SUPPORT_DECLINED"}, {}, "SUPPORT_DECLINED"),
        (
            {"release_date": TODAY + timedelta(days=46)},
            {"start_date": TODAY + timedelta(days=31)},
            "RELEASED_TOO_LATE",
        ),
        ({"release_date": TODAY + timedelta(days=183)}, {}, "RELEASED_TOO_LATE"),
        ({"offences": ["ARSON"]}, {"offence_exclusions": ["ARSON", "MURDER"]}, "OFFENCE_EXCLUDED"),
        (
            {"licence_conditions": ["NO_WORK_WITH_CHILDREN"]},
            {"involves": ["CHILDREN"]},
            "CONDITION_FORBIDS",
        ),
        (
            {"licence_conditions": ["NO_DRIVING"], "training": ["HGV_LICENCE"]},
            {"required_certificates": ["HGV_LICENCE"]},
            "CONDITION_FORBIDS",
        ),
        (
            {"licence_conditions": ["CURFEW"], "curfew_from": "19:00", "curfew_to": "07:00"},
            {"shift_start": "06:00", "shift_end": "14:00"},
            "CURFEW_OVERLAPS",
        ),
        (
            {"licence_conditions": ["EXCLUSION_ZONE"], "exclusion_zones": ["LS1"]},
            {"postcode": "LS1 4AP"},
            "IN_EXCLUSION_ZONE",
        ),
        ({}, {"required_certificates": ["CSCS_CARD"]}, "CERTIFICATE_MISSING"),
        ({"furthest_travel_miles": 10}, {"postcode": "M1"}, "TOO_FAR"),
        ({"hours_wanted": ["PART_TIME"]}, {}, "HOURS_NOT_WANTED"),
    ],
)
def test_a_rule_that_refuses(
    database: Database, about_person: Person, about_job: Person, code: str
) -> None:
    with database.transaction(SCOPE) as connection:
        (stored,), vacancy = store(connection, [person(**about_person)], job(**about_job))
    outcome, reasons = assess(Pair(stored, vacancy, TODAY))
    assert outcome is Outcome.INELIGIBLE
    assert code in {reason.code for reason in reasons}
    assert all(reason.sentence.endswith((".", "”", "check.")) for reason in reasons)


@pytest.mark.parametrize(
    ("about_person", "about_job", "code"),
    [
        ({"right_to_work": "UNKNOWN"}, {}, "RIGHT_TO_WORK_UNKNOWN"),
        ({"readiness_status": "NOT_STARTED"}, {}, "READINESS_NOT_STARTED"),
        ({"readiness_status": "SUPPORT_NEEDED"}, {}, "SUPPORT_NEEDED"),
        ({"release_date": None}, {}, "RELEASE_DATE_UNKNOWN"),
        ({"release_date": TODAY + timedelta(days=85)}, {}, "RELEASED_LATE"),
        ({}, {"offence_exclusions": ["CASE_BY_CASE"]}, "OFFENCE_CASE_BY_CASE"),
        (
            {},
            {"offence_exclusions": ["OTHER"], "offence_exclusions_details": "Ask us"},
            "OFFENCE_OTHER_EXCLUSION",
        ),
        ({"offences": None}, {"offence_exclusions": ["ARSON"]}, "OFFENCE_NOT_RECORDED"),
        ({"licence_conditions": None}, {}, "CONDITIONS_NOT_RECORDED"),
        ({"licence_conditions": ["NO_INTERNET"]}, {"involves": None}, "WORK_NOT_STATED"),
        (
            {"licence_conditions": ["CURFEW"], "curfew_from": "19:00", "curfew_to": "07:00"},
            {},
            "SHIFT_NOT_STATED",
        ),
        (
            {"licence_conditions": ["EXCLUSION_ZONE"], "exclusion_zones": ["LS1"]},
            {"national": True, "postcode": None},
            "ZONE_NOT_KNOWN",
        ),
        ({"licence_conditions": ["EMPLOYMENT_NEEDS_APPROVAL"]}, {}, "APPROVAL_NEEDED"),
        (
            {"prison_training": [{"type": "FORKLIFT_DRIVING"}]},
            {"required_certificates": ["FORKLIFT_LICENCE"]},
            "CERTIFICATE_TO_CONFIRM",
        ),
        (
            {"training": None},
            {"required_certificates": ["CSCS_CARD"]},
            "CERTIFICATES_NOT_RECORDED",
        ),
        (
            {"training": None, "qualification_types": ["FIRST_AID"]},
            {"required_certificates": ["FIRST_AID_CERTIFICATE", "CSCS_CARD"]},
            "CERTIFICATES_NOT_RECORDED",
        ),
        ({"release_area": None, "no_fixed_abode": True}, {}, "NO_FIXED_ABODE"),
        ({"release_area": None}, {}, "RELEASE_AREA_UNKNOWN"),
        ({"release_area": "QQ1"}, {}, "RELEASE_AREA_UNKNOWN"),
        ({}, {"postcode": "QQ1 1AA"}, "WORKPLACE_UNKNOWN"),
        ({"furthest_travel_miles": None}, {}, "TRAVEL_NOT_STATED"),
        ({"furthest_travel_miles": 20}, {"postcode": "M1"}, "DISTANCE_UNCERTAIN"),
        ({"hours_wanted": ["FULL_TIME_40_PLUS"]}, {}, "HOURS_CLOSE"),
        ({"hours_wanted": ["PART_TIME"]}, {"hours_per_week": None}, "HOURS_CLOSE"),
    ],
)
def test_what_is_not_known_or_not_sure_refers_and_never_refuses(
    database: Database, about_person: Person, about_job: Person, code: str
) -> None:
    with database.transaction(SCOPE) as connection:
        (stored,), vacancy = store(connection, [person(**about_person)], job(**about_job))
    outcome, reasons = assess(Pair(stored, vacancy, TODAY))
    assert outcome is Outcome.REFER
    assert [reason.code for reason in reasons] == [code]


def test_a_person_whom_no_rule_touches_is_eligible(database: Database) -> None:
    with database.transaction(SCOPE) as connection:
        (stored,), vacancy = store(connection, [person()], job())
    assert assess(Pair(stored, vacancy, TODAY)) == (Outcome.ELIGIBLE, ())


def test_a_certificate_recorded_as_a_qualification_counts(database: Database) -> None:
    with database.transaction(SCOPE) as connection:
        (stored,), vacancy = store(
            connection,
            [person(training=None, qualification_types=["CSCS"])],
            job(required_certificates=["CSCS_CARD"]),
        )
    assert assess(Pair(stored, vacancy, TODAY))[0] is Outcome.ELIGIBLE


def test_a_job_that_closes_today_is_open_today(database: Database) -> None:
    with database.transaction(SCOPE) as connection:
        (stored,), vacancy = store(connection, [person()], job(rolling=False, closing_date=TODAY))
        judged = list_judged_vacancies(connection, stored.id, today=TODAY, recipe=RECIPE)
    assert assess(Pair(stored, vacancy, TODAY))[0] is Outcome.ELIGIBLE
    assert sum(group.count for group in judged) == 1


@pytest.mark.parametrize(
    "where", [{"national": True, "postcode": None}, {"base_location": "REMOTE", "postcode": None}]
)
def test_national_and_remote_jobs_have_no_distance(database: Database, where: Person) -> None:
    with database.transaction(SCOPE) as connection:
        (stored,), vacancy = store(
            connection,
            [person(release_area=None, no_fixed_abode=True, furthest_travel_miles=None)],
            job(**where),
        )
    assert assess(Pair(stored, vacancy, TODAY))[0] is Outcome.ELIGIBLE


def test_no_sentence_names_an_offence(database: Database) -> None:
    listed = ["ARSON", "DRIVING", "MURDER", "SEXUAL", "TERRORISM"]
    with database.transaction(SCOPE) as connection:
        (stored,), vacancy = store(
            connection, [person(offences=listed)], job(offence_exclusions=listed)
        )
    said = " ".join(reason.sentence for reason in assess(Pair(stored, vacancy, TODAY))[1])
    assert not any(code.lower() in said.lower() for code in listed)


def test_every_licence_condition_has_a_rule() -> None:
    told = " ".join(rule.sql for rule in RULES)
    for condition in LicenceCondition:
        if condition not in (LicenceCondition.NONE, LicenceCondition.CURFEW):
            assert condition in told


def test_codes_are_unique_and_fit_one_number() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES) < 63


@given(start=st.times(), end=st.times(), other_start=st.times(), other_end=st.times())
def test_spans_of_the_day_overlap_as_minute_by_minute(
    start: time, end: time, other_start: time, other_end: time
) -> None:
    def minutes(first: time, last: time) -> set[int]:
        begin, stop = first.hour * 60 + first.minute, last.hour * 60 + last.minute
        length = (stop - begin) % 1440 or 1440
        return {(begin + step) % 1440 for step in range(length)}

    whole = [each.replace(second=0, microsecond=0) for each in (start, end, other_start, other_end)]
    expected = bool(minutes(whole[0], whole[1]) & minutes(whole[2], whole[3]))
    assert overlaps(*whole) is expected


@pytest.mark.parametrize(("day", "late"), [(2, "1 day"), (5, "4 days")])
def test_dates_in_sentences_are_written_as_in_britain(
    database: Database, day: int, late: str
) -> None:
    with database.transaction(SCOPE) as connection:
        (stored,), vacancy = store(
            connection,
            [person(release_date=date(2027, 3, day))],
            job(start_date=date(2027, 3, 1)),
        )
    sentences = [reason.sentence for reason in assess(Pair(stored, vacancy, TODAY))[1]]
    assert sentences == [
        f"Released on {day} March 2027, {late} after the job starts. "
        "Ask whether the employer can wait."
    ]
