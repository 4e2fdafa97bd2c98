"""The people put forward to an employer, as the employer sees them."""
