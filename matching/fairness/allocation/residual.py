"""Shortest paths over residual arcs, from which prices of a least-cost flow are read.

In the residual network of an optimal flow no cycle has a negative length, and lengths of shortest
paths are optimal dual values (Ahuja, Magnanti and Orlin 1993, Network Flows, chapters 9 and 11).
Label correcting with a queue, because lengths are negative; compiled, because paths are many.
"""

import numpy as np

from matching.fairness.allocation.flow import Ints32
from matching.fairness.compiled import compiled
from matching.fairness.task import Ints

UNREACHED = 2**62


def label_distances(
    starts: Ints, heads: Ints32, lengths: Ints, source: int, distances: Ints
) -> bool:
    """Write lengths of the shortest paths from `source` to every node into `distances`.

    Args:
        starts: shape (nodes + 1,); the arcs out of node i are starts[i] to starts[i + 1].
        heads, lengths: shape (arcs,), ordered by the node that each arc leaves.
        distances: shape (nodes,); UNREACHED where there is no path.

    Returns: False if a cycle of negative length was met, which an optimal flow does not have.
    """
    nodes = starts.shape[0] - 1
    distances[:] = UNREACHED
    distances[source] = 0
    queue = np.empty(nodes + 1, dtype=np.int32)
    waiting = np.zeros(nodes, dtype=np.bool_)
    visits = np.zeros(nodes, dtype=np.int32)
    first, last = 0, 1
    queue[0] = source
    waiting[source] = True
    while first != last:
        node = queue[first]
        first = first + 1 if first < nodes else 0
        waiting[node] = False
        visits[node] += 1
        if visits[node] > nodes:
            return False
        for arc in range(starts[node], starts[node + 1]):
            head = heads[arc]
            reached = distances[node] + lengths[arc]
            if reached < distances[head]:
                distances[head] = reached
                if not waiting[head]:
                    waiting[head] = True
                    queue[last] = head
                    last = last + 1 if last < nodes else 0
    return True


compiled_label_distances = compiled(label_distances)


def distances_from(source: int, tails: Ints32, heads: Ints32, lengths: Ints, nodes: int) -> Ints:
    """Return lengths of the shortest paths from `source`, shape (nodes,), or UNREACHED.

    Raises:
        ArithmeticError: a cycle has a negative length.
    """
    order = np.argsort(tails, kind="stable")
    starts = np.zeros(nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(tails, minlength=nodes), out=starts[1:])
    distances = np.empty(nodes, dtype=np.int64)
    if not compiled_label_distances(starts, heads[order], lengths[order], source, distances):
        raise ArithmeticError("the flow is not of the least cost: a cycle of arcs would improve it")
    return distances
