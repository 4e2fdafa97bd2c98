"""Re-orders a ranking under a policy: arrays in, a frozen result out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt

from foundation.errors import ValidationError
from matching.fairness.additive import add_places
from matching.fairness.amortised import repay
from matching.fairness.ceilings import best_between
from matching.fairness.floors import (
    LARGEST_SCORE,
    POSITION_BITS,
    POSITION_MASK,
    best_under_floors,
    best_under_requirements,
    compiled_gather,
    compiled_place_keys,
    compiled_sort_keys,
)
from matching.fairness.metrics import Metrics, measure, ndcg
from matching.fairness.moves import Cause, Move, Shortfall, find_moves, find_shortfalls
from matching.fairness.multi import best_under_all_floors
from matching.fairness.policy import Kind, Policy
from matching.fairness.published import det_cons, det_const_sort, det_greedy, det_relaxed
from matching.fairness.statistical import requirements
from matching.fairness.task import QUANTUM, Floats, Ints, Task

PUBLISHED = {
    Kind.DET_GREEDY: det_greedy,
    Kind.DET_CONS: det_cons,
    Kind.DET_RELAXED: det_relaxed,
    Kind.DET_CONST_SORT: det_const_sort,
}
WITHOUT_GROUPS = (Kind.NONE, Kind.AMORTISED)
SEPARABLE = (Kind.FLOOR, Kind.STATISTICAL, Kind.ADDITIVE, Kind.ALLOCATION)
EXACT = (Kind.FLOOR, Kind.STATISTICAL, Kind.MULTI)
OTHERWISE: dict[str, Cause] = {
    Kind.FLOOR_CEILING: "ceiling",
    Kind.AMORTISED: "exposure",
    Kind.ALLOCATION: "price",
}


@dataclass(frozen=True)
class Reranked:
    """A ranking under a policy. Its explanation is computed when first asked for.

    Args:
        order: shape (k,), and for `additive` longer: positions in the scores given, best first.
        policy: the policy in force.
        gap: for `multi`, how far the DCG may be below the highest, as a share; else 0.
    """

    order: Ints
    policy: Policy
    gap: float
    _scores: Ints = field(repr=False)  # in millionths, as given
    _basis: Ints = field(repr=False)  # what is ordered: the scores, less prices
    _groups: Ints = field(repr=False)  # (n, attributes), as given
    _best_first: Ints = field(repr=False)  # positions of everyone, by score
    _relevant: Ints = field(repr=False)  # positions of the task's candidates, in its order
    _targets: tuple[tuple[Fraction, ...], ...] = field(repr=False)
    _k: int = field(repr=False)

    @property
    def baseline(self) -> Ints:
        """The order by score of everyone given, shape (n,): what `none` makes."""
        return self._best_first

    @property
    def added(self) -> int:
        """How many places `additive` added; 0 for other policies."""
        return len(self.order) - self._k

    @cached_property
    def ranks(self) -> dict[int, int]:
        """The rank of each position that was placed, from 1."""
        return {position: rank for rank, position in enumerate(self.order.tolist(), start=1)}

    @cached_property
    def ndcg(self) -> float:
        """NDCG of the first k against `none`; scores below 0 count as 0."""
        gains = np.maximum(self._scores, 0) / QUANTUM
        return ndcg(gains[self.order[: self._k]], gains[self._best_first[: self._k]])

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """Everyone whose rank changed: by new rank, then those no longer placed.

        Those beyond the first k by score count as standing where the score puts them.
        """
        kind = self.policy.kind
        return find_moves(
            self.order,
            self._best_first,
            self._groups,
            [] if kind in WITHOUT_GROUPS else self._required,
            "statistical" if kind == Kind.STATISTICAL else "floor",
            None if kind in EXACT else OTHERWISE.get(kind, "method"),
            self._ranks_without,
        )

    @property
    def largest_drop(self) -> int:
        """The most places that anybody lost; one who is not placed counts as k + 1."""
        after = len(self.order) + 1
        return max(((move.rank or after) - move.baseline for move in self.moves), default=0)

    @cached_property
    def shortfalls(self) -> tuple[Shortfall, ...]:
        """Groups that the ranking holds too few of, or whose floor is 0."""
        if self.policy.kind in WITHOUT_GROUPS:
            return ()
        return find_shortfalls(
            self.order, self._groups, self._relevant, self._task.targets, self._k
        )

    @cached_property
    def metrics(self) -> tuple[Metrics, ...]:
        """Metrics for each attribute, against targets and floors among the relevant."""
        return tuple(self._measure(attribute) for attribute in range(self._groups.shape[1]))

    def requirement(self, attribute: int = 0) -> Ints:
        """Return how many of each group every prefix must hold, (places, groups)."""
        return self._required[attribute]

    @cached_property
    def _task(self) -> Task:
        return _task(self._basis, self._groups, self._relevant, self._targets, self._k)

    @cached_property
    def _required(self) -> list[Ints]:
        if self.policy.kind == Kind.STATISTICAL:
            return [requirements(self._task, self.policy.alpha)]
        return [self._task.floors(attribute) for attribute in range(self._groups.shape[1])]

    def _ranks_without(self, attribute: int, group: int) -> dict[int, int]:
        """Return ranks without this group's floor; by score where that has no meaning."""
        if attribute < 0 or self.policy.kind not in SEPARABLE:
            return {who: rank for rank, who in enumerate(self._best_first.tolist(), start=1)}
        targets = [
            Fraction(0) if code == group else target
            for code, target in enumerate(self._task.targets[attribute])
        ]
        order, _ = _place(replace(self._task, targets=(tuple(targets),)), self.policy)
        placed = self._relevant[order].tolist()
        return {who: rank for rank, who in enumerate(placed, start=1)}

    def _measure(self, attribute: int) -> Metrics:
        ranked = self._groups[self.order, attribute]
        targets = np.array([float(target) for target in self._task.targets[attribute]])
        floors = self._task.floors(attribute)
        beyond = len(ranked) - len(floors)  # who is not relevant follows, and nothing more is asked
        last = floors[-1:] if len(floors) else np.zeros((1, len(targets)), dtype=np.int64)
        return measure(ranked, targets, np.concatenate([floors, *[last] * beyond]), self.ndcg)


