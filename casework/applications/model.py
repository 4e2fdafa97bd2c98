"""The values that an application is made of. Frozen."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from foundation.record import ClockTime, Day, Record
from foundation.vocabulary import (
    AgreementHow,
    ApplicationState,
    CorrectionReason,
    OutcomeAtPoint,
    OutcomePoint,
    Role,
)

Note = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Link = Annotated[str, StringConstraints(pattern=r"^https://\S+$", max_length=500)]


class Interview(Record):
    """When and where an interview is, or its video link, and whom to ask for."""

    on: Day
    at: ClockTime
    place: Annotated[str, StringConstraints(min_length=1, max_length=300)] | None = None
    video_link: Link | None = None
    contact: Annotated[str, StringConstraints(min_length=1, max_length=200)]

    @model_validator(mode="before")
    @classmethod
    def empty_is_left_out(cls, values: object) -> object:
        """Treat empty text from a form as missing."""
        if not isinstance(values, dict):
            return values
        return {key: value for key, value in values.items() if value != ""}

    @model_validator(mode="after")
    def somewhere(self) -> Self:
        """Check that there is a place or a link."""
        if not (self.place or self.video_link):
            raise ValueError("give a place, or a video link that begins with https://")
        return self


class Correction(Record):
    """Which event to correct, and why."""

    number: Annotated[int, Field(ge=1)]
    reason: CorrectionReason


class ApplicationChange(Record):
    """A change to record: the new state, the day it happened, and why.

    `undo`, with `correct`, says that the event did not happen at all.
    """

    to: ApplicationState
    on: Day
    reason: str | None = None
    note: Note | None = None
    interview: Interview | None = None
    point: OutcomePoint | None = None
    outcome: OutcomeAtPoint | None = None
    correct: Correction | None = None
    undo: bool = False


class PutForwardAnswers(Record):
    """What a lead answers to problems that do not block: see `check_put_forward`."""

    decision: Note | None = None
    documents: Note | None = None


@dataclass(frozen=True, slots=True)
class ApplicationStatus:
    """An application before a change; `version` is the number of its newest event."""

    id: int
    public_id: UUID
    vacancy_id: int
    employer_id: int
    candidate_id: int
    state: ApplicationState
    version: int
    last_step: int
    agreed: bool
    put_forward: bool
    opened_on: date
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """An application's state and version after a change."""

    public_id: UUID
    state: ApplicationState
    version: int


@dataclass(frozen=True, slots=True)
class Application:
    """An application as the person's own staff see it."""

    id: int
    public_id: UUID
    state: ApplicationState
    version: int
    agreed: bool
    put_forward: bool
    opened_on: date
    updated_at: datetime
    vacancy_public_id: UUID
    reference: str
    title: str
    employer_name: str
    candidate_id: int
    candidate_public_id: UUID
    prison_number: str
    first_name: str
    last_name: str
    prison_id: str
    run_id: UUID | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class ApplicationFilter:
    """Which applications a list shows; None means all.

    `vacancy` is a reference, `employer/reference` or public id; `candidate` a prison number or
    public id; `employer` an employer's name, whatever its case.
    """

    state: ApplicationState | None = None
    vacancy: str | None = None
    candidate: str | None = None
    employer: str | None = None
    live: bool | None = None


@dataclass(frozen=True, slots=True)
class WorklistFilter:
    """Which applications a worklist shows; empty fields mean all.

    `words` are the beginnings of words of the person's name or prison number, or of the vacancy's
    title, reference or employer; each has to be found.
    """

    words: str = ""
    states: tuple[ApplicationState, ...] = ()
    vacancy: UUID | None = None
    candidate: UUID | None = None


class ApplicationOrder(StrEnum):
    """The order of a worklist."""

    CHANGED = "changed"
    OLDEST = "oldest"
    NAME = "name"
    VACANCY = "vacancy"


@dataclass(frozen=True, slots=True)
class ApplicationEvent:
    """One thing recorded, in the order of recording; corrected events do not stand.

    `step` is the number of the first event that told of the same happening, `from_state` and
    `to_state` the ends of that step, `state_after` the application's state once this was recorded.
    """

    number: int
    step: int
    previous_step: int
    corrects: int | None
    undone: bool
    from_state: ApplicationState | None
    to_state: ApplicationState
    state_after: ApplicationState
    point: OutcomePoint | None
    outcome: OutcomeAtPoint | None
    happened_on: date
    reason: str | None
    note: str | None
    correction_reason: CorrectionReason | None
    actor: str
    role: Role | None
    recorded_at: datetime
    stands: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """A person's agreement to be put forward to this vacancy, and its withdrawal if any."""

    how: AgreementHow
    agreed_on: date
    recorded_by: str
    recorded_role: Role | None
    recorded_at: datetime
    withdrawn_on: date | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class PutForwardDecision:
    """What was decided about a problem when somebody was put forward."""

    number: int
    problems: tuple[str, ...]
    decision: str | None
    documents_reason: str | None


@dataclass(frozen=True, slots=True)
class ApplicationDetails:
    """An application with everything recorded of it, for the person's own staff."""

    application: Application
    history: tuple[ApplicationEvent, ...]
    agreements: tuple[Agreement, ...]
    decisions: tuple[PutForwardDecision, ...]
    interview: Interview | None


@dataclass(frozen=True, slots=True)
class Introduction:
    """Everything that an employer is told of a person, as it was when they were put forward.

    Never a surname, a prison, a prison number, a release date, an offence, a licence condition, a
    need band, a rank, a score or a policy: the type has no place for them.
    """

    first_name: str
    summary: str
    skills: tuple[str, ...]
    evidence: tuple[str, ...]
    certificates: tuple[str, ...]
    available_from: str
    hours_wanted: tuple[str, ...]
    travel: str
    area: str


@dataclass(frozen=True, slots=True)
class IntroducedCandidate:
    """An application as the employer sees it."""

    public_id: UUID
    state: ApplicationState
    version: int
    vacancy_public_id: UUID
    reference: str
    title: str
    introduced_on: date
    updated_at: datetime
    introduction: Introduction
    interview: Interview | None


@dataclass(frozen=True, slots=True)
class IntroducedFilter:
    """Which people put forward a list shows; empty fields mean all.

    `interview_in` is the first and the last day of the interviews wanted.
    """

    vacancy: UUID | None = None
    states: tuple[ApplicationState, ...] = ()
    interview_in: tuple[date, date] | None = None


class IntroducedOrder(StrEnum):
    """The order of a list of people put forward; ties go by who was put forward first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"
    INTERVIEW = "interview"


@dataclass(frozen=True, slots=True)
class VacancyWithPeople:
    """A vacancy to which people were put forward, and how many."""

    public_id: UUID
    reference: str
    title: str
    people: int


@dataclass(frozen=True, slots=True)
class Places:
    """How many people a vacancy is for, and how many places are taken."""

    number: int
    taken: int

    @property
    def left(self) -> int:
        """Places still free; 0 if more were taken than there are."""
        return max(0, self.number - self.taken)


@dataclass(frozen=True, slots=True)
class CandidateProgress:
    """How far one person came with any application, for the audit, which names nobody.

    The outcomes are None where nothing is recorded.
    """

    candidate_id: int
    stage: int
    put_forward_on: date | None
    six_weeks: OutcomeAtPoint | None
    six_months: OutcomeAtPoint | None
