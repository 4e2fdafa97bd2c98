"""Made-up people and vacancies, and a story among them. Nothing below knows it."""
