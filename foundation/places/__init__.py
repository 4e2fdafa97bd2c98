"""Where a postcode, a prison and a region are."""
