"""Employers and their vacancies: model, validation, storage, import."""
