"""Is it fair, good and lawful? Audits, evaluation, simulation, overview, trail, transparency."""
