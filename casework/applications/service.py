"""What the doors call about applications: opens transactions and applies the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection

from candidates.store import get_named_candidate, list_candidates
from casework.applications import store
from casework.applications.changes import ApplicationHistory, NewEvent, check_day, plan_change
from casework.applications.introduction import introduce
from casework.applications.model import (
    Application,
    ApplicationChange,
    ApplicationDetails,
    ApplicationEvent,
    ApplicationFilter,
    ApplicationStatus,
    ChangeResult,
    Correction,
    Interview,
    IntroducedCandidate,
    Places,
    PutForwardAnswers,
    PutForwardDecision,
)
from casework.applications.putting_forward import (
    Problem,
    PutForwardError,
    check_put_forward,
    unanswered,
)
from casework.applications.states import (
    can_move,
    next_states,
    require_move,
    state_at_point,
)
from employers.store import get_vacancy, list_vacancies
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.pages import Page
from foundation.settings import Settings
from foundation.vocabulary import (
    AgreementHow,
    ApplicationState,
    OutcomeAtPoint,
    OutcomePoint,
)
from matching.rules.pair import Pair

S = ApplicationState


@dataclass(frozen=True, slots=True)
class PutForwardCheck:
    """What a lead sees before putting somebody forward."""

    application: Application
    problems: tuple[Problem, ...]
    places: Places


class ApplicationService:
    """Applications, for the command line and the web. Thread-safe."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings

    @property
    def today(self) -> date:
        """The day on which things are recorded."""
        return clock.today(self._settings)

    def shortlist(
        self,
        scope: Scope,
        vacancy: str,
        candidate: str,
        *,
        run_id: UUID | None = None,
        rank: int | None = None,
        note: str | None = None,
        on: date | None = None,
    ) -> ChangeResult:
        """Start an application: staff consider this person for this vacancy.

        Args:
            scope: who acts.
            vacancy: reference, `employer/reference` or public id.
            candidate: prison number or public id.
            run_id: the ranking that they were picked from, if they were.
            rank: their place in it.
            note: for colleagues; an employer never sees it.
            on: when it was decided; today if None. The application begins on that day.

        Raises:
            NotFoundError: no such vacancy or candidate in scope, or no such ranking.
            ValidationError: the role may not, every place is taken, or the day lies ahead.
            ConflictError: an application of theirs for this vacancy is under way.
        """
        require_move(scope.role, None, S.SHORTLISTED)
        day = on or self.today
        check_day(day, day, self.today)
        if rank is not None and rank < 1:
            raise ValidationError("rank", rank, "places are counted from 1")
        with self._database.transaction(scope) as connection:
            wanted = get_vacancy(connection, vacancy)
            person = get_named_candidate(connection, candidate)
            _require_place(store.get_places(connection, wanted.id))
            begun = store.insert_application(connection, wanted.id, person.id, day)
            if run_id is not None or rank is not None:
                store.insert_origin(connection, begun.id, run_id, rank)
            event = NewEvent(1, S.SHORTLISTED, day, note=_note(note))
            store.insert_event(connection, begun.id, event)
            return ChangeResult(begun.public_id, S.SHORTLISTED, 1)

    def agree(
        self, scope: Scope, application: UUID, how: AgreementHow, *, on: date | None = None
    ) -> None:
        """Record that the person agrees to be put forward to this vacancy, and how they said so.

        Raises:
            NotFoundError: no such application in scope.
            ValidationError: the role may not, or the application is over.
            ConflictError: an agreement stands.
        """
        require_move(scope.role, S.SHORTLISTED, S.PUT_FORWARD)
        with self._database.transaction(scope) as connection:
            held = store.lock_application(connection, application)
            if not next_states(None, held.state):
                raise ValidationError("application", held.state.value, "it is over")
            day = on or self.today
            if day > self.today:
                raise ValidationError("on", day.isoformat(), "it cannot lie in the future")
            store.insert_agreement(connection, held.id, how, day)

    def withdraw_agreement(
        self, scope: Scope, application: UUID, *, on: date | None = None
    ) -> ChangeResult:
        """Record that the person withdraws their agreement, and hide them from the employer.

        The application is withdrawn with it, unless work has begun or it had ended. It needs no
        version: whatever else was recorded meanwhile, the person's word holds.

        Raises:
            NotFoundError: no such application in scope, or no agreement stands.
            ValidationError: the role may not, or the day lies ahead or before the agreement.
        """
        with self._database.transaction(scope) as connection:
            held = store.lock_application(connection, application)
            if can_move(None, held.state, S.WITHDRAWN):
                require_move(scope.role, held.state, S.WITHDRAWN)
            else:
                require_move(scope.role, S.JOB_OFFER, S.WITHDRAWN)
            day = on or self.today
            agreed = [
                agreement.agreed_on
                for agreement in store.list_agreements(connection, held.id)
                if agreement.withdrawn_on is None
            ]
            check_day(day, max(agreed, default=day), self.today)
            store.update_agreement_withdrawn(connection, held.id, day)
            return _moved(store.get_standing(connection, application))

    def check_put_forward(self, scope: Scope, application: UUID) -> PutForwardCheck:
        """Return what stands in the way of putting this person forward today; audit the view."""
        with self._database.transaction(scope) as connection:
            shown = store.get_application(connection, application)
            held = store.get_standing(connection, application)
            problems = self._problems(connection, held)[0]
            _audit_view(connection, held.candidate_id)
            places = store.get_places(connection, held.vacancy_id)
            return PutForwardCheck(shown, tuple(problems), places)

    def put_forward(
        self,
        scope: Scope,
        application: UUID,
        *,
        version: int,
        answers: PutForwardAnswers | None = None,
        note: str | None = None,
        on: date | None = None,
    ) -> ChangeResult:
        """Put the person forward: the employer sees their introduction from now on.

        Raises:
            NotFoundError: no such application in scope.
            ValidationError: the move may not be made, or its day is not possible.
            ConflictError: somebody else changed it first.
            PutForwardError: something bars, or is not answered; its `problems` say what.
        """
        given = answers or PutForwardAnswers()
        with self._database.transaction(scope) as connection:
            held = self._held(connection, application, version)
            require_move(scope.role, held.state, S.PUT_FORWARD)
            day = on or self.today
            check_day(day, held.opened_on, self.today)
            problems, pair = self._problems(connection, held)
            if stopped := unanswered(problems, given):
                raise PutForwardError(stopped)
            event = NewEvent(version + 1, S.PUT_FORWARD, day, note=_note(note))
            store.insert_event(connection, held.id, event)
            if problems:
                codes = tuple(problem.code for problem in problems)
                decided = PutForwardDecision(event.number, codes, given.decision, given.documents)
                store.insert_decision(connection, held.id, decided)
            told = introduce(pair.candidate, pair.vacancy, self.today)
            store.insert_introduction(connection, held, event.number, told, day)
            return ChangeResult(held.public_id, S.PUT_FORWARD, event.number)

    def move(
        self,
        scope: Scope,
        application: UUID,
        to: ApplicationState,
        *,
        version: int,
        on: date | None = None,
        reason: str | None = None,
        note: str | None = None,
        interview: Interview | None = None,
        correct: Correction | None = None,
    ) -> ChangeResult:
        """Record a new state or, with `correct`, replace an earlier event.

        Args:
            scope: who acts; states.py says who may do what.
            application: its public id.
            to: where it stands now.
            version: of the application as the caller saw it.
            on: when it happened; today if None.
            reason: a code of the list that `to` asks for, if it asks.
            note: at most 500 characters.
            interview: needed by INTERVIEW_BOOKED.
            correct: which event is put right, and why.

        Raises:
            NotFoundError: no such application in scope.
            ValidationError: the move may not be made, or something of it is not allowed.
            ConflictError: somebody else changed the application since `version`.
        """
        if to in (S.SHORTLISTED, S.PUT_FORWARD) and correct is None:
            raise ValidationError("to", to.value, "shortlisting and putting forward have their own")
        if to is S.INTERVIEW_BOOKED and interview is None and correct is None:
            raise ValidationError("interview", None, "say when and where it is")
        change = ApplicationChange(
            to=to,
            on=on or self.today,
            reason=reason or None,
            note=_note(note),
            interview=interview,
            correct=correct,
        )
        return self._record(scope, application, change, version)

    def record_outcome(
        self,
        scope: Scope,
        application: UUID,
        point: OutcomePoint,
        outcome: OutcomeAtPoint,
        *,
        version: int,
        on: date | None = None,
        note: str | None = None,
        correct: Correction | None = None,
    ) -> ChangeResult:
        """Record what was found at six weeks or six months after release, once started.

        Raises: as `move`.
        """
        with self._database.transaction(scope) as connection:
            held = self._held(connection, application, version)
            history = _history(connection, held)
            source = history.event(correct.number).from_state if correct else held.state
            change = ApplicationChange(
                to=state_at_point(source or held.state, point, outcome),
                on=on or self.today,
                note=_note(note),
                point=point,
                outcome=outcome,
                correct=correct,
            )
            return record_change(connection, scope, held, history, change, self.today)

    def undo(
        self,
        scope: Scope,
        application: UUID,
        correct: Correction,
        *,
        version: int,
        note: str | None = None,
    ) -> ChangeResult:
        """Take back the newest event; the state returns to what it was.

        Raises: as `move`.
        """
        with self._database.transaction(scope) as connection:
            held = self._held(connection, application, version)
            history = _history(connection, held)
            corrected = history.event(correct.number)
            change = ApplicationChange(
                to=corrected.from_state or corrected.to_state,
                on=corrected.happened_on,
                note=_note(note),
                correct=correct,
                undo=True,
            )
            return record_change(connection, scope, held, history, change, self.today)

    def get_application(self, scope: Scope, application: UUID) -> ApplicationDetails:
        """Return everything recorded of an application, for the person's own staff; audit it.

        An employer's staff find none here: theirs is `get_introduced`.
        """
        with self._database.transaction(scope) as connection:
            found = store.get_application(connection, application)
            _audit_view(connection, found.candidate_id)
            return ApplicationDetails(
                found,
                store.list_events(connection, found.id),
                store.list_agreements(connection, found.id),
                store.list_decisions(connection, found.id),
                store.find_interview(connection, found.id),
            )

    def list_applications(
        self, scope: Scope, application_filter: ApplicationFilter, *, page: int, size: int
    ) -> Page[Application]:
        """Return one page of applications, the newest first; audit whose they are.

        Raises:
            NotFoundError: the filter names a vacancy or a candidate that is not in scope.
        """
        with self._database.transaction(scope) as connection:
            narrowed = _narrowed(connection, application_filter)
            items = store.list_applications(connection, narrowed, page=page, size=size)
            _audit_list(connection, [item.candidate_id for item in items])
            total = store.count_applications(connection, narrowed)
            return Page(tuple(items), total, page, size)

    def history(self, scope: Scope, application: UUID) -> tuple[ApplicationEvent, ...]:
        """Return every event in order; an employer's staff see those that they recorded."""
        with self._database.transaction(scope) as connection:
            held = store.get_standing(connection, application)
            _audit_view(connection, held.candidate_id)
            return store.list_events(connection, held.id)

    def get_introduced(self, scope: Scope, application: UUID) -> IntroducedCandidate:
        """Return somebody put forward as the employer sees them; audit it."""
        with self._database.transaction(scope) as connection:
            candidate_id, found = store.get_introduced(connection, application)
            audit.insert_event(connection, "view", "candidate", candidate_id, of="introduction")
            return found

    def list_introduced(
        self,
        scope: Scope,
        *,
        vacancy: str | None = None,
        state: ApplicationState | None = None,
        page: int,
        size: int,
    ) -> Page[IntroducedCandidate]:
        """Return one page of people put forward to the employer, the latest first; audit it."""
        with self._database.transaction(scope) as connection:
            vacancy_id = get_vacancy(connection, vacancy).id if vacancy else None
            found = store.list_introduced(
                connection, vacancy_id=vacancy_id, state=state, page=page, size=size
            )
            total = store.count_introduced(connection, vacancy_id=vacancy_id, state=state)
            _audit_list(connection, [candidate_id for candidate_id, _ in found])
            return Page(tuple(introduced for _, introduced in found), total, page, size)

    def count_by_state(
        self, scope: Scope, *, vacancy: str | None = None
    ) -> dict[ApplicationState, int]:
        """Return how many applications in scope have each state, zeros included."""
        with self._database.transaction(scope) as connection:
            vacancy_id = get_vacancy(connection, vacancy).id if vacancy else None
            return store.count_by_state(connection, vacancy_id)

    def places(self, scope: Scope, vacancy: str) -> Places:
        """Return a vacancy's places, taken and left, over every prison."""
        with self._database.transaction(scope) as connection:
            return store.get_places(connection, get_vacancy(connection, vacancy).id)

    def _record(
        self, scope: Scope, application: UUID, change: ApplicationChange, version: int
    ) -> ChangeResult:
        with self._database.transaction(scope) as connection:
            held = self._held(connection, application, version)
            history = _history(connection, held)
            return record_change(connection, scope, held, history, change, self.today)

    def _held(
        self, connection: Connection[Any], application: UUID, version: int
    ) -> ApplicationStatus:
        """The application, held; ConflictError unless it is as the caller saw it."""
        held = store.lock_application(connection, application)
        if held.version != version:
            raise ConflictError(_who_changed(held, store.list_events(connection, held.id)))
        return held

    def _problems(
        self, connection: Connection[Any], held: ApplicationStatus
    ) -> tuple[list[Problem], Pair]:
        people = list_candidates(connection, [held.candidate_id])
        vacancies = list_vacancies(connection, [held.vacancy_id])
        if not people or not vacancies:
            raise NotFoundError("no such application in your scope")
        pair = Pair(people[0], vacancies[0], self.today)
        places = store.get_places(connection, held.vacancy_id)
        return check_put_forward(pair, agreed=held.agreed, places=places), pair


