"""The table of `benchmarks.fairness` as Markdown, over all numbers of groups.

python -m benchmarks.fairness_table
"""

import json
from pathlib import Path
from statistics import fmean
from typing import Any

RESULTS = Path("benchmarks/results/fairness.json")
HEAD = (
    "Algorithm",
    "Tasks with a broken floor",
    "InfeasibleIndex",
    "InfeasibleCount",
    "Tasks with a duplicate",
    "NDCG, |A| = 2",
    "5",
    "10",
    "MinSkew@100",
    "NDKL",
    "Median ms, |A| = 10",
)


def markdown(by_groups: dict[str, dict[str, Any]]) -> str:
    """One row for each algorithm; means are over the tasks of every |A| alike."""
    lines = [f"| {' | '.join(HEAD)} |".replace("|A|", "\\|A\\|"), "|---" * len(HEAD) + "|"]
    lines.extend(
        f"| {' | '.join(_row(name, [rows[name] for rows in by_groups.values()]))} |"
        for name in next(iter(by_groups.values()), {})
    )
    return "\n".join(lines)


def _row(name: str, rows: list[dict[str, Any]]) -> list[str]:
    answered = sum(row["answered"] for row in rows)
    crashed = sum(sum(row["crashes"].values()) for row in rows)
    broken = sum(row["tasks_with_a_broken_floor"] for row in rows)
    repeating = sum(row["tasks_with_a_duplicate"] for row in rows)
    return [
        name + (f" ({crashed:,} of {crashed + answered:,} crashed)" if crashed else ""),
        f"{broken / answered:.1%}" if broken else "0",
        _mean(rows, "infeasible_index", ".1f"),
        _mean(rows, "infeasible_count", ".1f"),
        f"{repeating / answered:.1%}" if repeating else "0",
        *(_gain(rows, index) for index in (0, 3, 8)),
        _mean(rows, "min_skew_at_100", ".3f"),
        _mean(rows, "ndkl", ".3f"),
        f"{rows[-1]['median_ms']:.2f}" if rows[-1]["median_ms"] else "",
    ]


def _mean(rows: list[dict[str, Any]], name: str, form: str) -> str:
    values = [row[name] for row in rows if row[name] is not None]
    return format(fmean(values), form) if values else ""


def _gain(rows: list[dict[str, Any]], index: int) -> str:
    """NDCG says nothing where the same person is counted twice."""
    if index >= len(rows) or rows[index]["tasks_with_a_duplicate"] or rows[index]["ndcg"] is None:
        return "–"
    return f"{rows[index]['ndcg']:.4f}"


if __name__ == "__main__":
    print(markdown(json.loads(RESULTS.read_text("utf-8"))["geyik"]))
