"""Standing policies, and how a policy is added, signed and ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import Connection

from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.errors import NotFoundError, ValidationError
from foundation.settings import Settings
from foundation.vocabulary import Code, Role
from matching.fairness.policy import Kind
from matching.fairness.record import Attribute, PolicyRecord, Tier
from matching.policies.store import (
    get_policy,
    insert_missing_policies,
    insert_policy,
    list_policies,
    list_versions,
)

DEFAULT_POLICY = Kind.FLOOR.value

NEED = (Attribute.NEED_BAND,)
OWNER = "The organisation that runs this service"
CREAMING = (
    "Placement schemes that are paid by results work with those who are easiest to place and park "
    "the others; floors by need keep people who find work harder to get in view."
)
COMPARISON = "For comparison with the exact floors; not meant for daily use."
# In units of score, so it goes with the weights: a chance of one in twenty. Almost everybody in a
# list has that much, and that is the point: whoever a biased score pushes under the threshold can
# no longer be lifted. Measured in docs/decisions/0016-relevance-threshold.md.
RELEVANT = 0.05
EARLIER = (0.25, 0.1)  # what it was with the scores of earlier weights


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
    """Add missing standing policies to a database, and bring old ones up to date.

    A standing policy that nobody has signed or changed gets a next version where its relevance
    threshold is one of `EARLIER`; its older version stays, and so do the runs that name it.
    """
    with database.transaction(Scope("set-up")) as connection:
        insert_missing_policies(connection, STANDING)
        newest = {policy.name: policy for policy in list_policies(connection)}
        for policy in STANDING:
            found = newest[policy.name]
            before = {"version": found.version, "relevance_threshold": found.relevance_threshold}
            untouched = found == policy.model_copy(update=before)
            if untouched and found.relevance_threshold in EARLIER:
                due = policy.model_copy(update={"version": found.version + 1})
                _keep(connection, due, "revise")


def get_policies(database: Database, scope: Scope, name: str | None = None) -> list[PolicyRecord]:
    """Return the newest version of every policy, or of the one named."""
    with database.transaction(scope) as connection:
        return list_policies(connection) if name is None else [get_policy(connection, name)]


def add_policy(database: Database, scope: Scope, policy: PolicyRecord) -> None:
    """Insert a new policy, or the next version of one.

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
    """Sign a policy: insert its next version, approved by a named person until a day.

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
    """End a policy after today by inserting its next version.

    Raises:
        NotFoundError: no such policy.
    """
    with database.transaction(scope) as connection:
        current = get_policy(connection, name)
        starts = min(current.valid_from or today, today)
        return _amend(connection, name, valid_from=starts, valid_until=today)


class PolicyState(Code):
    """Whether a policy can order people today (our own states)."""

    IN_FORCE = "IN_FORCE", "In force"
    UNSIGNED = "UNSIGNED", "Not signed"
    NOT_YET = "NOT_YET", "Not yet in force"
    ENDED = "ENDED", "Ended"
    BY_HAND = "BY_HAND", "For a person only"


@dataclass(frozen=True, slots=True)
class PolicyStanding:
    """A policy and its state today."""

    policy: PolicyRecord
    state: PolicyState


@dataclass(frozen=True, slots=True)
class PolicyFilter:
    """Which policies a list shows, and whether by name or by end date."""

    state: PolicyState | None = None
    tier: Tier | None = None
    by_end: bool = False


POLICY_COLUMNS = (
    "policy",
    "kind",
    "groups",
    "tier",
    "state",
    "owner",
    "approved_by",
    "valid_from",
    "valid_until",
    "aim",
)


class PolicyService:
    """Policies for administrators; any other role gets NotFoundError."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    def list_policies(self, scope: Scope, policy_filter: PolicyFilter) -> list[PolicyStanding]:
        """Return the newest version of policy policy that passes the filter."""
        _require_administrator(scope)
        today = clock.today(self._settings)
        with self._database.transaction(scope) as connection:
            every = [
                PolicyStanding(policy, _state(policy, today))
                for policy in list_policies(connection)
            ]
        found = [
            standing
            for standing in every
            if policy_filter.state in (None, standing.state)
            and policy_filter.tier in (None, standing.policy.tier)
        ]
        if policy_filter.by_end:
            found.sort(key=lambda standing: standing.policy.valid_until or date.max)
        return found

    def export_policies(
        self, scope: Scope, policy_filter: PolicyFilter
    ) -> Iterator[tuple[object, ...]]:
        """Return those policies as rows of `POLICY_COLUMNS`, and audit the export."""
        found = self.list_policies(scope, policy_filter)
        with self._database.transaction(scope) as connection:
            audit.insert_event(connection, "export", "fairness_policy", None, rows=len(found))
        return (_row(each) for each in found)

    def list_versions(self, scope: Scope, name: str) -> list[PolicyStanding]:
        """Return every version of a policy, newest first, or raise NotFoundError."""
        _require_administrator(scope)
        today = clock.today(self._settings)
        with self._database.transaction(scope) as connection:
            found = list_versions(connection, name)
        if not found:
            raise NotFoundError("there is no such policy")
        return [PolicyStanding(each, _state(each, today)) for each in found]

    def approve(self, scope: Scope, name: str, *, by: str, until: date) -> PolicyRecord:
        """Sign a policy from today, as `approve_policy`."""
        _require_administrator(scope)
        today = clock.today(self._settings)
        return approve_policy(self._database, scope, name, by=by, until=until, today=today)

    def end(self, scope: Scope, name: str) -> PolicyRecord:
        """End a policy after today, as `end_policy`."""
        _require_administrator(scope)
        today = clock.today(self._settings)
        return end_policy(self._database, scope, name, today=today)


def _require_administrator(scope: Scope) -> None:
    if scope.role not in (None, Role.ADMINISTRATOR):
        raise NotFoundError("policies are kept by administrators")


def _state(policy: PolicyRecord, today: date) -> PolicyState:
    if policy.tier is Tier.T2:
        return PolicyState.BY_HAND
    if policy.valid_until is not None and policy.valid_until < today:
        return PolicyState.ENDED
    if policy.tier is Tier.T1 and (policy.approved_by is None or policy.valid_until is None):
        return PolicyState.UNSIGNED
    if policy.valid_from is not None and today < policy.valid_from:
        return PolicyState.NOT_YET
    return PolicyState.IN_FORCE


def _row(standing: PolicyStanding) -> tuple[object, ...]:
    policy = standing.policy
    return (
        policy.id,
        policy.kind.value,
        ", ".join(group.label for group in policy.groups),
        policy.tier.value,
        standing.state.label,
        policy.owner,
        policy.approved_by,
        policy.valid_from,
        policy.valid_until,
        policy.aim,
    )


def _amend(connection: Connection[Any], name: str, **changes: object) -> PolicyRecord:
    current = get_policy(connection, name)
    values = current.model_dump() | changes | {"version": current.version + 1}
    changed = PolicyRecord.model_validate(values)
    _keep(connection, changed, "approve" if "approved_by" in changes else "end")
    return changed


def _keep(connection: Connection[Any], policy: PolicyRecord, action: str) -> None:
    insert_policy(connection, policy)
    audit.insert_event(connection, action, "fairness_policy", None, policy=policy.id)
