"""The index that one ranking sees: the generation in force and a delta of later changes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from psycopg import Connection

from candidates.model import StoredCandidate
from foundation.errors import VectorIndexError
from index.vectors.flat import Collection, Ids, Over, Similarities, Vectors
from index.vectors.generations import Generation, current_name, open_current
from index.vectors.lexicon import Lexicon
from matching.retrieval.store import CANDIDATES, EmbeddingTable, get_vectors, list_entries


@dataclass(frozen=True, slots=True)
class View:
    """Candidates or vacancies to search, each in the generation or in the delta."""

    main: Collection
    delta: Collection
    lexicon: Lexicon

    def nearest(self, query: Vectors, ids: Ids, k: int) -> tuple[Ids, Similarities]:
        """Return the k ids most similar to a whole-text vector; ties by ascending id."""
        return self._merged(ids, k, lambda collection, wanted: collection.nearest(query, wanted, k))

    def nearest_by_lines(
        self, queries: Vectors, ids: Ids, k: int, over: Over
    ) -> tuple[Ids, Similarities]:
        """Return the k ids whose lines are nearest to several vectors; ties by ascending id."""
        return self._merged(
            ids,
            k,
            lambda collection, wanted: collection.nearest_by_lines(queries, wanted, k, over),
        )

    def _merged(
        self, ids: Ids, k: int, search: Callable[[Collection, Ids], tuple[Ids, Similarities]]
    ) -> tuple[Ids, Similarities]:
        found_ids, found = [], []
        in_delta = self.delta.positions(ids) >= 0
        for collection, wanted in ((self.main, ids[~in_delta]), (self.delta, ids[in_delta])):
            positions = collection.positions(wanted)
            nearest, similarities = search(collection, positions[positions >= 0])
            found_ids.append(collection.ids[nearest])
            found.append(similarities)
        all_ids, similarities = np.concatenate(found_ids), np.concatenate(found)
        order = np.lexsort((all_ids, -similarities))[:k]
        return all_ids[order], similarities[order]

    def whole(self, row_id: int) -> Vectors:
        """Return the whole-text vector of an id."""
        collection, position = self._find(row_id)
        return collection.whole_vector(position)

    def lines(self, row_id: int) -> Vectors:
        """Return the line vectors of an id, in the order of its texts."""
        collection, position = self._find(row_id)
        return collection.line_vectors(position)

    def holds(self, row_id: int) -> bool:
        """Return whether an id is in the view."""
        wanted = np.array([row_id], dtype=np.int64)
        return any(each.positions(wanted)[0] >= 0 for each in (self.delta, self.main))

    def _find(self, row_id: int) -> tuple[Collection, int]:
        wanted = np.array([row_id], dtype=np.int64)
        for collection in (self.delta, self.main):
            position = int(collection.positions(wanted)[0])
            if position >= 0:
                return collection, position
        raise VectorIndexError(f"id {row_id} is not in the index; run `newfutures index build`")


class MatchIndex:
    """Holds the generation in force, and loads a new one when published. Thread-safe."""

    def __init__(self, folder: Path, recipe: str, model: str) -> None:
        self._folder = folder
        self.recipe = recipe
        self._model = model
        self._lock = threading.Lock()
        self._generation: Generation | None = None
        self._opened = ""

    def generation(self) -> Generation:
        """Return the generation in force.

        Raises:
            VectorIndexError: there is none that can be used; the message says what to run.
        """
        with self._lock:
            name = current_name(self._folder)
            if self._generation is None or name != self._opened:
                self._generation = open_current(self._folder, self.recipe)
                self._opened = name or ""
            return self._generation

    def holds_current(self, connection: Connection[Any], candidate: StoredCandidate) -> bool:
        """Return whether a candidate's present profile is embedded."""
        entries = list_entries(connection, CANDIDATES, self.recipe, [candidate.id])
        return any(entry.key == candidate.profile_hash for entry in entries)

    def view(
        self,
        connection: Connection[Any],
        side: EmbeddingTable,
        ids: Ids,
        keys: npt.NDArray[np.int64],
    ) -> View:
        """Return a view of these ids, each in the version that `keys` names.

        Ids whose version is not in the generation are read from the database.
        """
        generation = self.generation()
        main = generation.candidates if side is CANDIDATES else generation.vacancies
        positions = main.positions(ids)
        current = positions >= 0
        current[current] = main.keys[positions[current]] == keys[current]
        delta = self._delta(connection, side, ids[~current], main.vectors.shape[1])
        return View(main, delta, generation.lexicon)

    def _delta(
        self, connection: Connection[Any], side: EmbeddingTable, ids: Ids, dimensions: int
    ) -> Collection:
        entries = list_entries(connection, side, self.recipe, ids.tolist()) if len(ids) else []
        rows: dict[bytes, int] = {}
        for entry in entries:
            for content in entry.hashes:
                rows.setdefault(content, len(rows))
        if rows:
            vectors = get_vectors(connection, self._model, rows, dimensions)
        else:
            vectors = np.empty((0, dimensions), dtype=np.float16)
        return Collection.build(entries, rows, vectors)
