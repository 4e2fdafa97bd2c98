"""All SQL of accounts: people, sessions, secrets, identities and registrations."""