def record_change(
    connection: Connection[Any],
    scope: Scope,
    held: ApplicationStatus,
    history: ApplicationHistory,
    change: ApplicationChange,
    today: date,
) -> ChangeResult:
    """Record a change of a locked application, if the rules allow it."""
    event = plan_change(history, change, scope.role, today)
    if event.to_state is S.APPLICATION_MADE and event.corrects is None and not held.agreed:
        raise ValidationError(
            "to", event.to_state.value, "their agreement no longer stands; record it again first"
        )
    store.insert_event(connection, held.id, event)
    if change.interview is not None:
        store.insert_interview(connection, held.id, event.number, change.interview)
    return _moved(store.get_standing(connection, held.public_id))


def _history(connection: Connection[Any], held: ApplicationStatus) -> ApplicationHistory:
    events = store.list_events(connection, held.id)
    return ApplicationHistory(held.state, held.version, held.last_step, held.opened_on, events)


def _moved(held: ApplicationStatus) -> ChangeResult:
    return ChangeResult(held.public_id, held.state, held.version)


def _who_changed(held: ApplicationStatus, events: Sequence[ApplicationEvent]) -> str:
    """Return who changed it, to what and when, as far as the second person may know."""
    latest = events[-1] if events and events[-1].number == held.version else None
    who = latest.actor if latest else "the person's own staff"
    when = (latest.recorded_at if latest else held.updated_at).astimezone(clock.UK)
    return (
        f"{who} changed this application to {held.state.label} on {when:%-d %B %Y at %H:%M}; "
        "look at it again before you change it"
    )


