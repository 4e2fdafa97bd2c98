"""Metrics of a ranking by group, and its cost. Pure: arrays in, numbers out.

Skew and NDKL: Geyik, Ambler and Kenthapadi (2019), Fairness-aware ranking in search and
recommendation systems. InfeasibleIndex and InfeasibleCount: the same, section 5.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.fairness.task import Floats, Ints, discounts

CUTS = (5, 10, 25, 50, 100)


def dcg(gains: Floats) -> float:
    """Return the discounted cumulative gain of gains in ranked order, shape (k,)."""
    return float(gains @ discounts(len(gains)))


def ndcg(gains: Floats, best: Floats) -> float:
    """Return DCG over that of the best order; 1 where the best order has none.

    Gains must not be negative; `best` holds the k best gains of all, in falling order.
    """
    ideal = dcg(best)
    return dcg(gains) / ideal if ideal > 0 else 1.0


def prefix_counts(ranked: Ints, count: int) -> Ints:
    """Return how many of each group every prefix holds, (k, groups), for codes (k,)."""
    return np.cumsum(ranked[:, None] == np.arange(count)[None, :], axis=0, dtype=np.int64)


def skew(ranked: Ints, targets: Floats, k: int) -> Floats:
    """Return ln(share of each group in the first k / its target), shape (groups,).

    -inf for a group with a target and nobody there; nan for one with neither.
    """
    shares = np.bincount(ranked[:k], minlength=len(targets)) / max(len(ranked[:k]), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(shares / targets))


def ndkl(ranked: Ints, targets: Floats) -> float:
    """Return how far prefixes' shares are from the targets, discounted by length, normalised.

    The sum over prefixes i of KL(shares of i || targets) / log2(1 + i), over that of the weights.
    """
    k = len(ranked)
    if k == 0:
        return 0.0
    shares = prefix_counts(ranked, len(targets)) / np.arange(1, k + 1)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(shares > 0, shares * np.log(shares / targets), 0.0)
    weights = discounts(k)
    return float(terms.sum(axis=1) @ weights / weights.sum())


def infeasible_prefixes(ranked: Ints, required: Ints) -> Ints:
    """Return how many groups each prefix is short of, (k,), for requirements (k, groups)."""
    short = prefix_counts(ranked, required.shape[1]) < required
    return np.asarray(short.sum(axis=1), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class SkewAt:
    """Least and greatest skew in the first k, over the groups that have a target."""

    k: int
    least: float
    greatest: float


@dataclass(frozen=True, slots=True)
class Metrics:
    """How a ranking of k compares with its targets.

    Args:
        skews: at each of 5, 10, 25, 50, 100 that the ranking reaches, and at its end.
        ndkl: see `ndkl`.
        infeasible_index: prefixes with any floor broken.
        infeasible_count: pairs of prefix and group with the floor broken.
        exposure: each group's share of the exposure, 1 / log2(1 + place), over the whole ranking.
        ndcg: against the order by score.
    """

    skews: tuple[SkewAt, ...]
    ndkl: float
    infeasible_index: int
    infeasible_count: int
    exposure: tuple[float, ...]
    ndcg: float

    @property
    def min_skew(self) -> float:
        """Least skew at the end of the ranking."""
        return self.skews[-1].least if self.skews else 0.0

    @property
    def max_skew(self) -> float:
        """Greatest skew at the end of the ranking."""
        return self.skews[-1].greatest if self.skews else 0.0


def measure(
    ranked: Ints, targets: Floats, required: Ints, achieved: float, cuts: Sequence[int] = CUTS
) -> Metrics:
    """Return every metric of a ranking for one attribute.

    Args:
        ranked: shape (k,), group codes in ranked order.
        targets: shape (groups,).
        required: shape (k, groups), the floor of each prefix.
        achieved: the NDCG.
    """
    k = len(ranked)
    short = infeasible_prefixes(ranked, required)
    weights = discounts(k)
    exposure = np.bincount(ranked, weights=weights, minlength=len(targets))
    return Metrics(
        tuple(_skew_at(ranked, targets, cut) for cut in sorted({*cuts, k}) if 0 < cut <= k),
        ndkl(ranked, targets),
        int((short > 0).sum()),
        int(short.sum()),
        tuple((exposure / max(weights.sum(), 1e-12)).tolist()),
        achieved,
    )


def _skew_at(ranked: Ints, targets: Floats, k: int) -> SkewAt:
    values = skew(ranked, targets, k)[targets > 0]
    return SkewAt(k, float(values.min(initial=np.inf)), float(values.max(initial=-np.inf)))
