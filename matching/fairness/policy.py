"""The kinds of re-ranking policy, and the numbers that each one needs.

A `Policy` speaks of group codes, for arrays. The record that a person signs, which speaks of named
groups, is `matching.fairness.record.PolicyRecord`; it becomes a `Policy` for one task at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from foundation.errors import ValidationError
from matching.fairness.task import Ints

Proportion: TypeAlias = Fraction | Decimal | float | int | str
GroupTargets: TypeAlias = Sequence[Proportion] | Mapping[int, Proportion] | npt.NDArray[np.floating]
Targets: TypeAlias = GroupTargets | Sequence[GroupTargets]

# A float is taken for the simplest fraction that it can stand for: .29 is 29/100, and a third
# written as a float is 1/3, so that floor(3 p) is 1. Products of these with places fit in 64 bits.
LARGEST_DENOMINATOR = 10**9
ROUNDING = Fraction(1, 10**6)


class Kind(StrEnum):
    """The kinds of policy; each has a function of its own in this package."""

    NONE = "none"
    FLOOR = "floor"
    FLOOR_CEILING = "floor_ceiling"
    STATISTICAL = "statistical"
    DET_GREEDY = "det_greedy"
    DET_CONS = "det_cons"
    DET_RELAXED = "det_relaxed"
    DET_CONST_SORT = "det_const_sort"
    MULTI = "multi"
    ADDITIVE = "additive"
    AMORTISED = "amortised"
    ALLOCATION = "allocation"


POLICIES = tuple(kind.value for kind in Kind)


def require_policy(policy: str) -> None:
    """Raise ValidationError for an unknown policy, naming those that exist."""
    if policy not in POLICIES:
        raise ValidationError("policy", policy, f"use one of: {', '.join(POLICIES)}")


@dataclass(frozen=True)
class Policy:
    """A kind of policy with its numbers, for one task.

    Args:
        kind: one of `Kind`.
        targets: the proportion of each group, by group code; for several attributes, one such
            sequence (or mapping) each. None takes each group's share among the relevant.
            They may come to less than one, never to more.
        alpha: for `statistical`, how often a fair process may be called unfair at most.
        relevance_threshold: no constraint lifts anyone who scores less than this.
        min_ndcg: for `amortised`, what NDCG against `none` must not fall below.
        time_limit: for `multi`, seconds before the best ranking found so far is taken.

    Raises:
        ValidationError: an unknown kind, or a number outside its range.
    """

    kind: str = Kind.FLOOR
    targets: Targets | None = None
    alpha: float = 0.1
    relevance_threshold: float = float("-inf")
    min_ndcg: float = 0.95
    time_limit: float = 10.0

    def __post_init__(self) -> None:
        """Check the numbers, and turn proportions into exact fractions once."""
        require_policy(self.kind)
        if not 0 < self.alpha < 1:
            raise ValidationError("alpha", self.alpha, "use a number between 0 and 1")
        if not 0 <= self.min_ndcg <= 1:
            raise ValidationError("min_ndcg", self.min_ndcg, "use a number from 0 to 1")
        if not self.time_limit > 0:
            raise ValidationError("time_limit", self.time_limit, "use a number of seconds above 0")
        exact = None if self.targets is None else _exact_targets(self.targets)
        object.__setattr__(self, "_exact", exact)
        object.__setattr__(self, "_parts", tuple(_parts(group) for group in exact or ()))

    @property
    def proportions(self) -> tuple[tuple[Fraction, ...], ...] | None:
        """Return the targets as exact fractions, by attribute and group code."""
        exact: tuple[tuple[Fraction, ...], ...] | None = self.__dict__["_exact"]
        return exact

    @property
    def parts(self) -> tuple[tuple[Ints, Ints], ...]:
        """Return the targets as numerators and denominators, (groups,) for each attribute."""
        parts: tuple[tuple[Ints, Ints], ...] = self.__dict__["_parts"]
        return parts


def _parts(targets: Sequence[Fraction]) -> tuple[Ints, Ints]:
    """Return numerators and denominators."""
    return (
        np.array([target.numerator for target in targets], dtype=np.int64),
        np.array([target.denominator for target in targets], dtype=np.int64),
    )


def exact_proportion(value: Proportion) -> Fraction:
    """Return a proportion as a fraction with a denominator of at most 10^9.

    Raises:
        ValidationError: not a number from 0 to 1.
    """
    try:
        exact = Fraction(value.item() if isinstance(value, np.generic) else value)
    except (ValueError, ZeroDivisionError, TypeError, OverflowError) as error:
        raise ValidationError("targets", value, "use proportions from 0 to 1") from error
    if not 0 <= exact <= 1:
        raise ValidationError("targets", value, "use proportions from 0 to 1")
    return _nearest(exact.numerator, exact.denominator)


def _nearest(numerator: int, denominator: int) -> Fraction:
    """Return the nearest fraction with an allowed denominator, by continued fractions.

    What `Fraction.limit_denominator` gives, in whole numbers alone. Each ranking makes a policy
    with targets of its own, and this is about half of what making it costs.
    """
    if denominator <= LARGEST_DENOMINATOR:
        return Fraction(numerator, denominator)
    before, last = (0, 1), (1, 0)
    rest, divisor = numerator, denominator
    while True:
        term, remainder = divmod(rest, divisor)
        wider = before[1] + term * last[1]
        if wider > LARGEST_DENOMINATOR:
            break
        before, last = last, (before[0] + term * last[0], wider)
        rest, divisor = divisor, remainder
    steps = (LARGEST_DENOMINATOR - before[1]) // last[1]
    between = (before[0] + steps * last[0], before[1] + steps * last[1])
    return Fraction(*(last if 2 * divisor * between[1] <= denominator else between))


def _exact_targets(targets: Targets) -> tuple[tuple[Fraction, ...], ...]:
    if isinstance(targets, Mapping):
        return (_exact_group(targets),)
    values = list(targets)
    nested = [
        isinstance(value, Mapping | Sequence | np.ndarray) and not isinstance(value, str)
        for value in values
    ]
    if not values or (any(nested) and not all(nested)):
        raise ValidationError(
            "targets", targets, "give one proportion for each group, or one such list an attribute"
        )
    if all(nested):
        return tuple(_exact_group(value) for value in values)
    return (_exact_group(values),)


def _exact_group(targets: GroupTargets) -> tuple[Fraction, ...]:
    if isinstance(targets, Mapping):
        if any(code < 0 for code in targets):
            raise ValidationError("targets", dict(targets), "group codes count from 0")
        given = dict(targets)
        listed: list[Proportion] = [
            given.get(code, 0) for code in range(max(given, default=-1) + 1)
        ]
    else:
        listed = list(targets)
    exact = tuple(exact_proportion(value) for value in listed)
    if sum(exact) > 1 + ROUNDING:
        raise ValidationError(
            "targets", [float(value) for value in exact], "together they may come to 1 at most"
        )
    return exact