def rerank(
    scores: npt.ArrayLike,
    groups: npt.ArrayLike,
    policy: Policy | str,
    k: int,
    *,
    owed: npt.ArrayLike | None = None,
    prices: npt.ArrayLike | None = None,
) -> Reranked:
    """Order the best k of n candidates under a policy.

    Scores are compared in millionths; equal ones keep the order in which they are given, so give
    them in the order that breaks ties. Whoever scores below the policy's relevance threshold
    follows everyone else, by score.

    Args:
        scores: float64, shape (n,), higher is better, finite, at most 10^12 either way.
        groups: integer codes from 0, shape (n,), or (n, attributes) for `multi`.
        policy: a `Policy`, or the name of a kind with its defaults.
        k: how many places; more than n is n.
        owed: float64, shape (n,): for `amortised`, the exposure owed to each, as
            `matching.fairness.amortised` says. None is nothing to anybody.
        prices: float64, shape (n,): for `allocation`, what a place with each costs the other
            vacancies, in units of score. None is nothing.

    Raises:
        ValidationError: a policy that does not exist, or arrays that do not fit together.
    """
    wanted = Policy(policy) if isinstance(policy, str) else policy
    millionths, keys = _sort_keys("scores", scores)
    codes = _codes(groups, len(millionths), wanted)
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 0:
        raise ValidationError("k", k, "use a whole number, 0 or more")
    places = min(int(k), len(millionths))
    if keys is not None and _is_plain(wanted):
        numerators, denominators = wanted.parts[0]
        best_first, order, least, greatest = compiled_place_keys(
            keys, codes.ravel(), numerators, denominators, places
        )
        _check_codes(least, greatest, len(numerators))
        targets = wanted.proportions or ()
        return Reranked(
            order,
            wanted,
            0.0,
            millionths,
            millionths,
            codes,
            best_first,
            best_first,
            targets,
            places,
        )
    return _rerank(wanted, scores, millionths, keys, codes, places, owed, prices)


def _is_plain(policy: Policy) -> bool:
    """Return whether one compiled loop does it all: floors with targets, for everyone."""
    return (
        policy.kind == Kind.FLOOR
        and len(policy.parts) == 1
        and policy.relevance_threshold == float("-inf")
    )


def _rerank(
    policy: Policy,
    scores: npt.ArrayLike,
    millionths: Ints,
    keys: Ints | None,
    codes: Ints,
    places: int,
    owed: npt.ArrayLike | None,
    prices: npt.ArrayLike | None,
) -> Reranked:
    """Re-rank step by step, under any policy."""
    best_first = _positions(millionths, keys)
    basis, by_basis = millionths, best_first
    if policy.kind == Kind.ALLOCATION and prices is not None:
        net = np.asarray(scores, dtype=np.float64) - _floats("prices", prices, len(millionths))
        basis, net_keys = _sort_keys("prices", net)
        by_basis = _positions(basis, net_keys)
    relevant, rest = _split(millionths, by_basis, best_first, policy.relevance_threshold)
    targets = _targets(policy, codes, relevant)
    task = _task(basis, codes, relevant, targets, places)
    dues = None if owed is None else _floats("owed", owed, len(millionths))[relevant]
    if dues is not None and not np.isfinite(dues).all():
        raise ValidationError("owed", "nan or infinity", "every one must be finite")
    placed, gap = _place(task, policy, dues)
    order = relevant[placed]
    if places > task.k:
        order = np.concatenate([order, rest[: places - task.k]])
    return Reranked(
        order, policy, gap, millionths, basis, codes, best_first, relevant, targets, places
    )


def _task(
    basis: Ints, codes: Ints, relevant: Ints, targets: tuple[tuple[Fraction, ...], ...], k: int
) -> Task:
    return Task(*compiled_gather(basis, codes, relevant), targets, min(k, len(relevant)))


