"""The list as people decided it: nobody is lost, and every change is named."""

from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from casework.decisions.apply import apply_decisions, below_in_tie_bands
from casework.decisions.model import Decision, DecisionKind, HideReason, PlaceReason
from matching.explain.document import CandidateSummary, RankedCandidate, Score, Shortlist

AT = datetime(2026, 11, 3, 14, 5, tzinfo=UTC)


def who(number: int) -> UUID:
    return UUID(int=number + 1)


def ranked(number: int, rank: int, total: float | None = None) -> RankedCandidate:
    summary = CandidateSummary(
        public_id=who(number),
        prison_number=f"A{number:04d}AA",
        first_name="Sam",
        last_initial=chr(65 + number),
        prison_id="MDI",
        release_date=date(2027, 1, 1),
    )
    score = None
    if total is not None:
        score = Score(total=total, word="possible", contributions=(), requirements=())
    return RankedCandidate(rank=rank, candidate=summary, score=score, refer=())


def shortlist(eligible: int, refer: int = 0) -> Shortlist:
    return Shortlist.model_construct(
        ranked=tuple(ranked(n, n + 1, 0.9 - n / 100) for n in range(eligible)),
        refer=tuple(ranked(eligible + n, n + 1, 0.8 - n / 100) for n in range(refer)),
    )


def decision(kind: DecisionKind, number: int, above: int | None = None, **more: object) -> Decision:
    hides = kind is DecisionKind.HIDE
    values: dict[str, object] = {
        "public_id": UUID(int=0),
        "kind": kind,
        "candidate": who(number),
        "run_id": UUID(int=0),
        "listed": "eligible",
        "rank_given": 1,
        "rank_decided": None if hides else 1,
        "above": None if above is None else who(above),
        "tie_bands": None if hides else 0.5,
        "reason": HideReason.OTHER_WORK if hides else PlaceReason.SCORES_ALIKE,
        "note": "as agreed",
        "made_at": AT,
        "made_by": "lead@mdi.example",
    }
    return Decision(**values | more)  # type: ignore[arg-type]


def hide(number: int, **more: object) -> Decision:
    return decision(DecisionKind.HIDE, number, **more)


def place(number: int, above: int | None = None, **more: object) -> Decision:
    return decision(DecisionKind.PLACE, number, above, **more)


numbers = st.integers(0, 9)
decisions = st.lists(
    st.one_of(
        st.builds(hide, numbers),
        st.builds(place, numbers, st.one_of(st.none(), numbers)),
        st.builds(lambda n: place(n, undone_at=AT), numbers),
    ),
    max_size=6,
)


def order(document: Shortlist, made: list[Decision]) -> list[int]:
    places = apply_decisions(document, made).eligible.places
    return [place.given.candidate.public_id.int - 1 for place in places]


@given(st.integers(0, 6), st.integers(0, 3), decisions)
def test_nobody_is_lost_or_shown_twice(eligible: int, refer: int, made: list[Decision]) -> None:
    document = shortlist(eligible, refer)
    decided = apply_decisions(document, made)
    for given_list, made_list in (
        (document.ranked, decided.eligible),
        (document.refer, decided.refer),
    ):
        shown = [place.given for place in made_list.places]
        away = [each.given for each in made_list.hidden]
        assert sorted(shown + away, key=lambda item: item.rank) == list(given_list)
        assert [place.rank for place in made_list.places] == list(range(1, len(shown) + 1))


@given(st.integers(0, 6), decisions)
def test_whoever_is_not_decided_about_keeps_their_order(
    eligible: int, made: list[Decision]
) -> None:
    decided = apply_decisions(shortlist(eligible), made).eligible
    ranks = [place.given.rank for place in decided.places if place.decision is None]
    touched = {each.candidate for each in made if each.undone_at is None}
    untouched = [
        place.given.rank
        for place in decided.places
        if place.given.candidate.public_id not in touched
    ]
    assert untouched == sorted(untouched)
    assert set(untouched) <= set(ranks)


@given(st.integers(0, 6), st.integers(0, 3), decisions)
def test_every_change_is_named_and_every_decision_told(
    eligible: int, refer: int, made: list[Decision]
) -> None:
    decided = apply_decisions(shortlist(eligible, refer), made)
    for each in (decided.eligible, decided.refer):
        named = sum(place.decision is not None for place in each.places) + len(each.hidden)
        assert len(each.sentences) == named
        if any(place.moved for place in each.places):
            assert each.sentences
    applied = {
        id(place.decision)
        for each in (decided.eligible, decided.refer)
        for place in (*each.places, *each.hidden)
        if place.decision
    }
    beside = {id(each.decision) for each in decided.not_applied}
    in_force = [each for each in made if each.undone_at is None]
    last = {(each.kind, each.candidate): id(each) for each in in_force}
    hidden = {each.candidate for each in in_force if each.kind is DecisionKind.HIDE}
    for each in in_force:
        superseded = last[each.kind, each.candidate] != id(each)
        away = each.kind is DecisionKind.PLACE and each.candidate in hidden
        assert id(each) in applied | beside or superseded or away
    assert decided.is_decided == bool(decided.eligible.sentences or decided.refer.sentences)


def test_without_decisions_the_list_is_the_ranking() -> None:
    decided = apply_decisions(shortlist(4, 2), [])
    assert not decided.is_decided
    assert [place.given.rank for place in decided.eligible.places] == [1, 2, 3, 4]
    assert not any(place.moved for place in decided.eligible.places)


def test_somebody_is_put_first_or_above_another() -> None:
    assert order(shortlist(4), [place(2)]) == [2, 0, 1, 3]
    assert order(shortlist(4), [place(3, 1)]) == [0, 3, 1, 2]
    assert order(shortlist(4), [place(3, 1), place(2)]) == [2, 0, 3, 1]


def test_above_somebody_who_is_hidden_is_still_a_place() -> None:
    assert order(shortlist(4), [hide(1), place(3, 1)]) == [0, 3, 2]


def test_what_was_undone_changes_nothing() -> None:
    undone = [hide(0, undone_at=AT), place(3, undone_at=AT)]
    assert order(shortlist(4), undone) == [0, 1, 2, 3]


def test_nobody_is_moved_between_the_eligible_and_those_to_refer() -> None:
    decided = apply_decisions(shortlist(2, 2), [place(3, 0), place(9)])
    assert [each.sentence for each in decided.not_applied] == [
        "They are not in this ranking, so there is nothing to decide.",
        "Whom they were put above is not in this list.",
    ]
    assert not decided.is_decided


def test_what_a_person_decided_reads_as_sentences() -> None:
    decided = apply_decisions(shortlist(3), [place(2, tie_bands=2.34), hide(0)])
    assert decided.eligible.sentences == (
        "Sam C stands at rank 1; the ranking has them at 3. lead@mdi.example on 3 November 2026: "
        "The scores do not differ, and somebody had to choose (“as agreed”). "
        "The score was 2.3 tie bands below the best of those passed.",
        "Sam A is hidden; the ranking has them at rank 1. lead@mdi.example on 3 November 2026: "
        "Has other work or an offer (“as agreed”).",
    )


def test_how_far_below_is_told_in_tie_bands() -> None:
    best, own = ranked(0, 1, 0.7), ranked(1, 2, 0.67)
    assert round(below_in_tie_bands(own, [best], 0.02) or 0, 6) == 1.5
    assert below_in_tie_bands(best, [own], 0.02) == 0.0
    assert below_in_tie_bands(best, [ranked(2, 3)], 0.02) is None
    assert below_in_tie_bands(ranked(2, 3), [best], 0.02) is None
