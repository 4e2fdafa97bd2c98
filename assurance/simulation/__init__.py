"""Planted bias: what the audit finds of it, and what each policy repairs and costs."""
