"""The transparency record: whole, honest about what it is made from, and about nobody."""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import index
import matching
from assurance.audits.service import AuditService
from assurance.transparency.facts import Facts, PolicyChange
from assurance.transparency.inputs import describe_model, gather_facts
from assurance.transparency.limits import LIMITS, limits_of
from assurance.transparency.markdown import to_markdown
from assurance.transparency.record import TO_BE_FILLED, Field, TransparencyRecord, build_record
from assurance.transparency.words import count, part, percent
from candidates.model import Candidate
from foundation.database import Database, Scope
from foundation.settings import Settings
from index.encoder.spelling import SPELLING_ID
from index.text.text import CandidateText
from matching.explain.document import to_bytes
from matching.fairness.record import Attribute, Tier
from matching.policies.service import approve_policy, get_policies
from matching.rules.exclusions import FEWEST_COUNTED, FEWEST_TOLD
from matching.rules.pair import Outcome
from matching.rules.rules import RULES
from matching.score.features import LABELS
from matching.score.weights import load_weights
from matching.shortlists.service import MatchingService

SCOPE = Scope("tests")
SIGNER = "Zephaniah Quillfeather, deputy governor"
LIST = "HF-001"

# The template's fields, written again here so that losing one is noticed.
NAMES = """
Name; Description; Website URL; Contact email;
Organisation or department; Team; Senior responsible owner; External supplier involvement;
External supplier; Companies House number; External supplier role; Procurement procedure type;
Data access terms;
Detailed description; Scope; Benefit; Previous process; Alternatives considered;
Process integration; Provided information; Frequency and scale of usage;
Human decisions and review; Required training; Appeals and review;
System architecture; Phase; Maintenance; Models; Model name; Model version; Model task; Model input;
Model output; Model architecture; Model performance; Datasets; Dataset purposes; Development data;
Source data name; Source data URL; Operational data sources; Data modality; Data quantities;
Data collection; Data cleaning; Data completeness and representativeness; Sensitive attributes;
Data ethics; Data sharing agreements; Data access and storage;
Impact assessments; Risks and mitigations
"""
PEOPLE_ONLY = """
Website URL; Contact email; Organisation or department; Team; Senior responsible owner;
External supplier; Companies House number; External supplier role; Procurement procedure type;
Data access terms; Previous process; Required training; Source data name; Source data URL
"""


def named(text: str) -> list[str]:
    return [name.strip() for name in text.split(";")]


@pytest.fixture(scope="module")
def facts(service: MatchingService, service_database: Database, settings: Settings) -> Facts:
    """Of the shared population, after one list of it was made."""
    service.shortlist(SCOPE, LIST)
    report = AuditService(service_database, settings).report(SCOPE)
    return gather_facts(service_database, settings, SCOPE, report)


@pytest.fixture(scope="module")
def record(facts: Facts) -> TransparencyRecord:
    return build_record(facts)


def field(record: TransparencyRecord, name: str) -> Field:
    (found,) = [each for each in record.fields if each.name == name]
    return found


def value(facts: Facts, name: str) -> str:
    return field(build_record(facts), name).value


def test_every_field_of_the_template_is_there_once(record: TransparencyRecord) -> None:
    assert [each.name for each in record.fields] == named(NAMES)
    numbers = [each.number for each in record.fields if each.number]
    assert len(numbers) == len(set(numbers))
    tiers = [section.tier for section in record.sections]
    assert tiers == ["Tier 1", *["Tier 2"] * 5]


def test_what_only_people_know_is_marked_and_nothing_else_is_empty(
    record: TransparencyRecord,
) -> None:
    for each in record.fields:
        if each.name in named(PEOPLE_ONLY):
            assert each.filled_by.startswith("a person: "), each
            assert each.value == f"{TO_BE_FILLED}: {each.filled_by.removeprefix('a person: ')}"
        else:
            known, _, wanted = each.value.partition(TO_BE_FILLED)
            assert len(known) > 10, each
            assert each.filled_by.startswith("the system and a person: " if wanted else "the sys")
    assert record.open_fields == [each for each in record.fields if TO_BE_FILLED in each.value]


def test_it_can_be_read_back_from_json(record: TransparencyRecord) -> None:
    assert TransparencyRecord.model_validate_json(to_bytes(record)) == record


