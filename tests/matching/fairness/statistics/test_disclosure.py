"""Small numbers are hidden, and cannot be worked out: proved by going through every table."""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.fairness.statistics.disclosure import THRESHOLD, HiddenCells, KnownBound, hide_small
from matching.fairness.task import Ints

Column = tuple[int, ...]


def possible_columns(table: Ints, hidden: HiddenCells, stage: int) -> Iterator[Column]:
    """Every column that fits the counts and the total shown."""
    most = int(table.sum()) + 1
    choices = [
        range(most + 1) if hidden.cells[group, stage] else (int(table[group, stage]),)
        for group in range(len(table))
    ]
    total = None if hidden.totals[stage] else int(table[:, stage].sum())
    if total is not None:
        choices = [[value for value in values if value <= total] for values in choices]
    else:
        choices = [[v for v in values if v <= table.max() + 1] for values in choices]
    for column in product(*choices):
        if total is None or sum(column) == total:
            yield column


def possible_tables(
    table: Ints, hidden: HiddenCells, *, nested: bool
) -> Iterator[tuple[Column, ...]]:
    """Every table that fits what is shown; where a total is hidden, only some of them."""
    columns = [list(possible_columns(table, hidden, stage)) for stage in range(table.shape[1])]

    def extend(so_far: tuple[Column, ...]) -> Iterator[tuple[Column, ...]]:
        if len(so_far) == len(columns):
            yield so_far
            return
        for column in columns[len(so_far)]:
            if nested and so_far and any(x > y for x, y in zip(column, so_far[-1], strict=True)):
                continue
            yield from extend((*so_far, column))

    return extend(())


def denies(columns: tuple[Column, ...], known: tuple[KnownBound, ...]) -> bool:
    """Whether any group has more in the lesser columns than in the greater."""
    return any(
        sum(columns[stage][group] for stage in each.fewer)
        > sum(columns[stage][group] for stage in each.more)
        for each in known
        for group in range(len(columns[0]))
    )


def can_be_worked_out(
    table: Ints, hidden: HiddenCells, *, nested: bool, known: tuple[KnownBound, ...] = ()
) -> set[tuple[int, int]]:
    """The hidden counts that are the same in every table that fits what is shown."""
    certain = {(int(group), int(stage)) for group, stage in np.argwhere(hidden.cells)}
    for columns in possible_tables(table, hidden, nested=nested):
        if denies(columns, known):
            continue
        certain = {
            (group, stage)
            for group, stage in certain
            if columns[stage][group] == table[group, stage]
        }
        if not certain:
            break
    return certain


counts = st.integers(0, 9)
one_way = st.lists(counts, min_size=1, max_size=4).map(lambda column: np.array(column)[:, None])
stages = st.integers(1, 3)
two_way = stages.flatmap(
    lambda width: st.lists(
        st.lists(counts, min_size=width, max_size=width), min_size=1, max_size=3
    ).map(np.array)
)
funnels = two_way.map(lambda table: np.sort(table, axis=1)[:, ::-1])


@settings(deadline=None)
@given(one_way)
def test_nothing_hidden_in_a_column_can_be_worked_out_from_its_total(table: Ints) -> None:
    hidden = hide_small(table)
    assert can_be_worked_out(table, hidden, nested=False) == set()


@settings(deadline=None)
@given(two_way)
def test_nothing_hidden_in_a_table_can_be_worked_out_from_its_totals(table: Ints) -> None:
    hidden = hide_small(table)
    assert can_be_worked_out(table, hidden, nested=False) == set()


@settings(deadline=None)
@given(funnels)
def test_nothing_hidden_in_a_funnel_can_be_worked_out(table: Ints) -> None:
    hidden = hide_small(table, nested=True)
    assert can_be_worked_out(table, hidden, nested=True) == set()


# A group; some of it; and two parts of those, of whom nobody is in both.
IN_PARTS = (KnownBound((1,), (0,)), KnownBound((2, 3), (1,)))
# A group; of it, those of whom at least one of two things is so.
IN_EITHER = (
    KnownBound((1,), (0,)),
    KnownBound((2,), (1,)),
    KnownBound((3,), (1,)),
    KnownBound((1,), (2, 3)),
)


@st.composite
def in_parts(draw: st.DrawFn) -> Ints:
    def row() -> tuple[int, ...]:
        first, second = draw(st.integers(0, 6)), draw(st.integers(0, 6))
        some = first + second + draw(st.integers(0, 1))
        return some + draw(st.integers(0, 1)), some, first, second

    return np.array([row() for _ in range(draw(st.integers(1, 2)))])


@st.composite
def in_either(draw: st.DrawFn) -> Ints:
    def row() -> tuple[int, ...]:
        first, second = draw(st.integers(0, 6)), draw(st.integers(0, 6))
        some = draw(st.integers(max(first, second), first + second))
        return some + draw(st.integers(0, 1)), some, first, second

    return np.array([row() for _ in range(draw(st.integers(1, 2)))])


@settings(deadline=None, max_examples=60)
@given(in_parts())
def test_nothing_hidden_can_be_worked_out_from_the_parts_beside_it(table: Ints) -> None:
    hidden = hide_small(table, known=IN_PARTS)
    assert hidden.cells[(table > 0) & (table < THRESHOLD)].all()
    assert can_be_worked_out(table, hidden, nested=False, known=IN_PARTS) == set()


@settings(deadline=None, max_examples=60)
@given(in_either())
def test_nothing_hidden_can_be_worked_out_from_who_is_in_either(table: Ints) -> None:
    hidden = hide_small(table, known=IN_EITHER)
    assert hidden.cells[(table > 0) & (table < THRESHOLD)].all()
    assert can_be_worked_out(table, hidden, nested=False, known=IN_EITHER) == set()


