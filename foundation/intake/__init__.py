"""How a file of rows is read, checked and loaded, and the templates to fill in."""
