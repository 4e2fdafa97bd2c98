"""A file and a person say different things: nothing typed by staff is lost in silence."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from candidates.by_hand import keep_by_hand, values_by_field, written_by_hand
from candidates.model import Candidate
from foundation.vocabulary import (
    ActionStatus,
    Consent,
    IdDocument,
    ReadinessAction,
    ReadinessStatus,
    RightToWork,
)

AT = datetime(2026, 11, 3, 14, 5, tzinfo=UTC)
FIRST = date(2026, 10, 1)


def case(**changes: object) -> Candidate:
    return Candidate.model_validate(
        {"prison_number": "A0001AA", "first_name": "A", "last_name": "B", "prison_id": "MDI"}
        | changes
    )


@st.composite
def cases(draw: st.DrawFn) -> Candidate:
    consent = draw(st.sampled_from(Consent))
    days = st.integers(0, 30).map(lambda count: FIRST + timedelta(days=count))
    statuses = draw(
        st.dictionaries(st.sampled_from(ReadinessAction), st.sampled_from(ActionStatus))
    )
    return case(
        consent=consent,
        consent_date=None if consent is Consent.NOT_ASKED else draw(days),
        right_to_work=draw(st.sampled_from(RightToWork)),
        readiness_status=draw(st.sampled_from(ReadinessStatus)),
        ready_since=draw(st.one_of(st.none(), days)),
        id_documents=draw(st.lists(st.sampled_from(IdDocument), unique=True)),
        readiness_actions=[
            {"action": action, "status": status} for action, status in statuses.items()
        ],
    )


def written(file: Candidate, person: Candidate) -> dict[str, dict[str, object]]:
    return written_by_hand(file, person, {}, by="lead@example.org", at=AT)


@given(cases(), cases())
def test_a_file_that_says_the_same_again_undoes_nothing(file: Candidate, person: Candidate) -> None:
    by_hand = written(file, person)
    merged = keep_by_hand(file, person, by_hand)
    assert values_by_field(merged.record) == values_by_field(person)
    assert merged.told == ()
    assert merged.by_hand == by_hand


@given(cases(), cases(), cases())
def test_whatever_a_file_takes_from_a_person_is_told(
    file: Candidate, person: Candidate, later: Candidate
) -> None:
    by_hand = written(file, person)
    merged = keep_by_hand(later, person, by_hand)
    stored, typed = values_by_field(merged.record), values_by_field(person)
    lost = {field for field in by_hand if stored[field] != typed[field]}
    assert lost == {told.field for told in merged.told if not told.kept}
    assert all("lead@example.org" in told.sentence for told in merged.told)
    untouched = set(stored) - set(by_hand)
    says = values_by_field(later)
    assert {field: stored[field] for field in untouched} == {
        field: says[field] for field in untouched
    }


@given(cases(), cases(), cases())
def test_a_file_tells_once_what_it_takes(
    file: Candidate, person: Candidate, later: Candidate
) -> None:
    once = keep_by_hand(later, person, written(file, person))
    again = keep_by_hand(later, once.record, once.by_hand)
    assert again.told == ()
    assert again.record == once.record


def test_a_withdrawal_by_hand_stands_until_a_file_has_a_later_consent() -> None:
    file = case(consent="GIVEN", consent_date="2026-10-01")
    person = case(consent="WITHDRAWN", consent_date="2026-11-03")
    by_hand = written(file, person)
    older = case(consent="GIVEN", consent_date="2026-11-03")
    kept = keep_by_hand(older, person, by_hand)
    assert kept.record.consent is Consent.WITHDRAWN
    assert [told.kept for told in kept.told] == [True]
    newer = case(consent="GIVEN", consent_date="2026-11-04")
    assert keep_by_hand(newer, person, kept.by_hand).record.consent is Consent.GIVEN


def test_a_file_that_moves_one_action_keeps_another() -> None:
    file = case(readiness_actions=[{"action": "ID", "status": "NOT_STARTED"}])
    person = case(
        readiness_actions=[
            {"action": "BANK_ACCOUNT", "status": "COMPLETED"},
            {"action": "ID", "status": "NOT_STARTED"},
        ]
    )
    later = case(readiness_actions=[{"action": "ID", "status": "COMPLETED"}])
    merged = keep_by_hand(later, person, written(file, person))
    states = {state.action: state.status for state in merged.record.readiness_actions}
    assert states == {
        ReadinessAction.BANK_ACCOUNT: ActionStatus.COMPLETED,
        ReadinessAction.ID: ActionStatus.COMPLETED,
    }
    assert merged.told == ()


def test_what_is_told_reads_as_a_sentence() -> None:
    file, person = case(right_to_work="UNKNOWN"), case(right_to_work="YES")
    (told,) = keep_by_hand(case(right_to_work="NO"), person, written(file, person)).told
    assert told.sentence == (
        "Check: lead@example.org recorded right to work as “Yes” on 3 November 2026; "
        "a later file changed it to “No”."
    )
