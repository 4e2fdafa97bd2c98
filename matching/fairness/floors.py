"""The policy `floor`: the highest DCG of all rankings with a minimum of each group.

Requirements for disjoint groups are deadlines: the j-th best of a group must stand at the first
place whose prefix needs j of them, or before. Placing from the last place backwards, each time the
lowest score whose deadline allows it, is optimal for unit jobs with deadlines and falling weights:
exchanging any two placed otherwise never lowers the DCG.

The functions are plain Python over arrays. Compiled, they take microseconds; the plain ones are
kept, and are what the compiled ones are tested against.
"""

import numpy as np

from matching.fairness.compiled import compiled
from matching.fairness.task import QUANTUM, Floats, Ints, Task

LARGEST_SCORE = 1e12
POSITION_BITS = 20  # a score and a position share 64 bits where both fit: one sort of integers
POSITION_MASK = (1 << POSITION_BITS) - 1


def sort_keys(scores: Floats) -> tuple[Ints, Ints, float]:
    """Return keys that sort scores best first, equal ones as given.

    Returns: scores in millionths, shape (n,); keys that hold score and position, shape (n,), of use
    while both fit; and the largest absolute score, infinite if any is not a number or too large.
    """
    millionths = np.empty(scores.shape[0], dtype=np.int64)
    keys = np.empty(scores.shape[0], dtype=np.int64)
    largest = 0.0
    for position in range(scores.shape[0]):
        size = abs(scores[position])
        if not size <= LARGEST_SCORE:  # or it is not a number
            return millionths, keys, np.inf
        largest = max(largest, size)
        scaled = np.int64(np.rint(scores[position] * QUANTUM))
        millionths[position] = scaled
        keys[position] = (-scaled << POSITION_BITS) + position
    return millionths, keys, largest


def floor_deadlines(numerators: Ints, denominators: Ints, sizes: Ints, k: int) -> Ints:
    """Return the last place for the j-th best of each group under floors of k p.

    Args:
        numerators, denominators: shape (groups,), the targets p; each at most 10^9.
        sizes: shape (groups,), how many each group has.
        k: how many places.

    Returns: shape (groups, k + 1); column j is for the j-th, and k + 1 means no deadline.
    """
    deadlines = np.full((sizes.shape[0], k + 1), k + 1, dtype=np.int64)
    for group in range(sizes.shape[0]):
        if numerators[group] == 0:
            continue
        for member in range(1, min(sizes[group], k) + 1):
            place = (member * denominators[group] + numerators[group] - 1) // numerators[group]
            if place > k:
                break
            deadlines[group, member] = place
    return deadlines


def best_of_each(groups: Ints, count: int, k: int) -> tuple[Ints, Ints]:
    """Return positions of the best k of each group, (count, k), and how many there are.

    No more of any group can be needed.
    """
    members = np.zeros((count, k), dtype=np.int64)
    found = np.zeros(count, dtype=np.int64)
    full = 0
    for position in range(groups.shape[0] if k else 0):
        group = groups[position]
        if found[group] == k:
            continue
        members[group, found[group]] = position
        found[group] += 1
        full += found[group] == k
        if full == count:
            break
    return members, found


def place_members(members: Ints, counts: Ints, deadlines: Ints, k: int) -> Ints:
    """Return the ranking of required members and the best of the rest, filled from the end.

    Args:
        members, counts: as `best_of_each` makes them; together at least k.
        deadlines, k: as for `place_by_deadline`.
    """
    count = deadlines.shape[0]
    left = np.zeros(count, dtype=np.int64)  # of each group, how many of its best are still unplaced
    free = k
    for group in range(count):
        while left[group] < counts[group] and deadlines[group, left[group] + 1] <= k:
            left[group] += 1
        free -= left[group]
    while free > 0:
        best, chosen = np.iinfo(np.int64).max, -1
        for group in range(count):
            if left[group] < counts[group] and members[group, left[group]] < best:
                best, chosen = members[group, left[group]], group
        left[chosen] += 1
        free -= 1

    order = np.empty(k, dtype=np.int64)
    for place in range(k, 0, -1):
        worst, chosen = -1, -1
        for group in range(count):
            if (
                left[group] > 0
                and deadlines[group, left[group]] >= place
                and members[group, left[group] - 1] > worst
            ):
                worst, chosen = members[group, left[group] - 1], group
        order[place - 1] = worst
        left[chosen] -= 1
    return order


