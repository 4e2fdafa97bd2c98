"""The picture of `benchmarks.fairness`: two panels over the number of groups, as plain SVG."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

WIDTH, HEIGHT = 1000, 440
TOP, BOTTOM = 62, 52
PANELS = ((62, 395), (478, 395))  # left edge and width
LABELS = 884  # where the names begin, right of the second panel
LINE = 15  # least distance between two names
SHOWN = {
    "ours floor": ("ours, floor", "#00703c", ""),
    "ours floor_ceiling": ("ours, floor+ceiling", "#85994b", ""),
    "AIF360 DetConstSort": ("AIF360 ConstSort", "#1d70b8", "6 3"),
    "AIF360 DetRelaxed": ("AIF360 Relaxed", "#5694ca", "2 3"),
    "reranking DetGreedy": ("reranking Greedy", "#d4351c", "6 3"),
    "reranking DetCons": ("reranking Cons", "#f47738", "2 3"),
    "FairRankTune DetConstSort": ("FRTune ConstSort", "#4c2c92", "6 3"),
}

Point = tuple[float, float]
Series = dict[str, list[Point]]


def draw(by_groups: dict[str, dict[str, Any]], path: Path) -> None:
    """Write NDCG, and the share of tasks with a broken floor, of the algorithms in `SHOWN`."""
    gain = _series(by_groups, lambda row: row["ndcg"])
    broken = _series(
        by_groups, lambda row: 100 * row["tasks_with_a_broken_floor"] / max(row["answered"], 1)
    )
    values = [value for line in gain.values() for _, value in line]
    if not values:
        return
    low = int(min(values) * 100) / 100
    high = (int(max(values) * 100) + 1) / 100
    steps = round((high - low) * 100)
    marks = [low + step / 100 for step in range(steps + 1)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="Helvetica, Arial, sans-serif" font-size="13">',
        "<title>NDCG, and tasks with a broken floor, by number of groups</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *_panel(0, "NDCG against the unconstrained top 100", gain, marks, "{:.2f}"),
        *_panel(1, "Tasks with a broken floor, %", broken, [0, 20, 40, 60, 80, 100], "{:.0f}"),
        *_names(broken, 0, 100),
        "</svg>",
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _series(by_groups: dict[str, Any], value: Callable[[dict[str, Any]], float]) -> Series:
    return {
        name: [
            (int(count), value(rows[name]))
            for count, rows in sorted(by_groups.items(), key=lambda item: int(item[0]))
            if name in rows and rows[name]["answered"]
        ]
        for name in SHOWN
    }


def _place(panel: int, low: float, high: float, point: Point) -> Point:
    left, width = PANELS[panel]
    across, up = (point[0] - 2) / 8, (point[1] - low) / ((high - low) or 1)
    return left + 12 + across * (width - 24), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)


def _panel(panel: int, title: str, lines: Series, marks: list[float], form: str) -> list[str]:
    left, width = PANELS[panel]
    low, high = marks[0], marks[-1]
    parts = [f'<text x="{left}" y="34" font-size="16" font-weight="bold">{title}</text>']
    for mark in marks:
        _, y = _place(panel, low, high, (2, mark))
        parts += [
            f'<line x1="{left}" x2="{left + width}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d8dde0"/>',
            f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{form.format(mark)}</text>',
        ]
    for count in range(2, 11):
        x, y = _place(panel, low, high, (count, low))
        parts.append(f'<text x="{x:.1f}" y="{y + 22:.1f}" text-anchor="middle">{count}</text>')
    middle = left + width / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 10}" text-anchor="middle">groups |A|</text>')
    for name, points in reversed(lines.items()):  # ours last, on top
        _, colour, dashes = SHOWN[name]
        placed = [_place(panel, low, high, point) for point in points]
        parts.append(
            f'<polyline fill="none" stroke="{colour}" stroke-width="2.5" '
            f'stroke-dasharray="{dashes}" points="'
            + " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
            + '"/>'
        )
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in placed]
    return parts


def _names(lines: Series, low: float, high: float) -> list[str]:
    """Names beside the ends of their lines, apart from each other, the lowest on its line."""
    ends = sorted(
        ((_place(1, low, high, points[-1])[1], name) for name, points in lines.items() if points),
        key=lambda end: (-end[0], -list(SHOWN).index(end[1])),
    )
    parts, above = [], float("inf")
    for y, name in ends:
        above = min(y + 4, above - LINE)
        label, colour, _ = SHOWN[name]
        parts.append(f'<text x="{LABELS}" y="{above:.1f}" fill="{colour}">{label}</text>')
    return parts
