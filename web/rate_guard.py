"""Limits how often one client can ask."""

import hashlib
import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from foundation.accounts.errors import wait_in_words
from web.auth.cookies import client_details, session_token
from web.errors import ErrorMessage, answer_problem

UNCOUNTED = ("/static/", "/health/")
# Many people of a prison or a jobcentre may share one network address.
SESSIONS_AN_ADDRESS = 10


class RateGuard:
    """Slows a client that asks far more often than a person could.

    A session may ask so often a minute, and so may whoever has not signed in at a network address;
    all sessions of an address together, made up or not, ten times as often. Signing in has limits
    of its own.
    """

    def __init__(self, app: ASGIApp, each_minute: int) -> None:
        self.app = app
        self.each = RateLimitItemPerMinute(each_minute)
        self.together = RateLimitItemPerMinute(each_minute * SESSIONS_AN_ADDRESS)
        self.limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request too many, and say when to ask again."""
        if scope["type"] == "http" and not scope["path"].startswith(UNCOUNTED):
            request = Request(scope)
            if seconds := self._seconds_to_wait(request):
                told = f"Try again in {wait_in_words(seconds)}."
                refusal = answer_problem(
                    request, ErrorMessage(429, "too_many_requests", "Too many requests", told)
                )
                refusal.headers["Retry-After"] = str(seconds)
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _seconds_to_wait(self, request: Request) -> int:
        """0 if this one may pass."""
        address, token = client_details(request)["address"], session_token(request)
        asking = [(self.each, f"nobody at {address}")]
        if token:
            session = hashlib.sha256(token.encode()).hexdigest()
            asking = [(self.together, f"all at {address}"), (self.each, session)]
        for limit, who in asking:
            if not self.limiter.hit(limit, who):
                free_at = self.limiter.get_window_stats(limit, who).reset_time
                return max(1, math.ceil(free_at - time.time()))
        return 0
