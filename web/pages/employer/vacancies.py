"""An employer's own vacancies: the list, one vacancy, closing and reopening it."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from casework.applications.model import IntroducedFilter, IntroducedOrder
from employers.model import ClosedReason, StoredVacancy
from employers.posting.answers import WrongAnswerError, day, day_answers
from employers.posting.service import VacancyPage
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.vocabulary import Role
from matching.explain.score import place_of
from web.auth.rules import only
from web.dependencies import (
    CurrentApplications,
    CurrentIntroductions,
    CurrentPages,
    CurrentPosting,
    CurrentScope,
    VacancyId,
)
from web.forms.exports import csv_response
from web.forms.forms import PAGE_SIZE, Form, empty_form, invalid_form
from web.forms.posted import CurrentForm
from web.pages.employer import stages
from web.pages.employer.choices import pairs
from web.pages.employer.queries import OwnVacancies, read_query
from web.pages.employer.questions import vacancy_sections
from web.view.notices import redirect_with_notice
from web.view.rendering import ViewersPages, page_links

PEOPLE_SHOWN = 10
MOST_EXPLAINED = 500
SORTS = (("closing", "Closing soonest"), ("newest", "Newest first"), ("title", "Job title"))
SHOWS = (("open", "Open"), ("closed", "Closed"), ("all", "Open and closed"), ("drafts", "Drafts"))
COLUMNS = (
    "reference",
    "title",
    "type of work",
    "place",
    "people wanted",
    "open",
    "closing date",
    "closed because",
)
read_closing_date = day("Closing date")

router = APIRouter(
    prefix="/employer/vacancies", include_in_schema=False, dependencies=[only(Role.EMPLOYER)]
)
exports = APIRouter(include_in_schema=False, dependencies=[only(Role.EMPLOYER)])


@router.get("")
def list_own_vacancies(
    request: Request, posting: CurrentPosting, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """List the employer's vacancies or drafts, one page at a time."""
    form = read_query(OwnVacancies, request.query_params)
    if form.value is None:
        return _list_page(pages, form, status=422)
    wanted = form.value
    drafts = posting.list_drafts(scope)
    if wanted.show == "drafts":
        return _list_page(pages, form, drafts=drafts, draft_count=len(drafts))
    found = posting.list_own_vacancies(
        scope, show=wanted.showing, order=wanted.sort, page=wanted.page, size=PAGE_SIZE
    )
    if wanted.page > 1 and not found.items:
        raise NotFoundError("the list has no such page")
    links = page_links(request.query_params, number=found.number, total=found.total, size=PAGE_SIZE)
    context = _shown(found, posting.today)
    return _list_page(pages, form, links=links, draft_count=len(drafts), **context)


@exports.get("/employer/vacancies.csv")
def export_own_vacancies(
    request: Request, posting: CurrentPosting, scope: CurrentScope
) -> Response:
    """Return the list as a file, without drafts."""
    form = read_query(OwnVacancies, request.query_params)
    wanted = form.value or OwnVacancies()
    found = posting.export_own_vacancies(scope, show=wanted.showing, order=wanted.sort)
    rows = (_row(stored, stored.is_open(posting.today)) for stored in found)
    return csv_response("vacancies", COLUMNS, rows)


