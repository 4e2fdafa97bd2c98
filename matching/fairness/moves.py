"""Which ranks a policy changed, and which floors it could not meet. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

import numpy as np

from matching.fairness.metrics import prefix_counts
from matching.fairness.task import Ints

Cause = Literal["floor", "ceiling", "statistical", "method", "exposure", "price"]
ShortReason = Literal["none", "below_threshold", "exhausted", "clash", "no_requirement"]


@dataclass(frozen=True, slots=True)
class Constraint:
    """The floor that moved somebody.

    For `floor` and `statistical`: the first `prefix` places must hold `required` of `group` of
    `attribute`, all counted from 0 but places. For other causes those are -1.
    """

    cause: Cause
    attribute: int = -1
    group: int = -1
    prefix: int = -1
    required: int = -1


@dataclass(frozen=True, slots=True)
class Move:
    """One candidate whose rank the policy changed. Ranks count from 1.

    Args:
        position: of the candidate, in the scores given.
        baseline: their rank by score.
        rank: their rank under the policy; None if they are not placed any more.
        constraint: what bound; for who made way, what bound the first who passed them.
        rank_without: their rank without that constraint; None if they would not be placed.
        passed: positions of those whom they passed or, for who made way, who passed them.
    """

    position: int
    baseline: int
    rank: int | None
    constraint: Constraint
    rank_without: int | None
    passed: tuple[int, ...]

    @property
    def made_way(self) -> bool:
        """Whether the policy put them lower than by score."""
        return self.rank is None or self.rank > self.baseline


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A group whose first k hold fewer than floor(k p), or whose floor(k p) is 0.

    Args:
        required: floor(k p).
        available: how many of the group reach the relevance threshold.
        short: how many are lacking.
        prefix: the first prefix that is short; 0 where nothing is required.
        reason: `none` of the group is here; the others are `below_threshold`; all there are have
            been placed (`exhausted`); floors of several attributes `clash`, or the method broke
            it; or k p is less than one, so that there is `no_requirement` at this size.
    """

    attribute: int
    group: int
    required: int
    available: int
    short: int
    prefix: int
    reason: ShortReason


RankWithout = Callable[[int, int], dict[int, int]]


def find_moves(
    order: Ints,
    best_first: Ints,
    groups: Ints,
    required: Sequence[Ints],
    cause: Cause,
    otherwise: Cause | None,
    rank_without: RankWithout,
) -> tuple[Move, ...]:
    """Return everyone whose rank changed: by new rank, then those no longer placed.

    Args:
        order: shape (k,), positions under the policy.
        best_first: shape (n,), positions by score.
        groups: shape (n, attributes), by position.
        required: for each attribute shape (k', groups), what each prefix must hold.
        cause: what a requirement is called.
        otherwise: what moved someone whom no requirement did; None if nothing else can have.
        rank_without: the ranks, by position, if nothing were asked for a group of an attribute.
    """
    count = len(best_first)
    baseline = np.empty(count, dtype=np.int64)
    baseline[best_first] = np.arange(1, count + 1)
    unplaced = count + 1
    rank = np.full(count, unplaced, dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    left = [int(who) for who in best_first[: len(order)] if rank[who] == unplaced]
    moved = [int(who) for who in order if rank[who] != baseline[who]] + left
    constraint_of = _Constraints(order, best_first, groups, required, cause, otherwise, rank)
    cached = cache(rank_without)
    moves = []
    for who in moved:
        up = rank[who] < baseline[who]
        ahead, behind = (baseline, rank) if up else (rank, baseline)
        passed = np.flatnonzero((ahead < ahead[who]) & (behind > behind[who]))
        passed = passed[np.argsort(rank[passed])]
        bound = constraint_of(who if up or not len(passed) else int(passed[0]))
        ranks = cached(bound.attribute, bound.group)
        moves.append(
            Move(
                who,
                int(baseline[who]),
                int(rank[who]) if rank[who] < unplaced else None,
                bound,
                ranks.get(who),
                tuple(passed.tolist()),
            )
        )
    return tuple(moves)


class _Constraints:
    """Finds what raised somebody: the requirement whose prefix would lack them."""

    def __init__(
        self,
        order: Ints,
        best_first: Ints,
        groups: Ints,
        required: Sequence[Ints],
        cause: Cause,
        otherwise: Cause | None,
        rank: Ints,
    ) -> None:
        self._groups, self._required, self._rank = groups, required, rank
        self._cause, self._otherwise = cause, otherwise
        self._held = [
            prefix_counts(groups[order, attribute], table.shape[1])
            for attribute, table in enumerate(required)
        ]
        self._by_score = [
            prefix_counts(groups[best_first[: len(table)], attribute], table.shape[1])
            for attribute, table in enumerate(required)
        ]

    def __call__(self, who: int) -> Constraint:
        place, nearest = int(self._rank[who]), None
        for attribute, table in enumerate(self._required):
            if place > len(table):
                continue
            group = int(self._groups[who, attribute])
            number = int(self._held[attribute][place - 1, group])
            prefix = int(np.searchsorted(table[:, group], number)) + 1
            if prefix > len(table):
                continue
            bound = Constraint(self._cause, attribute, group, prefix, number)
            if self._by_score[attribute][prefix - 1, group] < number:
                return bound
            nearest = nearest or bound  # holds by score too, but not with others brought in
        if nearest is not None and self._otherwise is None:
            return nearest
        return Constraint(self._otherwise or "method")


def find_shortfalls(
    order: Ints,
    groups: Ints,
    relevant: Ints,
    targets: Sequence[Sequence[Fraction]],
    k: int,
) -> tuple[Shortfall, ...]:
    """Return groups that a ranking holds too few of, or whose floor is 0.

    Args:
        order: positions placed.
        groups: shape (n, attributes), by position.
        relevant: positions of those who reach the relevance threshold.
        targets: by attribute and group code.
        k: how many places were asked for.
    """
    found = []
    for attribute, proportions in enumerate(targets):
        codes = groups[:, attribute]
        held = prefix_counts(codes[order], len(proportions))
        for group, target in enumerate(proportions):
            required = k * target.numerator // target.denominator
            if target == 0:
                continue
            if required == 0:
                found.append(Shortfall(attribute, group, 0, 0, 0, 0, "no_requirement"))
                continue
            placed = int(held[-1, group]) if len(held) else 0
            if placed >= required:
                continue
            available = int((codes[relevant] == group).sum())
            present = int((codes == group).sum())
            prefix = next(
                place
                for place in range(1, k + 1)
                if place * target.numerator // target.denominator
                > (held[min(place, len(held)) - 1, group] if len(held) else 0)
            )
            reason = _why_short(present, available, placed)
            found.append(
                Shortfall(attribute, group, required, available, required - placed, prefix, reason)
            )
    return tuple(found)


def _why_short(present: int, available: int, placed: int) -> ShortReason:
    if present == 0:
        return "none"
    if placed < available:
        return "clash"
    return "exhausted" if available == present else "below_threshold"
