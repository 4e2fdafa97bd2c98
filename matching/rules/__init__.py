"""Who may: the rules that refuse or refer a person for a vacancy, each with its reason."""
