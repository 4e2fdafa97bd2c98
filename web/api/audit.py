"""The aggregate audit, as JSON."""

from typing import Annotated

from fastapi import APIRouter, Query

from assurance.audits.report import AuditReport
from web.api.answers import RESPONSES
from web.auth.rules import AUDIT_READERS, only
from web.dependencies import AggregateScope, CurrentAudits
from web.forms.forms import AuditOf

router = APIRouter(
    prefix="/api/v1/audit", tags=["audit"], dependencies=[only(*AUDIT_READERS)], responses=RESPONSES
)


@router.get("")
def get_audit(
    wanted: Annotated[AuditOf, Query()], audits: CurrentAudits, scope: AggregateScope
) -> AuditReport:
    """Who got how far, by group; sums only, with small numbers hidden."""
    return audits.report(scope, **wanted.asked())
