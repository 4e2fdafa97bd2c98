"""One database for each file here, emptied before every test: faster than one for each test."""

from collections.abc import Callable, Iterator

import pytest

from foundation.database import Database

EMPTY = (
    "TRUNCATE candidate, employer, vacancy, audit_event, embedding RESTART IDENTITY CASCADE;"
    " DELETE FROM place WHERE place_precision > 1"
)


@pytest.fixture(scope="module")
def own_database(new_dsn: Callable[[], str]) -> Iterator[Database]:
    """A migrated database of the file's own."""
    with Database(new_dsn(), pool_size=4) as opened:
        yield opened


@pytest.fixture
def database(own_database: Database) -> Database:
    """The file's own database, empty but for the postcode areas."""
    with own_database.owner_transaction() as connection:
        connection.execute(EMPTY)
    return own_database
