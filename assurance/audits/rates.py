"""Every group's rates beside those of the largest, with intervals and p; small groups hidden."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from assurance.audits.courses import IN_FIRST_PLACES, known_among
from assurance.audits.labels import UNKNOWN, group_label
from assurance.audits.report import RateRow, Standing
from assurance.audits.tally import REACHED, AttributeTally, Flags, Totals
from matching.fairness.statistics.disclosure import HiddenCells, KnownBound, hide_small
from matching.fairness.statistics.inference import (
    GroupSelection,
    Interval,
    adjust_for_many,
    bootstrap_interval,
    exact_p,
    exchange_p,
    impact_ratio,
    is_below_four_fifths,
    is_insufficient,
    katz_interval,
)
from matching.fairness.task import Ints

IN_SCOPE = REACHED[0]
SEED = 2010  # the year of the Equality Act; the same figures give the same intervals


def compare_pairs(each: AttributeTally, totals: Totals, selected: str, of: str) -> list[RateRow]:
    """Every group's pairs beside those of the largest group that is known and large enough.

    The same people stand before many vacancies, so neither people nor vacancies are so many
    independent trials as there are pairs. The interval is the wider of two: vacancies drawn again,
    and people drawn again; p is of people exchanged between the groups.
    """
    chosen, asked = totals.pairs[selected], totals.pairs[of]
    judged, taken = (each.stages[stage].astype(np.int64) for stage in (of, selected))
    codes = each.coded.codes
    groups = [
        GroupSelection(int(asked[codes == at].sum()), int(chosen[codes == at].sum()))
        for at in range(len(each.coded.labels))
    ]

    def against(at: int, reference: int) -> tuple[Interval, float]:
        both = np.flatnonzero((codes == at) | (codes == reference))
        mine = codes[both] == at
        people = bootstrap_interval(
            (asked[both] * mine, chosen[both] * mine),
            (asked[both] * ~mine, chosen[both] * ~mine),
            seed=SEED,
        )
        vacancies = bootstrap_interval(
            (judged[:, at], taken[:, at]), (judged[:, reference], taken[:, reference]), seed=SEED
        )
        wider = Interval(min(people.low, vacancies.low), max(people.high, vacancies.high))
        return wider, exchange_p(asked[both], chosen[both], mine, seed=SEED)

    last = "allowed" if selected == "allowed" else "shortlisted"
    of_few = _of_few(each, asked > 0, chosen > 0)
    through = REACHED[: REACHED.index(last) + 1]
    standings = _standings(each, of_few, *through)
    return _rows(each, groups, standings, against)


def compare_people(
    each: AttributeTally, selected: str, of: str, *, sized_by: str | None = None
) -> list[RateRow]:
    """People who came as far as `selected`, of those who came as far as `of`.

    Each person counts once, and so as one trial: Katz's interval and Fisher's exact test. Whether
    a group is large enough goes by `sized_by`, the people in question if it is None.
    """
    groups = [
        GroupSelection(int(asked), int(chosen))
        for asked, chosen in zip(each.count(of), each.count(selected), strict=True)
    ]
    nobody = np.zeros(len(groups), dtype=np.bool_)
    standings = _standings(each, nobody, of, selected, sized_by=sized_by or of)
    return _rows(
        each,
        groups,
        standings,
        lambda at, reference: (
            katz_interval(groups[at], groups[reference]),
            exact_p(groups[at], groups[reference]),
        ),
    )


def _rows(
    each: AttributeTally,
    groups: Sequence[GroupSelection],
    standings: Sequence[Standing],
    against: Callable[[int, int], tuple[Interval, float]],
) -> list[RateRow]:
    """A row for each group; `against` gives the interval and p of one beside the reference."""
    reference = standings.index("reference") if "reference" in standings else None
    rows = []
    for at, (label, group, standing) in enumerate(
        zip(each.coded.labels, groups, standings, strict=True)
    ):
        row = RateRow(group=group_label(each.coded.attribute, label), standing=standing)
        if standing in ("reference", "compared"):
            figures: dict[str, object] = {
                "of": group.people,
                "selected": group.selected,
                "rate": finite(group.rate),
            }
            if standing == "compared" and reference is not None and group.people:
                interval, p = against(at, reference)
                figures |= {
                    "ratio": finite(impact_ratio(group, groups[reference])),
                    "low": finite(interval.low),
                    "high": finite(interval.high),
                    "p": p,
                    "below_four_fifths": is_below_four_fifths(group, groups[reference]),
                }
            row = row.model_copy(update=figures)
        rows.append(row)
    return rows


def _of_few(each: AttributeTally, asked: Flags, chosen: Flags) -> Flags:
    """Groups whose pairs are those of so few people that they would tell; shape (groups,).

    `asked` and `chosen` have shape (people,). Many vacancies may have asked the same few.
    """
    people = [each.coded.count(np.flatnonzero(flags)) for flags in (asked, asked & chosen)]
    hidden = hide_small(np.stack(people, axis=1).astype(np.int64), nested=True)
    return np.asarray(hidden.cells.any(axis=1))


def _standings(
    each: AttributeTally, of_few: Flags, *stages: str, sized_by: str = IN_SCOPE
) -> list[Standing]:
    """How each group may be shown, if one that few people of came as far as a stage is hidden.

    The few of a stage, or their pairs, would tell.
    """
    hidden = hidden_people(each).cells[:, each.at(*stages)].any(axis=1) | of_few
    return stand(each, each.count(sized_by), hidden)


def stand(each: AttributeTally, people: Ints, hidden: Flags) -> list[Standing]:
    """How each group may be shown; the largest that is known is what the others are put beside.

    `people` are those in question of each group; a group that is `hidden` is not told about.
    """
    sizes = [int(count) for count in people]
    standings: list[Standing] = [
        "hidden" if gone else "insufficient" if is_insufficient(size, sum(sizes)) else "compared"
        for size, gone in zip(sizes, hidden.tolist(), strict=True)
    ]
    enough = [at for at, standing in enumerate(standings) if standing == "compared"]
    known = [at for at in enough if each.coded.labels[at] not in UNKNOWN] or enough
    if known:
        standings[max(known, key=lambda at: sizes[at])] = "reference"
    return standings


def hidden_people(each: AttributeTally) -> HiddenCells:
    """What must be hidden of people by column; worked out once, because it takes solving.

    That nobody at all was put forward, or decided about, is told of everybody and so of no group:
    such columns are shown.
    """
    if each.hidden is None:
        anybody = each.people.sum(axis=0) > 0
        anybody[each.at(*REACHED, IN_FIRST_PLACES)] = True
        kept = np.flatnonzero(anybody)
        place = {each.columns[at]: number for number, at in enumerate(kept)}
        known = [
            KnownBound(
                *(tuple(place[one] for one in side if one in place) for side in (a.fewer, a.more))
            )
            for a in known_among(REACHED, each.columns)
        ]
        found = hide_small(each.people[:, kept], known=[one for one in known if one.fewer])
        each.hidden = HiddenCells(
            np.zeros(each.people.shape, dtype=np.bool_), np.zeros(len(anybody), dtype=np.bool_)
        )
        each.hidden.cells[:, kept], each.hidden.totals[kept] = found.cells, found.totals
    return each.hidden


def adjust_p_values(tables: Sequence[list[RateRow]]) -> list[tuple[RateRow, ...]]:
    """P values adjusted over every comparison of the report."""
    values = [row.p for table in tables for row in table if row.p is not None]
    adjusted = iter(adjust_for_many(values))
    return [
        tuple(
            row if row.p is None else row.model_copy(update={"adjusted_p": next(adjusted)})
            for row in table
        )
        for table in tables
    ]


def finite(value: float) -> float | None:
    """A figure as the report keeps it; None for what is not a number or infinite."""
    return round(value, 6) if math.isfinite(value) else None
