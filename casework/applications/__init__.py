"""Applications: one person for one vacancy, from the shortlist to work and its outcomes."""
