"""The policy `floor_ceiling`: the highest DCG with a minimum and maximum of each group.

The j-th best of a group with target p must stand between places floor((j - 1) / p) + 1 and
ceil(j / p). Placing people so is an assignment, which is solved exactly. Within a group, windows
open and close in order of rank, so that the better of two can always have the better place.
"""

from collections.abc import Callable

import numpy as np
import scipy  # which imports each of its parts when it is first used

from matching.fairness.metrics import prefix_counts
from matching.fairness.task import Floats, Ints, Task, discounts
from matching.fairness.ties import settle_ties


def best_between(task: Task) -> Ints:
    """Return the positions of the policy `floor_ceiling`, shape (k,).

    Every prefix t holds at least min(floor(t p), size) and at most ceil(t p) of each group.
    Floors can always be held. Where ceilings cannot (a group has run out, or targets come to less
    than 1), the excess over them, summed over prefixes and groups, is the least possible; and the
    DCG is the highest of all such rankings.
    """
    if task.k == 0:
        return np.zeros(0, dtype=np.int64)
    chosen, opens, closes = _windows(task)
    places = np.arange(1, task.k + 1)
    late = places[None, :] > closes[:, None]
    excess = np.maximum(opens[:, None] - places[None, :], 0)
    gains = _normalised(task.scores[chosen])[:, None] * discounts(task.k)[None, :]
    try:
        rows = _assign(np.where(late | (excess > 0), np.inf, -gains), closes, task.k)
    except ValueError:
        # All gains together come to k at most: scores are normalised, discounts at most 1.
        rows = _assign(np.where(late, np.inf, excess * (task.k + 1.0) - gains), closes, task.k)
    labels = np.ascontiguousarray(task.groups[:, 0])
    return settle_ties(chosen[rows], labels, task.scores, _burden(task))


def _burden(task: Task) -> Callable[[Ints], float]:
    """Return how far a ranking of codes is from its floors, and then from its ceilings."""
    floors, ceilings = task.floors(), task.ceilings()
    outweighs = task.k * task.k * len(task.targets[0])

    def burden(ranked: Ints) -> float:
        held = prefix_counts(ranked, floors.shape[1])
        short = np.maximum(floors - held, 0).sum()
        return float(outweighs * short + np.maximum(held - ceilings, 0).sum())

    return burden


def _windows(task: Task) -> tuple[Ints, Ints, Ints]:
    """Return who can be placed (positions, rising), and each one's first and last place.

    Nobody past ceil(k p) of their group is needed unless the others are too few; if so, those past
    it exceed their ceilings alike at any place, so that the best of them all are taken.
    """
    (targets,) = task.targets
    within: list[tuple[int, int, int]] = []
    past: list[tuple[int, int, int]] = []
    for group, target in enumerate(targets):
        positions = np.flatnonzero(task.groups[:, 0] == group)[: task.k].tolist()
        numerator, denominator = target.numerator, target.denominator
        most = -(-task.k * numerator // denominator)
        for member, position in enumerate(positions[:most], start=1):
            opens = (member - 1) * denominator // numerator + 1
            within.append((position, opens, min(-(-member * denominator // numerator), task.k + 1)))
        past.extend((position, task.k + 1, task.k + 1) for position in positions[most:])
    past.sort()
    windows = np.array(sorted(within + past[: max(task.k - len(within), 0)]), dtype=np.int64)
    return windows[:, 0], windows[:, 1], windows[:, 2]


def _assign(cost: Floats, closes: Ints, k: int) -> Ints:
    """Return who stands at each place, as rows of `cost`; ValueError if impossible.

    Those whom a floor requires within the first k may not be left out.
    """
    spare = np.where(closes[:, None] <= k, np.inf, np.zeros((len(cost), len(cost) - k)))
    rows, columns = scipy.optimize.linear_sum_assignment(np.hstack([cost, spare]))
    return np.asarray(rows[np.argsort(columns)][:k], dtype=np.int64)


def _normalised(scores: Floats) -> Floats:
    return np.asarray((scores - scores.min()) / (float(np.ptp(scores)) or 1.0))
