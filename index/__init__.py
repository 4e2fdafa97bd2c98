"""Text to vector to nearest ids. Knows no people and no SQL."""
