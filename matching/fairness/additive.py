"""The policy `additive`: adds places for groups short of their floor, and removes nobody."""

import numpy as np

from matching.fairness.task import Ints, Task


def add_places(task: Task) -> Ints:
    """Return the best k, then the best of each group that is short of its floor at k.

    Returns: positions, shape (k + E,); the E added are in order of score.
    """
    merit = np.arange(task.k, dtype=np.int64)
    if task.k == 0:
        return merit
    groups = task.groups[:, 0]
    added = [merit]
    for group, required in enumerate(task.floors()[-1]):
        members = np.flatnonzero(groups == group)
        held = int((members < task.k).sum())
        added.append(members[held : max(held, int(required))])
    return np.concatenate([merit, np.sort(np.concatenate(added[1:]))]).astype(np.int64)
