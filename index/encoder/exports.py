"""Networks exported from a model for other back ends, kept in the data folder.

    encoder/
      float32-4f1c09ab7d52e630-83d0c6a1/   network.onnx, tokenizer.json, and manifest.json with
                                           their SHA-256
      float32-4f1c09ab7d52e630-83d0c6a1.lock

The name holds a hash of all that is exported (weights, adapter, the model's own files and the form)
and one of the exporters' versions. Where the exporters are not installed, the newest export of the
model serves, whatever versions made it. A folder appears whole or not at all; one that was damaged
is made anew. Programs that want the same one at once wait for whichever was first.
"""

import hashlib
import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from filelock import FileLock

from foundation.packages import require_packages
from index.checksums import sha256_of
from index.encoder.adapter import CONFIG_FILE
from index.encoder.back_ends import Form
from index.encoder.model import Model, open_model
from index.encoder.networks import Encoded, TorchNetwork
from index.encoder.word_pieces import Marks, WordPieces

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from transformers import PreTrainedModel

EXPORT_VERSION = 2  # change it whenever the same model would make another export
OPSET = 18
EXPORTERS = ("torch", "transformers", "sentence-transformers", "peft", "onnx")
DESCRIBING = (".json", ".txt", ".model")  # a model's own files beside its weights
NETWORK, TOKENIZER, MANIFEST = "network.onnx", "tokenizer.json", "manifest.json"
WAIT_SECONDS = 600
# Every load encodes this and compares it with what PyTorch made of it.
PROBE = "Forklift driver, counterbalance licence, two years in a warehouse on nights."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Export:
    """An export in its folder, its files checked."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def network(self) -> Path:
        """The ONNX file."""
        return self.folder / NETWORK

    @cached_property
    def word_pieces(self) -> WordPieces:
        """The model's tokenizer."""
        return WordPieces.read(self.folder / TOKENIZER, Marks(**self.manifest["marks"]))

    @property
    def probe(self) -> Encoded:
        """The vector (dimensions,) that PyTorch made of the probe in float32."""
        return np.array(self.manifest["probe"], dtype=np.float32)


def export_folder(cache: Path, model: Model, form: Form) -> Path:
    """Return where the export of a model lies, or would lie.

    Raises:
        MissingPackageError: there is none, and this install cannot make it.
    """
    name = f"{form}-{_hash_of(_exported(model, form))[:16]}"
    try:
        exporters = {package: version(package) for package in EXPORTERS}
    except PackageNotFoundError:
        exports = list(cache.glob(f"{name}-????????/{MANIFEST}"))
        if not exports:
            _require_exporters()
        return max(exports, key=lambda path: path.stat().st_mtime).parent
    return cache / f"{name}-{_hash_of(exporters)[:8]}"


def _require_exporters() -> None:
    """Raise MissingPackageError where an exporter is not installed."""
    modules = (package.replace("-", "_") for package in EXPORTERS)
    require_packages("exporting the encoder, which is done once,", *modules)


def _hash_of(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _exported(model: Model, form: Form) -> Mapping[str, Any]:
    return {
        "weights": model.sha256,
        "adapter": model.adapter
        and [
            model.adapter.sha256,
            sha256_of(model.adapter.folder / CONFIG_FILE),
        ],
        "files": {
            path.relative_to(model.folder).as_posix(): sha256_of(path)
            for path in sorted(model.folder.rglob("*"))
            if path.suffix in DESCRIBING
        },
        "export": EXPORT_VERSION,
        "form": form,
    }


def ensure_export(cache: Path, model: Model, form: Form) -> Export:
    """The export of a model, made now if there is none or if it was damaged.

    Raises:
        ModelError: the model or its adapter is not the one expected.
        MissingPackageError: it must be made, and this install leaves out what makes it.
        OSError, RuntimeError, TypeError, ValueError: it cannot be made or written.
        filelock.Timeout: another program has been making it for ten minutes.
    """
    cache.mkdir(parents=True, exist_ok=True)
    folder = export_folder(cache, model, form)
    with FileLock(f"{folder}.lock", timeout=WAIT_SECONDS):
        if folder.exists():
            try:
                return _read(folder)
            except (OSError, KeyError, TypeError, ValueError) as error:
                log.warning("%s is damaged (%s) and is made anew", folder, error)
                _require_exporters()
                shutil.rmtree(folder)
        log.info("exporting %s to %s, once", model.id, folder)
        _publish(folder, model, form)
        return _read(folder)


def _read(folder: Path) -> Export:
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    for name in (NETWORK, TOKENIZER):
        if sha256_of(folder / name) != manifest["sha256"][name]:
            raise ValueError(f"{name} does not match its checksum")
    export = Export(folder, manifest)
    _ = export.word_pieces, export.probe  # a manifest that lacks something is damaged, too
    return export


def _publish(folder: Path, model: Model, form: Form) -> None:
    for left in folder.parent.glob(f"{folder.name}.*.unfinished"):  # by a program that died
        shutil.rmtree(left, ignore_errors=True)
    unfinished = Path(
        tempfile.mkdtemp(prefix=f"{folder.name}.", suffix=".unfinished", dir=folder.parent)
    )
    try:
        _write(unfinished, model, form)
        _sync(unfinished)
        unfinished.rename(folder)
        _sync(folder.parent, files=False)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _write(folder: Path, model: Model, form: Form) -> None:
    opened = open_model(model)
    pieces = WordPieces.of(opened)
    pieces.write(folder / TOKENIZER)
    [window] = pieces.windows(PROBE)
    probe = np.array([window], dtype=np.int64)
    known = TorchNetwork(opened)(probe, np.ones_like(probe))[0]
    _write_network(folder / NETWORK, opened, form)
    manifest = {
        "model": model.id,
        "sha256": {name: sha256_of(folder / name) for name in (NETWORK, TOKENIZER)},
        "marks": asdict(pieces.marks),
        "probe": known.tolist(),
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")


def _write_network(path: Path, model: "SentenceTransformer", form: Form) -> None:
    """Encoder, pooling and normalisation as one ONNX file, for any number of texts and pieces."""
    import onnx
    import torch

    from index.encoder.int8 import quantise

    class Whole(torch.nn.Module):
        """The model with two tensors for inputs, where it takes a dictionary."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            """Vectors (texts, dimensions)."""
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            vectors: torch.Tensor = self.model(features)["sentence_embedding"]
            return vectors

    # Plain attention: a fused one is traced with branches that hold for this batch only.
    cast("PreTrainedModel", model[0].auto_model).set_attn_implementation("eager")
    pieces = torch.arange(12).reshape(2, 6) + 1_000
    mask = torch.tensor([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0]])
    free = {0: "texts", 1: "pieces"}
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing and its deprecation; the probe is the judge
        torch.onnx.export(
            Whole().eval(),  # or the exporter leaves the model in training, with its dropout
            (pieces, mask),
            path,
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes={"input_ids": free, "attention_mask": free, "vectors": {0: "texts"}},
            opset_version=OPSET,
            dynamo=False,
        )
    if form == "int8":
        graph = onnx.load(path)
        quantise(graph)
        onnx.save(graph, path)


def _sync(folder: Path, *, files: bool = True) -> None:
    """Have it on the disk before anything points to it."""
    for path in (*(folder.iterdir() if files else ()), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
