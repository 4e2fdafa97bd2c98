"""What a simulation found, as records: by scenario what the audit says, and what policies do."""

from datetime import date
from typing import Literal

from foundation.record import Record


class Finding(Record):
    """What one table of the audit says of a group, beside the group that it is compared with.

    `ratio` is the group's rate over the other's; `low` and `high` its 95 % interval; `adjusted_p`
    is over every comparison of the audit. All None where the group is too small to be shown.
    """

    against: str | None = None
    rate: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    adjusted_p: float | None = None

    @property
    def detected(self) -> bool:
        """Whether the audit says, at 5 %, that the group comes off worse."""
        found = self.adjusted_p is not None and self.adjusted_p <= LEVEL
        return found and self.ratio is not None and self.ratio < 1


LEVEL = 0.05


class GroupFindings(Record):
    """One group at the rules, in the first places of lists, and on any list at all.

    `people` is how many of everyone are in it. `rule_rank` is where the audit puts the planted rule
    among those that set the attribute's groups apart, from 1; None if there is none, or it is not
    named.
    """

    attribute: str
    attribute_label: str
    group: str
    people: int
    rules: Finding
    shortlist: Finding
    reach: Finding
    rule_rank: int | None = None


class Alarm(Record):
    """A difference that the audit calls real, at 5 %."""

    table: Literal["rules", "shortlist", "reach"]
    attribute: str
    group: str
    ratio: float | None
    adjusted_p: float


class PolicyFigures(Record):
    """What one policy costs, and what it brings back to the group that was hit.

    Args:
        ndcg_true: mean NDCG of the first 10 places by the true scores, against the true order.
        ndcg_shown: mean NDCG of what is shown by the scores that the policy was given: the cost
            that the product itself would report.
        largest_drop: most places that anyone lost against the order by the scores given.
        rate: share of the group's chances that ended in the first 10 places, as the audit counts.
        ratio: that over the rate of the group that it is compared with.
        exposure: the group's share of exposure over its share of true merit.
        skew: natural logarithm of the group's share of all first 10 places over its expected share.
        short: prefixes of the places shown, a list, with fewer of the group than its true share.
        best: share of those who truly belong in the first 10 who are there.
        group_best: the same, of the group.
    """

    policy: str
    ndcg_true: float
    ndcg_shown: float | None
    largest_drop: int
    rate: float | None
    ratio: float | None
    exposure: float | None
    skew: float | None
    short: float
    best: float
    group_best: float | None


class ScenarioReport(Record):
    """One scenario: what was planted, what the audit says, what each policy does.

    `findings` are of every group that any scenario hits, the planted one's first. `real` counts, by
    attribute, what the audit calls different where it does go with what people can show; `false`
    are those in attributes that have nothing to do with anything, but for the one planted.
    `without` is the same group in the lists by score when nothing is planted.
    """

    name: str
    attribute: str
    group: str
    group_label: str
    protected: bool
    lowered: float
    refused: float
    rule: str | None
    refused_people: int
    comparisons: int
    findings: tuple[GroupFindings, ...]
    real: tuple[tuple[str, int], ...]
    false: tuple[Alarm, ...]
    without: PolicyFigures
    policies: tuple[PolicyFigures, ...]


class PowerRow(Record):
    """How often a difference of this size is found, over draws of who is in the group.

    `alone` is the share with p at most 5 %, as if nothing else were compared; `adjusted` with p at
    most `Power.threshold`.
    """

    kind: Literal["scores", "rules"]
    share: float
    people: int
    size: float
    alone: float
    adjusted: float


class Power(Record):
    """Power of the audit in this population.

    `threshold` is the p that the adjustment would have let through in the audit without bias, for
    one difference more than it found.
    """

    draws: int
    threshold: float
    rows: tuple[PowerRow, ...]


class SimulationReport(Record):
    """One simulation.

    `shortest`, `median` and `longest` are of lists, in people. `under_threshold` is the share of
    all in lists whose true score is under `threshold`, below which `floor` lifts nobody.
    """

    as_of: date
    seed: int
    people: int
    vacancies: int
    lists_of_eligible: int
    lists_to_refer: int
    shortest: int
    median: int
    longest: int
    threshold: float
    under_threshold: float
    model: str
    weights: str
    first_places: int
    shown_places: int
    scenarios: tuple[ScenarioReport, ...]
    power: Power
