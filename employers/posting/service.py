"""What the doors call to post vacancies: drafts, publishing, closing and opening again.

For an employer's own staff, who reach their own employer only, for brokers of the New Futures
Network, who post for any, and for the service itself. Everybody else is told what they would be
told if nothing were there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg import Connection

from employers.model import (
    ClosedReason,
    Draft,
    StoredEmployer,
    StoredVacancy,
    Vacancy,
    VacancyFilter,
    VacancyOrder,
)
from employers.posting import store as draft_store
from employers.posting.answers import DATE_PARTS, Answers
from employers.posting.steps import (
    CHECK_NUMBER,
    UNNUMBERED,
    Checked,
    Faults,
    Origin,
    answers_of,
    check_all,
    check_step,
    get_step,
    kept,
)
from employers.store import (
    count_vacancies,
    get_employer,
    get_next_reference,
    get_vacancy,
    list_vacancy_page,
    lock_vacancy,
    update_closed,
    update_reopened,
    upsert_posting,
)
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.settings import Settings
from foundation.vocabulary import Role, Source

POSTERS = (None, Role.EMPLOYER, Role.NFN_BROKER)
LONGEST_NOTE = 500
MOST_EXPORTED = 10_000


class Showing(StrEnum):
    """Which of an employer's vacancies to list."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class StepSaved:
    """A step as it was kept: the draft as it is now, and what is wrong with the step's answers."""

    draft: Draft
    checked: Checked


@dataclass(frozen=True, slots=True)
class Review:
    """All answers looked over: the vacancy that they make, or what is wrong by step and field."""

    draft: Draft
    vacancy: Vacancy | None
    faults: Mapping[str, Faults]


@dataclass(frozen=True, slots=True)
class VacancyPage:
    """One page of vacancies: `number` counts from 1, `total` is over all pages."""

    items: tuple[StoredVacancy, ...]
    total: int
    number: int
    size: int


