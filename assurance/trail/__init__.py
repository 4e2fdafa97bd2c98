"""The audit trail as pages and files show it: who did and saw what."""
