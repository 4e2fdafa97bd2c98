"""Runs that were kept, made again from their inputs."""

from uuid import UUID

from fastapi import APIRouter, Response

from foundation.vocabulary import Role
from matching.explain.document import Shortlist, VacanciesFor
from web.api.answers import RESPONSES
from web.auth.rules import only
from web.dependencies import CurrentScope, CurrentService, public_id

router = APIRouter(
    prefix="/api/v1/runs",
    tags=["runs"],
    dependencies=[only(Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH)],
    responses=RESPONSES,
)


@router.get("/{run_id}", response_model=Shortlist | VacanciesFor)
def replay(run_id: str, service: CurrentService, scope: CurrentScope) -> Response:
    """The run's document, made again and checked to be the same bytes."""
    content = service.replay(scope, UUID(public_id(run_id)))
    return Response(content, media_type="application/json")
