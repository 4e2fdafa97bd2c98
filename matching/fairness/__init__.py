"""Re-ordering under a fairness policy. Pure: arrays in, a frozen result out."""

from matching.fairness.rerank import POLICIES, Reranked, require_policy, rerank

__all__ = ["POLICIES", "Reranked", "require_policy", "rerank"]
