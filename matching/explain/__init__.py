"""Explains a rank: the parts of the score, the order, and how certain it is."""
