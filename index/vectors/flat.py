"""Exact nearest neighbours among allowed ids, and each id's lines.

Vectors are unit vectors in float16. Every float16 is a whole multiple of 2**-24, so a product of
two is a multiple of 2**-48, and the partial sums of a dot product of unit vectors stay below 2: in
float64 all of it is exact. A similarity computed in float64 from these vectors is therefore the
same number in whatever order it is summed: the scores do not depend on batch, threads or machine.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import faiss
import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int32]
Vectors = npt.NDArray[np.float16]
Similarities = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Over = Callable[..., Any]  # np.mean or np.max

SLACK = 64  # fetched beyond k, so that float32 rounding at the cut cannot change who is inside


@dataclass(frozen=True, slots=True)
class VectorEntry:
    """One id to be indexed: `key` tells its version, `hashes` its texts (whole first)."""

    id: int
    key: int
    hashes: Sequence[bytes]


@dataclass(frozen=True)
class Collection:
    """Ids with a whole-text vector and line vectors each. Arrays are never written to.

    ids: (n,) ascending; keys: (n,) version of each; whole: (n,) rows of `vectors`;
    offsets: (n + 1,) and lines: (total,) rows of `vectors`; vectors: (m, d) float16, shared.
    """

    ids: Ids
    keys: Ids
    whole: Rows
    offsets: Ids
    lines: Rows
    vectors: Vectors

    def __post_init__(self) -> None:
        """Build the FAISS index over the whole-text vectors."""
        flat = faiss.IndexFlatIP(self.vectors.shape[1])
        flat.add(self.vectors[self.whole].astype(np.float32))
        object.__setattr__(self, "_flat", flat)

    @classmethod
    def build(
        cls, entries: Iterable[VectorEntry], row_of: dict[bytes, int], vectors: Vectors
    ) -> Self:
        """A collection of entries in ascending id order; `row_of` finds a row by a text's hash."""
        ids: list[int] = []
        keys: list[int] = []
        whole: list[int] = []
        lines: list[int] = []
        ends = [0]
        for entry in entries:
            rows = [row_of[content] for content in entry.hashes]
            ids.append(entry.id)
            keys.append(entry.key)
            whole.append(rows[0])
            lines.extend(rows[1:])
            ends.append(len(lines))
        return cls(
            ids=np.array(ids, dtype=np.int64),
            keys=np.array(keys, dtype=np.int64),
            whole=np.array(whole, dtype=np.int32),
            offsets=np.array(ends, dtype=np.int64),
            lines=np.array(lines, dtype=np.int32),
            vectors=vectors,
        )

    def __len__(self) -> int:
        return len(self.ids)

    def positions(self, ids: Ids) -> Ids:
        """Position of each id, -1 where it is absent; shape (len(ids),)."""
        if not len(self.ids):
            return np.full(len(ids), -1, dtype=np.int64)
        found = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[found] == ids, found, -1)

    def whole_vector(self, position: int) -> Vectors:
        """The whole-text vector at a position, shape (d,)."""
        vector: Vectors = self.vectors[self.whole[position]]
        return vector

    def line_vectors(self, position: int) -> Vectors:
        """The line vectors at a position, shape (lines, d), in the order of its texts."""
        return self.vectors[self.lines[self.offsets[position] : self.offsets[position + 1]]]

    def nearest(self, query: Vectors, allowed: Ids, k: int) -> tuple[Ids, Similarities]:
        """The k positions most similar to `query` among `allowed` positions.

        Exact: similarities are float64 inner products of the stored vectors, best first, ties by
        ascending position. Shapes (m,) and (m,) with m = min(k, len(allowed)).
        """
        wanted = min(k + SLACK, len(allowed))
        if wanted == 0:
            return np.empty(0, dtype=np.int64), np.empty(0)
        selector = self._selector(allowed)
        _, found = self._flat.search(  # type: ignore[attr-defined]
            query.astype(np.float32)[None, :],
            wanted,
            params=faiss.SearchParameters(sel=selector),  # type: ignore[call-arg]
        )
        positions = np.sort(found[0])
        similarities = dot(self.vectors[self.whole[positions]], query)
        order = np.argsort(-similarities, kind="stable")[:k]
        return positions[order], similarities[order]

    def nearest_by_lines(
        self, queries: Vectors, allowed: Ids, k: int, over: Over
    ) -> tuple[Ids, Similarities]:
        """The k of `allowed` positions whose lines come nearest to several queries (q, d).

        To each query a position is as near as its nearest line; `over` makes one number of the q.
        Exact: everybody allowed is compared, and the similarities are float64 inner products, best
        first, ties by ascending position. Positions without lines are left out.
        """
        counts = self.offsets[allowed + 1] - self.offsets[allowed]
        held = allowed[counts > 0]
        if not len(held) or not len(queries):
            return np.empty(0, dtype=np.int64), np.empty(0)
        near = over(self._best_lines(queries.astype(np.float32), held), axis=1)
        wanted = min(k + SLACK, len(held))
        likely = np.sort(np.argpartition(-near, wanted - 1)[:wanted])
        exact = np.array(
            [
                float(over(dot(self.line_vectors(position), queries).max(axis=0)))
                for position in held[likely].tolist()
            ]
        )
        order = np.argsort(-exact, kind="stable")[:k]
        return held[likely[order]], exact[order]

    def _best_lines(self, queries: Singles, held: Ids) -> Singles:
        """The best similarity of each position's lines to each query, in float32; (held, q)."""
        rows, vectors = self._distinct_lines
        similarities = vectors @ queries.T
        counts = self.offsets[held + 1] - self.offsets[held]
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        within = np.arange(counts.sum()) - np.repeat(starts, counts)
        lines = self.lines[np.repeat(self.offsets[held], counts) + within]
        best: Singles = np.maximum.reduceat(similarities[np.searchsorted(rows, lines)], starts)
        return best

    @cached_property
    def _distinct_lines(self) -> tuple[Rows, Singles]:
        """The rows that are anybody's line, ascending, and their vectors in float32."""
        rows = np.unique(self.lines)
        return rows, self.vectors[rows].astype(np.float32)

    def _selector(self, allowed: Ids) -> "faiss.IDSelector":
        marks = np.zeros(len(self.ids), dtype=bool)
        marks[allowed] = True
        bitmap = np.packbits(marks, bitorder="little")
        return faiss.IDSelectorBitmap(bitmap)  # type: ignore[call-arg,arg-type]


def dot(rows: Vectors, query: Vectors) -> Similarities:
    """Exact inner products of each row with a query (d,), or with each of several (q, d).

    Returns float64 of shape (n,) or (n, q).
    """
    product: Similarities = rows.astype(np.float64) @ query.astype(np.float64).T
    return product
