"""The pages of measured figures, written from `benchmarks/results`.

    python -m benchmarks.papers          # or: make papers

Writes docs/fairness.md, docs/quality.md, docs/performance.md and the table of results in README.md.
The words are in `benchmarks/templates`, the figures in `benchmarks/results`, which the benchmarks
write. A test compares the pages with what this makes.
"""

import json
from pathlib import Path
from statistics import fmean
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
TEMPLATES = ROOT / "benchmarks" / "templates"
PAGES = ("fairness", "quality", "performance")
START, END = "<!-- results: written by `make papers` -->\n", "<!-- end of results -->\n"

Figures = dict[str, Any]


def papers() -> dict[Path, str]:
    """Return the text of every page by its path; README.md is as it stands but for its table."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 -- the pages are Markdown
    )
    environment.filters |= {"share": share, "whole": whole, "percent": percent}
    results = {path.stem: json.loads(path.read_text("utf-8")) for path in RESULTS.glob("*.json")}
    context: Figures = {
        **results,
        "geyik": [geyik_row(name, results["fairness"]["geyik"]) for name in _names(results)],
        "margins": margins(results["fairness"]["geyik"]),
        "mean": mean_of_draws,
        "least": lambda entries, *keys: min(_dig(entry, keys) for entry in entries),
        "most": lambda entries, *keys: max(_dig(entry, keys) for entry in entries),
        "draws": _draws(results["quality"]),
        "draws_before_spelling": _draws(results["quality_before_spelling"]),
    }
    pages = {
        ROOT / "docs" / f"{name}.md": environment.get_template(f"{name}.md.jinja").render(context)
        for name in PAGES
    }
    readme = ROOT / "README.md"
    table = environment.get_template("results.md.jinja").render(context)
    return pages | {readme: _with_table(readme.read_text("utf-8"), table)}


def share(value: float, places: int = 3) -> str:
    """A number between -1 and 1 without the nought before the point: `.562`, `-.075`."""
    return f"{value:.{places}f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.{places}f}"


def whole(value: float) -> str:
    """A number to the nearest whole one, with commas."""
    return f"{value:,.0f}"


def percent(value: float, places: int = 0) -> str:
    """A share as per cent: `72 %`."""
    return f"{100 * value:.{places}f} %"


def geyik_row(name: str, by_groups: dict[str, Figures]) -> Figures:
    """One algorithm over the tasks of every number of groups.

    Means are over the numbers of groups alike. NDCG is None where an order holds somebody twice,
    because the same person would then be counted twice.
    """
    rows = [rows[name] for rows in by_groups.values() if name in rows]
    answered = sum(row["answered"] for row in rows)
    ten = by_groups["10"].get(name, {})
    return {
        "name": name,
        "tasks": sum(row["tasks"] for row in rows),
        "crashed": sum(sum(row["crashes"].values()) for row in rows),
        "broken": sum(row["tasks_with_a_broken_floor"] for row in rows) / answered,
        "repeating": sum(row["tasks_with_a_duplicate"] for row in rows) / answered,
        "infeasible_index": _mean(rows, "infeasible_index"),
        "min_skew": _mean(rows, "min_skew_at_100"),
        "ndkl": _mean(rows, "ndkl"),
        "ndcg": [_ndcg(by_groups[groups].get(name)) for groups in ("2", "5", "10")],
        "median_ms": ten.get("median_ms"),
    }


def margins(by_groups: dict[str, dict[str, Figures]]) -> dict[str, float]:
    """By number of groups, the NDCG of `floor` less that of the best published algorithm.

    Only those count that kept every floor of every task and held nobody twice.
    """
    return {
        groups: rows["ours floor"]["ndcg"]
        - max(
            row["ndcg"]
            for name, row in rows.items()
            if name not in ("ours floor", "ours floor_ceiling")
            and row["answered"] == row["tasks"]
            and not row["tasks_with_a_broken_floor"]
            and not row["tasks_with_a_duplicate"]
        )
        for groups, rows in by_groups.items()
    }


def mean_of_draws(entries: list[Figures], *keys: str) -> float:
    """The mean over several draws of made-up people of the figure under these keys."""
    return fmean(_dig(entry, keys) for entry in entries)


def _dig(entry: Figures, keys: tuple[str, ...]) -> float:
    value: Any = entry
    for key in keys:
        value = value[key]
    return float(value)


def _draws(results: Figures) -> list[Figures]:
    """What was measured on the several draws of 2,000 made-up people."""
    return [entry for entry in results["synthetic"].values() if entry["people"] == 2000]


def _names(results: Figures) -> list[str]:
    """Every algorithm of the fairness benchmark, in the order in which it was first measured."""
    by_groups = results["fairness"]["geyik"]
    return list(dict.fromkeys(name for rows in by_groups.values() for name in rows))


def _ndcg(row: Figures | None) -> float | None:
    if row is None or row["tasks_with_a_duplicate"] or row["ndcg"] is None:
        return None
    return float(row["ndcg"])


def _mean(rows: list[Figures], name: str) -> float | None:
    values = [row[name] for row in rows if row[name] is not None]
    return fmean(values) if values else None


def _with_table(readme: str, table: str) -> str:
    """The README with this table between its two marks."""
    before, _, rest = readme.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}{table}{END}{after}"


def main() -> None:
    """Write every page."""
    for path, text in papers().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
