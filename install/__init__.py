"""What `make` runs about installing. No part of the program, and not in its wheel."""
