"""What readiness means, in words that a lead understands."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.model import Candidate
from candidates.readiness import (
    DONE_MEANS,
    STATUS_MEANS,
    UNDONE_MEANS,
    action_statuses,
    readiness_summary,
)
from foundation.vocabulary import ActionStatus, ReadinessAction, ReadinessStatus

TODAY = date(2026, 11, 22)
LEAST = {
    "prison_number": "A0001AA",
    "first_name": "Sam",
    "last_name": "Example",
    "prison_id": "MDI",
    "consent": "GIVEN",
    "consent_date": "2026-10-01",
    "right_to_work": "YES",
    "readiness_status": "READY_TO_WORK",
    "id_documents": ["PASSPORT"],
}


def person(**changes: object) -> Candidate:
    return Candidate.model_validate(LEAST | changes)


def blocks(**changes: object) -> dict[str, bool]:
    found = readiness_summary(person(**changes), TODAY).blocks
    assert all(block.sentence.endswith(".") for block in found)
    return {block.code: block.stops for block in found}


def test_every_action_and_status_is_explained() -> None:
    assert set(DONE_MEANS) == set(UNDONE_MEANS) == set(ReadinessAction)
    assert set(STATUS_MEANS) == set(ReadinessStatus)


@given(st.dictionaries(st.sampled_from(ReadinessAction), st.sampled_from(ActionStatus)))
def test_each_action_is_done_in_progress_or_not_started(
    recorded: dict[ReadinessAction, ActionStatus],
) -> None:
    actions = [{"action": action, "status": status} for action, status in recorded.items()]
    candidate = person(readiness_actions=actions)
    summary = readiness_summary(candidate, TODAY)
    together = (*summary.done, *summary.in_progress, *summary.not_started)
    assert sorted(together) == sorted(ReadinessAction)
    assert set(summary.missing) == set(ReadinessAction) - set(summary.done)
    assert [line.action for line in summary.actions] == list(ReadinessAction)
    assert action_statuses(candidate) | recorded == action_statuses(candidate)


def test_nothing_is_in_the_way_of_someone_who_is_ready() -> None:
    assert blocks() == {}
    assert readiness_summary(person(), TODAY).can_be_matched


@pytest.mark.parametrize(
    ("changes", "code", "stops"),
    [
        ({"consent": "NOT_ASKED", "consent_date": None}, "CONSENT_NOT_ASKED", True),
        ({"consent": "WITHDRAWN"}, "CONSENT_WITHDRAWN", True),
        ({"right_to_work": "NO"}, "NO_RIGHT_TO_WORK", True),
        ({"right_to_work": "UNKNOWN"}, "RIGHT_TO_WORK_UNKNOWN", False),
        ({"readiness_status": "NO_RIGHT_TO_WORK"}, "NO_RIGHT_TO_WORK", True),
        ({"readiness_status": "SUPPORT_DECLINED"}, "SUPPORT_DECLINED", True),
        ({"readiness_status": "SUPPORT_NEEDED"}, "NOT_READY", False),
        ({"readiness_status": "NOT_STARTED"}, "NOT_READY", False),
    ],
)
def test_what_is_in_the_way_says_whether_it_stops(
    changes: dict[str, object], code: str, stops: bool
) -> None:
    assert blocks(**changes) == {code: stops}
    assert readiness_summary(person(**changes), TODAY).can_be_matched is not stops


@pytest.mark.parametrize(
    ("days", "told"), [(-1, False), (0, True), (28, True), (29, False), (None, False)]
)
def test_papers_that_take_weeks_are_told_in_the_last_four(days: int | None, told: bool) -> None:
    release = None if days is None else TODAY + timedelta(days=days)
    found = blocks(release_date=release, id_documents=["OTHER"])
    assert set(found) == ({"NO_ID", "NO_BANK_ACCOUNT"} if told else set())


def test_a_completed_action_or_a_passport_proves_identity() -> None:
    soon = TODAY + timedelta(days=7)
    actions = [
        {"action": "ID", "status": "COMPLETED"},
        {"action": "BANK_ACCOUNT", "status": "COMPLETED"},
    ]
    assert blocks(release_date=soon, id_documents=[], readiness_actions=actions) == {}
    assert blocks(release_date=soon, readiness_actions=actions[1:]) == {}
