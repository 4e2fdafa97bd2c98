"""Marks that hold for a whole installation."""

from foundation.database import Database, Scope
from foundation.installation import find_mark, upsert_mark


def test_a_mark_is_found_as_it_was_last_set(database: Database) -> None:
    with database.transaction(Scope("tests")) as connection:
        assert find_mark(connection, "demonstration") is None
        upsert_mark(connection, "demonstration", {"seed": 7})
        upsert_mark(connection, "demonstration", {"seed": 8, "people": 2})
        upsert_mark(connection, "another", "text")
    with database.transaction(Scope("tests", ())) as connection:
        assert find_mark(connection, "demonstration") == {"seed": 8, "people": 2}
        assert find_mark(connection, "another") == "text"
