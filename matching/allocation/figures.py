"""Figures of a plan: counts, rates and comparisons, by group and never by name. Pure."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from foundation.record import Record
from matching.fairness.allocation.baselines import ChosenPairs, greedy, own_best
from matching.fairness.allocation.plan import Allocation, Edges
from matching.fairness.task import Ints

SMALLEST_GROUP = 20  # of fewer people a rate says nothing
PRICE_BANDS = (0.0, 0.1, 0.25, 0.5)


class RuleFigures(Record):
    """What a simple rule would do with the same people, places and scores.

    `welfare` is the sum of scores; `welfare_within_capacity` counts of each person only as many of
    the best as they have interviews.
    """

    welfare: float
    welfare_within_capacity: float
    placed: int
    most_interviews: int


class GroupFigures(Record):
    """A group: people who are eligible somewhere, those with a place, interviews in all.

    `rate` is the share with a place; None for fewer than 20 people.
    """

    label: str
    people: int
    placed: int
    interviews: int
    rate: float | None


class ShortFigures(Record):
    """Floors of a group that do not hold for one reason: in how many vacancies, by how many."""

    group: str
    reason: str
    vacancies: int
    short: int


class PriceBand(Record):
    """How many people cost more than `above`, and not more than the next band says."""

    above: float
    people: int


class PlanFigures(Record):
    """The figures of a plan.

    Args:
        unindexed: open vacancies that are left out because the index does not hold them yet.
        people: who is eligible for any vacancy; `listed`, of them, who is on any list of the best;
            `placed`, who has a place at all.
    """

    vacancies: int
    unindexed: int
    places: int
    filled: int
    people: int
    listed: int
    placed: int
    most_interviews: int
    welfare: float
    own_best: RuleFigures
    greedy: RuleFigures
    groups: tuple[GroupFigures, ...]
    shortfalls: tuple[ShortFigures, ...]
    prices: tuple[PriceBand, ...]
    solver_seconds: float
    solver_peak_mib: float


def plan_figures(
    plan: Allocation,
    edges: Edges,
    places: Ints,
    capacities: Ints,
    codes: Ints,
    labels: Sequence[str],
    unindexed: int,
) -> PlanFigures:
    """Return a plan's figures beside those of two simple rules on the same pairs.

    Args:
        edges: those that the plan was made from, none below its minimum score.
        codes: shape (C,), the group of each candidate as a position in `labels`.
    """
    return PlanFigures(
        vacancies=len(places),
        unindexed=unindexed,
        places=int(places.sum()),
        filled=int(plan.filled.sum()),
        people=len(capacities),
        listed=len(np.unique(edges.candidates)),
        placed=int((plan.interviews > 0).sum()),
        most_interviews=int(plan.interviews.max(initial=0)),
        welfare=plan.welfare,
        own_best=_rule(own_best(edges, places, capacities)),
        greedy=_rule(greedy(edges, places, capacities)),
        groups=tuple(
            _group(label, plan.interviews[codes == code]) for code, label in enumerate(labels)
        ),
        shortfalls=_short(plan, labels),
        prices=_price_bands(plan),
        solver_seconds=round(plan.solver_seconds, 3),
        solver_peak_mib=round(plan.solver_peak_mib, 1),
    )


def _rule(chosen: ChosenPairs) -> RuleFigures:
    return RuleFigures(
        welfare=chosen.welfare,
        welfare_within_capacity=chosen.welfare_within_capacity,
        placed=int((chosen.interviews > 0).sum()),
        most_interviews=int(chosen.interviews.max(initial=0)),
    )


def _group(label: str, interviews: Ints) -> GroupFigures:
    people, placed = len(interviews), int((interviews > 0).sum())
    return GroupFigures(
        label=label,
        people=people,
        placed=placed,
        interviews=int(interviews.sum()),
        rate=placed / people if people >= SMALLEST_GROUP else None,
    )


def _short(plan: Allocation, labels: Sequence[str]) -> tuple[ShortFigures, ...]:
    vacancies: Counter[tuple[int, str]] = Counter()
    short: Counter[tuple[int, str]] = Counter()
    for item in plan.shortfalls:
        vacancies[item.group, item.reason.value] += 1
        short[item.group, item.reason.value] += item.required - item.held
    return tuple(
        ShortFigures(
            group=labels[group], reason=reason, vacancies=count, short=short[group, reason]
        )
        for (group, reason), count in sorted(vacancies.items())
    )


def _price_bands(plan: Allocation) -> tuple[PriceBand, ...]:
    above = [int((plan.prices > edge).sum()) for edge in PRICE_BANDS]
    return tuple(
        PriceBand(above=edge, people=count - rest)
        for edge, count, rest in zip(PRICE_BANDS, above, [*above[1:], 0], strict=True)
    )
