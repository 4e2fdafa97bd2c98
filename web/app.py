"""The only place where the web door is wired together."""

import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from demonstration.story.cast import PASSWORD
from foundation.database import Scope
from foundation.errors import NewFuturesError
from foundation.settings import Settings
from web import health
from web.address import address_of
from web.api import audit as api_audit
from web.api import candidates as api_candidates
from web.api import runs as api_runs
from web.api import vacancies as api_vacancies
from web.auth.oidc import Providers
from web.auth.rules import require_rules
from web.errors import add_error_handlers
from web.middleware import CrossOriginGuard, HostGuard, SecurityHeaders, security_headers
from web.pages.account import account, sign_in, start
from web.pages.admin import accounts, policies
from web.pages.auditor import audit, trail
from web.pages.broker import employers, overview, registrations
from web.pages.coach import coach, handover
from web.pages.employer import routes as employer_pages
from web.pages.lead import (
    applications,
    candidates,
    casework,
    deciding,
    home,
    people,
    putting_forward,
    search,
    vacancies,
)
from web.rate_guard import RateGuard
from web.services import Services
from web.view.assets import Assets, asset_routes
from web.view.rendering import Demonstration, Pages

PAGES = (
    sign_in.router,
    account.router,
    vacancies.router,
    home.router,
    people.router,
    search.router,
    deciding.router,
    candidates.router,
    casework.router,
    applications.router,
    putting_forward.router,
    audit.router,
    registrations.router,
    employers.router,
    accounts.router,
    policies.router,
    overview.router,
    coach.router,
    handover.router,
    trail.router,
    employer_pages.router,
)
API = (api_vacancies.router, api_candidates.router, api_runs.router, api_audit.router)


def create_app(services: Services, settings: Settings) -> FastAPI:
    """The application over its services.

    Raises:
        NewFuturesError: a route does not say who may use it.
    """
    assets = Assets()
    pages = Pages(
        assets,
        demonstration=_demonstration(services),
        idle_minutes=settings.session_idle_minutes,
    )
    app = FastAPI(
        title="New Futures Matching",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        debug=False,
    )
    app.state.services = services
    app.state.settings = settings
    app.state.pages = pages
    app.state.providers = Providers(settings.identity_providers, address_of(settings))
    add_routes(app, assets)

    headers = security_headers(pages.inline_script_hashes(), https=settings.is_https)
    add_error_handlers(app, headers)
    app.add_middleware(RateGuard, each_minute=settings.requests_a_minute)
    app.add_middleware(CrossOriginGuard, public_url=settings.public_url)
    app.add_middleware(HostGuard, public_url=settings.public_url)
    app.add_middleware(SecurityHeaders, headers=headers)  # added last, so outermost
    return app


def add_routes(app: FastAPI, assets: Assets) -> None:
    """Every route that there is, each with its rule."""
    for router in (start.router, *PAGES, asset_routes(assets), health.router, *API):
        app.include_router(router)
    require_rules(app)


def _demonstration(services: Services) -> Demonstration | None:
    if not services.matching.is_demonstration:
        return None
    accounts = tuple(
        (account.email, account.role.label)
        for account in services.accounts.list_accounts(Scope("demonstration"))
        if account.made_up
    )
    return Demonstration(accounts, PASSWORD)


def serve(
    services: Services, settings: Settings, announce: Callable[[str], None] = lambda _: None
) -> None:
    """Serve until stopped; `announce` is told the address, port and all.

    Raises:
        NewFuturesError: the port is taken.
    """
    with listen(settings.host, settings.port) as listener:
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        config = uvicorn.Config(
            create_app(services, settings),
            host=settings.host,
            port=settings.port,
            log_level=settings.log_level.lower(),
            access_log=False,
            server_header=False,
            proxy_headers=False,
        )
        announce(address_of(settings))
        with suppress(KeyboardInterrupt):  # raised again once everything has been answered
            uvicorn.Server(config).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `port`, or on any free one if that is 0.

    Raises:
        NewFuturesError: the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
        # Accepted sockets inherit it. Otherwise the body of an answer waits some 40 ms for the
        # acknowledgement of its head; uvicorn turns that off only on sockets that it opens itself.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        raise NewFuturesError(
            f"cannot listen on port {port} of {host}: {error.strerror}; choose another with --port "
            "or NEWFUTURES_PORT, or 0 for any that is free"
        ) from error
