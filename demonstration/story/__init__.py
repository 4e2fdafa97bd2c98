"""A demonstration's accounts, and a story under way between them, so that every page has life."""
