"""Planted bias, from the rules to the audit, in a small population of the file's own.

Vectors are drawn here, so that nothing has to be encoded: these tests are about what is planted.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawn_encoder import DrawnEncoder
from hypothesis import given
from hypothesis import strategies as st

from assurance.simulation.charts import power_chart, repair_chart
from assurance.simulation.figures import TrueList, measure_repair
from assurance.simulation.page import shown_in_chart, to_markdown
from assurance.simulation.plan import Scenario, draw_refused, refuse, rule_bit, second_largest
from assurance.simulation.report import Finding, PolicyFigures, ScenarioReport, SimulationReport
from assurance.simulation.scenarios import characteristics, run_scenarios
from assurance.simulation.world import (
    ANY_SCORE,
    OWN_SHARES,
    Asked,
    World,
    rank_everything,
    temporary_database,
)
from demonstration.population import load_demonstration
from foundation.database import Database
from foundation.errors import ValidationError
from foundation.settings import Settings
from index.encoder.encoder import model_id
from matching.explain.document import to_bytes
from matching.fairness.policy import Kind
from matching.retrieval.build import IndexBuilder
from matching.rules.eligibility import refusal_mask
from matching.rules.rules import RULES
from matching.rules.store import JudgedGroup

KINDS = (Kind.NONE, Kind.AMORTISED, Kind.FLOOR, Kind.ADDITIVE, Kind.ALLOCATION)
ASKED = Asked(people=300, vacancies=30, seed=7, power_draws=1)
AUDITED = ("need_band", "disability", "religion")
NEED = ("need_band", "HIGHER")
SCENARIOS = (
    Scenario("no-bias", "disability", "DISABLED"),
    Scenario("need", *NEED, lowered=0.3),
    Scenario("gate", "disability", "DISABLED", refused=0.8, rule="SUPPORT_DECLINED"),
)
REFUSING = [rule.code for rule in RULES if rule_bit(rule.code) & refusal_mask()]


@pytest.fixture(scope="module")
def world(new_dsn: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("simulation")
    settings = Settings.model_validate({"data_dir": folder, "today": ASKED.as_of})
    with Database(new_dsn(), pool_size=4) as database:
        load_demonstration(database, people=300, seed=7, as_of=ASKED.as_of, vacancies=0)
        IndexBuilder(database, settings, DrawnEncoder(model_id(settings), shift=1.0)).build()
        found = rank_everything(database, settings, ASKED, characteristics(ASKED))
        few = tuple(
            policy for policy in found.policies if policy.name in (*KINDS, ANY_SCORE, OWN_SHARES)
        )
        yield replace(found, policies=few)


@pytest.fixture(scope="module")
def report(world: World) -> SimulationReport:
    return run_scenarios(world, SCENARIOS, audited=AUDITED)


def scenario(report: SimulationReport, name: str) -> ScenarioReport:
    return next(each for each in report.scenarios if each.name == name)


def under(each: ScenarioReport, kind: str) -> PolicyFigures:
    return next(figures for figures in each.policies if figures.policy.startswith(f"{kind}@"))


def some(value: float | None) -> float:
    assert value is not None
    return value


class TestWithNothingPlanted:
    def test_nothing_is_detected_in_an_attribute_that_was_drawn_apart(
        self, report: SimulationReport
    ) -> None:
        findings = next(
            each for each in scenario(report, "no-bias").findings if each.attribute == "disability"
        )
        assert findings.rules.ratio is not None, "the group is large enough to be compared"
        for found in (findings.rules, findings.shortlist, findings.reach):
            assert not found.detected

    def test_the_order_by_score_is_the_true_order(self, report: SimulationReport) -> None:
        by_score = under(scenario(report, "no-bias"), Kind.NONE)
        assert by_score.ndcg_true == 1
        assert (by_score.best, by_score.group_best) == (1, 1)
        assert by_score == scenario(report, "no-bias").without


class TestScoresLoweredByNeed:
    def test_a_large_difference_is_detected_at_the_shortlist(
        self, report: SimulationReport
    ) -> None:
        found = scenario(report, "need").findings[0]
        assert found.shortlist.detected
        assert not found.rules.detected or found.rules == scenario(report, "no-bias").findings[1]

    def test_it_costs_the_group_and_the_true_order(self, report: SimulationReport) -> None:
        each = scenario(report, "need")
        by_score = under(each, Kind.NONE)
        assert by_score.ndcg_true < 1
        assert some(by_score.exposure) < some(each.without.exposure)
        assert some(by_score.group_best) < 1

    def test_floors_raise_what_the_group_is_given(self, report: SimulationReport) -> None:
        each = scenario(report, "need")
        by_score, floors = under(each, Kind.NONE), under(each, Kind.FLOOR)
        assert some(floors.rate) > some(by_score.rate)
        assert some(floors.exposure) > some(by_score.exposure)
        assert some(floors.group_best) > some(by_score.group_best)

    def test_they_raise_it_more_without_a_threshold(self, report: SimulationReport) -> None:
        each = scenario(report, "need")
        floors = some(under(each, Kind.FLOOR).exposure)
        assert floors <= some(under(each, ANY_SCORE).exposure)
        assert under(each, OWN_SHARES).short == 0


class TestAGate:
    def test_it_is_detected_at_the_rules_and_the_rule_is_named(
        self, report: SimulationReport
    ) -> None:
        found = scenario(report, "gate").findings[0]
        assert found.rules.detected
        assert found.rule_rank == 1

    def test_no_policy_brings_anybody_back_whom_a_rule_refuses(
        self, report: SimulationReport
    ) -> None:
        each = scenario(report, "gate")
        before = some(each.without.exposure)
        assert each.refused_people == round(0.8 * each.findings[0].people)
        for figures in each.policies:
            assert some(figures.exposure) < before * 0.6, figures.policy
            assert some(figures.group_best) < 0.6, figures.policy


def test_the_same_seed_gives_the_same_bytes(world: World, report: SimulationReport) -> None:
    again = run_scenarios(world, SCENARIOS[:1], audited=AUDITED)
    (first,), whole = again.scenarios, report.scenarios[0]
    # The other groups are looked at only where a scenario hits them.
    first = first.model_copy(update={"findings": (*first.findings, *whole.findings[1:])})
    again = again.model_copy(update={"scenarios": (first, *report.scenarios[1:])})
    assert to_bytes(again) == to_bytes(report)


def test_the_page_and_figures_say_every_scenario_and_policy(report: SimulationReport) -> None:
    page = to_markdown(report, command="newfutures audit simulate --seed 7")
    assert "newfutures audit simulate --seed 7" in page
    assert page.count("\n### ") == len(SCENARIOS)
    for kind in KINDS:
        assert page.count(f"| `{kind}` |") >= len(SCENARIOS)
    for table in (block for block in page.split("\n\n") if block.startswith("|")):
        assert len({row.count("|") for row in table.splitlines()}) == 1, table
    assert "None" not in page
    assert "nan" not in page.split()
    for svg in (power_chart(report), repair_chart(shown_in_chart(report))):
        assert svg.startswith("<svg")
        assert "nan" not in svg


def test_the_page_says_where_there_are_too_few_to_compare(report: SimulationReport) -> None:
    hidden = {"rate": None, "ratio": None}
    few = [
        each.model_copy(
            update={
                "findings": (
                    each.findings[0].model_copy(
                        update={"rules": Finding(), "shortlist": Finding(), "reach": Finding()}
                    ),
                    *each.findings[1:],
                ),
                "without": each.without.model_copy(update=hidden),
                "policies": tuple(under.model_copy(update=hidden) for under in each.policies),
            }
        )
        for each in report.scenarios
    ]
    page = to_markdown(report.model_copy(update={"scenarios": tuple(few)}), command="again")
    assert page.count("too few of them are in lists for the audit to compare") == 1
    assert "the audit cannot say (too few to compare)" in page
    assert not re.search("from +to|ratio ,|adjusted p ?[).;]|  ", page)
    assert not re.search(r"\| *\|", page)


def test_a_temporary_database_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, open_folder: Path, make_settings: Callable[..., Settings]
) -> None:
    base = open_folder / "simulations"
    base.mkdir(mode=0o755, exist_ok=True)
    monkeypatch.setattr("tempfile.tempdir", str(base))
    configured = make_settings(database_url="postgresql://nobody@127.0.0.1:1/none")

    def interrupted() -> None:
        with temporary_database(configured, ASKED.as_of) as (database, own):
            assert own.data_dir.parent == base
            assert own.database_url is None
            assert database.keeps_monitoring_apart()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(base.iterdir()) == []


masks = st.sampled_from([0, 1, rule_bit("PROFILE_NOT_INDEXED"), rule_bit("TOO_FAR")])


@given(
    st.lists(st.tuples(st.integers(0, 60), masks), unique_by=lambda pair: pair[0]),
    st.sets(st.integers(0, 60)),
    st.sampled_from(REFUSING),
)
def test_a_planted_gate_refuses_those_alone_and_loses_nobody(
    people: list[tuple[int, int]], refused: set[int], rule: str
) -> None:
    judged = []
    for mask in sorted({mask for _, mask in people}):
        ids = np.array([who for who, own in people if own == mask], dtype=np.int64)
        keys = ids + 100 if not mask & refusal_mask() else ids[:0]
        judged.append(JudgedGroup(mask, len(ids), ids, keys))
    after = refuse(judged, refused, rule)
    assert [group.mask for group in after] == sorted({group.mask for group in after})
    found = {int(who): group.mask for group in after for who in group.ids}
    assert found == {who: mask | (rule_bit(rule) if who in refused else 0) for who, mask in people}
    for group in after:
        assert group.count == len(group.ids)
        expected = group.ids + 100 if not group.mask & refusal_mask() else group.ids[:0]
        assert group.keys.tolist() == expected.tolist()


def test_lists_are_measured_against_the_true_ones() -> None:
    truth = [TrueList(1, (1, 2, 3, 4), np.array([0.8, 0.6, 0.4, 0.2]))]
    as_it_was = measure_repair(truth, {1: (1, 2, 3, 4)}, {1, 4})
    assert (as_it_was.ndcg_true, as_it_was.best, as_it_was.group_best) == (1, 1, 1)
    assert as_it_was.skew == 0
    # 1 and 1/log2(5), over all four places, over half of all scores.
    given_all = 1 + 1 / np.log2(3) + 0.5 + 1 / np.log2(5)
    assert as_it_was.exposure == pytest.approx((1 + 1 / np.log2(5)) / given_all / 0.5)
    gone = measure_repair(truth, {1: (2, 3)}, {1, 4})
    assert (gone.exposure, gone.group_best, gone.best, gone.skew) == (0, 0, 0.5, None)
    assert gone.short == 1, "the second of two places should hold one of the group"
    nobody = measure_repair(truth, {}, {1, 4})
    assert (nobody.ndcg_true, nobody.exposure) == (0, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"lowered": 1.5},
        {"refused": -0.1},
        {"refused": 0.5},
        {"refused": 0.5, "rule": "NO_FIXED_ABODE"},
        {"refused": 0.5, "rule": "NOT_A_RULE"},
    ],
)
def test_a_scenario_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Scenario("wrong", *NEED, **wrong)  # type: ignore[arg-type]


def test_whom_a_gate_hits_is_drawn_from_the_seed() -> None:
    assert draw_refused(range(100), 0.4, seed=1) == draw_refused(range(99, -1, -1), 0.4, seed=1)
    assert len(draw_refused(range(100), 0.4, seed=1)) == 40
    assert draw_refused(range(100), 0.4, seed=1) != draw_refused(range(100), 0.4, seed=2)


def test_the_second_largest_group_is_of_those_who_said() -> None:
    assert second_largest({"": 90, "WHITE": 70, "BLACK": 20, "ASIAN": 20}, ("",)) == "ASIAN"
    with pytest.raises(ValidationError, match="only one group"):
        second_largest({"": 90, "WHITE": 70}, ("",))
