"""Points that are shown add up to the points that are shown."""

from hypothesis import given
from hypothesis import strategies as st

from web.view.charts import whole_points

PARTS = st.lists(st.integers(0, 120_000), min_size=1, max_size=8)


@given(PARTS)
def test_whole_points_sum_to_their_rounded_sum(millionths: list[int]) -> None:
    values = [part / 1_000_000 for part in millionths]
    points = whole_points(values)
    assert abs(sum(points) - sum(values) * 100) <= 0.5 + 1e-9


@given(PARTS)
def test_no_part_is_rounded_by_a_whole_point(millionths: list[int]) -> None:
    values = [part / 1_000_000 for part in millionths]
    for value, shown in zip(values, whole_points(values), strict=True):
        assert abs(shown - value * 100) < 1 + 1e-9


def test_the_largest_remainders_are_rounded_up() -> None:
    assert whole_points([0.104, 0.207, 0.309]) == [10, 21, 31]
