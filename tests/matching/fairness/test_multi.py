"""Floors of several attributes at once: the highest DCG, against every possible ranking."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from task_strategies import (
    canonical_tasks,
    dcg,
    is_ranking,
    least,
    random_task,
    relabelled,
    short,
)

from matching.fairness.floors import best_under_floors
from matching.fairness.multi import best_under_all_floors
from matching.fairness.task import Task

HALF = Fraction(1, 2)
SECONDS = 300.0  # for the solver, at the most; where it needs longer the order may differ


def crossed(seed: int, count: int, k: int, *groups: int) -> Task:
    """Attributes that overlap; the scores lean against the first group of each."""
    random = np.random.default_rng(seed)
    codes = np.stack([random.integers(0, number, count) for number in groups], axis=1)
    scores = np.round(random.random(count) - 0.3 * (codes == 0).sum(axis=1), 6)
    best_first = np.argsort(-scores, kind="stable")
    shares = [np.bincount(codes[:, a], minlength=number) for a, number in enumerate(groups)]
    targets = tuple(tuple(Fraction(int(size), count) for size in each) for each in shares)
    return Task(scores[best_first], codes[best_first], targets, k)


@given(canonical_tasks(most=6, groups=3, attributes=2, points=20))
@settings(max_examples=150, deadline=None)
def test_no_ranking_is_short_of_less_or_equally_short_with_a_higher_dcg(task: Task) -> None:
    order, gap = best_under_all_floors(task, SECONDS)
    assert is_ranking(task, order)
    assert gap == 0
    reached = [short(task, order), -dcg(task, order)]
    assert reached == pytest.approx(least(task, short, lambda t, o: -dcg(t, o)))


@given(canonical_tasks(most=5, groups=2, attributes=3))
@settings(max_examples=40, deadline=None)
def test_three_attributes_are_no_different(task: Task) -> None:
    order, gap = best_under_all_floors(task, SECONDS)
    assert gap == 0
    reached = [short(task, order), -dcg(task, order)]
    assert reached == pytest.approx(least(task, short, lambda t, o: -dcg(t, o)))


@given(canonical_tasks(most=12, groups=4))
@settings(max_examples=60, deadline=None)
def test_an_attribute_given_twice_is_as_good_as_the_floors_of_one(task: Task) -> None:
    twice = Task(task.scores, np.repeat(task.groups, 2, axis=1), task.targets * 2, task.k)
    order, gap = best_under_all_floors(twice, SECONDS)
    assert gap == 0
    assert short(twice, order) == 0
    assert dcg(task, order) == pytest.approx(dcg(task, best_under_floors(task)))


@pytest.mark.parametrize("groups", [2, 5])
def test_a_second_attribute_of_one_group_leaves_the_floors_of_the_first(groups: int) -> None:
    task = random_task(groups, 200, 40, groups)
    both = np.hstack([task.groups, np.zeros_like(task.groups)])
    targets = (*task.targets, (Fraction(1),))
    order, _ = best_under_all_floors(Task(task.scores, both, targets, task.k), SECONDS)
    assert dcg(task, order) == pytest.approx(dcg(task, best_under_floors(task)), rel=1e-9)


@given(canonical_tasks(most=20, groups=4))
def test_one_attribute_is_ranked_as_by_floors(task: Task) -> None:
    order, gap = best_under_all_floors(task, SECONDS)
    assert (order.tolist(), gap) == (best_under_floors(task).tolist(), 0.0)


def test_minima_that_clash_are_short_of_as_little_as_can_be() -> None:
    # Nobody is in both second groups, of which each should have three quarters.
    codes = np.array([[0, 0], [0, 0], [1, 0], [1, 0], [0, 1], [0, 1]])
    target = (Fraction(0), Fraction(3, 4))
    task = Task(np.array([9.0, 8, 7, 6, 5, 4]), codes, (target, target), 4)
    order, gap = best_under_all_floors(task, SECONDS)
    assert gap == 0
    assert [short(task, order), -dcg(task, order)] == pytest.approx(
        least(task, short, lambda t, o: -dcg(t, o))
    )
    assert short(task, order) > 0


def test_the_solver_does_not_take_a_worse_ranking_for_the_best() -> None:
    # HiGHS 1.x did, of these, when the counts alone were said to be whole.
    codes = np.array([[1, 1, 2], [0, 0, 1], [1, 1, 2], [0, 2, 1], [1, 2, 0], [0, 2, 0]])
    scores = np.array([0.449918, 0.421042, 0.299863, 0.182046, 0.180026, 0.108438])
    shares = ((0, 1), (5, 3, 1), (1, 3, 4))
    proportions = tuple(tuple(Fraction(part, sum(each)) for part in each) for each in shares)
    task = Task(scores, codes, proportions, 4)
    order, gap = best_under_all_floors(task, SECONDS)
    assert (short(task, order), gap) == (2, 0.0)
    assert order.tolist() == [0, 1, 2, 4]


@pytest.mark.parametrize("seed", range(3))
def test_twenty_of_a_hundred_in_two_attributes_of_three_are_proven_best(seed: int) -> None:
    task = crossed(seed, 100, 20, 3, 3)
    order, gap = best_under_all_floors(task, SECONDS)
    assert is_ranking(task, order)
    assert (short(task, order), gap) == (0, 0.0)
    for attribute in range(2):  # the floors of one attribute alone bind less
        alone = Task(task.scores, task.groups[:, [attribute]], (task.targets[attribute],), task.k)
        assert dcg(task, order) <= dcg(task, best_under_floors(alone)) + 1e-9


@given(canonical_tasks(most=10, groups=3, attributes=2, points=3))
@settings(max_examples=40, deadline=None)
def test_neither_labels_nor_the_order_of_attributes_change_anything(task: Task) -> None:
    order = best_under_all_floors(task, SECONDS)[0].tolist()
    assert best_under_all_floors(relabelled(task), SECONDS)[0].tolist() == order
    turned = Task(task.scores, task.groups[:, ::-1].copy(), task.targets[::-1], task.k)
    assert best_under_all_floors(turned, SECONDS)[0].tolist() == order


@pytest.mark.parametrize("change", [-1000.0, -0.5, 1000.0])
def test_adding_the_same_to_every_score_changes_nothing(change: float) -> None:
    task = crossed(1, 60, 12, 3, 2)
    moved = Task(task.scores + change, task.groups, task.targets, task.k)
    order, gap = best_under_all_floors(moved, SECONDS)
    assert (order.tolist(), gap) == (best_under_all_floors(task, SECONDS)[0].tolist(), 0.0)


@given(canonical_tasks(most=12, groups=3, attributes=2))
def test_targets_of_nothing_leave_the_order_by_score(task: Task) -> None:
    none = tuple(tuple(Fraction(0) for _ in group) for group in task.targets)
    order, gap = best_under_all_floors(Task(task.scores, task.groups, none, task.k), SECONDS)
    assert (order.tolist(), gap) == (list(range(task.k)), 0.0)


@pytest.mark.parametrize("change", [0.0, -1000.0])
def test_without_time_there_is_still_a_ranking_and_the_gap_says_that_it_is_not_proven(
    change: float,
) -> None:
    task = crossed(0, 100, 20, 3, 3)
    moved = Task(task.scores + change, task.groups, task.targets, task.k)
    order, gap = best_under_all_floors(moved, 1e-9)
    assert is_ranking(moved, order)
    assert 0 < gap < 1
    best, _ = best_under_all_floors(moved, SECONDS)
    if short(moved, order) == 0:
        assert dcg(moved, order) <= dcg(moved, best)


def test_time_may_end_before_it_is_known_how_little_can_be_short() -> None:
    codes = np.array([[0, 0], [0, 0], [1, 0], [1, 0], [0, 1], [0, 1]])
    task = Task(np.ones(6), codes, ((Fraction(0), HALF), (Fraction(0), Fraction(1))), 4)
    order, gap = best_under_all_floors(task, 1e-9)
    assert is_ranking(task, order)
    assert 0 < gap < 1e-9  # all scores are equal, but nothing was proven
