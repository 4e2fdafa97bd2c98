"""The pages and the API."""

from typing import Annotated

import typer
from pydantic import ValidationError

from cli.context import OUT, open_database, settings
from foundation.errors import NewFuturesError
from foundation.settings import Settings
from matching.audits.service import AuditService
from matching.nightly import Nightly
from matching.service import MatchingService
from web.app import serve


def serve_pages(
    host: Annotated[str | None, typer.Option(help="A loopback address.")] = None,
    port: Annotated[int | None, typer.Option(help="A port; 0 takes a free one.")] = None,
) -> None:
    """Serve the pages and the API on this machine only, until sign-in exists."""
    found = _with(settings(), host, port)
    with open_database() as database, Nightly(database, found):
        serve(
            MatchingService(database, found),
            AuditService(database, found),
            found,
            lambda address: OUT.print(f"{address}  (Ctrl+C stops it)"),
        )


def _with(found: Settings, host: str | None, port: int | None) -> Settings:
    chosen = {"host": host, "port": port}
    try:
        return Settings.model_validate(
            found.model_dump()
            | {name: value for name, value in chosen.items() if value is not None}
        )
    except ValidationError as error:
        faults = "; ".join(
            f"--{fault['loc'][0]} {fault['input']}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        )
        raise NewFuturesError(faults) from error
