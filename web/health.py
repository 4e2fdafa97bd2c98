"""Whether the process lives, and whether it can do its work."""

from fastapi import APIRouter

from web.auth.rules import ANYONE
from web.dependencies import CurrentService

router = APIRouter(prefix="/health", include_in_schema=False, dependencies=[ANYONE])


@router.get("/live")
def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/ready")
def ready(service: CurrentService) -> dict[str, object]:
    """The database and the index answer; 503 with what to do when they do not."""
    return service.health()
