"""Reads what a form or a query sends."""
