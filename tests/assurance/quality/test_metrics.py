"""The metrics: figures worked by hand, and their definitions over every order of the ties."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judged_sets import Drawn, judged_set, rankings

from assurance.quality.metrics import METRICS, Metric, QueryValues, Scale, measure, scale_of

IN_ORDER: tuple[Metric, ...] = ("map", "mrr", "p@1", "ndcg@5", "ndcg@10", "rp@10", "recall@10")


def only(values: dict[str, QueryValues]) -> QueryValues:
    """The values of the single query."""
    ((_, found),) = values.items()
    return found


def scores_in(order: str) -> Mapping[str, Mapping[str, float]]:
    """Scores that put the documents in this order."""
    return {"q": {doc: -float(place) for place, doc in enumerate(order)}}


def defined(grades: Sequence[int], scale: Scale) -> QueryValues:
    """The definitions, in plain words, for the grades of documents in the order of their ranks."""
    hits = [rank for rank, grade in enumerate(grades, start=1) if grade >= scale.relevant_from]
    in_ten = sum(rank <= 10 for rank in hits)
    if not hits:
        return {"ndcg@5": ndcg(grades, scale, 5), "ndcg@10": ndcg(grades, scale, 10)}
    return {
        "map": sum(found / rank for found, rank in enumerate(hits, start=1)) / len(hits),
        "mrr": 1 / hits[0],
        "p@1": float(hits[0] == 1),
        "ndcg@5": ndcg(grades, scale, 5),
        "ndcg@10": ndcg(grades, scale, 10),
        "rp@10": in_ten / min(10, len(hits)),
        "recall@10": in_ten / len(hits),
    }


def ndcg(grades: Sequence[int], scale: Scale, depth: int) -> float | None:
    """Discounted gain of the first places, as a share of the best that could be there."""

    def gained(order: Sequence[int]) -> float:
        gains = [(2 ** (g - 1) - 1 if g else 0) if scale.greatest > 1 else g for g in order]
        return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:depth], start=1))

    best = gained(sorted(grades, reverse=True))
    return gained(grades) / best if best else None


def orders(drawn: Drawn) -> Iterator[list[int]]:
    """The grades (0 if there is none) in every order that the scores allow."""
    for order in permutations(range(len(drawn.grades))):
        ranked = [drawn.scores[i] for i in order]
        if ranked == sorted(ranked, reverse=True):
            yield [drawn.grades[i] or 0 for i in order]


def test_binary_figures_worked_by_hand() -> None:
    judged = judged_set({"q": {"a": 1, "c": 1}})
    assert only(measure(judged, scores_in("badce"))) == {
        "map": 0.5,  # (1/2 + 2/4) / 2
        "mrr": 0.5,
        "p@1": 0.0,
        "ndcg@5": 0.650921,  # (1/log2 3 + 1/log2 5) / (1 + 1/log2 3)
        "ndcg@10": 0.650921,
        "rp@10": 1.0,
        "recall@10": 1.0,
        "spearman": None,
        "pair_accuracy": None,
    }


def test_graded_figures_worked_by_hand() -> None:
    judged = judged_set({"q": {"a": 7, "b": 4, "c": 1, "d": 2}}, docs="abcd", judged_only=True)
    assert scale_of(judged) == Scale(greatest=7, relevant_from=4)
    assert only(measure(judged, scores_in("bacd"))) == {
        "map": 1.0,
        "mrr": 1.0,
        "p@1": 1.0,
        "ndcg@5": 0.694665,  # (7 + 63/log2 3 + 0 + 1/log2 5) / (63 + 7/log2 3 + 1/log2 4)
        "ndcg@10": 0.694665,
        "rp@10": 1.0,
        "recall@10": 1.0,
        "spearman": 0.6,  # 1 - 6 * 4 / (4 * 15)
        "pair_accuracy": 0.666667,  # a-b and d-c are the wrong way round, of six
    }


def test_rp_at_10_asks_for_no_more_than_10() -> None:
    docs = "abcdefghijklmnop"
    judged = judged_set({"q": dict.fromkeys("abcdefghijkl", 1)}, docs=docs)
    found = only(measure(judged, scores_in("mnoabcdefghijklp")))
    assert (found["rp@10"], found["recall@10"]) == (0.7, 0.583333)


@given(rankings())
def test_every_metric_is_its_definition_in_the_worst_order_of_the_ties(drawn: Drawn) -> None:
    scale = scale_of(drawn.judged)
    found = only(measure(drawn.judged, drawn.by_query))
    possible = [defined(grades, scale) for grades in orders(drawn)]
    for name in IN_ORDER:
        values = [each.get(name) for each in possible]
        worst = min((value for value in values if value is not None), default=None)
        assert found[name] == pytest.approx(worst, abs=1e-6)


@given(rankings())
def test_pair_accuracy_counts_pairs_of_different_grades_with_ties_as_halves(drawn: Drawn) -> None:
    judged = [
        (grade, score)
        for grade, score in zip(drawn.grades, drawn.scores, strict=True)
        if grade is not None
    ]
    pairs = [(x, y) for gx, x in judged for gy, y in judged if gx > gy]
    wanted = sum(1.0 if x > y else 0.5 if x == y else 0 for x, y in pairs) / max(1, len(pairs))
    found = only(measure(drawn.judged, drawn.by_query))["pair_accuracy"]
    assert found == (pytest.approx(wanted, abs=1e-6) if pairs else None)


@given(rankings(), st.floats(0.5, 4), st.floats(-5, 5))
def test_only_the_order_of_scores_counts(drawn: Drawn, times: float, shift: float) -> None:
    moved = {"q": {doc: math.exp(times * s + shift) for doc, s in drawn.by_query["q"].items()}}
    assert measure(drawn.judged, moved) == measure(drawn.judged, drawn.by_query)


@given(rankings())
def test_the_order_of_the_grades_themselves_is_perfect(drawn: Drawn) -> None:
    perfect = {"q": {str(i): float(grade or 0) for i, grade in enumerate(drawn.grades)}}
    found = only(measure(drawn.judged, perfect))
    assert {value for name, value in found.items() if name != "spearman"} <= {1.0, None}


@given(rankings())
def test_a_document_without_a_score_is_ranked_after_all_others(drawn: Drawn) -> None:
    least = min(drawn.scores)
    left_out = {"q": {doc: s for doc, s in drawn.by_query["q"].items() if s > least}}
    assert measure(drawn.judged, left_out) == measure(drawn.judged, drawn.by_query)


def test_spearman_is_0_where_either_side_is_constant() -> None:
    judged = judged_set({"q": {"a": 3, "b": 1}, "r": {"a": 3, "b": 3}}, docs="ab")
    found = measure(judged, {"q": {"a": 1.0, "b": 1.0}, "r": {"a": 1.0, "b": 2.0}})
    assert [values["spearman"] for values in found.values()] == [0.0, 0.0]


def test_pairs_are_compared_in_binary_sets_that_tell_what_is_not_relevant() -> None:
    judged = judged_set({"q": {"a": 1, "b": 0, "c": 0}})
    found = only(measure(judged, scores_in("baecd")))
    assert (found["pair_accuracy"], found["spearman"]) == (0.5, None)


def test_a_query_whose_grades_are_all_0_has_no_values() -> None:
    judged = judged_set({"q": {"a": 1}, "r": {"a": 0, "b": 0}})
    found = measure(judged, {query: scores_in("abcde")["q"] for query in "qr"})["r"]
    assert set(found.values()) == {None}


def test_queries_where_a_metric_is_not_defined_have_no_value() -> None:
    judged = judged_set({"q": {"a": 7}, "r": {"a": 1, "b": 1}})
    found = measure(judged, {query: scores_in("abcde")["q"] for query in "qr"})["r"]
    assert {name for name in METRICS if found[name] is None} == {*IN_ORDER, "pair_accuracy"}


@pytest.mark.parametrize(
    ("grades", "relevant_from"),
    [((1,), 1), ((0, 1), 1), ((1, 7), 4), ((2, 7), 4), ((0, 3), 2), ((1, 4), 3), ((0, 2), 1)],
)
def test_relevance_begins_in_the_middle_of_the_scale(
    grades: tuple[int, ...], relevant_from: int
) -> None:
    judged = judged_set({"q": dict(zip("abcde", grades, strict=False))})
    assert scale_of(judged) == Scale(max(grades), relevant_from)


def test_only_judged_documents_are_ranked_where_the_set_says_so() -> None:
    qrels = {"q": {"a": 1, "b": 0}}
    ahead = scores_in("cdeab")
    assert only(measure(judged_set(qrels, judged_only=True), ahead))["mrr"] == 1
    assert only(measure(judged_set(qrels), ahead))["mrr"] == 0.25


def test_a_score_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="a score for query 'q' is not a number"):
        measure(judged_set({"q": {"a": 1}}), {"q": {"a": math.nan}})


def test_progress_counts_queries() -> None:
    counted: list[int] = []
    on_query: Callable[[int], None] = counted.append
    measure(judged_set({"q": {"a": 1}, "r": {"b": 1}}), {}, on_query)
    assert counted == [1, 2]
