"""`newfutures allocate`, as a person runs it."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

ID = re.compile(r"Plan ([0-9a-f-]{36})")


@pytest.fixture(scope="module")
def said(newfutures: Run, demo: str) -> str:
    """What the program says of a plan over the demonstration."""
    done = newfutures("allocate", "--interviews", 2, "--places", 1, "--min-score", 0)
    assert done.code == 0, done.err
    assert "Traceback" not in done.err
    for stage in ("vacancies", "people", "solving"):
        assert stage in done.err
    return str(done.text)


def test_a_plan_says_what_it_leaves_to_whom_and_that_a_person_decides(said: str) -> None:
    assert re.search(r"[\d,]+ of [\d,]+ places filled in \d+ vacancies", said)
    assert re.search(r"\d+ of \d+ people who are eligible somewhere have a place", said)
    assert re.search(r"[12] interviews at most for one person \(2 are allowed\)", said)
    for words in (
        "Beside two simple rules",
        "Each vacancy takes its own best",
        "The best pair first",
        "People with a place, by group",
        "Nothing has been put forward. This is a draft",
        "policy allocation@1",
    ):
        assert words in said
    assert "Every floor holds." in said or "Short of the floor for" in said


def test_a_plan_is_shown_again_as_it_was(newfutures: Run, said: str) -> None:
    found = ID.search(said)
    assert found is not None
    assert newfutures("allocate", "show", found[1]).text == said
    document = json.loads(newfutures("allocate", "show", "--json").out)
    assert (document["id"], document["status"]) == (found[1], "draft")
    assert document["parameters"]["interviews"] == 2
    assert document["figures"]["filled"] <= document["figures"]["places"]


def test_what_is_not_there_or_not_allowed_is_refused(newfutures: Run, said: str) -> None:
    newfutures("allocate", "show", "nonsense").refuses("nonsense", "plan id")
    newfutures("allocate", "show", "--vacancy", "no-such").refuses("no-such")
    newfutures("allocate", "--sector", "nonsense").refuses("NONSENSE", "WAREHOUSING")


@pytest.mark.usefixtures("said")
def test_one_vacancys_part_names_its_people(newfutures: Run, vacancy: str) -> None:
    # With interviews for all, a vacancy with eligible people has one of them.
    newfutures("allocate", "--interviews", 20, "--places", 1, "--min-score", 0)
    shown = newfutures("allocate", "show", "--vacancy", vacancy)
    assert shown.code == 0, shown.err
    part = json.loads(newfutures("allocate", "show", "--vacancy", vacancy, "--json").out)
    assert part["reference"] == vacancy
    assert 0 < part["filled"] == len(part["people"]) <= part["places"]
    for person in part["people"]:
        assert f"({person['prison_number']})" in shown.text
    assert "Nothing has been put forward" in shown.text
