"""The cookies of a session, of a known browser, and of a sign-in at another provider.

Over https each is bound to this host by its name's prefix; all are out of reach of scripts.
"""

from typing import TypedDict

from fastapi import Request, Response

from foundation.accounts.attempts import MINUTES
from foundation.accounts.model import SignedIn
from foundation.settings import Settings

SESSION, DEVICE, ATTEMPT = "session", "device", "attempt"
DEVICE_SECONDS = 90 * 24 * 3600  # as long as the service knows a browser


class ClientDetails(TypedDict):
    """The network address and browser of a request, as services take them."""

    address: str
    agent: str


def client_details(request: Request) -> ClientDetails:
    """Return a request's network address (as our proxy gives it, if any) and browser."""
    address = request.client.host if request.client else ""
    if settings_of(request).is_https:
        # The last in the list is the one that our own proxy wrote; others could be made up.
        address = request.headers.get("x-forwarded-for", address).rpartition(",")[2].strip()
    return {"address": address, "agent": request.headers.get("user-agent", "")}


def session_token(request: Request) -> str | None:
    """Return the token in the session cookie, if any."""
    return request.cookies.get(_name(settings_of(request), SESSION))


def device_token(request: Request) -> str | None:
    """Return the token by which the browser was known at its last sign-in, if any."""
    return request.cookies.get(_name(settings_of(request), DEVICE))


def keep_sign_in(answer: Response, settings: Settings, begun: SignedIn) -> None:
    """Set the cookies of the session, which ends with the browser, and of the known browser."""
    _set(answer, settings, SESSION, begun.token)
    if begun.device is not None:
        _set(answer, settings, DEVICE, begun.device, DEVICE_SECONDS)


def forget_session(answer: Response, settings: Settings) -> None:
    """Delete the session cookie."""
    _delete(answer, settings, SESSION)


def keep_attempt(answer: Response, settings: Settings, token: str) -> None:
    """Set the cookie that the browser must bring back from another provider."""
    _set(answer, settings, ATTEMPT, token, MINUTES * 60)


def taken_attempt(request: Request, settings: Settings) -> str | None:
    """Return the token of a sign-in at another provider, if the browser brought one back."""
    return request.cookies.get(_name(settings, ATTEMPT))


def forget_attempt(answer: Response, settings: Settings) -> None:
    """Delete the cookie of a sign-in at another provider."""
    _delete(answer, settings, ATTEMPT)


def settings_of(request: Request) -> Settings:
    """Return the settings of the application."""
    found: Settings = request.app.state.settings
    return found


def _name(settings: Settings, kind: str) -> str:
    return f"{'__Host-' if settings.is_https else ''}newfutures-{kind}"


def _set(
    answer: Response, settings: Settings, kind: str, value: str, seconds: int | None = None
) -> None:
    # Lax, so that a link in a message leads to where it says; what changes anything is no link.
    answer.set_cookie(
        _name(settings, kind),
        value,
        max_age=seconds,
        path="/",
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )


def _delete(answer: Response, settings: Settings, kind: str) -> None:
    answer.delete_cookie(
        _name(settings, kind), path="/", secure=settings.is_https, httponly=True, samesite="lax"
    )
