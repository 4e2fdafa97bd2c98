"""People as their prison and their work coach see them: lists, cases, notes, tasks, readiness."""
