"""The one place where a ranking may be re-ordered."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foundation.errors import ValidationError

POLICIES = ("none",)


@dataclass(frozen=True, slots=True)
class Reranked:
    """The order under a policy: positions of the scores given, best first; shape (k,)."""

    order: npt.NDArray[np.int64]
    policy: str


def require_policy(policy: str) -> None:
    """Refuse a policy that does not exist, with a ValidationError that names those that do."""
    if policy not in POLICIES:
        raise ValidationError("policy", policy, f"use one of: {', '.join(POLICIES)}")


def rerank(
    scores: npt.NDArray[np.float64],
    groups: npt.NDArray[np.int64],
    policy: str,
    k: int,
) -> Reranked:
    """Order the best k of n candidates under a policy.

    Args:
        scores: shape (n,), higher is better, already in the order that breaks ties.
        groups: shape (n,), the fairness group of each; `none` does not look at it.
        policy: one of `POLICIES`.
        k: how many places.

    Raises:
        ValidationError: the policy is not one of those that exist.
    """
    require_policy(policy)
    if scores.shape != groups.shape:
        raise ValidationError("groups", groups.shape, f"its shape must be {scores.shape}")
    return Reranked(np.argsort(-scores, kind="stable")[:k].astype(np.int64), policy)
