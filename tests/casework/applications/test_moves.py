"""Who may move what where: the rules in Python, the table in SQL, and the trigger that decides."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import psycopg
import pytest
from application_world import World

from casework.applications.states import (
    CLOSED,
    MOVES,
    REASONS,
    STAGES,
    TAKES_PLACE,
    can_move,
    next_states,
)
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.vocabulary import AgreementHow, ApplicationState, Role

S = ApplicationState
TODAY = date(2026, 11, 22)
ROLES: tuple[Role | None, ...] = (None, *Role)


def test_the_database_holds_the_same_states_moves_and_reasons(world: World) -> None:
    with world.database.owner_transaction() as connection:
        states = connection.execute(
            "SELECT state, stage, closed, takes_place FROM application_state"
        ).fetchall()
        moves = connection.execute(
            "SELECT from_state, to_state, roles FROM application_move"
        ).fetchall()
        reasons = connection.execute("SELECT to_state, reason FROM application_reason").fetchall()
        live = connection.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname = 'application_live'"
        ).fetchone()
    assert set(states) == {(s, STAGES[s], s in CLOSED, s in TAKES_PLACE) for s in S}
    assert {(source, target, frozenset(roles)) for source, target, roles in moves} == {
        (move.source, move.target, move.roles) for move in MOVES
    }
    assert len(moves) == len(MOVES)
    assert set(reasons) == {(s, code) for s, codes in REASONS.items() for code in codes}
    assert live is not None
    assert all((f"'{s}'" in live[0]) == (s in CLOSED) for s in S)


def test_brokers_auditors_and_administrators_may_move_nothing() -> None:
    for role in (Role.NFN_BROKER, Role.AUDITOR, Role.ADMINISTRATOR):
        assert not any(can_move(role, source, target) for source in (None, *S) for target in S)


def test_everybody_may_do_what_the_field_says_is_theirs() -> None:
    lead, employer, coach = Role.PRISON_EMPLOYMENT_LEAD, Role.EMPLOYER, Role.WORK_COACH
    assert next_states(lead, S.SHORTLISTED) == (S.PUT_FORWARD, S.WITHDRAWN)
    assert next_states(employer, S.SHORTLISTED) == next_states(coach, S.SHORTLISTED) == ()
    assert S.JOB_OFFER in next_states(employer, S.PUT_FORWARD)
    assert next_states(coach, S.JOB_OFFER) == (
        S.OFFER_ACCEPTED,
        S.OFFER_DECLINED,
        S.WITHDRAWN,
        S.STARTED,
    )
    assert S.APPLICATION_UNSUCCESSFUL not in next_states(lead, S.APPLICATION_MADE)
    assert all(next_states(None, state) == () for state in CLOSED)


def test_every_state_can_be_reached_and_left_or_is_closed() -> None:
    reached = {move.target for move in MOVES}
    left = {move.source for move in MOVES}
    assert reached == set(S)
    assert left - {None} == set(S) - set(CLOSED)


@pytest.mark.parametrize("source", list(S))
def test_the_trigger_allows_what_the_rules_allow_and_nothing_else(
    world: World, source: ApplicationState
) -> None:
    """Every target for every role, straight at the table, past the service's own checks."""
    held = world.taken_to(source)
    if source is S.SHORTLISTED:
        world.service.agree(world.lead, held.public_id, AgreementHow.BY_PHONE)
    refusals = (
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.NoDataFound,
    )
    for role, target in product(ROLES, S):
        values = {
            "id": held.public_id,
            "number": held.version + 1,
            "to": target,
            "reason": world_reason(target),
            "point": point_of(source, target),
            "on": TODAY,
        }
        values["outcome"] = "IN_WORK" if values["point"] else None
        expected = can_move(role, source, target)
        scope = world.scope(role)
        try:
            with world.database.transaction(scope) as connection:
                connection.execute(
                    "INSERT INTO application_event (application_id, number, to_state, happened_on,"
                    " reason, point, outcome)"
                    " SELECT id, %(number)s, %(to)s, %(on)s, %(reason)s, %(point)s, %(outcome)s"
                    " FROM application WHERE public_id = %(id)s",
                    values,
                )
                row = connection.execute(
                    "SELECT state, version FROM application WHERE public_id = %s",
                    [held.public_id],
                ).fetchone()
                made = row == (target, held.version + 1)
                raise _Undo
        except _Undo:
            pass
        except refusals:
            made = False
        assert made == expected, (role, source, target)


class _Undo(Exception):  # noqa: N818 -- rolls the transaction back
    pass


def world_reason(target: ApplicationState) -> str | None:
    codes = REASONS.get(target)
    return next(iter(codes)) if codes else None


