"""The demonstration's story: every page has life in it, and telling it again changes nothing."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from psycopg import sql

from casework.applications.service import ApplicationService
from casework.handover.service import HandoverService
from demonstration.population import load_demonstration
from demonstration.story.applications import COURSES
from demonstration.story.story import Story
from foundation.accounts.model import scope_of
from foundation.accounts.service import AccountService
from foundation.database import Database, Scope
from foundation.settings import Settings
from foundation.vocabulary import ApplicationState
from matching.retrieval.build import IndexBuilder

TODAY = date(2026, 11, 22)
TESTS = Scope("tests")
COACH = "coach@demonstration.example"
# What was done, by the table that keeps it, and at least how often.
DONE = {
    "application_event": len(COURSES),
    "case_note": 1,
    "case_task": 1,
    "handover": 2,
    "handover_task": 2,
    "match_review": 1,
    "shortlist_decision": 2,
    "support_given": 1,
    "vacancy_draft": 1,
    "employer_registration": 1,
    "account": 6,
}


@pytest.fixture(scope="module")
def told(new_dsn: Callable[[], str], settings: Settings) -> Iterator[Database]:
    """A population large enough for every course, with the story told."""
    with Database(new_dsn(), pool_size=4) as opened:
        load_demonstration(opened, people=400, seed=7, as_of=TODAY, vacancies=16)
        IndexBuilder(opened, settings).build()
        Story(opened, settings).tell()
        yield opened


def test_every_course_was_played(told: Database, settings: Settings) -> None:
    counts = ApplicationService(told, settings).count_by_state(TESTS)
    wanted = [state for state, _ in COURSES]
    assert {state: number for state, number in counts.items() if number} == {
        state: wanted.count(state) for state in ApplicationState if state in wanted
    }


def test_progress_is_whole_at_the_end_even_where_too_few_people_are_found(
    new_dsn: Callable[[], str], settings: Settings
) -> None:
    heard: list[tuple[str, int, int]] = []
    with Database(new_dsn(), pool_size=4) as few:
        load_demonstration(few, people=12, seed=7, as_of=TODAY, vacancies=4)
        IndexBuilder(few, settings).build()
        Story(few, settings).tell(lambda *progress: heard.append(progress))
        counts = ApplicationService(few, settings).count_by_state(TESTS)
    assert sum(counts.values()) < len(COURSES)
    done = [number for _, number, _ in heard]
    assert done == sorted(done)
    assert heard[-1] == ("story", len(COURSES), len(COURSES))


def test_each_kind_of_work_was_done(told: Database) -> None:
    found = counts_of(told)
    assert {table: found[table] for table, least in DONE.items() if found[table] < least} == {}


def test_a_coach_has_something_to_accept_to_do_and_to_review(
    told: Database, settings: Settings
) -> None:
    coach = scope_of(AccountService(told, settings).get_account(TESTS, COACH))
    today = HandoverService(told, settings).home(coach)
    assert today.waiting >= 1
    assert today.unreviewed >= 1
    assert today.due


def test_telling_it_again_changes_nothing(told: Database, settings: Settings) -> None:
    before = counts_of(told)
    Story(told, settings).tell()
    assert counts_of(told) == before


def counts_of(database: Database) -> dict[str, int]:
    with database.owner_transaction() as connection:
        found = {}
        for table in DONE:
            count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            found[table] = connection.execute(count).fetchone()[0]  # type: ignore[index]
        return found
