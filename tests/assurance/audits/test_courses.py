"""What followed a list, against counting by hand: each person once, by group."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
from audited_person import person
from hypothesis import given, settings
from hypothesis import strategies as st

from assurance.audits.courses import (
    COURSE,
    KINDS,
    OVERRIDES,
    Followed,
    follow,
    found_at,
    known_among,
    reason_column,
)
from assurance.audits.figures import to_report
from assurance.audits.report import Audited
from assurance.audits.tally import REACHED, GateGroup, RankedList, tally
from casework.applications.model import CandidateProgress
from casework.decisions.model import AuditedDecision, DecisionKind, HideReason, PlaceReason
from foundation.vocabulary import OutcomeAtPoint, OutcomePoint
from matching.groups.need import NeedBand
from matching.groups.waiting import FIRST_PLACES

FIRST, LAST = date(2026, 9, 1), date(2026, 11, 22)
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
FEW = {1, 2, 3, 4}
NOBODY = np.array([], dtype=np.int64)
OUTCOMES = (None, *OutcomeAtPoint)
REASONS = {DecisionKind.HIDE: tuple(HideReason), DecisionKind.PLACE: tuple(PlaceReason)}


def reached(
    number: int, stage: int, on: date | None = LAST, *outcomes: object
) -> CandidateProgress:
    weeks, months = (*outcomes, None, None)[:2]
    return CandidateProgress(number, stage, on, weeks, months)  # type: ignore[arg-type]


def decision(
    number: int, kind: DecisionKind = DecisionKind.HIDE, vacancy: int = 1, **changes: object
) -> AuditedDecision:
    values: dict[str, object] = {
        "id": 1,
        "kind": kind.value,
        "vacancy_id": vacancy,
        "candidate_id": number,
        "run_id": UUID(int=0),
        "listed": "eligible",
        "rank_given": 3,
        "rank_decided": 1 if kind is DecisionKind.PLACE else None,
        "tie_bands": None,
        "reason": "OTHER",
        "made_at": NOON,
        "undone_at": None,
    }
    return AuditedDecision(**(values | changes))  # type: ignore[arg-type]


def listed(vacancy: int, ids: list[int]) -> RankedList:
    """A list of these people in this order, all of them shown."""
    order = np.argsort(np.array(ids, dtype=np.int64))
    rank = (order + 1).astype(np.int64)
    known = np.array(sorted(ids), dtype=np.int64)
    worth = np.ones(len(ids))
    return RankedList(vacancy, "floor@1", known, rank, rank, rank * 0, worth, worth)


@st.composite
def courses(draw: st.DrawFn, number: int) -> CandidateProgress:
    stage = draw(st.integers(1, 10))
    on = draw(st.sampled_from([None, FIRST - timedelta(1), FIRST, LAST, LAST + timedelta(1)]))
    outcomes = [draw(st.sampled_from(OUTCOMES)) if stage >= 8 else None for _ in range(2)]
    return reached(number, stage, on, *outcomes)


@given(st.data())
def test_people_put_forward_are_counted_as_counting_one_by_one_gives(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 15))
    bands = data.draw(st.lists(st.sampled_from("ABC"), min_size=size, max_size=size))
    people = [person(number * 2, need_band=band) for number, band in enumerate(bands)]
    some = data.draw(st.sets(st.integers(0, 2 * size + 3)))  # odd numbers are out of scope
    found = [data.draw(courses(number)) for number in sorted(some)]
    allowed = data.draw(st.sets(st.sampled_from([each.id for each in people])))
    gate = [
        GateGroup(1, "eligible", (), np.array(sorted(allowed), dtype=np.int64)),
        GateGroup(1, "ineligible", ("R",), np.array([p.id for p in people if p.id not in allowed])),
    ]
    (counted,), _ = tally(
        people, {"need_band": ()}, gate, [], NOBODY, follow(found, [], FIRST, LAST)
    )
    expected = Counter[tuple[str, str | None]]()
    bands_of = {each.id: each.need_band for each in people}
    for each in found:
        if each.candidate_id not in bands_of or each.put_forward_on is None:
            continue
        if not FIRST <= each.put_forward_on <= LAST:
            continue
        band = bands_of[each.candidate_id]
        for column, stage in COURSE.items():
            expected[column, band] += each.stage >= stage
        expected["allowed and put forward", band] += (
            each.stage >= 2 and each.candidate_id in allowed
        )
        for point, outcome in (
            (OutcomePoint.SIX_WEEKS, each.six_weeks),
            (OutcomePoint.SIX_MONTHS, each.six_months),
        ):
            if outcome:
                expected[found_at(outcome, point), band] += 1
    told = {
        (column, label): int(counted.count(column)[at])
        for column in counted.columns
        if column not in (*REACHED, *OVERRIDES)
        for at, label in enumerate(counted.coded.labels)
    }
    assert {key: count for key, count in told.items() if count} == +expected


@given(st.data())
def test_decisions_are_counted_as_counting_one_by_one_gives(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 14))
    people = [person(number, need_band=data.draw(st.sampled_from("AB"))) for number in range(size)]
    order = data.draw(st.permutations(range(size)))
    kinds = st.sampled_from(list(DecisionKind))
    made = []
    for _ in range(data.draw(st.integers(0, 8))):
        kind, given_rank = data.draw(kinds), data.draw(st.integers(1, 14))
        made.append(
            decision(
                data.draw(st.integers(0, size + 1)),
                kind,
                vacancy=data.draw(st.integers(1, 3)),
                reason=str(data.draw(st.sampled_from(REASONS[kind]))),
                rank_given=given_rank,
                rank_decided=data.draw(st.integers(1, 14)) if kind is DecisionKind.PLACE else None,
            )
        )
    lists = [listed(1, list(order)), listed(2, list(order)[:1])]
    (counted,), totals = tally(
        people, {"need_band": ()}, [], lists, NOBODY, Followed(decided=tuple(made))
    )
    ours = [each for each in made if each.vacancy_id in (1, 2) and each.candidate_id < size]
    first = set(order[:FIRST_PLACES]) | {
        each.candidate_id
        for each in ours
        if min(each.rank_given, each.rank_decided or each.rank_given) <= FIRST_PLACES
    }
    who: dict[str, set[int]] = {column: set() for column in OVERRIDES} | {"in first places": first}
    for each in ours:
        if each.candidate_id in first:
            kind = DecisionKind(each.kind)
            for column in ("decided about", KINDS[kind], reason_column(kind, each.reason)):
                who.setdefault(column, set()).add(each.candidate_id)
    bands = {each.id: each.need_band for each in people}
    for column, ids in who.items():
        for label, count in zip(counted.coded.labels, counted.count(column), strict=True):
            assert count == sum(bands[one] == label for one in ids), (column, label)
    assert totals.lists_decided == len({each.vacancy_id for each in ours})


@given(st.data())
def test_what_is_taken_to_be_known_of_the_columns_is_true_of_them(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 12))
    people = [person(number) for number in range(size)]
    found = tuple(data.draw(courses(number)) for number in range(size))
    made = tuple(
        decision(data.draw(st.integers(0, size - 1)), data.draw(st.sampled_from(DecisionKind)))
        for _ in range(data.draw(st.integers(0, 6)))
    )
    ids = np.arange(size, dtype=np.int64)
    (counted,), _ = tally(
        people,
        {"need_band": ()},
        [GateGroup(1, "eligible", (), ids)],
        [listed(1, list(range(size)))],
        ids[: size // 2],
        Followed(found, made),
    )
    for each in known_among(REACHED, counted.columns):
        fewer = sum(int(counted.count(column).sum()) for column in each.fewer)
        assert fewer <= sum(int(counted.count(column).sum()) for column in each.more), each


def test_a_period_takes_people_first_put_forward_in_it_with_all_that_came_of_them() -> None:
    found = [
        reached(1, 10, FIRST),
        reached(2, 5, LAST),
        reached(3, 9, FIRST - timedelta(1)),
        reached(4, 2, LAST + timedelta(1)),
        reached(5, 1, None),
    ]
    followed = follow(found, [], FIRST, LAST)
    assert [each.candidate_id for each in followed.reached] == [1, 2]


def test_a_decision_that_was_undone_by_the_end_of_the_period_is_not_counted() -> None:
    made = [
        decision(1),
        decision(2, undone_at=NOON + timedelta(days=1)),
        decision(3, undone_at=NOON + timedelta(days=90)),
        decision(4, made_at=NOON + timedelta(days=90)),
    ]
    followed = follow([], made, FIRST, LAST)
    assert [each.candidate_id for each in followed.decided] == [1, 3]


def test_somebody_put_forward_whom_nobody_viewed_is_not_lost() -> None:
    people = [person(1), person(2)]
    (counted,), _ = tally(people, {"need_band": ()}, [], [], NOBODY, Followed((reached(2, 2),)))
    assert counted.count("viewed").sum() == counted.count("allowed").sum() == 0
    assert counted.count("put forward").sum() == 1
    assert counted.count("allowed and put forward").sum() == 0


def test_in_work_at_6_months_alone_is_not_in_work_at_6_weeks() -> None:
    found = reached(1, 10, LAST, OutcomeAtPoint.NOT_IN_WORK, OutcomeAtPoint.IN_WORK)
    (counted,), _ = tally([person(1)], {"need_band": ()}, [], [], NOBODY, Followed((found,)))
    assert counted.count("in work at 6 months").sum() == 1
    assert counted.count("in work at 6 weeks").sum() == 0
    assert counted.count("not in work at 6 weeks").sum() == 1


@settings(max_examples=60)
@given(st.data())
def test_no_small_number_is_shown_of_any_population_however_small(data: st.DataObject) -> None:
    size = data.draw(st.integers(0, 40))
    bands = data.draw(st.lists(st.sampled_from(list(NeedBand)), min_size=size, max_size=size))
    people = [person(number, need_band=band) for number, band in enumerate(bands)]
    ids = np.arange(size, dtype=np.int64)
    some = data.draw(st.integers(0, size))
    found = tuple(data.draw(courses(number)) for number in range(some))
    made = tuple(
        decision(number, data.draw(st.sampled_from(DecisionKind)))
        for number in range(data.draw(st.integers(0, some)))
    )
    gate = [GateGroup(1, "eligible", (), ids[: data.draw(st.integers(0, size))])]
    lists = [listed(1, list(range(some)))] if some else []
    gate = gate if len(gate[0].candidate_ids) >= some else [GateGroup(1, "eligible", (), ids)]
    tallies, totals = tally(people, {"need_band": ()}, gate, lists, ids, Followed(found, made))
    report = to_report(Audited(FIRST, LAST), LAST, size, (), tallies, totals)
    (each,) = report.attributes
    shown = [
        count
        for rows in (each.funnel, each.later, each.overrides)
        for row in rows
        for count in row.counts
    ]
    shown += [count for row in each.override_reasons for count in row.people]
    for outcome in each.outcomes:
        for row in outcome.rows:
            shown += [row.in_work, row.unavailable, row.not_known]
            assert (row.known is None) == (row.in_work is None)
            assert row.known is None or row.in_work is None or row.known - row.in_work not in FEW
    assert not FEW & set(shown)
