"""Numbered steps, applied once each, and refused when something is off."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import psycopg
import pytest
from psycopg import conninfo, sql

from foundation.database import Database
from foundation.errors import MigrationError
from foundation.migrations import Migration, available, migrate, pending

ONE = Migration(1, "0001_one.sql", "CREATE TABLE one (id int); CREATE TABLE one_more (id int)")
TWO = Migration(2, "0002_two.sql", "CREATE TABLE two (id int)")
NAMES = [step.name for step in available()]


@pytest.fixture
def make_empty(server: str) -> Callable[[], str]:
    """Makes a database without any schema."""

    def make() -> str:
        name = f"empty_{uuid4().hex[:12]}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
            )
        return conninfo.make_conninfo(server, dbname=name)

    return make


@pytest.fixture
def empty(make_empty: Callable[[], str]) -> Iterator[Database]:
    with Database(make_empty(), pool_size=2) as database:
        yield database


def tables(database: Database) -> set[str]:
    with database.owner_transaction() as connection:
        rows = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchall()
    return {name for (name,) in rows}


def test_the_files_are_numbered_from_one_without_gaps() -> None:
    assert [step.number for step in available()] == list(range(1, len(NAMES) + 1))


def test_everything_is_applied_from_nothing_and_nothing_the_second_time(empty: Database) -> None:
    assert pending(empty) == NAMES
    assert migrate(empty) == NAMES
    assert pending(empty) == []
    assert {"candidate", "vacancy", "audit_event", "ranking_run"} <= tables(empty)
    assert migrate(empty) == []


def test_the_record_holds_the_hash_of_each_file(empty: Database) -> None:
    migrate(empty)
    with empty.owner_transaction() as connection:
        rows = connection.execute(
            "SELECT number, name, sha256 FROM schema_migration ORDER BY number"
        ).fetchall()
    assert rows == [(step.number, step.name, step.sha256) for step in available()]


def test_pending_names_what_was_not_applied(empty: Database) -> None:
    migrate(empty, available())
    with empty.owner_transaction() as connection:
        connection.execute("DELETE FROM schema_migration WHERE number = %s", [len(NAMES)])
    assert pending(empty) == NAMES[-1:]


def test_a_step_that_fails_leaves_nothing_of_itself(empty: Database) -> None:
    broken = Migration(2, "0002_broken.sql", "CREATE TABLE half (id int); SELECT 1 / 0")
    with pytest.raises(MigrationError, match=r"0002_broken\.sql failed and was rolled back"):
        migrate(empty, [ONE, broken])
    assert tables(empty) == {"one", "one_more", "schema_migration"}
    assert migrate(empty, [ONE, TWO]) == ["0002_two.sql"]


def test_a_file_edited_after_it_ran_is_refused(empty: Database) -> None:
    migrate(empty, [ONE, TWO])
    edited = Migration(1, ONE.name, ONE.sql + " -- and a comment")
    with pytest.raises(MigrationError, match=r"0001_one\.sql was changed after it was applied"):
        migrate(empty, [edited, TWO])


def test_a_newer_database_is_refused(empty: Database) -> None:
    migrate(empty, [ONE, TWO])
    with pytest.raises(MigrationError, match="at migration 2 but this program knows only 1"):
        migrate(empty, [ONE])


def test_a_percent_sign_in_a_step_is_only_a_percent_sign(empty: Database) -> None:
    step = Migration(1, "0001_percent.sql", "CREATE TABLE t AS SELECT 'a%s' AS text")
    migrate(empty, [step])
    with empty.owner_transaction() as connection:
        assert connection.execute("SELECT text FROM t").fetchone() == ("a%s",)


@pytest.mark.parametrize("databases", [1, 2], ids=["one database", "two databases"])
def test_programs_that_migrate_at_once_all_succeed(
    make_empty: Callable[[], str], databases: int
) -> None:
    targets = [make_empty() for _ in range(databases)]
    programs = 4
    start = Barrier(programs)

    def program(number: int) -> list[str]:
        with Database(targets[number % databases], pool_size=1) as database:
            start.wait(timeout=300)
            return migrate(database)

    with ThreadPoolExecutor(programs) as pool:
        applied = list(pool.map(program, range(programs)))
    for target in range(databases):
        names = [name for result in applied[target::databases] for name in result]
        assert sorted(names) == NAMES
