"""Candidates go in and come out the same."""

from datetime import date
from uuid import uuid4

import pytest

from candidates.model import Candidate
from candidates.store import (
    count_candidates,
    count_dirty_candidates,
    get_candidate,
    get_candidate_by_public_id,
    list_candidates,
    list_dirty_candidates,
    update_positions,
    upsert_candidates,
)
from demonstration.synthetic.people import generate_people
from foundation.database import Database, Scope
from foundation.errors import NotFoundError
from foundation.places.postcodes import Place, Precision
from foundation.places.store import upsert_places
from foundation.record import Saved

ALL = Scope("tests")
AS_OF = date(2026, 11, 22)
PEOPLE = [person.candidate for person in generate_people(60, seed=3, as_of=AS_OF)]


def test_made_up_people_come_back_as_they_went_in(database: Database) -> None:
    with database.transaction(ALL) as connection:
        assert upsert_candidates(connection, PEOPLE) == Saved(inserted=60)
        for person in PEOPLE:
            stored = get_candidate(connection, person.prison_number)
            assert stored.record == person
            assert stored.profile_hash == person.embeddable().fingerprint()
        assert count_candidates(connection) == 60


def test_new_changed_and_unchanged_rows_are_told_apart(database: Database) -> None:
    first, second, third, *_ = PEOPLE
    with database.transaction(ALL) as connection:
        upsert_candidates(connection, [first, second])
        changed = second.model_copy(update={"first_name": "Renamed"})
        assert upsert_candidates(connection, [first, changed, third]) == Saved(1, 1, 1)
        assert get_candidate(connection, second.prison_number).record == changed


def test_a_long_text_that_has_not_changed_is_unchanged(database: Database) -> None:
    words = "".join(str(number) for number in range(2_000))[:4_000]
    person = PEOPLE[0].model_copy(update={"previous_work": words, "other_qualifications": words})
    with database.transaction(ALL) as connection:
        upsert_candidates(connection, [person])
        assert upsert_candidates(connection, [person]) == Saved(unchanged=1)
        shorter = person.model_copy(update={"previous_work": words[:-1]})
        assert upsert_candidates(connection, [shorter]) == Saved(updated=1)


def test_the_certificates_are_stored_beside_the_record(database: Database) -> None:
    with database.transaction(ALL) as connection:
        upsert_candidates(connection, PEOPLE)
        rows = connection.execute(
            "SELECT prison_number, certificates_held, certificates_hinted FROM candidate"
        ).fetchall()
    stored = {number: (held, hinted) for number, held, hinted in rows}
    for person in PEOPLE:
        held, hinted = stored[person.prison_number]
        expected = person.certificates_held()
        assert held == (None if expected is None else list(expected))
        assert hinted == list(person.certificates_hinted())


def test_a_stranger_is_not_found_by_any_name(database: Database) -> None:
    with database.transaction(ALL) as connection:
        with pytest.raises(NotFoundError, match="Z9999ZZ"):
            get_candidate(connection, "Z9999ZZ")
        with pytest.raises(NotFoundError):
            get_candidate_by_public_id(connection, uuid4())
        assert list_candidates(connection, [1, 2, 3]) == []


def test_someone_outside_the_scope_reads_like_someone_who_does_not_exist(
    database: Database,
) -> None:
    person = PEOPLE[0].model_copy(update={"prison_id": "MDI"})
    with database.transaction(ALL) as connection:
        upsert_candidates(connection, [person])
        public_id = get_candidate(connection, person.prison_number).public_id
    with database.transaction(Scope("tests", ("LEI",))) as connection:
        with pytest.raises(NotFoundError):
            get_candidate(connection, person.prison_number)
        with pytest.raises(NotFoundError):
            get_candidate_by_public_id(connection, public_id)


def test_a_prison_number_is_found_however_it_is_typed(database: Database) -> None:
    with database.transaction(ALL) as connection:
        upsert_candidates(connection, PEOPLE[:1])
        number = PEOPLE[0].prison_number
        stored = get_candidate(connection, f" {number.lower()} ")
        assert get_candidate_by_public_id(connection, stored.public_id) == stored


def test_only_what_was_not_embedded_as_it_is_now_is_dirty(database: Database) -> None:
    with database.transaction(ALL) as connection:
        upsert_candidates(connection, PEOPLE[:3])
        dirty = list_dirty_candidates(connection, "r1", after=0, limit=10)
        assert len(dirty) == 3
        done = dirty[0]
        connection.execute(
            "INSERT INTO candidate_embedding VALUES (%s, %s, 'r1', '{}')",
            [done.id, done.profile_hash],
        )
        assert count_dirty_candidates(connection, "r1") == 2
        assert count_dirty_candidates(connection, "r2") == 3
        renamed = done.record.model_copy(update={"first_name": "Renamed"})
        upsert_candidates(connection, [renamed])
        assert count_dirty_candidates(connection, "r1") == 2  # a name is not embedded
        retrained = renamed.model_copy(update={"other_skills": ("origami",)})
        upsert_candidates(connection, [retrained])
        assert count_dirty_candidates(connection, "r1") == 3
        later = list_dirty_candidates(connection, "r1", after=dirty[1].id, limit=10)
        assert [row.id for row in later] == [dirty[2].id]


def test_two_programs_do_not_claim_the_same_dirty_rows(database: Database) -> None:
    with database.transaction(ALL) as connection:
        upsert_candidates(connection, PEOPLE[:4])
    with database.transaction(ALL) as one, database.transaction(ALL) as other:
        first = list_dirty_candidates(one, "r1", after=0, limit=2)
        second = list_dirty_candidates(other, "r1", after=0, limit=10)
    assert len(first) == len(second) == 2
    assert not {row.id for row in first} & {row.id for row in second}


def test_the_release_area_gives_the_position(database: Database) -> None:
    least = {"first_name": "A", "last_name": "B", "prison_id": "MDI"}
    people = [
        Candidate.model_validate(least | {"prison_number": f"A000{n}AA", "release_area": area})
        for n, area in enumerate(["LS11 5AB", "XX1", None])
    ]
    with database.transaction(ALL) as connection:
        upsert_candidates(connection, people)
        found = [get_candidate(connection, person.prison_number) for person in people]
        assert [row.precision for row in found] == [Precision.AREA, None, None]
        assert found[0].latitude == pytest.approx(53.8, abs=0.2)
        upsert_places(connection, [Place("LS11 5AB", 53.7812, -1.5678, Precision.FULL)])
        assert update_positions(connection) == 1
        moved = get_candidate(connection, "A0000AA")
        assert (moved.latitude, moved.longitude, moved.precision) == (53.7812, -1.5678, 3)
        assert update_positions(connection) == 0
        assert upsert_candidates(connection, people) == Saved(unchanged=3)
