"""What holds for every request and response, whatever the route.

The world is hostile by default: another site's page may send a browser here under any name (DNS
rebinding) or with any form (cross-site request forgery), and whatever reaches a page may hold text
that wants to be a script.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
A_YEAR_OF_HTTPS = "max-age=31536000; includeSubDomains"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def content_security_policy(script_hashes: tuple[str, ...]) -> str:
    """Return a policy that allows nothing from elsewhere, and only the given inline scripts."""
    scripts = " ".join(["'self'", *(f"'sha256-{digest}'" for digest in script_hashes)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def security_headers(script_hashes: tuple[str, ...], *, https: bool = False) -> dict[str, str]:
    """Return the headers of every response; a route sets only its own Cache-Control."""
    headers = {
        "Content-Security-Policy": content_security_policy(script_hashes),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cache-Control": "no-store",
    }
    return headers | ({"Strict-Transport-Security": A_YEAR_OF_HTTPS} if https else {})


class SecurityHeaders:
    """Adds the headers to every response that does not set them itself."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self.app = app
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and complete its answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    answer.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class HostGuard:
    """Answers only to the public host name, and to this machine's own."""

    def __init__(self, app: ASGIApp, public_url: str | None = None) -> None:
        self.app = app
        self.public_host = urlsplit(public_url).netloc if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a Host header that a rebound name would send."""
        if scope["type"] == "http" and not self._is_ours(Headers(scope=scope).get("host"), scope):
            refusal = PlainTextResponse("This service does not answer to that name.\n", 400)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_ours(self, host: str | None, scope: Scope) -> bool:
        named = host is not None and host.lower() == self.public_host
        return named or is_local_host(host, scope)


def is_local_host(host: str | None, scope: Scope) -> bool:
    """Return whether a Host header names this machine and the port that was connected to."""
    server = scope.get("server")
    port = server[1] if server else None
    allowed = {f"{name}:{port}" for name in LOCAL_HOSTS}
    if port == 80:
        allowed.update(LOCAL_HOSTS)
    return host is not None and host.lower() in allowed


class CrossOriginGuard:
    """Refuses a request from another site's page that could change something."""

    def __init__(self, app: ASGIApp, public_url: str | None = None) -> None:
        self.app = app
        self.public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse methods other than GET when they come from elsewhere."""
        if (
            scope["type"] == "http"
            and scope["method"] not in SAFE_METHODS
            and not is_own_origin(Headers(scope=scope), scope["scheme"], self.public_url)
        ):
            refusal = PlainTextResponse("This request came from another site.\n", 403)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_own_origin(headers: Headers, scheme: str, public_url: str | None = None) -> bool:
    """Return whether our own page sent this, or something that is no browser.

    Browsers send Sec-Fetch-Site with every request, and older ones at least Origin; a command-line
    client sends neither, and carries no one else's rights.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or origin in (f"{scheme}://{headers.get('host', '')}", public_url)
