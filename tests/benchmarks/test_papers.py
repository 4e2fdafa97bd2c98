"""The pages of measured figures are what the stored results make them."""

import pytest

from benchmarks.papers import geyik_row, margins, papers, percent, share, whole


def row(**figures: object) -> dict[str, object]:
    """One algorithm on one number of groups: all of ten tasks answered, every floor kept."""
    return {
        "tasks": 10, "answered": 10, "crashes": {}, "tasks_with_a_broken_floor": 0,
        "tasks_with_a_duplicate": 0, "infeasible_index": 0.0, "min_skew_at_100": -0.1,
        "ndkl": 0.2, "ndcg": 0.9, "median_ms": 1.5,
    } | figures  # fmt: skip


def test_every_page_is_what_the_results_make_it() -> None:
    stale = [path.name for path, text in papers().items() if path.read_text("utf-8") != text]
    assert not stale, "run: make papers"


@pytest.mark.parametrize(
    ("value", "written"), [(0.5621, ".562"), (-0.075, "-.075"), (1.0, "1.000"), (-2.97, "-2.970")]
)
def test_a_share_has_no_nought_before_the_point(value: float, written: str) -> None:
    assert share(value) == written


def test_large_numbers_have_commas_and_shares_a_sign() -> None:
    assert whole(1066.3) == "1,066"
    assert percent(0.718) == "72 %"
    assert percent(0.1004, 2) == "10.04 %"


def test_a_row_counts_over_all_numbers_of_groups() -> None:
    crashing = row(answered=4, crashes={"ValueError": 6}, tasks_with_a_broken_floor=2)
    found = geyik_row("a", {"2": {"a": row()}, "5": {"a": row()}, "10": {"a": crashing}})
    assert found["tasks"] == 30
    assert found["crashed"] == 6
    assert found["broken"] == pytest.approx(2 / 24)


def test_a_list_that_holds_somebody_twice_has_no_ndcg() -> None:
    twice = row(tasks_with_a_duplicate=1, ndcg=1.1)
    found = geyik_row("a", {"2": {"a": row()}, "5": {"a": row()}, "10": {"a": twice}})
    assert found["ndcg"] == [0.9, 0.9, None]


def test_floor_is_held_against_published_algorithms_that_keep_every_floor() -> None:
    rows = {
        "ours floor": row(ndcg=0.95),
        "ours floor_ceiling": row(ndcg=0.94),
        "peer that keeps them": row(ndcg=0.91),
        "peer that breaks one": row(ndcg=0.99, tasks_with_a_broken_floor=1),
        "peer that repeats": row(ndcg=0.98, tasks_with_a_duplicate=1),
        "peer that crashes": row(ndcg=0.97, answered=9, crashes={"ValueError": 1}),
    }
    assert margins({"2": rows}) == {"2": pytest.approx(0.04)}
