"""The policy `multi`: the highest DCG with minima for groups of several attributes.

Groups overlap, so that this is a mixed-integer programme, which HiGHS solves through SciPy. People
who are in the same groups of every attribute make one cell; within a cell order is kept, so that a
ranking is n[c, t], how many of cell c every prefix t holds. With weights w of the places, w[k + 1]
being 0, the DCG is the sum of (w[t] - w[t + 1]) v[c](n[c, t]), where v[c](n) is the sum of the n
best scores of the cell: concave, so that it is a sum of shares z[c, j, t] of members, each at most
1, which make up the count. The relaxation is so tight that HiGHS rarely branches.

Adding a constant to every score adds the same to the DCG of every ranking of k, so that scores are
first moved to lie between 0 and 1.
"""

from dataclasses import dataclass
from time import monotonic

import numpy as np
import scipy  # which imports each of its parts when it is first used

from matching.fairness.floors import best_under_floors
from matching.fairness.task import Floats, Ints, Task, discounts
from matching.fairness.ties import in_order, settle_ties

SCALE = 1000.0  # HiGHS stops at an absolute gap of 1e-6: of scores in thousandths, that is nothing
UNPROVEN = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class _Minimum:
    """One group of one attribute: its cells, and how many of them each prefix needs."""

    cells: Ints
    required: Ints


@dataclass(frozen=True, slots=True)
class _Cells:
    """The task in cells (combinations of groups), in the order of their best member."""

    labels: Ints
    members: list[Ints]
    minima: list[_Minimum]
    scores: Floats
    k: int

    def short(self, ranked: Ints) -> int:
        """Return how many are missing, over prefixes and groups, for cells in ranked order."""
        return sum(
            int(np.maximum(each.required - np.cumsum(np.isin(ranked, each.cells)), 0).sum())
            for each in self.minima
        )

    def dcg(self, ranked: Ints) -> float:
        return float(self.scores[in_order(ranked, self.members)] @ discounts(self.k))


@dataclass(frozen=True, slots=True)
class _Solution:
    """Cells in ranked order if any were found, a bound on the DCG, and the solver's status."""

    ranked: Ints | None
    bound: float
    proven: bool
    impossible: bool


def best_under_all_floors(task: Task, time_limit: float) -> tuple[Ints, float]:
    """Return positions, (k,), and how far the DCG can be below the highest.

    Every prefix t holds at least min(floor(t p), size) of each group of each attribute. Where such
    minima clash, the fewest are short, summed over prefixes and groups; and the DCG is the highest
    of all such rankings.

    Args:
        task: of one attribute or more.
        time_limit: seconds of solving. If they end before any ranking is found, each place goes to
            whoever makes up the most of what the prefix is short of, which may break minima that
            could be held.

    Returns: positions, and the gap as a share of the best bound: 0.0 only when it is proven that
        there is no better ranking; when time ended, against the bound known by then.
    """
    if task.k == 0:
        return np.zeros(0, dtype=np.int64), 0.0
    if len(task.targets) == 1:
        return best_under_floors(task), 0.0
    cells = _cells(task)
    merit = cells.labels[: task.k]
    if cells.short(merit) == 0:
        return np.arange(task.k, dtype=np.int64), 0.0
    solution = _solved(cells, monotonic() + time_limit)
    ranked = _in_turn(cells) if solution.ranked is None else solution.ranked
    order = settle_ties(in_order(ranked, cells.members), cells.labels, task.scores, cells.short)
    if solution.proven:
        return order, 0.0
    base = min(float(task.scores[-1]), 0.0) * float(discounts(task.k).sum())
    bound = _unscaled(task, min(solution.bound, cells.dcg(merit))) - base
    reached = _unscaled(task, cells.dcg(cells.labels[order])) - base
    return order, max((bound - reached) / max(bound, UNPROVEN), UNPROVEN)


def _unscaled(task: Task, dcg: float) -> float:
    lowest, span = float(task.scores[-1]), float(np.ptp(task.scores)) or 1.0
    return dcg * span + lowest * float(discounts(task.k).sum())


