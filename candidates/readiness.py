"""What is done towards being ready for work, what is missing, and what is in the way. Pure.

Whether someone can be matched is the rules' business (`matching.rules`); here it is said in words
for whoever works with them, before any vacancy is in sight.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from candidates.model import Candidate
from foundation.vocabulary import (
    ActionStatus,
    Consent,
    IdDocument,
    ReadinessAction,
    ReadinessStatus,
    RightToWork,
)

# What it means, for going forward, that an action is completed; and what lacks until it is.
DONE_MEANS = {
    ReadinessAction.BANK_ACCOUNT: "Wages can be paid.",
    ReadinessAction.CV_AND_COVERING_LETTER: "Can apply where a CV is asked for.",
    ReadinessAction.DISCLOSURE_LETTER: "Can say what the conviction was, in writing, when asked.",
    ReadinessAction.EMAIL: "Can be sent offers, forms and rotas.",
    ReadinessAction.PHONE: "Can be reached by an employer after release.",
    ReadinessAction.HOUSING: "Has somewhere to go to work from.",
    ReadinessAction.ID: "Can prove who they are, and their right to work.",
    ReadinessAction.INTERVIEW_CLOTHING: "Has clothes for an interview.",
}
UNDONE_MEANS = {
    ReadinessAction.BANK_ACCOUNT: "Wages cannot be paid. Opening an account takes weeks.",
    ReadinessAction.CV_AND_COVERING_LETTER: "Cannot apply where a CV is asked for.",
    ReadinessAction.DISCLOSURE_LETTER: "Cannot apply where a disclosure letter is asked for.",
    ReadinessAction.EMAIL: "Cannot be sent offers, forms and rotas.",
    ReadinessAction.PHONE: "Cannot be reached by an employer after release.",
    ReadinessAction.HOUSING: "Nowhere settled to go to work from.",
    ReadinessAction.ID: "Cannot prove who they are. A birth certificate or passport takes weeks.",
    ReadinessAction.INTERVIEW_CLOTHING: "No clothes for an interview.",
}
STATUS_MEANS = {
    ReadinessStatus.NOT_STARTED: "Nobody has talked with them about work yet.",
    ReadinessStatus.SUPPORT_DECLINED: "They do not want support, so no vacancy considers them.",
    ReadinessStatus.SUPPORT_NEEDED: "They want to work and something has to be done first.",
    ReadinessStatus.READY_TO_WORK: "They are ready to be put forward.",
    ReadinessStatus.NO_RIGHT_TO_WORK: "They have no right to work in the UK, so no vacancy "
    "considers them.",
}
PROVES_IDENTITY = frozenset({IdDocument.BIRTH_CERTIFICATE, IdDocument.PASSPORT})


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One action: how far it has come, and what that means for going forward."""

    action: ReadinessAction
    status: ActionStatus
    meaning: str


@dataclass(frozen=True, slots=True)
class Block:
    """Something in the way. `stops` is whether no vacancy considers them until it is settled."""

    code: str
    stops: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class ReadinessSummary:
    """Where a person stands. `actions` are all eight, in the order of the vocabulary."""

    status: ReadinessStatus
    meaning: str
    ready_since: date | None
    actions: tuple[ActionLine, ...]
    documents: tuple[IdDocument, ...]
    blocks: tuple[Block, ...]

    @property
    def done(self) -> tuple[ReadinessAction, ...]:
        """The actions that are completed."""
        return self._of(ActionStatus.COMPLETED)

    @property
    def in_progress(self) -> tuple[ReadinessAction, ...]:
        """The actions that somebody has begun."""
        return self._of(ActionStatus.IN_PROGRESS)

    @property
    def not_started(self) -> tuple[ReadinessAction, ...]:
        """The actions that nobody has begun."""
        return self._of(ActionStatus.NOT_STARTED)

    @property
    def missing(self) -> tuple[ReadinessAction, ...]:
        """Everything that is not completed."""
        return (*self.in_progress, *self.not_started)

    @property
    def can_be_matched(self) -> bool:
        """Whether nothing here stops every vacancy from considering them."""
        return not any(block.stops for block in self.blocks)

    def _of(self, status: ActionStatus) -> tuple[ReadinessAction, ...]:
        return tuple(line.action for line in self.actions if line.status is status)


