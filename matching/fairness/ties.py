"""Settles ties in an optimum: equal scores stand in the order given, if no constraint forbids."""

from collections.abc import Callable

import numpy as np

from matching.fairness.task import Floats, Ints


def settle_ties(order: Ints, labels: Ints, scores: Floats, burden: Callable[[Ints], float]) -> Ints:
    """Return an order of the same DCG with lower positions first among equal scores.

    A solver returns any of the rankings that are equally good; which one must not hang on its ways.

    Args:
        order: shape (k,), positions; those of one label best first.
        labels: shape (n,), by position; people of one label are alike to every constraint.
        scores: shape (n,), descending.
        burden: of a ranking's labels, shape (k,): how far constraints are broken. It never rises.

    Returns: shape (k,).
    """
    ranked = labels[order]
    members = [np.flatnonzero(labels == label)[: len(order)] for label in range(labels.max() + 1)]
    if not (np.diff(scores) == 0).any():
        return in_order(ranked, members)
    least = burden(ranked)
    taken = np.zeros(len(members), dtype=np.int64)
    for place in range(len(order)):
        current = members[ranked[place]][taken[ranked[place]]]
        following = sorted(
            (int(found[used]), label)
            for label, (found, used) in enumerate(zip(members, taken, strict=True))
            if used < len(found)
            and found[used] < current
            and scores[found[used]] == scores[current]
        )
        for _, label in following:
            trial = _brought_forward(ranked, place, label)
            if burden(trial) <= least:
                ranked = trial
                break
        taken[ranked[place]] += 1
    return _exchange_pairs(in_order(ranked, members), labels, scores, burden, least)


def _exchange_pairs(
    order: Ints, labels: Ints, scores: Floats, burden: Callable[[Ints], float], least: float
) -> Ints:
    """Exchange pairs of equal score that put the lower position first, until none is left.

    Each exchange makes the order smaller from left to right, so this comes to an end.
    """
    again = True
    while again:
        again = False
        for place in range(len(order)):
            for later in range(place + 1, len(order)):
                first, second = order[place], order[later]
                if second > first or scores[first] != scores[second]:
                    continue
                trial = order.copy()
                trial[[place, later]] = second, first
                if _keeps_order(trial, labels) and burden(labels[trial]) <= least:
                    order, again = trial, True
    return order


def _keeps_order(order: Ints, labels: Ints) -> bool:
    """Return whether those of one label stand best first."""
    return all(
        bool((np.diff(order[labels[order] == label]) > 0).all())
        for label in np.unique(labels[order])
    )


def in_order(ranked: Ints, members: list[Ints]) -> Ints:
    """Return labels in ranked order as positions, each label's best first."""
    order = np.empty(len(ranked), dtype=np.int64)
    for label, found in enumerate(members):
        at = ranked == label
        order[at] = found[: np.count_nonzero(at)]
    return order


def _brought_forward(ranked: Ints, place: int, label: int) -> Ints:
    """Return the ranking with `label` at `place`, exchanged for its next place if any."""
    trial = ranked.copy()
    later = np.flatnonzero(ranked[place + 1 :] == label)
    if len(later):
        trial[place + 1 + later[0]] = ranked[place]
    trial[place] = label
    return trial
