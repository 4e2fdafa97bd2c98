"""Candidates in PostgreSQL. Functions take the connection and never commit."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from candidates.by_hand import keep_by_hand
from candidates.model import Candidate, StoredCandidate
from foundation.errors import NotFoundError
from foundation.places.postcodes import Precision
from foundation.record import Saved

POSITION = ("latitude", "longitude", "place_precision")


def upsert_candidates(connection: Connection[Any], candidates: Sequence[Candidate]) -> Saved:
    """Insert or update by prison number; a row that is the same already is left untouched.

    What staff wrote by hand stays until a file says something new of it (`candidates.by_hand`). No
    prison number may occur twice in one call.
    """
    merged = _merge_by_hand(connection, candidates)
    rows = [
        candidate.model_dump(mode="json")
        | {
            "profile_hash": candidate.embeddable().fingerprint(),
            "certificates_held": candidate.certificates_held(),
            "certificates_hinted": candidate.certificates_hinted(),
        }
        for candidate in merged
    ]
    written = connection.execute(_UPSERT, [Jsonb(rows)]).fetchall()
    inserted = sum(new for (new,) in written)
    return Saved(inserted, len(written) - inserted, len(candidates) - len(written))


def get_candidate(connection: Connection[Any], prison_number: str) -> StoredCandidate:
    """The candidate with this prison number, or NotFoundError."""
    found = _select(connection, "WHERE prison_number = %s", [prison_number.strip().upper()])
    if not found:
        raise NotFoundError(f"no candidate with prison number {prison_number} in your scope")
    return found[0]


def get_named_candidate(connection: Connection[Any], name: str) -> StoredCandidate:
    """Return the candidate with this public id or prison number, or raise NotFoundError."""
    try:
        public_id = UUID(name)
    except ValueError:
        return get_candidate(connection, name)
    return get_candidate_by_public_id(connection, public_id)


def get_candidate_by_public_id(connection: Connection[Any], public_id: UUID) -> StoredCandidate:
    """The candidate with this public id, or NotFoundError."""
    found = _select(connection, "WHERE public_id = %s", [public_id])
    if not found:
        raise NotFoundError("no such candidate in your scope")
    return found[0]


def list_candidates(connection: Connection[Any], ids: Sequence[int]) -> list[StoredCandidate]:
    """The candidates with these ids that the scope shows, in ascending id order."""
    return _select(connection, "WHERE id = ANY(%s) ORDER BY id", [list(ids)])


def list_dirty_candidates(
    connection: Connection[Any], recipe: str, *, after: int, limit: int
) -> list[StoredCandidate]:
    """Candidates whose profile differs from what was embedded, locked for this transaction.

    Rows that another program has claimed are passed over. Ascending ids beyond `after`.
    """
    return _select(connection, _DIRTY, [recipe, after, limit])


def count_dirty_candidates(connection: Connection[Any], recipe: str) -> int:
    """How many candidates `list_dirty_candidates` could return."""
    row = connection.execute(
        "SELECT count(*) FROM candidate LEFT JOIN candidate_embedding AS embedded"
        " ON embedded.candidate_id = candidate.id"
        " WHERE embedded.profile_hash IS DISTINCT FROM candidate.profile_hash"
        " OR embedded.recipe IS DISTINCT FROM %s",
        [recipe],
    ).fetchone()
    return int(row[0]) if row else 0


def list_prison_numbers(connection: Connection[Any]) -> dict[int, str]:
    """The prison number of every candidate in scope, by id."""
    rows = connection.execute("SELECT id, prison_number FROM candidate ORDER BY id")
    return {row[0]: row[1] for row in rows}


def count_candidates(connection: Connection[Any]) -> int:
    """How many candidates the scope shows."""
    row = connection.execute("SELECT count(*) FROM candidate").fetchone()
    return int(row[0]) if row else 0


def update_positions(connection: Connection[Any]) -> int:
    """Find every release area's position again, after places were loaded; returns rows changed."""
    return connection.execute(
        "UPDATE candidate SET (latitude, longitude, place_precision) ="
        " (SELECT latitude, longitude, place_precision FROM locate(release_area))"
        " WHERE release_area IS NOT NULL"
    ).rowcount


