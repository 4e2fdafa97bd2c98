"""Pages of the prison employment lead: people, vacancies, shortlists, applications."""
