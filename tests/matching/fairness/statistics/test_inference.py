"""Rates, ratios, intervals and exact tests, against known answers and brute force."""

from fractions import Fraction
from itertools import pairwise, product
from math import comb, exp, inf, isnan, log, nan
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom

from matching.fairness.statistics.inference import (
    GroupSelection,
    Interval,
    adjust_for_many,
    bootstrap_interval,
    difference_interval,
    exact_p,
    exchange_p,
    four_fifths_by_chance,
    impact_ratio,
    is_below_four_fifths,
    is_insufficient,
    katz_interval,
)


@st.composite
def selections(draw: st.DrawFn, most: int = 40) -> GroupSelection:
    people = draw(st.integers(0, most))
    return GroupSelection(people, draw(st.integers(0, people)))


def test_rates_are_shares_and_nobody_has_none() -> None:
    assert GroupSelection(8, 2).rate == 0.25
    assert isnan(GroupSelection(0, 0).rate)
    for people, selected in ((3, 4), (3, -1), (-1, 0)):
        with pytest.raises(ValueError, match="cannot be selected"):
            GroupSelection(people, selected)


@pytest.mark.parametrize(
    ("group", "reference", "ratio"),
    [
        (GroupSelection(100, 15), GroupSelection(100, 30), 0.5),
        (GroupSelection(10, 0), GroupSelection(10, 1), 0.0),
        (GroupSelection(10, 1), GroupSelection(10, 0), inf),
        (GroupSelection(10, 0), GroupSelection(10, 0), nan),
        (GroupSelection(0, 0), GroupSelection(10, 5), nan),
        (GroupSelection(10, 5), GroupSelection(0, 0), nan),
    ],
)
def test_the_impact_ratio(group: GroupSelection, reference: GroupSelection, ratio: float) -> None:
    assert impact_ratio(group, reference) == pytest.approx(ratio, nan_ok=True)


@given(selections(), selections())
def test_four_fifths_is_decided_without_rounding(
    group: GroupSelection, reference: GroupSelection
) -> None:
    assume(group.people and reference.people and reference.selected)
    exact = Fraction(group.selected, group.people) / Fraction(reference.selected, reference.people)
    assert is_below_four_fifths(group, reference) == (exact < Fraction(4, 5))


def test_a_ratio_of_four_fifths_is_not_under_it() -> None:
    assert not is_below_four_fifths(GroupSelection(50, 12), GroupSelection(50, 15))
    assert is_below_four_fifths(GroupSelection(50, 11), GroupSelection(50, 15))
    assert not is_below_four_fifths(GroupSelection(50, 0), GroupSelection(50, 0))


def test_the_katz_interval_of_a_worked_example() -> None:
    found = katz_interval(GroupSelection(100, 15), GroupSelection(100, 30))
    error = (1 / 15 - 1 / 100 + 1 / 30 - 1 / 100) ** 0.5
    assert found.low == pytest.approx(exp(log(0.5) - 1.959963984540054 * error))
    assert found.high == pytest.approx(exp(log(0.5) + 1.959963984540054 * error))
    assert (round(found.low, 4), round(found.high, 4)) == (0.2872, 0.8704)


@given(selections(), selections())
def test_the_katz_interval_holds_the_ratio_and_turns_over_with_it(
    group: GroupSelection, reference: GroupSelection
) -> None:
    found = katz_interval(group, reference)
    assert 0 <= found.low <= found.high
    ratio = impact_ratio(group, reference)
    if not isnan(ratio):
        assert found.low <= ratio * (1 + 1e-9)
        assert ratio <= found.high * (1 + 1e-9)
        turned = katz_interval(reference, group)
        assert turned.low == pytest.approx(1 / found.high if found.high else inf)
        assert turned.high == pytest.approx(1 / found.low if found.low else inf)


def test_an_interval_of_nobody_says_nothing() -> None:
    assert katz_interval(GroupSelection(0, 0), GroupSelection(9, 3)) == Interval(0.0, inf)


def test_all_selected_on_both_sides_is_not_certainty() -> None:
    found = katz_interval(GroupSelection(5, 5), GroupSelection(5, 5))
    assert found.low < 1 < found.high


@pytest.mark.parametrize(("m", "n", "rate"), [(60, 90, 0.3), (40, 40, 0.5), (30, 200, 0.2)])
def test_a_95_percent_interval_covers_the_truth_about_95_percent_of_the_time(
    m: int, n: int, rate: float
) -> None:
    """Exactly, over both binomial distributions."""
    covered = 0.0
    for a, b in product(range(m + 1), range(n + 1)):
        found = katz_interval(GroupSelection(m, a), GroupSelection(n, b))
        if found.low <= 1 <= found.high:
            covered += binom.pmf(a, m, rate) * binom.pmf(b, n, rate)
    assert 0.94 < covered < 0.99


