"""Accounts of their own for who ranks and for who monitors."""

from collections.abc import Iterator

import psycopg
import pytest

from candidates.model import Candidate
from candidates.store import count_candidates, upsert_candidates
from foundation.database import Database, Logins, Scope
from foundation.errors import DatabaseError
from foundation.postgres.logins import make_logins

ALL = Scope("tests")
WAYS_OUT = [
    "SET LOCAL ROLE newfutures_monitoring",
    "SET ROLE newfutures_monitoring",
    "SET SESSION AUTHORIZATION newfutures_monitoring",
    "SET SESSION AUTHORIZATION newfutures",
    "RESET ROLE",
    "SET ROLE NONE",
    "RESET SESSION AUTHORIZATION",
    "RESET ALL",
    "GRANT newfutures_monitoring TO newfutures_app",
    "ALTER ROLE newfutures_app_login SUPERUSER",
]


@pytest.fixture
def apart(database: Database) -> Iterator[Database]:
    with Database(database.dsn, pool_size=1, logins=make_logins(database)) as opened:
        yield opened


@pytest.mark.parametrize("way", WAYS_OUT)
def test_an_account_that_ranks_finds_no_way_to_monitoring(apart: Database, way: str) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        apart.transaction(ALL) as connection,
    ):
        connection.execute(f"{way}; TABLE candidate_monitoring".encode())


@pytest.mark.parametrize("way", ["SET ROLE newfutures_app", "SET ROLE newfutures", "RESET ROLE"])
def test_an_account_that_monitors_finds_no_way_to_the_people(apart: Database, way: str) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        apart.monitoring_transaction(ALL) as connection,
    ):
        connection.execute(f"{way}; TABLE candidate".encode())


def test_with_one_account_a_role_can_be_changed_in_the_transaction(database: Database) -> None:
    """Said openly in docs/decisions/0008, and why there are accounts where there can be."""
    with database.transaction(ALL) as connection:
        connection.execute("SET LOCAL ROLE newfutures_monitoring")
        assert connection.execute("SELECT count(*) FROM candidate_monitoring").fetchone() == (0,)
    assert not database.keeps_monitoring_apart()


def test_accounts_do_their_own_work(apart: Database) -> None:
    assert apart.keeps_monitoring_apart()
    person = Candidate(prison_number="A0001AA", first_name="A", last_name="B", prison_id="MDI")
    with apart.transaction(ALL) as connection:
        upsert_candidates(connection, [person])
        assert count_candidates(connection) == 1
    with apart.monitoring_transaction(ALL) as connection:
        connection.execute(
            "INSERT INTO candidate_monitoring (prison_number, sex) VALUES ('A0001AA', 'MALE')"
        )
    with apart.owner_transaction() as connection:
        row = connection.execute("SELECT session_user = current_user").fetchone()
        assert row == (True,)
    with apart.transaction(Scope("tests", ())) as connection:
        assert count_candidates(connection) == 0


def test_an_account_outside_a_transaction_of_ours_has_no_right_at_all(apart: Database) -> None:
    logins = make_logins(apart)
    for dsn in (logins.app, logins.monitoring):
        with (
            psycopg.connect(dsn) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("SELECT id FROM candidate")


def test_making_accounts_again_changes_nothing(database: Database) -> None:
    assert make_logins(database) == make_logins(database)


def test_an_account_that_may_do_more_is_refused(database: Database) -> None:
    logins = make_logins(database)
    for wrong in (database.dsn, logins.monitoring):
        with pytest.raises(DatabaseError, match="of newfutures_app and of nothing else"):
            Database(database.dsn, logins=Logins(wrong, logins.monitoring))
