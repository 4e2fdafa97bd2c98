"""The only place where the web door is wired together."""

import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from fastapi import FastAPI
from starlette.responses import RedirectResponse

from foundation.errors import NewFuturesError
from foundation.settings import Settings
from matching.audits.service import AuditService
from matching.service import MatchingService
from web import health
from web.api import audit as api_audit
from web.api import candidates as api_candidates
from web.api import runs as api_runs
from web.api import vacancies as api_vacancies
from web.assets import Assets, asset_routes
from web.errors import add_error_handlers
from web.middleware import CrossOriginGuard, HostGuard, SecurityHeaders, security_headers
from web.pages import audit, candidates, vacancies
from web.rendering import Pages

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def create_app(service: MatchingService, audits: AuditService, settings: Settings) -> FastAPI:
    """The application over its services; `settings` say how it is named in its logs and schema."""
    assets = Assets()
    pages = Pages(assets, is_demonstration=service.is_demonstration)
    app = FastAPI(
        title="New Futures Matching",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        debug=False,
    )
    app.state.service = service
    app.state.audits = audits
    app.state.settings = settings
    app.state.pages = pages
    app.add_api_route("/", _start, include_in_schema=False)
    for router in (
        vacancies.router,
        candidates.router,
        audit.router,
        asset_routes(assets),
        health.router,
    ):
        app.include_router(router)
    for router in (api_vacancies.router, api_candidates.router, api_runs.router, api_audit.router):
        app.include_router(router)

    headers = security_headers(pages.inline_script_hashes())
    add_error_handlers(app, headers)
    app.add_middleware(CrossOriginGuard)
    app.add_middleware(HostGuard)
    app.add_middleware(SecurityHeaders, headers=headers)  # added last, so outermost
    return app


def _start() -> RedirectResponse:
    """People come here for vacancies."""
    return RedirectResponse("/vacancies", status_code=302)


def serve(
    service: MatchingService,
    audits: AuditService,
    settings: Settings,
    announce: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until stopped, on this machine only; `announce` is told the address, port and all.

    Raises:
        NewFuturesError: the host could be reached from elsewhere, and there is no sign-in yet; or
            the port is taken.
    """
    if settings.host not in LOOPBACK:
        raise NewFuturesError(
            f"{settings.host} could be reached from other machines, and there is no sign-in yet; "
            "set NEWFUTURES_HOST to 127.0.0.1, ::1 or localhost"
        )
    with _listen(settings.host, settings.port) as listener:
        port = listener.getsockname()[1]
        config = uvicorn.Config(
            create_app(service, audits, settings),
            host=settings.host,
            port=port,
            log_level=settings.log_level.lower(),
            access_log=False,
            server_header=False,
            proxy_headers=False,
        )
        announce(f"http://{f'[{settings.host}]' if ':' in settings.host else settings.host}:{port}")
        with suppress(KeyboardInterrupt):  # raised again once everything has been answered
            uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens, on a free port if `port` is 0."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise NewFuturesError(
            f"cannot listen on port {port} of {host}: {error.strerror}; choose another with --port "
            "or NEWFUTURES_PORT, or 0 for any that is free"
        ) from error
