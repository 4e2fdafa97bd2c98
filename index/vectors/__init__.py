"""Exact nearest neighbours and the lexicon, published as immutable generations."""
