"""Best first; ties that nobody can choose."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import ValidationError
from matching.fairness import rerank
from matching.ordering import order

ties = st.tuples(st.dates(date(2026, 1, 1), date(2026, 1, 3)), st.text("abcdef", min_size=3))
people = st.lists(st.tuples(st.integers(0, 5), ties), unique_by=lambda each: each[1], max_size=30)


@given(people, st.randoms())
def test_the_order_does_not_depend_on_the_order_of_input(
    given_people: list[tuple[int, tuple[date, str]]], chance: st.DrawFn
) -> None:
    def ranked(several: list[tuple[int, tuple[date, str]]]) -> list[tuple[int, tuple[date, str]]]:
        positions = order([each[0] for each in several], [each[1] for each in several], "none")
        return [several[position] for position in positions]

    shuffled = list(given_people)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    expected = sorted(given_people, key=lambda each: (-each[0], each[1]))
    assert ranked(given_people) == ranked(shuffled) == expected


def test_equal_scores_go_to_whoever_has_waited_longest() -> None:
    waited = [(date(2026, 5, 1), "a"), (date(2026, 4, 1), "z"), (date(2026, 6, 1), "b")]
    assert order([7, 7, 7], waited, "none") == [1, 0, 2]


def test_a_policy_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="policy: 'quota' is not allowed; use one of: none"):
        order([1], [(date(2026, 1, 1), "a")], "quota")


def test_no_policy_takes_the_best_k() -> None:
    scores = np.array([0.2, 0.9, 0.9, 0.1])
    result = rerank(scores, np.zeros(4, dtype=np.int64), "none", 3)
    assert result.order.tolist() == [1, 2, 0]
    with pytest.raises(ValidationError, match="its shape must be"):
        rerank(scores, np.zeros(3, dtype=np.int64), "none", 3)
