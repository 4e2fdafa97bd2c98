"""Allocation of people to vacancies by min-cost flow, and the baselines beside it."""