def _cells(task: Task) -> _Cells:
    _, first, inverse = np.unique(task.groups, axis=0, return_index=True, return_inverse=True)
    labels = np.argsort(np.argsort(first))[inverse.reshape(-1)]
    count = len(first)
    members = [np.flatnonzero(labels == cell)[: task.k] for cell in range(count)]
    minima = []
    for attribute in range(len(task.targets)):
        codes = task.groups[np.sort(first), attribute]
        required = task.floors(attribute)
        minima += [
            _Minimum(np.flatnonzero(codes == group), required[:, group])
            for group in np.flatnonzero(required[-1])
        ]
    # Neither codes nor the order of attributes may steer the solver.
    minima.sort(key=lambda each: (each.cells.tolist(), each.required.tolist()))
    span = float(np.ptp(task.scores)) or 1.0
    return _Cells(labels, members, minima, (task.scores - task.scores[-1]) / span, task.k)


def _solved(cells: _Cells, deadline: float) -> _Solution:
    strict = _Programme(cells).highest(deadline)
    if not strict.impossible:
        return strict
    fewest = _Programme(cells, lenient=True).fewest_short(deadline)
    if fewest.ranked is None or not fewest.proven:
        return fewest
    best = _Programme(cells, lenient=True).highest(deadline, cells.short(fewest.ranked))
    return _Solution(fewest.ranked, best.bound, False, False) if best.ranked is None else best


