"""What can be measured: anything that scores the documents of a judged set for its queries."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from assurance.quality.judged import JudgedSet
from assurance.quality.metrics import Floats, Scores
from index.encoder.encoder import Encoder, Vectors

Progress = Callable[[str, int, int], None]
Row = Callable[[str], npt.NDArray[np.floating]]

ENCODED_AT_ONCE = 64


class Ranker(Protocol):
    """A way to score documents for queries."""

    @property
    def name(self) -> str:
        """What figures are filed under."""

    def score(self, judged: JudgedSet, on_progress: Progress) -> Scores:
        """Query id -> document id -> score, higher is better, for every judged query.

        Only the judged documents are scored where the set says so.
        `on_progress(stage, done, total)` is called as the work goes on.
        """


class ScoresByQuery(Mapping[str, Mapping[str, float]]):
    """Scores that are put into a dict for one query at a time, when it is asked for.

    `row` gives the scores of one query for all of `judged.ranked_docs`, in that order. 338 queries
    by 13,896 documents at once would be half a gigabyte of dicts.
    """

    def __init__(self, judged: JudgedSet, row: Row) -> None:
        self._judged = judged
        self._row = row
        self._places = {doc: place for place, doc in enumerate(judged.ranked_docs)}

    def array(self, query: str) -> Floats:
        """The scores of a query's own documents, in the order of `judged.docs_for`."""
        row = np.asarray(self._row(query), dtype=np.float64)
        if not self._judged.judged_only:
            return row
        return row[[self._places[doc] for doc in self._judged.docs_for(query)]]

    def __getitem__(self, query: str) -> Mapping[str, float]:
        scores = self.array(query).tolist()
        return dict(zip(self._judged.docs_for(query), scores, strict=True))

    def __iter__(self) -> Iterator[str]:
        return iter(self._judged.judged_queries)

    def __len__(self) -> int:
        return len(self._judged.judged_queries)


class PlainRanker:
    """Cosine of whole texts under an encoder."""

    def __init__(self, encoder: Encoder, name: str = "minilm") -> None:
        self.name = name
        self._encoder = encoder

    def score(self, judged: JudgedSet, on_progress: Progress) -> ScoresByQuery:
        """Encode every text once; then a query's scores are one product with the documents."""
        queries, docs = judged.judged_queries, judged.ranked_docs
        texts = [judged.queries[query] for query in queries] + [judged.docs[doc] for doc in docs]
        vectors = encode_all(self._encoder, texts, on_progress).astype(np.float32)
        by_query = dict(zip(queries, vectors, strict=False))
        of_docs = vectors[len(queries) :]
        return ScoresByQuery(judged, lambda query: of_docs @ by_query[query])


def encode_all(encoder: Encoder, texts: Sequence[str], on_progress: Progress) -> Vectors:
    """Unit vectors (n, dimensions) of the texts, each different text encoded once.

    Texts of like length go together, because the encoder pads its batches to one length.
    """
    distinct = sorted(set(texts), key=lambda text: (len(text), text))
    parts = []
    for start in range(0, len(distinct), ENCODED_AT_ONCE):
        parts.append(encoder.encode(distinct[start : start + ENCODED_AT_ONCE]))
        on_progress("texts", min(start + ENCODED_AT_ONCE, len(distinct)), len(distinct))
    places = {text: place for place, text in enumerate(distinct)}
    vectors: Vectors = np.concatenate(parts)[[places[text] for text in texts]]
    return vectors


class RememberingEncoder:
    """An encoder that keeps what it encoded, for rankers that share one in the same run."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, Vectors] = {}

    @property
    def model_id(self) -> str:
        """That of the encoder within."""
        return self._encoder.model_id

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._encoder.dimensions

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Unit vectors (n, dimensions), float16; only texts that are new are encoded."""
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            self._vectors |= zip(new, self._encoder.encode(new, on_progress), strict=True)
        vectors: Vectors = np.stack([self._vectors[text] for text in texts])
        return vectors
