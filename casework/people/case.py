"""What staff write about a person (case, notes, tasks), and who looked at them. Types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from candidates.model import ActionState, Candidate, StoredCandidate
from candidates.readiness import action_statuses
from foundation.errors import ValidationError
from foundation.vocabulary import (
    ActionStatus,
    AgreementHow,
    Code,
    Consent,
    IdDocument,
    ReadinessAction,
    ReadinessStatus,
    RightToWork,
    Role,
)

LONGEST_NOTE = 2000
LONGEST_TASK = 500
LONGEST_REASON = 500


class NoteAbout(Code):
    """What a note is about (our own codes)."""

    GENERAL = "GENERAL"
    READINESS_ACTION = "READINESS_ACTION"
    APPLICATION = "APPLICATION"


@dataclass(frozen=True, slots=True)
class Case:
    """A person with what the casework adds: the version that a change has to name, how consent was
    given (None: a file said it), and the fields that staff wrote by hand."""

    person: StoredCandidate
    version: int
    consent_how: AgreementHow | None
    by_hand: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ConsentChange:
    """A change of consent to being matched: the answer, its day, and how it was given."""

    consent: Consent
    on: date
    how: AgreementHow


@dataclass(frozen=True, slots=True)
class CaseChange:
    """What staff change of a person's case; missing fields stay as they are."""

    readiness: ReadinessStatus | None = None
    actions: Mapping[ReadinessAction, ActionStatus] = field(default_factory=dict)
    documents: tuple[IdDocument, ...] | None = None
    consent: ConsentChange | None = None
    right_to_work: RightToWork | None = None


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note to add; `action` or `application` (a public id) says what it is about."""

    words: str
    about: NoteAbout = NoteAbout.GENERAL
    action: ReadinessAction | None = None
    application: UUID | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it was written, and who struck it through, if anybody did."""

    public_id: UUID
    candidate: UUID
    candidate_id: int
    about: NoteAbout
    action: ReadinessAction | None
    application: UUID | None
    words: str
    made_at: datetime
    made_by: str
    role: str
    struck_at: datetime | None
    struck_by: str | None
    struck_reason: str | None


@dataclass(frozen=True, slots=True)
class NoteFilter:
    """Which notes a list shows: one person's, after a moment, or by other people."""

    candidate: UUID | None = None
    after: datetime | None = None
    not_by: str | None = None


@dataclass(frozen=True, slots=True)
class NewTask:
    """Something to do about a person, for one account or for everybody of a role who sees them."""

    what: str
    due: date
    for_account: int | None = None
    for_role: Role | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do about a person. `name` and `prison_id` are theirs."""

    public_id: UUID
    candidate: UUID
    candidate_id: int
    name: str
    prison_id: str
    what: str
    due: date
    for_account: int | None
    for_role: str | None
    rule: str | None
    made_at: datetime
    made_by: str
    done_at: datetime | None
    done_by: str | None


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks a list shows.

    Args:
        due_by: due on that day or before.
        account_id, role: only those of this account, or for everybody of this role.
        done: also those that are done.
    """

    candidate: UUID | None = None
    due_by: date | None = None
    account_id: int | None = None
    role: Role | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """One view of a person: when, by whom, in which role, and where.

    `action` is view, list or export (or what a service called it); `of` says where they stood, as
    the page or the vacancy whose list it was; `address` is empty where none was recorded.
    """

    at: datetime
    actor: str
    role: str
    action: str
    of: str
    address: str


def changed_record(before: Candidate, change: CaseChange, today: date) -> Candidate:
    """Return the record after the change.

    Raises:
        ValidationError: a day to come, a withdrawal of what was never asked, or ready without
            the right to work.
    """
    values: dict[str, object] = {}
    if change.readiness is not None and change.readiness is not before.readiness_status:
        ready = change.readiness is ReadinessStatus.READY_TO_WORK
        values |= {"readiness_status": change.readiness, "ready_since": today if ready else None}
    if change.actions:
        values["readiness_actions"] = _changed_actions(before, change.actions)
    if change.documents is not None and set(change.documents) != set(before.id_documents):
        values["id_documents"] = tuple(dict.fromkeys(change.documents))
    if change.consent is not None:
        values |= _changed_consent(change.consent, today)
    if change.right_to_work is not None:
        values["right_to_work"] = change.right_to_work
    after = Candidate.model_validate(dict(before) | values)
    if (
        after.readiness_status is ReadinessStatus.READY_TO_WORK
        and after.right_to_work is RightToWork.NO
    ):
        raise ValidationError(
            "right_to_work",
            after.right_to_work.label,
            "someone without the right to work is not ready to work; change one of the two",
        )
    return after


def _changed_actions(
    before: Candidate, actions: Mapping[ReadinessAction, ActionStatus]
) -> tuple[ActionState, ...]:
    was = action_statuses(before)
    changed = {action: status for action, status in actions.items() if was[action] is not status}
    if not changed:
        return before.readiness_actions
    named = {state.action for state in before.readiness_actions} | set(changed)
    now = was | changed
    return tuple(
        ActionState(action=action, status=now[action])
        for action in ReadinessAction
        if action in named
    )


def _changed_consent(change: ConsentChange, today: date) -> dict[str, object]:
    if change.consent is Consent.NOT_ASKED:
        raise ValidationError("consent", "Not asked", "record that it was given, or withdrawn")
    if change.on > today:
        raise ValidationError("consent_date", change.on.isoformat(), "use today or a day before")
    return {"consent": change.consent, "consent_date": change.on}


def check_words(name: str, words: str, longest: int) -> str:
    """Return trimmed text; raise ValidationError if it is empty or too long."""
    text = words.strip().replace("\r\n", "\n")
    if not text:
        raise ValidationError(name, words, "write something")
    if "\0" in text:
        raise ValidationError(name, "(a NUL character)", "leave out the NUL character")
    if len(text) > longest:
        raise ValidationError(name, f"{len(text)} characters", f"use up to {longest:,} characters")
    return text
