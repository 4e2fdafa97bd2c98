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
    """Everything about one attribute. `unknown` counts people whose group is not known."""

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
    """One audit."""

    made_for: date
    first: date
    last: date
    prison: str | None
    region: str | None
    policy: str | None
    people: int
    vacancies: int
    lists: int
    policies: tuple[str, ...]
    shortlist_places: int
    attributes: tuple[AttributeAudit, ...]
    coverage: tuple[CoverageRow, ...]
    gini: float | None
    cost: CostAudit
    four_fifths_by_chance: float
    not_recorded_yet: tuple[str, ...]
    notes: tuple[str, ...]
