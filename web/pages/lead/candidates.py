"""One person: their readiness, notes and tasks, the vacancies for them, and why."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from candidates.readiness import readiness_summary
from casework.applications.model import ApplicationOrder, WorklistFilter
from casework.applications.states import is_closed
from casework.people.case import NoteFilter, TaskFilter
from casework.people.service import ACCESS_COLUMNS, access_row
from employers.model import StoredVacancy, VacancyFilter
from foundation.database import Scope
from foundation.errors import NotFoundError, VectorIndexError
from foundation.vocabulary import ReadinessAction, Role
from matching.shortlists.service import MatchingService
from web.auth.rules import only
from web.auth.viewer import CurrentViewer, services_of
from web.dependencies import (
    CameFrom,
    CandidateId,
    CurrentCasework,
    CurrentPages,
    CurrentScope,
    CurrentService,
    VacancyId,
)
from web.forms.exports import csv_response
from web.forms.forms import TOP_CHOICES, Form, TopOf, WhyNot, empty_form, read_form
from web.pages.lead.applications import COLOURS
from web.pages.lead.staff import day_of
from web.services import Services
from web.view.rendering import ViewersPages, wants_fragment

MOST_SUGGESTIONS = 10
MOST_APPLICATIONS = 100

router = APIRouter(
    prefix="/candidates",
    include_in_schema=False,
    dependencies=[only(Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH)],
)


class PersonPage:
    """The page of one person, also for showing it again with a form that was wrong."""

    def __init__(
        self, request: Request, viewer: CurrentViewer, scope: CurrentScope, pages: CurrentPages
    ) -> None:
        self._services: Services = services_of(request)
        self._request = request
        self._viewer = viewer
        self._scope = scope
        self._pages: ViewersPages = pages

    def show(
        self,
        candidate: str,
        came_from: str | None = None,
        *,
        note: Form[Any] | None = None,
        task: Form[Any] | None = None,
        status: int = 200,
    ) -> Response:
        """The whole page; `note` and `task` are its forms as they were filled in."""
        found, scope = self._services, self._scope
        case = found.casework.get_case(scope, UUID(candidate))
        form = read_form(TopOf, self._request.query_params)
        applied = found.worklist.list_applications(
            scope,
            WorklistFilter(candidate=UUID(candidate)),
            ApplicationOrder.CHANGED,
            page=1,
            size=MOST_APPLICATIONS,
        ).items
        context: dict[str, Any] = {
            "case": case,
            "candidate": case.person,
            "readiness": readiness_summary(case.person.record, found.casework.today),
            "notes": found.casework.list_notes(scope, NoteFilter(candidate=UUID(candidate))),
            "tasks": found.casework.list_tasks(
                scope, TaskFilter(candidate=UUID(candidate), done=True)
            ),
            "applied": applied,
            "live": {each.vacancy_public_id: each for each in applied if not is_closed(each.state)},
            "actions": ReadinessAction,
            "colours": COLOURS,
            "came_from": came_from,
            "choices": TOP_CHOICES,
            "note_form": note or empty_form(),
            "task_form": task or Form(day_of(found.casework.today, "due"), None, {}),
        }
        if form.value is None:
            return self._pages.page("candidate.html", status=422, form=form, **context)
        form = Form(form.given, form.value, context["note_form"].errors)
        form = Form(form.given, form.value, {**form.errors, **context["task_form"].errors})
        return self._pages.page(
            "candidate.html",
            status=status,
            form=form,
            **context,
            **self._ranked(candidate, form.value.top if form.value else 20),
        )

    def _ranked(self, candidate: str, top: int) -> dict[str, Any]:
        """Return the vacancies for them, or none while there is no index."""
        try:
            made = self._services.matching.vacancies_for(self._scope, candidate, top=top)
        except VectorIndexError as error:
            return {"not_ranked": str(error)}
        return {"made": made, "matches": made.document}


CurrentPersonPage = Annotated[PersonPage, Depends()]


@router.get("/{candidate_id}")
def show_candidate(
    candidate_id: CandidateId, came_from: CameFrom, person: CurrentPersonPage
) -> Response:
    """Show one person, and their vacancies in order."""
    return person.show(candidate_id, came_from)


@router.get("/{candidate_id}/access.csv")
def export_access(
    candidate_id: CandidateId, casework: CurrentCasework, scope: CurrentScope
) -> Response:
    """Return everybody who was shown this person, as a file that the person can ask for."""
    found = casework.record_of_access(scope, UUID(candidate_id))
    return csv_response("record-of-access", ACCESS_COLUMNS, map(access_row, found))


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
    """Show why this vacancy has its rank for them: a page, or the part that unfolds."""
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
    """Show why a vacancy that the reader names is or is not among theirs."""
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
    """Return the link back to a person's page, with the vacancy that led to it."""
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
