"""Pages: a folder for each kind of user, one file per area."""
