"""The web door: pages for prison employment leads, and the JSON API."""
