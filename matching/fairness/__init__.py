"""Re-ordering under a fairness policy. Pure: arrays in, a frozen result out."""

from matching.fairness.policy import POLICIES, Kind, Policy, require_policy
from matching.fairness.rerank import Reranked, rerank

__all__ = ["POLICIES", "Kind", "Policy", "Reranked", "require_policy", "rerank"]
