"""What was recorded wrongly is put right by adding to it."""

from datetime import date, timedelta

import pytest
from application_world import ALL, World

from casework.applications.model import ChangeResult, Correction
from casework.applications.store import list_reached
from foundation.errors import ConflictError, ValidationError
from foundation.vocabulary import AgreementHow, ApplicationState, OutcomeAtPoint, OutcomePoint

S = ApplicationState
TODAY = date(2026, 11, 22)


def correction(number: int, reason: str = "WRONG_STATE") -> Correction:
    return Correction.model_validate({"number": number, "reason": reason})


def test_a_correction_names_what_it_corrects_and_the_state_follows(world: World) -> None:
    held = world.taken_to(S.APPLICATION_UNSUCCESSFUL)
    moved = world.move(held, S.SELECTED_FOR_INTERVIEW, correct=correction(3))
    assert (moved.state, moved.version) == (S.SELECTED_FOR_INTERVIEW, 4)
    history = world.service.history(world.lead, held.public_id)
    assert [(event.to_state, event.stands) for event in history] == [
        (S.SHORTLISTED, True),
        (S.PUT_FORWARD, True),
        (S.APPLICATION_UNSUCCESSFUL, False),
        (S.SELECTED_FOR_INTERVIEW, True),
    ]
    assert (history[3].corrects, history[3].correction_reason) == (3, "WRONG_STATE")
    assert history[3].from_state is S.PUT_FORWARD


def test_what_did_not_happen_is_undone_and_may_happen_again(world: World) -> None:
    held = world.taken_to(S.JOB_OFFER)
    undone = world.service.undo(ALL, held.public_id, correction(3), version=3)
    assert (undone.state, undone.version) == (S.PUT_FORWARD, 4)
    with pytest.raises(ValidationError, match="event 4 put it right"):
        world.service.undo(ALL, held.public_id, correction(3), version=4)
    with pytest.raises(ValidationError, match="not an event that you can put right"):
        world.service.undo(ALL, held.public_id, correction(4), version=4)
    again = world.move(undone, S.JOB_OFFER)
    assert again.version == 5
    back = world.service.undo(ALL, held.public_id, correction(5), version=5)
    twice = world.service.undo(ALL, held.public_id, correction(2), version=6)
    assert (back.state, twice.state) == (S.PUT_FORWARD, S.SHORTLISTED)


def test_an_application_that_began_cannot_be_undone(world: World) -> None:
    held = world.shortlisted()
    with pytest.raises(ValidationError, match="withdrawn, not undone"):
        world.service.undo(world.lead, held.public_id, correction(1), version=1)


def test_of_an_earlier_event_the_day_can_be_put_right_and_not_where_it_led(world: World) -> None:
    begun = world.service.shortlist(
        world.lead, world.vacancy(), world.person(), on=TODAY - timedelta(30)
    )
    world.service.agree(world.lead, begun.public_id, AgreementHow.IN_PERSON)
    held = world.service.put_forward(world.lead, begun.public_id, version=1)
    offered = world.move(held, S.JOB_OFFER)
    with pytest.raises(ValidationError, match="put that right first"):
        world.move(offered, S.WITHDRAWN, correct=correction(2))
    earlier = TODAY - timedelta(9)
    fixed = world.move(offered, S.PUT_FORWARD, on=earlier, correct=correction(2, "WRONG_DATE"))
    assert (fixed.state, fixed.version) == (S.JOB_OFFER, 4)
    standing = [e for e in world.service.history(ALL, begun.public_id) if e.stands]
    assert {e.to_state: e.happened_on for e in standing}[S.PUT_FORWARD] == earlier


def test_each_role_puts_right_only_what_it_may_record(world: World) -> None:
    held = world.put_forward()
    offered = world.move(held, S.JOB_OFFER, world.employer)
    with pytest.raises(ValidationError, match="for the employer to record"):
        world.service.undo(world.lead, held.public_id, correction(3), version=3)
    accepted = world.move(offered, S.OFFER_ACCEPTED, world.coach)
    with pytest.raises(ValidationError, match="not an event that you can put right"):
        world.service.undo(world.employer, held.public_id, correction(4), version=4)
    with pytest.raises(ValidationError, match="more was recorded after it"):
        world.service.undo(world.employer, held.public_id, correction(3), version=4)
    world.service.undo(world.coach, held.public_id, correction(4), version=accepted.version)
    undone = world.service.undo(world.employer, held.public_id, correction(3), version=5)
    assert undone.state is S.PUT_FORWARD


def test_an_end_is_not_unsaid_while_another_application_is_under_way(world: World) -> None:
    held = world.taken_to(S.WITHDRAWN)
    world.service.shortlist(world.lead, "HF-1", "A0001BC")
    with pytest.raises(ConflictError, match="another application"):
        world.service.undo(world.lead, held.public_id, correction(3), version=3)


def outcome(
    world: World, held: ChangeResult, point: str, found: str, number: int | None = None
) -> ChangeResult:
    return world.service.record_outcome(
        world.coach,
        held.public_id,
        OutcomePoint(point),
        OutcomeAtPoint(found),
        version=held.version,
        correct=correction(number) if number else None,
    )


def test_only_being_in_work_takes_anyone_further(world: World) -> None:
    held = world.taken_to(S.STARTED)
    for found in ("UNKNOWN", "UNAVAILABLE", "NOT_IN_WORK"):
        held = outcome(world, held, "SIX_WEEKS", found)
        assert held.state is S.STARTED
    assert outcome(world, held, "SIX_MONTHS", "IN_WORK").state is S.IN_WORK_6_MONTHS


def test_outcomes_are_put_right_and_the_audit_counts_the_newest(world: World) -> None:
    held = world.taken_to(S.IN_WORK_6_WEEKS)  # recorded as event 5
    fixed = outcome(world, held, "SIX_WEEKS", "NOT_IN_WORK", 5)
    assert fixed.state is S.STARTED
    with world.database.monitoring_transaction(ALL) as connection:
        (reached,) = list_reached(connection)
    assert (reached.stage, reached.six_weeks, reached.six_months) == (8, "NOT_IN_WORK", None)
    assert reached.put_forward_on == TODAY
    again = outcome(world, fixed, "SIX_WEEKS", "IN_WORK", 6)
    later = outcome(world, again, "SIX_MONTHS", "UNAVAILABLE")
    assert later.state is S.IN_WORK_6_WEEKS
    with world.database.monitoring_transaction(ALL) as connection:
        (reached,) = list_reached(connection)
    assert (reached.stage, reached.six_weeks, reached.six_months) == (9, "IN_WORK", "UNAVAILABLE")


def test_nothing_is_found_at_a_point_of_someone_who_never_started(world: World) -> None:
    held = world.taken_to(S.OFFER_ACCEPTED)
    with pytest.raises(ValidationError):
        outcome(world, held, "SIX_WEEKS", "IN_WORK")
    with pytest.raises(ValidationError):
        outcome(world, held, "SIX_WEEKS", "NOT_IN_WORK")