class PostingService:
    """Posts vacancies for the command line and the web alike, each call in its own transaction."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    @property
    def today(self) -> date:
        """The date that closing dates are held against."""
        return clock.today(self._settings)

    def start_draft(self, scope: Scope, employer: UUID | None = None) -> Draft:
        """An empty draft. Brokers say for which employer; an employer's staff need not.

        Raises:
            NotFoundError: the employer is not there, or not theirs.
            ValidationError: it was not said for which employer.
        """
        _require_poster(scope)
        with self._database.transaction(scope) as connection:
            found = _employer(connection, scope, employer)
            answers = {"industry_sector": str(found.record.sector or "")}
            made = draft_store.insert_draft(connection, found.id, answers)
            return draft_store.get_draft(connection, made)

    def get_draft(self, scope: Scope, draft: UUID) -> Draft:
        """A draft by its public id, or NotFoundError."""
        _require_poster(scope)
        with self._database.transaction(scope) as connection:
            return draft_store.get_draft(connection, draft)

    def list_drafts(self, scope: Scope, employer: UUID | None = None) -> list[Draft]:
        """The latest changed first: an employer's own; for brokers one employer's or all."""
        _require_poster(scope)
        with self._database.transaction(scope) as connection:
            return draft_store.list_drafts(connection, _employer_id(connection, scope, employer))

    def save_step(
        self, scope: Scope, draft: UUID, step: str, answers: Answers, *, version: int
    ) -> StepSaved:
        """Keep the answers to one step as they were typed, and say what is wrong with them.

        Raises:
            NotFoundError: no such draft or step.
            ValidationError: an answer is longer than any question could need.
            ConflictError: somebody changed the draft since `version`; nothing was kept.
        """
        _require_poster(scope)
        asked = get_step(step)
        typed = kept(asked, answers)
        with self._database.transaction(scope) as connection:
            found = _unchanged_draft(connection, draft, version)
            draft_store.update_answers(connection, found.id, typed, asked.number + 1)
            saved = draft_store.get_draft(connection, draft)
        return StepSaved(saved, check_step(asked, typed, self.today))

    def check(self, scope: Scope, draft: UUID) -> Review:
        """All answers of a draft, looked over before they are published."""
        _require_poster(scope)
        with self._database.transaction(scope) as connection:
            return self._review(connection, draft_store.get_draft(connection, draft), Origin())

    def publish(self, scope: Scope, draft: UUID, *, version: int) -> StoredVacancy:
        """Make the vacancy, or change the one that the draft edits; the draft is then gone.

        What is closed stays closed. The index takes the new text up when it is next built.

        Raises:
            NotFoundError: no such draft.
            ValidationError: answers are missing or wrong; `check` says which.
            ConflictError: somebody changed the draft since `version`, or the vacancy since the
                draft was begun.
        """
        _require_poster(scope)
        with self._database.transaction(scope) as connection:
            found = _unchanged_draft(connection, draft, version)
            origin = _origin(connection, scope, found)
            vacancy = self._review(connection, found, origin).vacancy
            if vacancy is None:
                raise ValidationError(
                    "draft", found.title, "some answers are missing or wrong; check them first"
                )
            if vacancy.reference == UNNUMBERED:
                number = get_next_reference(connection, found.employer_id, self.today.year)
                vacancy = vacancy.model_copy(update={"reference": number})
            stored = upsert_posting(connection, found.employer_id, vacancy)
            draft_store.delete_draft(connection, found.id)
            audit.insert_event(connection, "publish", "vacancy", stored.id, new=not found.edits)
            return stored

    def discard(self, scope: Scope, draft: UUID, *, version: int) -> None:
        """Throw a draft away. A vacancy that it edits stays as it is.

        Raises:
            NotFoundError: no such draft.
            ConflictError: somebody changed it since `version`.
        """
        _require_poster(scope)
        with self._database.transaction(scope) as connection:
            found = _unchanged_draft(connection, draft, version)
            draft_store.delete_draft(connection, found.id)
            audit.insert_event(
                connection, "discard", "vacancy_draft", found.id, employer=found.employer_id
            )

    def duplicate(self, scope: Scope, vacancy: str) -> Draft:
        """A new draft that says what a vacancy says, but for its closing date and a past start."""
        _require_poster(scope)
        with self._database.transaction(scope) as connection:
            source = get_vacancy(connection, vacancy)
            answers = answers_of(source.record)
            start = source.record.start_date
            cleared = ["closing_date"] + ["start_date"] * (start is not None and start < self.today)
            for name in cleared:
                for part in DATE_PARTS:
                    answers.pop(f"{name}-{part}", None)
            made = draft_store.insert_copy(connection, source.id, answers)
            return draft_store.get_draft(connection, made)

    def edit(self, scope: Scope, vacancy: str) -> Draft:
        """The draft that will change a vacancy: a new one, or the one that somebody has begun."""
        _require_poster(scope)
        with self._database.transaction(scope) as connection:
            source = get_vacancy(connection, vacancy)
            answers = answers_of(source.record)
            made = draft_store.insert_edit(connection, source.id, answers, CHECK_NUMBER)
            return draft_store.get_draft(connection, made)

    def close(
        self, scope: Scope, vacancy: str, reason: ClosedReason, note: str = ""
    ) -> StoredVacancy:
        """Close a vacancy from now on, whatever its closing date says.

        Raises:
            NotFoundError: no such vacancy.
            ValidationError: the note is too long, or is missing for another reason.
            ConflictError: somebody closed it already.
        """
        _require_poster(scope)
        written = note.strip()
        if len(written) > LONGEST_NOTE:
            raise ValidationError("note", f"{written[:20]}…", f"write at most {LONGEST_NOTE}")
        if reason is ClosedReason.OTHER and not written:
            raise ValidationError("note", note, "say in a few words why the vacancy is closed")
        with self._database.transaction(scope) as connection:
            found = get_vacancy(connection, vacancy)
            if not update_closed(connection, found.id, reason, written or None):
                raise ConflictError(_closed_already(get_vacancy(connection, vacancy)))
            audit.insert_event(connection, "close", "vacancy", found.id, reason=str(reason))
            return get_vacancy(connection, str(found.public_id))

    def reopen(self, scope: Scope, vacancy: str, closing_date: date | None = None) -> StoredVacancy:
        """Open a closed vacancy again, until its closing date or a new one.

        Raises:
            NotFoundError: no such vacancy.
            ValidationError: the closing date has gone by, so that a new one is needed, or the new
                one has.
            ConflictError: it is open already.
        """
        _require_poster(scope)
        with self._database.transaction(scope) as connection:
            found = get_vacancy(connection, vacancy)
            lock_vacancy(connection, found.id)
            found = get_vacancy(connection, str(found.public_id))
            if found.is_open(self.today):
                raise ConflictError("the vacancy is open already; look at it again")
            closes = closing_date or found.record.closing_date
            if closes is not None and closes < self.today:
                raise ValidationError(
                    "closing_date", f"{closes:%-d %B %Y}", "give a closing date still to come"
                )
            update_reopened(connection, found.id, closing_date)
            audit.insert_event(connection, "reopen", "vacancy", found.id)
            return get_vacancy(connection, str(found.public_id))

    def list_own_vacancies(
        self,
        scope: Scope,
        *,
        employer: UUID | None = None,
        show: Showing = Showing.OPEN,
        order: VacancyOrder = VacancyOrder.CLOSING,
        page: int = 1,
        size: int = 25,
    ) -> VacancyPage:
        """One page of an employer's vacancies; for brokers of one employer's, or everybody's."""
        _require_poster(scope)
        with self._database.transaction(scope) as connection:
            wanted = VacancyFilter(
                open_on=self.today if show is Showing.OPEN else None,
                closed_on=self.today if show is Showing.CLOSED else None,
                employer_id=_employer_id(connection, scope, employer),
            )
            items = list_vacancy_page(connection, wanted, page=page, size=size, order=order)
            return VacancyPage(tuple(items), count_vacancies(connection, wanted), page, size)

    def export_own_vacancies(
        self,
        scope: Scope,
        *,
        show: Showing = Showing.ALL,
        order: VacancyOrder = VacancyOrder.CLOSING,
    ) -> tuple[StoredVacancy, ...]:
        """The whole list, to be taken away in a file; that it was is audited."""
        _require_poster(scope)
        with self._database.transaction(scope) as connection:
            wanted = VacancyFilter(
                open_on=self.today if show is Showing.OPEN else None,
                closed_on=self.today if show is Showing.CLOSED else None,
                employer_id=_employer_id(connection, scope, None),
            )
            found = list_vacancy_page(connection, wanted, page=1, size=MOST_EXPORTED, order=order)
            audit.insert_event(connection, "export", "vacancy", None, show=str(show))
            return tuple(found)

    def get_vacancy(self, scope: Scope, vacancy: str) -> StoredVacancy:
        """A vacancy in scope, by public id or reference; NotFoundError if none."""
        _require_poster(scope)
        with self._database.transaction(scope) as connection:
            return get_vacancy(connection, vacancy)

    def _review(self, connection: Connection[Any], draft: Draft, origin: Origin) -> Review:
        employer = get_employer(connection, draft.employer_id).record
        found = check_all(draft.answers, employer, self.today, origin)
        if isinstance(found, Vacancy):
            return Review(draft, found, {})
        return Review(draft, None, found)


