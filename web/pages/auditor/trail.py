"""The audit trail: who did what to which kind of record, and when."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BeforeValidator, Field
from starlette.datastructures import QueryParams

from assurance.trail.service import TRAIL_COLUMNS, Doing, TrailFilter
from foundation.errors import ValidationError
from foundation.vocabulary import Role
from web.auth.rules import only
from web.dependencies import CurrentPages, CurrentScope, CurrentTrail
from web.forms.exports import csv_response
from web.forms.filters import csv_address, read_filter
from web.forms.forms import Query, Words, refused

router = APIRouter(prefix="/trail", include_in_schema=False, dependencies=[only(Role.AUDITOR)])

MESSAGES = {
    "first": "Enter the first day as a date, such as 2026-11-22",
    "last": "Enter the last day as a date, such as 2026-11-22",
    "doing": "Choose what was done from the list",
    "subject": "Choose a kind of record from the list",
    "order": "Choose an order from the list",
    "beyond": "Go through the list by its own links",
}
# How the words of the trail are read; any other is shown as it stands.
DID = {
    "view": "Looked at",
    "list": "Listed",
    "export": "Took away as a file",
    "insert": "Added",
    "update": "Changed",
    "delete": "Deleted",
    "audit": "Audited",
}
KINDS = {
    "aggregate": "Figures about groups",
    "audit_event": "The audit trail",
    "candidate": "A person",
    "people": "People",
    "vacancies": "A vacancy’s shortlist",
}
ROLES = {role.value: role.label for role in Role}
OptionalDay = Annotated[date | None, BeforeValidator(lambda value: value or None)]


class TrailOf(Query):
    """Which part of the trail to show."""

    first: OptionalDay = None
    last: OptionalDay = None
    actor: Words = ""
    doing: Doing | Literal[""] = ""
    subject: Words = ""
    order: Literal["newest", "oldest"] = "newest"
    beyond: Annotated[int | None, Field(ge=1)] = None

    def filter(self) -> TrailFilter:
        """Return the query as the service's filter."""
        return TrailFilter(
            self.first,
            self.last,
            self.actor,
            self.doing or None,
            self.subject,
            self.order == "newest",
        )


@router.get("")
def show_trail(
    request: Request, trail: CurrentTrail, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """Show part of the trail, one page at a time."""
    form = read_filter(TrailOf, request.query_params, MESSAGES)
    context: dict[str, Any] = {"doings": Doing, "did": DID, "kinds": KINDS, "role_labels": ROLES}
    if form.value is None:
        return pages.page("admin/trail.html", status=422, form=form, **context)
    try:
        found = trail.read(scope, form.value.filter(), beyond=form.value.beyond)
    except ValidationError:
        form = refused(form, "first", "The first day must not be after the last")
        return pages.page("admin/trail.html", status=422, form=form, **context)
    beyond = form.value.beyond if form.value else None
    kept = [(name, text) for name, text in request.query_params.items() if name != "beyond"]
    return pages.page(
        "admin/trail.html",
        form=form,
        found=found,
        more=f"?{QueryParams([*kept, ('beyond', str(found.beyond))])}" if found.beyond else "",
        start=f"/trail?{QueryParams(kept)}" if beyond else "",
        csv=csv_address("/trail", QueryParams(kept)),
        **context,
    )


@router.get(".csv")
def export_trail(request: Request, trail: CurrentTrail, scope: CurrentScope) -> Response:
    """Return the whole list as a file."""
    form = read_filter(TrailOf, request.query_params, MESSAGES)
    if form.value is None:
        raise ValidationError("query", "", "; ".join(form.errors.values()))
    return csv_response("audit-trail", TRAIL_COLUMNS, trail.export(scope, form.value.filter()))
