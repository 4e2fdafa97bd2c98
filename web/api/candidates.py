"""A person's vacancies, as JSON."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from foundation.vocabulary import Role
from matching.explain.document import VacanciesFor
from web.api.answers import RESPONSES
from web.api.vacancies import RUN_HEADER
from web.auth.rules import only
from web.dependencies import CandidateId, CurrentScope, CurrentService
from web.forms.forms import TopOf

router = APIRouter(
    prefix="/api/v1/candidates",
    tags=["candidates"],
    dependencies=[only(Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH)],
    responses=RESPONSES,
)


@router.get("/{candidate_id}/vacancies")
def get_vacancies(
    candidate_id: CandidateId,
    wanted: Annotated[TopOf, Query()],
    response: Response,
    service: CurrentService,
    scope: CurrentScope,
) -> VacanciesFor:
    """The vacancies for a person, in order; the header X-Run-Id names the run that is kept."""
    made = service.vacancies_for(scope, candidate_id, top=wanted.top)
    response.headers[RUN_HEADER] = str(made.run_id)
    return made.document
