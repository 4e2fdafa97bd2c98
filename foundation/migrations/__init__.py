"""Numbered SQL files, applied once each, in order, forward only.

Each runs in its own transaction with its record, so that a failure leaves no half of it. The
SHA-256 of every applied file is kept and checked: a file that was edited after it ran is an error,
not a surprise. An advisory lock lets only one program migrate at a time.
"""

import hashlib
from dataclasses import dataclass
from importlib import resources

import psycopg

from foundation.database import Database
from foundation.errors import MigrationError

LOCK_KEY = 7_461_202  # any constant: the advisory lock that serialises migrations


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: `number` from its name, `sha256` of its text."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """Hex digest of the SQL, as applied."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def available() -> list[Migration]:
    """The migrations that this program carries, in order."""
    files = sorted(
        (entry for entry in resources.files(__package__).iterdir() if entry.name.endswith(".sql")),
        key=lambda entry: entry.name,
    )
    return [
        Migration(int(file.name.split("_", 1)[0]), file.name, file.read_text("utf-8"))
        for file in files
    ]


def migrate(database: Database, migrations: list[Migration] | None = None) -> list[str]:
    """Bring the schema up to date and return the names of what was applied.

    Raises:
        MigrationError: a step failed (nothing of it stays), an applied file has changed, or the
            database is newer than this program.
    """
    steps = available() if migrations is None else migrations
    applied: list[str] = []
    for step in steps:
        try:
            if _apply(database, step):
                applied.append(step.name)
        except psycopg.Error as error:
            raise MigrationError(
                f"migration {step.name} failed and was rolled back: {str(error).strip()}"
            ) from error
    _refuse_newer(database, steps)
    return applied


def pending(database: Database) -> list[str]:
    """Names of the migrations that have not been applied yet."""
    with database.owner_transaction() as connection:
        if connection.execute("SELECT to_regclass('schema_migration')").fetchone() == (None,):
            return [step.name for step in available()]
        done = {row[0] for row in connection.execute("SELECT number FROM schema_migration")}
    return [step.name for step in available() if step.number not in done]


def _apply(database: Database, step: Migration) -> bool:
    with database.owner_transaction() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
        connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migration (number integer PRIMARY KEY,"
            " name text NOT NULL, sha256 text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT now())"
        )
        known = connection.execute(
            "SELECT sha256 FROM schema_migration WHERE number = %s", [step.number]
        ).fetchone()
        if known is not None:
            if known[0] != step.sha256:
                raise MigrationError(
                    f"migration {step.name} was changed after it was applied; restore the file and "
                    "put the change in a new one"
                )
            return False
        connection.execute(step.sql.encode())
        connection.execute(
            "INSERT INTO schema_migration (number, name, sha256) VALUES (%s, %s, %s)",
            [step.number, step.name, step.sha256],
        )
        return True


def _refuse_newer(database: Database, steps: list[Migration]) -> None:
    newest = max((step.number for step in steps), default=0)
    with database.owner_transaction() as connection:
        row = connection.execute("SELECT max(number) FROM schema_migration").fetchone()
    if row is not None and row[0] is not None and row[0] > newest:
        raise MigrationError(
            f"the database is at migration {row[0]} but this program knows only {newest}; "
            "install the newer program"
        )
