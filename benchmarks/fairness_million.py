"""A million random re-rankings, each checked: no broken floor, no duplicate, nobody out of order.

    python -m benchmarks.fairness_million
    python -m benchmarks.fairness_million --tasks 20000

Tasks have 2 to 10 groups, exhausted and empty ones included, ties, relevance thresholds, targets
that come to less than one, and any number of places (`benchmarks.fairness_checks.make_task`).
Every task is ranked under `floor`; every 20th also under one of the other policies that promise a
minimum, in turn. `statistical` is held to its own table. What is done is kept in `var/`, so that a
run that was stopped goes on where it was.
"""

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fairness_checks import MILLION, SEED, Faults, RandomTask, find_faults, make_task
from matching.fairness.policy import Kind, Policy
from matching.fairness.rerank import rerank

EVERY = 20
OTHERS = (Kind.FLOOR_CEILING, Kind.DET_CONST_SORT, Kind.STATISTICAL)
CHUNK = 10_000
KEPT = Path("var/fairness_million.json")
RESULTS = Path("benchmarks/results/fairness_million.json")

Tally = dict[str, dict[str, int]]


def policies_of(number: int) -> tuple[Kind, ...]:
    """Which policies the task of this number is ranked under."""
    turn, left = divmod(number, EVERY)
    return (Kind.FLOOR,) if left else (Kind.FLOOR, OTHERS[turn % len(OTHERS)])


def check(task: RandomTask, kind: Kind) -> Faults:
    """Rank the task under a policy, and compare."""
    policy = Policy(kind, targets=task.targets, relevance_threshold=task.threshold)
    found = rerank(task.scores, task.groups, policy, task.k)
    own = found.requirement() if kind == Kind.STATISTICAL else None
    return find_faults(task, found.order, own)


def check_tasks(start: int, stop: int, tally: Tally) -> list[tuple[int, str]]:
    """Check tasks from `start` to before `stop`, add to the tally; return those at fault."""
    failed = []
    for number in range(start, stop):
        task = make_task(number)
        for kind in policies_of(number):
            faults = check(task, kind)
            _count(tally.setdefault(kind.value, {}), faults)
            if any(faults):
                failed.append((number, kind.value))
        _describe(tally.setdefault("tasks", {}), task)
    return failed


def _count(counts: dict[str, int], faults: Faults) -> None:
    counts["rankings"] = counts.get("rankings", 0) + 1
    for name, value in faults._asdict().items():
        counts[name] = counts.get(name, 0) + (value > 0)


def _describe(counts: dict[str, int], task: RandomTask) -> None:
    """How many tasks were awkward, and how."""
    reach = task.groups[task.scores >= task.threshold]
    sizes = np.bincount(reach, minlength=len(task.targets))
    wanted = [task.k * target.numerator // target.denominator for target in task.targets]
    traits = {
        "all": True,
        f"{len(task.targets)} groups": True,
        "a group exhausted": any(size < floor for size, floor in zip(sizes, wanted, strict=True)),
        "a relevance threshold": np.isfinite(task.threshold),
        "ties": len(np.unique(task.scores)) < len(task.scores),
        "targets below one": sum(task.targets) < 1,
        "more places than people": task.k > len(task.scores),
    }
    for name, holds in traits.items():
        counts[name] = counts.get(name, 0) + bool(holds)


def _resume(tasks: int) -> dict[str, Any]:
    fresh: dict[str, Any] = {"done": 0, "seconds": 0.0, "tally": {}, "failed": []}
    if not KEPT.exists():
        return fresh
    kept: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))
    return kept if kept.get("seed") == SEED and kept["done"] <= tasks else fresh


def main() -> None:
    """Check the tasks that are left, and write the tally."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--tasks", type=int, default=MILLION)
    parser.add_argument("--json", type=Path, default=RESULTS)
    parser.add_argument("--again", action="store_true", help="begin anew, forgetting what is kept")
    given = parser.parse_args()
    if given.again:
        KEPT.unlink(missing_ok=True)
    state = _resume(given.tasks)
    KEPT.parent.mkdir(exist_ok=True)
    while state["done"] < given.tasks:
        started = time.perf_counter()
        stop = min(state["done"] + CHUNK, given.tasks)
        state["failed"] += check_tasks(state["done"], stop, state["tally"])
        state |= {"done": stop, "seed": SEED}
        state["seconds"] += time.perf_counter() - started
        KEPT.write_text(json.dumps(state), encoding="utf-8")
        at_fault = f"{len(state['failed'])} at fault, {state['seconds']:,.0f} s"
        print(f"{stop:,} of {given.tasks:,}: {at_fault}", file=sys.stderr)
    _write(given.json, state)
    print(json.dumps(state["tally"], indent=1))
    sys.exit(1 if state["failed"] else 0)


def _write(path: Path, state: dict[str, Any]) -> None:
    tally = dict(state["tally"])
    figures = {
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        "command": "python -m " + " ".join(["benchmarks.fairness_million", *sys.argv[1:]]),
        "seed": SEED,
        "seconds": round(state["seconds"], 1),
        "tasks": tally.pop("tasks"),
        "rankings_at_fault": tally,
        "at_fault": state["failed"][:100],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
