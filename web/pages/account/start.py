"""The first page of each role, the API's description, and the accessibility statement."""

from collections.abc import Callable
from typing import Any, TypeAlias

from fastapi import APIRouter, Request, Response

from foundation.database import Scope
from foundation.vocabulary import Role
from web.auth.rules import ANYONE, only
from web.auth.viewer import CurrentViewer, services_of
from web.dependencies import CurrentPages, CurrentScope
from web.pages.coach.coach import show_home as show_coachs_home
from web.pages.employer.home import show_home as show_employers_home
from web.pages.lead.home import show_home as show_leads_home
from web.services import Services
from web.view.navigation import MENUS
from web.view.notices import redirect_with_notice
from web.view.rendering import ViewersPages

Home: TypeAlias = Callable[[Services, Scope, ViewersPages], Response]
HOMES: dict[Role, Home] = {
    Role.EMPLOYER: show_employers_home,
    Role.WORK_COACH: show_coachs_home,
    Role.PRISON_EMPLOYMENT_LEAD: show_leads_home,
}

router = APIRouter(include_in_schema=False)


@router.get("/", dependencies=[only()])
def start(
    request: Request, viewer: CurrentViewer, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """Show the role's first page, or redirect to where the role begins."""
    home = HOMES.get(viewer.role)
    if home is not None:
        return home(services_of(request), scope, pages)
    first = next(entry.href for entry in MENUS[viewer.role] if entry.href != "/")
    return redirect_with_notice(first)


@router.get("/accessibility", dependencies=[ANYONE])
def accessibility(pages: CurrentPages) -> Response:
    """Show what was tested, what is known to be wrong, and whom to tell."""
    return pages.page("accessibility.html")


@router.get("/api/openapi.json", dependencies=[only(*Role)])
def schema(request: Request) -> dict[str, Any]:
    """Return the API's description."""
    found: dict[str, Any] = request.app.openapi()
    return found
