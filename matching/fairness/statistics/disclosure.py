"""Hides small numbers in tables of groups by stages, so that nobody can be singled out.

Counts and totals of 1 to 4 are hidden, as is usual for tables made from administrative records
(Government Statistical Service and Government Social Research, guidance on disclosure control,
2014), and then as many more as it takes that no hidden count can be worked out from what is shown.
A zero is shown: it is a count of nobody, and an audit that hid it would hide that nobody of a group
got through. But where a group itself has 1 to 4 people, its zeros say what became of each of them,
so its whole row is hidden.

Whoever shows rates, ratios or shares made from a hidden count must hide those too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy  # which imports each of its parts when it is first used

from matching.fairness.task import Floats, Ints

THRESHOLD = 5

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class HiddenCells:
    """Which cells, (groups, stages), and totals, (stages,), must not be shown."""

    cells: Bools
    totals: Bools


@dataclass(frozen=True, slots=True)
class KnownBound:
    """A bound that readers know for every group: `fewer` add up to at most `more`.

    Both are positions of stages. Whoever is in work at six weeks has started: ((5,), (4,)).
    """

    fewer: tuple[int, ...]
    more: tuple[int, ...]

    @property
    def stages(self) -> tuple[int, ...]:
        """Every stage in the bound."""
        return self.fewer + self.more


def hide_small(
    counts: npt.ArrayLike,
    *,
    nested: bool = False,
    known: Sequence[KnownBound] = (),
    threshold: int = THRESHOLD,
) -> HiddenCells:
    """Return what must be hidden of a table and of its column totals.

    A reader is taken to know the totals that are shown, that counts are whole and not negative,
    whatever is `known`, and, where `nested`, that nobody is counted at a stage who is not counted
    at the one before. After this, every hidden count could be at least two different numbers; which
    is not to say that nobody could guess, or add what they know from elsewhere. Few counts are
    hidden beyond the small ones, not provably the fewest.

    Args:
        counts: shape (groups, stages), or (groups,) for one stage.
        nested: stages follow each other, each among the people of the last; the first is the group.
        known: which stages are among which others, where they do not simply follow each other; the
            first stage is the group here too.
        threshold: counts and totals from 1 to one less are small.

    Raises:
        ValueError: a count is negative, or denies what is known.
    """
    table = np.asarray(counts, dtype=np.int64)
    table = table[:, None] if table.ndim == 1 else table
    if nested:
        known = (
            *known,
            *(KnownBound((stage,), (stage - 1,)) for stage in range(1, table.shape[1])),
        )
    room = _room(table, known)
    if (table < 0).any() or (room < 0).any():
        raise ValueError("counts cannot be negative, nor grow from one nested stage to the next")
    small = (table > 0) & (table < threshold)
    if table.shape[1] and known:
        small |= small[:, :1]
    totals = table.sum(axis=0)
    hidden = HiddenCells(small, (totals > 0) & (totals < threshold))
    doubtful = np.zeros(table.shape, dtype=np.bool_)  # and stays so, whatever else is hidden
    while (found := _exposed(table, hidden, doubtful, known, room)) is not None:
        _hide_one_more(table, hidden, *found, known)
    return hidden


def _room(table: Ints, known: Sequence[KnownBound]) -> Ints:
    """Return by how much each group could grow before it broke a known bound, (groups, known)."""
    room = np.zeros((len(table), len(known)), dtype=np.int64)
    for index, each in enumerate(known):
        room[:, index] = table[:, each.more].sum(axis=1) - table[:, each.fewer].sum(axis=1)
    return room


def _exposed(
    table: Ints, hidden: HiddenCells, doubtful: Bools, known: Sequence[KnownBound], room: Ints
) -> tuple[int, int] | None:
    """Return a hidden cell that can be worked out, if any; mark those that cannot.

    Rather one that another count of its stage could still protect: hiding that may protect the
    stages beside it as well, and a total less is lost.
    """
    _doubt_swaps(table, hidden, doubtful, known, room)
    places = np.argwhere(hidden.cells)
    if doubtful[hidden.cells].all():
        return None
    truth = table[hidden.cells].astype(np.float64)
    rule, limits = _known(table, hidden, places, known)
    exposed = None
    for index, (group, stage) in enumerate(places):
        for sign in (1.0, -1.0):
            if not doubtful[group, stage]:
                other = _furthest(index, sign, rule, limits, truth)
                doubtful[hidden.cells] |= np.abs(other - truth) > 0.5
        if not doubtful[group, stage]:
            exposed = exposed or (int(group), int(stage))
            if _others(table, hidden, int(stage), known):
                return int(group), int(stage)
    return exposed


def _doubt_swaps(
    table: Ints, hidden: HiddenCells, doubtful: Bools, known: Sequence[KnownBound], room: Ints
) -> None:
    """Mark cells where one person more here and one fewer there would fit as well.

    Most are such; solving is for the others.
    """
    up, down = hidden.cells.copy(), hidden.cells & (table > 0)
    for index, each in enumerate(known):
        tight = room[:, index] == 0
        for stage in each.fewer:
            up[tight, stage] = False
        for stage in each.more:
            down[tight, stage] = False
    ups, downs = up.sum(axis=0), down.sum(axis=0)
    doubtful |= up & ((downs - down > 0) | hidden.totals)
    doubtful |= down & ((ups - up > 0) | hidden.totals)


def _furthest(
    index: int,
    sign: float,
    rule: "scipy.optimize.LinearConstraint",
    limits: "scipy.optimize.Bounds",
    truth: Floats,
) -> Floats:
    """Return numbers that fit what is shown with one cell as large, or small, as possible."""
    aim = np.zeros(len(truth))
    aim[index] = -sign
    whole = np.ones(len(truth), dtype=np.int64)
    for presolve in (True, False):  # with it is faster, but finds some tables infeasible
        found = scipy.optimize.milp(
            aim,
            integrality=whole,
            bounds=limits,
            constraints=rule,
            options={"presolve": presolve},
        )
        if found.x is not None:
            return np.asarray(found.x, dtype=np.float64)
    raise RuntimeError(f"the table itself fits what is shown, but HiGHS says: {found.message}")


def _known(
    table: Ints, hidden: HiddenCells, places: Ints, known: Sequence[KnownBound]
) -> tuple["scipy.optimize.LinearConstraint", "scipy.optimize.Bounds"]:
    """Return what a reader knows of the hidden cells, as linear constraints.

    The first row says nothing, so that there is one.
    """
    order = {(int(group), int(stage)): index for index, (group, stage) in enumerate(places)}
    entries: list[tuple[int, int, float]] = []  # of the matrix: row, column and value
    lower, upper = [-np.inf], [np.inf]
    for stage in np.flatnonzero(hidden.cells.any(axis=0) & ~hidden.totals).tolist():
        left = float(table[hidden.cells[:, stage], stage].sum())
        entries += [(len(lower), at, 1.0) for (_, each), at in order.items() if each == stage]
        lower.append(left)
        upper.append(left)
    for group in np.flatnonzero(hidden.cells.any(axis=1)).tolist():
        for relation in known:
            row, most = _one_known(table[group], hidden.cells[group], relation)
            if row:
                entries += [(len(lower), order[group, stage], sign) for stage, sign in row]
                lower.append(-np.inf)
                upper.append(most)
    placed = np.array([entry[:2] for entry in entries], dtype=np.int64).reshape(-1, 2)
    values = np.array([entry[2] for entry in entries])
    matrix = scipy.sparse.csr_array(
        (values, (placed[:, 0], placed[:, 1])), shape=(len(lower), len(places))
    )
    unlimited = 2.0 * float(table.sum()) + 100  # as good as no limit
    rule = scipy.optimize.LinearConstraint(matrix, lower, upper)
    return rule, scipy.optimize.Bounds(0.0, unlimited)


def _one_known(
    counts: Ints, hidden: Bools, bound: KnownBound
) -> tuple[list[tuple[int, float]], float]:
    """Return a bound's hidden stages with their signs, and the most that they sum to."""
    row, most = [], 0.0
    for stages, sign in ((bound.fewer, 1.0), (bound.more, -1.0)):
        for stage in stages:
            if hidden[stage]:
                row.append((stage, sign))
            else:
                most -= sign * float(counts[stage])
    return row, most


