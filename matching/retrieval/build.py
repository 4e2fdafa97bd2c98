"""Builds and publishes the index from profiles, in steps that can be interrupted.

The dirty set is whoever's profile hash differs from what was embedded. It is claimed in batches,
one transaction each, so that several programs can share the work and a crash loses one batch at
most. Identical text is encoded once. The generation is then written from the database's vectors.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from psycopg import Connection

from candidates.store import count_dirty_candidates, list_candidates, list_dirty_candidates
from employers.store import count_dirty_vacancies, list_dirty_vacancies, list_vacancies
from foundation.clock import now
from foundation.database import Database, Scope
from foundation.errors import VectorIndexError
from foundation.settings import Settings
from index.encoder.encoder import Encoder, load_encoder, model_id
from index.text.text import TEXTS_VERSION, Texts, content_hash
from index.vectors.flat import Collection, VectorEntry
from index.vectors.generations import Generation, open_current, publish
from index.vectors.lexicon import Lexicon
from matching.retrieval.store import (
    CANDIDATES,
    VACANCIES,
    EmbeddingTable,
    get_keys,
    get_vectors,
    insert_vectors,
    iterate_entries,
    list_missing_hashes,
    upsert_entries,
)

BATCH = 128
SCOPE = Scope(actor="index build")
PUBLISH_LOCK = 7_461_203  # any constant: lets one program publish at a time
DELTA_LIMIT = 500  # so many changes are searched beside the generation; more make a new one
DELTA_SHARE = 0.02

LEXICON_SAMPLE = 5_000  # candidates, and vacancies, whose texts a lexicon is fitted on

Progress = Callable[[str, int, int], None]
Entries = dict[str, list[VectorEntry]]


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The result of a build: rows embedded, texts encoded, and the generation in force."""

    embedded: int
    encoded: int
    generation: Generation
    published: bool


def recipe_of(settings: Settings) -> str:
    """Return the id of what makes vectors comparable: the model and the version of the texts."""
    return f"{model_id(settings)}/{TEXTS_VERSION}"


