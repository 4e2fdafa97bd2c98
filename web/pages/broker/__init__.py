"""Pages of the broker: employers, registrations and the overview."""