def place_by_deadline(groups: Ints, deadlines: Ints, k: int) -> Ints:
    """Return positions of the ranking with the highest DCG that keeps every deadline.

    Args:
        groups: shape (n,), group codes, best candidate first.
        deadlines: as `floor_deadlines` makes them; for each place t, no more of them may lie at t
            or before than there are places.
        k: how many places; at most n.

    Returns: shape (k,).
    """
    members, found = best_of_each(groups, deadlines.shape[0], k)
    return place_members(members, found, deadlines, k)


def place_under_floors(groups: Ints, numerators: Ints, denominators: Ints, k: int) -> Ints:
    """Return positions under floors of k p, with targets as for `floor_deadlines`."""
    members, found = best_of_each(groups, numerators.shape[0], k)
    return place_members(members, found, floor_deadlines(numerators, denominators, found, k), k)


def place_keys_under_floors(
    keys: Ints, groups: Ints, numerators: Ints, denominators: Ints, k: int
) -> tuple[Ints, Ints, int, int]:
    """Do all of the policy `floor` in one compiled loop, for everyone given.

    Args:
        keys: as `sort_keys` makes them, sorted.
        groups: shape (n,), group codes by position.
        numerators, denominators, k: as for `place_under_floors`.

    Returns: positions by score, shape (n,); positions under the floors, shape (k,); and the least
        and greatest code, which if there is no target for them leave the second undefined.
    """
    count = keys.shape[0]
    best_first = np.empty(count, dtype=np.int64)
    codes = np.empty(count, dtype=np.int64)
    least, greatest = 0, -1
    for place in range(count):
        position = keys[place] & POSITION_MASK
        code = groups[position]
        best_first[place] = position
        codes[place] = code
        least, greatest = min(least, code), max(greatest, code)
    order = np.empty(k, dtype=np.int64)
    if least < 0 or greatest >= numerators.shape[0]:
        return best_first, order, least, greatest
    placed = place_under_floors(codes, numerators, denominators, k)
    for place in range(k):
        order[place] = best_first[placed[place]]
    return best_first, order, least, greatest


def gather(millionths: Ints, groups: Ints, positions: Ints) -> tuple[Floats, Ints]:
    """Return scores (m,) and group codes (m, attributes) of m positions, in their order."""
    count, attributes = positions.shape[0], groups.shape[1]
    scores = np.empty(count, dtype=np.float64)
    codes = np.empty((count, attributes), dtype=np.int64)
    for place in range(count):
        scores[place] = millionths[positions[place]] / QUANTUM
    for attribute in range(attributes):
        for place in range(count):
            codes[place, attribute] = groups[positions[place], attribute]
    return scores, codes


PARTS = (floor_deadlines, best_of_each, place_members, place_under_floors)
compiled_sort_keys = compiled(sort_keys)
compiled_place_by_deadline = compiled(place_by_deadline, *PARTS)
compiled_place_under_floors = compiled(place_under_floors, *PARTS)
compiled_place_keys = compiled(place_keys_under_floors, *PARTS)
compiled_gather = compiled(gather)


def deadlines_of(required: Ints) -> Ints:
    """Return deadlines (groups, k + 1) for rising requirements (k, groups)."""
    k, count = required.shape
    deadlines = np.full((count, k + 1), k + 1, dtype=np.int64)
    for group in range(count):
        for member in range(1, int(required[-1, group]) + 1 if k else 1):
            deadlines[group, member] = np.searchsorted(required[:, group], member) + 1
    return deadlines


def best_under_floors(task: Task) -> Ints:
    """Return the positions of the policy `floor`, shape (k,)."""
    (targets,) = task.targets
    numerators = np.array([target.numerator for target in targets], dtype=np.int64)
    denominators = np.array([target.denominator for target in targets], dtype=np.int64)
    groups = np.ascontiguousarray(task.groups[:, 0])
    return compiled_place_under_floors(groups, numerators, denominators, task.k)


def best_under_requirements(task: Task, required: Ints) -> Ints:
    """Return positions, (k,), for any rising requirements, shape (k, groups)."""
    return compiled_place_by_deadline(
        np.ascontiguousarray(task.groups[:, 0]), deadlines_of(required), task.k
    )
