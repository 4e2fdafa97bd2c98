"""Policies in the terminal: seen, added, signed, ended, and chosen by name."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matching.fairness.policy import POLICIES

Run = Callable[..., Any]

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture(scope="module")
def vacancy() -> str:
    return "HF-001"


def test_the_list_says_of_each_whether_it_may_run(newfutures: Run) -> None:
    said = newfutures("policies", "list").text
    for name in POLICIES:
        assert f"{name}@" in said
    assert "no: unsigned" in said or "additive@2" in said


def test_a_policy_that_needs_a_signature_runs_once_it_has_one(
    newfutures: Run, vacancy: str
) -> None:
    newfutures("shortlist", vacancy, "--policy", "additive@1").refuses(
        "additive@1", "tier T1", "not signed", "newfutures policies approve additive"
    )
    said = newfutures(
        "policies", "approve", "additive", "--by", "A. Governor", "--until", "2027-03-01"
    )
    assert "is approved by A. Governor until 1 Mar 2027" in said.text
    shown = newfutures("shortlist", vacancy, "--policy", "additive").text
    assert "approved by A. Governor until 1 Mar 2027" in shown


def test_the_list_and_the_reasons_name_the_policy_and_who_moved(
    newfutures: Run, vacancy: str
) -> None:
    document = json.loads(newfutures("shortlist", vacancy, "--top", 50, "--json").out)
    assert document["fairness"]["policy"]["id"] == "floor@1"
    entries = [*document["ranked"], *document["refer"]]
    moved = [entry for entry in entries if entry["move"]]
    shown = newfutures("shortlist", vacancy, "--top", 50).text
    for entry in moved:
        assert entry["move"]["sentence"] in shown
    number = (moved or entries)[0]["candidate"]["prison_number"]
    why = json.loads(newfutures("why", vacancy, number, "--json").out)
    assert why["rank"] == (moved or entries)[0]["rank"]
    by_score = json.loads(newfutures("why", vacancy, number, "--policy", "none", "--json").out)
    assert by_score["move"] is None


def test_a_policy_is_shown_changed_and_kept_as_the_next_version(
    newfutures: Run, tmp_path: Path
) -> None:
    policy = json.loads(newfutures("policies", "show", "floor").out)
    file = tmp_path / "policy.json"
    file.write_text(
        json.dumps(policy | {"name": "local", "version": 1, "relevance_threshold": 0.5})
    )
    assert "policy local@1 is kept" in newfutures("policies", "add", file).text
    newfutures("policies", "add", file).refuses("version", "the next of local is 2")
    assert "local@2 ends on 22 Nov 2026" in newfutures("policies", "end", "local").text


def test_a_target_on_a_protected_characteristic_is_refused_with_the_reason(
    newfutures: Run, tmp_path: Path
) -> None:
    policy = json.loads(newfutures("policies", "show", "floor").out)
    file = tmp_path / "quota.json"
    file.write_text(json.dumps(policy | {"name": "quota", "version": 1, "groups": ["ethnicity"]}))
    newfutures("policies", "add", file).refuses(
        "ethnicity is a protected characteristic", "Data Protection Act 2018", "Equality Act 2010"
    )


@pytest.mark.parametrize(
    ("written", "said"), [("{", "cannot be read as JSON"), ("[]", "write one JSON object")]
)
def test_a_file_that_is_no_policy_is_one_sentence(
    newfutures: Run, tmp_path: Path, written: str, said: str
) -> None:
    file = tmp_path / "policy.json"
    file.write_text(written)
    newfutures("policies", "add", file).refuses(str(file), said)