def point_of(source: ApplicationState, target: ApplicationState) -> str | None:
    if target is S.IN_WORK_6_MONTHS:
        return "SIX_MONTHS"
    if target is S.IN_WORK_6_WEEKS or (source is target and target is S.STARTED):
        return "SIX_WEEKS"
    return None


@pytest.mark.parametrize("source", list(S))
def test_the_service_refuses_what_the_rules_refuse(world: World, source: ApplicationState) -> None:
    held = world.taken_to(source)
    for role, target in product(ROLES, S):
        if can_move(role, source, target):
            continue
        with pytest.raises((ValidationError, NotFoundError)):
            world.move(held, target, world.scope(role))
    assert world.row(held.public_id) == (source, held.version)


@pytest.mark.parametrize("state", list(REASONS))
def test_an_end_needs_a_reason_of_its_own_list(world: World, state: ApplicationState) -> None:
    held = world.taken_to(S.INTERVIEW_BOOKED if state is not S.OFFER_DECLINED else S.JOB_OFFER)
    for reason in (None, "", "NO_SUCH_REASON"):
        with pytest.raises(ValidationError, match="reason"):
            world.move(held, state, reason=reason)
    with pytest.raises(ValidationError, match="note"):
        world.move(held, state, reason="OTHER")
    assert world.move(held, state, reason="OTHER", note="Moved away").state is state


def test_other_states_take_no_reason(world: World) -> None:
    held = world.put_forward()
    with pytest.raises(ValidationError, match="takes no reason"):
        world.move(held, S.JOB_OFFER, reason="SKILLS")


def test_nothing_happens_in_the_future_or_before_the_application_began(world: World) -> None:
    held = world.put_forward()
    for day, message in ((TODAY + timedelta(1), "future"), (TODAY - timedelta(1), "began")):
        with pytest.raises(ValidationError, match=message):
            world.move(held, S.APPLICATION_MADE, on=day)


def test_a_note_has_at_most_500_characters(world: World) -> None:
    held = world.put_forward()
    with pytest.raises(ValidationError, match="500"):
        world.move(held, S.APPLICATION_MADE, note="x" * 501)
    assert world.move(held, S.APPLICATION_MADE, note="x" * 500).version == 3


def test_an_interview_says_when_and_where(world: World) -> None:
    held = world.put_forward()
    with pytest.raises(ValidationError, match="when and where"):
        world.move(held, S.INTERVIEW_BOOKED, world.employer, interview=None)
    booked = world.move(held, S.INTERVIEW_BOOKED, world.employer)
    again = world.move(booked, S.INTERVIEW_BOOKED, world.employer)
    assert (again.state, again.version) == (S.INTERVIEW_BOOKED, 4)
    shown = world.service.get_introduced(world.employer, held.public_id)
    assert shown.interview is not None
    assert shown.interview.place == "Harbour Road"


def test_the_second_of_two_is_told_who_changed_what_and_when(world: World) -> None:
    held = world.put_forward()
    world.move(held, S.APPLICATION_MADE, world.lead)
    with pytest.raises(ConflictError, match=r"lead@moorland changed .* to Application made on "):
        world.move(held, S.WITHDRAWN, world.coach)
    with pytest.raises(ConflictError, match="the person's own staff changed"):
        world.move(held, S.JOB_OFFER, world.employer)


def test_of_two_moves_at_the_same_moment_one_is_made(
    world: World, at_once: Callable[..., list[Any]]
) -> None:
    held = world.put_forward()
    lead, employer = world.lead, world.employer
    results = at_once(
        lambda: world.move(held, S.APPLICATION_MADE, lead),
        lambda: world.move(held, S.JOB_OFFER, employer),
    )
    conflicts = [result for result in results if isinstance(result, ConflictError)]
    moved = [result for result in results if not isinstance(result, Exception)]
    assert (len(conflicts), len(moved)) == (1, 1)
    assert world.row(held.public_id) == (moved[0].state, 3)


def test_a_person_has_one_live_application_for_a_vacancy(world: World) -> None:
    held = world.shortlisted()
    with pytest.raises(ConflictError, match="already"):
        world.service.shortlist(world.lead, "HF-1", "A0001BC")
    world.move(held, S.WITHDRAWN)
    assert world.service.shortlist(world.lead, "HF-1", "A0001BC").version == 1


def test_two_who_shortlist_the_same_person_at_once_begin_one_application(
    world: World, at_once: Callable[..., list[Any]]
) -> None:
    number, reference = world.person(), world.vacancy()
    results = at_once(
        *[lambda: world.service.shortlist(world.lead, reference, number) for _ in range(3)]
    )
    assert sum(isinstance(result, ConflictError) for result in results) == 2
    assert world.service.count_by_state(world.lead)[S.SHORTLISTED] == 1
