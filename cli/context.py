"""What every command needs: settings, an open database, and how to speak to a person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from pydantic import ValidationError as PydanticValidationError
from pydantic_core import ErrorDetails
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from foundation.database import Database, Logins, Scope
from foundation.errors import NewFuturesError
from foundation.logs import configure_logs
from foundation.migrations import migrate
from foundation.postgres.logins import make_logins
from foundation.postgres.server import LocalPostgres
from foundation.settings import Settings
from matching.policies.service import ensure_policies
from matching.rules.positions import ensure_areas

if TYPE_CHECKING:
    from matching.shortlists.service import MatchingService

OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False)

FAILED = 1
ROWS_REJECTED = 3


@cache
def settings() -> Settings:
    """The settings, with a clear error for one that is wrong."""
    try:
        found = Settings()
    except PydanticValidationError as error:
        faults = "; ".join(_setting_fault(fault) for fault in error.errors())
        raise NewFuturesError(f"a setting is wrong: {faults}") from error
    configure_logs(found.log_level)
    return found


def _setting_fault(fault: ErrorDetails) -> str:
    """`NEWFUTURES_PORT: what is wrong`; only the message where no one setting is at fault."""
    name = "_".join(str(part) for part in fault["loc"]).upper()
    return f"NEWFUTURES_{name}: {fault_message(fault)}" if name else fault_message(fault)


def fault_message(fault: ErrorDetails) -> str:
    """What is wrong with a setting, without the mark that pydantic puts before our own words."""
    return fault["msg"].removeprefix("Value error, ")


def scope() -> Scope:
    """Everything: whoever may run commands on this machine reaches its database anyhow."""
    return Scope(settings().actor)


@contextmanager
def open_database() -> Iterator[Database]:
    """The configured database, or the embedded PostgreSQL, its schema brought up to date."""
    found = settings()
    if found.database_url is not None:
        yield from _prepared(found.database_url.get_secret_value(), lambda _: _given_logins(found))
        return
    with LocalPostgres(found.postgres_dir, bin_dir=found.postgres_bin) as server:
        yield from _prepared(server.start(), make_logins)


def _prepared(dsn: str, logins: Callable[[Database], Logins | None]) -> Iterator[Database]:
    """Brought up to date by the owner; then used by accounts that may do less, where there are."""
    with Database(dsn, pool_size=1) as owner:
        migrate(owner)
        less = logins(owner)
    with Database(dsn, pool_size=settings().pool_size, logins=less) as database:
        ensure_areas(database)
        ensure_policies(database)
        yield database


def _given_logins(found: Settings) -> Logins | None:
    app, monitoring = found.app_database_url, found.monitoring_database_url
    if app is None or monitoring is None:
        return None
    return Logins(app.get_secret_value(), monitoring.get_secret_value())


@contextmanager
def open_service() -> "Iterator[MatchingService]":
    """The matching service over the configured database."""
    from matching.shortlists.service import MatchingService  # not for what ranks nobody

    with open_database() as database:
        yield MatchingService(database, settings())


class StageProgress:
    """Bars on standard error, one for each stage as it is first heard of."""

    def __init__(self) -> None:
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=ERR,
        )
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Move a stage's bar."""
        if total == 0:
            return
        if stage not in self._tasks:
            self._tasks[stage] = self.progress.add_task(stage, total=total)
        self.progress.update(self._tasks[stage], completed=done, total=total)


@contextmanager
def stage_progress() -> Iterator[StageProgress]:
    """Show stages while the block runs."""
    stages = StageProgress()
    with stages.progress:
        yield stages
