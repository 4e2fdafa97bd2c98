"""Any history that people could make, in the database and in the rules: they never part."""

from dataclasses import replace
from datetime import UTC, date, datetime

import hypothesis
from application_world import ALL, INTERVIEW, REASONS, World
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from casework.applications.changes import ApplicationHistory, NewEvent, apply_event, plan_change
from casework.applications.model import ApplicationChange, ChangeResult, Correction
from casework.applications.states import can_move, state_at_point
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.vocabulary import (
    AgreementHow,
    ApplicationState,
    OutcomeAtPoint,
    OutcomePoint,
    Role,
)

S = ApplicationState
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
ROLES = (None, Role.PRISON_EMPLOYMENT_LEAD, Role.EMPLOYER, Role.WORK_COACH, Role.NFN_BROKER)
STATES = [state for state in S if state not in (S.SHORTLISTED, S.PUT_FORWARD)]
WRONG = "WRONG_STATE"


class History(RuleBasedStateMachine):
    """One application in the database, and beside it the history that the rules say it took."""

    world: World
    number = 0

    @initialize()
    def begin(self) -> None:
        History.number += 1
        person = self.world.person(History.number)
        self.moved: ChangeResult = self.world.service.shortlist(self.world.lead, "HF-1", person)
        self.history = ApplicationHistory(S.SHORTLISTED, 0, 0, TODAY, ())
        self.grow(NewEvent(1, S.SHORTLISTED, TODAY), Role.PRISON_EMPLOYMENT_LEAD)
        self.agreed = self.forward = False
        self.agree()
        self.put_forward()

    def grow(self, new: NewEvent, role: Role | None) -> None:
        self.history = apply_event(self.history, new, "someone", role, NOW)

    def seen(self, role: Role | None) -> ApplicationHistory | None:
        """The history as a role sees it; None where it sees nothing."""
        if role is Role.NFN_BROKER:
            return None
        if role is not Role.EMPLOYER:
            return self.history
        if not (self.agreed and self.forward):
            return None
        own = tuple(event for event in self.history.events if event.role is role)
        return replace(self.history, events=own)

    def attempt(self, role: Role | None, change: ApplicationChange, call: str) -> None:
        """Make a change through the service; it is made if and only if the rules allow it."""
        seen = self.seen(role)
        try:
            if seen is None:
                raise ValidationError("application", None, "not seen")
            planned = plan_change(seen, change, role, TODAY)
            if planned.to_state is S.APPLICATION_MADE and not (change.correct or self.agreed):
                raise ValidationError("to", None, "not agreed")
        except ValidationError:
            planned = None
        try:
            moved = self.call(role, change, call)
        except (ValidationError, NotFoundError):
            assert planned is None, (role, change)
            return
        assert planned is not None, (role, change, moved)
        self.grow(planned, role)
        self.forward = self.history.state is not S.SHORTLISTED and (
            self.forward or planned.to_state is S.PUT_FORWARD
        )

    def call(self, role: Role | None, change: ApplicationChange, call: str) -> ChangeResult:
        scope, service, number = self.world.scope(role), self.world.service, self.history.version
        public_id = self.moved.public_id
        if call == "undo" and change.correct:
            return service.undo(scope, public_id, change.correct, version=number)
        if call == "outcome" and change.point and change.outcome:
            return service.record_outcome(
                scope,
                public_id,
                change.point,
                change.outcome,
                version=number,
                correct=change.correct,
            )
        return service.move(
            scope,
            public_id,
            change.to,
            version=number,
            reason=change.reason,
            interview=change.interview,
            correct=change.correct,
        )

    @rule(role=st.sampled_from(ROLES), to=st.sampled_from(STATES))
    def move(self, role: Role | None, to: ApplicationState) -> None:
        self.attempt(role, change_to(to), "move")

    @rule(role=st.sampled_from(ROLES), to=st.sampled_from(list(S)), number=st.integers(1, 12))
    def correct(self, role: Role | None, to: ApplicationState, number: int) -> None:
        self.attempt(role, change_to(to, correct=correction(number)), "move")

    @rule(role=st.sampled_from(ROLES), back=st.integers(0, 3))
    def undo(self, role: Role | None, back: int) -> None:
        number = max(1, self.history.version - back)
        known = [event for event in self.history.events if event.number == number]
        to = known[0].from_state or S.SHORTLISTED
        change = ApplicationChange(to=to, on=TODAY, correct=correction(number), undo=True)
        self.attempt(role, change, "undo")

    @rule(
        role=st.sampled_from(ROLES),
        point=st.sampled_from(OutcomePoint),
        found=st.sampled_from(OutcomeAtPoint),
        number=st.one_of(st.none(), st.integers(1, 12)),
    )
    def find(
        self, role: Role | None, point: OutcomePoint, found: OutcomeAtPoint, number: int | None
    ) -> None:
        source: ApplicationState | None = self.history.state
        if number:
            known = [event for event in self.history.events if event.number == number]
            source = known[0].from_state if known else None
        to = state_at_point(source or self.history.state, point, found)
        change = ApplicationChange(
            to=to,
            on=TODAY,
            point=point,
            outcome=found,
            correct=correction(number) if number else None,
        )
        self.attempt(role, change, "outcome")

    @rule()
    def agree(self) -> None:
        try:
            self.world.service.agree(ALL, self.moved.public_id, AgreementHow.IN_PERSON)
        except (ConflictError, ValidationError):
            return
        self.agreed = True

    @rule()
    def put_forward(self) -> None:
        try:
            self.world.service.put_forward(ALL, self.moved.public_id, version=self.history.version)
        except ValidationError:
            assert self.history.state is not S.SHORTLISTED
            return
        self.grow(NewEvent(self.history.version + 1, S.PUT_FORWARD, TODAY), None)
        self.forward = True

    @rule()
    def withdraw_agreement(self) -> None:
        try:
            self.world.service.withdraw_agreement(ALL, self.moved.public_id)
        except NotFoundError:
            assert not self.agreed
            return
        self.agreed = False
        if can_move(None, self.history.state, S.WITHDRAWN):
            number = self.history.version + 1
            new = NewEvent(number, S.WITHDRAWN, TODAY, reason="AGREEMENT_WITHDRAWN")
            self.grow(new, None)

    @rule(role=st.sampled_from(ROLES), late=st.integers(1, 3), to=st.sampled_from(STATES))
    def too_late(self, role: Role | None, late: int, to: ApplicationState) -> None:
        hypothesis.assume(self.seen(role) is not None)
        try:
            self.world.move(
                replace(self.moved, version=self.history.version - late), to, self.world.scope(role)
            )
        except ConflictError:
            return
        raise AssertionError("an old version was accepted")

    @invariant()
    def the_database_holds_this_course(self) -> None:
        if not hasattr(self, "history") or not self.history.version:
            return
        shown = self.world.service.get_application(ALL, self.moved.public_id)
        held = shown.application
        assert (held.state, held.version) == (self.history.state, self.history.version)
        assert (held.agreed, held.put_forward) == (self.agreed, self.forward)
        assert [
            replace(event, actor="someone", recorded_at=NOW) for event in shown.history
        ] == list(self.history.events)
        introduced = self.world.service.list_introduced(self.world.employer, page=1, size=99)
        visible = self.moved.public_id in [item.public_id for item in introduced.items]
        assert visible == (self.agreed and self.forward)


def change_to(to: ApplicationState, **values: object) -> ApplicationChange:
    interview = INTERVIEW if to is S.INTERVIEW_BOOKED else None
    given = {"to": to, "on": TODAY, "reason": REASONS.get(to), "interview": interview}
    return ApplicationChange.model_validate(given | values)


def correction(number: int) -> Correction:
    return Correction.model_validate({"number": number, "reason": WRONG})


def test_the_database_and_the_rules_make_the_same_of_any_history(world: World) -> None:
    world.vacancy(number_of_vacancies=1000)

    class InThisWorld(History):
        pass

    InThisWorld.world = world
    run_machine(
        InThisWorld,
        settings=hypothesis.settings(max_examples=20, stateful_step_count=15, deadline=None),
    )
