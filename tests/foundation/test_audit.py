"""Every change writes itself down, with what was there before; nothing else does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from candidates.model import Candidate
from candidates.store import get_candidate, upsert_candidates
from foundation.audit import insert_event, list_events
from foundation.database import Database, Scope

CLERK, OTHER = Scope("clerk"), Scope("other clerk")
SAM = Candidate(prison_number="A0001AA", first_name="Sam", last_name="Hill", prison_id="MDI")


def events(database: Database) -> list[tuple[str, str, str, dict[str, Any]]]:
    with database.transaction(CLERK) as connection:
        return connection.execute(
            "SELECT actor, action, subject, detail -> 'was' FROM audit_event"
            " WHERE subject <> 'place' ORDER BY id"
        ).fetchall()


def save(database: Database, scope: Scope, **changes: object) -> None:
    with database.transaction(scope) as connection:
        upsert_candidates(connection, [SAM.model_copy(update=changes)])


def test_an_insert_is_written_with_its_actor(database: Database) -> None:
    save(database, CLERK)
    assert events(database) == [("clerk", "insert", "candidate", {})]


def test_an_update_keeps_the_old_values_of_what_changed_and_no_more(database: Database) -> None:
    save(database, CLERK)
    save(database, OTHER, first_name="Samuel", no_fixed_abode=True)
    assert events(database)[1:] == [
        ("other clerk", "update", "candidate", {"first_name": "Sam", "no_fixed_abode": False})
    ]


def test_saving_the_same_again_writes_nothing(database: Database) -> None:
    save(database, CLERK)
    with database.transaction(CLERK) as connection:
        before = connection.execute("SELECT updated_at, xmin FROM candidate").fetchone()
        saved = upsert_candidates(connection, [SAM])
    assert (saved.inserted, saved.updated, saved.unchanged) == (0, 0, 1)
    assert len(events(database)) == 1
    with database.transaction(CLERK) as connection:
        assert connection.execute("SELECT updated_at, xmin FROM candidate").fetchone() == before


def test_a_change_moves_updated_at_and_nothing_moves_created_at(database: Database) -> None:
    save(database, CLERK)
    save(database, CLERK, last_name="Dale")
    with database.transaction(CLERK) as connection:
        row = connection.execute("SELECT created_at < updated_at FROM candidate").fetchone()
    assert row == (True,)


def test_a_deletion_keeps_the_whole_row(database: Database) -> None:
    save(database, CLERK)
    with database.transaction(OTHER) as connection:
        connection.execute("DELETE FROM candidate")
    actor, action, subject, was = events(database)[-1]
    assert (actor, action, subject) == ("other clerk", "delete", "candidate")
    assert (was["first_name"], was["prison_number"]) == ("Sam", "A0001AA")


def test_a_rolled_back_change_leaves_no_event(database: Database) -> None:
    def save_and_fail() -> None:
        with database.transaction(CLERK) as connection:
            upsert_candidates(connection, [SAM])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        save_and_fail()
    assert events(database) == []


def test_a_change_by_hand_is_written_under_the_session_user(database: Database) -> None:
    save(database, CLERK)
    with database.owner_transaction() as connection:
        connection.execute("UPDATE candidate SET first_name = 'By hand'")
        user = connection.info.user
    assert events(database)[-1] == (user, "update", "candidate", {"first_name": "Sam"})


def test_what_was_seen_is_written_with_its_details_newest_first(database: Database) -> None:
    save(database, CLERK)
    with database.transaction(OTHER) as connection:
        subject_id = get_candidate(connection, "A0001AA").id
        insert_event(connection, "view", "candidate", subject_id, page="shortlist", rank=3)
        found = list_events(connection, "candidate", subject_id)
        assert len(list_events(connection, "candidate", subject_id, limit=1)) == 1
    assert [event.action for event in found] == ["view", "insert"]
    assert found[0].actor == "other clerk"
    assert found[0].detail == {"page": "shortlist", "rank": 3}
    assert abs(found[0].at - datetime.now(UTC)) < timedelta(minutes=5)
