"""One small hierarchy. Each message says what is wrong, where, and what to do."""


class NewFuturesError(Exception):
    """Anything that a user can be told in a sentence; the doors show it without a traceback."""


class LocalPostgresError(NewFuturesError):
    """The embedded PostgreSQL cannot be started or used."""


class DatabaseError(NewFuturesError):
    """The database cannot be reached, or is not one that this program can use."""


class MigrationError(NewFuturesError):
    """The schema is newer than this program, was changed by hand, or a step failed."""


class NotFoundError(NewFuturesError):
    """Nothing of that name exists, or it is outside the caller's scope: both read the same."""


class ValidationError(NewFuturesError):
    """A value is not allowed. `field` names it, `allowed` says what is."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field = field
        self.value = value
        self.allowed = allowed
        super().__init__(f"{field}: {value!r} is not allowed; {allowed}")


class ConflictError(NewFuturesError):
    """Somebody else changed it first; the message says what it is now, and what to do."""


class IntakeError(NewFuturesError):
    """A file cannot be read at all: wrong encoding, wrong columns, or not the format it claims."""


class ModelError(NewFuturesError):
    """The embedding model is missing, or is not the one whose hash is known."""


class VectorIndexError(NewFuturesError):
    """The index is missing, damaged, or was built by another model."""


class MissingPackageError(NewFuturesError):
    """A package that this install left out is needed; the message says what to install."""


class ReplayError(NewFuturesError):
    """A stored run does not reproduce its own bytes."""
