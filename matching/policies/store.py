"""SQL of policies, whose versions are written once. Functions never commit."""

from typing import Any

from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from foundation.errors import NotFoundError, ValidationError
from matching.fairness.record import PolicyRecord


def insert_policy(connection: Connection[Any], policy: PolicyRecord) -> None:
    """Insert a new version of a policy.

    Raises:
        ValidationError: that version exists.
    """
    try:
        with connection.transaction():
            connection.execute(_INSERT, _values(policy))
    except UniqueViolation as error:
        raise ValidationError(
            "version", policy.version, f"{policy.id} exists; a change needs the next version"
        ) from error


def insert_missing_policies(connection: Connection[Any], policies: tuple[PolicyRecord, ...]) -> int:
    """Insert policies of which no version exists; return how many."""
    known = {policy.name for policy in list_policies(connection)}
    missing = [policy for policy in policies if policy.name not in known]
    for policy in missing:
        connection.execute(f"{_INSERT} ON CONFLICT DO NOTHING".encode(), _values(policy))
    return len(missing)


def get_policy(connection: Connection[Any], name: str) -> PolicyRecord:
    """Return a policy's newest version, or the one in `name@version`; NotFoundError if none."""
    plain, _, version = name.strip().lower().partition("@")
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(
            f"{_SELECT} WHERE name = %(name)s"
            " AND (%(version)s::text = '' OR version::text = %(version)s)"
            " ORDER BY version DESC LIMIT 1".encode(),
            {"name": plain, "version": version},
        )
        row = cursor.fetchone()
    if row is None:
        known = ", ".join(policy.name for policy in list_policies(connection))
        raise NotFoundError(f"no policy {name!r}; there are: {known}")
    return PolicyRecord.model_validate(row)


def list_versions(connection: Connection[Any], name: str) -> list[PolicyRecord]:
    """Return every version of a policy, newest first; empty if there is none."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(f"{_SELECT} WHERE name = %s ORDER BY version DESC".encode(), [name])
        return [PolicyRecord.model_validate(row) for row in cursor]


def list_policies(connection: Connection[Any]) -> list[PolicyRecord]:
    """Return the newest version of each policy, by name."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(f"{_NEWEST} ORDER BY name, version DESC".encode())
        return [PolicyRecord.model_validate(row) for row in cursor]


def _values(policy: PolicyRecord) -> dict[str, Any]:
    values = policy.model_dump(mode="json")
    return values | {"targets": None if policy.targets is None else Jsonb(values["targets"])}


_COLUMNS = (
    "name, version, kind, groups, targets, shrinkage, alpha, min_ndcg, places,"
    " relevance_threshold, tier, owner, aim, evidence, approved_by, valid_from, valid_until"
)
_SELECT = f"SELECT {_COLUMNS} FROM fairness_policy"  # noqa: S608
_NEWEST = f"SELECT DISTINCT ON (name) {_COLUMNS} FROM fairness_policy"  # noqa: S608
_INSERT = f"""
INSERT INTO fairness_policy ({_COLUMNS}) VALUES (
    %(name)s, %(version)s, %(kind)s, %(groups)s, %(targets)s, %(shrinkage)s, %(alpha)s,
    %(min_ndcg)s, %(places)s, %(relevance_threshold)s, %(tier)s, %(owner)s, %(aim)s, %(evidence)s,
    %(approved_by)s, %(valid_from)s, %(valid_until)s)
"""  # noqa: S608
