"""The directory of employers that brokers keep, and firms that register themselves."""
