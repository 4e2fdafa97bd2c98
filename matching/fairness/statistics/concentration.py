"""How evenly exposure is spread over people. Pure."""

from math import nan

import numpy as np
import numpy.typing as npt


def gini(values: npt.ArrayLike) -> float:
    """Return the Gini coefficient of values of at least 0: 0 is even, near 1 is all to one.

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
