"""SQL of embeddings: which texts are encoded, for which record, and the vectors themselves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from psycopg import Connection

from index.vectors.flat import VectorEntry, Vectors

READ_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class EmbeddingTable:
    """The SQL statements of one embedding table: candidates' or vacancies'."""

    name: str
    upsert: str
    entries: str
    entries_by_id: str
    keys: str


CANDIDATES = EmbeddingTable(
    "candidates",
    """
    INSERT INTO candidate_embedding (candidate_id, profile_hash, recipe, content_hashes)
    VALUES (%s, %s, %s, %s)
    ON CONFLICT (candidate_id) DO UPDATE SET profile_hash = excluded.profile_hash,
        recipe = excluded.recipe, content_hashes = excluded.content_hashes
    """,
    "SELECT candidate_id, profile_hash, content_hashes FROM candidate_embedding"
    " WHERE recipe = %s ORDER BY candidate_id",
    "SELECT candidate_id, profile_hash, content_hashes FROM candidate_embedding"
    " WHERE recipe = %s AND candidate_id = ANY(%s) ORDER BY candidate_id",
    "SELECT array_agg(candidate_id ORDER BY candidate_id),"
    " array_agg(profile_hash ORDER BY candidate_id) FROM candidate_embedding WHERE recipe = %s",
)

VACANCIES = EmbeddingTable(
    "vacancies",
    """
    INSERT INTO vacancy_embedding (vacancy_id, profile_hash, recipe, content_hashes)
    VALUES (%s, %s, %s, %s)
    ON CONFLICT (vacancy_id) DO UPDATE SET profile_hash = excluded.profile_hash,
        recipe = excluded.recipe, content_hashes = excluded.content_hashes
    """,
    "SELECT vacancy_id, profile_hash, content_hashes FROM vacancy_embedding"
    " WHERE recipe = %s ORDER BY vacancy_id",
    "SELECT vacancy_id, profile_hash, content_hashes FROM vacancy_embedding"
    " WHERE recipe = %s AND vacancy_id = ANY(%s) ORDER BY vacancy_id",
    "SELECT array_agg(vacancy_id ORDER BY vacancy_id),"
    " array_agg(profile_hash ORDER BY vacancy_id) FROM vacancy_embedding WHERE recipe = %s",
)


def list_missing_hashes(
    connection: Connection[Any], model: str, hashes: Sequence[bytes]
) -> set[bytes]:
    """Return the hashes that have no vector under the model."""
    known = connection.execute(
        "SELECT content_hash FROM embedding WHERE model = %s AND content_hash = ANY(%s)",
        [model, list(hashes)],
    )
    return set(hashes) - {bytes(row[0]) for row in known}


def insert_vectors(
    connection: Connection[Any], model: str, vectors: Iterable[tuple[bytes, Vectors]]
) -> None:
    """Insert new vectors; skip any that another process has just inserted."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO embedding (model, content_hash, vector) VALUES (%s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [
                (model, content, vector.astype("<f2").tobytes())
                # One order for every program, so that two of them cannot deadlock.
                for content, vector in sorted(vectors, key=lambda pair: pair[0])
            ],
        )


def upsert_entries(
    connection: Connection[Any], side: EmbeddingTable, recipe: str, entries: Iterable[VectorEntry]
) -> None:
    """Record which version of each record is embedded."""
    with connection.cursor() as cursor:
        cursor.executemany(
            side.upsert.encode(),
            [(entry.id, entry.key, recipe, list(entry.hashes)) for entry in entries],
        )


def iterate_entries(
    connection: Connection[Any], side: EmbeddingTable, recipe: str
) -> Iterator[VectorEntry]:
    """Yield everyone embedded under the recipe, by ascending id, a batch at a time."""
    with connection.cursor(f"entries_{side.name}") as cursor:
        cursor.itersize = READ_ROWS
        cursor.execute(side.entries.encode(), [recipe])
        for row in cursor:
            yield VectorEntry(*row)


def list_entries(
    connection: Connection[Any], side: EmbeddingTable, recipe: str, ids: Sequence[int]
) -> list[VectorEntry]:
    """Return what is embedded for these ids."""
    rows = connection.execute(side.entries_by_id.encode(), [recipe, list(ids)])
    return [VectorEntry(*row) for row in rows]


def get_keys(
    connection: Connection[Any], side: EmbeddingTable, recipe: str
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return every embedded id, ascending, with its version."""
    row = connection.execute(side.keys.encode(), [recipe]).fetchone() or (None, None)
    return np.array(row[0] or [], dtype=np.int64), np.array(row[1] or [], dtype=np.int64)


def get_vectors(
    connection: Connection[Any], model: str, rows: Mapping[bytes, int], dimensions: int
) -> Vectors:
    """Return vectors of content hashes, each at the row given; (len(rows), dimensions)."""
    vectors = np.zeros((len(rows), dimensions), dtype=np.float16)
    few = len(rows) < READ_ROWS
    with connection.cursor("vectors", binary=True) as cursor:
        cursor.itersize = READ_ROWS
        if few:
            cursor.execute(
                "SELECT content_hash, vector FROM embedding"
                " WHERE model = %s AND content_hash = ANY(%s)",
                [model, list(rows)],
            )
        else:
            cursor.execute("SELECT content_hash, vector FROM embedding WHERE model = %s", [model])
        for content, vector in cursor:
            row = rows.get(content)
            if row is not None:
                vectors[row] = np.frombuffer(vector, dtype="<f2")
    return vectors
