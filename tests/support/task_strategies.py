"""Canonical re-ranking tasks, and the brute force that small ones are checked against."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
from hypothesis import strategies as st

from matching.fairness.metrics import prefix_counts
from matching.fairness.task import Ints, Task, discounts


@st.composite
def targets(draw: st.DrawFn, groups: int) -> tuple[Fraction, ...]:
    """Proportions of so many groups: some 0, some 1, some that leave room for others."""
    parts = draw(st.lists(st.integers(0, 5), min_size=groups, max_size=groups))
    whole = sum(parts) + draw(st.sampled_from([0, 0, 1, 3]))
    return tuple(Fraction(part, max(whole, 1)) for part in parts)


@st.composite
def canonical_tasks(
    draw: st.DrawFn, *, most: int = 7, groups: int = 3, attributes: int = 1, points: int = 5
) -> Task:
    """Up to `most` candidates with scores from 0 to `points`; groups may be short or empty."""
    count = draw(st.integers(1, most))
    scores = draw(st.lists(st.integers(0, points), min_size=count, max_size=count))
    numbers = [draw(st.integers(1, groups)) for _ in range(attributes)]
    codes = [
        draw(st.lists(st.integers(0, number - 1), min_size=count, max_size=count))
        for number in numbers
    ]
    return Task(
        np.array(sorted(scores, reverse=True), dtype=np.float64),
        np.array(codes, dtype=np.int64).T.copy(),
        tuple(draw(targets(number)) for number in numbers),
        draw(st.integers(0, count)),
    )


def random_task(seed: int, count: int, k: int, groups: int) -> Task:
    """A large task in which every group has its share among all as its target."""
    random = np.random.default_rng(seed)
    codes = random.integers(0, groups, count)
    scores = np.sort(np.round(random.random(count), 6))[::-1].copy()
    sizes = np.bincount(codes, minlength=groups).tolist()
    return Task(scores, codes[:, None], (tuple(Fraction(size, count) for size in sizes),), k)


def relabelled(task: Task) -> Task:
    """The same people and targets, with the codes of every attribute counted backwards."""
    last = np.array([len(group) - 1 for group in task.targets])
    return Task(
        task.scores, last - task.groups, tuple(group[::-1] for group in task.targets), task.k
    )


def short(task: Task, order: Ints) -> int:
    """How many a ranking lacks of its floors, over prefixes, attributes and groups."""
    return sum(
        int(np.maximum(task.floors(a) - _held(task, order, a), 0).sum())
        for a in range(len(task.targets))
    )


def excess(task: Task, order: Ints) -> int:
    """How many a ranking of one attribute holds above its ceilings, over prefixes and groups."""
    return int(np.maximum(_held(task, order, 0) - task.ceilings(), 0).sum())


def dcg(task: Task, order: Ints) -> float:
    return float(task.scores[order] @ discounts(len(order)))


def is_ranking(task: Task, order: Ints) -> bool:
    """Exactly k different positions, those of one combination of groups best first."""
    seen: dict[Any, int] = {}
    for position in order.tolist():
        cell = tuple(task.groups[position].tolist())
        if seen.get(cell, -1) >= position:
            return False
        seen[cell] = position
    return order.dtype == np.int64 and order.shape == (task.k,)


def rankings(task: Task) -> Iterator[Ints]:
    for order in permutations(range(len(task.scores)), task.k):
        yield np.array(order, dtype=np.int64)


def least(task: Task, *costs: Callable[[Task, Ints], float]) -> list[float]:
    """Of all rankings, the least of the first cost; of those, the least of the next; and so on."""
    left = list(rankings(task))
    found = []
    for cost in costs:
        values = [cost(task, order) for order in left]
        found.append(min(values))
        left = [o for o, value in zip(left, values, strict=True) if value <= found[-1] + 1e-9]
    return found


def _held(task: Task, order: Ints, attribute: int) -> Ints:
    return prefix_counts(task.groups[order, attribute], len(task.targets[attribute]))