def _merge_by_hand(
    connection: Connection[Any], candidates: Sequence[Candidate]
) -> Sequence[Candidate]:
    """The records with what was written by hand, and a task for whoever has to be told."""
    # Every row is locked, by hand or not, so that nobody writes one between this and the upsert.
    rows = connection.execute(
        "SELECT id, prison_number, by_hand FROM candidate WHERE prison_number = ANY(%s)"
        " ORDER BY prison_number FOR UPDATE",
        [[candidate.prison_number for candidate in candidates]],
    ).fetchall()
    written = {number: (key, by_hand) for key, number, by_hand in rows if by_hand}
    if not written:
        return candidates
    keys = [key for key, _ in written.values()]
    stored = {each.record.prison_number: each.record for each in list_candidates(connection, keys)}
    merged = []
    for candidate in candidates:
        number = candidate.prison_number
        if number not in written:
            merged.append(candidate)
            continue
        key, by_hand = written[number]
        result = keep_by_hand(candidate, stored[number], by_hand)
        merged.append(result.record)
        connection.execute(
            "UPDATE candidate SET by_hand = %s WHERE id = %s", [Jsonb(result.by_hand), key]
        )
        for told in result.told:
            connection.execute(
                "INSERT INTO case_task (candidate_id, what, due, for_role)"
                " VALUES (%s, %s, current_date, 'PRISON_EMPLOYMENT_LEAD')",
                [key, told.sentence],
            )
    return merged


def _select(
    connection: Connection[Any], where: str, parameters: Sequence[object]
) -> list[StoredCandidate]:
    with connection.cursor(row_factory=dict_row, binary=True) as cursor:
        cursor.execute(f"{_SELECT} {where}".encode(), parameters)
        return [_stored(row) for row in cursor]


def _stored(row: dict[str, Any]) -> StoredCandidate:
    identity = {name: row.pop(name) for name in ("id", "public_id", "profile_hash")}
    latitude, longitude, precision = (row.pop(name) for name in POSITION)
    return StoredCandidate(
        **identity,
        record=Candidate.model_validate(row),
        latitude=latitude,
        longitude=longitude,
        precision=None if precision is None else Precision(precision),
    )


_SELECT = """
SELECT id, public_id, candidate.profile_hash, latitude, longitude, place_precision,
    prison_number, first_name, last_name, prison_id, release_date, release_date_type,
    release_area, no_fixed_abode, consent, consent_date, right_to_work, readiness_status,
    ready_since, readiness_actions, id_documents, support_declined_reasons, changes_needed,
    affecting_ability, work_interests, job_of_particular_interest, work_experience, previous_work,
    skills, other_skills, qualifications, qualification_types, other_qualifications, training,
    prison_work, prison_training, hours_wanted, work_patterns_wanted, furthest_travel_miles,
    can_drive, pay_wanted_per_hour, offences, licence_conditions, curfew_from, curfew_to,
    exclusion_zones, accommodation, literacy, numeracy, digital, years_since_last_work, ever_worked
FROM candidate
"""

_DIRTY = """
LEFT JOIN candidate_embedding AS embedded ON embedded.candidate_id = candidate.id
WHERE (embedded.profile_hash IS DISTINCT FROM candidate.profile_hash
       OR embedded.recipe IS DISTINCT FROM %s)
  AND candidate.id > %s
ORDER BY candidate.id LIMIT %s
FOR UPDATE OF candidate SKIP LOCKED
"""

