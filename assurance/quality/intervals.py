"""How sure a mean over queries is."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy  # which imports each of its parts when it is first used

RESAMPLES = 2_000
SEED = 2026
LEVEL = 0.95
BATCH = 200  # resamples held at once


class Mean(NamedTuple):
    """A mean of n values and the ends of its 95 % interval, which are None where n is below 2."""

    mean: float
    low: float | None
    high: float | None
    n: int


def mean_with_interval(values: Sequence[float]) -> Mean:
    """The mean of a sample and its percentile bootstrap interval (Efron 1979).

    The same values in the same order give the same interval. Given the differences of two rankers,
    query by query, the interval is that of their paired difference.

    Raises:
        ValueError: there are no values.
    """
    sample = np.asarray(values, dtype=np.float64)
    if len(sample) == 0:
        raise ValueError("no values to take the mean of")
    mean = float(sample.mean())
    if len(sample) == 1:
        return Mean(mean, None, None, 1)
    interval = scipy.stats.bootstrap(
        (sample,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=LEVEL,
        method="percentile",
        batch=BATCH,
        vectorized=True,
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return Mean(mean, float(interval.low), float(interval.high), len(sample))
