"""What of the sums may be shown: many pairs may still be those of a few people."""

from datetime import date

import numpy as np
from audited_person import person

from assurance.audits.figures import to_report
from assurance.audits.report import AttributeAudit, Audited, RateRow
from assurance.audits.tally import GateGroup, RankedList, tally

DAY = date(2026, 11, 22)
HIGHER, LOWER = "HIGHER", "LOWER"


def ids(first: int, last: int) -> np.ndarray:
    return np.arange(first, last + 1, dtype=np.int64)


def audited(gate: list[GateGroup], lists: list[RankedList]) -> AttributeAudit:
    """People 1 to 40 are of higher need, 41 to 80 of lower."""
    people = [
        person(number, need_band=HIGHER if number <= 40 else LOWER) for number in range(1, 81)
    ]
    tallies, totals = tally(
        people, {"need_band": (HIGHER, LOWER)}, gate, lists, np.array([], dtype=np.int64)
    )
    report = to_report(Audited(DAY, DAY), DAY, len(people), ("floor@1",), tallies, totals)
    return report.attributes[0]


def listed(vacancy: int, first: np.ndarray, before: np.ndarray) -> RankedList:
    """A list of everybody, in whose first places stand `first`, and before it stood `before`."""
    everybody = ids(1, 80)
    rank = np.where(np.isin(everybody, first), np.searchsorted(first, everybody) + 1, 0)
    return RankedList(
        vacancy,
        "floor@1",
        everybody,
        baseline=everybody,
        rank=rank,
        previous=np.where(np.isin(everybody, before), 1, 0),
        exposure=(rank > 0).astype(np.float64),
        merit=np.ones(80),
    )


def standings(rows: tuple[RateRow, ...]) -> list[str]:
    return [row.standing for row in rows]


def test_pairs_of_a_few_people_are_hidden_though_the_pairs_are_many() -> None:
    gate = [GateGroup(vacancy, "eligible", (), ids(1, 80)) for vacancy in range(20)]
    # Three people of higher need stood before each of twenty vacancies; thirty of lower need did.
    before = np.array([1, 2, 3, *range(41, 71)], dtype=np.int64)
    shown = [np.r_[ids(5 + n % 2 * 5, 9 + n % 2 * 5), ids(41, 45)] for n in range(20)]
    need = audited(gate, [listed(vacancy, shown[vacancy], before) for vacancy in range(20)])
    assert standings(need.gate) == standings(need.shortlist) == ["reference", "compared"]
    assert "hidden" in standings(need.churn)
    assert {row.of for row in need.churn if row.standing == "hidden"} == {None}


def test_pairs_of_enough_people_are_shown() -> None:
    gate = [GateGroup(vacancy, "eligible", (), ids(1, 80)) for vacancy in range(20)]
    before = np.array([*range(1, 21), *range(41, 71)], dtype=np.int64)
    shown = np.r_[ids(1, 5), ids(41, 45)]
    need = audited(gate, [listed(vacancy, shown, before) for vacancy in range(20)])
    assert standings(need.churn) == ["reference", "compared"]
    assert [row.of for row in need.churn] == [400, 600]


def test_a_rule_that_refused_a_few_people_of_a_group_gives_no_share_of_it() -> None:
    gate = [
        each
        for vacancy in range(20)
        for each in (
            GateGroup(vacancy, "ineligible", ("RARE",), np.array([1, 2, *range(41, 51)])),
            GateGroup(vacancy, "ineligible", ("COMMON",), np.r_[ids(3, 12), ids(51, 60)]),
            GateGroup(vacancy, "eligible", (), np.r_[ids(13, 40), ids(61, 80)]),
        )
    ]
    need = audited(gate, [])
    rates = {row.code: row.rates for row in need.reasons}
    assert rates["COMMON"] == (0.25, 0.25)
    assert rates.get("RARE", (None,))[0] is None


def test_a_total_of_a_few_people_is_hidden_too() -> None:
    gate = [GateGroup(1, "eligible", (), ids(1, 80))]
    need = audited(gate, [listed(1, np.array([1, 2, 41]), np.array([], dtype=np.int64))])
    shortlisted = need.stages.index("shortlisted")
    assert need.totals[0] == 80
    assert need.totals[shortlisted] is None
