"""Random re-ranking tasks of every awkward kind, and a checker that shares no code with the ranker.

A task is made from its number alone, so any that fails can be made again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt
from numba import njit

SEED = 2026
MOST_CANDIDATES = 120
MOST_PLACES = 100
MILLION = 1_000_000

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RandomTask:
    """What is given to the ranker.

    Args:
        scores: shape (n,), often with ties.
        groups: shape (n,), codes below `count`; a group may be small or empty.
        targets: one for each of `count` groups; they come to 1 or less.
        threshold: -inf, or a score that some do not reach.
        k: how many places; may be more than n.
    """

    scores: Floats
    groups: Ints
    targets: tuple[Fraction, ...]
    threshold: float
    k: int


class Faults(NamedTuple):
    """What is wrong with one ranking; all 0 if nothing is.

    Args:
        length: 1 if there are not as many as asked for, or positions out of range.
        duplicates: how often somebody already placed is placed again.
        floors: prefixes with any floor broken.
        order: places taken by somebody who is not the next best of their group.
        lifted: places taken by somebody below the threshold before the relevant ran out.
    """

    length: int
    duplicates: int
    floors: int
    order: int
    lifted: int


def make_task(number: int) -> RandomTask:
    """The task of this number; always the same."""
    draw = np.random.default_rng((SEED, number))
    count = int(draw.integers(2, 11))
    people = int(draw.integers(0, MOST_CANDIDATES + 1))
    weights = draw.random(count) ** int(draw.integers(1, 6))  # the higher the power, the less equal
    groups = np.searchsorted(np.cumsum(weights), draw.random(people) * weights.sum(), "right")
    scores = draw.random(people)
    if draw.random() < 1 / 3:  # ties
        scores = np.rint(scores * int(draw.integers(1, 12))) / 10
    threshold = float(draw.random()) * 0.8 if draw.random() < 1 / 4 else float("-inf")
    parts = (draw.random(count) * int(draw.integers(1, 1000))).astype(np.int64)
    room = int(draw.integers(0, 500)) if draw.random() < 1 / 2 else 0
    whole = max(int(parts.sum()) + room, 1)
    return RandomTask(
        scores,
        np.minimum(groups, count - 1).astype(np.int64),
        tuple(Fraction(part, whole) for part in parts.tolist()),
        threshold,
        int(draw.integers(0, min(people + 2, MOST_PLACES) + 1)),
    )


def floor_table(numerators: Ints, denominators: Ints, sizes: Ints, k: int) -> Ints:
    """min(floor(t p), size) for each prefix t of 1 to k, shape (k, groups), in whole numbers."""
    required = np.zeros((k, len(sizes)), dtype=np.int64)
    for place in range(1, k + 1):
        for group in range(len(sizes)):
            whole = place * numerators[group] // denominators[group]
            required[place - 1, group] = min(whole, sizes[group])
    return required


def compare(
    ranked: Ints, groups: Ints, best_first: Ints, relevant: Ints, required: Ints, k: int
) -> tuple[int, int, int, int, int]:
    """The faults of a ranking, in the order of `Faults`.

    Args:
        ranked: positions, shape (k,) if it is right.
        groups: shape (n,).
        best_first: shape (n,), positions by falling score, equal ones rising.
        relevant: shape (n,), 1 or 0.
        required: shape (places, groups), what every prefix must hold of each group.
        k: how many were asked for.
    """
    people, count = len(groups), required.shape[1]
    if len(ranked) != min(k, people):
        return 1, 0, 0, 0, 0
    members = np.zeros((count, people), dtype=np.int64)
    sizes = np.zeros(count, dtype=np.int64)
    for position in best_first:
        members[groups[position], sizes[groups[position]]] = position
        sizes[groups[position]] += 1
    seen, held = np.zeros(people, dtype=np.int64), np.zeros(count, dtype=np.int64)
    left = relevant.sum()
    duplicates = floors = disorder = lifted = 0
    for place in range(len(ranked)):
        position = ranked[place]
        if position < 0 or position >= people:
            return 1, duplicates, floors, disorder, lifted
        duplicates += seen[position]
        seen[position] = 1
        group = groups[position]
        if held[group] >= sizes[group] or members[group, held[group]] != position:
            disorder += 1
        held[group] += 1
        lifted += left > 0 and not relevant[position]
        left -= relevant[position]
        if place < len(required) and (held < required[place]).any():
            floors += 1
    return 0, duplicates, floors, disorder, lifted


_compile = cast("Callable[[Any], Any]", njit(cache=True))
compiled_floor_table: Callable[[Ints, Ints, Ints, int], Ints] = _compile(floor_table)
compiled_compare: Callable[..., tuple[int, int, int, int, int]] = _compile(compare)


def find_faults(task: RandomTask, ranked: Ints, required: Ints | None = None) -> Faults:
    """Compare a ranking with the floors of the task's targets, or with other requirements."""
    millionths = np.rint(task.scores * MILLION)
    reaches = (millionths >= np.rint(task.threshold * MILLION)).astype(np.int64)
    if required is None:
        sizes = np.bincount(task.groups[reaches > 0], minlength=len(task.targets))
        required = compiled_floor_table(
            np.array([target.numerator for target in task.targets]),
            np.array([target.denominator for target in task.targets]),
            sizes,
            min(task.k, len(task.scores)),
        )
    best_first = np.argsort(-millionths, kind="stable")
    found = compiled_compare(
        np.asarray(ranked, dtype=np.int64), task.groups, best_first, reaches, required, task.k
    )
    return Faults(*(int(value) for value in found))
