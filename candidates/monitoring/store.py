"""Equality monitoring in PostgreSQL. The connection must be of a monitoring transaction."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from candidates.monitoring.model import Monitoring
from foundation.record import Saved


def upsert_monitoring(connection: Connection[Any], records: Sequence[Monitoring]) -> Saved:
    """Insert or update by prison number; a row that is the same already is left untouched.

    No history is kept: what someone withdraws is gone. No prison number may occur twice in one
    call.
    """
    rows = [record.model_dump(mode="json") for record in records]
    written = connection.execute(_UPSERT, [Jsonb(rows)]).fetchall()
    inserted = sum(new for (new,) in written)
    return Saved(inserted, len(written) - inserted, len(records) - len(written))


_UPSERT = """
INSERT INTO candidate_monitoring AS held (prison_number, opted_out, sex, gender_identity, age_band,
    ethnicity, disability, religion, sexual_orientation, nationality)
SELECT prison_number, opted_out, sex, gender_identity, age_band, ethnicity, disability, religion,
    sexual_orientation, nationality
FROM jsonb_populate_recordset(NULL::candidate_monitoring, %s)
ORDER BY prison_number -- one order for every importer, so that two of them cannot deadlock
ON CONFLICT (prison_number) DO UPDATE SET
    opted_out = excluded.opted_out,
    sex = excluded.sex,
    gender_identity = excluded.gender_identity,
    age_band = excluded.age_band,
    ethnicity = excluded.ethnicity,
    disability = excluded.disability,
    religion = excluded.religion,
    sexual_orientation = excluded.sexual_orientation,
    nationality = excluded.nationality,
    recorded_at = excluded.recorded_at
WHERE (held.opted_out, held.sex, held.gender_identity, held.age_band, held.ethnicity,
        held.disability, held.religion, held.sexual_orientation, held.nationality)
    IS DISTINCT FROM (excluded.opted_out, excluded.sex, excluded.gender_identity, excluded.age_band,
        excluded.ethnicity, excluded.disability, excluded.religion, excluded.sexual_orientation,
        excluded.nationality)
RETURNING xmax = 0 AS inserted
"""
