"""The rules: who may, who fits, in what order, and why. Shortlists and their records."""
