"""`newfutures demo`: made-up people only, and the same again changes nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from candidates.model import Candidate
from candidates.store import upsert_candidates
from foundation.database import Database, Scope
from matching.score.weights import CURRENT_WEIGHTS

Run = Callable[..., Any]

REAL = Candidate(prison_number="A1234BC", first_name="Sam", last_name="Hill", prison_id="MDI")


def files(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_a_demonstration_shows_three_shortlists_and_says_that_nobody_is_real(demo: str) -> None:
    assert "Every person here is made up" in demo
    assert demo.count("people eligible") == 3
    assert demo.count(f"policy floor@1; {CURRENT_WEIGHTS}") == 3
    assert "newfutures serve" in demo
    assert "http://" not in demo, "nothing serves there"


def test_the_same_demonstration_again_changes_nothing(
    newfutures: Run, demo: str, home: Path
) -> None:
    before = files(home / "index")
    again = newfutures("demo", "--candidates", 60, "--no-serve")
    assert (again.code, again.text) == (0, demo)
    assert files(home / "index") == before


def test_a_database_with_people_who_are_not_made_up_is_left_alone(
    newfutures_over: Callable[[str], Any], new_dsn: Callable[[], str]
) -> None:
    dsn = new_dsn()
    with Database(dsn) as database, database.transaction(Scope("tests")) as connection:
        upsert_candidates(connection, [REAL])
    said = newfutures_over(dsn)("demo", "--candidates", 5, "--no-serve")
    assert said.code == 1
    assert "this database holds people who are not made up" in said.err
    assert "Traceback" not in said.err
    with Database(dsn) as database, database.transaction(Scope("tests")) as connection:
        assert connection.execute("SELECT prison_number FROM candidate").fetchall() == [
            ("A1234BC",)
        ]
