"""Orders entries: best first, ties by wait and hash, then under the policy."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from matching.fairness import Kind, Policy, Reranked, rerank
from matching.fairness.moves import Move
from matching.fairness.policy import Targets
from matching.fairness.record import PolicyRecord
from matching.rules.pair import Pair
from matching.score.weights import MILLION

NOT_READY = date(9999, 1, 1)

Tie = tuple[date, str]


def tie_break(pair: Pair, policy: str) -> Tie:
    """Return a tie's sort key: longest wait, then a hash of vacancy, candidate and policy.

    From natural keys only, so that input order, batch size and row numbers cannot matter.
    """
    vacancy = pair.vacancy
    names = f"{vacancy.employer.name}/{vacancy.reference}|{pair.candidate.prison_number}"
    digest = hmac.digest(policy.encode(), names.encode(), hashlib.sha256)
    return pair.candidate.ready_since or NOT_READY, digest.hex()


@dataclass(frozen=True, slots=True)
class RankingEntry:
    """One entry to order.

    Args:
        total: the score, in millionths.
        tie: decides between equal scores, lowest first.
        groups: a code for each of the policy's attributes.
        owed: exposure owed, as `matching.fairness.amortised` says.
        price: what a place with them costs other vacancies, in units of score.
    """

    total: int
    tie: Tie
    groups: tuple[int, ...] = ()
    owed: float = 0.0
    price: float = 0.0


@dataclass(frozen=True)
class Ordering:
    """Everyone in order; positions are those of the entries given.

    Args:
        order: everyone, best first.
        shown: how many of them a list of the length asked for shows.
        reranked: what the policy did, over `by_tie`.
        by_tie: the entries as the policy was given them.
    """

    entries: Sequence[RankingEntry]
    order: list[int]
    shown: int
    reranked: Reranked
    by_tie: list[int]

    @cached_property
    def ranks(self) -> dict[int, int]:
        """The rank of each entry, from 1."""
        return {position: rank for rank, position in enumerate(self.order, start=1)}

    @cached_property
    def baseline(self) -> list[int]:
        """Everyone by score."""
        return [self.by_tie[position] for position in self.reranked.baseline.tolist()]

    @cached_property
    def moves(self) -> dict[int, Move]:
        """Entries whose rank the policy changed; a rank of None is beyond its reach."""
        return {
            self.by_tie[move.position]: replace(
                move,
                position=self.by_tie[move.position],
                rank=self.ranks[self.by_tie[move.position]],
                passed=tuple(self.by_tie[who] for who in move.passed),
            )
            for move in self.reranked.moves
        }


def arrange(
    entries: Sequence[RankingEntry], policy: PolicyRecord | None, targets: Targets | None, top: int
) -> Ordering:
    """Order entries under a policy.

    Args:
        policy: None orders by score.
        targets: proportions by attribute and group code; None for a policy without groups.
        top: how many are to be shown.
    """
    by_tie = sorted(range(len(entries)), key=lambda position: entries[position].tie)
    given = [entries[position] for position in by_tie]
    attributes = len(policy.groups) if policy else 0
    reranked = rerank(
        np.array([entry.total for entry in given], dtype=np.float64) / MILLION,
        np.array([entry.groups or (0,) for entry in given], dtype=np.int64).reshape(
            len(given), max(attributes, 1)
        ),
        _numbers(policy, targets),
        _reach(policy, len(entries), top),
        owed=np.array([entry.owed for entry in given], dtype=np.float64),
        prices=np.array([entry.price for entry in given], dtype=np.float64),
    )
    placed = reranked.order.tolist()
    rest = set(range(len(given))) - set(placed)
    everyone = placed + [position for position in reranked.baseline.tolist() if position in rest]
    shown = len(placed) if reranked.policy.kind == Kind.ADDITIVE else min(top, len(entries))
    return Ordering(entries, [by_tie[position] for position in everyone], shown, reranked, by_tie)


def _numbers(policy: PolicyRecord | None, targets: Targets | None) -> Policy:
    if policy is None:
        return Policy(Kind.NONE)
    return Policy(
        policy.kind,
        targets if policy.groups else None,
        alpha=policy.alpha,
        relevance_threshold=policy.relevance_threshold,
        min_ndcg=policy.min_ndcg,
    )


def _reach(policy: PolicyRecord | None, count: int, top: int) -> int:
    """How many places the policy rules: a list by merit that is added to is as long as asked for;
    any other has one order, of which a shorter list is the beginning.
    """
    if policy is None:
        return count
    if policy.kind is Kind.ADDITIVE:
        return min(policy.places or top, top, count)
    return min(policy.places or count, count)
