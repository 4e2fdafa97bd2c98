"""What is planted, and where: one seam for scores, one for the rules. Pure, and apart from ranking.

Nothing that ranks knows of bias. A scenario changes what the scorer or the rules have said, after
they have said it, and every room behind them works on as it always does.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from foundation.errors import ValidationError
from matching.fairness.task import Ints
from matching.order.listing import ScoredPair
from matching.rules.eligibility import refusal_mask
from matching.rules.rules import RULES
from matching.rules.store import JudgedGroup
from matching.score.weights import MILLION


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing that is wrong with one group; nothing at all where both numbers are 0.

    Args:
        name: for files and links.
        attribute: of the audit, such as `need_band` or `ethnicity`.
        group: the code of the group that is hit.
        lowered: how much every score of theirs is lowered, in units of score (0 to 1).
        refused: the share of them whom `rule` refuses for every vacancy, rightly or not.
        rule: the code of a rule that refuses.
    """

    name: str
    attribute: str
    group: str
    lowered: float = 0.0
    refused: float = 0.0
    rule: str | None = None

    def __post_init__(self) -> None:
        """Numbers in range, and a rule where there is a gate."""
        if not 0 <= self.lowered <= 1:
            raise ValidationError("lowered", self.lowered, "use a number from 0 to 1")
        if not 0 <= self.refused <= 1:
            raise ValidationError("refused", self.refused, "use a number from 0 to 1")
        if self.refused and (self.rule is None or not rule_bit(self.rule) & refusal_mask()):
            raise ValidationError("rule", self.rule, "name a rule that refuses")


NEED, HIGHER = "need_band", "HIGHER"
DISABILITY, DISABLED = "disability", "DISABLED"


def standing_scenarios(ethnicity: str) -> tuple[Scenario, ...]:
    """Those that the page shows. `ethnicity` is the code of the group that is hit."""
    return (
        Scenario("no-bias", NEED, HIGHER),
        *(Scenario(f"need-{d:.2f}", NEED, HIGHER, lowered=d) for d in (0.02, 0.05, 0.10)),
        *(Scenario(f"ethnicity-{d:.2f}", "ethnicity", ethnicity, lowered=d) for d in (0.05, 0.10)),
        Scenario("gate-ethnicity", "ethnicity", ethnicity, refused=0.4, rule="NO_RIGHT_TO_WORK"),
        Scenario("gate-disability", DISABILITY, DISABLED, refused=0.4, rule="SUPPORT_DECLINED"),
    )


def lower_scores(
    scored: Sequence[ScoredPair], members: Collection[int], lowered: float
) -> list[ScoredPair]:
    """The same list, where the scores of these candidate ids are lower, and never below 0."""
    by = round(lowered * MILLION)
    return [
        replace(item, total=max(0, item.total - by))
        if item.pair.stored_candidate.id in members
        else item
        for item in scored
    ]


def draw_refused(members: Collection[int], share: float, *, seed: int) -> frozenset[int]:
    """Which of these candidate ids a gate refuses: this share of them, to the nearest person."""
    ordered = sorted(members)
    return frozenset(Random(seed).sample(ordered, round(share * len(ordered))))  # noqa: S311


def refuse(judged: Sequence[JudgedGroup], refused: Collection[int], rule: str) -> list[JudgedGroup]:
    """What the rules decided, as if `rule` applied to these candidate ids besides.

    One group for each set of rules, as the SQL gives them; whoever is refused has no keys.
    """
    bit, refusals = rule_bit(rule), refusal_mask()
    hit = np.array(sorted(refused), dtype=np.int64)
    parts: dict[int, list[tuple[Ints, Ints]]] = {}
    for group in judged:
        touched = np.isin(group.ids, hit)
        keyed = len(group.keys) > 0
        untouched_keys = group.keys[~touched] if keyed else group.keys
        parts.setdefault(group.mask, []).append((group.ids[~touched], untouched_keys))
        nobody = np.empty(0, dtype=np.int64)
        parts.setdefault(group.mask | bit, []).append((group.ids[touched], nobody))
    merged = []
    for mask, several in sorted(parts.items()):
        ids = np.concatenate([ids for ids, _ in several])
        keys = np.concatenate([keys for _, keys in several])
        if len(ids):
            kept = keys if not mask & refusals else keys[:0]
            merged.append(JudgedGroup(mask, len(ids), ids, kept))
    return merged


def rule_bit(code: str) -> int:
    """The bit of a rule in the number that the SQL gives; ValidationError if there is none."""
    for place, rule in enumerate(RULES):
        if rule.code == code:
            return 1 << place
    raise ValidationError("rule", code, "name a rule of matching.rules")


def second_largest(groups: Mapping[str, int], left_out: Collection[str]) -> str:
    """The largest group but one, of those that are known; by code where they are alike."""
    known = sorted((-size, code) for code, size in groups.items() if code not in left_out)
    if len(known) < 2:
        raise ValidationError("people", len(known), "make more people: there is only one group")
    return known[1][1]
