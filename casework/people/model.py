"""The list of people that staff work through: its filters, orders and rows.

The same filter makes a list, counts it and exports it, so that a number anywhere leads to as many
people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from candidates.model import StoredCandidate
from candidates.readiness import readiness_summary
from foundation.errors import ValidationError
from foundation.places.prisons import prison_name
from foundation.vocabulary import (
    Code,
    Consent,
    ReadinessAction,
    ReadinessStatus,
    Sector,
)
from matching.groups.need import NeedBand

DAYS = 7
NEED_BANDS = tuple(band.value for band in NeedBand)


class PeopleSort(Code):
    """The order of a list of people (our own codes)."""

    RELEASE_DATE = "RELEASE_DATE"
    NAME = "NAME"
    READY_SINCE = "READY_SINCE", "Ready longest"


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Which people a list shows; missing fields mean all.

    Args:
        words: the beginnings of names or of a prison number, in any order, accents or none.
        prison: one prison of the scope.
        weeks_from: released in so many whole weeks or more; 0 is today to six days on.
        weeks_to: released in so many whole weeks or fewer; whoever has been released already is
            left out.
        need: a need band. For staff only: it is never shown to an employer.
        without_shortlist: only who is not among the first places of any vacancy still open.
        ready_from: ready since that day or later.
        first_for: only who is among the first places of this vacancy's list (its public id).
    """

    words: str = ""
    prison: str | None = None
    weeks_from: int | None = None
    weeks_to: int | None = None
    readiness: ReadinessStatus | None = None
    sector: Sector | None = None
    need: str | None = None
    without_shortlist: bool = False
    ready_from: date | None = None
    first_for: UUID | None = None

    def __post_init__(self) -> None:
        """Refuse a filter that no list could match."""
        for name, weeks in (("weeks_from", self.weeks_from), ("weeks_to", self.weeks_to)):
            if weeks is not None and not 0 <= weeks <= 5200:
                raise ValidationError(name, weeks, "use whole weeks from today, 0 or more")
        if None not in (self.weeks_from, self.weeks_to) and (
            (self.weeks_from or 0) > (self.weeks_to or 0)
        ):
            raise ValidationError(
                "weeks_from",
                self.weeks_from,
                f"use no more than weeks_to, {self.weeks_to}",
            )
        if self.need is not None and self.need not in NEED_BANDS:
            raise ValidationError("need", self.need, f"use one of {', '.join(NEED_BANDS)}")

    def release_from(self, today: date) -> date | None:
        """Return the first day of release that passes."""
        if self.weeks_from is None:
            return None if self.weeks_to is None else today
        return today + timedelta(days=DAYS * self.weeks_from)

    def release_to(self, today: date) -> date | None:
        """Return the last day of release that passes."""
        if self.weeks_to is None:
            return None
        return today + timedelta(days=DAYS * self.weeks_to + DAYS - 1)


@dataclass(frozen=True, slots=True)
class MatchingStatus:
    """What matching knows of one person.

    `last_shown` is the last day on which they were among the first places of a list; `held` are the
    vacancies still open that have them there; `open_applications` have not ended, nor come to work.
    """

    last_shown: date | None = None
    held: int = 0
    open_applications: int = 0


@dataclass(frozen=True, slots=True)
class PersonSummary:
    """A row of the list; `weeks_to_release` is negative once released, None if unknown."""

    public_id: UUID
    prison_number: str
    first_name: str
    last_name: str
    prison_id: str
    prison: str
    release_date: date | None
    weeks_to_release: int | None
    readiness: ReadinessStatus
    actions_done: int
    actions: int
    missing: tuple[ReadinessAction, ...]
    stopped_by: tuple[str, ...]
    sectors: tuple[Sector, ...]
    consent: Consent
    waits_since: date | None
    shortlists: int
    open_applications: int


# The columns of an export, in the order of `export_row`.
EXPORT_COLUMNS = (
    "prison_number",
    "first_name",
    "last_name",
    "prison",
    "release_date",
    "weeks_to_release",
    "readiness",
    "actions_done",
    "missing",
    "stopped_by",
    "sectors",
    "consent",
    "waits_since",
    "shortlists",
    "open_applications",
)


def weeks_to_release(release: date | None, today: date) -> int | None:
    """Return whole weeks, rounded down: 0 is today to six days on, -1 is last week."""
    return None if release is None else (release - today).days // DAYS


def summarise_people(
    people: list[StoredCandidate], standings: Mapping[int, MatchingStatus], today: date
) -> list[PersonSummary]:
    """Return rows for these people, in the order given."""
    return [_summary(each, standings.get(each.id, MatchingStatus()), today) for each in people]


def _summary(stored: StoredCandidate, standing: MatchingStatus, today: date) -> PersonSummary:
    record = stored.record
    readiness = readiness_summary(record, today)
    waits = None
    if record.readiness_status is ReadinessStatus.READY_TO_WORK:
        days = [day for day in (record.ready_since, standing.last_shown) if day is not None]
        waits = max(days, default=None)
    return PersonSummary(
        public_id=stored.public_id,
        prison_number=record.prison_number,
        first_name=record.first_name,
        last_name=record.last_name,
        prison_id=record.prison_id,
        prison=prison_name(record.prison_id),
        release_date=record.release_date,
        weeks_to_release=weeks_to_release(record.release_date, today),
        readiness=record.readiness_status,
        actions_done=len(readiness.done),
        actions=len(readiness.actions),
        missing=readiness.missing,
        stopped_by=tuple(block.sentence for block in readiness.blocks if block.stops),
        sectors=tuple(dict.fromkeys(interest.type for interest in record.work_interests)),
        consent=record.consent,
        waits_since=waits,
        shortlists=standing.held,
        open_applications=standing.open_applications,
    )


def export_row(person: PersonSummary) -> tuple[object, ...]:
    """Return a row of the export; several values in one cell are separated by semicolons."""
    return (
        person.prison_number,
        person.first_name,
        person.last_name,
        person.prison,
        person.release_date,
        person.weeks_to_release,
        person.readiness.label,
        person.actions_done,
        "; ".join(action.label for action in person.missing),
        " ".join(person.stopped_by),
        "; ".join(sector.label for sector in person.sectors),
        person.consent.label,
        person.waits_since,
        person.shortlists,
        person.open_applications,
    )
