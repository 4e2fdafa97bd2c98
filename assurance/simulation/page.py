"""A simulation as a page of Markdown: the sentences are in `templates/page.md.jinja`."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from jinja2 import Environment

from assurance.prose import load_templates, say
from assurance.simulation.report import (
    LEVEL,
    Alarm,
    Finding,
    PolicyFigures,
    ScenarioReport,
    SimulationReport,
)
from assurance.simulation.world import ANY_SCORE, OWN_SHARES
from matching.rules.rules import RULES

POWER_IMAGE, REPAIR_IMAGE = "simulation-power.svg", "simulation-repair.svg"
VARIANTS = (ANY_SCORE, OWN_SHARES)
HIDDEN = "–"  # too few people for the audit to show it, or for the figure to mean anything
ENOUGH_POWER = 0.8  # the usual convention
SUMMARIES = {rule.code: rule.summary for rule in RULES}
TABLES = (("rules", "the rules"), ("shortlist", "the first places"), ("reach", "on any list"))


def to_markdown(report: SimulationReport, *, command: str, images: str = "images") -> str:
    """Return the page.

    Args:
        report: what was simulated.
        command: that made it, as a person would type it.
        images: the folder of the figures, as seen from the page.
    """
    clean = report.scenarios[0]
    by_need = [each for each in report.scenarios if each.lowered and not each.protected]
    values = {
        "report": report,
        "command": command,
        "images": images,
        "power_image": POWER_IMAGE,
        "repair_image": REPAIR_IMAGE,
        "any_score": ANY_SCORE,
        "own_shares": OWN_SHARES,
        "level": LEVEL,
        "enough_power": ENOUGH_POWER,
        "clean": clean,
        "real": sum(count for _, count in clean.real),
        "real_by_attribute": _listed([f"{count} by {name.lower()}" for name, count in clean.real])
        if any(count for _, count in clean.real)
        else "none",
        "lowered_by_attribute": _lowered_by_attribute(report),
        "in_chart": [scenario for scenario, _ in shown_in_chart(report)],
        "power_rows": _power_rows(report),
        "compared_with": list(
            dict.fromkeys(
                (group.group, group.shortlist.against)
                for group in clean.findings
                if group.shortlist.against
            )
        ),
        "detection_table": _detection_table(report),
        "false_alarms": _false_alarms(report),
        "power_table": _power_table(report),
        "policy_tables": [(_what(each), _policy_table(each)) for each in report.scenarios],
        "by_need": by_need[-1] if by_need else None,
        "brought_back_by_floors": _brought_back_by_floors(by_need[-1]) if by_need else "",
    }
    return say(_templates(), "page.md.jinja", "page", values) + "\n"


def shown_in_chart(report: SimulationReport) -> list[tuple[ScenarioReport, str]]:
    """Return the strongest scenario of each sort, with the words for its legend."""
    by_score = {each.attribute: each for each in report.scenarios if each.lowered}
    gates = {each.attribute: each for each in report.scenarios if each.refused}
    chosen = [(each, f"{_short_name(each)}, scores") for each in by_score.values()]
    chosen += [(each, f"{_short_name(each)}, gate") for each in list(gates.values())[-1:]]
    return chosen[:3]


@cache
def _templates() -> Environment:
    filters: dict[str, Callable[..., object]] = {
        "best_policy": _best_policy,
        "brought_back": _back,
        "chance": _chance,
        "heading": _what,
        "listed": _listed,
        "name": _name,
        "number": _number,
        "percent": _percent,
        "thousands": "{:,}".format,
        "under": _policy,
        "whole": _whole,
    }
    return load_templates("assurance.simulation", filters)


def _lowered_by_attribute(report: SimulationReport) -> list[list[ScenarioReport]]:
    lowered = [each for each in report.scenarios if each.lowered]
    return [
        [each for each in lowered if each.attribute == attribute]
        for attribute in dict.fromkeys(each.attribute for each in lowered)
    ]


def _best_policy(each: ScenarioReport) -> PolicyFigures:
    """Return the standing policy that gives the group most exposure."""
    # What adds places shows another number of them, so that its exposure is of something else.
    others = [f for f in each.policies if _name(f) not in ("none", "additive", *VARIANTS)]
    return max(others, key=lambda figures: figures.exposure or 0.0)


def _back(each: ScenarioReport, name: str) -> str:
    """Return the share of the lost exposure that a policy brings back, in words."""
    before, after = each.without.exposure, _policy(each, "none").exposure
    now = _policy(each, name).exposure
    if before is None or after is None or now is None or before <= after:
        return "nothing"
    share = (now - after) / (before - after)
    if share <= 0:
        return "nothing"
    return _whole(share) if share >= 0.01 else "less than 1 %"


def _power_rows(report: SimulationReport) -> list[dict[str, Any]]:
    """Return the smallest size found often enough, or the largest tried, by kind and people."""
    lines = []
    for kind, words in (("scores", "scores lowered by"), ("rules", "a gate that refuses")):
        for people in sorted({row.people for row in report.power.rows}):
            mine = [r for r in report.power.rows if r.kind == kind and r.people == people]
            enough = [row.size for row in mine if row.size and row.adjusted >= ENOUGH_POWER]
            lines.append(
                {
                    "people": people,
                    "words": words,
                    "smallest": _size(kind, min(enough)) if enough else "",
                    "largest": _size(kind, max(row.size for row in mine)),
                }
            )
    return lines


def _size(kind: str, size: float) -> str:
    return f"{size:.2f}" if kind == "scores" else _whole(size)


def _table(head: str, rule: str, rows: Iterable[str]) -> str:
    return "\n".join((head, rule, *rows))


def _detection_table(report: SimulationReport) -> str:
    rows = []
    for each in report.scenarios:
        planted = each.lowered or each.refused
        for group in each.findings if not planted else each.findings[:1]:
            found = [words for name, words in TABLES if getattr(group, name).detected]
            rows.append(
                f"| {_planted(each)} | {group.group} | {_finding(group.rules)} | "
                f"{_finding(group.shortlist)} | {_finding(group.reach)} | "
                f"{', '.join(found) or 'no'} |"
            )
    return _table(
        "| planted | group | at the rules | at the shortlist | on any list | found |",
        "| --- | --- | --- | --- | --- | --- |",
        rows,
    )


def _false_alarms(report: SimulationReport) -> list[tuple[str, Alarm, str]]:
    steps = dict(TABLES)
    return [
        (_planted(each), alarm, steps[alarm.table])
        for each in report.scenarios
        for alarm in each.false
    ]


def _power_table(report: SimulationReport) -> str:
    return _table(
        "| planted | people in the group | size | found, alone | found, adjusted |",
        "| --- | ---: | ---: | ---: | ---: |",
        (
            f"| {'scores lowered by' if row.kind == 'scores' else 'gate refuses'} | "
            f"{row.people:,} | {_size(row.kind, row.size)} | {_whole(row.alone)} | "
            f"{_whole(row.adjusted)} |"
            for row in report.power.rows
        ),
    )


def _policy_table(each: ScenarioReport) -> str:
    planted = each.lowered or each.refused
    lines = [("without it, `none`", each.without)] if planted else []
    lines += [(f"`{_name(figures)}`", figures) for figures in each.policies]
    return _table(
        "| policy | rate | ratio | exposure | skew at 10 | short | true 10 | of the group "
        "| NDCG, true | NDCG, shown | drop |",
        "| --- |" + " ---: |" * 10,
        (
            f"| {label} | {_percent(f.rate)} | {_number(f.ratio)} | {_number(f.exposure)} | "
            f"{_number(f.skew)} | {f.short:.2f} | {_percent(f.best)} | {_percent(f.group_best)} | "
            f"{f.ndcg_true:.4f} | {HIDDEN if f.ndcg_shown is None else f'{f.ndcg_shown:.4f}'} | "
            f"{f.largest_drop} |"
            for label, f in lines
        ),
    )


def _brought_back_by_floors(each: ScenarioReport) -> str:
    return "; ".join(
        f"{words} {_back(each, name)}"
        for name, words in (
            ("floor", "the standing `floor`"),
            (ANY_SCORE, f"without its relevance threshold (`{ANY_SCORE}`)"),
            (OWN_SHARES, f"and with each list's own shares as targets (`{OWN_SHARES}`)"),
        )
        if any(_name(figures) == name for figures in each.policies)
    )


def _what(each: ScenarioReport) -> str:
    """Return a scenario as a heading."""
    if each.lowered:
        return f"Scores of {each.group_label} lowered by {each.lowered:.2f}"
    if each.refused:
        rule = SUMMARIES.get(each.rule or "", each.rule or "")
        return f"A gate: {_whole(each.refused)} of {each.group_label} refused ({rule})"
    return f"Nothing planted, seen for {each.group_label}"


def _planted(each: ScenarioReport) -> str:
    if each.lowered:
        return f"scores −{each.lowered:.2f}"
    return f"gate, {_whole(each.refused)}" if each.refused else "nothing"


def _short_name(each: ScenarioReport) -> str:
    return each.group_label.split(",")[0]


def _policy(each: ScenarioReport, name: str) -> PolicyFigures:
    return next(figures for figures in each.policies if _name(figures) == name)


def _name(figures: PolicyFigures) -> str:
    return figures.policy.split("@")[0]


def _finding(found: Finding) -> str:
    if found.ratio is None:
        return "too few to say"
    return (
        f"{_number(found.ratio)} ({_number(found.low)} to {_number(found.high)}), "
        f"{_chance(found.adjusted_p)}"
    )


def _listed(names: Iterable[str]) -> str:
    words = list(names)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _number(value: float | None) -> str:
    return HIDDEN if value is None else f"{value + 0.0:.2f}"


def _percent(value: float | None) -> str:
    return HIDDEN if value is None else f"{value * 100:.1f} %"


def _whole(value: float) -> str:
    return f"{value * 100:.0f} %"


def _chance(p: float | None) -> str:
    return HIDDEN if p is None else "under .0001" if p < 0.0001 else f"{p:.4f}"
