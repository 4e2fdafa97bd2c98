"""Static files with a hash in their address, so that browsers can keep them."""

import hashlib
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from fastapi import APIRouter, Response

from foundation.errors import NotFoundError
from web.auth.rules import ANYONE

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
HASH_LENGTH = 12
KEEP_FOR_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file."""

    content: bytes
    media_type: str


class Assets:
    """The files under `web/static`, by name and by address."""

    def __init__(self) -> None:
        """Read and hash every file; there are few, and none is large."""
        self._addresses: dict[str, str] = {}
        self._files: dict[str, Asset] = {}
        self._read(resources.files("web").joinpath("static"), PurePosixPath())

    def address(self, name: str) -> str:
        """Return where `vendor/htmx.min.js` is served; KeyError for an unknown name."""
        return f"/static/{self._addresses[name]}"

    def get(self, hashed_name: str) -> Asset:
        """Return the file with this hashed name.

        Raises:
            NotFoundError: there is none; the name without its hash is none either.
        """
        if hashed_name not in self._files:
            raise NotFoundError("no such static file")
        return self._files[hashed_name]

    def _read(self, folder: Traversable, path: PurePosixPath) -> None:
        for entry in folder.iterdir():
            name = path / entry.name
            if entry.is_dir():
                self._read(entry, name)
            elif name.suffix in MEDIA_TYPES:
                content = entry.read_bytes()
                digest = hashlib.sha256(content).hexdigest()[:HASH_LENGTH]
                hashed = str(name.with_name(f"{name.stem}.{digest}{name.suffix}"))
                self._addresses[str(name)] = hashed
                self._files[hashed] = Asset(content, MEDIA_TYPES[name.suffix])


def asset_routes(assets: Assets) -> APIRouter:
    """Return the route that serves static files."""
    router = APIRouter(include_in_schema=False, dependencies=[ANYONE])

    @router.get("/static/{name:path}")
    def static(name: str) -> Response:
        """One static file, to be kept for a year: another content has another address."""
        asset = assets.get(name)
        headers = {"Cache-Control": KEEP_FOR_A_YEAR}
        return Response(asset.content, media_type=asset.media_type, headers=headers)

    return router
