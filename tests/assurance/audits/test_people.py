"""Outcomes and overrides as they may be shown: what is beside a rate, and what is hidden."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import numpy as np
import pytest
from audited_person import person

from assurance.audits.courses import Followed
from assurance.audits.figures import to_report
from assurance.audits.report import AttributeAudit, Audited, AuditReport, OutcomeRow
from assurance.audits.tally import GateGroup, RankedList, tally
from casework.applications.model import CandidateProgress
from casework.decisions.model import AuditedDecision
from foundation.clock import UK
from foundation.vocabulary import OutcomeAtPoint

DAY = date(2026, 11, 22)
HIGHER, LOWER = "HIGHER", "LOWER"
IN_WORK, NOT_IN_WORK = OutcomeAtPoint.IN_WORK, OutcomeAtPoint.NOT_IN_WORK
UNAVAILABLE, UNKNOWN = OutcomeAtPoint.UNAVAILABLE, OutcomeAtPoint.UNKNOWN


def started(first: int, counts: dict[OutcomeAtPoint | None, int]) -> list[CandidateProgress]:
    """People who started work, by what was found at 6 weeks; ids from `first` on."""
    found = [outcome for outcome, count in counts.items() for _ in range(count)]
    return [
        CandidateProgress(first + at, 8, DAY, outcome, None) for at, outcome in enumerate(found)
    ]


def hidden_by_staff(number: int, reason: str = "OTHER") -> AuditedDecision:
    made = datetime(2026, 11, 20, tzinfo=UK)
    return AuditedDecision(
        number, "HIDE", 1, number, UUID(int=0), "eligible", 1, None, None, reason, made, None
    )


def audit(followed: Followed) -> AuditReport:
    """Of 200 people, all of them allowed and in the first places of some list."""
    people = [
        person(number, need_band=HIGHER if number <= 100 else LOWER) for number in range(1, 201)
    ]
    ids = np.arange(1, 201, dtype=np.int64)
    lists = [
        RankedList(
            at + 1,
            "floor@1",
            ids[at * 10 : at * 10 + 10],
            *(np.arange(1, 11, dtype=np.int64) for _ in range(2)),
            np.zeros(10, dtype=np.int64),
            *(np.ones(10) for _ in range(2)),
        )
        for at in range(20)
    ]
    gate = [GateGroup(1, "eligible", (), ids)]
    tallies, totals = tally(people, {"need_band": (HIGHER, LOWER)}, gate, lists, ids[:0], followed)
    return to_report(Audited(DAY, DAY), DAY, len(people), ("floor@1",), tallies, totals)


def need(*people: list[CandidateProgress]) -> AttributeAudit:
    return audit(Followed(tuple(each for some in people for each in some))).attributes[0]


def at_6_weeks(audited: AttributeAudit) -> tuple[OutcomeRow, OutcomeRow]:
    higher, lower = audited.outcomes[0].rows
    return higher, lower


def test_unknown_and_unavailable_stand_beside_the_rate_and_never_in_it() -> None:
    higher, lower = at_6_weeks(
        need(
            started(1, {IN_WORK: 10, NOT_IN_WORK: 20, UNAVAILABLE: 7, UNKNOWN: 9, None: 6}),
            started(101, {IN_WORK: 30, NOT_IN_WORK: 20, UNAVAILABLE: 0, UNKNOWN: 5}),
        )
    )
    assert (higher.known, higher.in_work, higher.rate) == (30, 10, pytest.approx(1 / 3, abs=1e-5))
    assert (higher.unavailable, higher.not_known) == (7, 9)
    assert (lower.known, lower.in_work, lower.rate) == (50, 30, 0.6)
    assert (lower.unavailable, lower.not_known) == (0, 5)


def test_groups_are_compared_in_percentage_points() -> None:
    higher, lower = at_6_weeks(
        need(
            started(1, {IN_WORK: 10, NOT_IN_WORK: 30}),
            started(101, {IN_WORK: 30, NOT_IN_WORK: 30}),
        )
    )
    assert (lower.standing, lower.points) == ("reference", None)
    assert higher.points == pytest.approx(25 - 50)
    assert higher.low is not None
    assert higher.high is not None
    assert higher.low < -25 < higher.high


def test_a_rate_of_a_few_is_hidden_with_what_would_tell_it() -> None:
    audited = need(
        started(1, {IN_WORK: 2, NOT_IN_WORK: 30, UNKNOWN: 8}),
        started(101, {IN_WORK: 30, NOT_IN_WORK: 30}),
    )
    higher, lower = at_6_weeks(audited)
    for row in (higher, lower):  # the other group's, from the total
        assert (row.standing, row.known, row.in_work, row.rate) == ("hidden", None, None, None)
    assert [row.counts[-2] for row in audited.later] == [None, None]
    assert higher.not_known == 8


def test_a_group_of_few_has_counts_and_no_rate() -> None:
    higher, _ = at_6_weeks(
        need(
            started(1, {IN_WORK: 6, NOT_IN_WORK: 6}),
            started(101, {IN_WORK: 30, NOT_IN_WORK: 30}),
        )
    )
    assert (higher.standing, higher.known, higher.in_work) == ("insufficient", 12, 6)
    assert (higher.rate, higher.points) == (None, None)


def test_rates_after_a_list_are_of_the_people_before() -> None:
    found = started(1, {None: 25}) + [
        replace(each, stage=2) for each in started(26, {None: 15}) + started(101, {None: 30})
    ]
    audited = need(found, started(131, {None: 20}))
    assert [(row.of, row.selected) for row in audited.put_forward] == [(100, 40), (100, 50)]
    assert [(row.of, row.selected) for row in audited.interview] == [(40, 25), (50, 20)]
    assert [(row.of, row.selected) for row in audited.started] == [(40, 25), (50, 20)]
    (compared,) = [row for row in audited.started if row.standing == "compared"]
    assert compared.ratio == pytest.approx(25 / 40 / (20 / 50))
    assert compared.adjusted_p is not None
    assert compared.p is not None
    assert compared.adjusted_p >= compared.p


def test_later_stages_never_grow() -> None:
    audited = need(
        started(1, {IN_WORK: 12, None: 13}),
        [CandidateProgress(each, 5, DAY, None, None) for each in range(101, 131)],
    )
    for row in (*audited.later, audited):
        counts = row.later_totals if isinstance(row, AttributeAudit) else row.counts
        course = [count for count in counts[:5] if count is not None]
        assert course == sorted(course, reverse=True)


def test_overrides_are_counted_by_kind_and_reason_with_the_small_hidden() -> None:
    decided = [hidden_by_staff(number, "OTHER_WORK") for number in range(1, 11)]
    decided += [hidden_by_staff(number) for number in range(11, 14)]
    decided += [hidden_by_staff(number, "OTHER_WORK") for number in range(101, 107)]
    report = audit(Followed(decided=tuple(decided)))
    need_bands = report.attributes[0]
    assert need_bands.override_kinds[1:] == ("decided about", "hidden by staff", "put above others")
    assert [row.counts for row in need_bands.overrides] == [(100, 13, 13, 0), (100, 6, 6, 0)]
    reasons = {row.code: row.people for row in need_bands.override_reasons}
    assert reasons["OTHER"][0] is None
    assert not {1, 2, 3, 4} & {count for people in reasons.values() for count in people}
    assert [(row.of, row.selected) for row in need_bands.overridden] == [(100, 13), (100, 6)]


def test_how_many_lists_staff_decided_about_is_hidden_when_few() -> None:
    few = audit(Followed(decided=(hidden_by_staff(1), hidden_by_staff(2))))
    assert few.lists_decided is None
    assert audit(Followed()).lists_decided == 0
    many = tuple(replace(hidden_by_staff(number), vacancy_id=number) for number in range(1, 7))
    assert audit(Followed(decided=many)).lists_decided == 6


def test_where_nobody_was_put_forward_or_decided_about_that_is_told() -> None:
    audited = audit(Followed()).attributes[0]
    assert audited.later_totals == (200, 0, 0, 0, 0, 0, 0)
    assert audited.override_totals == (200, 0, 0, 0)
    assert audited.override_reasons == ()
    assert {row.standing for row in audited.interview} == {"insufficient"}


def test_a_total_of_few_people_is_hidden_as_well() -> None:
    audited = need(started(1, {IN_WORK: 2}), started(101, {IN_WORK: 1, None: 9}))
    assert audited.later_totals[:2] == (200, 12)
    assert audited.later_totals[-2] is None
