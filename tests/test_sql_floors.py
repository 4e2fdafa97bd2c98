"""SQL obeys the floors of the house: a statement names tables of its own room or of rooms below."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from foundation.database import Database

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
OWNERS: dict[str, list[str]] = tomllib.loads(
    (ROOT / "foundation" / "migrations" / "tables.toml").read_text("utf-8")
)
ROOM_OF = {table: room for room, tables in OWNERS.items() for table in tables}
(LAYERS,) = (
    contract["layers"]
    for contract in PYPROJECT["tool"]["importlinter"]["contracts"]
    if contract["name"] == "Imports run down only"
)
# From the top: rooms that stand beside each other, with a stroke between them, know nothing of each
# other.
FLOORS = [[room.strip() for room in layer.split("|")] for layer in LAYERS]
# Statements that name a table of a room above, and why they still do.
KNOWN = {
    ("candidates", "case_task"): "an import that differs from what staff wrote becomes their task",
    ("employers", "application_places"): "the directory counts people hired by each employer",
    ("foundation", "employer"): "an account of an employer's staff is listed with its employer",
}
STATEMENT = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|JOIN|FROM)\b")
NAMED = re.compile(
    r"\b(?:FROM|JOIN|INTO|UPDATE|DELETE FROM|TRUNCATE|USING)\s+(?:ONLY\s+)?([a-z_]+)\b(?!\()"
)


def test_each_table_has_a_room(own_database: Database) -> None:
    with own_database.owner_transaction() as connection:
        tables = {
            row[0]
            for row in connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
        }
    assert tables == set(ROOM_OF)
    assert sum(len(owned) for owned in OWNERS.values()) == len(ROOM_OF)


def test_no_statement_names_a_table_of_a_room_above() -> None:
    found = {
        (room, table): f"{path.relative_to(ROOT)}:{line}"
        for room in (room for floor in FLOORS for room in floor)
        for path in sorted((ROOT / room).rglob("*.py"))
        for table, line in tables_named(path)
        if is_above(ROOM_OF[table], room)
    }
    assert set(found) == set(KNOWN), {pair: found.get(pair) for pair in set(found) ^ set(KNOWN)}


def test_the_reader_of_statements_finds_tables_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "store.py"
    path.write_text(
        'A = "WITH own AS (SELECT id FROM candidate) SELECT * FROM own JOIN vacancy USING (id)"\n'
        'B = f"UPDATE employer SET {A} FROM unnest(%s::text[]) AS given"\n'
        'C = "Taken from application to work, a sentence."\n'
        'D = b"DELETE FROM exposure"\n'
        'E = "INSERT INTO case_note (candidate_id) VALUES (1)"\n'
    )
    assert {table for table, _ in tables_named(path)} == {
        "candidate",
        "vacancy",
        "employer",
        "exposure",
        "case_note",
    }


def tables_named(path: Path) -> Iterator[tuple[str, int]]:
    """Every table that a string of a file names in SQL, with the line where the string begins."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Constant):
            continue
        value = (
            node.value.decode("utf-8", "replace") if isinstance(node.value, bytes) else node.value
        )
        if isinstance(value, str) and STATEMENT.search(value):
            for named in NAMED.findall(value):
                if named in ROOM_OF:
                    yield named, node.lineno


def is_above(owner: str, room: str) -> bool:
    """Whether the owner's floor is higher than the room's, or beside it."""
    height = {name: number for number, floor in enumerate(FLOORS) for name in floor}
    return owner != room and height[owner] <= height[room]
