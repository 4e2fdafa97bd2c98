"""The groups that a fairness policy looks at: need bands, weeks waited, areas."""
