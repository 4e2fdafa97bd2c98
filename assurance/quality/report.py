"""The figures of one ranker on one judged set, as a record; and its difference from another."""

from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from typing import Literal

from pydantic import ConfigDict
from pydantic import ValidationError as PydanticValidationError

from assurance.quality.intervals import RESAMPLES, SEED, Mean, mean_with_interval
from assurance.quality.judged import JudgedSet, Name, TextKind, read_json
from assurance.quality.metrics import DECIMALS, METRICS, Metric, QueryValues, measure, scale_of
from assurance.quality.rankers import Progress, Ranker
from foundation.errors import IntakeError
from foundation.packages import require_packages
from foundation.record import Record

Verdict = Literal["better", "worse", "not told apart"]


class MeasuredSet(Record):
    """Which judged set. `sha256` is of all that figures depend on; `relevant_from` is a grade."""

    name: Name
    kind: TextKind
    judged_only: bool
    queries: int
    unjudged_queries: int
    documents: int
    judgements: int
    relevant_from: int
    sha256: str


class Figure(Record):
    """A mean over `n` queries with its 95 % interval, which one query alone has not."""

    mean: float
    low: float | None
    high: float | None
    n: int


class Difference(Record):
    """Two means over the same `n` queries, and the first less the second, with its interval.

    `verdict` is of the first, and says whether the interval leaves out 0.
    """

    mean: float
    other: float
    difference: float
    low: float | None
    high: float | None
    n: int
    verdict: Verdict


class Comparison(Record):
    """The differences from another ranker, query by query."""

    ranker: Name
    metrics: Mapping[Metric, Difference | None]


class Evaluation(Record):
    """One ranker on one set. A figure is None where the metric is not defined for the set."""

    model_config = ConfigDict(allow_inf_nan=False)

    document: Literal["evaluation"] = "evaluation"
    judged_set: MeasuredSet
    ranker: Name
    intervals: str = f"percentile bootstrap over queries, {RESAMPLES:,} resamples, seed {SEED}"
    metrics: Mapping[Metric, Figure | None]
    comparison: Comparison | None = None
    by_query: Mapping[str, Mapping[Metric, float | None]]


def evaluate(judged: JudgedSet, ranker: Ranker, on_progress: Progress) -> Evaluation:
    """Rank and measure; `on_progress(stage, done, total)` is called as the work goes on.

    Raises:
        MissingPackageError: the extra `quality` is not installed.
    """
    require_packages("an evaluation on a judged set", "ir_measures")

    def named(stage: str, done: int, total: int) -> None:
        on_progress(f"{ranker.name}: {stage}", done, total)

    total = len(judged.judged_queries)
    scores = ranker.score(judged, named)
    by_query = measure(judged, scores, lambda done: named("queries", done, total))
    return Evaluation(
        judged_set=measured_set(judged),
        ranker=ranker.name,
        metrics={name: _figure(name, by_query) for name in METRICS},
        by_query=by_query,
    )


def compared(evaluation: Evaluation, other: Evaluation) -> Evaluation:
    """The evaluation with its differences from another of the same set."""
    figures = {name: _difference(name, evaluation, other) for name in METRICS}
    comparison = Comparison(ranker=other.ranker, metrics=figures)
    return evaluation.model_copy(update={"comparison": comparison})


def read_evaluation(path: Path, judged: JudgedSet) -> Evaluation:
    """An evaluation of this set that was kept as JSON.

    Raises:
        IntakeError: it cannot be read, is not an evaluation, or is one of another set.
    """
    values = read_json(path)
    try:
        kept = Evaluation.model_validate(values)
    except PydanticValidationError as error:
        raise IntakeError(
            f"{path}: not the results of `newfutures evaluate --json` of this version; "
            "make them again"
        ) from error
    if kept.judged_set.sha256 != judged.sha256 or set(kept.by_query) != set(judged.judged_queries):
        raise IntakeError(
            f"{path}: results of another set ({kept.judged_set.name!r}), or of this one before it "
            "was changed; evaluate this one"
        )
    return kept


def measured_set(judged: JudgedSet) -> MeasuredSet:
    """What a set is, without its texts."""
    return MeasuredSet(
        name=judged.name,
        kind=judged.kind,
        judged_only=judged.judged_only,
        queries=len(judged.judged_queries),
        unjudged_queries=len(judged.queries) - len(judged.judged_queries),
        documents=len(judged.ranked_docs),
        judgements=sum(len(grades) for grades in judged.qrels.values()),
        relevant_from=scale_of(judged).relevant_from,
        sha256=judged.sha256,
    )


def _figure(name: Metric, by_query: Mapping[str, QueryValues]) -> Figure | None:
    values = [value for each in by_query.values() if (value := each[name]) is not None]
    if not values:
        return None
    found = _rounded(mean_with_interval(values))
    return Figure(mean=found.mean, low=found.low, high=found.high, n=found.n)


def _difference(name: Metric, evaluation: Evaluation, other: Evaluation) -> Difference | None:
    """Only over queries in which both have a value; in the same order whoever asks."""
    pairs = [
        (ours, theirs)
        for query in sorted(evaluation.by_query)
        if (ours := evaluation.by_query[query].get(name)) is not None
        and (theirs := other.by_query[query].get(name)) is not None
    ]
    if not pairs:
        return None
    found = _rounded(mean_with_interval([ours - theirs for ours, theirs in pairs]))
    return Difference(
        mean=round(fmean(ours for ours, _ in pairs), DECIMALS),
        other=round(fmean(theirs for _, theirs in pairs), DECIMALS),
        difference=found.mean,
        low=found.low,
        high=found.high,
        n=found.n,
        verdict=_verdict(found),
    )


def _rounded(found: Mean) -> Mean:
    low, high = (None if end is None else round(end, DECIMALS) for end in (found.low, found.high))
    return Mean(round(found.mean, DECIMALS), low, high, found.n)


def _verdict(found: Mean) -> Verdict:
    if found.low is not None and found.low > 0:
        return "better"
    if found.high is not None and found.high < 0:
        return "worse"
    return "not told apart"
