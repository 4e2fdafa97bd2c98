"""The address that browsers use, for links that are sent to people."""

from typing import Annotated

from fastapi import Depends, Request

from foundation.settings import Settings


def address_of(settings: Settings) -> str:
    """Return the public address, or this machine's own if none is set."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return settings.public_url or f"http://{host}:{settings.port}"


async def get_address(request: Request) -> str:
    """The address under which this application is reached, without a slash at its end."""
    return address_of(request.app.state.settings).rstrip("/")


CurrentAddress = Annotated[str, Depends(get_address)]
