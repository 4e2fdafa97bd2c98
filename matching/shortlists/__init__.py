"""Ranks candidates for a vacancy and vacancies for a person, and stores each run."""
