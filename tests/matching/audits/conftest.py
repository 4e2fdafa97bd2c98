"""The world of applications, for audits of what really was recorded."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from foundation.database import Database
from foundation.settings import Settings
from matching.applications.service import ApplicationService

sys.path.insert(0, str(Path(__file__).parent))  # so that tests can import `audited_person`
sys.path.insert(0, str(Path(__file__).parents[1] / "applications"))
from application_world import World


@pytest.fixture
def world(database: Database, make_settings: Callable[..., Settings]) -> World:
    """An empty database with the service of applications over it."""
    return World(database, ApplicationService(database, make_settings()))
