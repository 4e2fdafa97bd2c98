"""Whether the process runs, and whether it can do its work."""

from fastapi import APIRouter

from web.auth.rules import ANYONE
from web.dependencies import CurrentService

router = APIRouter(prefix="/health", include_in_schema=False, dependencies=[ANYONE])


@router.get("/live")
def live() -> dict[str, str]:
    """Answer that the process runs."""
    return {"status": "live"}


@router.get("/ready")
def ready(service: CurrentService) -> dict[str, object]:
    """Answer whether database and index are ready; 503 with what to do if not."""
    return service.health()
