"""The policy `amortised`: repays exposure owed from other vacancies, at a bounded cost.

A proportional controller after Morik, Singh, Hong and Joachims (2020), Controlling fairness and
bias in dynamic learning-to-rank: what is owed is added to the score, times a gain. Here the gain is
the largest, of a fixed ladder, that keeps this vacancy's NDCG at its floor.
"""

import numpy as np

from matching.fairness.metrics import dcg
from matching.fairness.task import QUANTUM, Floats, Ints, Task

GAINS = np.concatenate([np.geomspace(8.0, 2.0**-10, 64), [0.0]])


def repay(task: Task, owed: Floats, min_ndcg: float) -> Ints:
    """Return positions of the ranking that repays most while its NDCG is at least `min_ndcg`.

    Args:
        task: scores must not be negative.
        owed: shape (n,), in the order of the task: exposure owed to each (as a share of what they
            merited; negative for who had more).
        min_ndcg: floor on the NDCG over the first k.

    Returns: shape (k,).
    """
    span = float(task.scores[0] - task.scores[-1]) if len(task.scores) else 0.0
    span = span or 1.0
    for gain in GAINS:
        adjusted = np.rint((task.scores + gain * span * owed) * QUANTUM)
        order = np.argsort(-adjusted, kind="stable")[: task.k]
        if dcg(task.scores[order]) >= min_ndcg * dcg(task.scores[: task.k]):
            return order.astype(np.int64)
    return np.arange(task.k, dtype=np.int64)
