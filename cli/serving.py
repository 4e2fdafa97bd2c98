"""The pages and the API."""

from typing import Annotated

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cli.context import OUT, fault_message, open_database, settings
from foundation.errors import NewFuturesError
from foundation.settings import Settings
from web.app import serve
from web.nightly import Nightly
from web.services import Services


def serve_pages(
    host: Annotated[
        str | None, typer.Option(help="A loopback address, or one that a proxy reaches.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="A port; 0 takes a free one.")] = None,
) -> None:
    """Serve the pages and the API, to this machine or to a proxy before it."""
    found = _with(settings(), host, port)
    with open_database() as database, Nightly(database, found):
        services = Services.over(database, found)
        if not services.accounts.has_accounts():
            OUT.print("Nobody can sign in yet: newfutures users add --help says how to begin.")
        serve(services, found, lambda address: OUT.print(f"{address}  (Ctrl+C stops it)"))


def _with(found: Settings, host: str | None, port: int | None) -> Settings:
    chosen = {"host": host, "port": port}
    try:
        return Settings.model_validate(
            found.model_dump()
            | {name: value for name, value in chosen.items() if value is not None}
        )
    except ValidationError as error:
        raise NewFuturesError("; ".join(map(_fault, error.errors()))) from error


def _fault(fault: ErrorDetails) -> str:
    """`--port 70000: what is wrong`; only the message where no one option is at fault."""
    message = fault_message(fault)
    return f"--{fault['loc'][0]} {fault['input']}: {message}" if fault["loc"] else message
