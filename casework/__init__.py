"""What people do with a match: people, applications, decisions, handover, home page, search."""
