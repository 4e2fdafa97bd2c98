"""Measurements. Nothing here is needed to run the product."""
