"""Counts and rates of the whole service for brokers: by prison, region and employer."""
