"""The allocation, measured: flow with and without floors, beside two simple rules.

    python -m benchmarks.allocation --people 90000 --vacancies 50000 --degree 40

`--degree` is how many vacancies' lists a person is on, on average: 90,000 people at 40 are 3.6
million edges, or 72 for each vacancy. Scores are made up, from a seed, as they are in life:

- people and vacancies lie in 40 areas, some much larger than others, and the nearer the better;
- everyone has one of 16 trades, and a vacancy prefers its own;
- some people are wanted by almost everyone: their appeal is drawn once and counts everywhere;
- people of higher need score lower everywhere, by 5 and by 12 points of 100;
- and there is noise for each pair.

A vacancy's list is the best of its own area. Welfare is the sum of the scores of those put before
vacancies; `within_capacity` counts of each person only as many as they have time for. Each rule
runs in a process of its own, so that memory can be told apart (`peak_mib` holds the task and how it
was made, too); flow starts another for the solver. What is compiled is compiled beforehand, on a
small task that is not counted.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.fairness.allocation.baselines import greedy, own_best
from matching.fairness.allocation.plan import FIRST_PLACE_BONUS, Edges, GroupTargets, allocate

SEED = 2026
AREAS = 40
TRADES = 16
NEED = {"lower": (0.35, 0.0), "medium": (0.40, 0.05), "higher": (0.25, 0.12)}  # share, lower score
CHUNK = 256  # vacancies scored at a time
NAIVE_TOP = 10
COMPILING = (300, 100, 10)
RESULTS = Path("benchmarks/results/allocation.json")

Ints = npt.NDArray[np.int64]
Result = dict[str, Any]


def make_task(people: int, vacancies: int, degree: int) -> tuple[Edges, Ints]:
    """Edges, and the need band of each person as 0, 1 or 2."""
    draw = np.random.default_rng(SEED)
    size = 1 / np.arange(1, AREAS + 1) ** 0.6
    area_of_person, area = (draw.choice(AREAS, n, p=size / size.sum()) for n in (people, vacancies))
    shares, lower = zip(*NEED.values(), strict=True)
    need = draw.choice(len(NEED), people, p=shares)
    appeal = draw.normal(0, 0.05, people) - np.array(lower)[need]
    trade_of_person, trade = (draw.integers(0, TRADES, n) for n in (people, vacancies))
    home, place = (draw.normal(0, 1, (n, 2)) for n in (people, vacancies))
    width = people * degree // vacancies
    parts: list[tuple[Ints, Ints, npt.NDArray[np.float64]]] = []
    for here in range(AREAS):
        locals_, open_here = np.flatnonzero(area_of_person == here), np.flatnonzero(area == here)
        for start in range(0, len(open_here), CHUNK):
            some = open_here[start : start + CHUNK]
            away = np.linalg.norm(place[some][:, None] - home[locals_][None], axis=2)
            scores = 0.5 + appeal[locals_] + draw.normal(0, 0.05, away.shape) - 0.06 * away
            scores += 0.12 * (trade[some][:, None] == trade_of_person[locals_])
            count = min(width, len(locals_))
            best = np.argpartition(-scores, count - 1, axis=1)[:, :count]
            chosen = np.take_along_axis(scores, best, axis=1)
            parts.append((np.repeat(some, count), locals_[best].ravel(), chosen.ravel()))
    owners, found, scores = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Edges(owners, found, np.clip(scores, 0, 1)), need


def measure(rule: str, given: argparse.Namespace) -> Result:
    """One rule, in this process."""
    _run(rule, make_task(*COMPILING), given)
    task = make_task(given.people, given.vacancies, given.degree)
    started = time.perf_counter()
    found = _run(rule, task, given)
    seconds = time.perf_counter() - started
    edges, need = task
    interviews = found.pop("interviews")
    served = interviews > 0
    return {
        "seconds": seconds,
        "edges": len(edges.scores),
        **found,
        "coverage": float(served.mean()),
        "coverage_of_listed": float(served.sum() / len(np.unique(edges.candidates))),
        "most_lists_for_one": int(interviews.max()),
        "rate_by_need": {
            name: float(served[need == code].mean()) for code, name in enumerate(NEED)
        },
        "peak_mib": _peak_mib(),
    }


def _run(rule: str, task: tuple[Edges, Ints], given: argparse.Namespace) -> Result:
    edges, need = task
    vacancies, people = int(edges.vacancies.max()) + 1, len(need)
    capacities = np.full(people, given.interviews)
    places = np.full(vacancies, given.places)
    if rule.startswith("flow"):
        groups = GroupTargets(need, len(NEED)) if rule == "flow_with_floors" else None
        plan = allocate(edges, places, capacities, groups, first_place_bonus=given.bonus)
        return {
            "interviews": plan.interviews,
            "solver_seconds": plan.solver_seconds,
            "solver_peak_mib": plan.solver_peak_mib,
            "placed": len(plan.scores),
            "welfare": plan.welfare,
            "within_capacity": plan.welfare,
            "people_with_a_price": int((plan.prices > 0).sum()),
            "floors_short": len(plan.shortfalls),
            "floors_short_by": sum(item.required - item.held for item in plan.shortfalls),
        }
    simple: dict[str, Callable[[], Any]] = {
        f"naive_top_{NAIVE_TOP}": lambda: own_best(
            edges, np.full(vacancies, NAIVE_TOP), capacities
        ),
        "naive_top_places": lambda: own_best(edges, places, capacities),
        "greedy": lambda: greedy(edges, places, capacities),
    }
    chosen = simple[rule]()
    return {
        "interviews": chosen.interviews,
        "placed": len(chosen.scores),
        "welfare": chosen.welfare,
        "within_capacity": chosen.welfare_within_capacity,
    }


def _peak_mib() -> float:
    """The most that this process held, without what its parent held when it was started."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


