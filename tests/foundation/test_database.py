"""Transactions, scopes and what the application's role may not do."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import conninfo

from candidates.model import Candidate
from candidates.store import count_candidates, list_candidates, upsert_candidates
from foundation.database import Database, Scope, masked
from foundation.errors import DatabaseError, ValidationError
from foundation.migrations import migrate
from foundation.postgres.server import LocalPostgres
from matching.rules.positions import ensure_areas

ALL = Scope("tests")


def person(number: str, prison: str) -> Candidate:
    return Candidate(prison_number=number, first_name="A", last_name="B", prison_id=prison)


@pytest.fixture
def two_prisons(database: Database) -> Database:
    with database.transaction(ALL) as connection:
        upsert_candidates(connection, [person("A0001AA", "MDI"), person("A0002AA", "LEI")])
    return database


def numbers_seen(database: Database, scope: Scope) -> list[str]:
    with database.transaction(scope) as connection:
        rows = connection.execute("SELECT prison_number FROM candidate ORDER BY 1").fetchall()
    return [number for (number,) in rows]


def test_an_exception_rolls_everything_back(database: Database) -> None:
    def save_and_fail() -> None:
        with database.transaction(ALL) as connection:
            upsert_candidates(connection, [person("A0001AA", "MDI")])
            assert count_candidates(connection) == 1
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        save_and_fail()
    assert numbers_seen(database, ALL) == []


def test_leaving_the_block_commits(two_prisons: Database) -> None:
    with Database(two_prisons.dsn) as another:
        assert numbers_seen(another, ALL) == ["A0001AA", "A0002AA"]


@pytest.mark.parametrize(
    ("prisons", "seen"),
    [
        (("MDI",), ["A0001AA"]),
        (("LEI",), ["A0002AA"]),
        (("LEI", "MDI"), ["A0001AA", "A0002AA"]),
        (("WWI",), []),
        ((), []),
        (None, ["A0001AA", "A0002AA"]),
    ],
)
def test_a_scope_sees_the_people_of_its_prisons_only(
    two_prisons: Database, prisons: tuple[str, ...] | None, seen: list[str]
) -> None:
    assert numbers_seen(two_prisons, Scope("tests", prisons)) == seen


@pytest.mark.parametrize("prison", ["*", "", "MDI,LEI", "mdi", "MDI\n", "*,MDI"])
def test_nothing_but_a_prison_id_can_be_a_scope(prison: str) -> None:
    with pytest.raises(ValidationError, match="three letters"):
        Scope("tests", (prison,))


def test_a_scope_neither_updates_nor_deletes_outside_its_prisons(two_prisons: Database) -> None:
    with two_prisons.transaction(Scope("tests", ("MDI",))) as connection:
        assert connection.execute("UPDATE candidate SET first_name = 'X'").rowcount == 1
        assert connection.execute("DELETE FROM candidate").rowcount == 1
    with two_prisons.transaction(ALL) as connection:
        rows = connection.execute("SELECT prison_number, first_name FROM candidate").fetchall()
    assert rows == [("A0002AA", "A")]


def test_a_scope_cannot_insert_into_another_prison(two_prisons: Database) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        two_prisons.transaction(Scope("tests", ("MDI",))) as connection,
    ):
        upsert_candidates(connection, [person("A0003AA", "LEI")])


def test_a_scope_cannot_move_its_own_person_to_another_prison(two_prisons: Database) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        two_prisons.transaction(Scope("tests", ("MDI",))) as connection,
    ):
        connection.execute("UPDATE candidate SET prison_id = 'LEI'")


def test_the_scope_is_gone_when_the_pool_gives_the_connection_again(
    two_prisons: Database,
) -> None:
    with Database(two_prisons.dsn, pool_size=1) as narrow:
        with narrow.transaction(ALL) as connection:
            assert count_candidates(connection) == 2
            backend = connection.info.backend_pid
        with narrow.owner_transaction() as connection:
            assert connection.info.backend_pid == backend
            settings = "current_setting('newfutures.actor'), current_setting('newfutures.prisons')"
            assert connection.execute(f"SELECT {settings}").fetchone() == ("", "")
            assert connection.execute("SELECT current_user = session_user").fetchone() == (True,)
            connection.execute("SET LOCAL ROLE newfutures_app")
            assert count_candidates(connection) == 0


def test_a_connection_that_never_had_a_scope_sees_nobody(two_prisons: Database) -> None:
    with psycopg.connect(two_prisons.dsn) as connection:
        connection.execute("SET ROLE newfutures_app")
        assert connection.execute("SELECT count(*) FROM candidate").fetchone() == (0,)


def test_a_failed_transaction_leaves_no_scope_behind(two_prisons: Database) -> None:
    with Database(two_prisons.dsn, pool_size=1) as narrow:
        with pytest.raises(psycopg.errors.DivisionByZero), narrow.transaction(ALL) as connection:
            connection.execute("SELECT 1 / 0")
        assert numbers_seen(narrow, Scope("tests", ())) == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM candidate_monitoring",
        "INSERT INTO candidate_monitoring (prison_number) VALUES ('A0001AA')",
        "UPDATE candidate_monitoring SET sex = NULL",
        "DELETE FROM candidate_monitoring",
        "UPDATE audit_event SET actor = 'someone else'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "DELETE FROM ranking_run",
        "UPDATE ranking_run SET document = ''",
        "DELETE FROM place",
        "ALTER TABLE candidate DISABLE ROW LEVEL SECURITY",
        "SELECT * FROM schema_migration",
        "SET LOCAL ROLE newfutures_monitoring; SELECT * FROM candidate",
    ],
)
def test_the_applications_role_has_no_right_to(two_prisons: Database, statement: str) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        two_prisons.transaction(ALL) as connection,
    ):
        connection.execute(statement.encode())


def test_no_foreign_key_leads_to_or_from_the_monitoring_table(database: Database) -> None:
    with database.owner_transaction() as connection:
        rows = connection.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f'"
            " AND 'candidate_monitoring'::regclass IN (conrelid, confrelid)"
        ).fetchall()
        keys = connection.execute("SELECT count(*) FROM pg_constraint WHERE contype = 'f'")
        assert keys.fetchone() != (0,)  # the query does find foreign keys
    assert rows == []


def test_the_monitoring_role_reads_monitoring_and_no_whole_person(database: Database) -> None:
    with database.owner_transaction() as connection:
        connection.execute("SET LOCAL ROLE newfutures_monitoring")
        assert connection.execute("SELECT count(*) FROM candidate_monitoring").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM candidate")


def test_candidates_outside_the_scope_are_absent_from_lists_too(two_prisons: Database) -> None:
    with two_prisons.transaction(ALL) as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM candidate").fetchall()]
    with two_prisons.transaction(Scope("tests", ("LEI",))) as connection:
        assert [c.record.prison_number for c in list_candidates(connection, ids)] == ["A0002AA"]


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://clerk:s3cr%2Ft@db.example:5433/work",
        "host=db.example port=5433 dbname=work user=clerk password=s3cr/t",
        "postgresql://clerk@db.example:5433/work?password=s3cr%2Ft&application_name=x",
    ],
)
def test_masked_hides_the_password_and_keeps_the_rest(dsn: str) -> None:
    shown = masked(dsn)
    assert "s3cr" not in shown
    assert shown == "host=db.example port=5433 dbname=work user=clerk password=***"


@pytest.mark.parametrize(
    "dsn",
    [
        "postgres//clerk:s3cret@db/work",
        "s3cret",
        "postgresql://clerk:s3cret/x@db/work",
        "host='s3cret",
    ],
)
def test_a_connection_string_that_cannot_be_read_is_never_quoted(dsn: str) -> None:
    assert masked(dsn) == "(unreadable connection string)"
    with pytest.raises(DatabaseError, match="DATABASE_URL cannot be read") as caught:
        Database(dsn)
    assert "s3cret" not in str(caught.value)


def test_a_server_that_cannot_be_reached_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseError, match=r"cannot connect to host=127\.0\.0\.1") as caught:
        Database("postgresql://clerk:s3cret@127.0.0.1:1/work")
    assert "check DATABASE_URL" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_database_that_does_not_exist_is_named(server: str) -> None:
    name = f"absent_{uuid4().hex}"
    with pytest.raises(DatabaseError, match=f"dbname={name}.*does not exist"):
        Database(conninfo.make_conninfo(server, dbname=name))


def test_a_pool_that_is_too_small_says_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("foundation.database.CONNECT_SECONDS", 0.2)
    with (
        Database(database.dsn, pool_size=1) as narrow,
        narrow.transaction(ALL),
        pytest.raises(DatabaseError, match="NEWFUTURES_POOL_SIZE"),
        narrow.transaction(ALL),
    ):
        pass


def test_a_connection_that_the_server_ended_is_replaced(two_prisons: Database) -> None:
    with Database(two_prisons.dsn, pool_size=1) as narrow:
        with narrow.transaction(ALL) as connection:
            backend = connection.info.backend_pid
        with two_prisons.owner_transaction() as connection:
            connection.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
        assert len(numbers_seen(narrow, ALL)) == 2


def test_an_owner_who_is_no_superuser_can_do_everything(
    open_folder: Path,
) -> None:
    """Managed servers give an account that may create roles, and no more."""
    with LocalPostgres(open_folder / "plain") as postgres:
        url = postgres.start()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE ROLE clerk LOGIN CREATEROLE")
            connection.execute("CREATE DATABASE work OWNER clerk")
        with Database(conninfo.make_conninfo(url, user="clerk", dbname="work")) as database:
            migrate(database)
            ensure_areas(database)
            with database.transaction(ALL) as connection:
                upsert_candidates(connection, [person("A0001AA", "MDI")])
            assert numbers_seen(database, Scope("tests", ("MDI",))) == ["A0001AA"]
            assert numbers_seen(database, Scope("tests", ("LEI",))) == []
            with database.owner_transaction() as connection:
                rows = connection.execute("SELECT count(*) FROM candidate").fetchone()
                assert rows == (0,)  # row security holds for the owner as well


def test_new_databases_start_empty(new_dsn: Callable[[], str]) -> None:
    with Database(new_dsn()) as database:
        assert numbers_seen(database, ALL) == []
