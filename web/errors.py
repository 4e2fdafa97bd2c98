"""Turns every error into a page for people or JSON for programs, never a traceback."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from foundation.accounts.errors import LinkError, NotAllowedError, SignInError, TooManyTriesError
from foundation.errors import (
    ConflictError,
    NewFuturesError,
    NotFoundError,
    ReplayError,
    ValidationError,
)
from matching.fairness.record import PolicyError
from web.auth.oidc import IdentityError
from web.auth.viewer import SignInNeededError, find_viewer
from web.view.rendering import Pages, wants_fragment

API_PREFIXES = ("/api/", "/health/")


@dataclass(frozen=True, slots=True)
class ErrorMessage:
    """An error as people are told it: a status, a code, a title and a sentence."""

    status: int
    code: str
    title: str
    message: str


NOT_FOUND = ErrorMessage(
    404,
    "not_found",
    "Page not found",
    "There is nothing at this address, or it is not for your account.",
)
NOT_ALLOWED = ErrorMessage(
    405,
    "method_not_allowed",
    "That cannot be done here",
    "This address can be read, and nothing else.",
)
BROKEN = ErrorMessage(
    500,
    "internal_error",
    "Something went wrong",
    "The service met a fault of its own. Nothing was changed. Try again; if it happens again, "
    "tell whoever runs the service, and when it was.",
)


def add_error_handlers(app: FastAPI, headers: dict[str, str]) -> None:
    """Register a handler for everything that can be raised.

    Answers to unforeseen faults are made outside all middleware, so they are given `headers` here.
    """
    for kind in (NewFuturesError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _handler({}))
    app.add_exception_handler(Exception, _handler(headers))


# The first kind that fits; each tells its own message.
TOLD: tuple[tuple[type[NewFuturesError], int, str, str], ...] = (
    (ValidationError, 422, "not_allowed", "That cannot be used"),
    (PolicyError, 409, "policy_not_in_force", "That policy may not run"),
    (ConflictError, 409, "changed_meanwhile", "Somebody else changed this first"),
    (TooManyTriesError, 429, "too_many_tries", "Too many tries"),
    (IdentityError, 403, "not_signed_in", "You could not be signed in"),
    (SignInError, 403, "not_signed_in", "You could not be signed in"),
    (LinkError, 410, "link_used", "This link cannot be used"),
    (ReplayError, 500, "not_reproduced", "This list could not be made again"),
    (NewFuturesError, 503, "not_ready", "The service is not ready"),
)


def problem_of(error: Exception) -> ErrorMessage:
    """Return the message for an error."""
    match error:
        case NotFoundError() | NotAllowedError() | HTTPException(status_code=404):
            return NOT_FOUND
        case RequestValidationError():
            return ErrorMessage(422, "not_allowed", "That cannot be used", _faults(error))
        case HTTPException(status_code=405):
            return NOT_ALLOWED
    for kind, status, code, title in TOLD:
        if isinstance(error, kind):
            return ErrorMessage(status, code, title, str(error))
    return BROKEN


def _sign_in(request: Request, error: SignInNeededError) -> Response:
    """Redirect people to sign in, and answer programs; a fragment becomes a whole page."""
    if request.url.path.startswith(API_PREFIXES) or wants_fragment(request):
        told = {"error": {"code": "sign_in_needed", "message": "Sign in first."}}
        return JSONResponse(told, status_code=401)
    return RedirectResponse(error.address, status_code=303)


def _handler(headers: dict[str, str]) -> Callable[[Request, Exception], Response]:
    def handle(request: Request, error: Exception) -> Response:
        if isinstance(error, SignInNeededError):
            return _sign_in(request, error)
        answer = answer_problem(request, problem_of(error))
        for name, value in headers.items():
            answer.headers.setdefault(name, value)
        return answer

    return handle


def answer_problem(request: Request, problem: ErrorMessage) -> Response:
    """Return a page for people, or JSON for programs."""
    if request.url.path.startswith(API_PREFIXES):
        told = {"error": {"code": problem.code, "message": problem.message}}
        return JSONResponse(told, status_code=problem.status)
    pages = cast(Pages, request.app.state.pages)
    # What is absent and what is for others must look the same, menu and all.
    viewer = find_viewer(request) if problem is NOT_FOUND else None
    return pages.page("error.html", status=problem.status, problem=problem, viewer=viewer)


def _faults(error: RequestValidationError) -> str:
    """Return which parameter is wrong and what it should be; never its value."""
    return "; ".join(f"{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors())
