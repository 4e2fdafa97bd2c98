"""Floors and ceilings at once: the highest DCG, against every possible ranking."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from task_strategies import (
    canonical_tasks,
    dcg,
    excess,
    is_ranking,
    least,
    random_task,
    relabelled,
    short,
)

from matching.fairness.ceilings import best_between
from matching.fairness.floors import best_under_floors
from matching.fairness.task import Task

HALF = Fraction(1, 2)


def one_attribute(codes: list[int], *targets: Fraction, k: int) -> Task:
    """Scores 100, 99, 98 and so on."""
    return Task(100.0 - np.arange(len(codes)), np.array(codes)[:, None], (targets,), k)


@given(canonical_tasks(most=6, points=20))
@settings(max_examples=250, deadline=None)
def test_no_ranking_breaks_fewer_floors_then_less_of_a_ceiling_then_has_a_higher_dcg(
    task: Task,
) -> None:
    order = best_between(task)
    assert is_ranking(task, order)
    reached = [short(task, order), excess(task, order), -dcg(task, order)]
    assert reached == pytest.approx(least(task, short, excess, lambda t, o: -dcg(t, o)))


@given(canonical_tasks(most=40, groups=6, points=20))
def test_floors_are_always_held(task: Task) -> None:
    order = best_between(task)
    assert is_ranking(task, order)
    assert short(task, order) == 0


@pytest.mark.parametrize("groups", range(2, 11))
def test_ceilings_are_held_where_every_group_has_enough(groups: int) -> None:
    task = random_task(groups, 1000, 100, groups)
    order = best_between(task)
    assert (short(task, order), excess(task, order)) == (0, 0)
    assert dcg(task, order) <= dcg(task, best_under_floors(task))


def test_a_ceiling_holds_back_a_group_that_a_floor_alone_would_not() -> None:
    task = one_attribute([0, 0, 0, 1, 1, 1], HALF, HALF, k=4)
    assert best_between(task).tolist() == [0, 3, 1, 4]
    assert best_between(relabelled(task)).tolist() == [0, 3, 1, 4]


def test_when_a_group_runs_out_the_others_exceed_their_ceilings_as_late_as_they_can() -> None:
    task = one_attribute([0, 0, 0, 0, 1], HALF, HALF, k=5)
    assert best_between(task).tolist() == [0, 4, 1, 2, 3]


def test_places_that_no_target_speaks_for_go_to_whoever_exceeds_least() -> None:
    task = one_attribute([1, 1, 0, 0], Fraction(1, 4), Fraction(0), k=2)
    assert best_between(task).tolist() == [2, 0]


@given(canonical_tasks(most=20, groups=4, points=3))
def test_targets_of_nothing_leave_the_order_by_score(task: Task) -> None:
    none = tuple(Fraction(0) for _ in task.targets[0])
    given_none = Task(task.scores, task.groups, (none,), task.k)
    assert best_between(given_none).tolist() == list(range(task.k))


@given(canonical_tasks(most=25, groups=5, points=3))
@settings(deadline=None)
def test_relabelling_groups_changes_nothing(task: Task) -> None:
    assert best_between(relabelled(task)).tolist() == best_between(task).tolist()


@given(canonical_tasks(most=12, groups=4, points=2))
@settings(deadline=None)
def test_of_equal_scores_the_first_given_comes_first_where_the_constraints_do_not_mind(
    task: Task,
) -> None:
    order = best_between(task)
    for place in range(task.k):
        for later in range(place + 1, task.k):
            swapped = order.copy()
            swapped[[place, later]] = order[[later, place]]
            if (
                task.scores[order[place]] == task.scores[order[later]]
                and swapped[place] < order[place]
            ):
                assert not is_ranking(task, swapped) or (
                    (short(task, swapped), excess(task, swapped))
                    > (short(task, order), excess(task, order))
                )


def test_a_score_far_above_the_others_changes_nothing_for_them() -> None:
    codes = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]
    third = Fraction(1, 3)
    task = one_attribute(codes, third, third, third, k=9)
    outlier = task.scores.copy()
    outlier[0] = 1e6
    far = Task(outlier, task.groups, task.targets, task.k)
    assert best_between(far).tolist() == best_between(task).tolist()
