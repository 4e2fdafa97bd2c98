"""Decisions of staff about a shortlist: who is hidden, who is moved up, and why."""
