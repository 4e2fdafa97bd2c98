"""A sample of the million random tasks, and proof that their checker would notice."""

from fractions import Fraction

import numpy as np
import pytest

from benchmarks.fairness_checks import (
    Faults,
    RandomTask,
    compare,
    compiled_compare,
    compiled_floor_table,
    find_faults,
    floor_table,
    make_task,
)
from benchmarks.fairness_million import Tally, check_tasks
from matching.fairness.policy import Policy
from matching.fairness.rerank import rerank

SAMPLE = 3_000
RIGHT = Faults(0, 0, 0, 0, 0)
TASK = RandomTask(
    np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4]),
    np.array([0, 0, 0, 0, 1, 1]),
    (Fraction(1, 2), Fraction(1, 2)),
    float("-inf"),
    4,
)


def test_a_sample_of_the_million_tasks_has_no_fault() -> None:
    tally: Tally = {}
    assert check_tasks(0, SAMPLE, tally) == []
    assert tally["floor"]["rankings"] == SAMPLE
    assert tally["tasks"]["a group exhausted"] > SAMPLE / 2


def test_a_task_is_made_from_its_number_alone() -> None:
    first, again = make_task(17), make_task(17)
    assert first.scores.tolist() == again.scores.tolist()
    assert (first.targets, first.k) == (again.targets, again.k)


@pytest.mark.parametrize(
    ("ranked", "faults"),
    [
        ([0, 4, 1, 5], RIGHT),
        ([0, 1, 4, 5], Faults(0, 0, 1, 0, 0)),  # nobody of group 1 in the first two
        ([0, 1, 2, 3], Faults(0, 0, 3, 0, 0)),
        ([0, 4, 0, 5], Faults(0, 1, 0, 1, 0)),  # the same person twice
        ([1, 4, 0, 5], Faults(0, 0, 0, 2, 0)),  # a pair swapped inside its group
        ([0, 4, 2, 5], Faults(0, 0, 0, 1, 0)),  # the second best of a group passed over
        ([0, 4, 1], Faults(1, 0, 0, 0, 0)),
        ([0, 4, 1, 6], Faults(1, 0, 0, 0, 0)),
    ],
)
def test_the_checker_notices_what_is_planted(ranked: list[int], faults: Faults) -> None:
    assert find_faults(TASK, np.array(ranked)) == faults


def test_the_checker_notices_a_floor_that_lifts_someone_below_the_threshold() -> None:
    strict = RandomTask(TASK.scores, TASK.groups, TASK.targets, 0.45, 4)
    assert find_faults(strict, np.array([0, 4, 1, 2])) == RIGHT
    assert find_faults(strict, np.array([0, 4, 5, 1])) == Faults(0, 0, 0, 0, 1)


def test_the_checker_asks_no_more_of_a_group_than_it_has() -> None:
    scarce = RandomTask(TASK.scores[:5], TASK.groups[:5], TASK.targets, float("-inf"), 5)
    assert find_faults(scarce, np.array([0, 4, 1, 2, 3])) == RIGHT


def test_equal_scores_keep_the_order_given() -> None:
    tied = RandomTask(np.ones(3), np.array([0, 0, 1]), (Fraction(1), Fraction(0)), 0.0, 3)
    assert find_faults(tied, np.array([0, 1, 2])) == RIGHT
    assert find_faults(tied, np.array([1, 0, 2])).order == 2


def test_the_compiled_checker_says_what_the_plain_one_says() -> None:
    for number in range(40):
        task = make_task(number)
        ranked = rerank(task.scores, task.groups, Policy("none"), task.k).order
        numerators = np.array([target.numerator for target in task.targets])
        denominators = np.array([target.denominator for target in task.targets])
        sizes = np.bincount(task.groups, minlength=len(task.targets))
        required = floor_table(numerators, denominators, sizes, task.k)
        same = compiled_floor_table(numerators, denominators, sizes, task.k)
        assert required.tolist() == same.tolist()
        best_first = np.argsort(-np.rint(task.scores * 1e6), kind="stable")
        given = (ranked, task.groups, best_first, np.ones(len(task.scores), dtype=np.int64))
        assert compare(*given, required, task.k) == compiled_compare(*given, required, task.k)


def test_by_score_alone_floors_are_broken() -> None:
    """So that a checker which finds nothing anywhere would fail here."""
    broken = 0
    for number in range(200):
        task = make_task(number)
        ranked = rerank(
            task.scores, task.groups, Policy("none", targets=task.targets), task.k
        ).order
        broken += find_faults(task, ranked).floors > 0
    assert broken > 100
