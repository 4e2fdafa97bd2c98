"""Pages of the DWP work coach: people handed over, and their matches."""
