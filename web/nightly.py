"""Does what has to be done once a day while the pages are served."""

import logging
from datetime import date
from threading import Event, Thread
from types import TracebackType
from typing import Self

from foundation import clock
from foundation.accounts.service import AccountService
from foundation.database import Database, Scope
from foundation.errors import NewFuturesError
from foundation.settings import Settings
from matching.groups.service import refresh_groups

LOG = logging.getLogger(__name__)
SECONDS_BETWEEN_LOOKS = 600.0


class Nightly:
    """Refreshes fairness groups and deletes expired sessions once a day, in its own thread.

    Use it as a context manager. Weeks waited and weeks to release change with the date alone, so
    groups that nobody touches go out of date. Ended sessions, old codes and tries are deleted.
    """

    def __init__(
        self, database: Database, settings: Settings, *, every: float = SECONDS_BETWEEN_LOOKS
    ) -> None:
        """Look every `every` seconds whether a new day has begun."""
        self._database = database
        self._settings = settings
        self._every = every
        self._stop = Event()
        self._thread = Thread(target=self._run, name="nightly", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        done: date | None = None
        while not self._stop.is_set():
            today = clock.today(self._settings)
            if today != done:
                try:
                    refresh_groups(self._database, Scope("nightly"), today)
                    AccountService(self._database, self._settings).delete_expired()
                    done = today
                except NewFuturesError as error:
                    LOG.warning("the day's work failed and will be tried again: %s", error)
            self._stop.wait(self._every)
