"""The aggregate audit as a page, and every figure of it as CSV."""

from typing import Any

from fastapi import APIRouter, Request, Response

from assurance.audits.labels import attribute_label
from assurance.audits.rows import to_csv
from assurance.audits.tally import ATTRIBUTES
from foundation.errors import ValidationError
from foundation.places.regions import Region
from web.auth.rules import AUDIT_READERS, only
from web.dependencies import AggregateScope, CurrentAudits, CurrentPages, CurrentService
from web.forms.forms import MESSAGES, AuditOf, read_form, refused

router = APIRouter(prefix="/audit", include_in_schema=False, dependencies=[only(*AUDIT_READERS)])


@router.get("")
def show_audit(
    request: Request,
    service: CurrentService,
    audits: CurrentAudits,
    scope: AggregateScope,
    pages: CurrentPages,
) -> Response:
    """Show who got how far, one attribute at a time, in charts and tables."""
    form = read_form(AuditOf, request.query_params)
    context: dict[str, Any] = {
        "attributes": [(name, attribute_label(name)) for name in ATTRIBUTES],
        "regions": Region,
        "policies": service.list_policies(scope),
        "csv": f"/audit.csv?{request.query_params}".removesuffix("?"),
    }
    if form.value is None:
        return pages.page("audit.html", status=422, form=form, **context)
    try:
        report = audits.report(scope, **form.value.asked())
    except ValidationError as error:
        field = "first" if error.field == "from" else error.field
        form = refused(form, field, MESSAGES[field])
        return pages.page("audit.html", status=422, form=form, **context)
    return pages.page("audit.html", form=form, report=report, **context)


@router.get(".csv")
def download_audit(request: Request, audits: CurrentAudits, scope: AggregateScope) -> Response:
    """Return every figure as a row of CSV."""
    form = read_form(AuditOf, request.query_params)
    if form.value is None:
        raise ValidationError("query", str(request.query_params), "; ".join(form.errors.values()))
    report = audits.report(scope, **form.value.asked())
    part = f"-{form.value.section}" if form.value.section else ""
    name = f"audit{part}-{report.first}-{report.last}.csv"
    return Response(
        to_csv(report, form.value.section or None),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )
