"""Loaded networks: word pieces in, unit vectors out. Safe to call from several threads.

ONNX Runtime and OpenVINO compute each batch on one thread, and several batches side by side, so
that the number of threads can change no digit.
"""

from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from foundation.errors import ModelError
from foundation.packages import require_packages
from index.encoder.back_ends import BackEnd, computes_bfloat16, openvino_core

if TYPE_CHECKING:
    import openvino
    from sentence_transformers import SentenceTransformer

Pieces = npt.NDArray[np.int64]
Encoded = npt.NDArray[np.float32]
OPENVINO_NUMBERS = {"float32": "f32", "bfloat16": "bf16"}


class EncoderNetwork(Protocol):
    """Computes batches; `at_once` says how many it is worth giving at a time."""

    @property
    def at_once(self) -> int:
        """How many batches are computed side by side."""

    def __call__(self, pieces: Pieces, mask: Pieces) -> Encoded:
        """Vectors (texts, dimensions) of `pieces` (texts, length); `mask` has 1 at real pieces."""


def open_network(back_end: BackEnd, path: Path, threads: int) -> EncoderNetwork:
    """An exported network.

    Raises:
        ModelError: the processor cannot compute in those numbers.
        Exception: whatever the back end raises about a file or a setting.
    """
    if back_end.package == "openvino":
        return OpenvinoNetwork(path, back_end, threads)
    return OnnxNetwork(path, threads)


class TorchNetwork:
    """PyTorch, which shares one batch between its own threads."""

    at_once = 1

    def __init__(self, model: "SentenceTransformer") -> None:
        self._model = model

    def __call__(self, pieces: Pieces, mask: Pieces) -> Encoded:
        """Vectors of one batch."""
        import torch

        with torch.inference_mode():
            features = {
                "input_ids": torch.from_numpy(pieces),
                "attention_mask": torch.from_numpy(mask),
            }
            encoded: Encoded = self._model(features)["sentence_embedding"].numpy()
        return encoded


class OnnxNetwork:
    """ONNX Runtime."""

    def __init__(self, path: Path, threads: int) -> None:
        require_packages("the encoder in ONNX Runtime", "onnxruntime")
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self.at_once = threads

    def __call__(self, pieces: Pieces, mask: Pieces) -> Encoded:
        """Vectors of one batch, computed on the calling thread."""
        given = {"input_ids": pieces, "attention_mask": mask}
        encoded: Encoded = self._session.run(["vectors"], given)[0]
        return encoded


class OpenvinoNetwork:
    """OpenVINO, told in which numbers to compute: left alone it takes bfloat16 where it can."""

    def __init__(self, path: Path, back_end: BackEnd, threads: int) -> None:
        if back_end.numbers == "bfloat16" and not computes_bfloat16():
            raise ModelError(
                "this machine's processor does not compute in bfloat16; set "
                "NEWFUTURES_ENCODER=openvino (every vector is then made anew)"
            )
        wanted = OPENVINO_NUMBERS[back_end.numbers]
        compiled = openvino_core().compile_model(
            str(path),
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": wanted,
                "NUM_STREAMS": threads,
                "INFERENCE_NUM_THREADS": threads,
                # Several programs that each pin to the first cores would wait for one another.
                "ENABLE_CPU_PINNING": False,
            },
        )
        self._output = compiled.output(0)
        self._free: SimpleQueue[openvino.InferRequest] = SimpleQueue()
        self.at_once = int(compiled.get_property("NUM_STREAMS"))
        for _ in range(self.at_once):
            self._free.put(compiled.create_infer_request())

    def __call__(self, pieces: Pieces, mask: Pieces) -> Encoded:
        """Vectors of one batch, by whichever request is free."""
        request = self._free.get()
        try:
            found = request.infer({"input_ids": pieces, "attention_mask": mask})
            encoded: Encoded = found[self._output].copy()
        finally:
            self._free.put(request)
        return encoded
