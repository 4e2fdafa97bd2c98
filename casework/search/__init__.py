"""One search box over people, vacancies and employers."""
