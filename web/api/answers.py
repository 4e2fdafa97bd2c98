"""Error answers of the JSON API."""

from typing import Any

from foundation.record import Record


class ErrorDetail(Record):
    """A code for programs, and a sentence for whoever reads their log."""

    code: str
    message: str


class ErrorAnswer(Record):
    """The body of every error answer."""

    error: ErrorDetail


RESPONSES: dict[int | str, dict[str, Any]] = {
    401: {"model": ErrorAnswer, "description": "Nobody has signed in."},
    404: {"model": ErrorAnswer, "description": "There is no such thing, or not for you."},
    409: {"model": ErrorAnswer, "description": "As things stand it cannot be done."},
    422: {"model": ErrorAnswer, "description": "A value is not allowed."},
    429: {"model": ErrorAnswer, "description": "Too many requests; Retry-After says how long."},
    503: {"model": ErrorAnswer, "description": "Something that it needs is not ready."},
}
