"""One person: what they can do, the vacancies for them in order, and why not another."""

from typing import Any

from fastapi import APIRouter, Request, Response

from employers.model import StoredVacancy, VacancyFilter
from foundation.database import Scope
from foundation.errors import NotFoundError
from foundation.vocabulary import Role
from matching.service import MatchingService
from web.auth.rules import only
from web.dependencies import (
    CameFrom,
    CandidateId,
    CurrentPages,
    CurrentScope,
    CurrentService,
    VacancyId,
)
from web.forms import TOP_CHOICES, Form, TopOf, WhyNot, read_form
from web.rendering import wants_fragment

MOST_SUGGESTIONS = 10

router = APIRouter(
    prefix="/candidates", include_in_schema=False, dependencies=[only(Role.PRISON_EMPLOYMENT_LEAD)]
)


@router.get("/{candidate_id}")
def show_candidate(
    request: Request,
    candidate_id: CandidateId,
    came_from: CameFrom,
    service: CurrentService,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """One person, and the vacancies for them in order."""
    candidate = service.get_candidate(scope, candidate_id)
    form = read_form(TopOf, request.query_params)
    context: dict[str, Any] = {
        "candidate": candidate,
        "came_from": came_from,
        "form": form,
        "choices": TOP_CHOICES,
    }
    if form.value is None:
        return pages.page("candidate.html", status=422, **context)
    made = service.vacancies_for(scope, candidate_id, top=form.value.top)
    return pages.page("candidate.html", made=made, matches=made.document, **context)


@router.get("/{candidate_id}/reasons/{vacancy_id}")
def show_reasons(
    request: Request,
    candidate_id: CandidateId,
    vacancy_id: VacancyId,
    came_from: CameFrom,
    service: CurrentService,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Why this vacancy stands where it stands for them: a page, or the part that unfolds."""
    why = service.why(scope, vacancy_id, candidate_id)
    if wants_fragment(request):
        return pages.page("parts/reasons.html", why=why, fragment=True)
    return pages.page("why.html", why=why, back=_to_person(candidate_id, came_from))


@router.get("/{candidate_id}/why")
def why_not(
    request: Request,
    candidate_id: CandidateId,
    came_from: CameFrom,
    service: CurrentService,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Why a vacancy that the reader names is not (or is) among theirs."""
    candidate = service.get_candidate(scope, candidate_id)
    back = _to_person(candidate_id, came_from)
    form = read_form(WhyNot, request.query_params)
    context: dict[str, Any] = {"candidate": candidate, "came_from": came_from, "back": back}
    if form.value is None:
        return pages.page("why_not.html", status=422, form=form, **context)
    found, total = _find_vacancies(service, scope, form.value.vacancy)
    if len(found) == 1:
        why = service.why(scope, str(found[0].public_id), candidate_id)
        return pages.page("why.html", why=why, back=back)
    if not found:
        missing = f"No vacancy has the reference or words “{form.value.vacancy}”"
        form = Form(form.given, None, {"vacancy": missing})
    status = 200 if found else 404
    return pages.page("why_not.html", status=status, form=form, found=found, total=total, **context)


def _to_person(candidate_id: str, came_from: str | None) -> dict[str, str]:
    """The link back to a person's page, which still knows the vacancy that led to it."""
    query = f"?from={came_from}" if came_from else ""
    return {"href": f"/candidates/{candidate_id}{query}", "text": "Back to the person"}


def _find_vacancies(
    service: MatchingService, scope: Scope, name: str
) -> tuple[tuple[StoredVacancy, ...], int]:
    """The vacancy of that reference; else those that the words fit, and how many they are."""
    try:
        return (service.get_vacancy(scope, name),), 1
    except NotFoundError:
        words = VacancyFilter(words=name)
        fitting = service.list_vacancies(scope, words, page=1, size=MOST_SUGGESTIONS)
        return fitting.items, fitting.total
