"""Published implementations of fair re-ranking, each called as its own documentation shows.

`prepare` turns a task into what a package takes and is not timed: candidates already sorted by
score (ours are given unsorted), data frames, dictionaries, AIF360's data set and its `fit`. What it
returns is the package's own call, which is timed, and what reads positions off its answer, which is
not. AIF360 is fitted once for its four algorithms, which share what that makes.

Three need a hand with today's NumPy and pandas, and are otherwise as published:

- fairsearchcore 1.0.4 has a cache key whose hash is a NumPy number, and Python takes a plain one
  only: `mend_fairsearchcore` makes it plain.
- `reranking` 0.3.6 hands a list to `pandas.factorize`, which takes arrays: it is given an array.
- AIF360 0.6.1 scales the group column of its data set to 0 to 1 and then misses the values that it
  was told of: they are given within 0 to 1, the ends to the groups with the largest targets.
"""

import importlib
import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Call = Callable[[], Any]
Read = Callable[[Any], list[int]]

PACKAGES = ("aif360", "FairRankTune", "reranking", "fairsearchcore")
EPSILON = 0.1


@dataclass(frozen=True)
class Case:
    """Candidates in no order: scores (n,), all different, codes (n,), targets (groups,), places."""

    scores: Floats
    groups: Ints
    targets: Floats
    k: int


@dataclass(frozen=True)
class Algorithm:
    """One algorithm of one package; `prepare` returns its call and what reads its answer."""

    package: str
    name: str
    prepare: Callable[[Case], tuple[Call, Read]]


def installed() -> dict[str, str]:
    """The version of each package that is here."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def peers() -> list[Algorithm]:
    """The re-ranking algorithms of the packages that are here."""
    made: dict[str, Callable[[], list[Algorithm]]] = {
        "aif360": _aif360,
        "FairRankTune": _fair_rank_tune,
        "reranking": _reranking,
    }
    here = installed()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [each for package, make in made.items() if package in here for each in make()]


def _aif360() -> list[Algorithm]:
    logging.disable(logging.WARNING)  # it tells of its own extras that are not installed
    datasets = importlib.import_module("aif360.datasets")
    processing = importlib.import_module("aif360.algorithms.postprocessing")
    pandas = importlib.import_module("pandas")
    logging.disable(logging.NOTSET)
    fitted: dict[str, Any] = {}

    def fit(case: Case) -> None:
        count = len(case.targets)
        values = np.empty(count)
        values[np.argsort(-case.targets)] = [0, *np.linspace(1, 0, count)[:-1]]
        frame = pandas.DataFrame({"group": values[case.groups], "score": case.scores})
        given = datasets.RegressionDataset(
            frame,
            dep_var_name="score",
            protected_attribute_names=["group"],
            privileged_classes=[[float(values[-1])]],
        )
        *rest, last = ({"group": value} for value in values.tolist())
        ranker = processing.DeterministicReranking(rest, [last]).fit(given)
        # Scores, which it scales too, all differ, so they say who is who.
        place = {float(value): position for position, value in enumerate(given.labels[:, 0])}
        fitted.clear()
        fitted.update(case=case, given=given, ranker=ranker, place=place)

    def prepare(case: Case, kind: str) -> tuple[Call, Read]:
        if fitted.get("case") is not case:
            fit(case)
        given, ranker, place = fitted["given"], fitted["ranker"], fitted["place"]
        targets = case.targets.tolist()

        def call() -> Any:  # noqa: ANN401 -- a data set of a package without types
            return ranker.predict(given, rec_size=case.k, target_prop=targets, rerank_type=kind)

        return call, lambda answer: [place[float(value)] for value in answer.labels[:, 0]]

    return [
        Algorithm("AIF360", name, lambda case, kind=kind: prepare(case, kind))  # type: ignore[misc]
        for name, kind in (
            ("DetGreedy", "Greedy"),
            ("DetCons", "Conservative"),
            ("DetRelaxed", "Relaxed"),
            ("DetConstSort", "Constrained"),
        )
    ]


def _fair_rank_tune() -> list[Algorithm]:
    rankers = importlib.import_module("FairRankTune.Rankers")
    pandas = importlib.import_module("pandas")

    def frames(case: Case) -> tuple[Any, dict[int, int], Any]:
        best_first = np.argsort(-case.scores)
        groups = dict(enumerate(case.groups.tolist()))
        return pandas.DataFrame(best_first), groups, pandas.DataFrame(case.scores[best_first])

    def read(answer: Any) -> list[int]:  # noqa: ANN401
        return [int(position) for position in answer[0][0]]

    def sort(case: Case) -> tuple[Call, Read]:
        ranking, groups, scores = frames(case)
        targets = dict(enumerate(case.targets.tolist()))
        return lambda: rankers.DETCONSTSORT(ranking, groups, scores, targets, case.k), read

    def epsilon(case: Case) -> tuple[Call, Read]:
        ranking, groups, scores = frames(case)
        return lambda: rankers.EPSILONGREEDY(ranking, groups, scores, EPSILON, 0), read

    return [
        Algorithm("FairRankTune", "DetConstSort", sort),
        Algorithm("FairRankTune", "EpsilonGreedy", epsilon),
    ]


def _reranking() -> list[Algorithm]:
    package = importlib.import_module("reranking")

    def prepare(case: Case, kind: str) -> tuple[Call, Read]:
        best_first = np.argsort(-case.scores)
        attributes = case.groups[best_first]
        targets = dict(enumerate(case.targets.tolist()))

        def call() -> Any:  # noqa: ANN401
            return package.rerank(attributes, targets, k_max=case.k, algorithm=kind)

        return call, lambda answer: [int(best_first[place]) for place in answer]

    return [
        Algorithm("reranking", name, lambda case, kind=kind: prepare(case, kind))  # type: ignore[misc]
        for name, kind in (
            ("DetGreedy", "det_greedy"),
            ("DetCons", "det_cons"),
            ("DetRelaxed", "det_relaxed"),
            ("DetConstSort", "det_const_sort"),
        )
    ]


def mend_fairsearchcore() -> Any:  # noqa: ANN401 -- a module without types
    """fairsearchcore with a hash that Python takes; None if it is not installed."""
    if "fairsearchcore" not in installed():
        return None
    key: Any = importlib.import_module("fairsearchcore.fail_prob").LegalAssignmentKey
    if not getattr(key, "mended", False):
        as_published = key.__hash__
        key.__hash__ = lambda self: int(as_published(self))
        key.mended = True
    return importlib.import_module("fairsearchcore")


def fair_search_rerank() -> Algorithm | None:
    """FA*IR's re-ranking of two groups, the second protected, with the table made beforehand."""
    package = mend_fairsearchcore()
    if package is None:
        return None
    models = importlib.import_module("fairsearchcore.models")
    made: dict[tuple[int, float], Any] = {}

    def prepare(case: Case) -> tuple[Call, Read]:
        asked = case.k, float(case.targets[1])
        fair = made.setdefault(asked, package.Fair(*asked, 0.1))
        fair.create_adjusted_mtable()
        ranking = [
            models.FairScoreDoc(int(who), float(case.scores[who]), bool(case.groups[who]))
            for who in np.argsort(-case.scores)
        ]
        return lambda: fair.re_rank(ranking), lambda answer: [item.id for item in answer]

    return Algorithm("fairsearchcore", "FA*IR", prepare)
