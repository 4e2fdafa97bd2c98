"""Hiding small numbers in tables of groups by stages, so that nobody can be singled out.

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
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from matching.fairness.task import Floats, Ints

THRESHOLD = 5

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Hidden:
    """What not to show: `cells`, shape (groups, stages), and `totals`, shape (stages,)."""

    cells: Bools
    totals: Bools


@dataclass(frozen=True, slots=True)
class AtMost:
    """What a reader knows of every group: `fewer` together are at most `more` together.

    Both are positions of stages. Whoever is in work at six weeks has started: ((5,), (4,)).
    """

    fewer: tuple[int, ...]
    more: tuple[int, ...]

    @property
    def stages(self) -> tuple[int, ...]:
        """All of them."""
        return self.fewer + self.more


def hide_small(
    counts: npt.ArrayLike,
    *,
    nested: bool = False,
    known: Sequence[AtMost] = (),
    threshold: int = THRESHOLD,
) -> Hidden:
    """What must be hidden of a table, its column totals among it.

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
        known = (*known, *(AtMost((stage,), (stage - 1,)) for stage in range(1, table.shape[1])))
    room = _room(table, known)
    if (table < 0).any() or (room < 0).any():
        raise ValueError("counts cannot be negative, nor grow from one nested stage to the next")
    small = (table > 0) & (table < threshold)
    if table.shape[1] and known:
        small |= small[:, :1]
    totals = table.sum(axis=0)
    hidden = Hidden(small, (totals > 0) & (totals < threshold))
    doubtful = np.zeros(table.shape, dtype=np.bool_)  # and stays so, whatever else is hidden
    while (found := _exposed(table, hidden, doubtful, known, room)) is not None:
        _hide_one_more(table, hidden, *found, known)
    return hidden


def _room(table: Ints, known: Sequence[AtMost]) -> Ints:
    """By how much each group could grow before it would deny what is known; (groups, known)."""
    room = np.zeros((len(table), len(known)), dtype=np.int64)
    for index, each in enumerate(known):
        room[:, index] = table[:, each.more].sum(axis=1) - table[:, each.fewer].sum(axis=1)
    return room


def _exposed(
    table: Ints, hidden: Hidden, doubtful: Bools, known: Sequence[AtMost], room: Ints
) -> tuple[int, int] | None:
    """A hidden cell that can be worked out, if there is one; marks those that cannot.

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
    table: Ints, hidden: Hidden, doubtful: Bools, known: Sequence[AtMost], room: Ints
) -> None:
    """Mark cells of which one person more here and one fewer there would fit as well.

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
    index: int, sign: float, rule: LinearConstraint, limits: Bounds, truth: Floats
) -> Floats:
    """Numbers that fit what is shown, with one cell as great, or as small, as it can be."""
    aim = np.zeros(len(truth))
    aim[index] = -sign
    whole = np.ones(len(truth), dtype=np.int64)
    for presolve in (True, False):  # with it is faster, but finds some tables infeasible
        found = milp(
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
    table: Ints, hidden: Hidden, places: Ints, known: Sequence[AtMost]
) -> tuple[LinearConstraint, Bounds]:
    """What a reader knows of the hidden cells: totals, what is known, and that counts are counts.

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
    matrix = csr_array((values, (placed[:, 0], placed[:, 1])), shape=(len(lower), len(places)))
    unlimited = 2.0 * float(table.sum()) + 100  # as good as no limit
    return LinearConstraint(matrix, lower, upper), Bounds(0.0, unlimited)


def _one_known(counts: Ints, hidden: Bools, each: AtMost) -> tuple[list[tuple[int, float]], float]:
    """The hidden stages of a relation with their signs, and what their sum is at most."""
    row, most = [], 0.0
    for stages, sign in ((each.fewer, 1.0), (each.more, -1.0)):
        for stage in stages:
            if hidden[stage]:
                row.append((stage, sign))
            else:
                most -= sign * float(counts[stage])
    return row, most


def _hide_one_more(
    table: Ints, hidden: Hidden, group: int, stage: int, known: Sequence[AtMost]
) -> None:
    """Of what could keep this cell from being worked out, what is lost most easily.

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


def _by_nearness(stage: int, known: Sequence[AtMost]) -> list[int]:
    """The stages that what is known ties to one: itself, those in a relation with it, and so on."""
    found = [stage]
    for at in found:
        tied = {one for each in known if at in each.stages for one in each.stages}
        found += sorted(tied - set(found))
    return found


def _others(table: Ints, hidden: Hidden, stage: int, known: Sequence[AtMost]) -> list[int]:
    """Groups whose count at a stage could be hidden for another's sake, the best first."""
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


def _given_away(counts: Ints, hidden: Bools, stage: int, known: Sequence[AtMost]) -> bool:
    """Whether what is shown beside a count leaves it no freedom."""
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
