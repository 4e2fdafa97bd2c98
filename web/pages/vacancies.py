"""Vacancies: the list, one of them with its shortlist, and why someone is where they are on it."""

from typing import Any

from fastapi import APIRouter, Request, Response

from foundation.errors import NotFoundError
from foundation.vocabulary import Sector
from web.dependencies import (
    CandidateId,
    CurrentPages,
    CurrentScope,
    CurrentService,
    VacancyId,
)
from web.forms import PAGE_SIZE, TOP_CHOICES, ShortlistOf, VacancySearch, read_form
from web.rendering import page_links, wants_fragment

router = APIRouter(prefix="/vacancies", include_in_schema=False)


@router.get("")
def list_vacancies(
    request: Request, service: CurrentService, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """Vacancies that match the form, a page of them at a time."""
    form = read_form(VacancySearch, request.query_params)
    if form.value is None:
        return pages.page("vacancies.html", status=422, form=form, sectors=Sector)
    number = form.value.page
    wanted = form.value.filter(service.today)
    found = service.list_vacancies(scope, wanted, page=number, size=PAGE_SIZE)
    if number > 1 and not found.items:
        raise NotFoundError("the list has no such page")
    links = page_links(request.query_params, number=number, total=found.total, size=PAGE_SIZE)
    return pages.page("vacancies.html", form=form, sectors=Sector, found=found, links=links)


@router.get("/{vacancy_id}")
def show_vacancy(
    request: Request,
    vacancy_id: VacancyId,
    service: CurrentService,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """One vacancy, and the people for it in order."""
    vacancy = service.get_vacancy(scope, vacancy_id)
    form = read_form(ShortlistOf, request.query_params)
    context: dict[str, Any] = {"vacancy": vacancy, "form": form, "choices": TOP_CHOICES}
    if form.value is None:
        return pages.page("vacancy.html", status=422, **context)
    made = service.shortlist(
        scope, vacancy_id, top=form.value.top, prison=form.value.prison or None
    )
    return pages.page("vacancy.html", made=made, shortlist=made.document, **context)


@router.get("/{vacancy_id}/reasons/{candidate_id}")
def show_reasons(
    request: Request,
    vacancy_id: VacancyId,
    candidate_id: CandidateId,
    service: CurrentService,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Why this person stands where they stand: a page, or the part of one that unfolds."""
    why = service.why(scope, vacancy_id, candidate_id)
    if wants_fragment(request):
        return pages.page("parts/reasons.html", why=why, fragment=True)
    back = {"href": f"/vacancies/{vacancy_id}", "text": "Back to the vacancy"}
    return pages.page("why.html", why=why, back=back)