class _Programme:
    """The integer programme: n[c, t] by cell; shares z of each member; then shortfalls."""

    def __init__(self, cells: _Cells, lenient: bool = False) -> None:
        self.cells = cells
        self.lenient = lenient
        k = cells.k
        self.counts = np.arange(len(cells.members) * k).reshape(-1, k)
        # A prefix of t places can hold the best t of a cell at most.
        self.shares = [
            (cell, member, prefix)
            for cell, found in enumerate(cells.members)
            for member in range(len(found))
            for prefix in range(member, k)
        ]
        self.shortfalls = len(cells.minima) * k if lenient else 0

    def fewest_short(self, deadline: float) -> _Solution:
        """Return the least total shortfall; scores play no part."""
        self.shares = []
        cost = np.zeros(self._width())
        cost[-self.shortfalls :] = 1.0
        return self._run(cost, self._rules(), deadline, bounded=False)

    def highest(self, deadline: float, short: int | None = None) -> _Solution:
        """Return the solution of highest DCG with at most `short` missing in all."""
        share = np.array(self.shares, dtype=np.int64)
        cell, member, prefix = share[:, 0], share[:, 1], share[:, 2]
        weights = discounts(self.cells.k)
        falls = weights - np.append(weights[1:], 0.0)
        positions = np.array(
            [self.cells.members[c][m] for c, m in zip(cell, member, strict=True)], dtype=np.int64
        )
        first = self.counts.size
        cost = np.zeros(self._width())
        cost[first : first + len(share)] = -SCALE * falls[prefix] * self.cells.scores[positions]
        rules = self._rules()
        held = self.counts[cell, prefix]
        rows = np.concatenate([np.arange(first), held])
        columns = np.arange(first + len(share))
        signs = np.concatenate([np.ones(first), -np.ones(len(share))])
        rules.append(
            scipy.optimize.LinearConstraint(self._matrix(signs, rows, columns, first), 0, 0)
        )
        if short is not None:
            columns = np.arange(self._width() - self.shortfalls, self._width())
            rows = np.zeros(self.shortfalls, dtype=np.int64)
            total = self._matrix(np.ones(self.shortfalls), rows, columns, 1)
            rules.append(scipy.optimize.LinearConstraint(total, -np.inf, short))
        return self._run(cost, rules, deadline, bounded=True)

    def _width(self) -> int:
        return int(self.counts.size) + len(self.shares) + self.shortfalls

    def _matrix(
        self, values: Floats, rows: Ints, columns: Ints, height: int
    ) -> "scipy.sparse.csr_array":
        return scipy.sparse.csr_array((values, (rows, columns)), shape=(height, self._width()))

    def _rules(self) -> list["scipy.optimize.LinearConstraint"]:
        """Return the constraints: t people in prefix t, cells that never shrink, the minima."""
        counts, k = self.counts, self.cells.k
        size = counts.size
        prefixes = np.tile(np.arange(k), len(counts))
        places = np.arange(1, k + 1)
        total = self._matrix(np.ones(size), prefixes, counts.ravel(), k)
        after, before = counts[:, 1:].ravel(), counts[:, :-1].ravel()
        steps = np.arange(len(after))
        signs = np.concatenate([np.ones(len(after)), -np.ones(len(after))])
        rising = self._matrix(
            signs, np.concatenate([steps, steps]), np.concatenate([after, before]), len(after)
        )
        return [
            scipy.optimize.LinearConstraint(total, places, places),
            scipy.optimize.LinearConstraint(rising, 0, np.inf),
            self._minima(),
        ]

    def _minima(self) -> "scipy.optimize.LinearConstraint":
        rows: list[int] = []
        columns: list[int] = []
        least: list[int] = []
        shortfall = self._width() - self.shortfalls
        for each in self.cells.minima:
            rises = np.diff(each.required, prepend=0) > 0
            # Counts never fall, so that a minimum that is kept stays so until it rises; but a
            # shortfall counts again in each prefix.
            for prefix in np.flatnonzero(np.ones_like(rises) if self.lenient else rises):
                terms = self.counts[each.cells, prefix].tolist()
                if self.lenient:
                    terms.append(shortfall)
                    shortfall += 1
                rows += [len(least)] * len(terms)
                columns += terms
                least.append(int(each.required[prefix]))
        matrix = self._matrix(np.ones(len(rows)), np.array(rows), np.array(columns), len(least))
        return scipy.optimize.LinearConstraint(matrix, np.array(least), np.inf)

    def _run(
        self,
        cost: Floats,
        rules: list["scipy.optimize.LinearConstraint"],
        deadline: float,
        bounded: bool,
    ) -> _Solution:
        k = self.cells.k
        unknown = _Solution(None, np.inf, False, False)
        left = deadline - monotonic()
        if left <= 0:
            return unknown
        upper = np.ones(self._width())
        sizes = [len(found) for found in self.cells.members]
        upper[: self.counts.size] = np.minimum(
            np.tile(np.arange(1, k + 1), len(sizes)), np.repeat(sizes, k)
        )
        upper[self._width() - self.shortfalls :] = k
        # Counts alone need be whole; but given them alone, HiGHS 1.x, when it simplifies the
        # programme, now and then takes a worse ranking for the best.
        whole = np.ones(self._width(), dtype=np.int64)
        result = scipy.optimize.milp(
            cost,
            integrality=whole,
            bounds=scipy.optimize.Bounds(0, upper),
            constraints=rules,
            options={"time_limit": left, "mip_rel_gap": 0.0},
        )
        if result.x is None:
            return _Solution(None, np.inf, False, result.status != 1)
        bound = result.mip_dual_bound if bounded else None
        held = np.rint(result.x[: self.counts.size]).astype(np.int64).reshape(-1, k)
        steps = np.diff(held, axis=1, prepend=0)
        return _Solution(
            np.asarray(steps.argmax(axis=0), dtype=np.int64),
            np.inf if bound is None else -float(bound) / SCALE,
            result.status == 0,
            False,
        )


def _in_turn(cells: _Cells) -> Ints:
    """Return a ranking made place by place from whoever fills most of what the prefix lacks."""
    held = np.zeros(len(cells.minima), dtype=np.int64)
    taken = np.zeros(len(cells.members), dtype=np.int64)
    ranked = np.empty(cells.k, dtype=np.int64)
    for place in range(cells.k):
        lacking = np.zeros(len(cells.members), dtype=np.int64)
        for each, count in zip(cells.minima, held, strict=True):
            lacking[each.cells] += max(int(each.required[place] - count), 0)
        open_cells = [c for c, found in enumerate(cells.members) if taken[c] < len(found)]
        chosen = min(open_cells, key=lambda c: (-lacking[c], cells.members[c][taken[c]]))
        ranked[place] = chosen
        taken[chosen] += 1
        held += [chosen in each.cells for each in cells.minima]
    return ranked
