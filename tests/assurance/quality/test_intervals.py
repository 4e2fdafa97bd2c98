"""Intervals of means: steady, equivariant, and right about as often as they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.quality.intervals import Mean, mean_with_interval

VALUES = st.lists(st.integers(0, 100).map(lambda whole: whole / 100), min_size=2, max_size=30)


@given(VALUES)
def test_the_same_values_give_the_same_interval_around_their_mean(values: list[float]) -> None:
    found = mean_with_interval(values)
    assert found == mean_with_interval(values)
    assert found.low is not None
    assert found.high is not None
    assert found.low - 1e-12 <= found.mean <= found.high + 1e-12
    assert min(values) - 1e-12 <= found.low
    assert found.high <= max(values) + 1e-12


@given(VALUES, st.sampled_from([0.5, 2.0, 4.0]), st.integers(-3, 3))
def test_the_interval_moves_with_the_values(values: list[float], times: float, shift: int) -> None:
    moved = mean_with_interval([times * value + shift for value in values])
    assert moved[:3] == pytest.approx(
        [times * end + shift for end in mean_with_interval(values)[:3] if end is not None]
    )


def test_it_holds_the_truth_about_95_times_of_100() -> None:
    draw = np.random.default_rng(7)
    held = 0
    for _ in range(300):
        _, low, high, _ = mean_with_interval(draw.normal(0.4, 0.2, size=60).tolist())
        assert low is not None
        assert high is not None
        held += low <= 0.4 <= high
    assert 0.91 <= held / 300 <= 0.98


def test_it_is_near_the_normal_interval_of_a_large_sample() -> None:
    values = np.random.default_rng(3).normal(0.5, 0.1, size=400)
    _, low, high, _ = mean_with_interval(values.tolist())
    half = 1.96 * values.std() / 20
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.001)


def test_one_value_has_no_interval_and_none_has_no_mean() -> None:
    assert mean_with_interval([0.25]) == Mean(0.25, None, None, 1)
    with pytest.raises(ValueError, match="no values"):
        mean_with_interval([])
