"""Fair re-ranking, measured beside published implementations, in one run and one process.

    make bench-fairness
    python -m benchmarks.fairness --tasks 1000

Peers come with the extra `bench`; those that are not installed are left out, and said so.

1. Geyik's synthetic set-up (2019, section 5.1): |A| = 2 to 10 groups of 100 candidates with U(0, 1)
   scores, |A| draws of U(0, 1) normed as targets, the best 100 placed. Every algorithm ranks every
   task, one after another, beginning with another one each time. NDCG is against the best 100
   without constraints. A task is broken if any prefix of t places holds fewer of a group than
   min(floor(t p), available), in exact fractions.
2. The time to re-rank the top 100 of 1,000: 10 groups of 100 and 2 of 500; medians of calls that
   alternate. `cold` is a call after those of all the others, `warm` the last of several in a row.
3. FA*IR: the minimum table for 100 places, beside fairsearchcore's, and fail probabilities.

Only the call of each package is timed, not the conversion of the task to what it takes, which
`benchmarks.fairness_peers` describes. Ours take unsorted arrays; in 1 their time includes making
the policy, whose targets are exact fractions, anew for each task.
"""

import argparse
import gc
import json
import logging
import os
import platform
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fairness_checks import compiled_floor_table
from benchmarks.fairness_figure import draw
from benchmarks.fairness_peers import (
    Algorithm,
    Call,
    Case,
    Ints,
    Read,
    fair_search_rerank,
    installed,
    mend_fairsearchcore,
    peers,
)
from matching.fairness import statistical
from matching.fairness.metrics import infeasible_prefixes, ndcg, ndkl, skew
from matching.fairness.policy import Kind, Policy
from matching.fairness.rerank import Reranked, rerank

SEED = 2026
K = 100
MEMBERS = 100
GROUPS = tuple(range(2, 11))
OURS = (
    Kind.FLOOR,
    Kind.FLOOR_CEILING,
    Kind.DET_GREEDY,
    Kind.DET_CONS,
    Kind.DET_RELAXED,
    Kind.DET_CONST_SORT,
    Kind.STATISTICAL,
    Kind.NONE,
)
ALPHA = 0.1
WARM = 5  # calls in a row, of which the last counts
TABLES = (0.1, 0.3, 0.5)
TABLE_ROUNDS = 3  # of each table, alternately
EXACT_FAIL = 0.146887188699111  # of the unadjusted table for (20, .25, .1), by exact fractions
RESULTS = Path("benchmarks/results/fairness.json")
FIGURE = Path("docs/images/fairness-benchmark.svg")

Result = dict[str, Any]


def our_algorithms() -> list[Algorithm]:
    """Ours, with the policy made in the call."""

    def prepare(case: Case, kind: Kind) -> tuple[Call, Read]:
        targets = case.targets.tolist()

        def call() -> Reranked:
            return rerank(case.scores, case.groups, Policy(kind, targets=targets), case.k)

        return call, lambda answer: answer.order.tolist()

    return [
        Algorithm("ours", kind.value, lambda case, kind=kind: prepare(case, kind))  # type: ignore[misc]
        for kind in OURS
    ]


@dataclass
class Tally:
    """What one algorithm did with the tasks of one |A|."""

    broken: int = 0
    index: int = 0
    pairs: int = 0
    repeating: int = 0
    short: int = 0
    longer: int = 0
    crashes: dict[str, int] = field(default_factory=dict)
    ndcg: list[float] = field(default_factory=list)
    min_skew: list[float] = field(default_factory=list)
    ndkl: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def judge(self, case: Case, order: list[int], required: Ints, best: Ints) -> None:
        """Measure one answer, cut to the places asked for."""
        self.longer += len(order) > case.k
        kept = np.array(order[: case.k], dtype=np.int64)
        self.repeating += len(set(kept.tolist())) < len(kept)
        self.short += len(kept) < case.k
        if len(kept) == 0:
            return
        ranked = case.groups[kept]
        short = infeasible_prefixes(ranked, required[: len(kept)])
        self.broken += bool(short.any())
        self.index += int((short > 0).sum())
        self.pairs += int(short.sum())
        self.ndcg.append(ndcg(case.scores[kept], case.scores[best]))
        self.min_skew.append(float(skew(ranked, case.targets, case.k)[case.targets > 0].min()))
        self.ndkl.append(ndkl(ranked, case.targets))

    def summary(self) -> Result:
        """Means over the answers that came, and the median time."""
        answered = max(len(self.ndcg), 1)
        finite = [value for value in self.min_skew if np.isfinite(value)]
        return {
            "tasks": len(self.ndcg) + sum(self.crashes.values()),
            "answered": len(self.ndcg),
            "tasks_with_a_broken_floor": self.broken,
            "infeasible_index": self.index / answered,
            "infeasible_count": self.pairs / answered,
            "tasks_with_a_duplicate": self.repeating,
            "answers_too_short": self.short,
            "answers_too_long": self.longer,
            "crashes": self.crashes,
            "ndcg": _mean(self.ndcg),
            "min_skew_at_100": _mean(finite),
            "tasks_with_nobody_of_a_group": len(self.min_skew) - len(finite),
            "ndkl": _mean(self.ndkl),
            "median_ms": statistics.median(self.seconds) * 1e3 if self.seconds else None,
        }