@pytest.mark.parametrize(
    ("group", "reference", "low", "high"),
    [
        # From Newcombe (1998), method 10.
        (GroupSelection(70, 56), GroupSelection(80, 48), 0.0524, 0.3339),
        (GroupSelection(10, 9), GroupSelection(10, 3), 0.1705, 0.8090),
        (GroupSelection(7, 6), GroupSelection(7, 2), 0.0582, 0.8062),
        (GroupSelection(56, 5), GroupSelection(29, 0), -0.0381, 0.1926),
        (GroupSelection(10, 10), GroupSelection(10, 0), 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_of_published_examples(
    group: GroupSelection, reference: GroupSelection, low: float, high: float
) -> None:
    found = difference_interval(group, reference)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-4)


@given(selections(), selections())
def test_the_interval_of_a_difference_holds_it_and_turns_over_with_it(
    group: GroupSelection, reference: GroupSelection
) -> None:
    found, turned = difference_interval(group, reference), difference_interval(reference, group)
    assert (found.low, found.high) == pytest.approx((-turned.high, -turned.low))
    if group.people and reference.people:
        assert -1 <= found.low <= group.rate - reference.rate + 1e-12
        assert group.rate - reference.rate - 1e-12 <= found.high <= 1


def test_fishers_tea() -> None:
    """A worked example: 3 of 4 cups told apart, both ways."""
    assert exact_p(GroupSelection(4, 3), GroupSelection(4, 1)) == pytest.approx(34 / 70)
    assert exact_p(GroupSelection(4, 4), GroupSelection(4, 0)) == pytest.approx(2 / 70)


def by_hand(tables: list[tuple[GroupSelection, GroupSelection]]) -> Fraction:
    """The exact conditional p by going through every table that the margins allow."""
    chances: dict[int, Fraction] = {0: Fraction(1)}
    for group, reference in tables:
        chosen = group.selected + reference.selected
        whole = comb(group.people + reference.people, chosen)
        chances = _add(
            chances,
            {
                mine: Fraction(
                    comb(group.people, mine) * comb(reference.people, chosen - mine), whole
                )
                for mine in range(chosen + 1)
                if mine <= group.people and chosen - mine <= reference.people
            },
        )
    seen = chances[sum(group.selected for group, _ in tables)]
    return sum((chance for chance in chances.values() if chance <= seen), Fraction(0))


def _add(first: dict[int, Fraction], second: dict[int, Fraction]) -> dict[int, Fraction]:
    found: dict[int, Fraction] = {}
    for (x, p), (y, q) in product(first.items(), second.items()):
        found[x + y] = found.get(x + y, Fraction(0)) + p * q
    return found


@given(selections(12), selections(12))
def test_the_exact_p_is_that_of_going_through_every_table(
    group: GroupSelection, reference: GroupSelection
) -> None:
    expected = float(by_hand([(group, reference)]))
    assert exact_p(group, reference) == pytest.approx(expected)
    assert exact_p(reference, group) == pytest.approx(expected)


def test_a_bootstrap_is_the_same_from_the_same_seed() -> None:
    rng = np.random.default_rng(5)
    people = rng.integers(5, 30, (2, 60))
    selected = rng.binomial(people, 0.2)
    group, reference = (people[0], selected[0]), (people[1], selected[1])
    first = bootstrap_interval(group, reference, seed=1, draws=700)
    assert first == bootstrap_interval(group, reference, seed=1, draws=700)
    assert first != bootstrap_interval(group, reference, seed=2, draws=700)
    pooled = impact_ratio(
        GroupSelection(int(people[0].sum()), int(selected[0].sum())),
        GroupSelection(int(people[1].sum()), int(selected[1].sum())),
    )
    assert first.low < pooled < first.high


def test_vacancies_that_all_say_the_same_leave_no_doubt() -> None:
    found = bootstrap_interval(([10] * 30, [2] * 30), ([20] * 30, [8] * 30), seed=1)
    assert found == Interval(0.5, 0.5)


def test_whole_vacancies_that_differ_widen_the_bootstrap_beyond_katz() -> None:
    """In half of the vacancies everyone of the group is selected, in the others nobody."""
    group, reference = ([10] * 20, [10, 0] * 10), ([10] * 20, [5] * 20)
    wide = bootstrap_interval(group, reference, seed=1)
    narrow = katz_interval(GroupSelection(200, 100), GroupSelection(200, 100))
    assert wide.low < narrow.low
    assert narrow.high < wide.high


@pytest.mark.parametrize(
    ("group", "reference"),
    [(([], []), ([], [])), (([9], [3]), ([9], [3])), (([3, 3], [0, 0]), ([3, 3], [0, 0]))],
)
def test_too_few_vacancies_or_none_selected_say_nothing(
    group: tuple[list[int], list[int]], reference: tuple[list[int], list[int]]
) -> None:
    assert bootstrap_interval(group, reference, seed=1) == Interval(0.0, inf)


def test_a_reference_that_is_sometimes_never_selected_has_no_upper_end() -> None:
    found = bootstrap_interval(([9, 9, 9], [3, 3, 3]), ([9, 9, 9], [0, 0, 1]), seed=1)
    assert found.high == inf
    assert 0 < found.low < inf


def test_adjusting_for_many_by_hand() -> None:
    found = adjust_for_many([0.01, 0.04, 0.03, 0.005])
    assert found == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert adjust_for_many([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.randoms())
def test_adjusting_never_lowers_and_keeps_the_order(p_values: list[float], rng: object) -> None:
    found = adjust_for_many(p_values)
    assert all(after >= before - 1e-12 for before, after in zip(p_values, found, strict=True))
    ranked = sorted(zip(p_values, found, strict=True))
    assert all(a[1] <= b[1] + 1e-12 for a, b in pairwise(ranked))
    assert all(0 <= value <= 1 for value in found)


@pytest.mark.parametrize(
    ("people", "total", "insufficient"),
    [(19, 100, True), (20, 100, False), (20, 1000, False), (20, 1001, True), (0, 0, True)],
)
def test_fewer_than_20_or_than_2_percent_are_insufficient(
    people: int, total: int, *, insufficient: bool
) -> None:
    assert is_insufficient(people, total) is insufficient


def test_equal_rates_cross_four_fifths_more_than_a_quarter_of_the_time() -> None:
    """The design's known answer: groups of 100 and 1,000, both selected at 10 %: 27 %."""
    assert four_fifths_by_chance(100, 1000, 0.1) == pytest.approx(0.265, abs=0.0005)
    assert round(four_fifths_by_chance(100, 1000, 0.1), 2) == 0.27


@settings(max_examples=40)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 10))
def test_four_fifths_by_chance_is_the_sum_over_every_outcome(m: int, n: int, tenths: int) -> None:
    rate = Fraction(tenths, 10)

    def chance(count: int, people: int) -> Fraction:
        return comb(people, count) * rate**count * (1 - rate) ** (people - count)

    expected = sum(
        chance(a, m) * chance(b, n)
        for a, b in product(range(m + 1), range(n + 1))
        if is_below_four_fifths(GroupSelection(m, a), GroupSelection(n, b))
    )
    assert four_fifths_by_chance(m, n, float(rate)) == pytest.approx(float(expected))


class TestExchange:
    """People who are in question often are still one trial each."""

    def test_a_difference_that_one_person_makes_is_no_difference_between_groups(self) -> None:
        of = np.full(60, 50)
        selected = np.full(60, 5)
        selected[0] = 50  # one of the group is selected every time
        mine = np.arange(60) < 30
        assert exchange_p(of, selected, mine, seed=1) > 0.4
        pooled = exact_p(
            GroupSelection(int(of[mine].sum()), int(selected[mine].sum())),
            GroupSelection(int(of[~mine].sum()), int(selected[~mine].sum())),
        )
        assert pooled < 0.05, "as if each of their fifty chances were another person's"

    def test_it_finds_a_difference_that_everybody_of_a_group_shares(self) -> None:
        mine = np.arange(60) < 30
        assert exchange_p(np.full(60, 50), np.where(mine, 5, 9), mine, seed=1) < 0.001

    @given(st.integers(5, 40), st.integers(5, 40), st.randoms(use_true_random=False))
    def test_with_one_chance_each_it_is_the_hypergeometric_chance_of_as_great_a_difference(
        self, here: int, there: int, chance: Random
    ) -> None:
        selected = np.array([chance.random() < 0.5 for _ in range(here + there)], dtype=int)
        mine = np.arange(here + there) < here
        simulated = exchange_p(np.ones(here + there), selected, mine, seed=3)
        counts = np.arange(here + 1)
        chances = hypergeom.pmf(counts, here + there, int(selected.sum()), here)
        middle = here * selected.mean()
        as_far = np.abs(counts - middle) >= abs(selected[mine].sum() - middle) - 1e-9
        assert abs(simulated - chances[as_far].sum()) < 0.06  # 5 standard errors of 2,000 draws

    def test_a_difference_beyond_every_draw_is_told_apart_from_one_that_is_nearly_so(self) -> None:
        mine = np.arange(200) < 100
        far = exchange_p(np.full(200, 10), np.where(mine, 1, 9), mine, seed=1)
        assert far < 1e-12, "so that it stands out among many comparisons"

    def test_beyond_2000_people_the_normal_distribution_is_close_to_simulation(self) -> None:
        rng = np.random.default_rng(5)
        of, mine = rng.integers(1, 20, 2000), np.arange(2000) < 700
        selected = rng.binomial(of, np.where(mine, 0.28, 0.3))
        simulated = exchange_p(of, selected, mine, seed=2)
        many = exchange_p(np.append(of, 0), np.append(selected, 0), np.append(mine, False), seed=2)
        assert abs(simulated - many) < 0.03

    def test_nothing_in_question_is_no_difference(self) -> None:
        assert exchange_p([0, 0], [0, 0], [True, False], seed=1) == 1
        assert exchange_p([1, 1], [1, 0], [True, True], seed=1) == 1
