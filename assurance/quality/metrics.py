"""How well scores order the documents of a judged set, query by query.

All but `rp`, `spearman` and `pair_accuracy` are those of trec_eval, through ir-measures. Two
choices are ours:

Ties count against the system. Documents with the same score are put in the order of their grades,
the worst first, and those without any score come after all others; trec_eval is given the ranks,
because it would order ties by name. Spearman and pair accuracy take ties as halves instead.

Grades are either binary (none above 1) or graded:

- the gain of grade g is 2^(g-1) - 1 (so grade 1 gains nothing: it is the lowest of a scale from 1),
  and of a relevant document in a binary set 1;
- for the metrics that know only relevant or not, a grade is relevant from the middle of the scale:
  (lowest + greatest) / 2, where the greatest is that of the whole set, and the lowest 1, or 0 if it
  occurs. On a scale from 1 to 7 that is 4; from 0 to 3 it is 2.

A value is None where it is not defined, and such queries are left out of its mean: without a
relevant document (or any gain, for NDCG), without two documents of different grades for pair
accuracy. Spearman is for graded sets only, and there 0 where either side is constant.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import scipy  # which imports each of its parts when it is first used

from assurance.quality.judged import JudgedSet

Metric = Literal[
    "map", "mrr", "p@1", "ndcg@5", "ndcg@10", "rp@10", "recall@10", "spearman", "pair_accuracy"
]
METRICS: tuple[Metric, ...] = get_args(Metric)
DEPTH = 10
DECIMALS = 6  # of every figure, so that what is printed can be compared with what was kept

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Scores = Mapping[str, Mapping[str, float]]
QueryValues = dict[Metric, float | None]


@dataclass(frozen=True, slots=True)
class Scale:
    """The grades of a set: the greatest, and the least that is relevant."""

    greatest: int
    relevant_from: int

    @property
    def graded(self) -> bool:
        """Whether there is more to say than relevant or not."""
        return self.greatest > 1

    def gain(self, grade: int) -> int:
        """What a document of this grade is worth to NDCG."""
        return max(0, 2 ** (grade - 1) - 1) if self.graded else grade  # 2^-1 - 1 is below 0


def scale_of(judged: JudgedSet) -> Scale:
    """The scale on which a set was judged, as far as its grades show it."""
    grades = {grade for by_doc in judged.qrels.values() for grade in by_doc.values()}
    greatest = max(grades)
    lowest = min(1, *grades)
    return Scale(greatest, max(1, math.ceil((lowest + greatest) / 2)))


def measure(
    judged: JudgedSet, scores: Scores, on_query: Callable[[int], None] = lambda _: None
) -> dict[str, QueryValues]:
    """Every metric of every judged query, to six decimals.

    `scores` give a number for each document that is to be ranked; one without is ranked last.
    `on_query` is called with how many queries are done.

    Raises:
        ValueError: a score is not a number.
    """
    scale = scale_of(judged)
    values: dict[str, QueryValues] = {}
    for done, query in enumerate(judged.judged_queries, start=1):
        values[query] = _measure_query(judged, query, scores.get(query, {}), scale)
        on_query(done)
    return values


def _measure_query(
    judged: JudgedSet, query: str, scores: Mapping[str, float], scale: Scale
) -> QueryValues:
    docs = judged.docs_for(query)
    given = judged.qrels[query]
    by_doc = np.array([scores.get(doc, -np.inf) for doc in docs], dtype=np.float64)
    if np.isnan(by_doc).any():
        raise ValueError(f"a score for query {query!r} is not a number")
    grades = np.array([given.get(doc, 0) for doc in docs], dtype=np.int64)
    in_judgement = np.array([doc in given for doc in docs])
    ranked = grades[np.lexsort((grades, -by_doc))]
    values = {
        **_trec(ranked, scale),
        "rp@10": _r_precision(ranked, scale),
        "spearman": _spearman(grades[in_judgement], by_doc[in_judgement], scale),
        "pair_accuracy": pair_accuracy(grades[in_judgement], by_doc[in_judgement]),
    }
    return {name: _rounded(values[name]) for name in METRICS}


def _trec(ranked: Ints, scale: Scale) -> QueryValues:
    """Those of trec_eval, for grades in the order of their ranks."""
    import ir_measures  # of the extra `quality`
    from ir_measures import AP, RR, P, R, nDCG

    gains = {grade: scale.gain(grade) for grade in range(scale.greatest + 1)}
    least = scale.relevant_from
    measures: dict[Metric, ir_measures.Measure] = {
        "map": AP(rel=least),
        "mrr": RR(rel=least),
        "p@1": P(rel=least) @ 1,
        "recall@10": R(rel=least) @ DEPTH,
        "ndcg@5": nDCG(gains=gains) @ 5,
        "ndcg@10": nDCG(gains=gains) @ DEPTH,
    }
    qrels = {"q": {str(rank): grade for rank, grade in enumerate(ranked.tolist()) if grade}}
    run = {"q": {str(rank): -float(rank) for rank in range(len(ranked))}}
    found = {
        each.measure: float(each.value)
        for each in ir_measures.pytrec_eval.iter_calc(measures.values(), qrels, run)
    }
    relevant, gaining = (ranked >= least).any(), any(gains[grade] for grade in ranked.tolist())
    return {
        name: found[each] if (gaining if name.startswith("ndcg") else relevant) else None
        for name, each in measures.items()
    }


def _r_precision(ranked: Ints, scale: Scale) -> float | None:
    """Hits in the first 10 of as many as could be there (Decorte et al. 2022)."""
    hit = ranked >= scale.relevant_from
    return float(hit[:DEPTH].sum() / min(DEPTH, hit.sum())) if hit.any() else None


def _spearman(grades: Ints, scores: Floats, scale: Scale) -> float | None:
    if not scale.graded:
        return None
    if len(set(grades.tolist())) < 2 or len(set(scores.tolist())) < 2:
        return 0.0
    return float(scipy.stats.spearmanr(grades, scores).statistic)


def pair_accuracy(grades: Ints, scores: Floats) -> float | None:
    """How often the better of two documents with different grades is ahead; ties are halves.

    Both of shape (n,). None if no two grades differ.
    """
    better = grades[:, None] > grades[None, :]
    if not better.any():
        return None
    one, other = scores[:, None], scores[None, :]
    ahead = (one > other) + 0.5 * (one == other)
    return float(ahead[better].mean())


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)
