"""An employer and a vacancy, with the codes and limits of `foundation.vocabulary`.

`None` in `involves` means that the advert does not say, which is not the same as `NONE`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, field_validator, model_validator

from foundation.errors import ValidationError
from foundation.places.postcodes import Precision, normalise_postcode
from foundation.record import ClockTime, Day, Record
from foundation.vocabulary import (
    ApplicationDocument,
    BaseLocation,
    Code,
    ContractType,
    EmployerSector,
    EmployerStatus,
    HoursPerWeek,
    Involves,
    OffenceExclusion,
    SalaryPeriod,
    Sector,
    Source,
    Training,
    WorkPattern,
)
from index.text.text import VacancyText

Money = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]
Criteria = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Short = Annotated[str, StringConstraints(max_length=100)]


class Employer(Record):
    """Who posts vacancies. The name is the natural key, whatever its case."""

    name: Annotated[str, StringConstraints(min_length=3, max_length=100)]
    description: Annotated[str, StringConstraints(max_length=1000)] | None = None
    sector: EmployerSector | None = None
    status: EmployerStatus | None = None
    contact_name: Short | None = None
    contact_email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None

    @property
    def key(self) -> str:
        """What tells employers apart: the name, whatever its case in any language."""
        return self.name.casefold()


class Vacancy(Record):
    """One post, or several alike. Employer and reference are the natural key."""

    employer: Employer
    reference: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    title: Annotated[str, StringConstraints(min_length=3, max_length=100)]
    sector: Sector
    industry_sector: EmployerSector
    number_of_vacancies: Annotated[int, Field(ge=1, le=100_000)] = 1
    source: Source
    secondary_source: Source | None = None
    postcode: str | None = None
    national: bool = False
    base_location: BaseLocation = BaseLocation.WORKPLACE
    salary_from: Money | None = None
    salary_to: Money | None = None
    salary_period: SalaryPeriod | None = None
    pays_minimum_wage: bool | None = None
    salary_extra: Short | None = None
    work_pattern: WorkPattern | None = None
    hours_per_week: HoursPerWeek | None = None
    contract_type: ContractType | None = None
    description: Annotated[str, StringConstraints(min_length=1, max_length=3000)]
    essential_criteria: Criteria
    desirable_criteria: Annotated[str, StringConstraints(max_length=1000)] | None = None
    how_to_apply: Criteria
    offence_exclusions: tuple[OffenceExclusion, ...]
    offence_exclusions_details: Annotated[str, StringConstraints(max_length=500)] | None = None
    rolling: bool = False
    closing_date: Day | None = None
    start_date: Day | None = None
    only_prison_leavers: bool = False
    documents_asked_for: tuple[ApplicationDocument, ...] = ()
    documents_details: Annotated[str, StringConstraints(max_length=200)] | None = None
    involves: tuple[Involves, ...] | None = None
    shift_start: ClockTime | None = None
    shift_end: ClockTime | None = None
    required_certificates: tuple[Training, ...] = ()

    @field_validator("postcode")
    @classmethod
    def postcode_in_normal_form(cls, value: str | None) -> str | None:
        """A full postcode or an outward code."""
        try:
            return normalise_postcode("postcode", value) if value else None
        except ValidationError as error:
            raise ValueError(error.allowed) from error

    @field_validator("required_certificates")
    @classmethod
    def certificates_that_can_be_held(cls, value: tuple[Training, ...]) -> tuple[Training, ...]:
        """A certificate that is required must be one that a person can be said to hold."""
        if {Training.NONE, Training.OTHER} & set(value):
            raise ValueError("name the certificates, or leave it empty; NONE and OTHER say nothing")
        return value

    @field_validator("offence_exclusions", "involves")
    @classmethod
    def none_stands_alone(cls, value: tuple[Code, ...] | None) -> tuple[Code, ...] | None:
        """NONE says that there is nothing, so it cannot stand beside something."""
        if value is not None and "NONE" in value and len(set(value)) > 1:
            raise ValueError("NONE cannot stand beside other codes")
        if value == ():
            raise ValueError("write NONE when there is nothing, or leave it out when not stated")
        return value

    @model_validator(mode="after")
    def facts_agree(self) -> Self:
        """What one field says another must not deny."""
        faults = [
            message
            for wrong, message in (
                (
                    not (self.national or self.postcode)
                    and self.base_location is not BaseLocation.REMOTE,
                    "a postcode is required unless the vacancy is national or remote",
                ),
                (
                    self.secondary_source == self.source,
                    "secondary_source must differ from source",
                ),
                (
                    self.salary_from is not None
                    and self.salary_to is not None
                    and self.salary_from > self.salary_to,
                    "salary_from must not be more than salary_to",
                ),
                (
                    self.salary_from is not None and self.salary_period is None,
                    "salary_from needs its salary_period",
                ),
                (
                    self.rolling == (self.closing_date is not None),
                    "give a closing_date, or say rolling, and not both",
                ),
                (
                    OffenceExclusion.OTHER in self.offence_exclusions
                    and not self.offence_exclusions_details,
                    "offence_exclusions OTHER needs offence_exclusions_details",
                ),
                (
                    ApplicationDocument.OTHER in self.documents_asked_for
                    and not self.documents_details,
                    "documents_asked_for OTHER needs documents_details",
                ),
                (
                    (self.shift_start is None) != (self.shift_end is None),
                    "give both shift_start and shift_end, or neither",
                ),
            )
            if wrong
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def embeddable(self) -> VacancyText:
        """The parts that are embedded, in words."""
        return VacancyText(
            title=self.title,
            description=self.description,
            essential=self.essential_criteria,
            desirable=self.desirable_criteria or "",
        )


class ClosedReason(Code):
    """Why a vacancy was closed by hand (ours)."""

    FILLED = "FILLED", "The places are filled"
    WITHDRAWN = "WITHDRAWN", "The vacancy was withdrawn"
    PAUSED = "PAUSED", "Recruitment is paused"
    OTHER = "OTHER", "Another reason"


@dataclass(frozen=True, slots=True)
class Closure:
    """That a vacancy was closed by hand: when, why and by whom (as the audit trail names them)."""

    at: datetime
    reason: ClosedReason
    note: str | None
    by: str


@dataclass(frozen=True, slots=True)
class StoredVacancy:
    """A vacancy with what only the database knows: ids, the place of its postcode, its closure."""

    id: int
    public_id: UUID
    profile_hash: int
    record: Vacancy
    latitude: float | None
    longitude: float | None
    precision: Precision | None
    closure: Closure | None = None

    def is_open(self, today: date) -> bool:
        """Neither closed by hand nor past its closing date; all of that day it is open."""
        closing = self.record.closing_date
        return self.closure is None and (closing is None or closing >= today)


@dataclass(frozen=True, slots=True)
class StoredEmployer:
    """An employer with what only the database knows."""

    id: int
    public_id: UUID
    record: Employer


@dataclass(frozen=True, slots=True)
class Draft:
    """A vacancy that somebody is writing: answers as they were typed, right or wrong.

    `edits` is the published vacancy that it will change, and `original` what that said when the
    draft was begun; both are None for a new one. `step` is the furthest one reached.
    """

    id: int
    public_id: UUID
    employer_id: int
    employer: str
    account_id: int | None
    edits: UUID | None
    reference: str | None
    copied_from: UUID | None
    step: int
    answers: dict[str, str | list[str]]
    original: dict[str, str | list[str]] | None
    version: int
    changed_by: str
    created_at: datetime
    updated_at: datetime

    @property
    def title(self) -> str:
        """The job title as far as it was typed; perhaps empty."""
        given = self.answers.get("title", "")
        return given.strip() if isinstance(given, str) else ""


class VacancyOrder(StrEnum):
    """How a list of vacancies is ordered. Ties go by what was stored first."""

    CLOSING = "closing"
    NEWEST = "newest"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class VacancyFilter:
    """Which vacancies a list shows. Empty fields narrow nothing.

    `open_on` keeps those that are open on a day, `closed_on` those that are not.
    """

    words: str = ""
    sector: str = ""
    open_on: date | None = None
    closed_on: date | None = None
    employer_id: int | None = None
