"""Policies that exist from the start, and how one is added, signed and ended."""

from datetime import date
from typing import Any

from psycopg import Connection

from foundation import audit
from foundation.database import Database, Scope
from foundation.errors import ValidationError
from matching.fairness.policy import Kind
from matching.fairness.record import Attribute, PolicyRecord, Tier
from matching.policy_store import get_policy, insert_missing_policies, insert_policy, list_policies

DEFAULT_POLICY = Kind.FLOOR.value

NEED = (Attribute.NEED_BAND,)
OWNER = "The organisation that runs this service"
CREAMING = (
    "Placement schemes that are paid by results work with those who are easiest to place and park "
    "the others; floors by need keep people who find work harder to get in view."
)
COMPARISON = "For comparison with the exact floors; not meant for daily use."
# Distance, dates, hours and a wish come to 28 points of 100 without any evidence, so whoever has
# less shows nothing that is asked for. At 40 points, planted bias was hardly repaired.
RELEVANT = 0.25


def _standing(kind: Kind, aim: str, evidence: str, **parts: object) -> PolicyRecord:
    given: dict[str, object] = {"groups": NEED, "relevance_threshold": RELEVANT, **parts}
    return PolicyRecord.model_validate(
        {"name": kind, "kind": kind, "owner": OWNER, "aim": aim, "evidence": evidence, **given}
    )


STANDING = (
    _standing(Kind.NONE, "Order by score only.", "The baseline of every other policy.", groups=()),
    _standing(
        Kind.FLOOR,
        "Every part of a list holds people of each need band in proportion to those who fit.",
        CREAMING,
    ),
    _standing(
        Kind.FLOOR_CEILING,
        "As floor, and no need band takes more than its proportion either.",
        CREAMING,
    ),
    _standing(
        Kind.STATISTICAL,
        "No part of a list holds fewer of a need band than chance would at a level of 10 %.",
        "The ranked group fairness test of FA*IR (Zehlike et al., 2017), adjusted.",
        places=100,
    ),
    _standing(
        Kind.DET_GREEDY,
        "Each need band in proportion, by a published method that fills each place greedily.",
        COMPARISON,
    ),
    _standing(
        Kind.DET_CONS,
        "Each need band in proportion, by a published method that is careful of later places.",
        COMPARISON,
    ),
    _standing(
        Kind.DET_RELAXED,
        "Each need band in proportion, by a published method that is less careful of them.",
        COMPARISON,
    ),
    _standing(
        Kind.DET_CONST_SORT,
        "Each need band in proportion, by a published method that sorts within limits.",
        COMPARISON,
    ),
    _standing(
        Kind.MULTI,
        "Floors by need band and by weeks waited without a shortlist at once.",
        CREAMING,
        groups=(Attribute.NEED_BAND, Attribute.WAIT_BAND),
        places=20,
    ),
    _standing(
        Kind.ADDITIVE,
        "The list by score stays; places are added until each need band has its proportion.",
        "Outreach that displaces nobody; needs a signature, because employers see more people.",
        tier=Tier.T1,
        places=10,
    ),
    _standing(
        Kind.AMORTISED,
        "Whoever was seen less than their scores merited over the last weeks comes forward, as far "
        "as each list keeps 95 % of its value.",
        "Equity of attention (Biega et al., 2018), with the controller of Morik et al. (2020).",
    ),
    _standing(
        Kind.ALLOCATION,
        "People whom the newest plan puts before many employers give way to others who fit, with "
        "floors by need band.",
        "Prices of the plan that `newfutures allocate` made over all open vacancies.",
    ),
)


def ensure_policies(database: Database) -> None:
    """Add the standing policies to a database that lacks them."""
    with database.transaction(Scope("set-up")) as connection:
        insert_missing_policies(connection, STANDING)


def get_policies(database: Database, scope: Scope, name: str | None = None) -> list[PolicyRecord]:
    """The newest version of every policy, or the one named; NotFoundError if there is none."""
    with database.transaction(scope) as connection:
        return list_policies(connection) if name is None else [get_policy(connection, name)]


def add_policy(database: Database, scope: Scope, policy: PolicyRecord) -> None:
    """Keep a new policy, or the next version of one.

    Raises:
        ValidationError: the version is not the next.
    """
    with database.transaction(scope) as connection:
        known = {each.name: each.version for each in list_policies(connection)}
        due = known.get(policy.name, 0) + 1
        if policy.version != due:
            raise ValidationError("version", policy.version, f"the next of {policy.name} is {due}")
        _keep(connection, policy, "add")


def approve_policy(
    database: Database, scope: Scope, name: str, *, by: str, until: date, today: date
) -> PolicyRecord:
    """Sign a policy: its next version, approved by a named person, until a day.

    Raises:
        NotFoundError: no such policy.
        ValidationError: the day is past, or nobody is named.
    """
    if until < today:
        raise ValidationError("until", str(until), "give a day that has not passed")
    if not by.strip():
        raise ValidationError("by", by, "name the person who approves it")
    with database.transaction(scope) as connection:
        return _amend(connection, name, approved_by=by, valid_from=today, valid_until=until)


def end_policy(database: Database, scope: Scope, name: str, *, today: date) -> PolicyRecord:
    """End a policy after today: its next version says so.

    Raises:
        NotFoundError: no such policy.
    """
    with database.transaction(scope) as connection:
        current = get_policy(connection, name)
        starts = min(current.valid_from or today, today)
        return _amend(connection, name, valid_from=starts, valid_until=today)


def _amend(connection: Connection[Any], name: str, **changes: object) -> PolicyRecord:
    current = get_policy(connection, name)
    values = current.model_dump() | changes | {"version": current.version + 1}
    changed = PolicyRecord.model_validate(values)
    _keep(connection, changed, "approve" if "approved_by" in changes else "end")
    return changed


def _keep(connection: Connection[Any], policy: PolicyRecord, action: str) -> None:
    insert_policy(connection, policy)
    audit.insert_event(connection, action, "fairness_policy", None, policy=policy.id)
