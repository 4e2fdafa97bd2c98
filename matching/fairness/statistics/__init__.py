"""Statistics of fairness: concentration, inference for small groups, disclosure control."""
