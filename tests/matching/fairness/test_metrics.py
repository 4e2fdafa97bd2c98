"""Published definitions on cases small enough to work out by hand."""

from math import inf, log, log2

import numpy as np
import pytest

from matching.fairness.metrics import (
    dcg,
    infeasible_prefixes,
    measure,
    ndcg,
    ndkl,
    prefix_counts,
    skew,
)

HALVES = np.array([0.5, 0.5])


def test_dcg_discounts_by_the_logarithm_of_the_place() -> None:
    assert dcg(np.array([3.0, 2.0, 1.0])) == pytest.approx(3 + 2 / log2(3) + 1 / 2)


def test_ndcg_is_one_for_the_best_order_and_where_nothing_can_be_gained() -> None:
    best = np.array([3.0, 2.0, 1.0])
    assert ndcg(best, best) == 1
    assert ndcg(best[::-1].copy(), best) < 1
    assert ndcg(np.zeros(3), np.zeros(3)) == 1


def test_skew_is_the_logarithm_of_share_over_target() -> None:
    values = skew(np.array([0, 0, 0, 1]), HALVES, 4)
    assert values.tolist() == pytest.approx([log(0.75 / 0.5), log(0.25 / 0.5)])
    assert skew(np.array([0, 0]), HALVES, 2)[1] == -inf


def test_ndkl_is_zero_at_the_targets_and_weighs_early_places_most() -> None:
    alike = np.array([0, 1] * 50)
    apart = np.array([0] * 50 + [1] * 50)
    assert 0 < ndkl(alike, HALVES) < ndkl(apart, HALVES)
    first = log(2)  # one place, all of one group
    weights = [1, 1 / log2(3)]
    assert ndkl(np.array([0, 1]), HALVES) == pytest.approx(first / sum(weights))
    assert ndkl(np.empty(0, dtype=np.int64), HALVES) == 0


def test_prefixes_with_any_floor_broken_are_counted_and_so_are_pairs() -> None:
    required = np.array([[0, 0], [1, 1], [1, 1], [2, 2]])
    ranked = np.array([0, 0, 0, 1])
    assert prefix_counts(ranked, 2).tolist() == [[1, 0], [2, 0], [3, 0], [3, 1]]
    assert infeasible_prefixes(ranked, required).tolist() == [0, 1, 1, 1]
    measured = measure(ranked, HALVES, required, 0.9)
    assert (measured.infeasible_index, measured.infeasible_count) == (3, 3)
    assert measured.exposure == pytest.approx(
        (
            (1 + 1 / log2(3) + 0.5) / (1.5 + 1 / log2(3) + 1 / log2(5)),
            (1 / log2(5)) / (1.5 + 1 / log2(3) + 1 / log2(5)),
        )
    )


def test_skew_is_taken_early_as_well_as_at_the_end() -> None:
    ranked = np.array([0] * 10 + [1] * 10)
    required = np.zeros((20, 2), dtype=np.int64)
    measured = measure(ranked, HALVES, required, 1.0)
    assert [each.k for each in measured.skews] == [5, 10, 20]
    assert measured.skews[0].least == -inf
    assert (measured.min_skew, measured.max_skew) == (0, 0)
