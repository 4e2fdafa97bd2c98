"""`newfutures groups`: refreshed each night, shown by need, wait and place."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


def rows(text: str, title: str) -> dict[str, list[int]]:
    """The counts of a table, by the label of each row."""
    lines = text.split(title, 1)[1].splitlines()[2:]
    found = {}
    for line in lines:
        label, *counts = [cell for cell in line.split("  ") if cell.strip()]
        if not all(count.strip().replace(",", "").isdecimal() for count in counts) or not counts:
            break
        found[label.strip()] = [int(count.replace(",", "")) for count in counts]
    return found


@pytest.mark.usefixtures("demo")
def test_everyone_of_the_demonstration_is_shown_by_need_wait_and_place(newfutures: Run) -> None:
    assert newfutures("groups", "refresh").code == 0  # other tests change the demonstration
    said = newfutures("groups", "show")
    assert said.code == 0, said.err
    needs = rows(said.text, "People by need and wait")
    assert needs.keys() == {"Lower need", "Medium need", "Higher need"}
    for title in ("People by need and wait", "People by release region", "People by prison"):
        table = rows(said.text, title)
        assert all(counts[-1] == sum(counts[:-1]) for counts in table.values())
        assert sum(counts[-1] for counts in table.values()) == 60
    assert "60 people are in groups" in said.text
    assert "now run" not in said.text


@pytest.mark.usefixtures("demo")
def test_a_refresh_the_next_day_counts_everyone_again(newfutures: Run) -> None:
    late = newfutures("groups", "show", NEWFUTURES_TODAY="2027-03-01")
    assert "the groups of 60 people are missing, of another day" in late.text
    assert "now run: newfutures groups refresh" in late.text
    said = newfutures("groups", "refresh")
    assert said.code == 0, said.err
    assert sum(counts[-1] for counts in rows(said.text, "People by need and wait").values()) == 60


def test_the_help_says_to_run_it_every_night(newfutures: Run) -> None:
    assert "every night" in newfutures("groups", "refresh", "--help").text
