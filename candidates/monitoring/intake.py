"""Equality monitoring from CSV and JSON Lines."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from candidates.monitoring.model import Monitoring
from candidates.monitoring.store import upsert_monitoring
from foundation.audit import insert_event
from foundation.database import Database
from foundation.intake.load import IntakeKind
from foundation.intake.template import Column
from foundation.record import Fault, Saved, check


def check_monitoring(values: dict[str, Any]) -> Monitoring | list[Fault]:
    """The record, or everything that is wrong. Of whoever opted out nothing else is looked at."""
    return check(Monitoring, values)


def save_monitoring(connection: Connection[Any], records: Sequence[Monitoring]) -> Saved:
    """Store the records, and that so many were; never what they say, nor of whom."""
    saved = upsert_monitoring(connection, records)
    if saved.inserted or saved.updated:
        counts = {"inserted": saved.inserted, "updated": saved.updated}
        insert_event(connection, "import", "candidate_monitoring", None, **counts)
    return saved


COLUMNS = (
    Column(
        "prison_number",
        "A1234BC",
        "Prison number: a letter, four digits, two letters. The key: importing it again "
        "updates the same person.",
        required=True,
    ),
    Column(
        "opted_out",
        "no",
        "yes if they do not want this to be held. Everything else in the row is then dropped, and "
        "so is what was held before; they are counted only as opted out.",
    ),
    Column("sex", "MALE", "Sex, as they said. Empty: not stated."),
    Column("gender_identity", "SAME_AS_REGISTERED", "Gender identity. Empty: not stated."),
    Column("age_band", "FROM_30_TO_39", "Age in years, as a band. Empty: not stated."),
    Column("ethnicity", "MIXED", "Ethnic group, as they said. Empty: not stated."),
    Column("disability", "NOT_DISABLED", "Whether they are disabled, as they said."),
    Column("religion", "NO_RELIGION", "Religion or belief. Empty: not stated."),
    Column("sexual_orientation", "NOT_STATED", "Sexual orientation. Empty: not stated."),
    Column("nationality", "BRITISH", "Nationality. Empty: not stated."),
)

MONITORING: IntakeKind[Monitoring] = IntakeKind(
    columns=tuple(column.name for column in COLUMNS),
    required=tuple(column.name for column in COLUMNS if column.required),
    from_cells=dict,
    from_object=lambda values: values,
    check=check_monitoring,
    key=lambda record: record.prison_number,
    save=save_monitoring,
    transaction=Database.monitoring_transaction,
)
