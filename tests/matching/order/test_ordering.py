"""Best first; ties that nobody can choose; and a policy over everyone, whatever is shown."""

from datetime import date
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.fairness.record import PolicyRecord
from matching.order.ordering import RankingEntry, arrange

DAY = date(2026, 1, 1)

ties = st.tuples(st.dates(DAY, date(2026, 1, 3)), st.text("abcdef", min_size=3))
people = st.lists(
    st.builds(
        RankingEntry,
        total=st.integers(0, 5).map(lambda points: points * 100_000),
        tie=ties,
        groups=st.tuples(st.integers(0, 2)),
    ),
    unique_by=lambda entry: entry.tie,
    max_size=30,
)


def policy(kind: str, **parts: object) -> PolicyRecord:
    given_parts: dict[str, object] = {"groups": ("need_band",), **parts}
    return PolicyRecord.model_validate(
        {"name": kind, "kind": kind, "owner": "o", "aim": "a", "evidence": "e", **given_parts}
    )


@given(people, st.randoms())
def test_the_order_does_not_depend_on_the_order_of_input(
    entries: list[RankingEntry], chance: Random
) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)
    targets = [[Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)]]
    for asked, given_targets in ((None, None), (policy("floor"), targets)):
        first, second = (
            [several[at] for at in arrange(several, asked, given_targets, 5).order]
            for several in (entries, shuffled)
        )
        assert first == second
    by_score = sorted(entries, key=lambda entry: (-entry.total, entry.tie))
    assert [entries[at] for at in arrange(entries, None, None, 5).order] == by_score


def test_equal_scores_go_to_whoever_has_waited_longest() -> None:
    waited = [
        RankingEntry(7, (date(2026, month, 1), name))
        for month, name in ((5, "a"), (4, "z"), (6, "b"))
    ]
    assert arrange(waited, None, None, 3).order == [1, 0, 2]


def test_a_short_list_is_the_beginning_of_a_longer_one() -> None:
    entries = [RankingEntry(900_000 - at * 1000, (DAY, str(at)), (at // 15,)) for at in range(30)]
    halves = [[Fraction(1, 2), Fraction(1, 2)]]
    short, whole = (arrange(entries, policy("floor"), halves, top) for top in (5, 30))
    assert short.shown == 5
    assert short.order == whole.order
    assert whole.order[:4] == [0, 15, 1, 16]


def test_a_policy_with_a_reach_leaves_the_places_beyond_it_to_the_score() -> None:
    entries = [RankingEntry(900_000 - at * 1000, (DAY, f"{at:02}"), (at // 5,)) for at in range(10)]
    halves = [[Fraction(1, 2), Fraction(1, 2)]]
    arranged = arrange(entries, policy("floor", places=4), halves, 10)
    assert arranged.order == [0, 5, 1, 6, 2, 3, 4, 7, 8, 9]
    assert arranged.moves[2].rank == 5


def test_added_places_come_after_a_list_that_stays_as_it_is() -> None:
    entries = [RankingEntry(900_000 - at * 1000, (DAY, f"{at:02}"), (at // 8,)) for at in range(10)]
    halves = [[Fraction(1, 2), Fraction(1, 2)]]
    arranged = arrange(entries, policy("additive", tier="T1"), halves, 4)
    assert arranged.order[: arranged.shown] == [0, 1, 2, 3, 8, 9]
    assert sorted(arranged.order) == list(range(10))


@pytest.mark.parametrize(
    ("kind", "groups"),
    [("none", ()), ("floor", ("need_band",)), ("multi", ("need_band", "wait_band"))],
)
def test_nobody_at_all_is_no_error(kind: str, groups: tuple[str, ...]) -> None:
    asked = policy(kind, groups=groups)
    targets = [[Fraction(1)] for _ in groups] or [[Fraction(1)]]
    assert arrange([], asked, targets, 10).order == []
