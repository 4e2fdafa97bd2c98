"""What is configured, what runs, what is missing."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from rich.table import Table
from rich.text import Text

from cli.context import FAILED, OUT, open_database, settings
from foundation.database import Database, Scope, masked
from foundation.errors import NewFuturesError
from foundation.migrations import pending
from foundation.postgres.server import status
from foundation.settings import Settings
from index.encoder.encoder import describe_encoder
from matching.retrieval.health import health, open_index
from matching.rules.positions import count_known_places


def doctor() -> None:
    """Say what is configured, what runs and what is missing. Exit code 1 if something is wrong."""
    found = settings()
    table = Table(title="New Futures Matching", title_justify="left")
    for heading in ("", "What", "How it is"):
        table.add_column(heading)
    wrong = 0
    with ExitStack() as closing:

        @cache  # opened once for all checks, unless it cannot be
        def database() -> Database:
            return closing.enter_context(open_database())

        for name, check in _checks(found, database).items():
            try:
                mark, said = "[green]ok[/]", check()
            except NewFuturesError as error:
                mark, said = "[red]wrong[/]", str(error)
                wrong += 1
            table.add_row(mark, name, Text(said))
    OUT.print(table)
    if wrong:
        sys.exit(FAILED)


def _checks(found: Settings, database: Callable[[], Database]) -> dict[str, Callable[[], str]]:
    return {
        "program": _program,
        "settings": lambda: _settings(found),
        "model": lambda: describe_encoder(found),
        "database": lambda: _database(found, database),
        "monitoring": lambda: _monitoring(database()),
        "places": lambda: _places(database()),
        "index": lambda: _index(database(), found),
    }


def _program() -> str:
    names = (
        "new-futures-matching", "torch", "sentence-transformers", "openvino", "faiss-cpu", "psycopg"
    )  # fmt: skip
    return f"Python {sys.version.split()[0]}; " + ", ".join(_version(name) for name in names)


def _version(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"{name} not installed"


def _settings(found: Settings) -> str:
    shown = {
        name: masked(value.get_secret_value()) if name == "database_url" and value else value
        for name, value in found
    }
    return "\n".join(f"{name} = {value}" for name, value in shown.items() if value is not None)


def _database(found: Settings, database: Callable[[], Database]) -> str:
    where = "from DATABASE_URL"
    if found.database_url is None:
        local = status(found.postgres_dir, bin_dir=found.postgres_bin)
        where = f"embedded PostgreSQL {local.version or '(not initialised yet)'}, {local.bin_dir}"
    return f"{where}; {_schema(database())}"


def _schema(database: Database) -> str:
    waiting = pending(database)
    return f"migrations waiting: {', '.join(waiting)}" if waiting else "schema up to date"


def _monitoring(database: Database) -> str:
    if database.keeps_monitoring_apart():
        return "apart: the account that ranks cannot read equality monitoring"
    return (
        "apart by role only, because one account does everything; to part the accounts, set "
        "NEWFUTURES_APP_DATABASE_URL and NEWFUTURES_MONITORING_DATABASE_URL"
    )


def _places(database: Database) -> str:
    counts = count_known_places(database, Scope("doctor"))
    named = ", ".join(f"{count:,} by {precision.label}" for precision, count in counts.items())
    return f"{named}; `newfutures reference load postcodes FILE` makes distances more exact"


def _index(database: Database, found: Settings) -> str:
    ready = health(database, open_index(found))
    return ", ".join(f"{name} {value}" for name, value in ready.items() if value != [])
