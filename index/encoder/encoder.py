"""Text to unit vectors, with a model whose file hash is checked and whose answer never wavers.

A batched encoder's last digits change with what else is in the batch, because the matrix kernels
change with its shape. Here a text's own length decides the shape of its batch: padded to a multiple
of a few word pieces, and as many texts as make a set number of pieces, blank ones if need be. So
its vector is the same bits alone, in any batch and in any order, on one thread and on several.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_info

from foundation.errors import MissingPackageError, ModelError
from foundation.settings import Settings
from index.encoder.back_ends import BACK_ENDS, BackEnd, configured_back_end
from index.encoder.exports import PROBE, ensure_export, export_folder
from index.encoder.model import (
    DEFAULT_MODEL_ID,
    DEFAULT_MODEL_SHA256,
    Model,
    configured_model,
    model_path,
    open_model,
    weights_id,
)
from index.encoder.networks import Encoded, EncoderNetwork, Pieces, TorchNetwork, open_network
from index.encoder.spelling import SPELLING_ID, as_meant
from index.encoder.word_pieces import WordPieces

__all__ = [
    "DEFAULT_MODEL_ID",
    "DEFAULT_MODEL_SHA256",
    "Encoder",
    "SentenceEncoder",
    "Vectors",
    "describe_encoder",
    "load_encoder",
    "model_id",
    "model_path",
]

Vectors = npt.NDArray[np.float16]

log = logging.getLogger(__name__)


class Encoder(Protocol):
    """Anything that turns texts into unit vectors."""

    @property
    def model_id(self) -> str:
        """Stored with every vector; two models never mix."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Unit vectors of shape (len(texts), dimensions), float16, in the order of the texts."""


def model_id(settings: Settings) -> str:
    """The id that vectors of the configured model carry, without loading it.

    Raises:
        ModelError: the settings of the model do not go together.
    """
    return _vectors_id(weights_id(settings), configured_back_end(settings))


def _vectors_id(weights: str, back_end: BackEnd) -> str:
    """All that decides what a text's vector is: weights, how texts are read, numbers."""
    return weights + SPELLING_ID + back_end.suffix


def load_encoder(settings: Settings, *, threads: int | None = None) -> "SentenceEncoder":
    """The configured encoder, its weights' hash checked; on as many threads as numpy takes.

    A back end that fails is replaced by PyTorch only if its vectors are of the same id.

    Raises:
        ModelError: the model is missing, its weights are not the ones expected, or its back end
            cannot serve and no other makes vectors of that id.
        MissingPackageError: this install leaves out what the back end or its export needs.
    """
    model, back_end = configured_model(settings), configured_back_end(settings)
    if back_end.name == "torch":
        return open_in_torch(model)
    try:
        return open_exported(model, back_end, _cache(settings), threads or usual_threads())
    except (ModelError, MissingPackageError):
        raise
    except Exception as error:  # whatever libraries raise that are not ours
        if back_end.suffix:
            raise ModelError(
                f"{back_end.title} cannot serve ({error}); set NEWFUTURES_ENCODER=torch to do "
                "without (every vector is then made anew)"
            ) from error
        log.warning(
            "%s cannot serve (%s); PyTorch makes the same vectors instead, more slowly",
            back_end.title,
            error,
        )
        return open_in_torch(model)


class SentenceEncoder:
    """A model's network and its word pieces, in batches whose shapes depend on one text only."""

    def __init__(
        self,
        network: EncoderNetwork,
        pieces: WordPieces,
        back_end: BackEnd,
        *,
        model_id: str,
        dimensions: int,
    ) -> None:
        """Take an open network; `model_id` is what its vectors carry."""
        self.model_id = model_id
        self.dimensions = dimensions
        self.back_end = back_end
        self._network = network
        self._pieces = pieces

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Unit vectors (n, dimensions). Text beyond the model's length becomes windows, averaged.

        `on_progress` is called with the number of windows just encoded.
        """
        return self.unit_vectors(texts, on_progress).astype(np.float16)

    def unit_vectors(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> npt.NDArray[np.float64]:
        """The same before it is rounded, for measurements."""
        windows = [self._pieces.windows(as_meant(text)) for text in texts]
        flat = [(i, pieces) for i, several in enumerate(windows) for pieces in several]
        encoded = self._encode_windows([pieces for _, pieces in flat], on_progress)
        sums = np.zeros((len(texts), self.dimensions), dtype=np.float64)
        for row, (i, _) in enumerate(flat):  # in order, so that the sum never depends on batches
            sums[i] += encoded[row]
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        unit: npt.NDArray[np.float64] = sums / np.maximum(norms, np.finfo(np.float64).tiny)
        return unit

    def _encode_windows(
        self, windows: list[list[int]], on_progress: Callable[[int], None] | None
    ) -> Encoded:
        vectors = np.empty((len(windows), self.dimensions), dtype=np.float32)
        batches = list(_batches(windows, self.back_end))
        for batch, encoded in zip(batches, self._compute(windows, batches), strict=True):
            vectors[list(batch.rows)] = encoded[: len(batch.rows)]
            if on_progress:
                on_progress(len(batch.rows))
        return vectors

    def _compute(self, windows: list[list[int]], batches: Sequence["_Batch"]) -> Iterator[Encoded]:
        """The vectors of each batch, in order, side by side where the network can."""

        def compute(batch: _Batch) -> Encoded:
            return self._network(*_filled(batch, windows, self._pieces.marks.blank))

        at_once = min(self._network.at_once, len(batches))
        if at_once <= 1:
            yield from map(compute, batches)
            return
        with ThreadPoolExecutor(at_once, thread_name_prefix="encoder") as workers:
            yield from workers.map(compute, batches)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Which windows go together, and the shape (size, length) that they fill."""

    rows: tuple[int, ...]
    size: int
    length: int


