"""The employer's pages: their vacancies, and the people put forward for them."""
