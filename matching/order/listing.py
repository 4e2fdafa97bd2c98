"""Orders one list of a ranking: its groups, what the policy asks, and the result."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
from psycopg import Connection

from employers.model import StoredVacancy
from foundation.errors import NotFoundError
from foundation.places.regions import Region, region_of
from matching.fairness import Kind
from matching.fairness.record import PolicyRecord
from matching.fairness.task import Floats
from matching.groups.labels import Labels, Priors, codes_of, labels_of, targets_of
from matching.groups.service import EVERYWHERE, Groups, groups_of, region_shares
from matching.order.ordering import Ordering, RankingEntry, Tie, arrange
from matching.order.store import find_latest_prices, list_owed, lock_ledger
from matching.rules.pair import Pair
from matching.score.features import Features
from matching.score.weights import MILLION


@dataclass(frozen=True, slots=True)
class RankingRequest:
    """What a ranking is asked for, beside its subject; a policy of None orders by score."""

    today: date
    top: int = 20
    prison: str | None = None
    policy: PolicyRecord | None = None

    @property
    def policy_id(self) -> str:
        """The policy's name in documents and in the hash that breaks ties."""
        return self.policy.id if self.policy else "none"


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """One pair with its features and score in millionths."""

    pair: Pair
    features: Features
    total: int
    tie: Tie


@dataclass(frozen=True)
class OrderedList:
    """One list in order; `groups` is empty for vacancies, which have none.

    `labels` and `targets` are by attribute of the policy, then by group code.
    """

    scored: Sequence[ScoredPair]
    groups: Sequence[Groups]
    labels: Labels
    targets: tuple[tuple[Fraction, ...], ...]
    arranged: Ordering

    @property
    def ordered(self) -> list[ScoredPair]:
        """Everyone, best first."""
        return [self.scored[position] for position in self.arranged.order]


def list_by_score(scored: Sequence[ScoredPair], request: RankingRequest) -> OrderedList:
    """Return a list ordered by score alone."""
    entries = [RankingEntry(item.total, item.tie) for item in scored]
    return OrderedList(scored, (), (), (), arrange(entries, None, None, request.top))


def list_candidates_fairly(
    connection: Connection[Any],
    vacancy: StoredVacancy,
    scored: Sequence[ScoredPair],
    request: RankingRequest,
) -> OrderedList:
    """Return a vacancy's candidates ordered under the policy of the request.

    Raises:
        NotFoundError: the policy subtracts the prices of a plan, and there is no plan.
    """
    policy = request.policy
    people = [item.pair.stored_candidate for item in scored]
    groups = groups_of(connection, people, request.today)
    if policy is None or policy.kind is Kind.NONE:
        by_score = list_by_score(scored, request)
        return OrderedList(scored, groups, (), (), by_score.arranged)
    labels = labels_of(groups, policy.groups)
    codes = codes_of(groups, policy.groups, labels)
    relevant = np.array(
        [item.total >= round(policy.relevance_threshold * MILLION) for item in scored], dtype=bool
    )
    targets = targets_of(policy, labels, codes[relevant], _priors(connection, vacancy, policy))
    owed, prices = _balances(connection, vacancy, scored, groups, request)
    entries = [
        RankingEntry(item.total, item.tie, tuple(own), float(debt), float(price))
        for item, own, debt, price in zip(scored, codes.tolist(), owed, prices, strict=True)
    ]
    return OrderedList(
        scored, groups, labels, targets, arrange(entries, policy, targets, request.top)
    )


def _priors(connection: Connection[Any], vacancy: StoredVacancy, policy: PolicyRecord) -> Priors:
    """Return group shares of the vacancy's region, or of the country where it has none."""
    if policy.targets is not None or not policy.shrinkage:
        return {}
    region: str = region_of(None if vacancy.record.national else vacancy.record.postcode)
    if region == Region.NOT_KNOWN:
        region = EVERYWHERE
    shares = {attribute: region_shares(connection, attribute) for attribute in policy.groups}
    return {
        attribute: by_region.get(region, by_region.get(EVERYWHERE, {}))
        for attribute, by_region in shares.items()
    }


def _balances(
    connection: Connection[Any],
    vacancy: StoredVacancy,
    scored: Sequence[ScoredPair],
    groups: Sequence[Groups],
    request: RankingRequest,
) -> tuple[Floats, Floats]:
    """Return exposure owed (for `amortised`) and prices (for `allocation`); else zeros."""
    nothing = np.zeros(len(scored), dtype=np.float64)
    ids = [item.pair.stored_candidate.id for item in scored]
    if request.policy and request.policy.kind is Kind.AMORTISED:
        lock_ledger(connection)
        bands = [group.need_band.value for group in groups]
        owed = list_owed(connection, ids, bands, vacancy_id=vacancy.id, today=request.today)
        return owed, nothing
    if request.policy and request.policy.kind is Kind.ALLOCATION:
        prices = find_latest_prices(connection, ids)
        if prices is None:
            raise NotFoundError(
                "there is no plan whose prices could be used; run `newfutures allocate` first, or "
                "choose another policy"
            )
        return nothing, np.array([prices.get(each, 0.0) for each in ids], dtype=np.float64)
    return nothing, nothing
