"""The aggregate audit: who gets how far, by group, from the rules to a shortlist.

The only room of matching that reads equality monitoring, in a transaction of its own role, and only
to add it up.
"""

import csv
import io
import math
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import TypedDict, Unpack

import numpy as np

from candidates import monitoring
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.errors import ValidationError
from foundation.prisons import prison_name
from foundation.regions import Region
from foundation.settings import Settings
from foundation.vocabulary import Code
from matching.audit_report import (
    AttributeAudit,
    AuditReport,
    CostAudit,
    CoverageRow,
    ExposureRow,
    FunnelRow,
    OrderRow,
    RateRow,
    ReasonRow,
    SkewRow,
    Standing,
)
from matching.audit_store import Audited, list_gate, list_people, list_ranked, list_viewed
from matching.audit_tally import (
    ATTRIBUTES,
    NOT_RECORDED,
    OPTED_OUT,
    PROTECTED,
    REACHED,
    WEEKS_IN_ORDER,
    Tally,
    Totals,
    tally,
)
from matching.fairness.concentration import gini
from matching.fairness.disclosure import Hidden, hide_small
from matching.fairness.inference import (
    Interval,
    Selected,
    adjust_for_many,
    bootstrap_interval,
    exact_p,
    exchange_p,
    four_fifths_by_chance,
    impact_ratio,
    is_below_four_fifths,
    is_insufficient,
    katz_interval,
)
from matching.fairness.metrics import Metrics
from matching.need import NeedBand
from matching.rules import RULES
from matching.waiting import FIRST_PLACES, WaitBand

SEED = 2010  # the year of the Equality Act; the same figures give the same intervals
DEFAULT_PERIOD = timedelta(weeks=13)
UNKNOWN = (monitoring.NOT_STATED[0], NOT_RECORDED, OPTED_OUT, Region.NOT_KNOWN.value)
UNKNOWN_LABELS = {NOT_RECORDED: "Not recorded", OPTED_OUT: "Opted out"}
CODES: dict[str, type[Code]] = {
    "need_band": NeedBand,
    "wait_band": WaitBand,
    "release_region": Region,
    "sex": monitoring.Sex,
    "gender_identity": monitoring.GenderIdentity,
    "age_band": monitoring.AgeBand,
    "ethnicity": monitoring.Ethnicity,
    "disability": monitoring.Disability,
    "religion": monitoring.Religion,
    "sexual_orientation": monitoring.SexualOrientation,
    "nationality": monitoring.Nationality,
}
ATTRIBUTE_LABELS = {"release_weeks": "Weeks to release", "age_band": "Age"}
LATER_STAGES = (
    "overriding of the order by a person",
    "put forward",
    "interview",
    "offer",
    "started",
    "in work at 6 weeks",
    "in work at 6 months",
)
NOTES = (
    "Rates and ratios count pairs of a person and a vacancy; the funnel counts each person once.",
    "A ratio compares a group's rate with that of the largest group. Intervals are of 95 %: for "
    "pairs the wider of two, vacancies drawn again and people drawn again; for people, Katz's. "
    "P values for pairs come from exchanging people between the groups, for people from Fisher's "
    "exact test, and are adjusted for how many comparisons are made (Benjamini and Hochberg).",
    "Four-fifths is a line to look at and not a verdict.",
    "Groups of under 20 people, or under 2 % of all, are called insufficient. Numbers from 1 to 4 "
    "are hidden, and others from which they could be worked out.",
    "Skew and the rest measure lists against each group's share of those compared; a policy has "
    "targets of its own.",
    "A person's page counts as viewed when anybody opened it or its reasons in the period.",
)
MOST_REASONS = 8
SECTIONS = (
    "people",
    "rules",
    "reasons",
    "shortlist",
    "churn",
    "reach",
    "exposure",
    "order",
    "coverage",
    "cost",
)


