"""Vacancies and their shortlists, as JSON."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from foundation.record import Record
from foundation.vocabulary import Role
from matching.explain.document import Shortlist, VacancySummary, Why
from matching.explain.score import summarise_vacancy
from web.api.answers import RESPONSES
from web.auth.rules import only
from web.dependencies import CandidateId, CurrentScope, CurrentService, VacancyId
from web.forms.forms import PAGE_SIZE, PolicyOf, ShortlistOf, VacancySearch

RUN_HEADER = "X-Run-Id"

router = APIRouter(
    prefix="/api/v1/vacancies",
    tags=["vacancies"],
    dependencies=[only(Role.PRISON_EMPLOYMENT_LEAD)],
    responses=RESPONSES,
)


class VacancyPage(Record):
    """One page of vacancies; `total` is over all pages, `number` counts from 1."""

    items: tuple[VacancySummary, ...]
    total: int
    number: int
    size: int


@router.get("")
def list_vacancies(
    search: Annotated[VacancySearch, Query()], service: CurrentService, scope: CurrentScope
) -> VacancyPage:
    """Vacancies that match, those closing soonest first."""
    wanted = search.filter(service.today)
    found = service.list_vacancies(scope, wanted, page=search.page, size=PAGE_SIZE)
    return VacancyPage(
        items=tuple(summarise_vacancy(stored) for stored in found.items),
        total=found.total,
        number=found.number,
        size=found.size,
    )


@router.get("/{vacancy_id}/shortlist")
def get_shortlist(
    vacancy_id: VacancyId,
    wanted: Annotated[ShortlistOf, Query()],
    response: Response,
    service: CurrentService,
    scope: CurrentScope,
) -> Shortlist:
    """The people for a vacancy, in order; the header X-Run-Id names the run that is kept."""
    made = service.shortlist(
        scope, vacancy_id, top=wanted.top, prison=wanted.prison or None, policy=wanted.policy
    )
    response.headers[RUN_HEADER] = str(made.run_id)
    return made.document


@router.get("/{vacancy_id}/why/{candidate_id}")
def get_why(
    vacancy_id: VacancyId,
    candidate_id: CandidateId,
    wanted: Annotated[PolicyOf, Query()],
    service: CurrentService,
    scope: CurrentScope,
) -> Why:
    """Why one person stands where they stand for this vacancy, under a policy."""
    return service.why(scope, vacancy_id, candidate_id, policy=wanted.policy)
