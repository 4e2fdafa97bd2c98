"""The greedy re-rankings of Geyik, Ambler and Kenthapadi, against their pseudo-code."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import given, settings
from task_strategies import canonical_tasks, dcg, is_ranking, random_task, relabelled, short

from matching.fairness.floors import best_under_floors
from matching.fairness.published import det_cons, det_const_sort, det_greedy, det_relaxed
from matching.fairness.task import Ints, Task

METHODS = (det_greedy, det_cons, det_relaxed, det_const_sort)
Method = Callable[[Task], Ints]
HALF = Fraction(1, 2)
R, B = 0, 1


def two_groups(codes: list[int], *targets: Fraction, k: int) -> Task:
    """Scores 100, 90, 80 and so on."""
    scores = 100.0 - 10.0 * np.arange(len(codes))
    return Task(scores, np.array(codes)[:, None], (targets,), k)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("first", "second"), [(R, B), (B, R)])
def test_groups_alternate_at_equal_targets_whichever_is_listed_first(
    method: Method, first: int, second: int
) -> None:
    codes = [first] * 4 + [second] * 5 + [first]
    task = two_groups(codes, HALF, HALF, k=6)
    assert task.scores[method(task)].tolist() == [100, 60, 90, 50, 80, 40]


@pytest.mark.parametrize("method", METHODS)
@given(canonical_tasks(most=30, groups=5, points=20))
def test_exactly_k_are_ranked_nobody_twice_and_each_group_in_order(
    method: Method, task: Task
) -> None:
    order = method(task)
    assert is_ranking(task, order)
    assert len(set(order.tolist())) == task.k


@pytest.mark.parametrize("method", METHODS)
@given(canonical_tasks(most=30, groups=5, points=3))
def test_relabelling_groups_changes_nothing(method: Method, task: Task) -> None:
    assert method(relabelled(task)).tolist() == method(task).tolist()


@pytest.mark.parametrize("method", METHODS)
@given(canonical_tasks(most=30, groups=5))
def test_targets_of_nothing_leave_the_order_by_score(method: Method, task: Task) -> None:
    none = tuple(Fraction(0) for _ in task.targets[0])
    assert method(Task(task.scores, task.groups, (none,), task.k)).tolist() == list(range(task.k))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("short_group", "long_group"), [(R, B), (B, R)])
def test_a_group_that_runs_out_blocks_nobody(
    method: Method, short_group: int, long_group: int
) -> None:
    codes = [long_group] * 3 + [short_group] + [long_group] * 4
    order = method(two_groups(codes, HALF, HALF, k=8))
    assert order.tolist() == [0, 3, 1, 2, 4, 5, 6, 7]


@pytest.mark.parametrize("method", METHODS)
def test_a_group_without_a_target_waits_for_those_below_theirs(method: Method) -> None:
    task = two_groups([2, 2, 0, 1, 0, 1], HALF, HALF, Fraction(0), k=6)
    order = method(task)
    assert task.groups[order, 0].tolist() in ([0, 1, 0, 1, 2, 2], [2, 2, 0, 1, 0, 1])
    assert task.groups[method(Task(task.scores, task.groups, task.targets, 4)), 0].max() == 1


@pytest.mark.parametrize("method", METHODS)
def test_a_target_of_one_in_a_thousand_million_takes_no_longer(method: Method) -> None:
    tiny = Fraction(1, 10**9)
    task = two_groups([R, B, B, R, R], tiny, tiny, k=5)
    assert sorted(method(task).tolist()) == [0, 1, 2, 3, 4]


def test_conservative_takes_whose_next_call_is_first_and_greedy_the_best() -> None:
    # At the first place ceil(t p) / p is 2, 5/2 and 10. At the second, the first group is called by
    # its floor, or has reached its ceiling.
    targets = (HALF, Fraction(2, 5), Fraction(1, 10))
    task = two_groups([2, 1, 1, 0, 0], *targets, k=2)
    assert det_greedy(task).tolist() == [0, 3]
    assert det_cons(task).tolist() == [3, 1]


def test_relaxed_takes_the_best_of_those_whose_call_comes_at_the_same_place() -> None:
    # 1 / .4 is 2.5 and 1 / .375 is 2.67: both are called at place 3.
    close = (Fraction(2, 5), Fraction(3, 8), Fraction(9, 40))
    task = two_groups([1, 0, 2, 1, 0], *close, k=1)
    assert det_cons(task).tolist() == [1]
    assert det_relaxed(task).tolist() == [0]


def by_pseudo_code(task: Task, rule: str) -> list[int]:
    """Algorithms 1 and 2, with queues of (score rank) and fractions throughout."""
    targets = task.targets[0]
    queues = [np.flatnonzero(task.groups[:, 0] == g).tolist() for g in range(len(targets))]
    counts = [0] * len(targets)
    order: list[int] = []
    for t in range(1, task.k + 1):
        open_groups = [g for g in range(len(targets)) if queues[g]]
        below_min = [g for g in open_groups if counts[g] < floor(t * targets[g])]
        below_max = [g for g in open_groups if counts[g] < ceil(t * targets[g])]
        if below_min:
            best = min(below_min, key=lambda g: queues[g][0])
        elif not below_max:
            best = min(open_groups, key=lambda g: queues[g][0])
        else:
            due = {g: Fraction(ceil(t * targets[g])) / targets[g] for g in below_max}
            keys = {
                "greedy": lambda g: (0, queues[g][0]),
                "cons": lambda g: (due[g], queues[g][0]),  # noqa: B023
                "relaxed": lambda g: (ceil(due[g]), queues[g][0]),  # noqa: B023
            }
            best = min(below_max, key=keys[rule])
        counts[best] += 1
        order.append(queues[best].pop(0))
    return order


@pytest.mark.parametrize(
    ("method", "rule"), [(det_greedy, "greedy"), (det_cons, "cons"), (det_relaxed, "relaxed")]
)
@given(canonical_tasks(most=25, groups=6))
@settings(max_examples=200)
def test_each_follows_its_pseudo_code(method: Method, rule: str, task: Task) -> None:
    assert method(task).tolist() == by_pseudo_code(task, rule)


@given(canonical_tasks(most=40, groups=8))
@settings(max_examples=1500)
def test_const_sort_breaks_no_floor_that_the_group_can_fill(task: Task) -> None:
    assert short(task, det_const_sort(task)) == 0


@pytest.mark.parametrize("seed", range(10))
def test_const_sort_breaks_no_floor_of_many_groups_among_a_thousand(seed: int) -> None:
    task = random_task(seed, 1000, 100, 2 + seed)
    assert short(task, det_const_sort(task)) == 0


@given(canonical_tasks(most=25, groups=5))
@settings(max_examples=200)
def test_const_sort_is_algorithm_3_counted_from_place_1(task: Task) -> None:
    targets = task.targets[0]
    if 0 in targets or (task.sizes() < task.k).any():  # the paper knows neither case
        task = _plenty(task)
        targets = task.targets[0]
    counts = [0] * len(targets)
    queues = [np.flatnonzero(task.groups[:, 0] == g).tolist() for g in range(len(targets))]
    order: list[int] = [-1]
    latest = [0]
    t = 0
    while len(order) <= task.k:
        t += 1
        changed = [g for g in range(len(targets)) if counts[g] < floor(t * targets[g])]
        for g in sorted(changed, key=lambda g: queues[g][counts[g]]):
            order.append(queues[g][counts[g]])
            latest.append(t)
            start = len(order) - 1
            while start > 1 and latest[start - 1] >= start and order[start - 1] > order[start]:
                order[start - 1 : start + 1] = order[start], order[start - 1]
                latest[start - 1 : start + 1] = latest[start], latest[start - 1]
                start -= 1
            counts[g] += 1
    assert det_const_sort(task).tolist() == order[1 : task.k + 1]


def _plenty(task: Task) -> Task:
    """Four times k of each group, each with a target."""
    groups = len(task.targets[0])
    codes = np.concatenate([task.groups[:, 0], np.tile(np.arange(groups), 4 * task.k + 1)])
    parts = [Fraction(1 + group % 3) for group in range(groups)]
    targets = tuple(part / sum(parts) for part in parts)
    return Task(-np.arange(float(len(codes))), codes[:, None], (targets,), task.k)


@pytest.mark.parametrize("groups", range(2, 11))
def test_exact_floors_have_a_higher_dcg_than_const_sort_on_the_papers_synthetic_tasks(
    groups: int,
) -> None:
    random = np.random.default_rng(groups)
    for _ in range(5):
        parts = random.integers(1, 1_000_000, groups).tolist()
        targets = tuple(Fraction(part, sum(parts)) for part in parts)
        scores = np.round(random.random(100 * groups), 6)
        best_first = np.argsort(-scores, kind="stable")
        codes = np.repeat(np.arange(groups), 100)[best_first]
        task = Task(scores[best_first], codes[:, None], (targets,), 100)
        assert short(task, det_const_sort(task)) == 0
        assert dcg(task, best_under_floors(task)) >= dcg(task, det_const_sort(task)) - 1e-9
