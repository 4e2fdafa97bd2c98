"""FA*IR: its published tables, exact enumeration in fractions, and what is promised for alpha."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import comb, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from task_strategies import canonical_tasks, is_ranking, relabelled, targets

from foundation.errors import ValidationError
from matching.fairness import statistical
from matching.fairness.floors import best_under_requirements
from matching.fairness.metrics import prefix_counts
from matching.fairness.statistical import (
    compiled_failing_chance,
    compiled_lower_tails,
    fail_probability,
    failing_chance,
    lower_tails,
    minimum_table,
    requirements,
)
from matching.fairness.task import Ints, Task

proportions = st.tuples(st.integers(0, 8), st.integers(1, 8)).map(
    lambda pair: Fraction(min(pair), pair[1])
)
alphas = st.sampled_from([Fraction(1, n) for n in (2, 3, 4, 7, 10, 20, 1000)])


def binomial_cdf(m: int, t: int, p: Fraction) -> Fraction:
    return sum((comb(t, j) * p**j * (1 - p) ** (t - j) for j in range(m + 1)), Fraction(0))


def quantiles(k: int, shares: Sequence[Fraction], level: Fraction) -> Ints:
    """The least m with F(m; t, p) > level, for each prefix and group; shape (k, groups)."""
    table = [
        [next(m for m in range(t + 1) if binomial_cdf(m, t, p) > level) for p in shares]
        for t in range(1, k + 1)
    ]
    return np.array(table, dtype=np.int64).reshape(k, len(shares))


def enumerated(table: Ints, shares: Sequence[Fraction]) -> Fraction:
    """The probability of all sequences of draws that break the table; table (k, groups)."""
    groups = len(shares)
    each = [*shares, 1 - sum(shares)]
    failed = Fraction(0)
    for draws in product(range(groups + 1), repeat=len(table)):
        held = prefix_counts(np.array(draws), groups)
        if (held < table).any():
            failed += prod((each[group] for group in draws), start=Fraction(1))
    return failed


@st.composite
def groups_of_shares(draw: st.DrawFn) -> tuple[Fraction, ...]:
    return draw(targets(draw(st.integers(1, 3))))


@pytest.mark.parametrize(
    ("p", "table"),
    [
        (0.2, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]),
        (0.3, [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2]),
        (0.4, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3]),
    ],
)
def test_the_papers_tables_at_a_tenth(p: float, table: list[int]) -> None:
    assert minimum_table(12, p, 0.1, adjusted=False).tolist() == table


def test_the_fail_probability_of_known_tables() -> None:
    table = minimum_table(20, 0.25, 0.1, adjusted=False)
    assert table.tolist() == [0] * 8 + [1] * 6 + [2] * 5 + [3]
    assert fail_probability(table, 0.25) == pytest.approx(0.146887188699111, abs=1e-15)
    table = minimum_table(10, 0.2, 0.15, adjusted=False)
    assert table.tolist() == [0] * 8 + [1, 1]
    assert fail_probability(table, 0.2) == pytest.approx(0.8**9)


@given(st.integers(0, 15), proportions, alphas)
def test_unadjusted_the_minimum_is_the_first_count_whose_cdf_exceeds_alpha(
    k: int, p: Fraction, alpha: Fraction
) -> None:
    table = minimum_table(k, p, float(alpha), adjusted=False)
    assert table.shape == (k,)
    # The float nearest to alpha may fall on the other side of a CDF that is alpha exactly.
    assert table.tolist() == quantiles(k, [p], alpha)[:, 0].tolist()


@given(st.data(), groups_of_shares(), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_the_fail_probability_is_that_of_all_sequences_that_break_the_table(
    data: st.DataObject, shares: tuple[Fraction, ...], k: int
) -> None:
    size = k * len(shares)
    cells = data.draw(st.lists(st.sampled_from([0, 0, 0, 1, 2]), min_size=size, max_size=size))
    table = np.array(cells, dtype=np.int64).reshape(k, len(shares))
    assert fail_probability(table, shares) == pytest.approx(
        float(enumerated(table, shares)), rel=1e-9, abs=1e-15
    )


@given(groups_of_shares(), st.integers(1, 5), alphas)
@settings(max_examples=60, deadline=None)
def test_adjusted_no_higher_level_keeps_the_fail_probability_at_alpha(
    shares: tuple[Fraction, ...], k: int, alpha: Fraction
) -> None:
    critical = {
        binomial_cdf(m, t, p) for p in shares for t in range(1, k + 1) for m in range(t + 1)
    }
    levels = sorted(level for level in critical if level <= alpha)
    kept = np.zeros((k, len(shares)), dtype=np.int64)
    for level in levels:
        table = quantiles(k, shares, level)
        if enumerated(table, shares) > alpha:
            break
        kept = table
    assert minimum_table(k, shares, float(alpha)).tolist() == kept.tolist()


@pytest.mark.parametrize("p", [0.05, 0.3, 0.5, 0.8])
def test_one_proportion_at_a_hundred_places_fails_almost_but_never_more_than_alpha(
    p: float,
) -> None:
    table = minimum_table(100, p, 0.1)
    assert 0.09 < fail_probability(table, p) <= 0.1
    assert (table <= minimum_table(100, p, 0.1, adjusted=False)).all()
    assert (np.diff(table) >= 0).all()


@pytest.mark.parametrize("shares", [[0.3, 0.7], [0.2, 0.3, 0.5], [0.1, 0.2, 0.3]])
def test_several_groups_fail_as_often_as_a_simulation_does(shares: list[float]) -> None:
    table = minimum_table(40, shares, 0.1)
    expected = fail_probability(table, shares)
    assert 0.08 < expected <= 0.1
    random = np.random.default_rng(20261122)
    each = np.array([*shares, max(1 - sum(shares), 0)])
    draws = random.choice(len(each), size=(20_000, 40), p=each / each.sum())
    held = np.stack([np.cumsum(draws == g, axis=1) for g in range(len(shares))], axis=2)
    failed = (held < table).any(axis=(1, 2)).mean()
    assert failed == pytest.approx(expected, abs=0.01)  # more than four standard errors


def test_two_groups_that_are_everyone_are_tested_from_both_sides() -> None:
    table = minimum_table(30, [0.4, 0.6], 0.1)
    assert (table[-1] > 0).all()
    assert fail_probability(table, [0.4, 0.6]) <= 0.1
    # One from below, and one from above, through the other.
    assert fail_probability(table[:, 0], 0.4) < fail_probability(table, [0.4, 0.6])


def test_equal_groups_have_equal_minima_and_relabelled_ones_the_same() -> None:
    table = minimum_table(50, [0.25, 0.25, 0.5], 0.1)
    assert table[:, 0].tolist() == table[:, 1].tolist()
    assert minimum_table(50, [0.5, 0.25, 0.25], 0.1)[:, 0].tolist() == table[:, 2].tolist()


def test_a_certain_group_fills_every_prefix_and_an_impossible_one_none() -> None:
    assert minimum_table(4, 1, 0.1).tolist() == [1, 2, 3, 4]
    assert minimum_table(4, 0, 0.1).tolist() == [0, 0, 0, 0]
    assert minimum_table(3, [1, 0], 0.1).tolist() == [[1, 0], [2, 0], [3, 0]]


def test_minima_never_come_to_more_than_the_places_however_high_alpha_is() -> None:
    table = minimum_table(20, [0.5, 0.5], 0.9, adjusted=False)
    assert (table.sum(axis=1) <= np.arange(1, 21)).all()


@given(groups_of_shares(), st.integers(1, 8), st.floats(0.01, 0.6))
@settings(max_examples=40, deadline=None)
def test_compiled_and_plain_functions_agree(
    shares: tuple[Fraction, ...], k: int, alpha: float
) -> None:
    chance = float(shares[0])
    assert compiled_lower_tails(k, chance, alpha) == pytest.approx(lower_tails(k, chance, alpha))
    table = minimum_table(k, shares, alpha)
    given_to_both = (
        table,
        np.full(k, k),
        np.array([float(share) for share in shares]),
        table.max(axis=0),
    )
    assert compiled_failing_chance(*given_to_both) == pytest.approx(failing_chance(*given_to_both))


@given(canonical_tasks(most=30, groups=4), st.sampled_from([0.01, 0.1, 0.5, 0.9]))
@settings(deadline=None)
def test_requirements_can_always_be_met_and_are(task: Task, alpha: float) -> None:
    required = requirements(task, alpha)
    assert required.shape == (task.k, len(task.targets[0]))
    assert (required <= task.sizes()).all()
    assert (required.sum(axis=1) <= np.arange(1, task.k + 1)).all()
    assert (required[:, [target == 0 for target in task.targets[0]]] == 0).all()
    order = best_under_requirements(task, required)
    assert is_ranking(task, order)
    held = prefix_counts(task.groups[order, 0], len(task.targets[0]))
    assert (held >= required).all()
    assert requirements(relabelled(task), alpha)[:, ::-1].tolist() == required.tolist()


def test_requirements_are_the_adjusted_table_where_there_are_enough_people() -> None:
    shares = (Fraction(1, 4), Fraction(3, 4))
    task = Task(-np.arange(80.0), np.tile([0, 1], 40)[:, None], (shares,), 30)
    assert requirements(task, 0.1).tolist() == minimum_table(30, shares, 0.1).tolist()
    scarce = Task(task.scores, np.array([[0]] * 2 + [[1]] * 78), (shares,), 30)
    assert requirements(scarce, 0.1)[:, 0].max() == 2


def test_too_many_groups_to_work_out_together_each_have_a_share_of_alpha(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shares = (Fraction(1, 5), Fraction(3, 10), Fraction(1, 2))
    task = Task(-np.arange(90.0), np.tile([0, 1, 2], 30)[:, None], (shares,), 29)
    together = requirements(task, 0.12)
    monkeypatch.setattr(statistical, "MOST_WORK_IN_RANKING", 1)
    statistical._requirements.cache_clear()
    apart = requirements(task, 0.12)
    statistical._requirements.cache_clear()
    for group, share in enumerate(shares):
        assert apart[:, group].tolist() == minimum_table(29, share, 0.04).tolist()
    assert fail_probability(apart, shares) <= fail_probability(together, shares) <= 0.12


@pytest.mark.parametrize(
    ("k", "p", "alpha", "field"),
    [
        (-1, 0.5, 0.1, "k"),
        (2.5, 0.5, 0.1, "k"),
        (True, 0.5, 0.1, "k"),
        (5, -0.1, 0.1, "p"),
        (5, 1.1, 0.1, "p"),
        (5, float("nan"), 0.1, "p"),
        (5, [0.5, 0.6], 0.1, "p"),
        (5, [], 0.1, "p"),
        (5, [0.5, "half"], 0.1, "p"),
        (5, "half", 0.1, "p"),
        (5, None, 0.1, "p"),
        (5, 0.5, 0, "alpha"),
        (5, 0.5, 1, "alpha"),
        (5, 0.5, float("nan"), "alpha"),
        (5, 0.5, None, "alpha"),
    ],
)
def test_numbers_outside_their_range_are_refused(
    k: int, p: float, alpha: float, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        minimum_table(k, p, alpha)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("table", "p"),
    [
        (np.zeros((3, 2), dtype=np.int64), 0.5),
        (np.zeros(3, dtype=np.int64), [0.5, 0.5]),
        (np.zeros(3), 0.5),
        (np.array([0, -1]), 0.5),
    ],
)
def test_a_table_that_does_not_fit_is_refused(table: Ints, p: float) -> None:
    with pytest.raises(ValidationError) as refused:
        fail_probability(table, p)
    assert refused.value.field == "table"


def test_a_table_too_large_to_work_out_is_refused_and_says_so() -> None:
    with pytest.raises(ValidationError, match="give fewer groups or places"):
        minimum_table(400, [0.12] * 8, 0.1)


def test_a_table_handed_out_may_be_changed_without_harm() -> None:
    minimum_table(5, 0.5, 0.1)[:] = 9
    assert minimum_table(5, 0.5, 0.1).max() < 9
