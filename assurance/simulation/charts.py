"""Two small figures as SVG text: how much an audit sees, and what policies bring back. Pure."""

from collections.abc import Callable, Sequence
from html import escape

from assurance.simulation.report import PowerRow, ScenarioReport, SimulationReport

INK, FAINT = "#0b0c0c", "#b1b4b6"
# Told apart by colour-blind readers and in grey; each has a shape of its own besides.
COLOURS = ("#1d70b8", "#d4351c", "#00703c", "#4c2c92")
FONT = "font-family='sans-serif' font-size='13'"


def power_chart(report: SimulationReport) -> str:
    """How often a difference is found, by its size: scores on the left, rules on the right."""
    panels = (
        ("scores", "Scores lowered by", 0.30, lambda value: f"{value:.2f}" if value else "0"),
        ("rules", "Share of the group refused", 0.60, lambda value: f"{value:.0%}"),
    )
    parts = [
        _panel(report.power.rows, kind, label, most, write, 60 + number * 370)
        for number, (kind, label, most, write) in enumerate(panels)
    ]
    return _svg(
        760,
        330,
        "How often the audit finds a planted difference",
        "Share of draws in which the difference is found, by its size and the size of the group.",
        "".join(parts),
    )


def repair_chart(scenarios: Sequence[tuple[ScenarioReport, str]]) -> str:
    """The group's exposure under each policy, over what it has when nothing is planted.

    Args:
        scenarios: what to show, each with its words in the legend; at most four.
    """
    policies = [figures.policy.split("@")[0] for figures in scenarios[0][0].policies]
    left, top, step, width = 130, 50, 24, 560
    values = [
        [
            (figures.exposure or 0.0) / each.without.exposure if each.without.exposure else 0.0
            for figures in each.policies
        ]
        for each, _ in scenarios
    ]
    most = max(1.2, max(value for column in values for value in column) * 1.05)
    parts = []
    bottom = top + step * len(policies)
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8):
        if tick > most:
            break
        x = left + width * tick / most
        parts.append(
            _line(x, top - 8, x, bottom, INK if tick == 1 else FAINT)
            + _text(x, bottom + 18, f"{tick:.1f}", "middle")
        )
    for row, name in enumerate(policies):
        y = top + step * (row + 0.5)
        parts.append(_text(left - 10, y + 4, name, "end"))
        parts += [
            _mark(column, left + width * each[row] / most, y) for column, each in enumerate(values)
        ]
    for number, (_, words) in enumerate(scenarios):
        x = left + number * 200
        parts.append(_mark(number, x, 22) + _text(x + 12, 26, words, "start"))
    parts.append(
        _text(left + width / 2, bottom + 40, "Exposure, over what it is without bias", "middle")
    )
    return _svg(
        760,
        bottom + 52,
        "What each policy brings back",
        "Exposure of the group that was hit, under each policy, over what it has without bias.",
        "".join(parts),
    )


def _panel(
    rows: Sequence[PowerRow],
    kind: str,
    label: str,
    most: float,
    write: Callable[[float], str],
    left: int,
) -> str:
    top, width, height = 50, 290, 210
    parts = []
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        y = top + height * (1 - tick)
        parts.append(_line(left, y, left + width, y, FAINT))
        parts.append(_text(left - 8, y + 4, f"{tick:.0%}", "end"))
    mine = [row for row in rows if row.kind == kind]
    for size in sorted({row.size for row in mine}):
        x = left + width * size / most
        parts.append(_text(x, top + height + 18, write(size), "middle", small=True))
    for number, people in enumerate(sorted({row.people for row in mine})):
        points = [
            (left + width * row.size / most, top + height * (1 - row.adjusted))
            for row in mine
            if row.people == people
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(
            f"<polyline points='{path}' fill='none' stroke='{COLOURS[number]}' stroke-width='2'/>"
        )
        parts += [_mark(number, x, y) for x, y in points]
        start = left + number * 150
        parts.append(
            _mark(number, start + 6, 22) + _text(start + 18, 26, f"group of {people:,}", "start")
        )
    parts.append(_text(left + width / 2, top + height + 42, label, "middle"))
    return "".join(parts)


def _svg(width: float, height: float, title: str, words: str, body: str) -> str:
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' "
        f"width='{width}' height='{height}' role='img' {FONT}>"
        f"<title>{escape(title)}</title><desc>{escape(words)}</desc>"
        f"<rect width='{width}' height='{height}' fill='#ffffff'/>{body}</svg>\n"
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{colour}'/>"


def _text(x: float, y: float, words: str, anchor: str, *, small: bool = False) -> str:
    size = " font-size='11'" if small else ""
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}' fill='{INK}'{size}>"
        f"{escape(words)}</text>"
    )


def _mark(number: int, x: float, y: float) -> str:
    colour = COLOURS[number]
    if number == 0:
        return f"<circle cx='{x:.1f}' cy='{y:.1f}' r='5' fill='{colour}'/>"
    if number == 1:
        return f"<rect x='{x - 4.5:.1f}' y='{y - 4.5:.1f}' width='9' height='9' fill='{colour}'/>"
    corners = ((0, -6), (6, 5), (-6, 5)) if number == 2 else ((0, -6), (6, 0), (0, 6), (-6, 0))
    path = " ".join(f"{x + across:.1f},{y + down:.1f}" for across, down in corners)
    return f"<polygon points='{path}' fill='{colour}'/>"
