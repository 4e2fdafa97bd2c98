"""On a managed server the schema's owner is no superuser, and its own row security holds for it."""

from collections.abc import Callable
from pathlib import Path

import psycopg
from application_world import ALL, World
from psycopg import conninfo

from casework.applications.service import ApplicationService
from foundation.database import Database
from foundation.migrations import migrate
from foundation.postgres.server import LocalPostgres
from foundation.settings import Settings
from foundation.vocabulary import ApplicationState
from matching.rules.positions import ensure_areas

S = ApplicationState


def test_applications_work_where_the_owner_is_no_superuser(
    open_folder: Path, make_settings: Callable[..., Settings]
) -> None:
    with LocalPostgres(open_folder / "ordinary") as postgres:
        url = postgres.start()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE ROLE clerk LOGIN CREATEROLE")
            connection.execute("CREATE DATABASE work OWNER clerk")
        with Database(conninfo.make_conninfo(url, user="clerk", dbname="work")) as database:
            migrate(database)
            ensure_areas(database)
            world = World(database, ApplicationService(database, make_settings()))
            held = world.taken_to(S.INTERVIEW_BOOKED)
            world.move(world.move(held, S.JOB_OFFER, world.employer), S.OFFER_ACCEPTED, world.coach)
            assert world.service.places(world.lead, "HF-1").left == 0
            world.service.withdraw_agreement(world.coach, held.public_id)
            assert world.service.places(world.lead, "HF-1").left == 1
            with database.owner_transaction() as connection:
                row = connection.execute("SELECT count(*) FROM application").fetchone()
                assert row == (0,)
            world.taken_to(S.OFFER_ACCEPTED, 2)
            with database.transaction(ALL) as connection:  # the rows go with the person
                assert connection.execute("DELETE FROM candidate").rowcount == 2
            assert world.service.places(world.lead, "HF-1").left == 1
            assert sum(world.service.count_by_state(ALL).values()) == 0
