"""SQL of the vectors: which texts are encoded, of whom, and the vectors themselves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from psycopg import Connection

from index.vectors.flat import Entry, Vectors

READ_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Side:
    """The statements for candidates, or for vacancies: the same shape over two tables."""

    name: str
    upsert: str
    entries: str
    entries_by_id: str
    keys: str


CANDIDATES = Side(
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

VACANCIES = Side(
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
    """Those of the hashes that have no vector under the model."""
    known = connection.execute(
        "SELECT content_hash FROM embedding WHERE model = %s AND content_hash = ANY(%s)",
        [model, list(hashes)],
    )
    return set(hashes) - {bytes(row[0]) for row in known}


def insert_vectors(
    connection: Connection[Any], model: str, vectors: Iterable[tuple[bytes, Vectors]]
) -> None:
    """Keep new vectors; one that another program has just kept is left as it is."""
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
    connection: Connection[Any], side: Side, recipe: str, entries: Iterable[Entry]
) -> None:
    """Record what has been embedded of whom."""
    with connection.cursor() as cursor:
        cursor.executemany(
            side.upsert.encode(),
            [(entry.id, entry.key, recipe, list(entry.hashes)) for entry in entries],
        )


def iterate_entries(connection: Connection[Any], side: Side, recipe: str) -> Iterator[Entry]:
    """Everyone embedded under the recipe, by ascending id, without holding them all."""
    with connection.cursor(f"entries_{side.name}") as cursor:
        cursor.itersize = READ_ROWS
        cursor.execute(side.entries.encode(), [recipe])
        for row in cursor:
            yield Entry(*row)


def list_entries(
    connection: Connection[Any], side: Side, recipe: str, ids: Sequence[int]
) -> list[Entry]:
    """What has been embedded of these ids."""
    rows = connection.execute(side.entries_by_id.encode(), [recipe, list(ids)])
    return [Entry(*row) for row in rows]


def get_keys(
    connection: Connection[Any], side: Side, recipe: str
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Every embedded id, ascending, and the version of each."""
    row = connection.execute(side.keys.encode(), [recipe]).fetchone() or (None, None)
    return np.array(row[0] or [], dtype=np.int64), np.array(row[1] or [], dtype=np.int64)


def get_vectors(
    connection: Connection[Any], model: str, rows: Mapping[bytes, int], dimensions: int
) -> Vectors:
    """The vectors of content hashes, each at the row given; shape (len(rows), dimensions)."""
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