def action_statuses(candidate: Candidate) -> dict[ReadinessAction, ActionStatus]:
    """How far each of the eight actions has come; one that is not recorded is not started."""
    recorded = {state.action: state.status for state in candidate.readiness_actions}
    return {action: recorded.get(action, ActionStatus.NOT_STARTED) for action in ReadinessAction}


def readiness_summary(candidate: Candidate, today: date) -> ReadinessSummary:
    """What is done, what is not, the documents held, and what is in the way, in words."""
    return ReadinessSummary(
        status=candidate.readiness_status,
        meaning=STATUS_MEANS[candidate.readiness_status],
        ready_since=candidate.ready_since,
        actions=tuple(
            ActionLine(action, status, action_means(action, status))
            for action, status in action_statuses(candidate).items()
        ),
        documents=candidate.id_documents,
        blocks=blocks_of(candidate, today),
    )


def action_means(action: ReadinessAction, status: ActionStatus) -> str:
    """What the status of an action means for going forward."""
    if status is ActionStatus.COMPLETED:
        return DONE_MEANS[action]
    return UNDONE_MEANS[action]


def blocks_of(candidate: Candidate, today: date) -> tuple[Block, ...]:
    """Everything in the way of going forward; what stops every vacancy comes first."""
    found = (
        *_consent_blocks(candidate),
        *_right_to_work_blocks(candidate),
        *_status_blocks(candidate),
        *_paper_blocks(candidate, today),
    )
    return tuple(sorted(found, key=lambda block: not block.stops))


def _consent_blocks(candidate: Candidate) -> tuple[Block, ...]:
    if candidate.consent is Consent.NOT_ASKED:
        return (
            Block("CONSENT_NOT_ASKED", True, "They have not been asked to consent to matching."),
        )
    if candidate.consent is Consent.WITHDRAWN:
        on = f" on {long_date(candidate.consent_date)}" if candidate.consent_date else ""
        return (Block("CONSENT_WITHDRAWN", True, f"They withdrew their consent to matching{on}."),)
    return ()


def _right_to_work_blocks(candidate: Candidate) -> tuple[Block, ...]:
    if (
        candidate.right_to_work is RightToWork.NO
        or candidate.readiness_status is ReadinessStatus.NO_RIGHT_TO_WORK
    ):
        return (Block("NO_RIGHT_TO_WORK", True, "They have no right to work in the UK."),)
    if candidate.right_to_work is RightToWork.UNKNOWN:
        sentence = "Their right to work in the UK is not recorded; every vacancy refers them."
        return (Block("RIGHT_TO_WORK_UNKNOWN", False, sentence),)
    return ()


def _status_blocks(candidate: Candidate) -> tuple[Block, ...]:
    status = candidate.readiness_status
    if status is ReadinessStatus.SUPPORT_DECLINED:
        return (Block("SUPPORT_DECLINED", True, STATUS_MEANS[status]),)
    if status in (ReadinessStatus.NOT_STARTED, ReadinessStatus.SUPPORT_NEEDED):
        return (Block("NOT_READY", False, STATUS_MEANS[status]),)
    return ()


def _paper_blocks(candidate: Candidate, today: date) -> tuple[Block, ...]:
    """What takes weeks to get, and is told when release is near."""
    release = candidate.release_date
    if release is None or not today <= release <= today + timedelta(weeks=4):
        return ()
    status = action_statuses(candidate)
    found = []
    if not can_prove_identity(candidate):
        sentence = "They are released within 4 weeks and hold no proof of identity."
        found.append(Block("NO_ID", False, sentence))
    if status[ReadinessAction.BANK_ACCOUNT] is not ActionStatus.COMPLETED:
        sentence = "They are released within 4 weeks and have no bank account."
        found.append(Block("NO_BANK_ACCOUNT", False, sentence))
    return tuple(found)


def can_prove_identity(candidate: Candidate) -> bool:
    """Whether the action is completed, or a document is held that an employer may accept."""
    if action_statuses(candidate)[ReadinessAction.ID] is ActionStatus.COMPLETED:
        return True
    return bool(PROVES_IDENTITY & set(candidate.id_documents))


def long_date(day: date) -> str:
    """`3 November 2026`."""
    return f"{day.day} {day:%B %Y}"
