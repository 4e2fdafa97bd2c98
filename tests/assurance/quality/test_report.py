"""Evaluations: their figures, their differences, and what was kept of them."""

import json
from pathlib import Path

import pytest
from drawn_encoder import DrawnEncoder
from hypothesis import given
from judged_sets import Drawn, judged_set, rankings, silent

from assurance.quality.judged import JudgedSet
from assurance.quality.metrics import METRICS, Scores
from assurance.quality.rankers import PlainRanker, Progress
from assurance.quality.report import Evaluation, compared, evaluate, read_evaluation
from foundation.errors import IntakeError
from matching.explain.document import to_bytes

QUERIES = [f"q{number}" for number in range(40)]
JUDGED = judged_set({query: {"a": 3, "b": 2, "c": 1} for query in QUERIES})


class Given:
    """A ranker whose scores are given."""

    def __init__(self, name: str, scores: Scores) -> None:
        self.name = name
        self._scores = scores

    def score(self, judged: JudgedSet, on_progress: Progress) -> Scores:  # noqa: ARG002
        """Those given."""
        return self._scores


def ranked(name: str, order: str, *, but: dict[str, str] | None = None) -> Evaluation:
    """The same order of documents for every query, but for some."""
    orders = dict.fromkeys(QUERIES, order) | (but or {})
    scores = {
        query: {doc: -float(place) for place, doc in enumerate(docs)}
        for query, docs in orders.items()
    }
    return evaluate(JUDGED, Given(name, scores), silent)


def test_figures_are_means_over_queries_with_a_value() -> None:
    qrels = {"q": {"a": 7}, "r": {"a": 1, "b": 1}, "s": {"b": 4, "c": 1}}
    report = evaluate(judged_set(qrels), PlainRanker(DrawnEncoder("drawn")), silent)
    assert list(report.metrics) == list(METRICS)
    for name, figure in report.metrics.items():
        values = [value for each in report.by_query.values() if (value := each[name]) is not None]
        assert figure is not None
        assert figure.n == len(values)
        assert figure.mean == pytest.approx(sum(values) / len(values), abs=1e-6)
    found = report.metrics["pair_accuracy"]
    assert found is not None
    assert (found.n, found.low, found.high) == (1, None, None)


def test_it_says_what_was_judged() -> None:
    qrels = {"q": {"a": 7, "c": 1}, "r": {}}
    said = evaluate(judged_set(qrels, judged_only=True), Given("none", {}), silent).judged_set
    assert (said.queries, said.unjudged_queries, said.documents) == (1, 1, 2)
    assert (said.judgements, said.relevant_from) == (2, 4)


def test_metrics_that_a_set_does_not_define_have_no_figure() -> None:
    report = evaluate(judged_set({"q": {"a": 1}}), Given("none", {}), silent)
    assert {name for name, figure in report.metrics.items() if figure is None} == {
        "spearman",
        "pair_accuracy",
    }


def test_progress_names_the_ranker() -> None:
    told: set[str] = set()
    ranker = PlainRanker(DrawnEncoder("drawn"))
    evaluate(JUDGED, ranker, lambda stage, *_: told.add(stage))
    assert told == {"minilm: texts", "minilm: queries"}


def test_a_ranker_differs_from_itself_by_nothing() -> None:
    report = ranked("one", "cabde")
    comparison = compared(report, report).comparison
    assert comparison is not None
    for found in comparison.metrics.values():
        assert found is not None
        assert (found.difference, found.low, found.high) == (0, 0, 0)
        assert found.verdict == "not told apart"


def test_the_difference_is_paired_and_turns_round_with_the_rankers() -> None:
    worse = ranked("worse", "cbade", but={"q0": "abcde"})
    better = ranked("better", "abcde", but={"q0": "cbade"})
    up, down = compared(better, worse).comparison, compared(worse, better).comparison
    assert up is not None
    assert down is not None
    one, other = up.metrics["ndcg@5"], down.metrics["ndcg@5"]
    assert one is not None
    assert other is not None
    assert (one.verdict, other.verdict) == ("better", "worse")
    assert one.difference == pytest.approx(one.mean - one.other, abs=2e-6)
    assert (one.mean, one.difference) == (other.other, -other.difference)
    assert one.n == 40


def test_differences_of_one_query_in_forty_are_not_told_apart() -> None:
    comparison = compared(ranked("one", "abcde", but={"q0": "cbade"}), ranked("other", "abcde"))
    assert comparison.comparison is not None
    found = comparison.comparison.metrics["ndcg@5"]
    assert found is not None
    assert found.difference < 0
    assert found.verdict == "not told apart"


@given(rankings())
def test_an_evaluation_is_read_as_it_was_written(drawn: Drawn) -> None:
    report = evaluate(drawn.judged, Given("drawn", drawn.by_query), silent)
    assert Evaluation.model_validate_json(to_bytes(report)) == report
    assert to_bytes(Evaluation.model_validate_json(to_bytes(report))) == to_bytes(report)


def test_a_kept_evaluation_is_compared_as_a_fresh_one(tmp_path: Path) -> None:
    one, other = ranked("one", "abcde"), ranked("other", "badce", but={"q3": "edcba"})
    kept = tmp_path / "kept.json"
    kept.write_bytes(to_bytes(compared(other, one)))
    assert compared(one, read_evaluation(kept, JUDGED)) == compared(one, other)


def test_results_of_another_set_or_another_format_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    with pytest.raises(IntakeError, match=r"cannot read .*kept.json"):
        read_evaluation(path, JUDGED)
    path.write_bytes(to_bytes(ranked("one", "abcde")))
    with pytest.raises(IntakeError, match=r"kept.json: results of another set \('made up'\)"):
        read_evaluation(path, judged_set({"q": {"a": 1}}))
    kept = json.loads(path.read_bytes())
    del kept["by_query"]["q3"]
    path.write_text(json.dumps(kept))
    with pytest.raises(IntakeError, match="results of another set"):
        read_evaluation(path, JUDGED)
    path.write_text('{"judged_set": 3}')
    with pytest.raises(IntakeError, match="not the results of `newfutures evaluate --json`"):
        read_evaluation(path, JUDGED)
    path.write_text("{")
    with pytest.raises(IntakeError, match="line 1, column 2: not JSON"):
        read_evaluation(path, JUDGED)
