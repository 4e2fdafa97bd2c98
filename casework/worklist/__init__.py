"""The list of applications that staff work through."""
