"""The embedded PostgreSQL: its binaries, its server, its supervisor, its locks and logins."""
