"""What is embedded of a person and of a vacancy, and what can be read in it."""
