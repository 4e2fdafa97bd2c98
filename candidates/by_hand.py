"""What staff wrote by hand, against what a later file says. Pure.

A file says again what it said before, long after somebody put it right. So a field that was written
by hand is kept until a file says something else of it than the last file did; then the file counts,
and whoever looks after the person is told what was there. Consent is the exception: a file brings
consent back only with a later date than the withdrawal has.

`ByHand` maps a field to what the last file said of it, who wrote by hand, and when. A readiness
action is a field of its own, so that a file which moves one does not undo another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from candidates.model import Candidate
from candidates.readiness import action_statuses, long_date
from foundation.vocabulary import Code, Consent, ReadinessAction, ReadinessStatus, RightToWork

ByHand: TypeAlias = Mapping[str, Mapping[str, Any]]

# Fields that only make sense together are one.
CONSENT, RIGHT_TO_WORK, READINESS, DOCUMENTS = (
    "consent",
    "right_to_work",
    "readiness_status",
    "id_documents",
)
PARTS = {
    CONSENT: ("consent", "consent_date"),
    RIGHT_TO_WORK: ("right_to_work",),
    READINESS: ("readiness_status", "ready_since"),
    DOCUMENTS: ("id_documents",),
}
LABELS: dict[str, str] = {
    CONSENT: "consent",
    RIGHT_TO_WORK: "right to work",
    READINESS: "readiness status",
    DOCUMENTS: "proofs of identity",
} | {f"action:{action}": f"the action “{action.label}”" for action in ReadinessAction}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A file and a person said different things. `kept` is whether the person's stands."""

    field: str
    written: str
    by: str
    on: date
    file_says: str
    kept: bool

    @property
    def sentence(self) -> str:
        """What happened, for whoever has to look at it."""
        said = f"{self.by} recorded {LABELS[self.field]} as “{self.written}” on "
        said += long_date(self.on)
        if self.kept:
            return f"Check: {said}, which stays; a later file says “{self.file_says}”."
        return f"Check: {said}; a later file changed it to “{self.file_says}”."


@dataclass(frozen=True, slots=True)
class Merged:
    """What to store of a person, what is still by hand, and what somebody has to be told."""

    record: Candidate
    by_hand: dict[str, dict[str, Any]]
    told: tuple[Disagreement, ...]


def values_by_field(candidate: Candidate) -> dict[str, Any]:
    """The value of every field that staff may write, as plain JSON."""
    plain = candidate.model_dump(mode="json")
    whole = {field: [plain[part] for part in parts] for field, parts in PARTS.items()}
    whole[DOCUMENTS] = [sorted(plain["id_documents"])]
    actions = {
        f"action:{action}": status.value for action, status in action_statuses(candidate).items()
    }
    return whole | actions


def written_by_hand(
    before: Candidate, after: Candidate, by_hand: ByHand, *, by: str, at: datetime
) -> dict[str, dict[str, Any]]:
    """`by_hand` once somebody has made `after` of `before`."""
    was, now = values_by_field(before), values_by_field(after)
    kept = {field: dict(entry) for field, entry in by_hand.items()}
    for field, value in now.items():
        if value != was[field]:
            last = kept[field]["file"] if field in kept else was[field]
            kept[field] = {"file": last, "by": by, "at": at.isoformat()}
    return kept


def keep_by_hand(file: Candidate, stored: Candidate, by_hand: ByHand) -> Merged:
    """What a file makes of a person of whom some fields were written by hand."""
    says, holds = values_by_field(file), values_by_field(stored)
    kept: dict[str, dict[str, Any]] = {}
    told: list[Disagreement] = []
    for field, entry in by_hand.items():
        if field not in says or says[field] == holds[field]:
            continue  # the file has caught up with what was written
        if says[field] == entry["file"]:
            kept[field] = dict(entry)
            continue
        stays = field == CONSENT and not _may_replace_consent(file, stored)
        told.append(
            Disagreement(
                field,
                _in_words(field, holds[field]),
                entry["by"],
                datetime.fromisoformat(entry["at"]).date(),
                _in_words(field, says[field]),
                stays,
            )
        )
        if stays:
            kept[field] = dict(entry) | {"file": says[field]}
    return Merged(_with_fields(file, stored, kept), kept, tuple(told))


def _may_replace_consent(file: Candidate, stored: Candidate) -> bool:
    if file.consent is not Consent.GIVEN or stored.consent is not Consent.WITHDRAWN:
        return True
    if file.consent_date is None or stored.consent_date is None:
        return False
    return file.consent_date > stored.consent_date


def _with_fields(file: Candidate, stored: Candidate, fields: Mapping[str, object]) -> Candidate:
    """The file's record with these fields as they are stored."""
    changes: dict[str, object] = {
        part: getattr(stored, part)
        for field, parts in PARTS.items()
        if field in fields
        for part in parts
    }
    of_actions = {field.removeprefix("action:") for field in fields if field.startswith("action:")}
    if of_actions:
        said, held = action_statuses(file), action_statuses(stored)
        named = {state.action for state in file.readiness_actions} | of_actions
        changes["readiness_actions"] = [
            {"action": action, "status": (held if action in of_actions else said)[action]}
            for action in ReadinessAction
            if action in named
        ]
    return Candidate.model_validate(dict(file) | changes) if changes else file


def _in_words(field: str, value: Any) -> str:  # noqa: ANN401 -- plain JSON
    if field.startswith("action:"):
        return str(value).replace("_", " ").capitalize()
    if field == DOCUMENTS:
        return ", ".join(str(code).replace("_", " ").lower() for code in value[0]) or "none"
    codes: dict[str, type[Code]] = {
        CONSENT: Consent,
        RIGHT_TO_WORK: RightToWork,
        READINESS: ReadinessStatus,
    }
    return codes[field](value[0]).label
