"""Work coaches' pages: what to do today, who is due for release, and matches to review."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BeforeValidator

from casework.handover.model import (
    CaseloadFilter,
    CaseloadSort,
    HandoverStage,
    Verdict,
    Window,
)
from casework.handover.service import CASELOAD_COLUMNS, DUE_WITHIN, MATCH_COLUMNS
from casework.people.case import TaskFilter
from foundation.database import Scope
from foundation.errors import NewFuturesError, ValidationError
from foundation.places.prisons import prison_label
from foundation.vocabulary import ReadinessStatus, Role
from matching.explain.document import RankedVacancy
from matching.shortlists.service import MatchingService
from web.auth.rules import only
from web.dependencies import (
    CurrentHandovers,
    CurrentPages,
    CurrentScope,
    CurrentService,
    public_id,
)
from web.forms.exports import csv_response
from web.forms.filters import PagedQuery, csv_address, page_of, read_filter, require_page
from web.forms.forms import PAGE_SIZE, Form, PrisonCode, Words, empty_form, invalid_form
from web.forms.posted import CurrentForm
from web.services import Services
from web.view.notices import redirect_with_notice
from web.view.rendering import ViewersPages, page_links

router = APIRouter(include_in_schema=False, dependencies=[only(Role.WORK_COACH)])

COMPARED = 50  # of a person's ranked vacancies, how many are put in order of distance
NEAREST = 5
MESSAGES = {
    "window": "Choose whose releases to show",
    "week": "Enter the week as the date of its Monday, such as 2026-11-23",
    "area": "Choose a postcode area from the list",
    "readiness": "Choose a readiness from the list",
    "stage": "Choose a stage from the list",
    "sort": "Choose an order from the list",
    "show": "Choose which matches to show",
}
OptionalDay = Annotated[date | None, BeforeValidator(lambda value: value or None)]


class CaseloadOf(PagedQuery):
    """Which people to list, in what order."""

    window: Window = Window.NEXT
    week: OptionalDay = None
    area: Words = ""
    prison: PrisonCode = ""
    readiness: ReadinessStatus | Literal[""] = ""
    stage: HandoverStage | Literal[""] = ""
    sort: CaseloadSort = CaseloadSort.RELEASE

    def filter(self) -> CaseloadFilter:
        """Return the query as the service's filter."""
        return CaseloadFilter(
            self.window,
            self.week,
            self.area or None,
            self.prison or None,
            self.readiness or None,
            self.stage or None,
        )


class ReviewsOf(PagedQuery):
    """Which matches to list."""

    show: Literal["open", "done", "all"] = "open"
    area: Words = ""

    def filter(self) -> dict[str, Any]:
        """Return the query as the service's filter."""
        reviewed = {"open": False, "done": True, "all": None}[self.show]
        return {"reviewed": reviewed, "area": self.area.upper() or None}


async def get_match_id(application_id: str) -> UUID:
    """The application in the address."""
    return UUID(public_id(application_id))


MatchId = Annotated[UUID, Depends(get_match_id)]


def show_home(services: Services, scope: Scope, pages: ViewersPages) -> Response:
    """Show what needs doing today."""
    today = services.handovers.today
    mine = TaskFilter(due_by=today + DUE_WITHIN, account_id=scope.account_id, role=Role.WORK_COACH)
    return pages.page(
        "coach/home.html",
        work=services.handovers.home(scope),
        tasks=services.casework.list_tasks(scope, mine),
        today=today,
        form=empty_form(),
    )


