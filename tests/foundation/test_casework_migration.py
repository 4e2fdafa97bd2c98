"""Casework comes to a database that has people and a trail already, whoever owns it."""

from pathlib import Path

import psycopg
from psycopg import conninfo
from psycopg.types.json import Jsonb

from foundation.database import Database, Scope
from foundation.migrations import available, migrate
from foundation.postgres.server import LocalPostgres

ALL = Scope("tests")
MDI = Scope("lead", ("MDI",))


def test_an_owner_who_is_no_superuser_brings_people_and_trail_along(open_folder: Path) -> None:
    with LocalPostgres(open_folder / "casework") as postgres:
        url = postgres.start()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE ROLE clerk LOGIN CREATEROLE")
            connection.execute("CREATE DATABASE work OWNER clerk")
        with Database(conninfo.make_conninfo(url, user="clerk", dbname="work")) as database:
            migrate(database, [step for step in available() if step.number < 14])
            with database.transaction(ALL) as connection:
                connection.execute(
                    "INSERT INTO candidate OVERRIDING USER VALUE"
                    " SELECT (jsonb_populate_record(NULL::candidate, %s)).*",
                    [Jsonb(ROW)],
                )
                connection.execute(
                    "INSERT INTO audit_event (actor, action, subject, subject_id, detail)"
                    " VALUES ('old', 'view', 'vacancy', 9, %s)",
                    [Jsonb({"people": [1, 2, "x"], "run": "r"})],
                )
            migrate(database)
            with database.transaction(MDI) as connection:
                named = connection.execute(
                    "SELECT name_key, case_version, by_hand FROM candidate"
                ).fetchall()
                seen = connection.execute(
                    "SELECT candidate_id, actor, detail FROM audit_person"
                ).fetchall()
                changed = connection.execute(
                    "SELECT count(*) FROM audit_event WHERE action = 'update'"
                ).fetchone()
            with database.transaction(MDI) as connection:
                connection.execute(
                    "INSERT INTO audit_event (actor, action, subject, subject_id)"
                    " VALUES ('new', 'view', 'candidate', 1)"
                )
                after = connection.execute(
                    "SELECT actor FROM audit_person ORDER BY event_id"
                ).fetchall()
    assert named == [("jose obrien", 1, {})]
    assert seen == [(1, "old", {"run": "r"})]
    assert changed == (0,)
    assert after == [("old",), ("new",)]


ROW = {
    "public_id": "00000000-0000-0000-0000-000000000001",
    "prison_number": "A0001AA",
    "first_name": "José",
    "last_name": "O’Brien",
    "prison_id": "MDI",
    "no_fixed_abode": False,
    "consent": "NOT_ASKED",
    "right_to_work": "YES",
    "readiness_status": "NOT_STARTED",
    "readiness_actions": [],
    "id_documents": [],
    "support_declined_reasons": [],
    "changes_needed": [],
    "affecting_ability": [],
    "work_interests": [],
    "work_experience": [],
    "skills": [],
    "other_skills": [],
    "qualifications": [],
    "qualification_types": [],
    "prison_work": [],
    "prison_training": [],
    "hours_wanted": [],
    "work_patterns_wanted": [],
    "exclusion_zones": [],
    "accommodation": "UNKNOWN",
    "literacy": "UNKNOWN",
    "numeracy": "UNKNOWN",
    "digital": "UNKNOWN",
    "profile_hash": 0,
    "certificates_held": [],
    "certificates_hinted": [],
    "created_at": "2026-11-01T00:00:00Z",
    "updated_at": "2026-11-01T00:00:00Z",
}
