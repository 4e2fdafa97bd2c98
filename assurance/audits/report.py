"""The aggregate audit as records: figures by group, with what is too small to show left out."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from foundation.record import Record

Standing = Literal["reference", "compared", "insufficient", "hidden"]


@dataclass(frozen=True, slots=True)
class Audited:
    """What is audited: days (both included), and a prison, region or policy if one is named."""

    first: date
    last: date
    prison: str | None = None
    region: str | None = None
    policy: str | None = None


class FunnelRow(Record):
    """How many people of a group came as far as each stage; None where the number is hidden."""

    group: str
    counts: tuple[int | None, ...]


class RateRow(Record):
    """One group's rate beside the reference group's.

    `of` and `selected` count pairs of a person and a vacancy, or people. `low` and `high` are the
    95 % interval of the ratio, `p` says how often chance would set the groups so far apart.
    Everything is None for a group that is too small to say anything about, or hidden.
    """

    group: str
    standing: Standing
    of: int | None = None
    selected: int | None = None
    rate: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    adjusted_p: float | None = None
    below_four_fifths: bool | None = None


class OutcomeRow(Record):
    """What was found of a group's people at one point after release.

    `known` are those who were found in work or not; whoever was unavailable, or of whom nothing
    could be found out, is counted beside the rate and never in it. `points` is the rate less that
    of the reference group, in percentage points, and `low` and `high` its 95 % interval. None is
    hidden, or a figure that a group is too small for.
    """

    group: str
    standing: Standing
    known: int | None = None
    in_work: int | None = None
    rate: float | None = None
    points: float | None = None
    low: float | None = None
    high: float | None = None
    unavailable: int | None = None
    not_known: int | None = None


class OutcomeAudit(Record):
    """Outcomes at one point after release (`6 weeks`), by group."""

    point: str
    rows: tuple[OutcomeRow, ...]


class OverrideRow(Record):
    """A reason that staff gave for deciding otherwise than the ranking, and people by group."""

    kind: str
    code: str
    label: str
    people: tuple[int | None, ...]


class ReasonRow(Record):
    """A rule that refuses, and the share of each group's pairs that it touched."""

    code: str
    summary: str
    rates: tuple[float | None, ...]


class ExposureRow(Record):
    """A group's share of merit, of exposure, and the one over the other."""

    group: str
    merit: float | None
    exposure: float | None
    ratio: float | None


class SkewRow(Record):
    """Least and greatest skew in the first k, mean over the lists that reach k."""

    k: int
    lists: int
    least: float | None
    greatest: float | None


class OrderRow(Record):
    """How lists stand to each group's share among those compared, in one order of the two.

    Means over lists. A list that holds nobody of a group has a least skew of minus infinity; such
    lists are left out of the mean and counted in `without_a_group`.
    """

    order: Literal["under policy", "by score"]
    lists: int
    skews: tuple[SkewRow, ...]
    ndkl: float
    infeasible_index: float
    infeasible_count: float
    without_a_group: int


class AttributeAudit(Record):
    """Everything about one attribute. `unknown` counts people whose group is not known.

    `later_stages` begins with everyone in scope, as `stages` does. `override_kinds` name the
    columns of `overrides`, people about whom staff decided otherwise than the ranking.
    """

    attribute: str
    label: str
    protected: bool
    unknown: tuple[tuple[str, int | None], ...]
    stages: tuple[str, ...]
    funnel: tuple[FunnelRow, ...]
    totals: tuple[int | None, ...]
    gate: tuple[RateRow, ...]
    reasons: tuple[ReasonRow, ...]
    shortlist: tuple[RateRow, ...]
    churn: tuple[RateRow, ...]
    reach: tuple[RateRow, ...]
    later_stages: tuple[str, ...]
    later: tuple[FunnelRow, ...]
    later_totals: tuple[int | None, ...]
    put_forward: tuple[RateRow, ...]
    interview: tuple[RateRow, ...]
    started: tuple[RateRow, ...]
    outcomes: tuple[OutcomeAudit, ...]
    overridden: tuple[RateRow, ...]
    override_kinds: tuple[str, ...]
    overrides: tuple[FunnelRow, ...]
    override_totals: tuple[int | None, ...]
    override_reasons: tuple[OverrideRow, ...]
    exposure: tuple[ExposureRow, ...]
    orders: tuple[OrderRow, ...]


class CoverageRow(Record):
    """People who are ready and have consented, and how many of them no shortlist has held."""

    attribute: str
    group: str
    people: int | None
    without_shortlist: int | None


class CostAudit(Record):
    """What the order under policies cost the lists, against the order by score."""

    lists: int
    with_moves: int
    mean_ndcg: float | None
    least_ndcg: float | None
    largest_drop: int


class AuditReport(Record):
    """One audit. `lists_decided` are those about which staff decided otherwise; None is hidden."""

    made_for: date
    first: date
    last: date
    prison: str | None
    region: str | None
    policy: str | None
    people: int
    vacancies: int
    lists: int
    lists_decided: int | None
    policies: tuple[str, ...]
    shortlist_places: int
    attributes: tuple[AttributeAudit, ...]
    coverage: tuple[CoverageRow, ...]
    gini: float | None
    cost: CostAudit
    four_fifths_by_chance: float
    notes: tuple[str, ...]
