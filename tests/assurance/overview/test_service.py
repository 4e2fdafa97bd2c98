"""National and regional figures: they add up, and give nobody away."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.overview.figures import (
    AppliedCount,
    FilledVacancy,
    Groups,
    OutcomeCount,
    ReadyCount,
    VacancyCount,
    applied_table,
    month_groups,
    outcome_table,
    ready_table,
    region_groups,
    region_key,
    time_table,
    vacancy_table,
)
from foundation.places.regions import Region
from foundation.vocabulary import OutcomePoint

MAY = date(2026, 5, 1)
EVERY = region_groups(tuple(Region))


def by_region(each: VacancyCount | FilledVacancy | AppliedCount | OutcomeCount) -> str:
    return region_key(each.area)


def outcomes(area: str, **found: int) -> list[OutcomeCount]:
    return [
        OutcomeCount(area, MAY, OutcomePoint.SIX_WEEKS, outcome, people)
        for outcome, people in found.items()
    ]


def row(table: object, group: str) -> object:
    (found,) = [each for each in table.rows if each.group == group]  # type: ignore[attr-defined]
    return found


def test_a_rate_leaves_out_who_was_unavailable_or_not_known() -> None:
    found = outcomes("LS", IN_WORK=30, NOT_IN_WORK=10, UNAVAILABLE=20, UNKNOWN=40)
    table = outcome_table(found, OutcomePoint.SIX_WEEKS, EVERY, by_region)
    leeds = row(table, "Yorkshire and the Humber")
    assert leeds.counts == (30, 10, 20, 40)  # type: ignore[attr-defined]
    assert leeds.rate == pytest.approx(0.75)  # type: ignore[attr-defined]


def test_a_rate_of_few_people_is_not_given() -> None:
    found = outcomes("LS", IN_WORK=9, NOT_IN_WORK=10)
    leeds = row(
        outcome_table(found, OutcomePoint.SIX_WEEKS, EVERY, by_region), "Yorkshire and the Humber"
    )
    assert leeds.rate is None  # type: ignore[attr-defined]
    assert "fewer than 20" in leeds.note  # type: ignore[attr-defined]


@given(st.lists(st.tuples(st.sampled_from(["LS", "CF", "M", "E"]), st.integers(0, 12)), max_size=9))
def test_no_count_of_one_to_four_people_is_ever_shown(given_: list[tuple[str, int]]) -> None:
    applied = [AppliedCount(area, MAY, "PUT_FORWARD", number) for area, number in given_]
    for table in (
        applied_table(applied, EVERY, by_region),
        applied_table(applied, month_groups([MAY]), lambda each: each.month.isoformat()),
    ):
        shown = [count for each in table.rows for count in each.counts]
        assert not {1, 2, 3, 4} & set(shown) - {None}
        assert not {1, 2, 3, 4} & set(table.totals or ()) - {None}


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=4, max_size=4))
def test_who_sees_some_regions_sees_the_same_rows_and_no_totals(
    numbers: list[tuple[int, int]],
) -> None:
    areas = zip(("LS", "CF", "M", "E"), numbers, strict=True)
    counts = [VacancyCount(area, MAY, 1, 1, a, a + b, b) for area, (a, b) in areas]
    whole = vacancy_table(counts, EVERY, by_region)
    wales = vacancy_table(counts, region_groups([Region.WALES]), by_region)
    assert wales.totals is None
    assert all(each in whole.rows for each in wales.rows)
    assert {each.group for each in wales.rows} <= {"Wales"}


def test_the_median_rests_on_five_vacancies_and_says_on_how_many() -> None:
    few = [FilledVacancy("LS", MAY, days) for days in (1, 2, 3, 50)]
    leeds = row(time_table(few, EVERY, by_region), "Yorkshire and the Humber")
    assert leeds.counts == (None, None)  # type: ignore[attr-defined]
    enough = [*few, FilledVacancy("LS", MAY, 9), FilledVacancy("LS", MAY, 7)]
    leeds = row(time_table(enough, EVERY, by_region), "Yorkshire and the Humber")
    assert leeds.counts == (6, 5)  # type: ignore[attr-defined]


def test_a_vacancy_that_was_filled_before_it_came_here_has_no_time() -> None:
    old = [FilledVacancy("LS", MAY, -3)] * 9
    assert time_table(old, EVERY, by_region).rows == ()


def test_people_without_a_shortlist_are_hidden_with_the_few_who_are_ready() -> None:
    counts = [
        ReadyCount("WALES", "HIGHER", "soon", 3, 2),
        ReadyCount("WALES", "LOWER", "soon", 40, 10),
        ReadyCount("LONDON", "LOWER", "soon", 40, 10),
    ]
    table = ready_table(counts, (Region.WALES,))
    few = row(table, "Higher need, released in the next 4 weeks")
    assert few.counts == (None, None)  # type: ignore[attr-defined]
    assert table.totals is None


def test_no_region_is_left_out_of_the_groups() -> None:
    assert isinstance(EVERY, Groups)
    assert set(EVERY.keys) == {region.value for region in Region}
    assert EVERY.whole
    assert not region_groups([Region.WALES]).whole