def _place(task: Task, policy: Policy, owed: Floats | None = None) -> tuple[Ints, float]:
    """Return positions in the task under a policy, and how far the DCG can be from the highest."""
    kind = Kind(policy.kind)
    if kind is Kind.FLOOR or kind is Kind.ALLOCATION:
        return best_under_floors(task), 0.0
    if kind is Kind.MULTI:
        return best_under_all_floors(task, policy.time_limit)
    if kind is Kind.FLOOR_CEILING:
        return best_between(task), 0.0
    if kind is Kind.STATISTICAL:
        return best_under_requirements(task, requirements(task, policy.alpha)), 0.0
    if kind is Kind.ADDITIVE:
        return add_places(task), 0.0
    if kind is Kind.AMORTISED and owed is not None:
        return repay(task, owed, policy.min_ndcg), 0.0
    if kind in PUBLISHED:
        return PUBLISHED[kind](task), 0.0
    return np.arange(task.k, dtype=np.int64), 0.0


def _floats(name: str, values: npt.ArrayLike, count: int | None) -> Floats:
    try:
        given = np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValidationError(name, values, "give numbers") from error
    if given.ndim != 1 or (count is not None and len(given) != count):
        shape = "(n,)" if count is None else f"({count},)"
        raise ValidationError(name, given.shape, f"its shape must be {shape}")
    return given


def _sort_keys(name: str, values: npt.ArrayLike) -> tuple[Ints, Ints | None]:
    """Return scores in millionths, and sorted keys of score and position where 64 bits suffice."""
    millionths, keys, largest = compiled_sort_keys(_floats(name, values, None))
    if largest > LARGEST_SCORE:
        raise ValidationError(name, "nan, or beyond 10^12", "every one must be finite and smaller")
    if largest * QUANTUM < 1 << (62 - POSITION_BITS) and not len(keys) >> POSITION_BITS:
        keys.sort()
        return millionths, keys
    return millionths, None


def _positions(millionths: Ints, keys: Ints | None) -> Ints:
    """Return positions by falling score, equal ones as given."""
    if keys is None:
        return np.argsort(-millionths, kind="stable").astype(np.int64)
    return np.bitwise_and(keys, POSITION_MASK)


def _codes(groups: npt.ArrayLike, count: int, policy: Policy) -> Ints:
    given = np.asarray(groups)
    if given.dtype.kind not in "iu" and given.size:
        raise ValidationError("groups", str(given.dtype), "give whole numbers, codes from 0")
    if given.ndim not in (1, 2) or len(given) != count:
        raise ValidationError(
            "groups", given.shape, f"its shape must be ({count},) or ({count}, attributes)"
        )
    attributes = given.shape[1] if given.ndim == 2 else 1  # of nobody, too
    codes = given.astype(np.int64, copy=False).reshape(count, attributes)
    if codes.shape[1] != 1 and policy.kind not in (*WITHOUT_GROUPS, Kind.MULTI):
        raise ValidationError(
            "groups", given.shape, f"{policy.kind} takes one attribute; `multi` takes several"
        )
    return codes


def _check_codes(least: int, greatest: int, count: int) -> None:
    if least < 0:
        raise ValidationError("groups", int(least), "codes count from 0")
    if greatest >= count:
        raise ValidationError(
            "groups", int(greatest), f"there are targets for codes 0 to {count - 1} only"
        )


def _split(
    millionths: Ints, by_basis: Ints, best_first: Ints, threshold: float
) -> tuple[Ints, Ints]:
    """Return positions of the relevant in order of the basis, and of the others by score."""
    if threshold == float("-inf"):
        return by_basis, by_basis[:0]
    reaches = millionths >= np.rint(threshold * QUANTUM)
    return by_basis[reaches[by_basis]], best_first[~reaches[best_first]]


def _targets(policy: Policy, codes: Ints, relevant: Ints) -> tuple[tuple[Fraction, ...], ...]:
    """Return the policy's targets padded to all groups, or each group's share of the relevant."""
    attributes = codes.shape[1]
    if codes.size:
        _check_codes(int(codes.min()), -1, 0)
    given: Sequence[tuple[Fraction, ...]] | None = policy.proportions
    if given is None or (policy.kind in WITHOUT_GROUPS and len(given) != attributes):
        return tuple(_shares(codes[:, each], relevant) for each in range(attributes))
    if len(given) != attributes:
        raise ValidationError(
            "targets", len(given), f"give them for {attributes} attribute(s), as many as groups has"
        )
    for attribute, proportions in enumerate(given):
        _check_codes(0, int(codes[:, attribute].max(initial=-1)), len(proportions))
    return tuple(given)


def _shares(codes: Ints, relevant: Ints) -> tuple[Fraction, ...]:
    counts = np.bincount(codes[relevant], minlength=int(codes.max(initial=0)) + 1)
    return tuple(Fraction(int(count), max(len(relevant), 1)) for count in counts)
