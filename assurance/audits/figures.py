"""From sums to the report: what may be shown of each attribute, coverage and cost.

Pure: tallies in, a report out.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from assurance.audits.courses import (
    ALLOWED_AND_PUT_FORWARD,
    DECIDED,
    IN_FIRST_PLACES,
    LATER,
    OVERRIDES,
    PUT_FORWARD,
    STARTED,
)
from assurance.audits.labels import UNKNOWN, attribute_label, group_label
from assurance.audits.people import audit_outcomes, audit_override_reasons, shown_people
from assurance.audits.rates import (
    adjust_p_values,
    compare_pairs,
    compare_people,
    finite,
)
from assurance.audits.report import (
    AttributeAudit,
    Audited,
    AuditReport,
    CostAudit,
    CoverageRow,
    ExposureRow,
    OrderRow,
    RateRow,
    ReasonRow,
    SkewRow,
)
from assurance.audits.tally import PROTECTED, REACHED, AttributeTally, Flags, Totals
from matching.fairness.metrics import Metrics
from matching.fairness.statistics.concentration import gini
from matching.fairness.statistics.disclosure import THRESHOLD, hide_small
from matching.fairness.statistics.inference import four_fifths_by_chance
from matching.groups.waiting import FIRST_PLACES
from matching.rules.rules import RULES

NOTES = (
    "Rates and ratios count pairs of a person and a vacancy; the funnel counts each person once.",
    "A ratio compares a group's rate with that of the largest group. Intervals are of 95 %: for "
    "pairs the wider of two, vacancies drawn again and people drawn again; for people, Katz's. "
    "P values for pairs come from exchanging people between the groups, for people from Fisher's "
    "exact test, and are adjusted for how many comparisons are made (Benjamini and Hochberg).",
    "Four-fifths is a line to look at and not a verdict.",
    "Groups of under 20 people, or under 2 % of all, are called insufficient. Numbers from 1 to 4 "
    "people are hidden, with every figure made from so few, and others from which they could be "
    "worked out.",
    "Skew and the rest measure lists against each group's share of those compared; a policy has "
    "targets of its own.",
    "A person's page counts as viewed when anybody opened it or its reasons in the period.",
    "Put forward and after: people who were first put forward in the period, for whichever vacancy "
    "and from whichever list, and how far they have come since. Whoever came as far as one stage "
    "counts in those before it, recorded or not: who started had an offer. In work at 6 months is "
    "counted by itself, and not among those in work at 6 weeks.",
    "Outcomes are of the same people, 6 weeks and 6 months after their release, and can be "
    "recorded only of who started work. The rate is of those known to be in work or not. Who was "
    "unavailable for work, or of whom nothing is known, stands beside it. Groups are compared in "
    "percentage points, with Newcombe's interval of the difference. Earlier days show more "
    "outcomes.",
    "Staff decide otherwise than the ranking when they hide somebody from a list or put them above "
    "others. Counted are people who stood in a list's first places, as ranked or as decided, by "
    "decisions of the period about the lists audited that were not undone by its end. Nobody is "
    "moved down by a decision; who is passed by somebody else is not counted.",
)

# Each table of rates: what is selected, and of what.
PAIRS = {
    "gate": ("allowed", "judged"),
    "shortlist": ("shortlisted", "pool"),
    "churn": ("left", "before"),
}
PEOPLE = {
    "reach": ("shortlisted", "allowed"),
    "put_forward": (ALLOWED_AND_PUT_FORWARD, "allowed"),
    "interview": ("interview", PUT_FORWARD),
    "started": (STARTED, PUT_FORWARD),
    "overridden": (DECIDED, IN_FIRST_PLACES),
}
SIZED_BY = {"reach": REACHED[0]}
LATER_STAGES = (REACHED[0], *LATER)

MOST_REASONS = 8

SUMMARIES = {rule.code: rule.summary for rule in RULES}


def to_report(
    audited: Audited,
    today: date,
    people: int,
    policies: tuple[str, ...],
    tallies: Sequence[AttributeTally],
    totals: Totals,
) -> AuditReport:
    tables = [
        table
        for each in tallies
        for table in (
            *(compare_pairs(each, totals, *PAIRS[name]) for name in PAIRS),
            *(compare_people(each, *PEOPLE[name], sized_by=SIZED_BY.get(name)) for name in PEOPLE),
        )
    ]
    adjusted = iter(adjust_p_values(tables))
    attributes = tuple(
        _attribute(each, totals, {name: next(adjusted) for name in (*PAIRS, *PEOPLE)})
        for each in tallies
    )
    return AuditReport(
        made_for=today,
        first=audited.first,
        last=audited.last,
        prison=audited.prison,
        region=audited.region,
        policy=audited.policy,
        people=people,
        vacancies=totals.vacancies,
        lists=totals.lists,
        lists_decided=None if 0 < totals.lists_decided < THRESHOLD else totals.lists_decided,
        policies=policies,
        shortlist_places=FIRST_PLACES,
        attributes=attributes,
        coverage=tuple(row for each in tallies for row in _coverage(each, totals)),
        gini=finite(gini(totals.exposure[totals.matchable])),
        cost=_cost(totals),
        four_fifths_by_chance=round(four_fifths_by_chance(100, 1000, 0.1), 4),
        notes=NOTES,
    )


def _attribute(
    each: AttributeTally,
    totals: Totals,
    rates: Mapping[str, tuple[RateRow, ...]],
) -> AttributeAudit:
    attribute, labels = each.coded.attribute, each.coded.labels
    funnel, totals_shown = shown_people(each, REACHED)
    later, later_totals = shown_people(each, LATER_STAGES)
    overrides, override_totals = shown_people(each, OVERRIDES)
    shown = np.array(
        [row.standing not in ("hidden", "insufficient") for row in rates["gate"]], dtype=np.bool_
    )
    return AttributeAudit(
        attribute=attribute,
        label=attribute_label(attribute),
        protected=attribute in PROTECTED,
        unknown=tuple(
            (row.group, row.counts[0])
            for row, label in zip(funnel, labels, strict=True)
            if label in UNKNOWN
        ),
        stages=REACHED,
        funnel=funnel,
        totals=totals_shown,
        reasons=_reasons(each, totals, shown),
        later_stages=LATER_STAGES,
        later=later,
        later_totals=later_totals,
        outcomes=audit_outcomes(each),
        override_kinds=OVERRIDES,
        overrides=overrides,
        override_totals=override_totals,
        override_reasons=audit_override_reasons(each),
        exposure=_exposure(each, rates["shortlist"]),
        orders=_orders(each) if shown.all() else (),
        **rates,
    )


def _reasons(each: AttributeTally, totals: Totals, shown: Flags) -> tuple[ReasonRow, ...]:
    """The rules that set groups apart most, by the spread of the shares that they refuse.

    Of a group of which a rule refused only a few people, its share is not shown; it still counts
    for the spread, as else the very rule that hits one group alone would come last.
    """
    judged = each.stages["judged"].sum(axis=0)
    everybody = np.arange(len(each.coded.codes))
    compared = np.flatnonzero(shown & (judged > 0))
    rows = []
    for code, refused in totals.refused.items():
        shares = each.coded.count(everybody, refused)[compared] / judged[compared]
        people = each.coded.count(np.flatnonzero(refused))[compared]
        told = (people == 0) | (people >= THRESHOLD)
        if told.any():
            rates: list[float | None] = [None] * len(judged)
            for at, share in zip(compared[told], shares[told], strict=True):
                rates[at] = round(float(share), 6)
            row = ReasonRow(code=code, summary=SUMMARIES.get(code, code), rates=tuple(rates))
            rows.append((float(np.ptp(shares)), row))
    rows.sort(key=lambda row: (-row[0], row[1].code))
    return tuple(row for _, row in rows[:MOST_REASONS])


def _exposure(each: AttributeTally, shortlist: Sequence[RateRow]) -> tuple[ExposureRow, ...]:
    """Shares of merit and exposure, of the groups whose figures may be shown."""
    merit, exposure = each.merit.sum(axis=0), each.exposure.sum(axis=0)
    rows = []
    for row, merited, given in zip(shortlist, merit, exposure, strict=True):
        if row.of is None or not merited or not exposure.sum():
            rows.append(ExposureRow(group=row.group, merit=None, exposure=None, ratio=None))
            continue
        own, share = float(merited / merit.sum()), float(given / exposure.sum())
        rows.append(
            ExposureRow(
                group=row.group,
                merit=round(own, 6),
                exposure=round(share, 6),
                ratio=round(share / own, 6),
            )
        )
    return tuple(rows)


def _orders(each: AttributeTally) -> tuple[OrderRow, ...]:
    if not each.under_policy:
        return ()
    return (_order("under policy", each.under_policy), _order("by score", each.by_score))


def _order(name: str, lists: Sequence[Metrics]) -> OrderRow:
    cuts = sorted({skew.k for each in lists for skew in each.skews} & {5, 10, 25, 50, 100})
    return OrderRow.model_validate(
        {
            "order": name,
            "lists": len(lists),
            "skews": tuple(_skew(lists, cut) for cut in cuts),
            "ndkl": round(float(np.mean([each.ndkl for each in lists])), 6),
            "infeasible_index": round(float(np.mean([e.infeasible_index for e in lists])), 6),
            "infeasible_count": round(float(np.mean([e.infeasible_count for e in lists])), 6),
            "without_a_group": sum(math.isinf(each.min_skew) for each in lists),
        }
    )


def _skew(lists: Sequence[Metrics], cut: int) -> SkewRow:
    at = [skew for each in lists for skew in each.skews if skew.k == cut]
    least = [skew.least for skew in at if math.isfinite(skew.least)]
    greatest = [skew.greatest for skew in at if math.isfinite(skew.greatest)]
    return SkewRow(
        k=cut,
        lists=len(at),
        least=round(float(np.mean(least)), 6) if least else None,
        greatest=round(float(np.mean(greatest)), 6) if greatest else None,
    )


def _coverage(each: AttributeTally, totals: Totals) -> tuple[CoverageRow, ...]:
    """By need and by weeks to release: who is ready and stands on no shortlist."""
    if each.coded.attribute not in ("need_band", "release_weeks"):
        return ()
    ready = np.flatnonzero(totals.matchable)
    without = ready[totals.pairs["shortlisted"][ready] == 0]
    counts = np.stack([each.coded.count(ready), each.coded.count(without)], axis=1)
    hidden = hide_small(counts.astype(np.int64), nested=True).cells
    return tuple(
        CoverageRow(
            attribute=attribute_label(each.coded.attribute),
            group=group_label(each.coded.attribute, label),
            people=None if hidden[at, 0] else int(counts[at, 0]),
            without_shortlist=None if hidden[at, 1] else int(counts[at, 1]),
        )
        for at, label in enumerate(each.coded.labels)
    )


def _cost(totals: Totals) -> CostAudit:
    kept = totals.cost.ndcg
    return CostAudit(
        lists=len(kept),
        with_moves=sum(moved > 0 for moved in totals.cost.moved),
        mean_ndcg=round(sum(kept) / len(kept), 6) if kept else None,
        least_ndcg=round(min(kept), 6) if kept else None,
        largest_drop=max(totals.cost.largest_drop, default=0),
    )
