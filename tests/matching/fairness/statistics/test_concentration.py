"""How evenly exposure falls."""

from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.fairness.statistics.concentration import gini

amounts = st.lists(st.integers(0, 1000), min_size=1, max_size=20)


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