@router.get("/{vacancy_id}")
def show_vacancy(
    vacancy_id: VacancyId,
    posting: CurrentPosting,
    applications: CurrentApplications,
    introductions: CurrentIntroductions,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show one vacancy, its places, and the people put forward for it."""
    stored = posting.get_vacancy(scope, vacancy_id)
    wanted = IntroducedFilter(vacancy=stored.public_id)
    people = introductions.list_people(
        scope, wanted, IntroducedOrder.NEWEST, page=1, size=PEOPLE_SHOWN
    )
    return pages.page(
        "employer/vacancy.html",
        stored=stored,
        is_open=stored.is_open(posting.today),
        sections=vacancy_sections(stored.record),
        places=applications.places(scope, vacancy_id),
        people=people,
        stages=stages,
        form=empty_form(),
    )


@router.get("/{vacancy_id}/close")
def ask_to_close(
    vacancy_id: VacancyId, posting: CurrentPosting, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """Ask why the vacancy is to be closed."""
    return _close_page(pages, posting.get_vacancy(scope, vacancy_id), empty_form())


@router.post("/{vacancy_id}/close")
def close(
    vacancy_id: VacancyId,
    sent: CurrentForm,
    posting: CurrentPosting,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Close it from now on."""
    stored = posting.get_vacancy(scope, vacancy_id)
    if sent.text("reason") not in ClosedReason.__members__:
        form = invalid_form({"reason": "Select why you are closing the vacancy"}, sent.given())
        return _close_page(pages, stored, form, status=422)
    try:
        posting.close(scope, vacancy_id, ClosedReason(sent.text("reason")), sent.text("note"))
    except ValidationError:
        message = "Say in a few words, up to 500 characters, why the vacancy is closed"
        form = invalid_form({"note": message}, sent.given())
        return _close_page(pages, stored, form, status=422)
    except ConflictError as error:
        form = invalid_form({}, sent.given())
        return _close_page(pages, stored, form, status=409, conflict=str(error))
    return redirect_with_notice(f"/employer/vacancies/{vacancy_id}", "vacancy-closed")


@router.get("/{vacancy_id}/reopen")
def ask_to_reopen(
    vacancy_id: VacancyId, posting: CurrentPosting, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """Ask until when it is to be open."""
    stored = posting.get_vacancy(scope, vacancy_id)
    closing = stored.record.closing_date
    gone_by = closing is None or closing < posting.today
    given = {} if gone_by or closing is None else day_answers("closing_date", closing)
    return _reopen_page(pages, stored, invalid_form({}, given))


@router.post("/{vacancy_id}/reopen")
def reopen(
    vacancy_id: VacancyId,
    sent: CurrentForm,
    posting: CurrentPosting,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Reopen it."""
    stored = posting.get_vacancy(scope, vacancy_id)
    given = sent.given()
    try:
        closing = read_closing_date(given, "closing_date")
        posting.reopen(scope, vacancy_id, closing)  # type: ignore[arg-type]
    except WrongAnswerError as error:
        return _reopen_page(
            pages, stored, invalid_form({"closing_date": str(error)}, given), status=422
        )
    except ValidationError:
        message = "Enter a closing date that is today or later"
        return _reopen_page(
            pages, stored, invalid_form({"closing_date": message}, given), status=422
        )
    except ConflictError as error:
        form = invalid_form({}, given)
        return _reopen_page(pages, stored, form, status=409, conflict=str(error))
    return redirect_with_notice(f"/employer/vacancies/{vacancy_id}", "vacancy-reopened")


@router.post("/{vacancy_id}/duplicate")
def duplicate(vacancy_id: VacancyId, posting: CurrentPosting, scope: CurrentScope) -> Response:
    """Start another vacancy with the same answers."""
    draft = posting.duplicate(scope, vacancy_id)
    return redirect_with_notice(f"/employer/drafts/{draft.public_id}", "vacancy-copied")


@router.post("/{vacancy_id}/edit")
def edit(vacancy_id: VacancyId, posting: CurrentPosting, scope: CurrentScope) -> Response:
    """Start to change it; nothing changes until it is published again."""
    draft = posting.edit(scope, vacancy_id)
    return redirect_with_notice(f"/employer/drafts/{draft.public_id}/check")


def _shown(found: VacancyPage, today: Any) -> Mapping[str, Any]:  # noqa: ANN401
    return {"found": found, "rows": [(stored, stored.is_open(today)) for stored in found.items]}


def _list_page(
    pages: ViewersPages,
    form: Form[OwnVacancies],
    *,
    status: int = 200,
    **context: object,
) -> Response:
    return pages.page(
        "employer/vacancies.html", status=status, form=form, sorts=SORTS, shows=SHOWS, **context
    )


def _close_page(
    pages: ViewersPages,
    stored: StoredVacancy,
    form: Form[Any],
    *,
    status: int = 200,
    conflict: str = "",
) -> Response:
    return pages.page(
        "employer/close.html",
        status=status,
        stored=stored,
        reasons=pairs(ClosedReason),
        form=form,
        conflict=conflict,
    )


def _reopen_page(
    pages: ViewersPages,
    stored: StoredVacancy,
    form: Form[Any],
    *,
    status: int = 200,
    conflict: str = "",
) -> Response:
    linked = {f"{name}-day": message for name, message in form.errors.items()}
    return pages.page(
        "employer/reopen.html",
        status=status,
        stored=stored,
        form=form,
        linked=linked,
        conflict=conflict,
    )


def _row(stored: StoredVacancy, is_open: bool) -> tuple[object, ...]:
    record, closure = stored.record, stored.closure
    return (
        record.reference,
        record.title,
        record.sector.label,
        place_of(stored),
        record.number_of_vacancies,
        is_open,
        record.closing_date,
        closure.reason.label if closure else None,
    )
