"""Brokers' pages of employers: the list, and one employer with its vacancies."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from employers.directory.model import EmployerFilter, EmployerSort
from employers.directory.service import EMPLOYER_COLUMNS
from employers.model import VacancyFilter
from foundation.errors import ValidationError
from foundation.vocabulary import EmployerSector, EmployerStatus, Role
from web.auth.rules import only
from web.dependencies import (
    CurrentDirectory,
    CurrentPages,
    CurrentScope,
    CurrentService,
    public_id,
)
from web.forms.exports import csv_response
from web.forms.filters import PagedQuery, csv_address, read_filter, require_page
from web.forms.forms import PAGE_SIZE, Form, Words, invalid_form
from web.forms.posted import CurrentForm
from web.view.notices import redirect_with_notice
from web.view.rendering import page_links

router = APIRouter(
    prefix="/employers", include_in_schema=False, dependencies=[only(Role.NFN_BROKER)]
)

MESSAGES = {
    "industry": "Choose an industry from the list",
    "status": "Choose a standing from the list",
    "sort": "Choose an order from the list",
    "show": "Choose all employers, or those with open vacancies",
}


class EmployersOf(PagedQuery):
    """Which employers to list, in what order."""

    words: Words = ""
    industry: EmployerSector | Literal[""] = ""
    status: EmployerStatus | Literal[""] = ""
    show: Literal["all", "hiring"] = "all"
    sort: EmployerSort = EmployerSort.NAME

    def filter(self) -> EmployerFilter:
        """Return the query as the service's filter."""
        return EmployerFilter(
            self.words, self.industry or None, self.status or None, self.show == "hiring"
        )


class VacanciesOf(PagedQuery):
    """Which of an employer's vacancies to list."""

    show: Literal["open", "all"] = "open"


async def get_employer_id(employer_id: str) -> UUID:
    """The employer in the address."""
    return UUID(public_id(employer_id))


EmployerId = Annotated[UUID, Depends(get_employer_id)]


@router.get("")
def list_employers(
    request: Request, directory: CurrentDirectory, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """List employers that match the form, one page at a time."""
    form = read_filter(EmployersOf, request.query_params, MESSAGES)
    context: dict[str, Any] = {
        "form": form,
        "industries": EmployerSector,
        "statuses": EmployerStatus,
        "sorts": EmployerSort,
    }
    if form.value is None:
        return pages.page("admin/employers.html", status=422, **context)
    number = form.value.page
    found = directory.list_employers(
        scope, form.value.filter(), form.value.sort, page=number, size=PAGE_SIZE
    )
    require_page(found.items, number)
    links = page_links(request.query_params, number=number, total=found.total, size=PAGE_SIZE)
    csv = csv_address("/employers", request.query_params)
    return pages.page("admin/employers.html", found=found, links=links, csv=csv, **context)


@router.get(".csv")
def export_employers(
    request: Request, directory: CurrentDirectory, scope: CurrentScope
) -> Response:
    """Return the whole list as a file."""
    form = read_filter(EmployersOf, request.query_params, MESSAGES)
    if form.value is None:
        raise ValidationError("query", "", "; ".join(form.errors.values()))
    rows = directory.export_employers(scope, form.value.filter(), form.value.sort)
    return csv_response("employers", EMPLOYER_COLUMNS, rows)


@router.get("/{employer_id}")
def show_employer(
    request: Request,
    employer_id: EmployerId,
    directory: CurrentDirectory,
    service: CurrentService,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show one employer, its status, and its vacancies."""
    return _employer_page(request, employer_id, directory, service, scope, pages)


@router.post("/{employer_id}/status")
def change_status(
    request: Request,
    employer_id: EmployerId,
    sent: CurrentForm,
    directory: CurrentDirectory,
    service: CurrentService,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Change an employer's status."""
    chosen = sent.text("status")
    if chosen not in EmployerStatus.__members__:
        errors = invalid_form({"status": "Choose a standing"})
        return _employer_page(
            request, employer_id, directory, service, scope, pages, standing=errors
        )
    directory.change_status(scope, employer_id, EmployerStatus(chosen))
    return redirect_with_notice(f"/employers/{employer_id}", "standing-changed")


def _employer_page(
    request: Request,
    employer_id: UUID,
    directory: CurrentDirectory,
    service: CurrentService,
    scope: CurrentScope,
    pages: CurrentPages,
    standing: Form[Any] | None = None,
) -> Response:
    employer = directory.get_employer(scope, employer_id)
    form = read_filter(VacanciesOf, request.query_params, MESSAGES)
    wanted = form.value or VacanciesOf()
    narrowed = VacancyFilter(
        open_on=service.today if wanted.show == "open" else None, employer_id=employer.id
    )
    found = service.list_vacancies(scope, narrowed, page=wanted.page, size=PAGE_SIZE)
    require_page(found.items, wanted.page)
    links = page_links(request.query_params, number=wanted.page, total=found.total, size=PAGE_SIZE)
    return pages.page(
        "admin/employer.html",
        status=422 if standing or form.value is None else 200,
        employer=employer,
        form=standing or form,
        show=wanted.show,
        statuses=EmployerStatus,
        found=found,
        links=links,
        today=service.today,
    )
