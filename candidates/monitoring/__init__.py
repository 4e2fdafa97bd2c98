"""Equality monitoring: protected characteristics, for the aggregate audit only."""
