"""Places shared out over all open vacancies at once: the plan, its prices and its figures."""
