"""A candidate: who they are, what they can do, what they want, and what limits where they may work.

Field names and codes are those of `foundation.vocabulary`. `None` in `training`, `offences` and
`licence_conditions` means "not recorded", which is not the same as `NONE`: what is not known is
referred to a person, never taken for a yes or a no.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, field_validator, model_validator

from foundation.errors import ValidationError
from foundation.places.postcodes import Precision, normalise_postcode, outward_code
from foundation.record import ClockTime, Day, Record
from foundation.vocabulary import (
    Accommodation,
    ActionStatus,
    AffectingAbility,
    ChangeNeeded,
    Code,
    Consent,
    DeclinedReason,
    HoursPerWeek,
    IdDocument,
    LicenceCondition,
    Offence,
    PrisonTraining,
    PrisonWork,
    QualificationLevel,
    QualificationType,
    ReadinessAction,
    ReadinessStatus,
    ReleaseDateType,
    RightToWork,
    Sector,
    Skill,
    SkillLevel,
    Training,
    WorkPattern,
)
from index.text.text import CandidateText, Experience

PrisonNumber = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{4}[A-Z]{2}$")]
PrisonId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]
FreeText = Annotated[str, StringConstraints(max_length=4000)]
Year = Annotated[int, Field(ge=1940, le=2100)]

# The two places where the field records the same certificate.
SAME_CERTIFICATE = {
    QualificationType.CSCS: Training.CSCS_CARD,
    QualificationType.DRIVING_LICENSE: Training.FULL_UK_DRIVING_LICENCE,
    QualificationType.FIRST_AID: Training.FIRST_AID_CERTIFICATE,
    QualificationType.FOOD_HYGIENE: Training.FOOD_HYGIENE_CERTIFICATE,
    QualificationType.HEALTH_AND_SAFETY: Training.HEALTH_AND_SAFETY,
    QualificationType.HGV_LICENSE: Training.HGV_LICENCE,
    QualificationType.MACHINERY: Training.MACHINERY_TICKETS,
    QualificationType.MANUAL: Training.MANUAL_HANDLING,
    QualificationType.TRADE: Training.TRADE_COURSE,
}
# Courses after which the certificate is often held; a person has to ask.
HINTED_CERTIFICATE = {
    PrisonTraining.FORKLIFT_DRIVING: Training.FORKLIFT_LICENCE,
    PrisonTraining.MACHINERY_TICKETS: Training.MACHINERY_TICKETS,
    PrisonTraining.CATERING: Training.FOOD_HYGIENE_CERTIFICATE,
}


class WorkExperience(Record):
    """A job held. Years are for people to read and for recency; they are never embedded."""

    role: Words
    details: FreeText = ""
    type: Sector | None = None
    start_year: Year | None = None
    end_year: Year | None = None

    @model_validator(mode="after")
    def years_in_order(self) -> Self:
        """A job cannot end before it starts."""
        if self.start_year and self.end_year and self.start_year > self.end_year:
            raise ValueError(f"end_year must not be before start_year ({self.start_year})")
        return self


class WorkInterest(Record):
    """A type of work wanted, and the role in it if one is named."""

    type: Sector
    role: Words | None = None


class Qualification(Record):
    """A qualification held."""

    subject: Words
    level: QualificationLevel | None = None
    grade: Annotated[str, StringConstraints(max_length=50)] | None = None


class TrainingInPrison(Record):
    """A course taken in prison, with the year if it is known."""

    type: PrisonTraining
    year: Year | None = None


class ActionState(Record):
    """How far one readiness action has come."""

    action: ReadinessAction
    status: ActionStatus


class Candidate(Record):
    """One person. The prison number is the natural key."""

    prison_number: PrisonNumber
    first_name: Name
    last_name: Name
    prison_id: PrisonId
    release_date: Day | None = None
    release_date_type: ReleaseDateType | None = None
    release_area: str | None = None
    no_fixed_abode: bool = False

    consent: Consent = Consent.NOT_ASKED
    consent_date: Day | None = None
    right_to_work: RightToWork = RightToWork.UNKNOWN
    readiness_status: ReadinessStatus = ReadinessStatus.NOT_STARTED
    ready_since: Day | None = None
    readiness_actions: tuple[ActionState, ...] = ()
    id_documents: tuple[IdDocument, ...] = ()
    support_declined_reasons: tuple[DeclinedReason, ...] = ()
    changes_needed: tuple[ChangeNeeded, ...] = ()
    affecting_ability: tuple[AffectingAbility, ...] = ()

    work_interests: tuple[WorkInterest, ...] = ()
    job_of_particular_interest: Annotated[str, StringConstraints(max_length=200)] | None = None
    work_experience: tuple[WorkExperience, ...] = ()
    previous_work: FreeText | None = None
    skills: tuple[Skill, ...] = ()
    other_skills: tuple[Words, ...] = ()
    qualifications: tuple[Qualification, ...] = ()
    qualification_types: tuple[QualificationType, ...] = ()
    other_qualifications: FreeText | None = None
    training: tuple[Training, ...] | None = None
    prison_work: tuple[PrisonWork, ...] = ()
    prison_training: tuple[TrainingInPrison, ...] = ()

    hours_wanted: tuple[HoursPerWeek, ...] = ()
    work_patterns_wanted: tuple[WorkPattern, ...] = ()
    furthest_travel_miles: Annotated[int, Field(ge=0, le=1000)] | None = None
    can_drive: bool | None = None
    pay_wanted_per_hour: Annotated[Decimal, Field(ge=0, max_digits=7, decimal_places=2)] | None = (
        None
    )

    offences: tuple[Offence, ...] | None = None
    licence_conditions: tuple[LicenceCondition, ...] | None = None
    curfew_from: ClockTime | None = None
    curfew_to: ClockTime | None = None
    exclusion_zones: tuple[str, ...] = ()

    accommodation: Accommodation = Accommodation.UNKNOWN
    literacy: SkillLevel = SkillLevel.UNKNOWN
    numeracy: SkillLevel = SkillLevel.UNKNOWN
    digital: SkillLevel = SkillLevel.UNKNOWN
    years_since_last_work: Annotated[int, Field(ge=0, le=80)] | None = None
    ever_worked: bool | None = None

    @field_validator("prison_number", "prison_id", mode="before")
    @classmethod
    def upper_case(cls, value: object) -> object:
        """Codes are the same however they are typed."""
        return value.strip().upper() if isinstance(value, str) else value

    @field_validator("release_area")
    @classmethod
    def postcode_in_normal_form(cls, value: str | None) -> str | None:
        """A full postcode or an outward code."""
        return _postcode("release_area", value) if value else None

    @field_validator("exclusion_zones")
    @classmethod
    def outward_codes_only(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Zones are listed by outward code; a full postcode stands for its outward code."""
        return tuple(outward_code(_postcode("exclusion_zones", zone)) for zone in value)

    @field_validator("offences", "licence_conditions", "training")
    @classmethod
    def none_stands_alone(cls, value: tuple[Code, ...] | None) -> tuple[Code, ...] | None:
        """NONE says that there is nothing, so it cannot stand beside something."""
        if value is not None and "NONE" in value and len(set(value)) > 1:
            raise ValueError("NONE cannot stand beside other codes")
        if value == ():
            raise ValueError("write NONE when there is nothing, or leave it out when not recorded")
        return value

    @model_validator(mode="after")
    def facts_agree(self) -> Self:
        """What one field says another must not deny."""
        conditions = self.licence_conditions or ()
        if self.release_area and self.no_fixed_abode:
            raise ValueError("give a release_area or say no_fixed_abode, not both")
        if (LicenceCondition.CURFEW in conditions) != (
            self.curfew_from is not None and self.curfew_to is not None
        ):
            raise ValueError(
                "CURFEW among the licence_conditions needs curfew_from and curfew_to, and they it"
            )
        if (LicenceCondition.EXCLUSION_ZONE in conditions) != bool(self.exclusion_zones):
            raise ValueError(
                "EXCLUSION_ZONE among the licence_conditions needs exclusion_zones, and they it"
            )
        if self.consent is not Consent.NOT_ASKED and self.consent_date is None:
            raise ValueError(f"consent {self.consent} needs its consent_date")
        return self

    def certificates_held(self) -> tuple[Training, ...]:
        """Every certificate recorded anywhere in the profile."""
        held = {code for code in self.training or () if code not in ("NONE", "OTHER")}
        held |= {
            SAME_CERTIFICATE[kind] for kind in self.qualification_types if kind in SAME_CERTIFICATE
        }
        if Training.HGV_LICENCE in held:
            held.add(Training.FULL_UK_DRIVING_LICENCE)
        return tuple(sorted(held))

    def certificates_hinted(self) -> tuple[Training, ...]:
        """Certificates not recorded, but which something else in the profile suggests."""
        courses = {course.type for course in self.prison_training}
        hinted = {HINTED_CERTIFICATE[course] for course in courses if course in HINTED_CERTIFICATE}
        if self.can_drive or IdDocument.DRIVING_LICENCE in self.id_documents:
            hinted.add(Training.FULL_UK_DRIVING_LICENCE)
        return tuple(sorted(hinted - set(self.certificates_held())))

    def embeddable(self) -> CandidateText:
        """The only parts that may be embedded, in words."""
        return CandidateText(
            experience=tuple(
                Experience(job.role, job.details, _years(job)) for job in self.work_experience
            ),
            previous_work=self.previous_work or "",
            skills=(*_labels(self.skills), *self.other_skills),
            training=_labels(self.training or ()),
            qualifications=(
                *(_qualification(held) for held in self.qualifications),
                *((self.other_qualifications,) if self.other_qualifications else ()),
            ),
            prison_work=_labels(self.prison_work),
            prison_training=tuple(
                (course.type.label, str(course.year or ""))
                for course in self.prison_training
                if course.type is not PrisonTraining.OTHER
            ),
            interests=(
                *(
                    f"{wanted.role} ({wanted.type.label})" if wanted.role else wanted.type.label
                    for wanted in self.work_interests
                ),
                *((self.job_of_particular_interest,) if self.job_of_particular_interest else ()),
            ),
            wishes=tuple(
                dict.fromkeys(
                    wish
                    for wish in (
                        *(wanted.role for wanted in self.work_interests),
                        self.job_of_particular_interest,
                    )
                    if wish
                )
            ),
        )


@dataclass(frozen=True, slots=True)
class StoredCandidate:
    """A candidate with what only the database knows: ids, and the position of the release area."""

    id: int
    public_id: UUID
    profile_hash: int
    record: Candidate
    latitude: float | None
    longitude: float | None
    precision: Precision | None


def _postcode(field: str, text: str) -> str:
    try:
        return normalise_postcode(field, text)
    except ValidationError as error:
        raise ValueError(error.allowed) from error


def _labels(codes: tuple[Code, ...]) -> tuple[str, ...]:
    return tuple(code.label for code in codes if code not in ("NONE", "OTHER"))


def _years(job: WorkExperience) -> str:
    if job.start_year and job.end_year and job.start_year != job.end_year:
        return f"{job.start_year} to {job.end_year}"
    return str(job.end_year or job.start_year or "")


def _qualification(held: Qualification) -> str:
    return f"{held.subject} {held.level.label.lower()}" if held.level else held.subject
