"""Pages, one file per area."""
