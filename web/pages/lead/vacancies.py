"""Vacancies: the list, one vacancy with its shortlist, and why somebody has their rank."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from casework.applications.model import ApplicationOrder, WorklistFilter
from casework.applications.states import is_closed
from employers.model import VacancyOrder
from foundation.errors import NotFoundError, ValidationError
from foundation.vocabulary import Role, Sector
from matching.fairness.record import PolicyError
from matching.policies.service import DEFAULT_POLICY
from matching.shortlists.service import VACANCY_COLUMNS
from web.auth.rules import only
from web.auth.viewer import CurrentViewer
from web.dependencies import (
    CandidateId,
    CurrentDecisions,
    CurrentPages,
    CurrentScope,
    CurrentService,
    CurrentWorklist,
    VacancyId,
)
from web.forms.exports import csv_response
from web.forms.filters import csv_address
from web.forms.forms import (
    MESSAGES,
    PAGE_SIZE,
    TOP_CHOICES,
    PolicyOf,
    ShortlistOf,
    VacancySearch,
    read_form,
    refused,
)
from web.view.rendering import page_links, wants_fragment

LEAD = only(Role.PRISON_EMPLOYMENT_LEAD)
ORDERS = {
    VacancyOrder.CLOSING: "Closing soonest",
    VacancyOrder.NEWEST: "Newest",
    VacancyOrder.TITLE: "Title",
}
MOST_APPLICATIONS = 200

router = APIRouter(
    prefix="/vacancies",
    include_in_schema=False,
    dependencies=[only(Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH, Role.NFN_BROKER)],
)


@router.get("")
def list_vacancies(
    request: Request, service: CurrentService, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """List vacancies that match the form, one page at a time."""
    form = read_form(VacancySearch, request.query_params)
    context: dict[str, Any] = {"form": form, "sectors": Sector, "orders": ORDERS}
    if form.value is None:
        return pages.page("vacancies.html", status=422, **context)
    asked = form.value
    found = service.list_vacancies(
        scope, asked.filter(service.today), page=asked.page, size=PAGE_SIZE, order=asked.sort
    )
    if asked.page > 1 and not found.items:
        raise NotFoundError("the list has no such page")
    links = page_links(request.query_params, number=asked.page, total=found.total, size=PAGE_SIZE)
    csv = csv_address("/vacancies", request.query_params)
    return pages.page("vacancies.html", found=found, links=links, csv=csv, **context)


@router.get(".csv")
def export_vacancies(request: Request, service: CurrentService, scope: CurrentScope) -> Response:
    """Return the whole list as a file."""
    form = read_form(VacancySearch, request.query_params)
    if form.value is None:
        raise ValidationError("query", "", "; ".join(form.errors.values()))
    rows = service.export_vacancies(scope, form.value.filter(service.today), form.value.sort)
    return csv_response("vacancies", VACANCY_COLUMNS, rows)


@router.get("/{vacancy_id}")
def show_vacancy(
    request: Request,
    vacancy_id: VacancyId,
    viewer: CurrentViewer,
    service: CurrentService,
    decisions: CurrentDecisions,
    worklist: CurrentWorklist,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show one vacancy and, to a lead, its people in order, as ranking and staff have it."""
    vacancy = service.get_vacancy(scope, vacancy_id)
    if viewer.role is not Role.PRISON_EMPLOYMENT_LEAD:
        return pages.page("vacancy.html", vacancy=vacancy)
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
    applied = worklist.list_applications(
        scope,
        WorklistFilter(vacancy=UUID(vacancy_id)),
        ApplicationOrder.CHANGED,
        page=1,
        size=MOST_APPLICATIONS,
    )
    return pages.page(
        "vacancy.html",
        made=made,
        shortlist=made.document,
        decided=decisions.decided(scope, made.document),
        live={e.candidate_public_id: e for e in applied.items if not is_closed(e.state)},
        applied=applied.total,
        form=form,
        **context,
    )


@router.get("/{vacancy_id}/reasons/{candidate_id}", dependencies=[LEAD])
def show_reasons(
    request: Request,
    vacancy_id: VacancyId,
    candidate_id: CandidateId,
    service: CurrentService,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show why this person has their rank: a page, or the part that unfolds."""
    form = read_form(PolicyOf, request.query_params)
    policy = form.value.policy if form.value else DEFAULT_POLICY
    why = service.why(scope, vacancy_id, candidate_id, policy=policy)
    if wants_fragment(request):
        return pages.page("parts/reasons.html", why=why, fragment=True)
    back = {"href": f"/vacancies/{vacancy_id}?policy={policy}", "text": "Back to the vacancy"}
    return pages.page("why.html", why=why, back=back)


def _sentence(error: Exception) -> str:
    """Return the error's message as a sentence of a page."""
    message = str(error)
    return message[:1].upper() + message[1:]