def test_stages_that_follow_each_other_are_the_same_said_either_way() -> None:
    table = np.array([[30, 30, 12], [60, 3, 0], [50, 40, 30], [2, 1, 0]])
    said = hide_small(table, known=(KnownBound((1,), (0,)), KnownBound((2,), (1,))))
    nested = hide_small(table, nested=True)
    assert (said.cells == nested.cells).all()
    assert (said.totals == nested.totals).all()


@settings(deadline=None)
@given(funnels, st.booleans())
def test_every_small_count_is_hidden(table: Ints, nested: bool) -> None:
    hidden = hide_small(table, nested=nested)
    small = (table > 0) & (table < THRESHOLD)
    assert hidden.cells[small].all()
    if not small.any():
        assert not hidden.cells.any()
        assert not hidden.totals.any()
    if nested:
        assert hidden.cells[small[:, 0]].all(), "the whole row of a small group"


@settings(deadline=None)
@given(funnels)
def test_the_order_of_the_groups_decides_ties_only(table: Ints) -> None:
    forward, backward = hide_small(table), hide_small(table[::-1])
    assert forward.cells.sum(axis=0).tolist() == backward.cells.sum(axis=0).tolist()
    assert forward.totals.tolist() == backward.totals.tolist()


def test_the_brute_force_does_find_what_can_be_worked_out() -> None:
    table = np.array([[3], [50], [7]])
    only_the_small = HiddenCells(table < THRESHOLD, np.zeros(1, dtype=np.bool_))
    assert can_be_worked_out(table, only_the_small, nested=False) == {(0, 0)}


@pytest.mark.parametrize(
    ("column", "cells", "total"),
    [
        ([30, 40, 50], [], False),
        ([3, 60, 50], [0, 2], False),
        ([3, 4, 50], [0, 1], False),
        ([3, 0, 50], [0, 2], False),
        ([3, 0], [0], True),
        ([0, 0, 9], [], False),
        ([3], [0], True),
        ([2, 2, 0], [0, 1], True),
        ([4, 5], [0, 1], False),
        ([5, 9], [], False),
    ],
)
def test_a_second_count_is_hidden_and_a_zero_only_if_it_must(
    column: list[int], cells: list[int], *, total: bool
) -> None:
    hidden = hide_small(column)
    assert np.flatnonzero(hidden.cells[:, 0]).tolist() == cells
    assert hidden.totals.tolist() == [total]


def test_a_count_between_two_equal_ones_hides_nothing_for_another() -> None:
    """Of 30, 30, 30 the middle one is known, so it cannot protect the 3 beside it."""
    table = np.array([[30, 30, 30], [60, 3, 0], [50, 40, 30]])
    hidden = hide_small(table, nested=True)
    assert not hidden.cells[0, 1]
    assert hidden.cells[2, 1]
    assert can_be_worked_out(table, hidden, nested=True) == set()


def test_a_small_total_is_hidden_like_any_small_count() -> None:
    hidden = hide_small([[300, 2], [200, 1]], nested=True)
    assert hidden.totals.tolist() == [False, True]


def test_small_counts_far_along_hide_nothing_of_the_stages_before_them() -> None:
    """As in an audit with a few decisions: only what those are part of is hidden."""
    table = np.array(
        [[589, 72, 0, 0, 0, 0, 0], [715, 104, 1, 1, 0, 1, 0], [696, 127, 1, 0, 1, 0, 1]]
    )
    pairs = [(1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (3, 5), (6, 4), (4, 6)]
    known = [KnownBound((fewer,), (more,)) for fewer, more in pairs]
    hidden = hide_small(table, known=[*known, KnownBound((2,), (3, 4))])
    assert not hidden.cells[:, :2].any()
    assert not hidden.totals[:2].any()


def test_a_total_is_not_hidden_where_counts_of_the_stages_beside_it_are_enough() -> None:
    hidden = hide_small([[100, 2, 2, 2], [100, 10, 10, 10]], nested=True)
    assert hidden.cells[:, 1:].all()
    assert not hidden.totals.any()


def test_a_small_group_is_hidden_to_its_zeros() -> None:
    hidden = hide_small([[4, 0], [300, 20], [200, 10]], nested=True)
    assert hidden.cells[0].all()


def test_tables_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        hide_small([-1, 3])
    with pytest.raises(ValueError, match="nor grow"):
        hide_small([[3, 4]], nested=True)
    with pytest.raises(ValueError, match="nor grow"):
        hide_small([[9, 4, 6]], known=(KnownBound((1, 2), (0,)),))


def test_an_empty_table_hides_nothing() -> None:
    assert not hide_small([]).cells.any()


def test_a_table_that_the_solver_once_called_impossible_can_be_hidden() -> None:
    """HiGHS, with its presolve, finds this one infeasible, though the table itself fits."""
    counts = np.array(
        [[17, 17, 17, 17, 9, 9, 9, 2, 1, 1, 1, 1], [5, 5, 5, 5, 1, 1, 1, 1, 1, 0, 1, 0]]
    )
    pairs = [(1, 0), (2, 1), (3, 2), (4, 3), (5, 4), (6, 0), (4, 6), (7, 6), (8, 7), (9, 7)]
    pairs += [(10, 8), (11, 9), (8, 10), (9, 11)]
    known = [KnownBound((fewer,), (more,)) for fewer, more in pairs] + [KnownBound((7,), (8, 9))]
    hidden = hide_small(counts, known=known)
    assert hidden.cells[(counts > 0) & (counts < 5)].all()
