"""The policy `statistical`: FA*IR, the ranked group fairness test, for several groups.

Zehlike, Bonchi, Castillo, Hajian, Megahed and Baeza-Yates (2017), FA*IR: a fair top-k ranking
algorithm; for several groups, Zehlike, Suehr, Baeza-Yates, Bonchi, Castillo and Hajian (2022), Fair
top-k ranking with multiple protected groups. A fair process draws each place independently, a group
with its target as the probability. The minimum of a prefix is a quantile of what that would give.

Testing every prefix fails a fair process more often than testing one, so the level of the quantile
is lowered until the probability of failing anywhere, worked out exactly, is at most alpha.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import TypeAlias

import numpy as np

from foundation.errors import ValidationError
from matching.fairness.compiled import compiled
from matching.fairness.task import Floats, Ints, Task

Proportion: TypeAlias = "float | Fraction"
Proportions: TypeAlias = "Proportion | Sequence[Proportion]"
NUMBERS = (int, float, Fraction, np.number)

SAME = 1e-12  # probabilities that differ by less than this share of themselves are one number
ROUNDING = 1e-6  # by how much proportions may come to more than 1
MOST_CELLS = 50_000_000
MOST_WORK_IN_RANKING = (
    10_000_000  # cells times places: under a second, once for each set of targets
)


def lower_tails(k: int, p: float, alpha: float) -> Floats:
    """Return binomial CDFs F(m; t, p) up to alpha, shape (k, k + 1); 2 past alpha."""
    tails = np.full((k, k + 1), 2.0)
    chances = np.zeros(k + 1)
    chances[0] = 1.0
    for row in range(k):
        for count in range(row + 1, 0, -1):
            chances[count] = chances[count] * (1.0 - p) + chances[count - 1] * p
        chances[0] *= 1.0 - p
        total = 0.0
        for count in range(row + 1):
            total += chances[count]
            if total > alpha * (1.0 + SAME):
                break
            tails[row, count] = total
    return tails


def _arriving(
    cell: int, counts: Ints, low: Ints, caps: Ints, chances: Floats, strides: Ints, mass: Floats
) -> float:
    """Return the probability of reaching these counts by one more place."""
    arriving: float = max(1.0 - chances.sum(), 0.0) * mass[cell]
    for group in range(counts.shape[0]):
        if counts[group] == caps[group]:
            arriving += chances[group] * mass[cell]
        if counts[group] > low[group]:
            arriving += chances[group] * mass[cell - strides[group]]
    return arriving


def _cell_before(cell: int, counts: Ints, low: Ints, high: Ints, strides: Ints) -> int:
    """Return the cell before this one within the bounds, and set its counts; -1 at the end."""
    for group in range(counts.shape[0] - 1, -1, -1):
        if counts[group] > low[group]:
            counts[group] -= 1
            cell -= strides[group]
            return cell
        counts[group] = high[group]
        cell += (high[group] - low[group]) * strides[group]
    return -1


def failing_chance(required: Ints, most: Ints, chances: Floats, caps: Ints) -> float:
    """Return the chance that counts fall short of `required`, or exceed `most` in all.

    Args:
        required: shape (k, groups).
        most: shape (k,), how many of all these groups together each prefix may hold.
        chances: shape (groups,), of each group at each place.
        caps: shape (groups,), counts from which on more makes no difference.
    """
    k, groups = required.shape
    strides = np.ones(groups, dtype=np.int64)
    for group in range(groups - 2, -1, -1):
        strides[group] = strides[group + 1] * (caps[group + 1] + 1)
    mass = np.zeros(strides[0] * (caps[0] + 1))
    mass[0] = 1.0
    low, high = np.zeros(groups, dtype=np.int64), np.zeros(groups, dtype=np.int64)
    failed = 0.0
    for row in range(k):
        top = np.minimum(high + 1, caps)
        counts = top.copy()
        cell = (top * strides).sum()
        lowest, highest = caps.copy(), np.zeros(groups, dtype=np.int64)
        while cell >= 0:  # from the last cell back, so that one array serves before and after
            arriving = _arriving(cell, counts, low, caps, chances, strides, mass)
            if counts.sum() > most[row] or (counts < required[row]).any():
                failed += arriving
                mass[cell] = 0.0
            else:
                mass[cell] = arriving
                for group in range(groups if arriving > 0.0 else 0):
                    lowest[group] = min(lowest[group], counts[group])
                    highest[group] = max(highest[group], counts[group])
            cell = _cell_before(cell, counts, low, top, strides)
        low, high = np.minimum(lowest, highest), highest
    return failed


compiled_lower_tails = compiled(lower_tails)
compiled_failing_chance = compiled(failing_chance, _arriving, _cell_before)


def minimum_table(k: int, p: Proportions, alpha: float, adjusted: bool = True) -> Ints:
    """Return the fewest of each group that every prefix of a fair ranking holds.

    Args:
        k: how many places.
        p: one proportion, or several which come to 1 at most.
        alpha: between 0 and 1. Adjusted, the probability that a fair process fails the whole table
            is at most this, and no higher common level of the quantiles would have it so. Not
            adjusted, it is the level itself: m(t) is the least m with BinomialCDF(m; t, p) > alpha.
        adjusted: lower the level for testing every prefix.

    Returns: shape (k,) for one proportion, (k, groups) for several; row t - 1 is for t places. Of
        several groups the minima never come to more than t; where alpha is so high that they would,
        the level is lowered.

    Raises:
        ValidationError: a number outside its range; or, adjusted, too many groups and places to
            work out exactly (more than 50 million cells).
    """
    _require_k(k)
    _require_alpha(alpha)
    chances = _chances(p)
    table = _table(int(k), tuple(chances.tolist()), float(alpha), bool(adjusted))
    return table[:, 0].copy() if isinstance(p, NUMBERS) else table.copy()


def fail_probability(table: Ints, p: Proportions) -> float:
    """Return the exact chance that a fair process has fewer than the table anywhere.

    Args:
        table: shape (k,) for one proportion, (k, groups) for several; not negative.
        p: as for `minimum_table`; what they lack to 1 is the share of everyone else.

    Raises:
        ValidationError: a number outside its range, shapes that do not fit, or too many groups and
            places (more than 50 million cells).
    """
    chances = _chances(p)
    required = np.asarray(table)
    if isinstance(p, NUMBERS) and required.ndim == 1:
        required = required[:, None]
    if required.ndim != 2 or required.shape[1] != len(chances):
        raise ValidationError("table", required.shape, "give one column for each proportion")
    if not np.issubdtype(required.dtype, np.integer) and required.size:
        raise ValidationError("table", required.dtype, "use whole numbers")
    if (required < 0).any():
        raise ValidationError("table", int(required.min()), "use numbers from 0")
    return _fail_probability(np.ascontiguousarray(required, dtype=np.int64), chances, MOST_CELLS)


def requirements(task: Task, alpha: float) -> Ints:
    """Return the adjusted table for the task's targets, at most the groups' sizes; (k, groups).

    Every group with a target is tested. Where exact joint work is too large (many groups at many
    places), each group has its own adjusted table at alpha / groups, which by the union bound fails
    a fair process no more often than alpha.
    """
    _require_alpha(alpha)
    (targets,) = task.targets
    return np.minimum(_requirements(task.k, targets, float(alpha)), task.sizes()[None, :])


@lru_cache(maxsize=256)
def _requirements(k: int, targets: tuple[Fraction, ...], alpha: float) -> Ints:
    required = np.zeros((k, len(targets)), dtype=np.int64)
    tested = [group for group, target in enumerate(targets) if target > 0]
    if not tested or k == 0:
        return required
    chances = _chances([targets[group] for group in tested])
    try:
        most_cells = MOST_WORK_IN_RANKING // k
        required[:, tested] = _table(k, tuple(chances.tolist()), alpha, True, most_cells)
    except ValidationError:
        for group, chance in zip(tested, chances.tolist(), strict=True):
            required[:, group] = _table(k, (chance,), alpha / len(tested), True)[:, 0]
    return required


@lru_cache(maxsize=256)
def _table(
    k: int, chances: tuple[float, ...], alpha: float, adjusted: bool, most_cells: int = MOST_CELLS
) -> Ints:
    """Return `minimum_table` for targets in one form, shape (k, groups)."""
    tails = np.stack([compiled_lower_tails(k, chance, alpha) for chance in chances], axis=1)
    levels = _levels(tails[tails < 2.0])
    ranks = np.searchsorted(levels, tails * (1.0 - SAME))  # past alpha: len(levels)
    given = np.asarray(chances)

    def at(rank: int) -> Ints:
        return np.asarray((ranks < rank).sum(axis=2), dtype=np.int64)

    def holds(rank: int) -> bool:
        table = at(rank)
        if (table.sum(axis=1) > np.arange(1, k + 1)).any():
            return False
        return not adjusted or _fail_probability(table, given, most_cells) <= alpha * (1 + SAME)

    low, high = 0, len(levels)  # at(0) holds: it requires nothing
    if holds(high):
        return at(high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return at(low)


def _levels(tails: Floats) -> Floats:
    """Return the distinct values, rising: the only levels at which a table changes."""
    values = np.sort(tails)
    distinct = np.append(np.diff(values) > values[1:] * SAME, True) if len(values) else values > 0
    return values[distinct]


def _fail_probability(required: Ints, chances: Floats, most_cells: int) -> float:
    if required.size == 0:
        return 0.0
    k = len(required)
    # A count past the last requirement makes no difference. Where the groups are everyone, one may
    # go uncounted instead: it is short when the others are too many.
    choices = [(required, np.full(k, k), chances, required.max(axis=0))]
    if len(chances) > 1 and chances.sum() > 1.0 - SAME:
        uncounted = int(required.max(axis=0).argmax())
        rest = np.delete(required, uncounted, axis=1)
        most = np.arange(1, k + 1) - required[:, uncounted]
        room = most[:, None] - rest.sum(axis=1, keepdims=True) + rest
        caps = np.maximum(room.max(axis=0), 0) + 1
        choices.append((rest, most, np.delete(chances, uncounted), caps))
    cells = [prod((caps + 1).tolist()) for *_, caps in choices]
    if min(cells) > most_cells:
        allowed = f"give fewer groups or places: {k} places of these are too many to work out"
        raise ValidationError("p", chances.tolist(), allowed)
    rows, most, each, caps = choices[int(np.argmin(cells))]
    return min(compiled_failing_chance(np.ascontiguousarray(rows), most, each, caps), 1.0)


def _require_k(k: object) -> None:
    if not isinstance(k, int | np.integer) or isinstance(k, bool) or k < 0:
        raise ValidationError("k", k, "use a whole number from 0")


def _require_alpha(alpha: object) -> None:
    if not isinstance(alpha, NUMBERS) or not 0 < float(alpha) < 1:
        raise ValidationError("alpha", alpha, "use a number between 0 and 1")


def _chances(p: Proportions) -> Floats:
    listed = list(p) if isinstance(p, Iterable) else [p]
    for value in listed:
        if not isinstance(value, NUMBERS) or not 0 <= float(value) <= 1:
            raise ValidationError("p", value, "use proportions from 0 to 1")
    chances = np.array([float(value) for value in listed])
    if not listed or chances.sum() > 1 + ROUNDING:
        raise ValidationError("p", listed, "give proportions which together come to 1 at most")
    return np.asarray(chances / max(chances.sum(), 1.0))
