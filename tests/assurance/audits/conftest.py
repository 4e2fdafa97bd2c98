"""The world of applications, for audits of what really was recorded."""

from collections.abc import Callable

import pytest
from application_world import World

from casework.applications.service import ApplicationService
from foundation.database import Database
from foundation.settings import Settings


@pytest.fixture
def world(database: Database, make_settings: Callable[..., Settings]) -> World:
    """An empty database with the service of applications over it."""
    return World(database, ApplicationService(database, make_settings()))
