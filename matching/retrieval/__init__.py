"""Embeds what changed, builds the index and searches it."""
