"""What exclusions cost, against the rules one person at a time; and what is never told."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection
from strategies import TODAY, candidates, vacancies

from candidates.model import Candidate, StoredCandidate
from candidates.store import get_candidate, upsert_candidates
from employers.model import StoredVacancy, Vacancy
from employers.posting.steps import answers_of
from employers.store import get_vacancy, upsert_vacancies
from foundation.database import Database, Scope
from foundation.errors import NotFoundError
from foundation.settings import Settings
from foundation.vocabulary import OffenceExclusion, Role
from matching.rules.eligibility import assess, refusal_mask
from matching.rules.exclusions import ExclusionHelp, count_considered, impact_of
from matching.rules.pair import Outcome, Pair
from matching.rules.rules import LISTED_OFFENCES
from matching.rules.store import ConsideredCount, list_considered_counts, list_judged_candidates

SCOPE = Scope("tests")
ARSON, MURDER = OffenceExclusion.ARSON, OffenceExclusion.MURDER
CASE_BY_CASE, NONE = OffenceExclusion.CASE_BY_CASE, OffenceExclusion.NONE


def one_by_one(
    people: Sequence[StoredCandidate], vacancy: StoredVacancy, exclusions: Sequence[str]
) -> ConsideredCount:
    """The same counts by the pure rules."""
    total = removed = asked = 0
    details = "Ask us." if "OTHER" in exclusions else None
    record = Vacancy.model_validate(
        vacancy.record.model_dump()
        | {"offence_exclusions": exclusions, "offence_exclusions_details": details}
    )
    judged = StoredVacancy(
        vacancy.id,
        vacancy.public_id,
        vacancy.profile_hash,
        record,
        vacancy.latitude,
        vacancy.longitude,
        vacancy.precision,
    )
    for each in people:
        outcome, reasons = assess(Pair(each, judged, TODAY))
        refusing = {one.code for one in reasons if one.outcome is Outcome.INELIGIBLE}
        if refusing - {"OFFENCE_EXCLUDED"}:
            continue
        total += 1
        removed += outcome is Outcome.INELIGIBLE
        asked += outcome is Outcome.REFER and any(one.code.startswith("OFFENCE") for one in reasons)
    return ConsideredCount(total, removed, asked)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=st.data())
def test_counts_are_those_of_the_rules_and_of_the_shortlist(
    drawn: st.DataObject, database: Database
) -> None:
    people = [drawn.draw(candidates(number)) for number in range(8)]
    vacancy = drawn.draw(vacancies())
    sets = [
        list(vacancy.offence_exclusions),
        [NONE],
        *([code] for code in (*LISTED_OFFENCES, CASE_BY_CASE)),
    ]
    with (
        database.transaction(SCOPE) as connection,
        connection.transaction(force_rollback=True),
    ):
        upsert_candidates(connection, people)
        upsert_vacancies(connection, [vacancy])
        stored = get_vacancy(connection, vacancy.reference)
        kept = [get_candidate(connection, each.prison_number) for each in people]
        values = vacancy.model_dump(exclude={"employer"}, exclude_none=True)
        counted = list_considered_counts(connection, values, sets, today=TODAY)
        assert counted == [one_by_one(kept, stored, each) for each in sets]
        judged = list_judged_candidates(
            connection, stored.id, today=TODAY, recipe="none", prison=None
        )
    left = sum(group.count for group in judged if not group.mask & refusal_mask())
    assert counted[0].total - counted[0].removed == left


def crowd(number: int, offences: list[str] | None, prison: str = "MDI") -> Candidate:
    return Candidate.model_validate(
        {
            "prison_number": f"A{number:04d}BC",
            "first_name": "Sam",
            "last_name": "Example",
            "prison_id": prison,
            "release_date": TODAY,
            "release_area": "LS1",
            "consent": "GIVEN",
            "consent_date": TODAY,
            "right_to_work": "YES",
            "readiness_status": "READY_TO_WORK",
            "training": ["NONE"],
            "furthest_travel_miles": 20,
            "offences": offences,
            "licence_conditions": ["NONE"],
        }
    )


def job(**changes: object) -> Vacancy:
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
            "contract_type": "PERMANENT",
            "description": "Keep the kitchen clean.",
            "essential_criteria": "Able to stand for a shift.",
            "how_to_apply": "Ask.",
            "offence_exclusions": ["NONE"],
            "rolling": True,
            "involves": ["NONE"],
            **changes,
        }
    )


@pytest.fixture
def people(database: Database) -> Database:
    """52 people in two prisons: 11 with arson, 2 with murder, 6 of unknown offences."""
    offences: list[list[str] | None] = [["ARSON"]] * 11 + [["MURDER"]] * 2 + [None] * 6
    offences += [["NONE"]] * (52 - len(offences))
    with database.transaction(SCOPE) as connection:
        upsert_candidates(
            connection,
            [crowd(n, each, ("MDI", "LEI")[n % 2]) for n, each in enumerate(offences)],
        )
    return database


def counted(connection: Connection[Any], *codes: OffenceExclusion, **changes: object) -> Any:  # noqa: ANN401
    return count_considered(connection, job(**changes), TODAY, codes)


def test_what_is_told_is_rounded_and_small_numbers_are_not_told(people: Database) -> None:
    with people.transaction(SCOPE) as connection:
        found = counted(connection, ARSON)
        assert (found.considered, found.removed, found.left, found.to_ask) == (50, 10, 40, 5)
        assert found.removed_by[ARSON] == 10
        assert found.removed_by[MURDER] is None
        assert found.removed_by[OffenceExclusion.TERRORISM] is None  # nobody, told like a few
        assert found.case_by_case == 50
        assert found.sentence == (
            "Excluding people with any arson offence would leave about 40 of about 50 people; "
            "judging case by case would leave all 50."
        )
        assert counted(connection, MURDER, OffenceExclusion.SEXUAL).sentence == (
            "Excluding people with any murder or sexual offence would leave all but fewer than 5 "
            "of about 50 people; judging case by case would leave all 50."
        )


def test_judging_case_by_case_removes_nobody_and_refers_all(people: Database) -> None:
    with people.transaction(SCOPE) as connection:
        found = counted(connection, CASE_BY_CASE)
    assert (found.left, found.removed, found.to_ask) == (50, None, 50)
    assert found.sentence == ("Excluding nobody outright leaves about 50 people to be considered.")


def test_few_people_are_not_counted_at_all(people: Database) -> None:
    with people.transaction(SCOPE) as connection:
        found = counted(connection, ARSON, required_certificates=["CSCS_CARD"])
    assert (found.considered, found.left, found.removed, found.to_ask) == (None, None, None, None)
    assert set(found.removed_by.values()) == {None}
    assert found.sentence.endswith("is not counted.")


@given(total=st.integers(0, 3000), removed=st.integers(0, 3000), asked=st.integers(0, 3000))
def test_nothing_told_singles_anybody_out(total: int, removed: int, asked: int) -> None:
    removed, asked = min(removed, total), min(asked, total)
    found = impact_of((ARSON,), ConsideredCount(total, removed, asked), {})
    told = [found.considered, found.left, found.removed, found.to_ask]
    assert all(count is None or (count >= 5 and count % 5 == 0) for count in told)
    assert (found.removed is None) == (total < 20 or removed < 5)
    if found.considered is not None and found.removed is not None:
        assert (found.left or 0) == found.considered - found.removed
        assert abs(found.considered - total) <= 2
        assert abs(found.removed - removed) <= 2
    for few in (1, 2, 3, 4):  # whoever is one of a few changes nothing that is told
        if removed + few < 5 and removed + few <= total:
            again = impact_of((ARSON,), ConsideredCount(total, removed + few, asked), {})
            assert again == found


def test_a_closing_date_gone_by_and_own_exclusions_do_not_count(people: Database) -> None:
    with people.transaction(SCOPE) as connection:
        closed = counted(connection, rolling=False, closing_date="2026-01-01")
        assert closed.considered == 50
        assert counted(connection, offence_exclusions=["ARSON"]).removed is None


def test_a_draft_is_counted_as_far_as_it_is_written(
    people: Database, make_settings: Callable[..., Settings]
) -> None:
    helping = ExclusionHelp(people, make_settings())
    staff = Scope("staff@harbour.example", prisons=(), role=Role.EMPLOYER, employer_id=1)
    assert helping.impact(staff, {}, [ARSON]).left == 40
    assert helping.impact(staff, {"postcode": "nonsense", "national": "no"}, [ARSON]).left == 40
    assert helping.impact(staff, answers_of(job()), [ARSON]).left == 40
    far = answers_of(job(postcode="TR1"))
    assert helping.impact(staff, far, [ARSON]).considered is None
    with people.transaction(SCOPE) as connection:
        rows = connection.execute(
            "SELECT actor, detail FROM audit_event WHERE action = 'count' ORDER BY id"
        ).fetchall()
    assert rows[0] == ("staff@harbour.example", {"of": ["ARSON"]})


@pytest.mark.parametrize("role", [Role.WORK_COACH, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_those_who_post_are_helped(
    people: Database, make_settings: Callable[..., Settings], role: Role
) -> None:
    with pytest.raises(NotFoundError):
        ExclusionHelp(people, make_settings()).impact(Scope("x", prisons=(), role=role), {}, [])


def test_every_set_of_exclusions_is_counted_even_of_nobody(database: Database) -> None:
    with database.transaction(SCOPE) as connection:
        found = list_considered_counts(connection, {}, [[], [NONE], [ARSON]], today=TODAY)
    assert found == [ConsideredCount(0, 0, 0)] * 3
