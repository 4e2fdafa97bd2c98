"""Pages of the administrator: accounts and fairness policies."""