def _hide_one_more(
    table: Ints, hidden: HiddenCells, group: int, stage: int, known: Sequence[KnownBound]
) -> None:
    """Hide the cell that costs least of those that keep this one from being worked out.

    First the smallest other count of the stage, one that its neighbours do not give away, and
    rather a count than a zero; then the total. Then the same for the stages that give it away, the
    nearest first by what is known: that group's own count if it is shown, or what gives that away.
    """
    for near in _by_nearness(stage, known):
        if not hidden.cells[group, near]:
            hidden.cells[group, near] = True
            return
        others = _others(table, hidden, near, known)
        if others:
            hidden.cells[others[0], near] = True
            return
        if not hidden.totals[near]:
            hidden.totals[near] = True
            return
    raise RuntimeError("everything tied to a count is hidden, and yet it can be worked out")


def _by_nearness(stage: int, known: Sequence[KnownBound]) -> list[int]:
    """Return stages by how closely known bounds tie them to one stage, itself first."""
    found = [stage]
    for at in found:
        tied = {one for each in known if at in each.stages for one in each.stages}
        found += sorted(tied - set(found))
    return found


def _others(table: Ints, hidden: HiddenCells, stage: int, known: Sequence[KnownBound]) -> list[int]:
    """Return groups whose count at a stage can be hidden to protect another, best first."""
    if hidden.totals[stage]:
        return []
    return sorted(
        (
            group
            for group in range(len(table))
            if not hidden.cells[group, stage]
            and not _given_away(table[group], hidden.cells[group], stage, known)
        ),
        key=lambda group: (bool(table[group, stage] == 0), int(table[group, stage]), group),
    )


def _given_away(counts: Ints, hidden: Bools, stage: int, known: Sequence[KnownBound]) -> bool:
    """Return whether what is shown beside a count determines it."""
    least, most = 0.0, np.inf
    alone = hidden.copy()
    alone[stage] = True
    for each in known:
        row, limit = _one_known(counts, alone, each)
        if row == [(stage, 1.0)]:
            most = min(most, limit)
        elif row == [(stage, -1.0)]:
            least = max(least, -limit)
    return least == most