def test_markdown_has_each_field_under_its_heading_with_what_is_wanted_in_bold(
    record: TransparencyRecord,
) -> None:
    text = to_markdown(record)
    headings = re.findall(r"^#### (?:[\d.]+ )?(.+)$", text, re.MULTILINE)
    assert headings == named(NAMES)
    assert text.count(f"**{TO_BE_FILLED}:**") == len(record.open_fields)
    assert "the people and vacancies behind its figures are made up" in text


def test_the_example_in_the_documentation_has_the_same_fields() -> None:
    example = Path(__file__).parents[3] / "docs" / "transparency-record.md"
    headings = re.findall(r"^#### (?:[\d.]+ )?(.+)$", example.read_text("utf-8"), re.MULTILINE)
    assert headings == named(NAMES), "write it again with `newfutures transparency`"


def test_the_same_facts_make_the_same_record(facts: Facts) -> None:
    assert to_bytes(build_record(facts)) == to_bytes(build_record(facts))


def test_it_says_what_is_in_force(facts: Facts) -> None:
    description = value(facts, "Detailed description")
    refusals = [rule for rule in RULES if rule.outcome is Outcome.INELIGIBLE]
    assert f"{len(refusals)} rules refuse" in description
    in_force = ("floor@1", load_weights().version, "need-1")
    for said in (*(rule.summary for rule in RULES), *in_force):
        assert said in description
    for name, weight in load_weights().weights.items():
        assert f"- {LABELS[name]}: {percent(weight, 2)}\n" in description
    assert facts.model.sha256 in value(facts, "Model version")
    assert "all-MiniLM-L6-v2" in value(facts, "Model name")
    assert "120 people" in value(facts, "Data quantities")


def test_other_weights_make_another_record(facts: Facts) -> None:
    changed: dict[str, float] = dict(facts.weights.weights) | {"similarity": 0.155}
    weights = replace(
        facts.weights,
        version="weights-9",
        weights=changed,
        words={"strong": 0.7, "possible": 0.5},
    )
    by_hand = replace(facts, weights_note="Set by hand, before any fitting.")
    other = replace(facts, weights=weights, weights_note="Fitted to outcomes.")
    description = value(other, "Detailed description")
    assert "weights-9" in description
    assert "15.5%" in description
    assert "strong from 70 points" in description
    assert "weights of the score were set by hand" in value(by_hand, "Risks and mitigations")
    assert "weights of the score were set by hand" not in value(other, "Risks and mitigations")
    assert "The score (weights-9) and the points of need (need-1, set by hand)" in value(
        other, "Models"
    )


def test_the_adapter_is_named_with_what_it_learnt_from(facts: Facts) -> None:
    adapter = facts.model.adapter
    assert adapter is not None
    assert adapter.sha256 in value(facts, "Model version")
    for learnt in adapter.learnt_from:
        assert learnt in value(facts, "Datasets")
    plain = replace(facts, model=replace(facts.model, adapter=None))
    assert "adapter" not in value(plain, "Model version") + value(plain, "Datasets")


def test_another_model_makes_another_record(
    facts: Facts, make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"")
    other = describe_model(
        make_settings(model_path=tmp_path, model_id="mine-2", model_sha256="ab" * 32)
    )
    told = replace(facts, model=other)
    assert value(told, "Model name") == f"mine-2{SPELLING_ID}"
    assert "ab" * 32 in value(told, "Model version")
    assert "do not describe it" in value(told, "Model architecture")
    assert "do not name the data" in value(told, "Datasets")
    assert "all-MiniLM" not in to_markdown(build_record(told))


def test_the_models_own_files_describe_it(facts: Facts) -> None:
    assert (facts.model.architecture, facts.model.layers, facts.model.dimensions) == (
        "BertModel",
        6,
        384,
    )
    assert facts.model.licence == "apache-2.0"
    assert "natural_questions" in facts.model.datasets
    assert "license" not in " ".join(facts.model.datasets)


def test_policies_are_told_as_they_may_run_that_day(facts: Facts) -> None:
    before, _, after = value(facts, "Detailed description").partition("may not run today")
    assert "\n- floor@1: " in before
    assert "\n- additive@1: " in after
    ended = tuple(
        each.model_copy(update={"valid_until": facts.made_on - timedelta(days=1)})
        if each.name == "floor"
        else each
        for each in facts.policies
    )
    other = replace(facts, policies=ended)
    assert "The policy floor, which is used unless" in value(other, "Detailed description")
    assert "floor" not in value(other, "Alternatives considered").partition("choose: ")[2].split(
        ", "
    )
    by_score = replace(facts, default_policy="none")
    assert "stays in the order of the scores" in value(by_score, "Detailed description")


