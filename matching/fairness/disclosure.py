"""Hiding small numbers in tables of groups by stages, so that nobody can be singled out.

Counts of 1 to 4 are hidden, as is usual for tables made from administrative records (Government
Statistical Service and Government Social Research, guidance on disclosure control, 2014), and then
as many more as it takes that no hidden count can be worked out from what is shown. A zero is shown:
it is a count of nobody, and an audit that hid it would hide that nobody of a group got through. But
where a group itself has 1 to 4 people, its zeros say what became of each of them, so its whole row
is hidden.

Whoever shows rates, ratios or shares made from a hidden count must hide those too.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp

from matching.fairness.task import Floats, Ints

THRESHOLD = 5

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Hidden:
    """What not to show: `cells`, shape (groups, stages), and `totals`, shape (stages,)."""

    cells: Bools
    totals: Bools


def hide_small(
    counts: npt.ArrayLike, *, nested: bool = False, threshold: int = THRESHOLD
) -> Hidden:
    """What must be hidden of a table whose column totals are shown.

    A reader is taken to know the totals, that counts are whole and not negative, and, where
    `nested`, that nobody is counted at a stage who is not counted at the one before. After this,
    every hidden count could be at least two different numbers; which is not to say that nobody
    could guess, or add what they know from elsewhere. Few counts are hidden beyond the
    small ones, not provably the fewest.

    Args:
        counts: shape (groups, stages), or (groups,) for one stage.
        nested: stages follow each other, each among the people of the last; the first is the group.
        threshold: counts from 1 to one less are small.

    Raises:
        ValueError: a count is negative, or a stage that is nested has more than the one before.
    """
    table = np.asarray(counts, dtype=np.int64)
    table = table[:, None] if table.ndim == 1 else table
    if (table < 0).any() or (nested and (np.diff(table, axis=1) > 0).any()):
        raise ValueError("counts cannot be negative, nor grow from one nested stage to the next")
    small = (table > 0) & (table < threshold)
    if table.shape[1] and nested:
        small |= small[:, :1]
    hidden = Hidden(small, np.zeros(table.shape[1], dtype=np.bool_))
    while (found := _exposed(table, hidden, nested=nested)) is not None:
        _hide_one_more(table, hidden, *found, nested=nested)
    return hidden


def _exposed(table: Ints, hidden: Hidden, *, nested: bool) -> tuple[int, int] | None:
    """A hidden cell that can be worked out, if there is one."""
    places = np.argwhere(hidden.cells)
    if not len(places):
        return None
    truth = table[hidden.cells].astype(np.float64)
    rules, limits = _known(table, hidden, places, nested=nested)
    doubtful = np.zeros(len(places), dtype=np.bool_)
    for index in range(len(places)):
        for sign in (1.0, -1.0):
            if not doubtful[index]:
                other = _furthest(index, sign, rules, limits, truth)
                doubtful |= np.abs(other - truth) > 0.5
        if not doubtful[index]:
            group, stage = places[index]
            return int(group), int(stage)
    return None


def _furthest(
    index: int, sign: float, rules: list[LinearConstraint], limits: Bounds, truth: Floats
) -> Floats:
    """Numbers that fit what is shown, with one cell as great, or as small, as it can be."""
    aim = np.zeros(len(truth))
    aim[index] = -sign
    found = milp(
        aim, integrality=np.ones(len(truth), dtype=np.int64), bounds=limits, constraints=rules
    )
    if found.x is None:
        raise RuntimeError(f"the table itself fits what is shown, but HiGHS says: {found.message}")
    return np.asarray(found.x, dtype=np.float64)


def _known(
    table: Ints, hidden: Hidden, places: Ints, *, nested: bool
) -> tuple[list[LinearConstraint], Bounds]:
    """What a reader knows of the hidden cells: totals, neighbours, and that counts are counts."""
    order = {(int(group), int(stage)): index for index, (group, stage) in enumerate(places)}
    lower = np.zeros(len(places))
    upper = np.full(len(places), float(table.sum() + THRESHOLD))  # as good as no limit
    rows: list[tuple[Floats, float, float]] = []
    for stage in range(table.shape[1]):
        if hidden.cells[:, stage].any() and not hidden.totals[stage]:
            left = float(table[~hidden.cells[:, stage], stage].sum())
            total = float(table[:, stage].sum())
            rows.append(((places[:, 1] == stage).astype(np.float64), total - left, total - left))
    for (group, stage), index in order.items() if nested else ():
        before, after = order.get((group, stage - 1)), (group, stage + 1)
        if stage and before is None:
            upper[index] = table[group, stage - 1]
        elif before is not None:
            difference = np.zeros(len(places))
            difference[before], difference[index] = 1.0, -1.0
            rows.append((difference, 0.0, np.inf))
        if stage + 1 < table.shape[1] and after not in order:
            lower[index] = table[after]
    return [LinearConstraint(*row) for row in rows], Bounds(lower, upper)


def _hide_one_more(table: Ints, hidden: Hidden, group: int, stage: int, *, nested: bool) -> None:
    """Of what could keep this cell from being worked out, what is lost most easily.

    First the smallest other count of the stage, one that its neighbours do not give away, and
    rather a count than a zero; then the total; then whatever stands beside it in its row.
    """
    ranked = sorted(
        (bool(table[other, stage] == 0), int(table[other, stage]), other)
        for other in range(len(table))
        if not hidden.cells[other, stage]
        and not (nested and _given_away(table, hidden, other, stage))
    )
    if ranked and not hidden.totals[stage]:
        hidden.cells[ranked[0][2], stage] = True
    elif not hidden.totals[stage]:
        hidden.totals[stage] = True
    else:
        shown = np.flatnonzero(~hidden.cells[group])
        hidden.cells[group, shown[np.abs(shown - stage).argmin()]] = True


def _given_away(table: Ints, hidden: Hidden, group: int, stage: int) -> bool:
    """Whether equal numbers shown on both sides of a count leave it no freedom."""
    if stage == 0 or hidden.cells[group, stage - 1]:
        return False
    if stage + 1 == table.shape[1]:
        return bool(table[group, stage - 1] == 0)
    after_hidden = hidden.cells[group, stage + 1]
    after = 0 if after_hidden else table[group, stage + 1]
    return bool(table[group, stage - 1] == after)