def _narrowed(
    connection: Connection[Any], application_filter: ApplicationFilter
) -> dict[str, object]:
    return {
        "state": application_filter.state,
        "vacancy_id": get_vacancy(connection, application_filter.vacancy).id
        if application_filter.vacancy
        else None,
        "candidate_id": (
            get_named_candidate(connection, application_filter.candidate).id
            if application_filter.candidate
            else None
        ),
        "employer_key": application_filter.employer.strip().casefold()
        if application_filter.employer
        else None,
        "live": application_filter.live,
    }


def _require_place(places: Places) -> None:
    if not places.left:
        taken = "its only place is" if places.number == 1 else f"all {places.number} places are"
        raise ValidationError(
            "vacancy", places.taken, f"{taken} taken; it opens again when a place falls free"
        )


def _note(text: str | None) -> str | None:
    trimmed = text.strip() if text else None
    if trimmed and len(trimmed) > 500:
        raise ValidationError("note", f"{trimmed[:20]}...", "use at most 500 characters")
    return trimmed or None


def _audit_view(connection: Connection[Any], candidate_id: int) -> None:
    audit.insert_event(connection, "view", "candidate", candidate_id, of="application")


def _audit_list(connection: Connection[Any], people: Sequence[int]) -> None:
    if people:
        audit.insert_event(connection, "view", "application", None, people=sorted(set(people)))
