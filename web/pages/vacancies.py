"""Vacancies: the list, one of them with its shortlist, and why someone is where they are on it."""

from typing import Any

from fastapi import APIRouter, Request, Response

from foundation.errors import NotFoundError
from foundation.vocabulary import Role, Sector
from matching.fairness.record import PolicyError
from matching.policies import DEFAULT_POLICY
from web.auth.rules import only
from web.dependencies import (
    CandidateId,
    CurrentPages,
    CurrentScope,
    CurrentService,
    VacancyId,
)
from web.forms import (
    MESSAGES,
    PAGE_SIZE,
    TOP_CHOICES,
    PolicyOf,
    ShortlistOf,
    VacancySearch,
    read_form,
    refused,
)
from web.rendering import page_links, wants_fragment

router = APIRouter(
    prefix="/vacancies", include_in_schema=False, dependencies=[only(Role.PRISON_EMPLOYMENT_LEAD)]
)


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
    policies = service.list_policies(scope)
    context: dict[str, Any] = {"vacancy": vacancy, "choices": TOP_CHOICES, "policies": policies}
    if form.value is None:
        return pages.page("vacancy.html", status=422, form=form, **context)
    wanted = form.value
    try:
        made = service.shortlist(
            scope,
            vacancy_id,
            top=wanted.top,
            prison=wanted.prison or None,
            policy=wanted.policy,
        )
    except (PolicyError, NotFoundError) as error:
        message = _sentence(error) if isinstance(error, PolicyError) else MESSAGES["policy"]
        form = refused(form, "policy", message)
        return pages.page("vacancy.html", status=422, form=form, **context)
    return pages.page("vacancy.html", made=made, shortlist=made.document, form=form, **context)


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
    form = read_form(PolicyOf, request.query_params)
    policy = form.value.policy if form.value else DEFAULT_POLICY
    why = service.why(scope, vacancy_id, candidate_id, policy=policy)
    if wants_fragment(request):
        return pages.page("parts/reasons.html", why=why, fragment=True)
    back = {"href": f"/vacancies/{vacancy_id}?policy={policy}", "text": "Back to the vacancy"}
    return pages.page("why.html", why=why, back=back)


def _sentence(error: Exception) -> str:
    """The error's message as a sentence of a page."""
    message = str(error)
    return message[:1].upper() + message[1:]
