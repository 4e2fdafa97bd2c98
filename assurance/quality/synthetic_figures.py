"""What the lists of made-up people say: how many true fits come first, and whose are missed.

What perfect knowledge of the records allows is a list that begins with every told fit. Nobody's
profile should be worth less because it is short or badly spelt, so each figure is also given by
length and spelling, and the gap between the best and the worst written is one number.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from statistics import fmean
from typing import Literal

import numpy as np

from assurance.quality.synthetic import RankedList, World
from demonstration.synthetic.people import SyntheticPerson
from foundation.errors import ValidationError
from foundation.record import Record
from matching.groups.need import assess_need

FOUND_WITHIN = 50
LOOKED_AT = 10
BEST_WRITTEN, WORST_WRITTEN = "long, clean", "short, misspelt"

Order = Callable[[RankedList], Sequence[str]]
GroupOf = Callable[[SyntheticPerson], str]


class ListFigures(Record):
    """Means over vacancies.

    Args:
        ndcg_10: gain 1 for a fit, discount log2.
        recall_50: fits among the first 50, of 50 or of all where there are fewer.
        allowed_50: the same, as far as to be expected, for a list that begins with every told fit
            and has the others in an order drawn by lot.
        of_allowed_50: the first of the two as a share of the second.
    """

    vacancies: int
    ndcg_10: float
    recall_50: float
    allowed_50: float
    of_allowed_50: float


class GroupFigures(Record):
    """How people of one group fare who fit and say so, over all vacancies.

    Args:
        fits: pairs of such a person and a vacancy.
        found_50: of those who had a place among the first 50 if told fits came first in an order
            that is blind to the group, the share that has one.
        ahead: the share of those who do not fit that stand behind one of the group (AUC).
    """

    fits: int
    found_50: float
    ahead: float


class SyntheticFigures(Record):
    """Everything, by ranker: of lists, by type of work, and of people by group."""

    ranker: str
    overall: ListFigures
    by_sector: dict[str, ListFigures]
    by_writing: dict[str, GroupFigures]
    by_need: dict[str, GroupFigures]
    gap_found_50: float | None
    gap_ahead: float | None


class SyntheticEvaluation(Record):
    """The figures of this program, and of plain cosine of whole texts where it was asked for."""

    document: Literal["synthetic evaluation"] = "synthetic evaluation"
    people: int
    vacancies: int
    seed: int
    as_of: date
    product: SyntheticFigures
    minilm: SyntheticFigures | None = None


def figures(world: World, ranker: str, order: Order) -> SyntheticFigures:
    """The figures of an order of every list. Lists in which nobody fits are left out.

    Raises:
        ValidationError: nobody fits any of them.
    """
    lists = [each for each in world.lists if world.fits(each)]
    if not lists:
        raise ValidationError("people", str(len(world.people)), "more, until some fit a vacancy")
    sectors: dict[str, list[RankedList]] = defaultdict(list)
    for each in lists:
        sectors[each.vacancy.record.sector.label].append(each)
    by_writing = _by_group(world, lists, order, writing_of)
    best, worst = by_writing.get(BEST_WRITTEN), by_writing.get(WORST_WRITTEN)
    return SyntheticFigures(
        ranker=ranker,
        overall=_of_lists(world, lists, order),
        by_sector={name: _of_lists(world, sectors[name], order) for name in sorted(sectors)},
        by_writing=by_writing,
        by_need=_by_group(world, lists, order, lambda person: _need_of(world, person)),
        gap_found_50=best and worst and round(best.found_50 - worst.found_50, 4),
        gap_ahead=best and worst and round(best.ahead - worst.ahead, 4),
    )


def writing_of(person: SyntheticPerson) -> str:
    """How much somebody wrote, and whether it has slips."""
    return f"{person.quality}, {'misspelt' if person.slips else 'clean'}"


def _need_of(world: World, person: SyntheticPerson) -> str:
    return assess_need(person.candidate, world.asked.as_of).band.label


def _of_lists(world: World, lists: Sequence[RankedList], order: Order) -> ListFigures:
    ndcg, recall, allowed = [], [], []
    for each in lists:
        fits, told, ordered = world.fits(each), world.told(each), order(each)
        ndcg.append(_ndcg(ordered, fits))
        places = min(FOUND_WITHIN, len(fits))
        recall.append(len(fits.intersection(ordered[:FOUND_WITHIN])) / places)
        allowed.append(_allowed(len(each.open), len(fits), len(told)) / places)
    return ListFigures(
        vacancies=len(lists),
        ndcg_10=round(fmean(ndcg), 4),
        recall_50=round(fmean(recall), 4),
        allowed_50=round(fmean(allowed), 4),
        of_allowed_50=round(fmean(recall) / fmean(allowed), 4),
    )


def _allowed(everybody: int, fits: int, told: int) -> float:
    """Fits expected among the first places if told ones come first and the rest by lot."""
    left = max(0, FOUND_WITHIN - told)
    by_lot = (fits - told) * min(1.0, left / max(1, everybody - told))
    return min(FOUND_WITHIN, told) + by_lot


def _ndcg(ordered: Sequence[str], fits: frozenset[str]) -> float:
    discounts = 1 / np.log2(np.arange(2, LOOKED_AT + 2))
    gains = np.array([who in fits for who in ordered[:LOOKED_AT]], dtype=np.float64)
    ideal = discounts[: len(fits)].sum()
    return float((gains * discounts[: len(gains)]).sum() / ideal)


def _by_group(
    world: World, lists: Iterable[RankedList], order: Order, group_of: GroupOf
) -> dict[str, GroupFigures]:
    fits: dict[str, int] = defaultdict(int)
    expected: dict[str, float] = defaultdict(float)
    found: dict[str, int] = defaultdict(int)
    ahead: dict[str, list[float]] = defaultdict(list)
    for each in lists:
        told, ordered = world.told(each), order(each)
        first = set(ordered[:FOUND_WITHIN])
        behind = _unfit_behind(ordered, world.fits(each))
        for who in told:
            group = group_of(world.people[who])
            fits[group] += 1
            expected[group] += min(1.0, FOUND_WITHIN / len(told))
            found[group] += who in first
            ahead[group].append(behind.get(who, 0.0))
    return {
        group: GroupFigures(
            fits=fits[group],
            found_50=round(found[group] / expected[group], 4),
            ahead=round(fmean(ahead[group]), 4),
        )
        for group in sorted(fits)
    }


def _unfit_behind(ordered: Sequence[str], fits: frozenset[str]) -> Mapping[str, float]:
    """For each person of a list, the share of those who do not fit that stand behind them."""
    unfit = np.array([who not in fits for who in ordered])
    total = int(unfit.sum())
    if not total:
        return dict.fromkeys(ordered, 1.0)
    behind = total - np.cumsum(unfit)
    return dict(zip(ordered, (behind / total).tolist(), strict=True))