RULES = (
    f"naive_top_{NAIVE_TOP}",
    "naive_top_places",
    "greedy",
    "flow_without_floors",
    "flow_with_floors",
)


def main() -> None:
    """Measure each rule in a process of its own, print, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--people", type=int, default=9_000)
    parser.add_argument("--vacancies", type=int, default=5_000)
    parser.add_argument("--degree", type=int, default=40)
    parser.add_argument("--interviews", type=int, default=3)
    parser.add_argument("--places", type=int, default=5)
    parser.add_argument("--bonus", type=float, default=FIRST_PLACE_BONUS)
    parser.add_argument("--json", type=Path, default=RESULTS, help="add the figures to this file")
    parser.add_argument("--rule", choices=RULES, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.rule:
        print(json.dumps(measure(given.rule, given)))
        return
    command = [sys.executable, "-m", "benchmarks.allocation", *sys.argv[1:]]
    results = {}
    for rule in RULES:
        done = subprocess.run(
            [*command, "--rule", rule], check=True, stdout=subprocess.PIPE, text=True
        )
        results[rule] = json.loads(done.stdout.splitlines()[-1])
        print(f"{rule}\n{json.dumps(results[rule], indent=1)}\n", flush=True)
    _add(given, results)


def _add(given: argparse.Namespace, results: dict[str, Result]) -> None:
    """Replace the figures of this size, and say on what they were taken."""
    path: Path = given.json
    known = json.loads(path.read_text("utf-8")) if path.exists() else {"sizes": {}}
    known["machine"] = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    known["sizes"][f"{given.people} x {given.vacancies}"] = {
        "command": "python -m " + " ".join(["benchmarks.allocation", *sys.argv[1:]]),
        "interviews_for_a_person": given.interviews,
        "places_of_a_vacancy": given.places,
        "first_place_bonus": given.bonus,
        "seed": SEED,
        "rules": {name: _rounded(result) for name, result in results.items()},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def _rounded(result: Result) -> Result:
    return {
        name: _rounded(value)
        if isinstance(value, dict)
        else round(value, 4)
        if isinstance(value, float)
        else value
        for name, value in result.items()
    }


if __name__ == "__main__":
    main()