@router.get("/caseload")
def list_caseload(
    request: Request, handovers: CurrentHandovers, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """List people due for release, one page at a time."""
    form = read_filter(CaseloadOf, request.query_params, MESSAGES)
    context: dict[str, Any] = {
        "form": form,
        "windows": Window,
        "statuses": ReadinessStatus,
        "stages": HandoverStage,
        "sorts": CaseloadSort,
    }
    if form.value is None:
        return pages.page("coach/caseload.html", status=422, **context)
    number = form.value.page
    found = handovers.list_caseload(
        scope, form.value.filter(), form.value.sort, page=number, size=PAGE_SIZE
    )
    require_page(found.items, number)
    return pages.page(
        "coach/caseload.html",
        found=found,
        areas=[(area, area) for area in found.areas],
        prisons=[(code, prison_label(code)) for code in found.prisons],
        links=page_links(request.query_params, number=number, total=found.total, size=PAGE_SIZE),
        csv=csv_address("/caseload", request.query_params),
        today=handovers.today,
        **context,
    )


@router.get("/caseload.csv")
def export_caseload(request: Request, handovers: CurrentHandovers, scope: CurrentScope) -> Response:
    """Return the whole list as a file."""
    form = read_filter(CaseloadOf, request.query_params, MESSAGES)
    if form.value is None:
        raise ValidationError("query", "", "; ".join(form.errors.values()))
    rows = handovers.export_caseload(scope, form.value.filter(), form.value.sort)
    return csv_response("caseload", CASELOAD_COLUMNS, rows)


@router.get("/reviews")
def list_reviews(
    request: Request, handovers: CurrentHandovers, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """List matches that a coach has reviewed, or has not yet."""
    form = read_filter(ReviewsOf, request.query_params, MESSAGES)
    if form.value is None:
        return pages.page("coach/reviews.html", status=422, form=form)
    found = handovers.list_matches(scope, **form.value.filter())
    number = form.value.page
    return pages.page(
        "coach/reviews.html",
        form=form,
        matches=page_of(found, number),
        total=len(found),
        links=page_links(request.query_params, number=number, total=len(found), size=PAGE_SIZE),
        csv=csv_address("/reviews", request.query_params),
    )


@router.get("/reviews.csv")
def export_reviews(request: Request, handovers: CurrentHandovers, scope: CurrentScope) -> Response:
    """Return the whole list as a file."""
    form = read_filter(ReviewsOf, request.query_params, MESSAGES)
    if form.value is None:
        raise ValidationError("query", "", "; ".join(form.errors.values()))
    rows = handovers.export_matches(scope, **form.value.filter())
    return csv_response("matches-to-review", MATCH_COLUMNS, rows)


@router.get("/reviews/{application_id}")
def show_review(
    application_id: MatchId,
    handovers: CurrentHandovers,
    service: CurrentService,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show one match, and the person's other vacancies, nearest first."""
    return _review_page(application_id, handovers, service, scope, pages, empty_form())


@router.post("/reviews/{application_id}")
def take_review(
    application_id: MatchId,
    sent: CurrentForm,
    handovers: CurrentHandovers,
    service: CurrentService,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Agree with the match, or question it."""
    chosen = sent.text("verdict")
    errors = {} if chosen in Verdict.__members__ else {"verdict": "Choose what you think of it"}
    try:
        if not errors:
            handovers.review(scope, application_id, Verdict(chosen), note=sent.text("note"))
    except ValidationError as error:
        errors = {"note": error.allowed[:1].upper() + error.allowed[1:]}
    if errors:
        form = invalid_form(errors, sent.given())
        return _review_page(application_id, handovers, service, scope, pages, form, status=422)
    return redirect_with_notice("/reviews", "match-reviewed")


def nearest(ranked: tuple[RankedVacancy, ...]) -> list[tuple[RankedVacancy, str]]:
    """Return the nearest of a person's vacancies, each with how far it is if that is known."""

    def closeness(entry: RankedVacancy) -> tuple[float, int]:
        parts = entry.score.contributions if entry.score else ()
        near = max((part.value for part in parts if part.feature == "distance"), default=0.0)
        return -near, entry.rank

    found = sorted(ranked, key=closeness)[:NEAREST]
    return [(entry, _how_far(entry)) for entry in found]


def _how_far(entry: RankedVacancy) -> str:
    parts = entry.score.contributions if entry.score else ()
    return next((part.sentence for part in parts if part.feature == "distance"), "")


def _review_page(
    application_id: UUID,
    handovers: CurrentHandovers,
    service: MatchingService,
    scope: Scope,
    pages: ViewersPages,
    form: Form[Any],
    status: int = 200,
) -> Response:
    match = handovers.get_match(scope, application_id)
    try:
        ranked = service.vacancies_for(scope, str(match.candidate), top=COMPARED).document.ranked
        others = tuple(each for each in ranked if each.vacancy.public_id != match.vacancy)
    except NewFuturesError:  # no index yet: a coach can still say what they think
        others = ()
    return pages.page(
        "coach/review.html",
        status=status,
        match=match,
        others=nearest(others),
        verdicts=[(Verdict.AGREED.value, "I agree"), (Verdict.QUESTIONED.value, "I question it")],
        form=form,
    )
