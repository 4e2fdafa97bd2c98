"""Assesses a pair: eligible, ineligible for a reason, or referred to staff for a reason.

Each rule is written twice, side by side: as SQL, which decides for a hundred thousand people at
once, and as a function of one pair, which explains. A property test holds the two together. What
is not known refers; it never drops anyone in silence.

In the SQL `c` is the candidate, `v` the vacancy, `d` their distance, `e` what is embedded, and
`%(today)s` the date. A rule whose SQL is NULL does not apply.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from matching.rules.pair import Outcome, Pair
from matching.rules.rules import RULES, Rule


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that applies to a pair, with its sentence."""

    code: str
    outcome: Outcome
    sentence: str


def assess(pair: Pair) -> tuple[Outcome, tuple[Reason, ...]]:
    """Return a pair's outcome, and every rule that applies, refusals first."""
    reasons = tuple(
        Reason(rule.code, rule.outcome, rule.sentence(pair)) for rule in RULES if rule.applies(pair)
    )
    return outcome_of(reason.outcome for reason in reasons), reasons


def outcome_of(outcomes: Iterable[Outcome]) -> Outcome:
    """Return ineligible if any rule says so, else refer if any does, else eligible."""
    found = set(outcomes)
    if Outcome.INELIGIBLE in found:
        return Outcome.INELIGIBLE
    return Outcome.REFER if Outcome.REFER in found else Outcome.ELIGIBLE


def rules_in(mask: int) -> list[Rule]:
    """Return the rules whose bits are set in a mask."""
    return [rule for bit, rule in enumerate(RULES) if mask >> bit & 1]


def refusal_mask() -> int:
    """Return the bits of the rules that make a pair ineligible."""
    return sum(1 << i for i, rule in enumerate(RULES) if rule.outcome is Outcome.INELIGIBLE)


# One number a pair: bit i is set when rule i applies.
MASK_SQL = " | ".join(
    f"(coalesce(({rule.sql}), false)::int::bigint << {bit})" for bit, rule in enumerate(RULES)
)

# Great-circle miles to one decimal place, as matching.rules.distance computes them.
DISTANCE_SQL = """
SELECT has_workplace,
    CASE WHEN has_workplace THEN floor(2 * 3958.7613 * asin(least(1.0::float8, sqrt(
        sin(radians(v.latitude - c.latitude) / 2) * sin(radians(v.latitude - c.latitude) / 2)
        + cos(radians(c.latitude)) * cos(radians(v.latitude))
        * sin(radians(v.longitude - c.longitude) / 2)
        * sin(radians(v.longitude - c.longitude) / 2)))) * 10 + 0.5) / 10 END AS miles,
    (ARRAY[12, 2, 0])[c.place_precision] + (ARRAY[12, 2, 0])[v.place_precision] AS uncertain_miles
FROM (SELECT NOT v.national AND v.base_location <> 'REMOTE' AS has_workplace) AS place
"""
