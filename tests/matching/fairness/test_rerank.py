"""The one entry point: what every policy promises, whatever it is given."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from random import Random

import numpy as np
import pytest
from fairness_strategies import Given, tasks
from hypothesis import given, settings
from hypothesis import strategies as st

import matching.fairness
from foundation.errors import ValidationError
from matching.fairness import POLICIES, Policy, Reranked, rerank
from matching.fairness.task import Floats, Ints, discounts

FLOORED = ("floor", "floor_ceiling", "det_const_sort", "multi", "allocation")
ONE_ATTRIBUTE = [kind for kind in POLICIES if kind != "multi"]


def floors(task: Given, places: int, available: Ints) -> Ints:
    return np.array(
        [
            min(places * target.numerator // target.denominator, int(has))
            for target, has in zip(task.targets, available, strict=True)
        ]
    )


def holds(task: Given, order: Ints, available: Ints) -> bool:
    counts = np.zeros(len(task.targets), dtype=np.int64)
    for places, who in enumerate(order, start=1):
        counts[task.groups[who]] += 1
        if (counts < floors(task, places, available)).any():
            return False
    return True


def gain(scores: Floats, order: Sequence[int] | Ints) -> float:
    chosen = np.asarray(order, dtype=np.int64)
    return float(scores[chosen] @ discounts(len(chosen)))


@given(tasks())
@settings(max_examples=400)
def test_the_default_has_the_highest_dcg_of_all_rankings_that_hold_every_floor(
    task: Given,
) -> None:
    k = min(task.k, len(task.scores))
    available = np.bincount(task.groups, minlength=len(task.targets))
    result = rerank(task.scores, task.groups, Policy("floor", task.targets), task.k)
    assert holds(task, result.order, available)
    best = max(
        gain(task.scores, order)
        for order in permutations(range(len(task.scores)), k)
        if holds(task, np.array(order, dtype=np.int64), available)
    )
    assert gain(task.scores, result.order) == pytest.approx(best)


@given(tasks(most=12, groups=4), st.integers(0, 5))
def test_nobody_below_the_relevance_threshold_is_lifted(task: Given, threshold: int) -> None:
    policy = Policy("floor", task.targets, relevance_threshold=threshold)
    result = rerank(task.scores, task.groups, policy, task.k)
    relevant = task.scores >= threshold
    placed = relevant[result.order]
    assert sorted(placed.tolist(), reverse=True) == placed.tolist()
    available = np.bincount(task.groups[relevant], minlength=len(task.targets))
    assert holds(task, result.order, available)


@pytest.mark.parametrize("kind", POLICIES)
@given(task=tasks(most=14, groups=5))
@settings(max_examples=60, deadline=None)
def test_each_place_is_filled_once_and_groups_keep_their_order(kind: str, task: Given) -> None:
    result = rerank(task.scores, task.groups, Policy(kind, task.targets), task.k)
    order = result.order.tolist()
    assert len(order) == min(task.k, len(task.scores)) + result.added
    assert len(set(order)) == len(order)
    for group in range(len(task.targets)):
        mine = [who for who in order if task.groups[who] == group]
        best_first = sorted(
            (who for who in range(len(task.scores)) if task.groups[who] == group),
            key=lambda who: (-task.scores[who], who),
        )
        assert mine == best_first[: len(mine)]


@pytest.mark.parametrize("kind", FLOORED)
@given(task=tasks(most=14, groups=5))
@settings(max_examples=60, deadline=None)
def test_no_floor_is_broken_that_can_be_held(kind: str, task: Given) -> None:
    result = rerank(task.scores, task.groups, Policy(kind, task.targets), task.k)
    assert holds(task, result.order, np.bincount(task.groups, minlength=len(task.targets)))
    assert result.metrics[0].infeasible_index == 0


@pytest.mark.parametrize("kind", POLICIES)
@given(task=tasks(most=12, groups=4, different=True), chance=st.randoms())
@settings(max_examples=60, deadline=None)
def test_neither_the_order_of_input_nor_the_labels_of_groups_matter(
    kind: str, task: Given, chance: Random
) -> None:
    original = rerank(task.scores, task.groups, Policy(kind, task.targets), task.k)
    shuffle = list(range(len(task.scores)))
    chance.shuffle(shuffle)
    labels = list(range(len(task.targets)))
    chance.shuffle(labels)
    renamed: list[Fraction] = [Fraction(0)] * len(labels)
    for code, label in enumerate(labels):
        renamed[label] = task.targets[code]
    again = rerank(
        task.scores[shuffle],
        np.array([labels[code] for code in task.groups[shuffle]], dtype=np.int64),
        Policy(kind, renamed),
        task.k,
    )
    assert [shuffle[who] for who in again.order] == original.order.tolist()


@pytest.mark.parametrize("kind", ["none", "floor", "statistical", "floor_ceiling", "additive"])
@given(task=tasks(most=12, groups=4), chosen=st.integers(0, 11), raised=st.integers(1, 5))
@settings(max_examples=80, deadline=None)
def test_raising_one_score_never_lowers_that_person(
    kind: str, task: Given, chosen: int, raised: int
) -> None:
    if chosen >= len(task.scores):
        return
    policy = Policy(kind, task.targets)
    before = rerank(task.scores, task.groups, policy, task.k).ranks
    higher = task.scores.copy()
    higher[chosen] += raised
    after = rerank(higher, task.groups, policy, task.k).ranks
    last = len(task.scores) + 1
    assert after.get(chosen, last) <= before.get(chosen, last)


@given(tasks(most=20, groups=4))
def test_targets_of_nothing_change_nothing(task: Given) -> None:
    nothing = Policy("floor", [0] * len(task.targets))
    free = rerank(task.scores, task.groups, "none", task.k)
    assert rerank(task.scores, task.groups, nothing, task.k).order.tolist() == free.order.tolist()
    assert free.ndcg == 1
    assert free.moves == ()


@given(tasks(most=20, groups=3), st.integers(0, 2), st.integers(1, 4))
def test_asking_for_more_never_raises_the_dcg(task: Given, chosen: int, part: int) -> None:
    if chosen >= len(task.targets):
        return
    more = list(task.targets)
    more[chosen] += (1 - sum(more, Fraction(0))) * Fraction(part, 4)
    asked, harder = (
        rerank(task.scores, task.groups, Policy("floor", targets), task.k)
        for targets in (task.targets, more)
    )
    assert gain(task.scores, harder.order) <= gain(task.scores, asked.order) + 1e-9


@given(tasks(most=16, groups=4))
def test_without_targets_each_group_is_asked_for_its_share(task: Given) -> None:
    counts = np.bincount(task.groups, minlength=len(task.targets)).tolist()
    shares = [Fraction(count, max(len(task.groups), 1)) for count in counts]
    named = rerank(task.scores, task.groups, "floor", task.k)
    given_shares = rerank(task.scores, task.groups, Policy("floor", shares), task.k)
    assert named.order.tolist() == given_shares.order.tolist()


def test_a_proportion_is_exact_where_a_float_is_not() -> None:
    groups = np.array([0] * 100 + [1] * 100)
    result = rerank(np.arange(200, 0, -1), groups, Policy("floor", {1: 0.29}), 100)
    assert (groups[result.order] == 1).sum() == 29
    third = rerank([3, 2, 1], [0, 0, 1], Policy("floor", (2 / 3, 1 / 3)), 3)
    assert third.order.tolist() == [0, 1, 2]


def test_targets_may_be_arrays_lists_mappings_or_words() -> None:
    half = [Fraction(1, 2), Fraction(1, 2)]
    for given_targets in (
        np.array([0.5, 0.5]),
        np.array([0.5, 0.5], dtype=np.float32),
        ("1/2", "0.5"),
        {0: Decimal("0.5"), 1: 0.5},
    ):
        assert Policy("floor", given_targets).proportions == (tuple(half),)
    assert Policy("multi", np.array([[0.5, 0.5], [0.25, 0.75]])).proportions == (
        tuple(half),
        (Fraction(1, 4), Fraction(3, 4)),
    )


def test_scores_that_differ_by_less_than_a_millionth_are_equal() -> None:
    assert rerank([0.5, 0.5000001, 0.4], [0, 0, 0], "none", 3).order.tolist() == [0, 1, 2]
    assert rerank([0.5, 0.500001, 0.4], [0, 0, 0], "none", 3).order.tolist() == [1, 0, 2]


def test_very_large_scores_and_very_many_people_are_sorted_as_well() -> None:
    assert rerank([5e11, 2, 3e11, 5e11], [0] * 4, "none", 4).order.tolist() == [0, 3, 2, 1]
    many = np.zeros((1 << 20) + 5)
    many[-1] = 1
    assert rerank(many, np.zeros(len(many), dtype=np.int8), "none", 2).order.tolist() == [
        len(many) - 1,
        0,
    ]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: rerank([1, 2], [0], "floor", 1),
            r"groups: .* must be \(2,\) or \(2, attributes\)",
        ),
        (lambda: rerank([1, float("nan")], [0, 0], "floor", 1), "every one must be finite"),
        (lambda: rerank([float("inf"), 1], [0, 0], "floor", 1), "every one must be finite"),
        (lambda: rerank([1e13], [0], "floor", 1), "every one must be finite and smaller"),
        (lambda: rerank(["a"], [0], "floor", 1), "scores: .* give numbers"),
        (lambda: rerank([1, 2], [0, -1], "floor", 1), "codes count from 0"),
        (lambda: rerank([1, 2], [0.0, 1.0], "floor", 1), "give whole numbers"),
        (lambda: rerank([1, 2], [0, 2], Policy("floor", (0.5, 0.5)), 1), "codes 0 to 1 only"),
        (lambda: rerank([1], [[0, 1]], "floor", 1), "`multi` takes several"),
        (lambda: rerank([1], [[0, 1]], Policy("multi", [(1,)]), 1), "2 attribute"),
        (lambda: rerank([1], [0], "floor", -1), "k: -1 is not allowed"),
        (lambda: rerank([1], [0], "floor", 1.5), "k: 1.5 is not allowed"),
        (lambda: rerank([1], [0], "quota", 1), "policy: 'quota' .* use one of: none, floor"),
        (lambda: Policy("floor", (0.6, 0.6)), "together they may come to 1"),
        (lambda: Policy("floor", (-0.1,)), "proportions from 0 to 1"),
        (lambda: Policy("floor", (float("nan"),)), "proportions from 0 to 1"),
        (lambda: Policy("floor", (float("inf"),)), "proportions from 0 to 1"),
        (lambda: Policy("floor", ("half",)), "proportions from 0 to 1"),
        (lambda: Policy("floor", {-1: 0.5}), "group codes count from 0"),
        (lambda: Policy("floor", ()), "one proportion for each group"),
        (lambda: Policy("statistical", alpha=1.0), "alpha: 1.0"),
        (lambda: rerank([1], [0], "amortised", 1, owed=[1, 2]), r"owed: .* must be \(1,\)"),
        (lambda: rerank([1], [0], "amortised", 1, owed=[float("nan")]), "owed: .* finite"),
        (lambda: rerank([1], [0], "allocation", 1, prices=[float("nan")]), "prices: "),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(call: Callable[[], object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        call()


def test_the_package_offers_the_function_and_its_tables() -> None:
    assert matching.fairness.rerank is rerank
    table = matching.fairness.statistical.minimum_table(12, 0.3, 0.1, adjusted=False)
    assert table.tolist() == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2]


class TestMoves:
    """Who moved, what bound, and what it was worth."""

    @pytest.fixture
    def result(self) -> Reranked:
        scores = [100, 90, 80, 70, 10, 60, 50, 40, 30, 20]
        return rerank(scores, [0] * 5 + [1] * 5, Policy("floor", (0.5, 0.5)), 6)

    def test_who_was_raised_is_told_the_floor_that_bound(self, result: Reranked) -> None:
        move = next(move for move in result.moves if move.position == 5)
        assert (move.baseline, move.rank, move.made_way) == (5, 2, False)
        assert (move.constraint.cause, move.constraint.group) == ("floor", 1)
        assert (move.constraint.prefix, move.constraint.required) == (2, 1)
        assert move.rank_without == 5
        assert move.passed == (1, 2, 3)

    def test_who_made_way_is_told_for_whom(self, result: Reranked) -> None:
        move = next(move for move in result.moves if move.position == 3)
        assert (move.baseline, move.rank, move.made_way) == (4, None, True)
        assert move.passed == (5, 6, 7)
        assert result.largest_drop == 3

    def test_everybody_who_changed_rank_is_told_and_nobody_else(self, result: Reranked) -> None:
        by_score = {who: rank for rank, who in enumerate(result.baseline.tolist(), start=1)}
        placed = {*result.order.tolist(), *result.baseline[:6].tolist()}
        changed = {who for who in placed if result.ranks.get(who) != by_score[who]}
        assert {move.position for move in result.moves} == changed

    def test_its_cost_is_the_ndcg_against_no_policy(self, result: Reranked) -> None:
        best = gain(np.array([100, 90, 80, 70, 60, 50.0]), range(6))
        kept = gain(np.array([100, 60, 90, 50, 80, 40.0]), range(6))
        assert result.ndcg == pytest.approx(kept / best)


@given(tasks(most=16, groups=4))
@settings(max_examples=200, deadline=None)
def test_whoever_is_raised_is_raised_by_a_floor_that_binds_and_would_not_be_without_it(
    task: Given,
) -> None:
    result = rerank(task.scores, task.groups, Policy("floor", task.targets), task.k)
    for move in result.moves:
        if move.made_way:
            continue
        bound = move.constraint
        assert bound.cause == "floor"
        assert bound.group == task.groups[move.position]
        assert bound.prefix >= (move.rank or 0)
        first = result.order[: bound.prefix]
        assert (task.groups[first] == bound.group).sum() >= bound.required
        others = first[first != move.position]
        assert (task.groups[others] == bound.group).sum() < bound.required or (
            task.groups[first] == bound.group
        ).sum() > bound.required
        assert move.rank_without is None or move.rank_without >= (move.rank or 0)


class TestShortfalls:
    """What could not be met is said, with how many and why."""

    def test_a_group_that_is_used_up(self) -> None:
        (short,) = rerank([3, 2, 1], [0, 0, 0], Policy("floor", (0.5, 0.5)), 3).shortfalls
        assert (short.group, short.required, short.short, short.prefix) == (1, 1, 1, 2)
        assert short.reason == "none"
        result = rerank([4, 3, 2, 1], [0, 0, 0, 1], Policy("floor", (0.5, 0.5)), 4)
        assert [(s.group, s.short, s.reason) for s in result.shortfalls] == [(1, 1, "exhausted")]

    def test_a_group_that_does_not_reach_the_threshold(self) -> None:
        policy = Policy("floor", (0.5, 0.5), relevance_threshold=2)
        (short,) = rerank([4, 3, 2, 1], [0, 0, 0, 1], policy, 4).shortfalls
        assert (short.group, short.available, short.reason) == (1, 0, "below_threshold")
        assert (short.required, short.short) == (2, 1)

    def test_a_group_too_small_for_a_place_has_no_requirement(self) -> None:
        (none,) = rerank([3, 2, 1], [0, 0, 1], Policy("floor", (0.8, 0.2)), 3).shortfalls
        assert (none.group, none.short, none.reason) == (1, 0, "no_requirement")


class TestAdditive:
    """Nobody is displaced."""

    @given(tasks(most=16, groups=4))
    def test_the_list_by_score_stays_and_the_fewest_places_are_added(self, task: Given) -> None:
        policy = Policy("additive", task.targets)
        result = rerank(task.scores, task.groups, policy, task.k)
        k = min(task.k, len(task.scores))
        assert result.order[:k].tolist() == result.baseline[:k].tolist()
        available = np.bincount(task.groups, minlength=len(task.targets))
        required = floors(task, k, available)
        held = np.bincount(task.groups[result.order[:k]], minlength=len(required))
        assert result.added == int(np.maximum(required - held, 0).sum())
        everyone = np.bincount(task.groups[result.order], minlength=len(required))
        assert (everyone >= required).all()


class TestAmortised:
    """Exposure is repaid as far as the vacancy's NDCG allows."""

    @given(tasks(most=16, groups=3), st.data(), st.floats(0.5, 1))
    def test_the_ndcg_keeps_its_floor(self, task: Given, data: st.DataObject, least: float) -> None:
        owed = data.draw(
            st.lists(st.floats(-1, 1), min_size=len(task.scores), max_size=len(task.scores))
        )
        policy = Policy("amortised", min_ndcg=least)
        result = rerank(task.scores, task.groups, policy, task.k, owed=owed)
        assert result.ndcg >= least - 1e-9

    def test_who_is_owed_comes_forward_and_who_is_not_owed_does_not(self) -> None:
        scores, owed = [0.9, 0.89, 0.88, 0.2], [-1.0, 0.0, 1.0, 0.0]
        result = rerank(scores, [0] * 4, "amortised", 3, owed=owed)
        assert result.order.tolist() == [2, 1, 0]
        assert {move.constraint.cause for move in result.moves} == {"exposure"}
        assert rerank(scores, [0] * 4, "amortised", 3).order.tolist() == [0, 1, 2]

    def test_over_many_vacancies_exposure_evens_out(self) -> None:
        chance = np.random.default_rng(3)
        exposure, merit = np.zeros(20), np.zeros(20)
        fixed = np.zeros(20)
        for _ in range(200):
            scores = np.clip(np.linspace(0.7, 0.6, 20) + chance.normal(0, 0.01, 20), 0, 1)
            balance = (merit - exposure) / np.maximum(merit + exposure, 1e-9)
            shown = rerank(scores, np.zeros(20, dtype=int), "amortised", 5, owed=balance).order
            exposure[shown] += discounts(5)
            fixed[rerank(scores, np.zeros(20, dtype=int), "none", 5).order] += discounts(5)
            merit += scores / scores.sum() * discounts(5).sum()
        assert np.abs(exposure - merit).sum() < np.abs(fixed - merit).sum() / 5


class TestAllocation:
    """Prices are subtracted before the floors."""

    def test_a_price_moves_its_person_down(self) -> None:
        result = rerank([0.9, 0.8, 0.7], [0] * 3, "allocation", 3, prices=[0.15, 0, 0])
        assert result.order.tolist() == [1, 0, 2]
        assert {move.constraint.cause for move in result.moves} == {"price"}

    @given(tasks(most=14, groups=4), st.data())
    def test_floors_hold_whatever_the_prices(self, task: Given, data: st.DataObject) -> None:
        size = len(task.scores)
        prices = data.draw(st.lists(st.integers(0, 5), min_size=size, max_size=size))
        policy = Policy("allocation", task.targets)
        result = rerank(task.scores, task.groups, policy, task.k, prices=prices)
        assert holds(task, result.order, np.bincount(task.groups, minlength=len(task.targets)))
