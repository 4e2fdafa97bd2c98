"""An employer's request to take part: what is asked, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import StringConstraints, field_validator, model_validator

from foundation.accounts.model import checked_name, normal_email
from foundation.errors import ValidationError
from foundation.places.postcodes import normalise_postcode
from foundation.places.regions import Region, region_of
from foundation.record import Record
from foundation.vocabulary import Code, EmployerSector


class RegistrationStatus(Code):
    """What became of an employer's request (ours)."""

    PENDING = "PENDING", "Waiting for approval"
    APPROVED = "APPROVED", "Approved"
    DECLINED = "DECLINED", "Declined"


class NewRegistration(Record):
    """What an employer's staff write to ask for an account. The postcode gives the region."""

    name: Annotated[str, StringConstraints(min_length=3, max_length=100)]
    sector: EmployerSector
    description: Annotated[str, StringConstraints(max_length=1000)] = ""
    contact_name: str
    contact_email: str
    postcode: str | None = None
    region: Region = Region.NOT_KNOWN

    @field_validator("contact_name")
    @classmethod
    def name_that_can_be_shown(cls, value: str) -> str:
        """A name without blanks around it."""
        return _or_fault(checked_name, value)

    @field_validator("contact_email")
    @classmethod
    def email_in_normal_form(cls, value: str) -> str:
        """An address of mail."""
        return _or_fault(normal_email, value)

    @field_validator("postcode")
    @classmethod
    def postcode_in_normal_form(cls, value: str | None) -> str | None:
        """A full postcode or an outward code."""
        return (
            _or_fault(lambda text: normalise_postcode("postcode", text), value) if value else None
        )

    @model_validator(mode="after")
    def somewhere(self) -> Self:
        """A broker of some region looks at it."""
        if self.place is Region.NOT_KNOWN:
            raise ValueError("give a region, or a postcode of the United Kingdom")
        return self

    @property
    def place(self) -> Region:
        """The region as given, or that of the postcode."""
        return region_of(self.postcode) if self.region is Region.NOT_KNOWN else self.region


@dataclass(frozen=True, slots=True)
class Registration:
    """A request, and what became of it."""

    id: int
    public_id: UUID
    account_id: int | None
    name: str
    sector: EmployerSector
    description: str
    contact_name: str
    contact_email: str
    postcode: str | None
    region: Region
    status: RegistrationStatus
    reason: str | None
    employer_id: int | None
    asked_at: datetime
    decided_at: datetime | None
    decided_by: str | None


def _or_fault(check: Callable[[str], str], value: str) -> str:
    try:
        return check(value)
    except ValidationError as error:
        raise ValueError(error.allowed) from error
