"""Ranking quality on judged sets: this program's beside BM25, TF-IDF, plain MiniLM and a hybrid.

    make bench-quality ARGS="SET.json.gz ..."
    python -m benchmarks.quality SET.json.gz ... --synthetic 2000 20000
    python -m benchmarks.quality --synthetic 2000 --seeds 2027 2028

Every ranker is measured on every set in one run, by the code of `newfutures evaluate`; the metrics
are defined in `assurance.quality.metrics`, the baselines in `assurance.quality.baselines`. A
difference is the product's figure less the baseline's, paired by query. `--synthetic` ranks so many
made-up people, end to end, beside plain MiniLM. What is not named keeps what an earlier run wrote
of it, with that run's command, commit and versions.
"""

import argparse
import json
import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assurance.quality.judged import JudgedSet, read_judged_set
from assurance.quality.metrics import METRICS
from assurance.quality.named import BASELINES, Rankers
from assurance.quality.rankers import Progress
from assurance.quality.report import Evaluation, compared, evaluate
from assurance.quality.synthetic import Asked
from assurance.simulation.world import SEED
from cli.context import OUT, stage_progress
from cli.evaluating_synthetic import measure_synthetic, print_synthetic
from foundation.settings import Settings
from index.encoder.encoder import model_id

RESULTS = Path("benchmarks/results/quality.json")
PACKAGES = (
    "ir-measures",
    "pytrec-eval-terrier",
    "bm25s",
    "PyStemmer",
    "scikit-learn",
    "scipy",
    "numpy",
    "torch",
    "sentence-transformers",
)

Result = dict[str, Any]


def measure_set(judged: JudgedSet, rankers: Rankers, on_progress: Progress) -> Result:
    """What the set is, and the figures of every ranker, the product's last."""
    product = evaluate(judged, rankers.product(), on_progress)
    others = [evaluate(judged, rankers.baseline(name), on_progress) for name in BASELINES]
    found: Result = {"set": product.judged_set.model_dump(), "intervals": product.intervals}
    found["rankers"] = {
        each.ranker: _figures(each) if each is product else _figures(each) | _behind(product, each)
        for each in (*others, product)
    }
    return found


def _figures(report: Evaluation) -> Result:
    return {"metrics": report.model_dump()["metrics"]}


def _behind(product: Evaluation, other: Evaluation) -> Result:
    """How much better the product is."""
    comparison = compared(product, other).model_dump()["comparison"]
    return {"product_less_this": comparison["metrics"]}


def markdown(results: Result) -> str:
    """One table for each set: a row for each ranker, means with their intervals."""
    return "\n\n".join(_table(name, each) for name, each in results["sets"].items())


def _table(name: str, result: Result) -> str:
    rankers = result["rankers"]
    columns = [metric for metric in METRICS if next(iter(rankers.values()))["metrics"][metric]]
    about = result["set"]
    lines = [
        f"{name} ({about['queries']:,} queries, {about['documents']:,} documents)",
        "",
        f"| Ranker | {' | '.join(columns)} |",
        "|---" * (len(columns) + 1) + "|",
    ]
    lines.extend(
        f"| {ranker} | {' | '.join(_cell(found['metrics'][each]) for each in columns)} |"
        for ranker, found in rankers.items()
    )
    return "\n".join(lines)


def _cell(figure: Result) -> str:
    if figure["low"] is None:
        return f"{figure['mean']:.3f}"
    return f"{figure['mean']:.3f} ({figure['low']:.3f}–{figure['high']:.3f})"


def circumstances(paths: Sequence[Path], synthetic: Sequence[int], seeds: Sequence[int]) -> Result:
    """What else the figures depend on. Sets are named without their folders."""
    return {
        "command": " ".join(
            [
                "python -m benchmarks.quality",
                *(path.name for path in paths),
                *(["--synthetic"] if synthetic else []),
                *map(str, synthetic),
                *(["--seeds", *map(str, seeds)] if synthetic else []),
            ]
        ),
        "commit": _commit(),
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        "model": model_id(Settings()),
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in PACKAGES},
    }


def _commit() -> str:
    """The commit, marked if tracked files differ from it."""
    asked = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def _write(path: Path, kept: Result) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Measure, print tables, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("sets", type=Path, nargs="*", help="judged sets, as JSON or in gzip")
    parser.add_argument("--synthetic", type=int, nargs="+", default=[], help="numbers of people")
    parser.add_argument("--seeds", type=int, nargs="+", default=[SEED], help="of made-up people")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the figures go")
    given = parser.parse_args()
    judged = [read_judged_set(path) for path in given.sets]  # all, before the long work
    kept: Result = {"sets": {}, "synthetic": {}}
    if given.out.exists():
        kept |= json.loads(given.out.read_text("utf-8"))
    run, rankers = circumstances(given.sets, given.synthetic, given.seeds), Rankers(Settings())
    for each in judged:
        with stage_progress() as stages:
            kept["sets"][each.name] = measure_set(each, rankers, stages) | {"run": run}
        _write(given.out, kept)
    draws = [Asked(people, seed=seed) for people in given.synthetic for seed in given.seeds]
    for asked in draws:
        report = measure_synthetic(asked, compare=True)
        name = f"{asked.people}, seed {asked.seed}"
        kept["synthetic"][name] = report.model_dump(mode="json") | {"run": run}
        _write(given.out, kept)
        print_synthetic(OUT, report)
    print(markdown({"sets": {each.name: kept["sets"][each.name] for each in judged}}))


if __name__ == "__main__":
    main()
