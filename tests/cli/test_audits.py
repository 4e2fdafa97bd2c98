"""The audit in the terminal."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

pytestmark = pytest.mark.usefixtures("demo")


def test_the_audit_shows_people_by_stage_from_the_rules_to_work(newfutures: Run) -> None:
    said = newfutures("audit", "--by", "need_band", "--by", "ethnicity")
    assert said.code == 0, said.err
    for words in (
        "60 people",
        "People by stage",
        "Need band",
        "Ethnicity",
        "People put forward in the period",
        "Interview, of those put forward",
        "In work at 6 weeks",
        "In work at 6 months",
        "staff decided otherwise",
    ):
        assert words in said.text
    assert "ot recorded yet" not in said.text


def test_the_same_audit_is_json_and_csv(newfutures: Run) -> None:
    told = json.loads(newfutures("audit", "--by", "need_band", "--json").out)
    assert told["people"] == 60
    rows = list(csv.DictReader(io.StringIO(newfutures("audit", "--by", "need_band", "--csv").text)))
    shown = [row["counts"][0] for row in told["attributes"][0]["funnel"]]
    people = [
        row["value"] for row in rows if row["section"] == "people" and row["measure"] == "in scope"
    ]
    assert people == ["" if count is None else str(count) for count in shown]
    later = [row["counts"] for row in told["attributes"][0]["later"]]
    assert [row["value"] for row in rows if row["section"] == "later"] == [
        "" if count is None else str(count) for counts in later for count in counts
    ]


def test_days_and_names_that_are_wrong_are_one_sentence(newfutures: Run) -> None:
    newfutures("audit", "--from", "yesterday").refuses("from", "write the day as YYYY-MM-DD")
    newfutures("audit", "--by", "shoe").refuses("by", "need_band")
    newfutures("audit", "--from", "2026-12-01", "--to", "2026-11-01").refuses("from", "2026-11-01")