def _mean(values: list[float]) -> float | None:
    return statistics.fmean(values) if values else None


def synthetic(count: int, number: int, members: int = MEMBERS) -> Case:
    """The task of this number with `count` groups, candidates in no order."""
    draws = np.random.default_rng((SEED, count, number))
    targets = draws.random(count)
    groups = draws.permutation(np.repeat(np.arange(count), members))
    return Case(draws.random(count * members), groups, targets / targets.sum(), K)


def floors_of(case: Case) -> Ints:
    """What every prefix must hold, from the exact fractions that our policy would use."""
    ((*exact,),) = Policy(targets=case.targets.tolist()).proportions or ((),)
    return compiled_floor_table(
        np.array([target.numerator for target in exact]),
        np.array([target.denominator for target in exact]),
        np.bincount(case.groups, minlength=len(exact)),
        case.k,
    )


def compare_algorithms(count: int, tasks: int, algorithms: list[Algorithm]) -> dict[str, Result]:
    """Every algorithm on every task of `count` groups, in turn."""
    tallies = {_name(each): Tally() for each in algorithms}
    for number in range(tasks):
        case = synthetic(count, number)
        required = floors_of(case)
        best = np.argsort(-case.scores)[: case.k]
        first = number % len(algorithms)
        for each in algorithms[first:] + algorithms[:first]:
            tally = tallies[_name(each)]
            call, read = each.prepare(case)
            started = time.perf_counter()
            try:
                answer = call()
            except Exception as error:
                kind = type(error).__name__
                tally.crashes[kind] = tally.crashes.get(kind, 0) + 1
                continue
            tally.seconds.append(time.perf_counter() - started)
            tally.judge(case, read(answer), required, best)
    return {name: tally.summary() for name, tally in tallies.items()}


def _name(algorithm: Algorithm) -> str:
    return f"{algorithm.package} {algorithm.name}"