def _batches(windows: Sequence[list[int]], back_end: BackEnd) -> Iterator[_Batch]:
    """Windows of like length together. A window's own length decides the shape of its batch."""
    by_length: dict[int, list[int]] = defaultdict(list)
    for row, pieces in enumerate(windows):
        by_length[-(-len(pieces) // back_end.step) * back_end.step].append(row)
    for length in sorted(by_length):
        rows = by_length[length]
        size = max(1, back_end.batch_pieces // length)
        for start in range(0, len(rows), size):
            yield _Batch(tuple(rows[start : start + size]), size, length)


def _filled(batch: _Batch, windows: Sequence[list[int]], blank: int) -> tuple[Pieces, Pieces]:
    """Word pieces and mask of a batch, both (size, length), blank where there is no text."""
    pieces = np.full((batch.size, batch.length), blank, dtype=np.int64)
    mask = np.zeros((batch.size, batch.length), dtype=np.int64)
    mask[:, 0] = 1  # an empty row must attend to something, or it divides by zero
    for row, window in enumerate(batch.rows):
        pieces[row, : len(windows[window])] = windows[window]
        mask[row, : len(windows[window])] = 1
    return pieces, mask


def open_in_torch(model: Model) -> "SentenceEncoder":
    """A model in PyTorch."""
    opened = open_model(model)
    return SentenceEncoder(
        TorchNetwork(opened),
        WordPieces.of(opened),
        BACK_ENDS["torch"],
        model_id=_vectors_id(model.id, BACK_ENDS["torch"]),
        dimensions=int(opened.get_embedding_dimension() or 0),
    )


def open_exported(model: Model, back_end: BackEnd, cache: Path, threads: int) -> "SentenceEncoder":
    """A model exported for another back end, now or earlier.

    Raises:
        ModelError: the weights are not the ones expected, or the processor lacks the numbers.
        Exception: whatever the back end raises; ValueError: its vectors are not the model's.
    """
    export = ensure_export(cache, model, back_end.form)
    network = open_network(back_end, export.network, threads)
    encoder = SentenceEncoder(
        network,
        export.word_pieces,
        back_end,
        model_id=_vectors_id(model.id, back_end),
        dimensions=len(export.probe),
    )
    likeness = float(encoder.unit_vectors([PROBE])[0] @ export.probe)
    if not likeness >= back_end.likeness:  # written so that it refuses what is not a number
        raise ValueError(f"its vector of a known sentence has cosine {likeness:.5f} to the model's")
    return encoder


def describe_encoder(settings: Settings) -> str:
    """What encodes, for people; nothing is loaded.

    Raises:
        ModelError: the model is missing, or the settings of the model do not go together.
    """
    model, back_end = configured_model(settings), configured_back_end(settings)
    adapter = f"adapter {model.adapter.id}" if model.adapter else "no adapter"
    said = f"{model_id(settings)}: {back_end.title}, {adapter}, in {model.folder}"
    if back_end.name == "torch":
        return said
    folder = export_folder(_cache(settings), model, back_end.form)
    return f"{said}; {'exported to' if folder.exists() else 'will be exported to'} {folder}"


def usual_threads() -> int:
    """As many as numpy's own library takes, which follows OMP_NUM_THREADS and the cores allowed."""
    return max((int(pool["num_threads"]) for pool in threadpool_info()), default=1)


def _cache(settings: Settings) -> Path:
    return settings.data_dir / "encoder"
