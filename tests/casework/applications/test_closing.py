"""A vacancy that was closed by hand is closed to the rules, to lists and to plans alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import TODAY, candidates, vacancies

from candidates.model import Candidate
from candidates.store import get_candidate, list_candidates, upsert_candidates
from employers.model import ClosedReason, Closure, Vacancy, VacancyFilter
from employers.store import (
    count_vacancies,
    get_vacancy,
    list_vacancy_page,
    update_closed,
    update_reopened,
    upsert_vacancies,
)
from foundation.database import Database, Scope
from matching.allocation.store import list_open_vacancies
from matching.rules.eligibility import assess, rules_in
from matching.rules.pair import Outcome, Pair
from matching.rules.store import list_judged_candidates, list_judged_vacancies

SCOPE = Scope("tests")
RECIPE = "no recipe: nobody is indexed"


@settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=st.data(), moves=st.lists(st.sampled_from(ClosedReason), max_size=3))
def test_sql_and_function_agree_on_what_is_closed(
    drawn: st.DataObject, moves: list[ClosedReason], database: Database
) -> None:
    vacancy, one = drawn.draw(vacancies()), drawn.draw(candidates())
    with (
        database.transaction(SCOPE) as connection,
        connection.transaction(force_rollback=True),
    ):
        upsert_candidates(connection, [one])
        upsert_vacancies(connection, [vacancy])
        stored = get_vacancy(connection, vacancy.reference)
        for reason in moves:  # closed and opened in turn
            if not update_closed(connection, stored.id, reason, "A note."):
                new = drawn.draw(st.one_of(st.none(), st.just(TODAY + timedelta(days=1))))
                update_reopened(connection, stored.id, new)
        stored = get_vacancy(connection, vacancy.reference)
        assert (stored.closure is not None) == (len(moves) % 2 == 1)
        person = get_candidate(connection, one.prison_number)
        (listed,) = list_candidates(connection, [person.id])
        outcome, reasons = assess(Pair(listed, stored, TODAY, indexed=False))
        (group,) = list_judged_candidates(
            connection, stored.id, today=TODAY, recipe=RECIPE, prison=None
        )
        assert {rule.code for rule in rules_in(group.mask)} == {each.code for each in reasons}
        closed = "VACANCY_CLOSED" in {each.code for each in reasons}
        assert closed is not stored.is_open(TODAY)
        assert outcome is Outcome.INELIGIBLE or not closed
        judged = list_judged_vacancies(connection, person.id, today=TODAY, recipe=RECIPE)
        assert sum(each.count for each in judged) == (0 if closed else 1)
        planned = list_open_vacancies(connection, today=TODAY, sector=None, recipe=RECIPE)
        assert len(planned) == (0 if closed else 1)
        for wanted, found in (
            (VacancyFilter(open_on=TODAY), not closed),
            (VacancyFilter(closed_on=TODAY), closed),
            (VacancyFilter(), True),
        ):
            assert count_vacancies(connection, wanted) == int(found)
            assert len(list_vacancy_page(connection, wanted, page=1, size=5)) == int(found)


@settings(max_examples=1, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=candidates(), vacancy=vacancies())
def test_the_sentence_says_the_british_day_and_the_reason(
    one: Candidate, vacancy: Vacancy, database: Database
) -> None:
    with (
        database.transaction(SCOPE) as connection,
        connection.transaction(force_rollback=True),
    ):
        upsert_candidates(connection, [one])
        upsert_vacancies(connection, [vacancy])
        person = get_candidate(connection, one.prison_number)
        stored = get_vacancy(connection, vacancy.reference)
    at = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight, summer time
    closed = replace(stored, closure=Closure(at, ClosedReason.FILLED, None, "staff"))
    sentences = {reason.code: reason.sentence for reason in assess(Pair(person, closed, TODAY))[1]}
    assert sentences["VACANCY_CLOSED"] == (
        "The vacancy was closed on 1 July 2026: the places are filled."
    )
