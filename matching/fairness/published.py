"""The four greedy re-rankings of Geyik, Ambler and Kenthapadi (2019), for comparison.

Fairness-aware ranking in search and recommendation systems, KDD, Algorithms 1 to 3. Places count
from 1 throughout: the paper's DetConstSort compares positions from 0 with limits from 1, and so
breaks floors. A group that runs out leaves the choice, so nobody waits for it. Where no group may
take a place (all below their targets have run out, or targets come to less than 1), the best of all
who remain takes it; a group with target 0 is placed only then.

Each returns positions, shape (k,), best first. Ties go to the lower position, never by group.
"""

from collections.abc import Callable
from math import lcm

import numpy as np

from matching.fairness.task import Ints, Task

Choice = Callable[[int, int], tuple[int, ...]]  # place, group: the least is taken


def det_greedy(task: Task) -> Ints:
    """Rank by DetGreedy: the best scorer among the groups below ceil(t p)."""
    return _by_place(task, lambda _place, _group: ())


def det_cons(task: Task) -> Ints:
    """Rank by DetCons: of the groups below ceil(t p), the one with the least ceil(t p) / p."""
    (targets,) = task.targets
    # Fractions compare slowly. Over one common multiple of the numerators, ceil(t p) / p is whole.
    multiple = lcm(*(target.numerator for target in targets if target))

    def choice(place: int, group: int) -> tuple[int, ...]:
        target = targets[group]
        most = -(-place * target.numerator // target.denominator)
        return (most * target.denominator * (multiple // target.numerator),)

    return _by_place(task, choice)


def det_relaxed(task: Task) -> Ints:
    """Rank by DetRelaxed: the best of the groups with the least ceil(ceil(t p) / p)."""
    (targets,) = task.targets

    def choice(place: int, group: int) -> tuple[int, ...]:
        target = targets[group]
        most = -(-place * target.numerator // target.denominator)
        return (-(-most * target.denominator // target.numerator),)

    return _by_place(task, choice)


def det_const_sort(task: Task) -> Ints:
    """Rank by DetConstSort: insert by floor, then move up as far as those above can give way.

    Nobody is moved below the last place at which their own group's floor holds.
    """
    (targets,) = task.targets
    members = _members(task)
    taken = [0] * len(members)
    order: list[int] = []
    latest: list[int] = []  # the last place at which each may stand

    def insert(position: int, deadline: int) -> None:
        place = len(order)
        order.append(position)
        latest.append(deadline)
        # Whoever stands above, at place `place` counted from 1, would move to `place` + 1.
        while place > 0 and latest[place - 1] > place and order[place - 1] > order[place]:
            order[place - 1], order[place] = order[place], order[place - 1]
            latest[place - 1], latest[place] = latest[place], latest[place - 1]
            place -= 1

    while len(order) < task.k:
        due = {
            group: -(-(taken[group] + 1) * targets[group].denominator // targets[group].numerator)
            for group, found in enumerate(members)
            if targets[group] and taken[group] < len(found)
        }
        if not due:
            break
        prefix = min(due.values())
        called = [group for group, place in due.items() if place == prefix]
        for group in sorted(called, key=lambda group: members[group][taken[group]]):
            insert(members[group][taken[group]], prefix)
            taken[group] += 1
    rest = sorted(p for found, used in zip(members, taken, strict=True) for p in found[used:])
    for position in rest[: max(task.k - len(order), 0)]:
        insert(position, task.k)
    return np.array(order[: task.k], dtype=np.int64)


def _by_place(task: Task, choice: Choice) -> Ints:
    """Rank place by place, groups below their floor first, then by `choice` (algorithms 1, 2)."""
    (targets,) = task.targets
    members = _members(task)
    taken = [0] * len(members)
    order: list[int] = []
    for place in range(1, task.k + 1):
        left = [group for group, found in enumerate(members) if taken[group] < len(found)]
        following = {group: members[group][taken[group]] for group in left}
        spread = {
            group: taken[group] * targets[group].denominator - place * targets[group].numerator
            for group in left
        }
        # taken < floor(t p) is spread <= -denominator; taken < ceil(t p) is spread < 0.
        short = [group for group in left if spread[group] <= -targets[group].denominator]
        below = [group for group in left if spread[group] < 0]
        if short or not below:
            chosen = min(short or left, key=following.__getitem__)
        else:
            chosen = min(below, key=lambda group: (*choice(place, group), following[group]))
        order.append(following[chosen])
        taken[chosen] += 1
    return np.array(order, dtype=np.int64)


def _members(task: Task) -> list[list[int]]:
    """Return positions of the best k of each group, best first."""
    codes = task.groups[:, 0]
    return [
        np.flatnonzero(codes == group)[: task.k].tolist() for group in range(len(task.targets[0]))
    ]
