"""Two simple rules to compare an allocation with: own best, and best pair first."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.fairness.allocation.flow import Ints32
from matching.fairness.allocation.plan import QUANTUM, Edges, canonical, ranks_within
from matching.fairness.compiled import compiled
from matching.fairness.task import Floats, Ints


@dataclass(frozen=True)
class ChosenPairs:
    """The pairs that a simple rule takes.

    Args:
        vacancies, candidates: shape (E,), by vacancy, then candidate.
        scores: shape (E,).
        interviews: shape (C,), on how many lists each person is.
        welfare: the sum of the scores.
        welfare_within_capacity: the same, when of each person only as many of the best count as
            they have interviews.
    """

    vacancies: Ints32
    candidates: Ints32
    scores: Floats
    interviews: Ints
    welfare: float
    welfare_within_capacity: float


def own_best(
    edges: Edges, places: Ints, capacities: Ints, minimum_score: float = 0.0
) -> ChosenPairs:
    """Take each vacancy's own best people, as one list at a time does.

    Args and errors: as for `allocation.allocate`.
    """
    vacancies, candidates, scores = canonical(edges, len(places), len(capacities))
    kept = scores >= round(minimum_score * QUANTUM)
    taken = kept & (ranks_within(vacancies, scores) <= places[vacancies])
    return _chosen(vacancies[taken], candidates[taken], scores[taken], capacities)


def greedy(edges: Edges, places: Ints, capacities: Ints, minimum_score: float = 0.0) -> ChosenPairs:
    """Take the best pair first, then the next that both sides have room for; ties by position.

    Args and errors: as for `allocation.allocate`.
    """
    vacancies, candidates, scores = canonical(edges, len(places), len(capacities))
    best_first = np.argsort(-scores, kind="stable").astype(np.int32)
    best_first = best_first[scores[best_first] >= round(minimum_score * QUANTUM)]
    taken = compiled_take_in_order(
        best_first, vacancies, candidates, places.copy(), capacities.copy()
    )
    return _chosen(vacancies[taken], candidates[taken], scores[taken], capacities)


def take_in_order(
    order: Ints32, vacancies: Ints32, candidates: Ints32, places: Ints, capacities: Ints
) -> npt.NDArray[np.bool_]:
    """Return which edges are taken in this order while both sides have room; uses up the room."""
    taken = np.zeros(vacancies.shape[0], dtype=np.bool_)
    for edge in order:
        vacancy, candidate = vacancies[edge], candidates[edge]
        if places[vacancy] > 0 and capacities[candidate] > 0:
            taken[edge] = True
            places[vacancy] -= 1
            capacities[candidate] -= 1
    return taken


compiled_take_in_order = compiled(take_in_order)


def _chosen(vacancies: Ints32, candidates: Ints32, scores: Ints, capacities: Ints) -> ChosenPairs:
    within = ranks_of_person(candidates, scores) <= capacities[candidates]
    return ChosenPairs(
        vacancies,
        candidates,
        scores / QUANTUM,
        np.bincount(candidates, minlength=len(capacities)),
        int(scores.sum()) / QUANTUM,
        int(scores[within].sum()) / QUANTUM,
    )


def ranks_of_person(candidates: Ints32, scores: Ints) -> Ints32:
    """Return each edge's rank by score among its person's edges, from 1; ties by position."""
    by_person = np.argsort(candidates, kind="stable")
    ranks = np.empty(len(candidates), dtype=np.int32)
    ranks[by_person] = ranks_within(candidates[by_person], scores[by_person])
    return ranks
