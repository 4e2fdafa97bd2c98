"""The aggregate audit: who gets how far, by group, from the rules to a shortlist."""
