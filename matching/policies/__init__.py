"""Fairness policies: drafted, approved and in force by date."""
