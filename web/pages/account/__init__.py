"""Pages of everybody's own account: start, sign in, one-time codes."""
