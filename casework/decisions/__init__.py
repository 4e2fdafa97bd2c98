"""What a person decides about a shortlist: who is hidden, who is put above whom, and why."""