class IndexBuilder:
    """Brings the index up to date with the database."""

    def __init__(
        self, database: Database, settings: Settings, encoder: Encoder | None = None
    ) -> None:
        self._database = database
        self._settings = settings
        self._given = encoder
        self.recipe = recipe_of(settings)
        self.folder: Path = settings.index_dir

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder, loaded when the first text must be encoded."""
        return self._given or load_encoder(self._settings)

    def build(self, *, full: bool = False, on_progress: Progress = lambda *_: None) -> BuildResult:
        """Embed what changed; publish a generation if none exists, much changed, or `full`.

        `on_progress(stage, done, total)` is called after every batch.
        """
        embedded, encoded = 0, 0
        with self._database.transaction(SCOPE) as connection:
            counts = {
                "candidates": count_dirty_candidates(connection, self.recipe),
                "vacancies": count_dirty_vacancies(connection, self.recipe),
            }
        for side in (CANDIDATES, VACANCIES):
            rows, texts = self._embed_all(side, counts[side.name], on_progress)
            embedded += rows
            encoded += texts
        current = self._current()
        if full or current is None or self._much_changed(current):
            on_progress("publishing", 0, 1)
            generation = self._publish(None if full else current)
            on_progress("publishing", 1, 1)
            return BuildResult(embedded, encoded, generation, published=True)
        return BuildResult(embedded, encoded, current, published=False)

    def _embed_all(
        self, side: EmbeddingTable, total: int, on_progress: Progress
    ) -> tuple[int, int]:
        embedded, encoded, after = 0, 0, 0
        on_progress(side.name, 0, total)
        while True:
            with self._database.transaction(SCOPE) as connection:
                claimed = self._claim(connection, side, after)
                if not claimed:
                    return embedded, encoded
                encoded += self._embed(connection, side, claimed)
            embedded += len(claimed)
            after = claimed[-1][0]
            on_progress(side.name, embedded, total)

    def _claim(
        self, connection: Connection[Any], side: EmbeddingTable, after: int
    ) -> list[tuple[int, int, Texts]]:
        if side is CANDIDATES:
            candidates = list_dirty_candidates(connection, self.recipe, after=after, limit=BATCH)
            return [
                (row.id, row.profile_hash, row.record.embeddable().texts()) for row in candidates
            ]
        vacancies = list_dirty_vacancies(connection, self.recipe, after=after, limit=BATCH)
        return [(row.id, row.profile_hash, row.record.embeddable().texts()) for row in vacancies]

    def _embed(
        self,
        connection: Connection[Any],
        side: EmbeddingTable,
        claimed: Sequence[tuple[int, int, Texts]],
    ) -> int:
        by_hash = {content_hash(text): text for _, _, texts in claimed for text in texts.all()}
        missing = sorted(list_missing_hashes(connection, model_id(self._settings), list(by_hash)))
        if missing:
            vectors = self.encoder.encode([by_hash[content] for content in missing])
            insert_vectors(connection, self.encoder.model_id, zip(missing, vectors, strict=True))
        entries = [
            VectorEntry(row_id, key, [content_hash(text) for text in texts.all()])
            for row_id, key, texts in claimed
        ]
        upsert_entries(connection, side, self.recipe, entries)
        return len(missing)

    def _current(self) -> Generation | None:
        try:
            return open_current(self.folder, self.recipe)
        except VectorIndexError:
            return None

    def _much_changed(self, current: Generation) -> bool:
        with self._database.transaction(SCOPE) as connection:
            for side, collection in (
                (CANDIDATES, current.candidates),
                (VACANCIES, current.vacancies),
            ):
                ids, keys = get_keys(connection, side, self.recipe)
                same = np.intersect1d(
                    _pairs(ids, keys), _pairs(collection.ids, collection.keys), assume_unique=True
                )
                changed = max(len(ids), len(collection)) - len(same)
                if changed > max(DELTA_LIMIT, DELTA_SHARE * len(collection)):
                    return True
        return False

    def _publish(self, current: Generation | None) -> Generation:
        with self._database.transaction(SCOPE) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISH_LOCK])
            entries: Entries = {
                side.name: list(iterate_entries(connection, side, self.recipe))
                for side in (CANDIDATES, VACANCIES)
            }
            rows: dict[bytes, int] = {}
            for several in entries.values():
                for entry in several:
                    for content in entry.hashes:
                        rows.setdefault(content, len(rows))
            dimensions = _dimensions(connection, model_id(self._settings))
            vectors = get_vectors(connection, model_id(self._settings), rows, dimensions)
            collections = {
                name: Collection.build(several, rows, vectors) for name, several in entries.items()
            }
            return publish(
                self.folder,
                self.recipe,
                now(),
                collections["candidates"],
                collections["vacancies"],
                self._lexicon(connection, current, entries),
            )

    def _lexicon(
        self, connection: Connection[Any], current: Generation | None, entries: Entries
    ) -> Lexicon:
        """Return the lexicon in force, or a new one once profiles doubled or halved.

        Rare runs of letters stay rare: to fit anew each time would change nothing but the last
        digits of every score.
        """
        profiles = sum(map(len, entries.values()))
        if current is not None and profiles / 2 < current.lexicon.profiles < profiles * 2:
            return current.lexicon
        return Lexicon.fit(_texts(connection, entries), profiles)


def _texts(connection: Connection[Any], entries: Entries) -> Iterator[str]:
    """Return the texts of some profiles and vacancies, spread evenly over all of them."""
    for side, load in ((CANDIDATES, list_candidates), (VACANCIES, list_vacancies)):
        ids = [entry.id for entry in entries[side.name]]
        some = ids[:: -(-len(ids) // LEXICON_SAMPLE) or 1]
        for start in range(0, len(some), BATCH):
            for stored in load(connection, some[start : start + BATCH]):
                yield from stored.record.embeddable().texts().all()


def _pairs(ids: Any, keys: Any) -> Any:  # noqa: ANN401 -- structured arrays have no useful type
    pairs = np.empty(len(ids), dtype=[("id", np.int64), ("key", np.int64)])
    pairs["id"], pairs["key"] = ids, keys
    return pairs


def _dimensions(connection: Connection[Any], model: str) -> int:
    row = connection.execute(
        "SELECT octet_length(vector) / 2 FROM embedding WHERE model = %s LIMIT 1", [model]
    ).fetchone()
    return int(row[0]) if row else 1