def measure_speed(count: int, rounds: int, algorithms: list[Algorithm]) -> Result:
    """Median milliseconds for the top 100 of 1,000, cold and warm."""
    variants = [*_our_variants(), *algorithms]
    cold: dict[str, list[float]] = {_name(each): [] for each in variants}
    warm: dict[str, list[float]] = {_name(each): [] for each in variants}
    for number in range(-1, rounds):  # the first does not count
        case = synthetic(count, 10**6 + number, 1000 // count)
        first = number % len(variants)
        for each in variants[first:] + variants[:first]:
            seconds = _seconds(each, case)
            if number >= 0 and seconds:
                cold[_name(each)].append(seconds[0])
                warm[_name(each)].append(seconds[-1])
    return {
        name: {
            "calls": len(cold[name]),
            "cold_ms": statistics.median(cold[name]) * 1e3 if cold[name] else None,
            "warm_ms": statistics.median(warm[name]) * 1e3 if warm[name] else None,
        }
        for name in cold
    }


def _seconds(algorithm: Algorithm, case: Case) -> list[float]:
    """The times of a few calls in a row; none if it crashes."""
    call, _ = algorithm.prepare(case)
    seconds = []
    for _ in range(WARM):
        started = time.perf_counter()
        try:
            call()
        except Exception:
            return []
        seconds.append(time.perf_counter() - started)
    return seconds


def _our_variants() -> list[Algorithm]:
    """Ours with the policy made beforehand or each time, and with what explains the ranking."""

    def prepare(
        case: Case, kind: Kind, once: bool, ask: Callable[[Reranked], object]
    ) -> tuple[Call, Read]:
        targets = case.targets.tolist()
        policy = Policy(kind, targets=targets)
        rerank(case.scores, case.groups, policy, case.k)  # `statistical` keeps its table

        def call() -> object:
            made = policy if once else Policy(kind, targets=targets)
            return ask(rerank(case.scores, case.groups, made, case.k))

        return call, lambda _: []

    asked: dict[str, tuple[Kind, bool, Callable[[Reranked], object]]] = {
        "floor, policy made once": (Kind.FLOOR, True, lambda found: found.order),
        "floor, policy each call": (Kind.FLOOR, False, lambda found: found.order),
        "floor, with metrics": (Kind.FLOOR, True, lambda found: found.metrics),
        "floor, with moves": (Kind.FLOOR, True, lambda found: found.moves),
        "floor_ceiling": (Kind.FLOOR_CEILING, True, lambda found: found.order),
        "det_const_sort": (Kind.DET_CONST_SORT, True, lambda found: found.order),
        "statistical, table kept": (Kind.STATISTICAL, True, lambda found: found.order),
    }
    return [
        Algorithm("ours", name, lambda case, given=given: prepare(case, *given))  # type: ignore[misc]
        for name, given in asked.items()
    ]


def measure_tables() -> Result:
    """The FA*IR table for 100 places, adjusted and not, beside fairsearchcore's."""
    package = mend_fairsearchcore()
    statistical.minimum_table(K, 0.2, ALPHA)  # compiles
    found: Result = {}
    for p in TABLES:
        for adjusted in (True, False):
            found[f"p={p} {'adjusted' if adjusted else 'unadjusted'}"] = _table(
                package, p, adjusted
            )
    found["fail probability of the unadjusted table (20, .25, .1)"] = _fail_probability(package)
    return found


def _table(package: Any, p: float, adjusted: bool) -> Result:  # noqa: ANN401
    ours: list[float] = []
    theirs: list[float] = []
    their_table = None
    for _ in range(TABLE_ROUNDS):
        statistical._table.cache_clear()
        started = time.perf_counter()
        table = statistical.minimum_table(K, p, ALPHA, adjusted)
        ours.append(time.perf_counter() - started)
        if package is not None:
            fair = package.Fair(K, p, ALPHA)
            make = fair.create_adjusted_mtable if adjusted else fair.create_unadjusted_mtable
            started = time.perf_counter()
            their_table = np.array(make())
            theirs.append(time.perf_counter() - started)
    result: Result = {
        "ours_ms": statistics.median(ours) * 1e3,
        "ours_fails": statistical.fail_probability(table, p),
    }
    if their_table is None:
        return result
    return result | {
        "fairsearchcore_ms": statistics.median(theirs) * 1e3,
        "times_faster": statistics.median(theirs) / statistics.median(ours),
        "fairsearchcore_fails": statistical.fail_probability(their_table, p),
        "same_table": table.tolist() == their_table.tolist(),
    }


def _fail_probability(package: Any) -> Result:  # noqa: ANN401
    table = statistical.minimum_table(20, 0.25, ALPHA, adjusted=False)
    result = {"exact": EXACT_FAIL, "ours": statistical.fail_probability(table, 0.25)}
    if package is None:
        return result
    fair = package.Fair(20, 0.25, ALPHA)
    return result | {"fairsearchcore": fair.compute_fail_probability(table.tolist())}


def main() -> None:
    """Measure, print tables, and write the figures and the picture."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--tasks", type=int, default=1000, help="for each number of groups")
    parser.add_argument("--rounds", type=int, default=100, help="of the timing of 1,000")
    parser.add_argument("--groups", type=int, nargs="+", default=list(GROUPS))
    parser.add_argument("--parts", nargs="+", default=["speed", "tables", "geyik"])
    parser.add_argument("--json", type=Path, default=RESULTS, help="add the figures to this file")
    parser.add_argument("--figure", type=Path, default=FIGURE)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    others = peers()
    logging.disable(logging.WARNING)  # a line for each task from AIF360
    results: Result = json.loads(given.json.read_text("utf-8")) if given.json.exists() else {}
    results |= {
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        "seed": SEED,
        "versions": installed(),
    }
    gc.collect()
    gc.freeze()
    if "speed" in given.parts:
        results["top 100 of 1,000"] = _speeds(given.rounds, others)
        _write(given.json, results)
    if "tables" in given.parts:
        results["FA*IR, 100 places, alpha 0.1"] = measure_tables()
        _print_rows(results["FA*IR, 100 places, alpha 0.1"])
        _write(given.json, results)
    if "geyik" in given.parts:
        by_groups = results.setdefault("geyik", {})
        for count in given.groups:
            by_groups[str(count)] = compare_algorithms(
                count, given.tasks, [*our_algorithms(), *others]
            )
            print(f"\n|A| = {count}")
            _print_rows(by_groups[str(count)])
            _write(given.json, results)
            draw(by_groups, given.figure)


def _speeds(rounds: int, others: list[Algorithm]) -> Result:
    found: Result = {}
    for count in (10, 2):
        fair = fair_search_rerank() if count == 2 else None
        found[f"{count} groups"] = measure_speed(
            count, rounds, [*others, *([fair] if fair else [])]
        )
        print(f"\nTop 100 of 1,000, {count} groups")
        _print_rows(found[f"{count} groups"])
    return found


def _print_rows(rows: dict[str, Result]) -> None:
    for name, row in rows.items():
        shown = (
            f"{key} {value:.4f}" if isinstance(value, float) else f"{key} {value}"
            for key, value in row.items()
            if value not in (None, {}, 0)
        )
        print(f"{name:28s} {', '.join(shown)}", flush=True)


def _write(path: Path, results: Result) -> None:
    results["commands"] = sorted(
        {*results.get("commands", []), " ".join(["python -m benchmarks.fairness", *sys.argv[1:]])}
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_rounded(results), indent=1) + "\n", encoding="utf-8")


def _rounded(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return round(value, 6) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