def test_changes_of_policies_are_told_by_day(facts: Facts) -> None:
    day = date(2026, 11, 3)
    changes = (PolicyChange("floor@2", day), PolicyChange("multi@3", day))
    assert "3 November 2026: floor@2, multi@3" in value(
        replace(facts, changes=changes), "Maintenance"
    )
    assert "No policy was added" in value(replace(facts, changes=()), "Maintenance")


def test_how_it_runs_is_told(facts: Facts) -> None:
    apart = replace(facts.deployment, accounts_apart=True, embedded=True, only_this_machine=False)
    together = replace(apart, accounts_apart=False, embedded=False, only_this_machine=True)
    first, second = (replace(facts, deployment=each) for each in (apart, together))
    assert "cannot read equality monitoring" in value(first, "Data access and storage")
    assert "could take either" in value(second, "Data access and storage")
    assert "only on the machine that runs" in value(second, "Data access and storage")
    assert "only on the machine that runs" not in value(first, "Data access and storage")
    assert "runs itself on the same machine" in value(first, "System architecture")
    assert "server of its own" in value(second, "System architecture")


def test_it_says_that_people_sign_in_and_see_what_their_account_is_for(facts: Facts) -> None:
    stored = value(facts, "Data access and storage")
    for words in ("signs in", "one role", "one-time code", "audit trail"):
        assert words in stored
    assert "no sign-in" not in to_markdown(build_record(facts))


def test_it_says_that_stages_after_a_list_are_recorded_and_what_that_does_not_prove(
    facts: Facts,
) -> None:
    text = to_markdown(build_record(facts))
    assert "not recorded yet" not in text
    assert "has not been measured against what became of people" in text
    assert "in work at 6 months" in value(facts, "Benefit")
    assert "put forward" in value(facts, "Model performance")


@pytest.mark.parametrize(
    ("decided", "told"), [(None, "in fewer than 5 of"), (0, "in no of"), (6, "in 6 of")]
)
def test_how_often_staff_decide_otherwise_is_told_unless_it_is_seldom(
    facts: Facts, decided: int | None, told: str
) -> None:
    report = facts.audit.model_copy(update={"lists": 20, "lists_decided": decided})
    assert told in value(replace(facts, audit=report), "Human decisions and review")


def test_it_says_that_employers_are_told_rounded_counts_of_what_an_exclusion_removes(
    facts: Facts,
) -> None:
    for name in ("Sensitive attributes", "Provided information", "Risks and mitigations"):
        told = value(facts, name)
        assert "how many people an exclusion would remove" in told
        assert f"nearest {FEWEST_TOLD}" in told
        assert f"fewer than {FEWEST_COUNTED} people" in told


def test_real_people_are_not_called_made_up(facts: Facts) -> None:
    text = to_markdown(build_record(replace(facts, demonstration=False)))
    assert "installation are made up" not in text
    assert "an example" not in text


def test_every_limit_that_holds_is_published(facts: Facts) -> None:
    told = value(facts, "Risks and mitigations")
    for limit in limits_of(facts):
        assert f"- {limit.about}: {limit.says(facts)}" in told
    held = {limit.about for limit in limits_of(facts)}
    assert {"Weights", "Need", "Words for scores", "Phase", "Distance", "Outcomes"} <= held
    assert len({limit.about for limit in LIMITS}) == len(LIMITS)


def test_no_small_count_of_people_or_lists_is_told(facts: Facts) -> None:
    few = replace(facts.usage, people=3, ready=2, vacancies=4, open_vacancies=1, shortlists=3)
    few = replace(few, vacancy_lists=2)
    report = facts.audit.model_copy(update={"people": 3, "vacancies": 2, "lists": 4})
    told = replace(facts, usage=few, audit=report)
    for name in ("Data quantities", "Frequency and scale of usage", "Model performance"):
        assert not re.search(
            r"\b[1-4] (different|people|vacancies|lists|are open|have)", value(told, name)
        )
        assert "fewer than 5" in value(told, name)


@pytest.mark.parametrize(
    ("number", "whole", "told"),
    [
        (0, 0, "no"),
        (0, 300, "no"),
        (4, 300, "fewer than 5"),
        (120, 300, "120"),
        (297, 300, "more than 295"),
        (300, 300, "300"),
        (0, 3, "fewer than 5"),
        (2, 3, "fewer than 5"),
    ],
)
def test_a_part_is_told_so_that_the_rest_cannot_be_worked_out(
    number: int, whole: int, told: str
) -> None:
    assert part(number, whole) == told


