"""An empty world of applications for each test, and a way to do several things at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from application_world import World

from casework.applications.service import ApplicationService
from foundation.database import Database
from foundation.errors import NewFuturesError
from foundation.settings import Settings


@pytest.fixture
def world(database: Database, make_settings: Callable[..., Settings]) -> World:
    """An empty database with the service over it."""
    return World(database, ApplicationService(database, make_settings()))


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Calls several at the same moment; gives what each returned, or its error."""

    def call(*functions: Callable[[], Any]) -> list[Any]:
        barrier = Barrier(len(functions))

        def one(function: Callable[[], Any]) -> object:
            barrier.wait()
            try:
                return function()
            except NewFuturesError as error:
                return error

        with ThreadPoolExecutor(len(functions)) as pool:
            return list(pool.map(one, functions))

    return call
