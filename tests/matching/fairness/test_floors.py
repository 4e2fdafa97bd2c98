"""Compiled and plain are the same function; requirements and floors are the same deadlines."""

from fractions import Fraction

import numpy as np
from fairness_strategies import Given, tasks
from hypothesis import given
from hypothesis import strategies as st

from matching.fairness.floors import (
    best_under_floors,
    best_under_requirements,
    compiled_place_by_deadline,
    compiled_place_keys,
    compiled_place_under_floors,
    compiled_sort_keys,
    deadlines_of,
    floor_deadlines,
    place_by_deadline,
    sort_keys,
)
from matching.fairness.task import Ints, Task


def canonical(task: Given) -> Task:
    best_first = np.argsort(-task.scores, kind="stable")
    return Task(
        task.scores[best_first],
        task.groups[best_first, None],
        (task.targets,),
        min(task.k, len(task.scores)),
    )


def numbers(task: Task) -> tuple[Ints, Ints, Ints]:
    (targets,) = task.targets
    return (
        np.array([target.numerator for target in targets], dtype=np.int64),
        np.array([target.denominator for target in targets], dtype=np.int64),
        task.sizes(),
    )


@given(tasks(most=40, groups=6))
def test_the_compiled_functions_are_the_plain_ones(task: Given) -> None:
    whole = canonical(task)
    given_numbers = numbers(whole)
    numerators, denominators, _ = given_numbers
    deadlines = floor_deadlines(*given_numbers, whole.k)
    groups = np.ascontiguousarray(whole.groups[:, 0])
    plain = place_by_deadline(groups, deadlines, whole.k)
    assert compiled_place_by_deadline(groups, deadlines, whole.k).tolist() == plain.tolist()
    under_floors = compiled_place_under_floors(groups, numerators, denominators, whole.k)
    assert under_floors.tolist() == plain.tolist()


@given(tasks(most=40, groups=6))
def test_the_loop_over_sorted_keys_is_the_plain_one_step_by_step(task: Given) -> None:
    whole = canonical(task)
    numerators, denominators, _ = numbers(whole)
    _, keys, _ = sort_keys(task.scores)
    keys.sort()
    by_score, order, least, greatest = compiled_place_keys(
        keys, task.groups, numerators, denominators, whole.k
    )
    best_first = np.argsort(-task.scores, kind="stable")
    assert by_score.tolist() == best_first.tolist()
    assert order.tolist() == best_first[best_under_floors(whole)].tolist()
    assert (least, greatest) == (0, max(task.groups, default=-1))


@given(tasks(most=40, groups=6))
def test_floors_stated_as_requirements_give_the_same_ranking(task: Given) -> None:
    whole = canonical(task)
    required = whole.floors()
    assert deadlines_of(required).tolist() == floor_deadlines(*numbers(whole), whole.k).tolist()
    assert best_under_requirements(whole, required).tolist() == best_under_floors(whole).tolist()


@given(st.lists(st.floats(-1e12, 1e12), max_size=20))
def test_keys_sort_scores_and_keep_positions(scores: list[float]) -> None:
    values = np.array(scores, dtype=np.float64)
    for function in (sort_keys, compiled_sort_keys):
        millionths, _, largest = function(values)
        assert millionths.tolist() == [int(np.rint(score * 1e6)) for score in scores]
        assert largest == max((abs(score) for score in scores), default=0.0)


def test_the_jth_of_a_group_is_due_where_the_floor_first_asks_for_them() -> None:
    third = Fraction(1, 3)
    deadlines = floor_deadlines(
        np.array([third.numerator]), np.array([third.denominator]), np.array([2]), 10
    )
    assert deadlines.tolist() == [[11, 3, 6, 11, 11, 11, 11, 11, 11, 11, 11]]
