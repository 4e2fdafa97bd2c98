"""The overview: totals by region and month for brokers (of their regions) and auditors."""

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from starlette.datastructures import QueryParams

from assurance.overview.figures import GroupedBy
from assurance.overview.service import OVERVIEW_COLUMNS, OverviewFilter
from foundation.errors import ValidationError
from foundation.places.regions import Region
from foundation.vocabulary import Role
from web.auth.rules import only
from web.auth.viewer import CurrentViewer
from web.dependencies import AggregateScope, CurrentOverview, CurrentPages
from web.forms.exports import csv_response
from web.forms.filters import read_filter
from web.forms.forms import Query

router = APIRouter(
    prefix="/overview",
    include_in_schema=False,
    dependencies=[only(Role.NFN_BROKER, Role.AUDITOR)],
)

MESSAGES = {"by": "Choose regions or months", "period": "Choose a period from the list"}


class OverviewOf(Query):
    """Which figures to show."""

    by: GroupedBy = GroupedBy.REGION
    period: Literal["year", "all"] = "year"
    table: str = ""

    def filter(self, regions: tuple[Region, ...]) -> OverviewFilter:
        """Return the query as the service's filter."""
        return OverviewFilter(regions, self.by, 12 if self.period == "year" else None)


@router.get("")
def show_overview(
    request: Request,
    viewer: CurrentViewer,
    overview: CurrentOverview,
    scope: AggregateScope,
    pages: CurrentPages,
) -> Response:
    """Show every table, each with its bars and its file."""
    form = read_filter(OverviewOf, request.query_params, MESSAGES)
    own = viewer.account.regions
    named = () if set(own) == set(Region) else own
    context: dict[str, Any] = {"form": form, "groupings": GroupedBy, "own": named}
    if form.value is None:
        return pages.page("overview/overview.html", status=422, **context)
    tables = overview.tables(scope, form.value.filter(own or tuple(Region)))
    kept = {"by": form.value.by.value, "period": form.value.period}
    csv = f"/overview.csv?{QueryParams(kept)}"
    return pages.page("overview/overview.html", tables=tables, csv=csv, **context)


@router.get(".csv")
def export_overview(
    request: Request, viewer: CurrentViewer, overview: CurrentOverview, scope: AggregateScope
) -> Response:
    """Return the tables, or one of them, as a file."""
    form = read_filter(OverviewOf, request.query_params, MESSAGES)
    if form.value is None:
        raise ValidationError("query", "", "; ".join(form.errors.values()))
    wanted = form.value.filter(viewer.account.regions or tuple(Region))
    return csv_response(
        "overview", OVERVIEW_COLUMNS, overview.export(scope, wanted, form.value.table)
    )
