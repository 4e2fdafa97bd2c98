"""A simulation as a page of Markdown. Every sentence that states a result is worked out from it."""

from collections.abc import Sequence

from assurance.simulation.report import (
    LEVEL,
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
    """The page.

    Args:
        report: what was simulated.
        command: that made it, as a person would type it.
        images: the folder of the figures, as seen from the page.
    """
    parts = [
        *_opening(report, command),
        *_in_short(report),
        *_detection(report),
        *_false_alarms(report),
        *_power(report, images),
        *_policies(report, images),
        *_closing(report),
    ]
    return "\n\n".join(parts) + "\n"


def shown_in_chart(report: SimulationReport) -> list[tuple[ScenarioReport, str]]:
    """The strongest scenario of each sort, with the words for its legend."""
    by_score = {each.attribute: each for each in report.scenarios if each.lowered}
    gates = {each.attribute: each for each in report.scenarios if each.refused}
    chosen = [(each, f"{_short_name(each)}, scores") for each in by_score.values()]
    chosen += [(each, f"{_short_name(each)}, gate") for each in list(gates.values())[-1:]]
    return chosen[:3]


def _opening(report: SimulationReport, command: str) -> list[str]:
    return [
        "# Planted bias: what the audit finds, and what policies repair",
        f"Made by `{command}`; the same command makes the same page. Everybody in it is made up.",
        f"{report.people:,} people and {report.vacancies:,} open vacancies, drawn from seed "
        f"{report.seed} as of {report.as_of:%-d %B %Y}, were ranked once by the real rules, model "
        f"and weights (`{report.model}`, `{report.weights}`), in a database of their own that is "
        "gone. Then one thing at a time was made wrong, outside the program that ranks: every "
        "score of one group lowered, or a share of one group refused by a rule. Policies, the "
        "exposure ledger and the audit are those in daily use, by their standing terms; "
        "`allocation` subtracts the prices of a plan made from the same wrong scores, and "
        "`amortised` makes good what the order by score left in the ledger.",
        f"Of the {report.vacancies:,} vacancies {report.lists_of_eligible:,} have somebody who is "
        f"eligible as things stand; for {report.lists_to_refer:,} the list is of people whom "
        f"somebody has to look at first. Lists hold {report.shortest:,} to {report.longest:,} "
        f"people, {report.median:,} in the middle. A list shows {report.shown_places} places; the "
        f"first {report.first_places} are what the audit calls a shortlist. Who is hit by a gate "
        "is drawn at random, and is refused for every vacancy.",
    ]


def _in_short(report: SimulationReport) -> list[str]:
    points = ["## In short"]
    lines = [_clean_line(report)]
    for attribute in dict.fromkeys(each.attribute for each in report.scenarios if each.lowered):
        several = [each for each in report.scenarios if each.attribute == attribute]
        lines.append(_found_line([each for each in several if each.lowered], report.first_places))
    lines += [_gate_line(each) for each in report.scenarios if each.refused]
    lines += [_repair_line(each) for each, _ in shown_in_chart(report)]
    lines += _power_lines(report)
    return [*points, "\n".join(f"- {line}" for line in lines)]


def _clean_line(report: SimulationReport) -> str:
    clean = report.scenarios[0]
    real = sum(count for _, count in clean.real)
    by = _listed([f"{count} by {name.lower()}" for name, count in clean.real]) if real else "none"
    false = (
        f"{len(clean.false)} by a characteristic that was drawn apart from everything: false alarms"
        if clean.false
        else "Not one is by a characteristic that was drawn apart from everything: no false alarm"
    )
    return (
        f"With nothing planted the audit makes {clean.comparisons:,} comparisons and calls "
        f"{real + len(clean.false):,} differences real: {by}. These go with what made-up people "
        f"can show or with what the rules ask, and no bias made them. {false}."
    )


def _found_line(several: Sequence[ScenarioReport], places: int) -> str:
    group = several[0].findings[0]
    before, worst = several[0].without, several[-1].policies[0]
    start = (
        f"Scores of **{group.group}** ({group.people:,} people) lowered by "
        f"{_listed([f'{each.lowered:.2f}' for each in several])}: "
    )
    end = (
        f"at {several[-1].lowered:.2f}, {_percent(worst.group_best)} of them who belong in a "
        f"first {places} are still there."
    )
    if before.ratio is None or worst.ratio is None:
        return f"{start}too few of them are in lists for the audit to compare; {end}"
    found = [each for each in several if each.findings[0].shortlist.detected]
    verdict = (
        f"finds it at {_listed([f'{each.lowered:.2f}' for each in found])}"
        if found
        else "finds it at none of them"
    )
    return (
        f"{start}at the shortlist the audit {verdict}. Their impact ratio there goes from "
        f"{_number(before.ratio)} to {_number(worst.ratio)}; {end}"
    )


def _gate_line(each: ScenarioReport) -> str:
    group = each.findings[0]
    rules = group.rules
    if rules.ratio is None:
        verdict = "cannot say (too few to compare)"
    else:
        verdict = (
            f"{'finds' if rules.detected else 'does not find'} it (impact ratio "
            f"{_number(rules.ratio)}, adjusted p {_chance(rules.adjusted_p)})"
        )
    named = (
        f"; among the rules that set groups apart the planted one stands at place {group.rule_rank}"
        if group.rule_rank
        else "; the planted rule is not among those that it names"
    )
    return (
        f"A gate that refuses {_whole(each.refused)} of **{group.group}** "
        f"({each.refused_people:,} of {group.people:,} people): at the rules the audit "
        f"{verdict}{named}."
    )


def _repair_line(each: ScenarioReport) -> str:
    none = _policy(each, "none")
    # What adds places shows another number of them, so that its exposure is of something else.
    others = [f for f in each.policies if _name(f) not in ("none", "additive", *VARIANTS)]
    best = max(others, key=lambda figures: figures.exposure or 0.0)
    return (
        f"{_what(each)}: exposure over true merit goes from {_number(each.without.exposure)} to "
        f"{_number(none.exposure)} by score. Under `floor` it is "
        f"{_number(_policy(each, 'floor').exposure)}, which brings back {_back(each, 'floor')} of "
        f"what was lost; of the standing policies `{_name(best)}` gives most, "
        f"{_number(best.exposure)}."
        f"{' Nobody who was refused is in a list under any of them.' if each.refused else ''}"
    )


def _back(each: ScenarioReport, name: str) -> str:
    """The share of the lost exposure that a policy brings back, in words."""
    before, after = each.without.exposure, _policy(each, "none").exposure
    now = _policy(each, name).exposure
    if before is None or after is None or now is None or before <= after:
        return "nothing"
    share = (now - after) / (before - after)
    if share <= 0:
        return "nothing"
    return _whole(share) if share >= 0.01 else "less than 1 %"


def _power_lines(report: SimulationReport) -> list[str]:
    lines = []
    for kind, words in (("scores", "scores lowered by"), ("rules", "a gate that refuses")):
        for people in sorted({row.people for row in report.power.rows}):
            mine = [r for r in report.power.rows if r.kind == kind and r.people == people]
            enough = [row.size for row in mine if row.size and row.adjusted >= ENOUGH_POWER]
            largest = max(row.size for row in mine)
            found, tried = (_size(kind, size) for size in (min(enough, default=largest), largest))
            lines.append(
                f"Of {report.people:,} people with {people:,} in the group: the smallest size "
                f"tried that is found in {_whole(ENOUGH_POWER)} of draws is {words} "
                f"{found}."
                if enough
                else f"Of {report.people:,} people with {people:,} in the group: {words} "
                f"{tried}, the most that was tried, is found in less than "
                f"{_whole(ENOUGH_POWER)} of draws."
            )
    return lines


def _size(kind: str, size: float) -> str:
    return f"{size:.2f}" if kind == "scores" else _whole(size)


def _detection(report: SimulationReport) -> list[str]:
    rows = [
        "| planted | group | at the rules | at the shortlist | on any list | found |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for each in report.scenarios:
        planted = each.lowered or each.refused
        for group in each.findings if not planted else each.findings[:1]:
            found = [words for name, words in TABLES if getattr(group, name).detected]
            rows.append(
                f"| {_planted(each)} | {group.group} | {_finding(group.rules)} | "
                f"{_finding(group.shortlist)} | {_finding(group.reach)} | "
                f"{', '.join(found) or 'no'} |"
            )
    return [
        "## What the audit finds",
        "Each cell is the impact ratio, its 95 % interval, and p adjusted for every comparison of "
        f"the audit. Found means that adjusted p is at most {_whole(LEVEL)} and the ratio below 1. "
        "The first rows, with nothing planted, are what the others should be read against: where a "
        "group stands apart already, the audit cannot say how much of a difference is bias. "
        f"{_beside(report)}",
        "\n".join(rows),
    ]


def _beside(report: SimulationReport) -> str:
    pairs = dict.fromkeys(
        (group.group, group.shortlist.against)
        for group in report.scenarios[0].findings
        if group.shortlist.against
    )
    return " ".join(f"{group} is put beside {against}." for group, against in pairs)


def _false_alarms(report: SimulationReport) -> list[str]:
    lines = []
    total = 0
    for each in report.scenarios:
        for alarm in each.false:
            total += 1
            lines.append(
                f"- {_planted(each)}: {alarm.attribute.replace('_', ' ')}, {alarm.group}, at "
                f"{dict(TABLES)[alarm.table]}: ratio {_number(alarm.ratio)}, adjusted p "
                f"{_chance(alarm.adjusted_p)}"
            )
    words = (
        "Gender identity, ethnicity, disability, religion, sexual orientation and nationality were "
        "drawn apart from everything else, so a difference by one of them is a false alarm unless "
        f"it was planted. There {'was' if total == 1 else 'were'} {total:,} over the "
        f"{len(report.scenarios):,} audits, which share the same people and so are not independent."
    )
    return ["## False alarms", words, *(["\n".join(lines)] if lines else [])]


def _power(report: SimulationReport, images: str) -> list[str]:
    rows = [
        "| planted | people in the group | size | found, alone | found, adjusted |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for row in report.power.rows:
        size = _size(row.kind, row.size)
        what = "scores lowered by" if row.kind == "scores" else "gate refuses"
        rows.append(
            f"| {what} | {row.people:,} | {size} | {_whole(row.alone)} | {_whole(row.adjusted)} |"
        )
    power = report.power
    return [
        "## What the audit cannot see",
        f"![How often a planted difference is found]({images}/{POWER_IMAGE})",
        f"Who is in the group was drawn {power.draws:,} times at random, so that nothing else sets "
        "the group apart, and the audit's own test was made of each draw, at the shortlist for "
        "scores and at the rules for the gate. *Alone* counts p of at most 5 %, as if nothing "
        f"else were compared. *Adjusted* counts p of at most {power.threshold:.4f}, which is what "
        "the adjustment for many comparisons would have let through here. At size 0 it is the "
        f"share of false alarms. With {power.draws:,} draws each share is known to about "
        f"{196 * 0.5 / power.draws**0.5:.0f} points "
        "either way at worst.",
        "\n".join(rows),
    ]


def _policies(report: SimulationReport, images: str) -> list[str]:
    parts = [
        "## What each policy costs and repairs",
        f"![Exposure of the group under each policy]({images}/{REPAIR_IMAGE})",
        "- *Rate* and *ratio*: the group's chances that end in the first 10 places, and that over "
        "the other group's, as the audit counts them.\n"
        "- *Exposure*: the group's share of exposure over its share of true merit, the scores "
        "before anything was made wrong. *Skew at 10*: the logarithm of the group's share of all "
        "first 10 places over its share of the lists; of all lists together, because a mean of "
        "lists would have to leave out those that hold nobody of a small group.\n"
        "- *Short*: prefixes of a list, in the mean, that hold fewer of the group than its true "
        "share of that list.\n"
        "- *True 10*: of those who truly belong in the first 10, how many are there; and of those "
        "in the group.\n"
        "- *NDCG, true*: of the first 10 by the true scores. *NDCG, shown*: of the places shown by "
        "the scores that the policy was given, which is the cost that the product itself reports. "
        "*Drop*: the most places that anyone lost against the order by those scores.\n"
        "- `additive` shows 10 places and those it adds, the others 20, so its exposure and short "
        f"prefixes are not comparable. `{ANY_SCORE}` is `floor` without the relevance threshold, "
        f"`{OWN_SHARES}` besides without drawing targets towards the region; neither is a standing "
        "policy.",
    ]
    for each in report.scenarios:
        parts += [f"### {_what(each)}", _policy_table(each)]
    return parts


def _policy_table(each: ScenarioReport) -> str:
    rows = [
        "| policy | rate | ratio | exposure | skew at 10 | short | true 10 | of the group "
        "| NDCG, true | NDCG, shown | drop |",
        "| --- |" + " ---: |" * 10,
    ]
    planted = each.lowered or each.refused
    lines = [("without it, `none`", each.without)] if planted else []
    lines += [(f"`{_name(figures)}`", figures) for figures in each.policies]
    rows += [
        f"| {label} | {_percent(f.rate)} | {_number(f.ratio)} | {_number(f.exposure)} | "
        f"{_number(f.skew)} | {f.short:.2f} | {_percent(f.best)} | {_percent(f.group_best)} | "
        f"{f.ndcg_true:.4f} | {HIDDEN if f.ndcg_shown is None else f'{f.ndcg_shown:.4f}'} | "
        f"{f.largest_drop} |"
        for label, f in lines
    ]
    return "\n".join(rows)


def _closing(report: SimulationReport) -> list[str]:
    return [
        "## What follows",
        f"{_about_floors(report)}\n"
        "- No standing policy repairs bias against a protected group that is independent of need. "
        "A policy may not know who is in such a group, so what it moves for them is a "
        "by-product. A "
        "quota would be unlawful (Equality Act 2010, section 159, and the conditions on monitoring "
        "data in the Data Protection Act 2018, Schedule 1, paragraph 8(3)). The remedy is to find "
        "the cause and remove it: a feature, a text, a source of records.\n"
        "- No re-ranking repairs a gate: whoever is refused stands in no list. The remedy is to "
        "correct the rule, or the records that it reads.\n"
        "- That the audit finds nothing is not proof that there is nothing: see what it cannot "
        "see. An installation with more people and more vacancies sees smaller differences; a "
        "single prison sees hardly any.\n"
        "- That it finds something is not proof of bias: groups may differ in what they can show, "
        "or in what the rules ask of them.",
        "## Limits of this page",
        "- Made-up people differ from real ones, and lists of "
        f"{report.people:,} people are shorter than a region's. Bias was planted evenly, on whole "
        "groups; real bias is patchy.\n"
        "- One draw of people and one draw of whom the gate hits: a single row may be luck. The "
        "section on power, with many draws, is the one to plan by.\n"
        "- Not audited by prison: so few people to a prison are not compared anyway.\n"
        "- Nobody viewed a page or chose anybody, so what staff and employers do with a list is "
        "not in it.",
    ]


def _about_floors(report: SimulationReport) -> str:
    by_need = [each for each in report.scenarios if each.lowered and not each.protected]
    if not by_need:
        return "- Floors by need were not tried against bias by need."
    each = by_need[-1]
    shares = "; ".join(
        f"{words} {_back(each, name)}"
        for name, words in (
            ("floor", "the standing `floor`"),
            (ANY_SCORE, f"without its relevance threshold (`{ANY_SCORE}`)"),
            (OWN_SHARES, f"and with each list's own shares as targets (`{OWN_SHARES}`)"),
        )
        if any(_name(figures) == name for figures in each.policies)
    )
    return (
        "- Floors by need work against bias by need, and only so far as their terms let them. Of "
        f"the exposure that went when scores of {each.group_label} were lowered by "
        f"{each.lowered:.2f} they bring back: {shares}. `floor` lifts nobody under "
        f"{report.threshold:.2f}, and {_whole(report.under_threshold)} of all in these lists score "
        "less than that even by their true scores; its targets are shares among those above, so "
        "that a scorer which pushes people under the threshold lowers the target with them; and in "
        "short lists the targets are drawn towards the region's. Floors do not ask whether the "
        "scorer was right: the same floors without any bias are the first table."
    )


def _what(each: ScenarioReport) -> str:
    """A scenario as a heading."""
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


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _number(value: float | None) -> str:
    return HIDDEN if value is None else f"{value + 0.0:.2f}"


def _percent(value: float | None) -> str:
    return HIDDEN if value is None else f"{value * 100:.1f} %"


def _whole(value: float) -> str:
    return f"{value * 100:.0f} %"


def _chance(p: float | None) -> str:
    return HIDDEN if p is None else "under .0001" if p < 0.0001 else f"{p:.4f}"
