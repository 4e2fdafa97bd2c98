"""Adding up: against counting by hand, one person and one vacancy at a time."""

from collections import Counter
from math import log2

import numpy as np
import pytest
from audited_person import person
from hypothesis import given
from hypothesis import strategies as st

from assurance.audits.tally import (
    NOT_RECORDED,
    OPTED_OUT,
    REACHED,
    GateGroup,
    RankedList,
    label_of,
    tally,
)
from matching.groups.waiting import FIRST_PLACES

OUTCOMES = ("eligible", "refer", "ineligible")


def ranked(vacancy: int, order: list[int], shown: int, previous: dict[int, int]) -> RankedList:
    """A list in which rank and baseline are the same, of people in ranked order."""
    ids = np.array(sorted(order), dtype=np.int64)
    rank = np.array([order.index(one) + 1 for one in ids.tolist()], dtype=np.int64)
    given_rank = np.where(rank <= shown, rank, 0)
    exposure = np.array([1 / log2(1 + one) if one else 0.0 for one in given_rank.tolist()])
    merit = np.full(len(ids), exposure.sum() / len(ids))
    before = np.array([previous.get(one, 0) for one in ids.tolist()], dtype=np.int64)
    return RankedList(vacancy, "floor@1", ids, rank, given_rank, before, exposure, merit)


def test_whoever_opted_out_or_said_nothing_is_in_a_group_of_their_own() -> None:
    assert label_of(person(1, ethnicity="WHITE"), "ethnicity") == "WHITE"
    assert label_of(person(1), "ethnicity") == NOT_RECORDED
    assert label_of(person(1, opted_out=True), "ethnicity") == OPTED_OUT
    assert label_of(person(1, opted_out=True), "need_band") == "LOWER"
    assert label_of(person(1, need_band=None), "need_band") == NOT_RECORDED


@pytest.mark.parametrize(
    ("weeks", "label"),
    [
        (-1, "released already"),
        (0, "under 4 weeks"),
        (4, "4 to 12 weeks"),
        (26, "26 weeks or more"),
        (None, NOT_RECORDED),
    ],
)
def test_weeks_to_release_are_banded(weeks: int | None, label: str) -> None:
    assert label_of(person(1, weeks_to_release=weeks), "release_weeks") == label


@given(st.data())
def test_the_sums_are_what_counting_one_by_one_gives(data: st.DataObject) -> None:
    size, vacancies = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 4))
    bands = data.draw(st.lists(st.sampled_from("ABC"), min_size=size, max_size=size))
    people = [person(number * 3, need_band=band) for number, band in enumerate(bands)]
    band_of = {each.id: each.need_band for each in people}
    gate, lists, expected = [], [], Counter[tuple[str, str | None]]()
    for vacancy in range(vacancies):
        outcomes = {one.id: data.draw(st.sampled_from(OUTCOMES)) for one in people}
        for outcome in OUTCOMES:
            ids = [one for one, own in outcomes.items() if own == outcome]
            gate.append(GateGroup(vacancy, outcome, ("R",), np.array(ids, dtype=np.int64)))
        best = "eligible" if "eligible" in outcomes.values() else "refer"
        pool = [one for one, own in outcomes.items() if own == best]
        for one, own in outcomes.items():
            expected["judged", band_of[one]] += 1
            expected["allowed", band_of[one]] += own != "ineligible"
            expected["pool", band_of[one]] += one in pool
        if not pool:
            continue
        order = data.draw(st.permutations(pool))
        before = {one: data.draw(st.integers(0, 20)) for one in order}
        lists.append(ranked(vacancy, order, data.draw(st.integers(1, 12)), before))
        for one in order:
            place = int(lists[-1].rank[list(lists[-1].candidate_ids).index(one)])
            first, was = 1 <= place <= FIRST_PLACES, 1 <= before[one] <= FIRST_PLACES
            expected["compared", band_of[one]] += 1
            expected["shortlisted", band_of[one]] += first
            expected["before", band_of[one]] += was
            expected["left", band_of[one]] += was and not first
    viewed = np.array([people[0].id], dtype=np.int64)
    (counted,), totals = tally(people, {"need_band": ("C", "A")}, gate, lists, viewed)
    for stage, sums in counted.stages.items():
        if stage == "viewed":
            continue
        for label, total in zip(counted.coded.labels, sums.sum(axis=0), strict=True):
            assert total == expected[stage, label], (stage, label)
        assert totals.pairs[stage].sum() == sums.sum()
    assert counted.coded.labels == tuple(label for label in "CAB" if label in set(bands))
    assert (np.diff(counted.people[:, : len(REACHED)], axis=1) <= 0).all()
    assert counted.exposure.sum() == pytest.approx(totals.exposure.sum())


def test_people_outside_what_is_audited_are_passed_over() -> None:
    gate = [GateGroup(1, "eligible", (), np.array([1, 2, 3], dtype=np.int64))]
    lists = [ranked(1, [3, 2, 1], 3, {})]
    (counted,), totals = tally([person(2)], {"need_band": ()}, gate, lists, np.array([], dtype=int))
    assert counted.stages["judged"].sum() == 1
    assert totals.pairs["shortlisted"].tolist() == [1]
    assert counted.under_policy == [], "a part of a list has no prefixes of its own"


def test_a_list_that_a_policy_changed_tells_its_cost() -> None:
    listed = RankedList(
        1,
        "floor@1",
        np.array([1, 2, 3], dtype=np.int64),
        baseline=np.array([1, 2, 3], dtype=np.int64),
        rank=np.array([1, 0, 2], dtype=np.int64),
        previous=np.zeros(3, dtype=np.int64),
        exposure=np.array([1.0, 0.0, 1 / log2(3)]),
        merit=np.array([0.9, 0.6, 0.3]),
    )
    people = [person(1), person(2), person(3)]
    _, totals = tally(people, {"need_band": ()}, [], [listed], np.array([], dtype=int))
    assert totals.cost.largest_drop == (1,)
    assert totals.cost.moved == (1,)
    kept = (0.9 + 0.3 / log2(3)) / (0.9 + 0.6 / log2(3))
    assert totals.cost.ndcg == pytest.approx((kept,))
