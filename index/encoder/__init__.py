"""Turns text into vectors: the model, its adapter, its exports and the back ends that run them."""
