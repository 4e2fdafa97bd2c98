"""`vacancies`, `shortlist`, `vacancies-for`, `why` and `replay`, as a person runs them."""

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from demonstration.synthetic.people import generate_people
from foundation.places.prisons import prison_label
from matching.score.weights import CURRENT_WEIGHTS

AS_OF = date(2026, 11, 22)
SEED, PEOPLE = 2026, 60
Run = Callable[..., Any]

RUN = re.compile(r"run ([0-9a-f-]{36})")


@pytest.fixture(scope="module")
def document(newfutures: Run, vacancy: str) -> dict[str, Any]:
    """The whole shortlist, as the program gives it to others."""
    said = newfutures("shortlist", vacancy, "--top", 200, "--json")
    assert said.code == 0, said.err
    found: dict[str, Any] = json.loads(said.out)
    return found


def test_a_shortlist_names_its_policy_counts_and_reasons(
    newfutures: Run, vacancy: str, document: dict[str, Any]
) -> None:
    said = newfutures("shortlist", vacancy).text
    counts = document["counts"]
    assert f"{counts['eligible']} people eligible, {counts['refer']} for a person" in said
    assert f"policy floor@1; {CURRENT_WEIGHTS}" in said
    assert "Policy floor@1: Every part of a list holds people of each need band" in said
    assert "What the vacancy asks for" in said
    assert "For a person to look at first" in said
    first = document["ranked"][0]["candidate"]
    name = f"{first['first_name']} {first['last_initial']} ({first['prison_number']})"
    assert f"Why {name}:" in said
    assert f"{name}, {prison_label(first['prison_id'])}, release" in said
    for reason in document["ineligible_by_reason"]:
        assert reason["summary"] in said
    for entry in document["refer"][:5]:
        for reason in entry["refer"]:
            assert reason["sentence"] in said


def test_a_shown_run_is_replayed_byte_for_byte(newfutures: Run, vacancy: str) -> None:
    shown = newfutures("shortlist", vacancy, "--json")
    run = RUN.search(newfutures("shortlist", vacancy).text)
    assert run is not None
    again = newfutures("replay", run[1])
    assert (again.code, again.out) == (0, shown.out)
    assert "the same bytes" in again.err


@pytest.mark.usefixtures("demo")
def test_a_run_that_nobody_made_is_refused(newfutures: Run) -> None:
    newfutures("replay", "yesterday's").refuses("is not a run id")
    newfutures("replay", "00000000-0000-4000-8000-000000000000").refuses("00000000-0000")


def test_a_shortlist_narrows_to_a_prison(
    newfutures: Run, vacancy: str, document: dict[str, Any]
) -> None:
    prison = document["ranked"][0]["candidate"]["prison_id"]
    said = newfutures("shortlist", vacancy, "--prison", prison.lower(), "--json")
    narrowed = json.loads(said.out)
    assert narrowed["basis"]["prison"] == prison
    shown = [*narrowed["ranked"], *narrowed["refer"]]
    assert {entry["candidate"]["prison_id"] for entry in shown} == {prison}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--top", "0"), "use a number from 1 to 200"),
        (("--policy", "magic"), "there are: additive, allocation, amortised"),
        (("--prison", "Moorland"), "write the three letters of a prison, like MDI"),
    ],
)
def test_an_option_that_is_not_allowed_is_named(
    newfutures: Run, vacancy: str, options: tuple[str, str], said: str
) -> None:
    newfutures("shortlist", vacancy, *options).refuses(options[0].lstrip("-"), options[1], said)


def test_a_vacancy_or_a_person_that_is_not_there_is_one_sentence(
    newfutures: Run, vacancy: str
) -> None:
    newfutures("shortlist", "NO-SUCH").refuses("NO-SUCH", "newfutures vacancies")
    newfutures("why", "NO-SUCH", "A1234BC").refuses("NO-SUCH")
    newfutures("why", vacancy, "A0000AA").refuses("A0000AA")
    newfutures("vacancies-for", "A0000AA").refuses("A0000AA")


def test_a_persons_vacancies_are_ranked_with_reasons(
    newfutures: Run, document: dict[str, Any]
) -> None:
    number = document["ranked"][0]["candidate"]["prison_number"]
    found = json.loads(newfutures("vacancies-for", number, "--json").out)
    assert found["kind"] == "vacancies-for"
    assert found["ranked"]
    said = newfutures("vacancies-for", number).text
    assert f"{found['counts']['eligible']} vacancies eligible" in said
    assert found["ranked"][0]["vacancy"]["title"] in said
    assert "policy none" in said


def test_why_tells_an_eligible_person_their_score(
    newfutures: Run, vacancy: str, document: dict[str, Any]
) -> None:
    entry = document["ranked"][0]
    said = newfutures("why", vacancy, entry["candidate"]["prison_number"]).text
    assert "Eligible. Rank 1 of" in said
    for part in entry["score"]["contributions"]:
        assert part["label"] in said


def test_why_tells_what_to_look_at_for_one_who_is_referred(
    newfutures: Run, vacancy: str, document: dict[str, Any]
) -> None:
    entry = document["refer"][0]
    said = newfutures("why", vacancy, entry["candidate"]["prison_number"]).text
    assert "For a person to look at first." in said
    for reason in entry["refer"]:
        assert reason["sentence"] in said


def test_why_tells_one_who_is_not_eligible_the_rule(
    newfutures: Run, vacancy: str, document: dict[str, Any]
) -> None:
    shown = {
        entry["candidate"]["prison_number"] for entry in (*document["ranked"], *document["refer"])
    }
    people = generate_people(PEOPLE, seed=SEED, as_of=AS_OF)
    numbers = [person.candidate.prison_number for person in people]
    absent = next(number for number in numbers if number not in shown)
    why = json.loads(newfutures("why", vacancy, absent, "--json").out)
    assert (why["outcome"], why["rank"], why["score"]) == ("ineligible", None, None)
    said = newfutures("why", vacancy, absent).text
    assert "Not eligible. Not ranked, because a rule makes them ineligible." in said
    assert all(reason["sentence"] in said for reason in why["reasons"])


@pytest.mark.usefixtures("demo")
def test_vacancies_are_listed_a_page_at_a_time(newfutures: Run) -> None:
    first, second = newfutures("vacancies"), newfutures("vacancies", "--page", 2)
    for page, said in ((1, first.text), (2, second.text)):
        assert re.search(rf"\d+ vacancies, page {page} of \d+", said)
    rows = [set(re.findall(r"^│ (\S+) ", said.text, re.MULTILINE)) for said in (first, second)]
    assert [len(each) for each in rows] == [25, 25]
    assert not rows[0] & rows[1]
    newfutures("vacancies", "--page", 400).refuses("no page 400")


@pytest.mark.usefixtures("demo")
def test_vacancies_are_found_by_words_and_sector(newfutures: Run) -> None:
    assert "warehouse" in newfutures("vacancies", "warehouse").text.lower()
    said = newfutures("vacancies", "--sector", "warehousing").text
    assert "Warehousing and storage" in said
    assert "Hospitality" not in said
    newfutures("vacancies", "--sector", "nonsense").refuses("nonsense", "WAREHOUSING")
