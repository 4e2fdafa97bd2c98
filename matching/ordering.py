"""Best first, ties broken in a way that nobody can choose, then whatever the policy asks."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date

import numpy as np

from matching.fairness import rerank
from matching.pair import Pair

NOT_READY = date(9999, 1, 1)

Tie = tuple[date, str]


def tie_break(pair: Pair, policy: str) -> Tie:
    """Whoever has waited longest comes first, then a hash of vacancy, candidate and policy.

    From natural keys only, so that input order, batch size and row numbers cannot matter.
    """
    vacancy = pair.vacancy
    names = f"{vacancy.employer.name}/{vacancy.reference}|{pair.candidate.prison_number}"
    digest = hmac.digest(policy.encode(), names.encode(), hashlib.sha256)
    return pair.candidate.ready_since or NOT_READY, digest.hex()


def order(totals: Sequence[int], ties: Sequence[Tie], policy: str) -> list[int]:
    """Positions, best first.

    Args:
        totals: scores in millionths.
        ties: for each, what decides between equal scores, lowest first.
        policy: the fairness policy in force; see `matching.fairness`.
    """
    by_tie = sorted(range(len(totals)), key=lambda position: ties[position])
    reranked = rerank(
        np.array([totals[position] for position in by_tie], dtype=np.float64),
        np.zeros(len(totals), dtype=np.int64),
        policy,
        len(totals),
    )
    return [by_tie[position] for position in reranked.order]
