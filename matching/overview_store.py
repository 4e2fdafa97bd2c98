"""SQL of the national and regional figures. It reads codes, days and counts, never a name."""