def test_a_share_is_not_rounded_to_all_or_nothing() -> None:
    told = [percent(share, 1) for share in (0, 0.0001, 0.1234, 0.5, 0.99999, 1)]
    assert told == ["0%", "just over 0%", "12.3%", "50%", "nearly 100%", "100%"]


def test_counts_under_five_are_not_told() -> None:
    assert [count(number) for number in (0, 1, 4, 5, 1234)] == [
        "no",
        "fewer than 5",
        "fewer than 5",
        "5",
        "1,234",
    ]


def test_nobody_is_named(
    record: TransparencyRecord, service_database: Database, facts: Facts
) -> None:
    text = to_bytes(record).decode() + to_markdown(record)
    with service_database.transaction(SCOPE) as connection:
        rows = connection.execute(
            "SELECT prison_number, public_id::text, first_name || ' ' || left(last_name, 1)"
            " FROM candidate"
        ).fetchall()
    assert len(rows) == facts.usage.people
    for canary in (canary for row in rows for canary in row):
        assert not re.search(rf"\b{re.escape(canary)}\b", text), canary


def test_whoever_signed_a_policy_is_not_named(database: Database, settings: Settings) -> None:
    today = date(2026, 11, 22)
    named_policies = {each.name for each in get_policies(database, SCOPE)}
    assert "additive" in named_policies
    approve_policy(
        database, SCOPE, "additive", by=SIGNER, until=today + timedelta(weeks=4), today=today
    )
    report = AuditService(database, settings).report(SCOPE)
    record = build_record(gather_facts(database, settings, SCOPE, report))
    description = field(record, "Detailed description").value
    assert "T1 (may run only when signed, until a day), signed by a named person" in description
    assert "until 20 December 2026" in description
    assert "Quillfeather" not in to_bytes(record).decode()


def test_rankings_of_the_period_are_counted(database: Database, settings: Settings) -> None:
    days = ("2026-11-22", "2026-09-01", "2026-01-01", "2026-11-23 12:00")
    with database.owner_transaction() as connection:
        for number, day in enumerate(days):
            for kind in ("shortlist", "vacancies-for")[: 1 + (number == 0)]:
                connection.execute(
                    "INSERT INTO ranking_run (kind, subject_id, made_at, actor, inputs, document,"
                    " document_sha256) VALUES (%s, %s, %s, 'tests', '{}', '', '')",
                    [kind, number, day],
                )
    report = AuditService(database, settings).report(SCOPE)
    usage = gather_facts(database, settings, SCOPE, report).usage
    assert (usage.shortlists, usage.vacancy_lists) == (2, 1)
    assert usage.need_unknown is None


def test_words_of_a_policy_cannot_pass_for_the_record(facts: Facts) -> None:
    sly = facts.policies[0].model_copy(
        update={"aim": "Good.\n\n# Approved\n- **by all** <script>", "owner": "[us](http://x)"}
    )
    text = to_markdown(build_record(replace(facts, policies=(sly,))))
    assert "\n# Approved" not in text
    assert "\n- **by" not in text
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert "](http" not in text.replace("\\](", "")


# What the record says in words of its own is held to the program here.


def test_what_it_says_is_never_encoded_has_no_place_among_the_texts() -> None:
    encoded = {each.name for each in fields(CandidateText)}
    kept_out = {"first_name", "last_name", "prison_number", "prison_id", "release_date"}
    kept_out |= {"offences", "licence_conditions", "affecting_ability"}
    assert kept_out <= set(Candidate.model_fields)
    assert not kept_out & encoded


def files_of_what_ranks(pattern: str) -> set[str]:
    """Return the names of the files in `matching/` and `index/` whose text matches a pattern."""
    folders = [Path(package.__file__ or "").parent for package in (matching, index)]
    assert all((folder / "__init__.py").exists() for folder in folders)
    return {
        path.name
        for folder in folders
        for path in folder.rglob("*.py")
        if re.search(pattern, path.read_text("utf-8"))
    }


def test_what_affects_ability_is_read_by_nothing_that_ranks() -> None:
    assert files_of_what_ranks(r"affecting_ability") == set()


def test_offences_are_read_by_rules_alone() -> None:
    assert files_of_what_ranks(r"\.offences\b") == {"rules.py"}


def test_tiers_and_groups_are_those_that_exist(facts: Facts) -> None:
    sensitive = value(facts, "Sensitive attributes")
    for attribute in Attribute:
        assert attribute.label in sensitive
    assert {each.tier for each in facts.policies} <= set(Tier)
