"""The first page of each role, what the API says of itself, and the accessibility statement."""

from typing import Any

from fastapi import APIRouter, Request, Response

from foundation.vocabulary import Role
from web.auth.rules import ANYONE, only
from web.auth.viewer import CurrentViewer
from web.dependencies import CurrentPages
from web.navigation import MENUS
from web.notices import done

router = APIRouter(include_in_schema=False)


@router.get("/", dependencies=[only()])
def start(viewer: CurrentViewer) -> Response:
    """Go to where the role begins."""
    first = next(entry.href for entry in MENUS[viewer.role] if entry.href != "/")
    return done(first)


@router.get("/accessibility", dependencies=[ANYONE])
def accessibility(pages: CurrentPages) -> Response:
    """What was tested, what is known to be wrong, and whom to tell."""
    return pages.page("accessibility.html")


@router.get("/api/openapi.json", dependencies=[only(*Role)])
def schema(request: Request) -> dict[str, Any]:
    """The API's description."""
    found: dict[str, Any] = request.app.openapi()
    return found
