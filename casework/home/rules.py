"""Works out what has to be done about people now, from records and applications. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from candidates.model import StoredCandidate
from candidates.readiness import action_statuses, can_prove_identity, long_date
from casework.applications.states import WORKED
from foundation.vocabulary import (
    ActionStatus,
    ApplicationState,
    Code,
    OutcomePoint,
    ReadinessAction,
    ReadinessStatus,
    Role,
)

PAPERS_BEFORE = timedelta(weeks=4)  # what a bank or the passport office takes
ANSWER_WITHIN = timedelta(days=14)
POINTS = {OutcomePoint.SIX_WEEKS: timedelta(weeks=6), OutcomePoint.SIX_MONTHS: timedelta(weeks=26)}
UNANSWERED = (ApplicationState.PUT_FORWARD, ApplicationState.APPLICATION_MADE)
WANTS_NO_WORK = (ReadinessStatus.SUPPORT_DECLINED, ReadinessStatus.NO_RIGHT_TO_WORK)


class TaskRule(Code):
    """Why something has to be done (our own codes)."""

    NO_ID = "NO_ID", "No proof of identity"
    NO_BANK_ACCOUNT = "NO_BANK_ACCOUNT", "No bank account"
    INTERVIEW = "INTERVIEW", "Interview"
    NO_ANSWER = "NO_ANSWER", "No answer from the employer"
    AGREEMENT_MISSING = "AGREEMENT_MISSING", "Agreement missing"
    SIX_WEEKS = "SIX_WEEKS", "Outcome at 6 weeks"
    SIX_MONTHS = "SIX_MONTHS", "Outcome at 6 months"


# Leads look after what comes before work; whoever sees the person asks how it went.
FOR_COACHES_TOO = frozenset({TaskRule.SIX_WEEKS, TaskRule.SIX_MONTHS})


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """What the rules read of one application; `since` is the day of its newest step."""

    public_id: UUID
    candidate_id: int
    title: str
    employer: str
    state: ApplicationState
    since: date
    agreed: bool
    interview_on: date | None
    points: frozenset[OutcomePoint]


@dataclass(frozen=True, slots=True)
class RuleTask:
    """A task that a rule asks for; `key` names the occasion, so that it is asked once."""

    rule: TaskRule
    key: str
    what: str
    due: date
    application: UUID | None


def rule_tasks(
    person: StoredCandidate, applications: Sequence[ApplicationFacts], today: date
) -> list[RuleTask]:
    """Return every task that the rules ask for about one person today, by due day."""
    asked = _papers(person, today)
    for each in applications:
        asked += _interview(each, today) + _no_answer(each, today) + _agreement(each)
        asked += _outcomes(person, each, today)
    return sorted(asked, key=lambda task: (task.due, task.key))


def is_for(rule: TaskRule, role: Role | None) -> bool:
    """Return whether a role is asked; the command line (None) is asked everything."""
    if role in (None, Role.PRISON_EMPLOYMENT_LEAD):
        return True
    return role is Role.WORK_COACH and rule in FOR_COACHES_TOO


def _papers(person: StoredCandidate, today: date) -> list[RuleTask]:
    record, release = person.record, person.record.release_date
    if release is None or not today <= release <= today + PAPERS_BEFORE:
        return []
    if record.readiness_status in WANTS_NO_WORK:
        return []
    due, on = release - PAPERS_BEFORE, f"released on {long_date(release)}"
    asked = []
    if not can_prove_identity(record):
        what = f"No proof of identity, and {on}: apply for a document."
        asked.append(RuleTask(TaskRule.NO_ID, f"NO_ID:{release}", what, due, None))
    if action_statuses(record)[ReadinessAction.BANK_ACCOUNT] is not ActionStatus.COMPLETED:
        what, key = f"No bank account, and {on}: open one.", f"NO_BANK_ACCOUNT:{release}"
        asked.append(RuleTask(TaskRule.NO_BANK_ACCOUNT, key, what, due, None))
    return asked


def _interview(facts: ApplicationFacts, today: date) -> list[RuleTask]:
    on = facts.interview_on
    if facts.state is not ApplicationState.INTERVIEW_BOOKED or on is None:
        return []
    if not today <= on <= today + timedelta(days=1):
        return []
    when = "today" if on == today else "tomorrow"
    what = f"Interview {when} for {_job(facts)}."
    key = f"INTERVIEW:{facts.public_id}:{on}"
    return [RuleTask(TaskRule.INTERVIEW, key, what, on - timedelta(days=1), facts.public_id)]


def _no_answer(facts: ApplicationFacts, today: date) -> list[RuleTask]:
    if facts.state not in UNANSWERED or facts.since + ANSWER_WITHIN > today:
        return []
    what = f"No answer about {_job(facts)} since {long_date(facts.since)}: ask the employer."
    key = f"NO_ANSWER:{facts.public_id}:{facts.since}"
    due = facts.since + ANSWER_WITHIN
    return [RuleTask(TaskRule.NO_ANSWER, key, what, due, facts.public_id)]


def _agreement(facts: ApplicationFacts) -> list[RuleTask]:
    if facts.state is not ApplicationState.SHORTLISTED or facts.agreed:
        return []
    what = f"Shortlisted for {_job(facts)}: ask whether they agree to be put forward."
    key = f"AGREEMENT_MISSING:{facts.public_id}:{facts.since}"
    return [RuleTask(TaskRule.AGREEMENT_MISSING, key, what, facts.since, facts.public_id)]


def _outcomes(person: StoredCandidate, facts: ApplicationFacts, today: date) -> list[RuleTask]:
    """Return outcome checks that are due, counted from release as the official measures are."""
    release = person.record.release_date
    if release is None or facts.state not in WORKED:
        return []
    return [
        RuleTask(
            TaskRule(point.value),
            f"{point.value}:{facts.public_id}",
            f"{point.label} since release: are they in work, at {_job(facts)}?",
            release + after,
            facts.public_id,
        )
        for point, after in POINTS.items()
        if release + after <= today and point not in facts.points
    ]


def _job(facts: ApplicationFacts) -> str:
    return f"{facts.title} at {facts.employer}"
