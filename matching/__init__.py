"""Matching: who may be considered, who fits, in what fair order, and why."""
