"""Handovers, their tasks, support given, and coaches' reviews of matches. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from candidates.model import Candidate
from candidates.readiness import action_statuses
from foundation.vocabulary import (
    ActionStatus,
    ApplicationState,
    Code,
    ReadinessAction,
    ReadinessStatus,
)

# The prison that somebody left still sees them for so long after a coach has accepted them.
PRISON_SEES_DAYS = 28
# What was not done in prison is due so soon after the release.
AFTER_RELEASE = timedelta(days=7)


class TaskKind(Code):
    """What a coach takes over to do (our own codes)."""

    ID = "ID", "Proof of identity"
    BANK_ACCOUNT = "BANK_ACCOUNT", "Bank account"
    CLAIM_APPOINTMENT = "CLAIM_APPOINTMENT", "First appointment at the jobcentre"
    INTERVIEW_CLOTHING = "INTERVIEW_CLOTHING", "Clothes for interviews"
    HOUSING = "HOUSING", "Somewhere to live"
    PHONE = "PHONE", "Phone"
    OTHER = "OTHER", "Something else"


class SupportKind(Code):
    """Support that a coach gave or arranged (our own codes)."""

    TRAVEL_COSTS = "TRAVEL_COSTS", "Travel costs"
    CLOTHING = "CLOTHING", "Clothing"
    TOOLS_OR_CERTIFICATE = "TOOLS_OR_CERTIFICATE", "Tools, or the fee for a certificate"
    MENTORING = "MENTORING", "Mentoring"
    BENEFITS_ADVICE = "BENEFITS_ADVICE", "Advice on benefits"
    HOUSING = "HOUSING", "Housing"
    HEALTH = "HEALTH", "Health"
    OTHER = "OTHER", "Something else"


class HandoverStage(Code):
    """How far a handover has come (our own codes)."""

    NOT_STARTED = "NOT_STARTED", "Not started"
    WAITING = "WAITING", "Waits for a work coach"
    ACCEPTED = "ACCEPTED", "With a work coach"


class Verdict(Code):
    """What a coach thinks of a match (our own codes)."""

    AGREED = "AGREED", "Agreed"
    QUESTIONED = "QUESTIONED", "Questioned"


class Window(Code):
    """Which releases a caseload shows (our own codes)."""

    SOON = "SOON", "Released in the next 4 weeks"
    NEXT = "NEXT", "Released in the next 12 weeks"
    LEFT = "LEFT", "Released in the last 6 months"
    ALL = "ALL", "Everybody"


class CaseloadSort(Code):
    """The order of a caseload (our own codes)."""

    RELEASE = "RELEASE", "Release date"
    AREA = "AREA", "Postcode area"
    NAME = "NAME", "Name"


@dataclass(frozen=True, slots=True)
class NewTask:
    """Something for the coach to do, by a day."""

    kind: TaskKind
    due: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandoverTask:
    """A task that was handed over."""

    public_id: UUID
    kind: TaskKind
    due: date
    note: str
    made_by: str
    done_by: str | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Support:
    """Support that was given on a day."""

    kind: SupportKind
    given_on: date
    note: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Handover:
    """A handover; `candidate_id` and `id` are for the database only."""

    id: int
    candidate_id: int
    area: str
    note: str
    made_by: str
    made_at: datetime
    accepted_by: str | None
    accepted_at: datetime | None

    @property
    def stage(self) -> HandoverStage:
        """How far the handover has come."""
        return HandoverStage.ACCEPTED if self.accepted_at else HandoverStage.WAITING


@dataclass(frozen=True, slots=True)
class CaseloadFilter:
    """Which people a caseload shows; None means all. `week` is a Monday of release."""

    window: Window = Window.ALL
    week: date | None = None
    area: str | None = None
    prison: str | None = None
    readiness: ReadinessStatus | None = None
    stage: HandoverStage | None = None

    def days(self, today: date) -> tuple[date | None, date | None]:
        """Return the first and last day of release that pass the filter."""
        if self.week is not None:
            return self.week, self.week + timedelta(days=6)
        return {
            Window.SOON: (today, today + timedelta(weeks=4)),
            Window.NEXT: (today, today + timedelta(weeks=12)),
            Window.LEFT: (today - timedelta(weeks=26), today - timedelta(days=1)),
            Window.ALL: (None, None),
        }[self.window]


@dataclass(frozen=True, slots=True)
class CasePerson:
    """A row of the caseload."""

    id: int
    public_id: UUID
    first_name: str
    last_initial: str
    prison_id: str
    release_date: date | None
    area: str | None
    readiness_status: ReadinessStatus
    stage: HandoverStage
    open_tasks: int
    next_due: date | None


@dataclass(frozen=True, slots=True)
class CandidateMatch:
    """A person of the caseload considered for a vacancy, and the last review of it."""

    application: UUID
    candidate_id: int
    candidate: UUID
    first_name: str
    last_initial: str
    area: str | None
    release_date: date | None
    vacancy: UUID
    title: str
    employer_name: str
    postcode: str | None
    state: ApplicationState
    opened_on: date
    verdict: Verdict | None
    note: str | None
    reviewed_by: str | None


@dataclass(frozen=True, slots=True)
class DueHandoverTask:
    """An open task about a person in the caseload."""

    public_id: UUID
    candidate_id: int
    candidate: UUID
    first_name: str
    last_initial: str
    kind: TaskKind
    due: date
    note: str


CARRIED: Mapping[ReadinessAction, TaskKind] = {
    ReadinessAction.ID: TaskKind.ID,
    ReadinessAction.BANK_ACCOUNT: TaskKind.BANK_ACCOUNT,
    ReadinessAction.INTERVIEW_CLOTHING: TaskKind.INTERVIEW_CLOTHING,
    ReadinessAction.HOUSING: TaskKind.HOUSING,
    ReadinessAction.PHONE: TaskKind.PHONE,
}


def carried_over(candidate: Candidate, today: date) -> tuple[NewTask, ...]:
    """Return unfinished readiness actions as tasks, due after the first appointment.

    DueHandoverTask a week after the release, the appointment on the day itself; never in the past.
    """
    release = max(candidate.release_date or today, today)
    tasks = [NewTask(TaskKind.CLAIM_APPOINTMENT, release)]
    for action, status in action_statuses(candidate).items():
        if status is not ActionStatus.COMPLETED:
            kind = CARRIED.get(action, TaskKind.OTHER)
            note = action.label if kind is TaskKind.OTHER else ""
            tasks.append(NewTask(kind, release + AFTER_RELEASE, note))
    return tuple(tasks)


def prison_sees_until(release_date: date | None, accepted_on: date) -> date | None:
    """Return the last day on which the prison sees them, or None without a release date."""
    if release_date is None:
        return None
    return max(release_date, accepted_on) + timedelta(days=PRISON_SEES_DAYS)
