"""What can compute a model: PyTorch, ONNX Runtime or OpenVINO, and in which numbers.

Vectors of float32 agree to float16 rounding, whatever computes them, and share an id. Those of
bfloat16 and of 8-bit integers differ by more, so they carry another. Figures and the reasons are in
docs/decisions/0014-encoder-back-ends.md.
"""

import importlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

from foundation.settings import EncoderName, Settings

if TYPE_CHECKING:
    import openvino

Package = Literal["torch", "onnxruntime", "openvino"]
Form = Literal["float32", "int8"]
Numbers = Literal["float32", "bfloat16", "int8"]


@dataclass(frozen=True, slots=True)
class BackEnd:
    """One way to compute a model.

    Attributes:
        step: texts are padded to a multiple of so many word pieces.
        batch_pieces: word pieces in a batch, padding and blank rows included.
        likeness: the least cosine allowed between its vector of a sentence and that of PyTorch.
    """

    name: EncoderName
    title: str
    package: Package
    numbers: Numbers
    step: int
    batch_pieces: int
    likeness: float

    @property
    def suffix(self) -> str:
        """What it adds to the id of its vectors."""
        return "" if self.numbers == "float32" else f"+{self.name}"

    @property
    def form(self) -> Form:
        """The numbers of the export that it computes with."""
        return "int8" if self.numbers == "int8" else "float32"


BACK_ENDS: Mapping[EncoderName, BackEnd] = {
    back_end.name: back_end
    for back_end in (
        BackEnd("torch", "PyTorch", "torch", "float32", 16, 512, 1 - 1e-6),
        BackEnd("onnx", "ONNX Runtime", "onnxruntime", "float32", 8, 256, 1 - 1e-6),
        BackEnd("openvino", "OpenVINO", "openvino", "float32", 8, 256, 1 - 1e-6),
        BackEnd("bf16", "OpenVINO in bfloat16", "openvino", "bfloat16", 8, 256, 0.9998),
        BackEnd("int8", "ONNX Runtime in 8-bit integers", "onnxruntime", "int8", 1, 128, 0.99),
    )
}


def configured_back_end(settings: Settings) -> BackEnd:
    """The one that is set; for the default model the fastest that loses nothing, else PyTorch.

    Another model may be anything, so it is exported only if somebody asks.
    """
    if settings.encoder is not None:
        return BACK_ENDS[settings.encoder]
    return BACK_ENDS[_fastest() if settings.model_path is None else "torch"]


@cache
def _fastest() -> EncoderName:
    """Of those that lose nothing measurable, the fastest on this machine."""
    if find_spec("openvino") is None:
        return "torch"
    return "bf16" if computes_bfloat16() else "openvino"


def computes_bfloat16() -> bool:
    """Whether this machine's processor multiplies in bfloat16 by itself."""
    return "BF16" in openvino_core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


@cache
def openvino_core() -> "openvino.Core":
    """The one core of this process, kept until it ends.

    Each core gives the thread that makes it another stack for signals. Several that go in another
    order than the reverse leave it one that is no longer there, and its next signal kills the
    process.
    """
    return _import_openvino().Core()


def _import_openvino() -> "openvino":
    """OpenVINO without its tools for conversion, which report each import to its makers."""
    sys.modules.setdefault("openvino.tools.ovc", None)  # type: ignore[arg-type]
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    return importlib.import_module("openvino")
