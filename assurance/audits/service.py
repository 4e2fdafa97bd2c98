"""The audit of a period, read from the database.

The only room of matching that reads equality monitoring, in a transaction of its own role, and only
to add it up.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypedDict, Unpack

from assurance.audits.courses import follow
from assurance.audits.figures import to_report
from assurance.audits.labels import CODES
from assurance.audits.report import Audited, AuditReport
from assurance.audits.store import list_gate, list_people, list_ranked, list_viewed
from assurance.audits.tally import ATTRIBUTES, WEEKS_IN_ORDER, tally
from casework.applications.store import list_reached
from casework.decisions.store import list_decisions
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.errors import ValidationError
from foundation.places.regions import Region
from foundation.settings import Settings

DEFAULT_PERIOD = timedelta(weeks=13)


class Asked(TypedDict, total=False):
    """What of all that happened to audit; what is left out is not narrowed.

    `by` are attributes, all of them if none is named; `policy` is a name, or name@version.
    """

    first: date | None
    last: date | None
    by: Sequence[str]
    prison: str | None
    region: str | None
    policy: str | None


class AuditService:
    """What the doors call for an audit. Apart from what ranks, which may not read monitoring."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    def report(self, scope: Scope, **asked: Unpack[Asked]) -> AuditReport:
        """As `audit_period`, as of the day that rankings are made for."""
        return audit_period(self._database, scope, today=clock.today(self._settings), **asked)


def audit_period(
    database: Database, scope: Scope, *, today: date, **asked: Unpack[Asked]
) -> AuditReport:
    """Audit a period; by default the last 13 weeks.

    Raises:
        ValidationError: the days are the wrong way round, or an attribute or region is not one.
    """
    end, by = asked.get("last") or today, asked.get("by") or ATTRIBUTES
    region = asked.get("region")
    audited = Audited(
        asked.get("first") or end - DEFAULT_PERIOD,
        end,
        asked.get("prison"),
        region,
        asked.get("policy"),
    )
    if audited.first > audited.last:
        raise ValidationError("from", str(audited.first), f"give a day up to {audited.last}")
    for name in by:
        if name not in ATTRIBUTES:
            raise ValidationError("by", name, f"use one of: {', '.join(ATTRIBUTES)}")
    if region is not None and region not in set(Region):
        raise ValidationError("region", region, f"use one of: {', '.join(Region)}")
    with database.monitoring_transaction(scope) as connection:
        people = list_people(connection, audited)
        ranked = list(list_ranked(connection, audited))
        tallies, totals = tally(
            people,
            {name: tuple(CODES.get(name, WEEKS_IN_ORDER)) for name in by},
            list_gate(connection, audited),
            ranked,
            list_viewed(connection, audited),
            follow(
                list_reached(connection),
                list_decisions(connection, audited.first, audited.last),
                audited.first,
                audited.last,
            ),
        )
        audit.insert_event(
            connection,
            "audit",
            "aggregate",
            None,
            first=str(audited.first),
            last=str(audited.last),
            by=[each.coded.attribute for each in tallies],
        )
    policies = tuple(sorted({each.policy for each in ranked}))
    return to_report(audited, today, len(people), policies, tallies, totals)
