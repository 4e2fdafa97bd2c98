"""What the rules ask for, and on which days."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.model import Candidate, StoredCandidate
from casework.home.rules import ApplicationFacts, TaskRule, is_for, rule_tasks
from foundation.vocabulary import ApplicationState, OutcomePoint, Role

TODAY = date(2026, 11, 22)
S = ApplicationState


def person(release: date | None = None, **changes: object) -> StoredCandidate:
    least: dict[str, object] = {
        "prison_number": "A0001AA",
        "first_name": "Sam",
        "last_name": "Example",
        "prison_id": "MDI",
        "release_date": release,
        "id_documents": ["PASSPORT"],
        "readiness_actions": [{"action": "BANK_ACCOUNT", "status": "COMPLETED"}],
    }
    record = Candidate.model_validate(least | changes)
    return StoredCandidate(1, UUID(int=1), 0, record, None, None, None)


def facts(state: ApplicationState, days_ago: int = 0, **changes: object) -> ApplicationFacts:
    values: dict[str, object] = {
        "public_id": UUID(int=9),
        "candidate_id": 1,
        "title": "Cook",
        "employer": "Harbour Foods",
        "state": state,
        "since": TODAY - timedelta(days=days_ago),
        "agreed": True,
        "interview_on": None,
        "points": frozenset(),
    }
    return ApplicationFacts(**values | changes)  # type: ignore[arg-type]


def asked(who: StoredCandidate, *applications: ApplicationFacts) -> dict[TaskRule, str]:
    return {task.rule: task.what for task in rule_tasks(who, applications, TODAY)}


@pytest.mark.parametrize(("days", "told"), [(-1, False), (0, True), (28, True), (29, False)])
def test_papers_are_asked_for_in_the_last_four_weeks(days: int, told: bool) -> None:
    who = person(TODAY + timedelta(days=days), id_documents=[], readiness_actions=[])
    assert set(asked(who)) == ({TaskRule.NO_ID, TaskRule.NO_BANK_ACCOUNT} if told else set())


def test_whoever_has_them_or_wants_no_work_is_not_asked_for_papers() -> None:
    soon = TODAY + timedelta(days=7)
    assert asked(person(soon)) == {}
    declined = person(
        soon, id_documents=[], readiness_actions=[], readiness_status="SUPPORT_DECLINED"
    )
    assert asked(declined) == {}
    assert asked(person(None, id_documents=[], readiness_actions=[])) == {}


@pytest.mark.parametrize(
    ("days", "what"),
    [
        (-1, None),
        (0, "Interview today for Cook at Harbour Foods."),
        (1, "Interview tomorrow for Cook at Harbour Foods."),
        (2, None),
    ],
)
def test_an_interview_is_told_the_day_before_and_on_the_day(days: int, what: str | None) -> None:
    booked = facts(S.INTERVIEW_BOOKED, interview_on=TODAY + timedelta(days=days))
    assert asked(person(), booked).get(TaskRule.INTERVIEW) == what
    held = facts(S.JOB_OFFER, interview_on=TODAY)
    assert asked(person(), held) == {}


@pytest.mark.parametrize("state", [S.PUT_FORWARD, S.APPLICATION_MADE])
def test_an_employer_is_asked_after_14_days_without_an_answer(state: ApplicationState) -> None:
    assert asked(person(), facts(state, 13)) == {}
    assert set(asked(person(), facts(state, 14))) == {TaskRule.NO_ANSWER}


def test_agreement_is_asked_of_whoever_is_shortlisted_without() -> None:
    assert asked(person(), facts(S.SHORTLISTED)) == {}
    missing = facts(S.SHORTLISTED, agreed=False)
    assert set(asked(person(), missing)) == {TaskRule.AGREEMENT_MISSING}


def test_outcomes_are_asked_from_the_release_of_work_that_began() -> None:
    weeks = {n: person(TODAY - timedelta(weeks=n)) for n in (5, 6, 26)}
    started = facts(S.STARTED)
    assert asked(weeks[5], started) == {}
    assert set(asked(weeks[6], started)) == {TaskRule.SIX_WEEKS}
    assert set(asked(weeks[26], started)) == {TaskRule.SIX_WEEKS, TaskRule.SIX_MONTHS}
    known = facts(S.IN_WORK_6_WEEKS, points=frozenset({OutcomePoint.SIX_WEEKS}))
    assert set(asked(weeks[26], known)) == {TaskRule.SIX_MONTHS}
    assert asked(weeks[26], facts(S.WITHDRAWN)) == {}


@given(
    st.integers(-300, 300),
    st.sampled_from(S),
    st.integers(0, 60),
    st.booleans(),
    st.one_of(st.none(), st.integers(-3, 3)),
)
def test_whatever_is_asked_is_due_and_is_asked_once(
    release: int, state: ApplicationState, days: int, agreed: bool, interview: int | None
) -> None:
    on = None if interview is None else TODAY + timedelta(days=interview)
    who = person(TODAY + timedelta(days=release), id_documents=[], readiness_actions=[])
    found = rule_tasks(who, [facts(state, days, agreed=agreed, interview_on=on)], TODAY)
    assert len({task.key for task in found}) == len(found)
    assert all(task.due <= TODAY and task.what.endswith((".", "?")) for task in found)
    assert found == sorted(found, key=lambda task: (task.due, task.key))


@pytest.mark.parametrize("rule", TaskRule)
def test_every_rule_is_for_somebody(rule: TaskRule) -> None:
    assert is_for(rule, None)
    assert is_for(rule, Role.PRISON_EMPLOYMENT_LEAD)
    assert is_for(rule, Role.WORK_COACH) == (rule in {TaskRule.SIX_WEEKS, TaskRule.SIX_MONTHS})
    assert not is_for(rule, Role.AUDITOR)