class Asked(TypedDict, total=False):
    """What of all that happened to audit; what is left out is not narrowed.

    `by` are attributes, all of them if none is named; `policy` is a name, or name@version.
    """

    first: date | None
    last: date | None
    by: Sequence[str]
    prison: str | None
    region: str | None
    policy: str | None


class AuditService:
    """What the doors call for an audit. Apart from what ranks, which may not read monitoring."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    def report(self, scope: Scope, **asked: Unpack[Asked]) -> AuditReport:
        """As `audit_period`, as of the day that rankings are made for."""
        return audit_period(self._database, scope, today=clock.today(self._settings), **asked)


def audit_period(
    database: Database, scope: Scope, *, today: date, **asked: Unpack[Asked]
) -> AuditReport:
    """Audit a period; by default the last 13 weeks.

    Raises:
        ValidationError: the days are the wrong way round, or an attribute or region is not one.
    """
    end, by = asked.get("last") or today, asked.get("by") or ATTRIBUTES
    region = asked.get("region")
    audited = Audited(
        asked.get("first") or end - DEFAULT_PERIOD,
        end,
        asked.get("prison"),
        region,
        asked.get("policy"),
    )
    if audited.first > audited.last:
        raise ValidationError("from", str(audited.first), f"give a day up to {audited.last}")
    for name in by:
        if name not in ATTRIBUTES:
            raise ValidationError("by", name, f"use one of: {', '.join(ATTRIBUTES)}")
    if region is not None and region not in set(Region):
        raise ValidationError("region", region, f"use one of: {', '.join(Region)}")
    with database.monitoring_transaction(scope) as connection:
        people = list_people(connection, audited)
        ranked = list(list_ranked(connection, audited))
        tallies, totals = tally(
            people,
            {name: tuple(CODES.get(name, WEEKS_IN_ORDER)) for name in by},
            list_gate(connection, audited),
            ranked,
            list_viewed(connection, audited),
        )
        audit.insert_event(
            connection,
            "audit",
            "aggregate",
            None,
            first=str(audited.first),
            last=str(audited.last),
            by=[each.coded.attribute for each in tallies],
        )
    policies = tuple(sorted({each.policy for each in ranked}))
    return _report(audited, today, len(people), policies, tallies, totals)


def _report(
    audited: Audited,
    today: date,
    people: int,
    policies: tuple[str, ...],
    tallies: Sequence[Tally],
    totals: Totals,
) -> AuditReport:
    tables = [
        table
        for each in tallies
        for table in (
            *(
                _rates(each, totals, selected, of)
                for selected, of in (
                    ("allowed", "judged"),
                    ("shortlisted", "pool"),
                    ("left", "before"),
                )
            ),
            _reach(each),
        )
    ]
    adjusted = iter(_adjusted(tables))
    attributes = tuple(_attribute(each, *(next(adjusted) for _ in range(4))) for each in tallies)
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
        policies=policies,
        shortlist_places=FIRST_PLACES,
        attributes=attributes,
        coverage=tuple(row for each in tallies for row in _coverage(each, totals)),
        gini=_finite(gini(totals.exposure[totals.matchable])),
        cost=_cost(totals),
        four_fifths_by_chance=round(four_fifths_by_chance(100, 1000, 0.1), 4),
        not_recorded_yet=LATER_STAGES,
        notes=NOTES,
    )


def _hidden(each: Tally) -> Hidden:
    """What must be hidden of people by stage; worked out once, because it takes solving."""
    if each.hidden is None:
        each.hidden = hide_small(each.reached.astype(np.int64), nested=True)
    return each.hidden


def _standings(each: Tally, *stages: str) -> list[Standing]:
    """How each group may be shown; the largest that is known is what the others are put beside.

    A group of which few people came as far as one of `stages` is hidden, as its pairs would tell.
    """
    people = [int(count) for count in each.reached[:, 0]]
    columns = [REACHED.index(stage) for stage in ("in scope", *stages)]
    hidden = _hidden(each).cells[:, columns]
    standings: list[Standing] = [
        "hidden" if gone else "insufficient" if is_insufficient(count, sum(people)) else "compared"
        for count, gone in zip(people, (any(row) for row in hidden.tolist()), strict=True)
    ]
    enough = [at for at, standing in enumerate(standings) if standing == "compared"]
    known = [at for at in enough if each.coded.labels[at] not in UNKNOWN] or enough
    if known:
        standings[max(known, key=lambda at: people[at])] = "reference"
    return standings


def _rates(each: Tally, totals: Totals, selected: str, of: str) -> list[RateRow]:
    """Every group's pairs beside those of the largest group that is known and large enough.

    The same people stand before many vacancies, so neither people nor vacancies are so many
    independent trials as there are pairs. The interval is the wider of two: vacancies drawn again,
    and people drawn again; p is of people exchanged between the groups.
    """
    chosen, asked = totals.pairs[selected], totals.pairs[of]
    judged, taken = (each.stages[stage].astype(np.int64) for stage in (of, selected))
    codes = each.coded.codes
    groups = [
        Selected(int(asked[codes == at].sum()), int(chosen[codes == at].sum()))
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
    return _rows(each, groups, _standings(each, "judged", "allowed", last), against)


def _reach(each: Tally) -> list[RateRow]:
    """People whom any list's first places held, of those whom some vacancy's rules allow.

    Each person counts once, and so as one trial: Katz's interval and Fisher's exact test.
    """
    columns = [REACHED.index(stage) for stage in ("allowed", "shortlisted")]
    groups = [Selected(*(int(count) for count in counts[columns])) for counts in each.reached]
    standings = _standings(each, "allowed", "shortlisted")
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
    each: Tally,
    groups: Sequence[Selected],
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
                "rate": _finite(group.rate),
            }
            if standing == "compared" and reference is not None and group.people:
                interval, p = against(at, reference)
                figures |= {
                    "ratio": _finite(impact_ratio(group, groups[reference])),
                    "low": _finite(interval.low),
                    "high": _finite(interval.high),
                    "p": p,
                    "below_four_fifths": is_below_four_fifths(group, groups[reference]),
                }
            row = row.model_copy(update=figures)
        rows.append(row)
    return rows


def _adjusted(tables: Sequence[list[RateRow]]) -> list[tuple[RateRow, ...]]:
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


def _attribute(
    each: Tally,
    gate: tuple[RateRow, ...],
    shortlist: tuple[RateRow, ...],
    churn: tuple[RateRow, ...],
    reach: tuple[RateRow, ...],
) -> AttributeAudit:
    attribute, labels = each.coded.attribute, each.coded.labels
    names = [group_label(attribute, label) for label in labels]
    counts = each.reached.astype(np.int64)
    hidden = _hidden(each)
    funnel = tuple(
        FunnelRow(
            group=name,
            counts=tuple(
                None if gone else int(count)
                for count, gone in zip(counts[at], hidden.cells[at], strict=True)
            ),
        )
        for at, name in enumerate(names)
    )
    shown = [row.standing not in ("hidden", "insufficient") for row in gate]
    return AttributeAudit(
        attribute=attribute,
        label=attribute_label(attribute),
        protected=attribute in PROTECTED,
        unknown=tuple(
            (name, funnel[at].counts[0]) for at, name in enumerate(names) if labels[at] in UNKNOWN
        ),
        stages=REACHED,
        funnel=funnel,
        totals=tuple(
            None if gone else int(total)
            for total, gone in zip(counts.sum(axis=0), hidden.totals, strict=True)
        ),
        gate=gate,
        reasons=_reasons(each, shown),
        shortlist=shortlist,
        churn=churn,
        reach=reach,
        exposure=_exposure(each, shortlist),
        orders=_orders(each) if all(shown) else (),
    )


def _reasons(each: Tally, shown: list[bool]) -> tuple[ReasonRow, ...]:
    """The rules that set groups apart most, by the spread of the shares that they refuse."""
    judged = each.stages["judged"].sum(axis=0)
    rows = []
    for code, touched in each.reasons.items():
        rates = [
            float(count / of) if seen and of else None
            for count, of, seen in zip(touched, judged, shown, strict=True)
        ]
        known = [rate for rate in rates if rate is not None]
        if known:
            rounded = tuple(None if rate is None else round(rate, 6) for rate in rates)
            spread = max(known) - min(known)
            rows.append(
                (spread, ReasonRow(code=code, summary=SUMMARIES.get(code, code), rates=rounded))
            )
    rows.sort(key=lambda row: (-row[0], row[1].code))
    return tuple(row for _, row in rows[:MOST_REASONS])


def _exposure(each: Tally, shortlist: Sequence[RateRow]) -> tuple[ExposureRow, ...]:
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


def _orders(each: Tally) -> tuple[OrderRow, ...]:
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


def _coverage(each: Tally, totals: Totals) -> tuple[CoverageRow, ...]:
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


def group_label(attribute: str, label: str) -> str:
    """A group as a table names it."""
    if label in UNKNOWN_LABELS:
        return UNKNOWN_LABELS[label]
    if attribute == "prison":
        return prison_name(label)
    codes = CODES.get(attribute)
    return codes(label).label if codes else label[:1].upper() + label[1:]


def attribute_label(attribute: str) -> str:
    """An attribute as a heading names it."""
    plain = attribute.replace("_", " ")
    return ATTRIBUTE_LABELS.get(attribute, plain[:1].upper() + plain[1:])


def to_csv(report: AuditReport, section: str | None = None) -> str:
    """Every figure, or those of one of `SECTIONS`, as a row.

    Section, attribute, group, measure and value, which is empty where it is not shown.

    Raises:
        ValidationError: there is no such section.
    """
    if section is not None and section not in SECTIONS:
        raise ValidationError("section", section, f"use one of: {', '.join(SECTIONS)}")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("section", "attribute", "group", "measure", "value"))
    for each in report.attributes:
        for row in _csv_rows(each):
            if section in (None, row[0]):
                writer.writerow((row[0], each.label, *row[1:-1], _cell(row[-1])))
    if section in (None, "coverage"):
        for place in report.coverage:
            for measure in ("people", "without_shortlist"):
                value = _cell(getattr(place, measure))
                writer.writerow(("coverage", place.attribute, place.group, measure, value))
    if section in (None, "cost"):
        for measure, cost in report.cost.model_dump().items():
            writer.writerow(("cost", "", "", measure, _cell(cost)))
    return out.getvalue()


def _csv_rows(each: AttributeAudit) -> Iterator[tuple[str, str, str, object]]:
    """Section, group, measure and value."""
    for row in each.funnel:
        for stage, count in zip(each.stages, row.counts, strict=True):
            yield "people", row.group, stage, count
    tables: tuple[tuple[str, Sequence[RateRow | ExposureRow]], ...] = (
        ("rules", each.gate),
        ("shortlist", each.shortlist),
        ("churn", each.churn),
        ("reach", each.reach),
        ("exposure", each.exposure),
    )
    for section, rows in tables:
        for figures in rows:
            for measure, value in figures.model_dump(exclude={"group"}).items():
                yield section, figures.group, measure, value
    for reason in each.reasons:
        for row, share in zip(each.funnel, reason.rates, strict=True):
            yield "reasons", row.group, reason.code, share
    yield from _csv_orders(each)


def _csv_orders(each: AttributeAudit) -> Iterator[tuple[str, str, str, object]]:
    for order in each.orders:
        for skew in order.skews:
            yield "order", order.order, f"least skew at {skew.k}", skew.least
            yield "order", order.order, f"greatest skew at {skew.k}", skew.greatest
        for measure in ("lists", "ndkl", "infeasible_index", "infeasible_count"):
            yield "order", order.order, measure, getattr(order, measure)


def _cell(value: object) -> object:
    return "" if value is None else value


def _finite(value: float) -> float | None:
    return round(value, 6) if math.isfinite(value) else None


SUMMARIES = {rule.code: rule.summary for rule in RULES}
