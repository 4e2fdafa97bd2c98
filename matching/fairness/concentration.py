"""How evenly exposure falls: against merit, among people, and on whom at all. Pure."""

from math import nan

import numpy as np
import numpy.typing as npt

from matching.fairness.task import Floats


def exposure_over_merit(
    exposure: npt.ArrayLike, merit: npt.ArrayLike, groups: npt.ArrayLike, count: int
) -> Floats:
    """Each group's share of all exposure over its share of all merit; 1 is what merit earns.

    Singh and Joachims (2018), Fairness of exposure in rankings, section 4.2, over shares.

    Args:
        exposure: what each place gave, not negative; shape (n,).
        merit: what the score earned, not negative; shape (n,).
        groups: group codes from 0; shape (n,).
        count: how many groups there are.

    Returns:
        Shape (groups,); nan for a group with neither, inf for one with exposure and no merit.
    """
    codes = np.asarray(groups, dtype=np.int64)
    shares = []
    for values in (exposure, merit):
        sums = np.bincount(codes, np.asarray(values, dtype=np.float64), minlength=count)
        shares.append(sums / sums.sum() if sums.sum() > 0 else np.zeros(count))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(shares[0] / shares[1])


def gini(values: npt.ArrayLike) -> float:
    """Gini coefficient of values that are not negative; 0 is even, near 1 is all to one.

    Half the mean absolute difference over the mean, from the sorted values x_1 <= ... <= x_n:
    sum of (2 i - n - 1) x_i / (n sum of x). 0 where there is nothing to share; nan for nobody.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    if not len(ordered):
        return nan
    total = float(ordered.sum())
    if total <= 0:
        return 0.0
    weights = 2 * np.arange(1, len(ordered) + 1) - len(ordered) - 1
    return float(weights @ ordered / (len(ordered) * total))


def coverage(times_shown: npt.ArrayLike) -> float:
    """Share of people who were shown at least once, from how often each was; nan for nobody."""
    times = np.asarray(times_shown)
    return float((times > 0).mean()) if len(times) else nan
