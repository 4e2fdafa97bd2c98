"""The cookies: a session, the browser that it was begun in, and a sign-in that is under way.

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
    """Where a request came from, as the services take it."""

    address: str
    agent: str


def client_details(request: Request) -> ClientDetails:
    """The network address and the browser. Behind a proxy the address is what the proxy says."""
    address = request.client.host if request.client else ""
    if settings_of(request).is_https:
        # The last in the list is the one that our own proxy wrote; others could be made up.
        address = request.headers.get("x-forwarded-for", address).rpartition(",")[2].strip()
    return {"address": address, "agent": request.headers.get("user-agent", "")}


def session_token(request: Request) -> str | None:
    """What the session cookie holds."""
    return request.cookies.get(_name(settings_of(request), SESSION))


def device_token(request: Request) -> str | None:
    """What the browser was known by at the last sign-in."""
    return request.cookies.get(_name(settings_of(request), DEVICE))


def keep_sign_in(answer: Response, settings: Settings, begun: SignedIn) -> None:
    """Hand the browser its session, which it forgets when it is closed, and its own name."""
    _set(answer, settings, SESSION, begun.token)
    if begun.device is not None:
        _set(answer, settings, DEVICE, begun.device, DEVICE_SECONDS)


def forget_session(answer: Response, settings: Settings) -> None:
    """Take the session back."""
    _delete(answer, settings, SESSION)


def keep_attempt(answer: Response, settings: Settings, token: str) -> None:
    """Hand the browser what it must bring back from another provider."""
    _set(answer, settings, ATTEMPT, token, MINUTES * 60)


def taken_attempt(request: Request, settings: Settings) -> str | None:
    """What it brought back."""
    return request.cookies.get(_name(settings, ATTEMPT))


def forget_attempt(answer: Response, settings: Settings) -> None:
    """It was used."""
    _delete(answer, settings, ATTEMPT)


def settings_of(request: Request) -> Settings:
    """The settings that the application was made with."""
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
