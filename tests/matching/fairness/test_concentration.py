"""How evenly exposure falls."""

from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.fairness.concentration import coverage, exposure_over_merit, gini

amounts = st.lists(st.integers(0, 1000), min_size=1, max_size=20)


def test_a_group_with_its_share_of_merit_in_exposure_has_one() -> None:
    found = exposure_over_merit([1.0, 0.5, 0.5], [4, 2, 2], [0, 1, 1], 2)
    assert found.tolist() == [1.0, 1.0]


def test_exposure_over_merit_by_hand() -> None:
    found = exposure_over_merit([3, 1, 0], [1, 1, 2], [0, 1, 1], 2)
    assert found.tolist() == pytest.approx([0.75 / 0.25, 0.25 / 0.75])


def test_groups_without_merit_or_without_anyone() -> None:
    found = exposure_over_merit([1, 1], [0, 2], [0, 1], 3)
    assert found[0] == inf
    assert found[1] == 0.5
    assert isnan(found[2])
    assert np.isnan(exposure_over_merit([], [], [], 2)).all()


@given(amounts)
def test_gini_is_half_the_mean_difference_over_the_mean(values: list[int]) -> None:
    if sum(values) == 0:
        assert gini(values) == 0
        return
    differences = [abs(x - y) for x in values for y in values]
    expected = sum(differences) / len(values) ** 2 / (2 * sum(values) / len(values))
    assert gini(values) == pytest.approx(expected)


@given(amounts, st.integers(1, 9))
def test_gini_knows_neither_order_nor_scale(values: list[int], scale: int) -> None:
    assert gini([scale * value for value in reversed(values)]) == pytest.approx(gini(values))


def test_gini_of_even_and_of_one_who_has_all() -> None:
    assert gini([5, 5, 5, 5]) == pytest.approx(0)
    assert gini([0, 0, 0, 9]) == pytest.approx(0.75)
    assert isnan(gini([]))


def test_coverage_counts_who_was_shown_at_all() -> None:
    assert coverage([0, 3, 1, 0]) == 0.5
    assert isnan(coverage([]))
