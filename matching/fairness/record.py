"""The record of a policy that a named person signs, and whether it may run."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from foundation.errors import NewFuturesError, ValidationError
from foundation.record import Day, Record
from matching.fairness.policy import POLICIES, Kind, exact_proportion

Words = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class PolicyError(NewFuturesError):
    """A policy that cannot run: not signed, not in force yet, expired, or for people only."""


class Attribute(StrEnum):
    """What people can be grouped by; nothing else can be a fairness group."""

    NEED_BAND = "need_band"
    WAIT_BAND = "wait_band"
    PRISON = "prison"
    RELEASE_REGION = "release_region"

    @property
    def label(self) -> str:
        """The attribute in words."""
        return self.value.replace("_", " ")


class Tier(StrEnum):
    """Who can let a policy run: T0 on by default; T1 needs a signature; T2 is for a person only."""

    T0 = "T0"
    T1 = "T1"
    T2 = "T2"


PROTECTED = (
    "age",
    "age_band",
    "disability",
    "ethnicity",
    "gender",
    "gender_identity",
    "gender_reassignment",
    "marriage",
    "nationality",
    "pregnancy",
    "race",
    "religion",
    "sex",
    "sexual_orientation",
)
REFUSED = (
    "{name} is a protected characteristic: equality-monitoring data may not be used for decisions "
    "about a particular person (Data Protection Act 2018, Schedule 1, paragraph 8(3)), and a quota "
    "would not be lawful positive action (Equality Act 2010, section 159). Use one of: {allowed}"
)
OFFENCE = (
    "{name}: an offence is a fact for the rules of eligibility and may have no other part in an "
    "order. Use one of: {allowed}"
)


class PolicyRecord(Record):
    """One version of a policy.

    `targets` are proportions by attribute and label; without them each group's target is its share
    among the eligible and relevant, drawn towards the region's share as if `shrinkage` people of
    the region stood beside them. `places` is how many places the constraints reach, all if None.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,49}$")]
    version: Annotated[int, Field(ge=1)] = 1
    kind: Kind
    groups: tuple[Attribute, ...] = ()
    targets: dict[Attribute, dict[str, str]] | None = None
    shrinkage: Annotated[int, Field(ge=0, le=10_000)] = 5
    alpha: Annotated[float, Field(gt=0, lt=1)] = 0.1
    min_ndcg: Annotated[float, Field(ge=0, le=1)] = 0.95
    places: Annotated[int, Field(ge=1, le=1000)] | None = None
    relevance_threshold: Annotated[float, Field(ge=0, le=1)] = 0.0
    tier: Tier = Tier.T0
    owner: Words
    aim: Words
    evidence: Words
    approved_by: Words | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None

    @field_validator("kind", mode="before")
    @classmethod
    def known_kind(cls, value: object) -> object:
        """Accept only a kind that exists."""
        if value not in POLICIES:
            raise ValueError(f"use one of: {', '.join(POLICIES)}")
        return value

    @field_validator("groups", mode="before")
    @classmethod
    def lawful_groups(cls, value: object) -> object:
        """Refuse a protected characteristic or an offence, with the reason."""
        for name in value if isinstance(value, list | tuple) else ():
            refuse_unlawful(str(name))
        return value

    @field_validator("targets", mode="before")
    @classmethod
    def lawful_targets(cls, value: object) -> object:
        """Refuse unlawful groups, and proportions that exceed 1 in total."""
        if not isinstance(value, Mapping):
            return value
        for attribute, shares in value.items():
            refuse_unlawful(str(attribute))
            if not isinstance(shares, Mapping):
                raise ValueError("give a proportion for each label")
            try:
                whole = sum(exact_proportion(share) for share in shares.values())
            except ValidationError as error:
                raise ValueError(error.allowed) from error
            if whole > 1:
                raise ValueError(f"the proportions of {attribute} come to more than 1")
        return {key: {k: str(v) for k, v in shares.items()} for key, shares in value.items()}

    @model_validator(mode="after")
    def parts_agree(self) -> Self:
        """Check that groups, targets, dates and tier fit the kind."""
        most = len(Attribute) if self.kind is Kind.MULTI else 1
        if self.kind is not Kind.NONE and not 1 <= len(set(self.groups)) <= most:
            raise ValueError(
                f"{self.kind} needs {'one or more groups' if most > 1 else 'one group'}"
            )
        if self.targets is not None and set(self.targets) != set(self.groups):
            raise ValueError("give targets for each of the groups, or none")
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise ValueError("valid_until must not be before valid_from")
        if self.kind is Kind.ADDITIVE and self.tier is Tier.T0:
            raise ValueError("added places need a signature: use tier T1")
        return self

    @property
    def id(self) -> str:
        """Name and version, `floor@1`."""
        return f"{self.name}@{self.version}"


def refuse_unlawful(name: str) -> None:
    """Raise ValueError, with the reason, for a group that no policy can have."""
    allowed = ", ".join(Attribute)
    plain = name.strip().lower().replace(" ", "_").replace("-", "_")
    if plain in PROTECTED:
        raise ValueError(REFUSED.format(name=name, allowed=allowed))
    if plain.startswith("offence"):
        raise ValueError(OFFENCE.format(name=name, allowed=allowed))


def require_in_force(policy: PolicyRecord, today: date) -> None:
    """Raise PolicyError for a policy that cannot order anybody today.

    Raises:
        PolicyError: tier T1 without a signature or an end; before its first or after its last day;
            or tier T2, which only a person may apply.
    """
    if policy.tier is Tier.T2:
        raise PolicyError(
            f"policy {policy.id} is of tier T2: only a person may apply it, to people whose scores "
            "lie within the tie band, and gives the reason"
        )
    if policy.tier is Tier.T1 and (policy.approved_by is None or policy.valid_until is None):
        raise PolicyError(
            f"policy {policy.id} is of tier T1 and is not signed; sign it with `newfutures "
            f"policies approve {policy.name} --by NAME --until YYYY-MM-DD`, or choose another"
        )
    if policy.valid_from is not None and today < policy.valid_from:
        raise PolicyError(f"policy {policy.id} is in force from {policy.valid_from} only")
    if policy.valid_until is not None and today > policy.valid_until:
        raise PolicyError(
            f"policy {policy.id} ended on {policy.valid_until}; have it signed again, or choose "
            "another"
        )
