"""The list of people that a lead works through."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BeforeValidator, Field

from casework.people.model import EXPORT_COLUMNS, NEED_BANDS, PeopleFilter, PeopleSort
from foundation.errors import ValidationError
from foundation.places.prisons import prison_name
from foundation.vocabulary import ReadinessStatus, Role, Sector
from web.auth.rules import only
from web.auth.viewer import CurrentViewer
from web.dependencies import CurrentCasework, CurrentPages, CurrentScope
from web.forms.exports import csv_response
from web.forms.filters import PagedQuery, csv_address, read_filter, require_page
from web.forms.forms import PAGE_SIZE, PrisonCode, Words, refused
from web.view.rendering import page_links

router = APIRouter(include_in_schema=False, dependencies=[only(Role.PRISON_EMPLOYMENT_LEAD)])

MESSAGES = {
    "weeks_from": "Weeks to release must be a whole number, 0 or more",
    "weeks_to": "Weeks to release must be a whole number, 0 or more",
    "readiness": "Choose how ready people are from the list",
    "need": "Choose a need band from the list",
    "sort": "Choose an order from the list",
}
ORDERS = {
    PeopleSort.RELEASE_DATE: "Release soonest",
    PeopleSort.NAME: "Surname",
    PeopleSort.READY_SINCE: "Ready longest",
}
Weeks = Annotated[
    Annotated[int, Field(ge=0, le=5200)] | None, BeforeValidator(lambda value: value or None)
]


class PeopleOf(PagedQuery):
    """Which people to list."""

    words: Words = ""
    prison: PrisonCode = ""
    weeks_from: Weeks = None
    weeks_to: Weeks = None
    readiness: ReadinessStatus | Literal[""] = ""
    sector: Sector | Literal[""] = ""
    need: Literal["", "LOWER", "MEDIUM", "HIGHER"] = ""
    no_shortlist: Literal["", "yes"] = ""
    ready_from: Annotated[date | None, BeforeValidator(lambda value: value or None)] = None
    first_for: Annotated[UUID | None, BeforeValidator(lambda value: value or None)] = None
    sort: PeopleSort = PeopleSort.RELEASE_DATE

    def filter(self) -> PeopleFilter:
        """Return the query as the service's filter."""
        return PeopleFilter(
            words=self.words,
            prison=self.prison or None,
            weeks_from=self.weeks_from,
            weeks_to=self.weeks_to,
            readiness=ReadinessStatus(self.readiness) if self.readiness else None,
            sector=Sector(self.sector) if self.sector else None,
            need=self.need or None,
            without_shortlist=self.no_shortlist == "yes",
            ready_from=self.ready_from,
            first_for=self.first_for,
        )


def people_address(wanted: PeopleFilter) -> str:
    """Return the address of the list with this filter."""
    given = {
        "words": wanted.words,
        "prison": wanted.prison,
        "weeks_from": wanted.weeks_from,
        "weeks_to": wanted.weeks_to,
        "readiness": wanted.readiness and wanted.readiness.value,
        "sector": wanted.sector and wanted.sector.value,
        "need": wanted.need,
        "no_shortlist": "yes" if wanted.without_shortlist else None,
        "ready_from": wanted.ready_from,
        "first_for": wanted.first_for,
    }
    kept = "&".join(f"{name}={value}" for name, value in given.items() if value not in (None, ""))
    return f"/people?{kept}".removesuffix("?")


@router.get("/people")
def list_people(
    request: Request,
    viewer: CurrentViewer,
    casework: CurrentCasework,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """List the people of the lead's prisons, one page at a time."""
    form = read_filter(PeopleOf, request.query_params, MESSAGES)
    prisons = sorted(viewer.account.prisons, key=prison_name)
    context: dict[str, Any] = {
        "statuses": ReadinessStatus,
        "sectors": Sector,
        "needs": NEED_BANDS,
        "orders": ORDERS,
        "prisons": [(code, prison_name(code)) for code in prisons],
    }
    if form.value is None:
        return pages.page("lead/people.html", status=422, form=form, **context)
    asked = form.value
    try:
        found = casework.list_people(
            scope, asked.filter(), asked.sort, page=asked.page, size=PAGE_SIZE
        )
    except ValidationError:
        form = refused(form, "weeks_from", "The first week must not be after the last")
        return pages.page("lead/people.html", status=422, form=form, **context)
    require_page(found.items, asked.page)
    links = page_links(request.query_params, number=asked.page, total=found.total, size=PAGE_SIZE)
    csv = csv_address("/people", request.query_params)
    return pages.page("lead/people.html", form=form, found=found, links=links, csv=csv, **context)


@router.get("/people.csv")
def export_people(request: Request, casework: CurrentCasework, scope: CurrentScope) -> Response:
    """Return the whole list as a file."""
    form = read_filter(PeopleOf, request.query_params, MESSAGES)
    if form.value is None:
        raise ValidationError("query", "", "; ".join(form.errors.values()))
    rows = casework.export_people(scope, form.value.filter(), form.value.sort)
    return csv_response("people", EXPORT_COLUMNS, rows)