_UPSERT = """
INSERT INTO candidate (
    prison_number, first_name, last_name, prison_id, release_date, release_date_type,
    release_area, no_fixed_abode, consent, consent_date, right_to_work, readiness_status,
    ready_since, readiness_actions, id_documents, support_declined_reasons, changes_needed,
    affecting_ability, work_interests, job_of_particular_interest, work_experience, previous_work,
    skills, other_skills, qualifications, qualification_types, other_qualifications, training,
    prison_work, prison_training, hours_wanted, work_patterns_wanted, furthest_travel_miles,
    can_drive, pay_wanted_per_hour, offences, licence_conditions, curfew_from, curfew_to,
    exclusion_zones, accommodation, literacy, numeracy, digital, years_since_last_work, ever_worked,
    profile_hash, certificates_held, certificates_hinted, latitude, longitude, place_precision)
SELECT
    given.prison_number, given.first_name, given.last_name, given.prison_id, given.release_date,
    given.release_date_type, given.release_area, given.no_fixed_abode, given.consent,
    given.consent_date, given.right_to_work, given.readiness_status, given.ready_since,
    given.readiness_actions, given.id_documents, given.support_declined_reasons,
    given.changes_needed, given.affecting_ability, given.work_interests,
    given.job_of_particular_interest, given.work_experience, given.previous_work, given.skills,
    given.other_skills, given.qualifications, given.qualification_types,
    given.other_qualifications, given.training, given.prison_work, given.prison_training,
    given.hours_wanted, given.work_patterns_wanted, given.furthest_travel_miles, given.can_drive,
    given.pay_wanted_per_hour, given.offences, given.licence_conditions, given.curfew_from,
    given.curfew_to, given.exclusion_zones, given.accommodation, given.literacy, given.numeracy,
    given.digital, given.years_since_last_work, given.ever_worked, given.profile_hash,
    given.certificates_held, given.certificates_hinted, located.latitude, located.longitude,
    located.place_precision
FROM jsonb_populate_recordset(NULL::candidate, %s) AS given
LEFT JOIN LATERAL locate(given.release_area) AS located ON true
ORDER BY given.prison_number -- one order for every importer, so that two of them cannot deadlock
ON CONFLICT (prison_number) DO UPDATE SET
    first_name = excluded.first_name,
    last_name = excluded.last_name,
    prison_id = excluded.prison_id,
    release_date = excluded.release_date,
    release_date_type = excluded.release_date_type,
    release_area = excluded.release_area,
    no_fixed_abode = excluded.no_fixed_abode,
    consent = excluded.consent,
    consent_date = excluded.consent_date,
    -- How consent was given is known of what staff wrote, and of nothing that a file says.
    consent_how = CASE WHEN (candidate.consent, candidate.consent_date)
        IS NOT DISTINCT FROM (excluded.consent, excluded.consent_date)
        THEN candidate.consent_how END,
    right_to_work = excluded.right_to_work,
    readiness_status = excluded.readiness_status,
    ready_since = excluded.ready_since,
    readiness_actions = excluded.readiness_actions,
    id_documents = excluded.id_documents,
    support_declined_reasons = excluded.support_declined_reasons,
    changes_needed = excluded.changes_needed,
    affecting_ability = excluded.affecting_ability,
    work_interests = excluded.work_interests,
    job_of_particular_interest = excluded.job_of_particular_interest,
    work_experience = excluded.work_experience,
    previous_work = excluded.previous_work,
    skills = excluded.skills,
    other_skills = excluded.other_skills,
    qualifications = excluded.qualifications,
    qualification_types = excluded.qualification_types,
    other_qualifications = excluded.other_qualifications,
    training = excluded.training,
    prison_work = excluded.prison_work,
    prison_training = excluded.prison_training,
    hours_wanted = excluded.hours_wanted,
    work_patterns_wanted = excluded.work_patterns_wanted,
    furthest_travel_miles = excluded.furthest_travel_miles,
    can_drive = excluded.can_drive,
    pay_wanted_per_hour = excluded.pay_wanted_per_hour,
    offences = excluded.offences,
    licence_conditions = excluded.licence_conditions,
    curfew_from = excluded.curfew_from,
    curfew_to = excluded.curfew_to,
    exclusion_zones = excluded.exclusion_zones,
    accommodation = excluded.accommodation,
    literacy = excluded.literacy,
    numeracy = excluded.numeracy,
    digital = excluded.digital,
    years_since_last_work = excluded.years_since_last_work,
    ever_worked = excluded.ever_worked,
    profile_hash = excluded.profile_hash,
    certificates_held = excluded.certificates_held,
    certificates_hinted = excluded.certificates_hinted,
    latitude = excluded.latitude,
    longitude = excluded.longitude,
    place_precision = excluded.place_precision
RETURNING xmax = 0 AS inserted
"""
