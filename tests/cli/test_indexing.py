"""`newfutures index build` goes on where it was stopped."""

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from candidates.store import upsert_candidates
from demonstration.synthetic.people import generate_people
from demonstration.synthetic.vacancies import generate_vacancies
from employers.store import upsert_vacancies
from foundation.database import Database, Scope

AS_OF = date(2026, 11, 22)
SCOPE = Scope("tests")
PEOPLE, VACANCIES = 12, 30

Run = Callable[..., Any]


def fill(dsn: str) -> None:
    with Database(dsn) as database, database.transaction(SCOPE) as connection:
        people = generate_people(PEOPLE, seed=3, as_of=AS_OF)
        upsert_candidates(connection, [person.candidate for person in people])
        posts = generate_vacancies(VACANCIES, seed=3, as_of=AS_OF)
        upsert_vacancies(connection, [post.vacancy for post in posts])


def wait_for_people(dsn: str) -> None:
    """Until the first batch is committed, which holds all the people and no vacancy."""
    with Database(dsn) as database:
        for _ in range(30_000):
            with database.transaction(SCOPE) as connection:
                row = connection.execute("SELECT count(*) FROM candidate_embedding").fetchone()
            if row == (PEOPLE,):
                return
            time.sleep(0.02)
    raise AssertionError("nobody was embedded within ten minutes")


@pytest.mark.usefixtures("demo")
def test_a_build_over_what_is_built_does_nothing(newfutures: Run) -> None:
    said = newfutures("index", "build")
    assert said.code == 0
    assert said.text.startswith("0 profiles and vacancies brought up to date, 0 texts encoded; ")
    assert "still serves with 60 candidates and 200 vacancies" in said.text


def test_a_build_that_was_stopped_goes_on_where_it_was(
    newfutures_over: Callable[[str], Any],
    new_dsn: Callable[[], str],
    interrupted: Callable[..., Any],
) -> None:
    dsn = new_dsn()
    fill(dsn)
    newfutures = newfutures_over(dsn)
    with newfutures.running("index", "build") as process:
        wait_for_people(dsn)
        stopped = interrupted(process)
    assert stopped.code == 130, stopped
    assert stopped.err.rstrip().endswith("interrupted; run the same command again to go on")
    assert "Traceback" not in stopped.err
    newfutures("shortlist", "AB-1").refuses()
    said = newfutures("index", "build")
    assert said.code == 0, said.err
    assert said.text.startswith(f"{VACANCIES} profiles and vacancies brought up to date, ")
    assert f"published with {PEOPLE} candidates and {VACANCIES} vacancies" in said.text