def _require_poster(scope: Scope) -> None:
    if scope.role not in POSTERS:
        raise NotFoundError("posting vacancies is for employers and their brokers")


def _employer_id(connection: Connection[Any], scope: Scope, employer: UUID | None) -> int | None:
    """The employer's own for its staff, whom no other's is there for; None for everybody's."""
    if employer is None:
        return scope.employer_id
    return get_employer(connection, employer).id


def _employer(connection: Connection[Any], scope: Scope, employer: UUID | None) -> StoredEmployer:
    found = _employer_id(connection, scope, employer)
    if found is None:
        raise ValidationError("employer", None, "say for which employer the vacancy is")
    return get_employer(connection, found)


def _unchanged_draft(connection: Connection[Any], draft: UUID, version: int) -> Draft:
    found = draft_store.get_locked_draft(connection, draft)
    if found.version != version:
        at = found.updated_at.astimezone(clock.UK)
        raise ConflictError(
            f"{found.changed_by} changed this draft at {at:%H:%M} on {at:%-d %B %Y}, after you "
            "opened it; look at it as it is now, and make your change again"
        )
    return found


def _origin(connection: Connection[Any], scope: Scope, draft: Draft) -> Origin:
    """Where the vacancy comes from; one that is edited keeps what it says of that."""
    if draft.edits is None:
        return Origin(source=Source.NFN if scope.role is Role.NFN_BROKER else Source.OTHER)
    current = get_vacancy(connection, str(draft.edits))
    lock_vacancy(connection, current.id)
    record = get_vacancy(connection, str(draft.edits)).record
    if answers_of(record) != draft.original:
        raise ConflictError(
            f"vacancy {record.reference} was changed after this draft was begun, perhaps by an "
            "import; throw the draft away and edit the vacancy as it is now"
        )
    return Origin(record.reference, record.source, record.secondary_source)


def _closed_already(vacancy: StoredVacancy) -> str:
    closure = vacancy.closure
    if closure is None:
        return "the vacancy was changed at the same time; look at it again"
    at = closure.at.astimezone(clock.UK)
    return (
        f"{closure.by} closed the vacancy at {at:%H:%M} on {at:%-d %B %Y} already: "
        f"{closure.reason.label.lower()}"
    )
