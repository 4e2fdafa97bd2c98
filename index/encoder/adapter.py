"""Low-rank adapters of the default model, merged into its weights when they are loaded.

An adapter (LoRA, arXiv:2106.09685) adds (alpha / r) B A to a matrix of weights; A and
B are thin. Those shipped are in `index/adapters`, each with a card that says what it learnt from.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from foundation.errors import ModelError
from foundation.packages import require_packages
from foundation.settings import Settings
from index.checksums import check_file

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from transformers import PreTrainedModel

FOLDER = Path(__file__).parents[1] / "adapters"
WEIGHTS_FILE = "adapter_model.safetensors"
CONFIG_FILE = "adapter_config.json"
NO_ADAPTER = "none"

# Of each adapter shipped, the SHA-256 of its weights.
ADAPTERS: Mapping[str, str] = {
    "work-2": "d2c749d39b8b6386e246a5ae4842fd0b9c82cd87c1955724281086ded7c43a98",
}
LEARNT_FROM: Mapping[str, tuple[str, ...]] = {
    "work-2": (
        "O*NET 27.0",
        "ESCO",
        "SOC 2020",
        "public adverts of NHS Jobs from 2020",
        "a list of British words of work",
    ),
}
DEFAULT_ADAPTER = "work-2"  # the shipped one that serves unless another is set


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter in a folder; vectors made with it carry its id."""

    id: str
    folder: Path
    sha256: str


def configured_adapter(settings: Settings) -> Adapter | None:
    """The adapter in force, or None for the plain model. Nothing is read.

    Raises:
        ModelError: the one that is set is not shipped, or is set beside another model.
    """
    if settings.model_path is not None:
        if settings.model_adapter not in (None, NO_ADAPTER):
            raise ModelError(
                "NEWFUTURES_MODEL_ADAPTER belongs to the default model: leave it out, or leave out "
                "NEWFUTURES_MODEL_PATH"
            )
        return None
    name = settings.model_adapter or DEFAULT_ADAPTER
    if name == NO_ADAPTER:
        return None
    if name not in ADAPTERS:
        raise ModelError(
            f"there is no adapter {name!r}; NEWFUTURES_MODEL_ADAPTER may be "
            f"{', '.join([*ADAPTERS, NO_ADAPTER])}"
        )
    return Adapter(name, FOLDER / name, ADAPTERS[name])


def merge(model: "SentenceTransformer", adapter: Adapter) -> None:
    """Add the adapter to the model's weights, in place, in float32.

    Raises:
        ModelError: it is missing or damaged, or does not fit the model.
    """
    check_file(adapter.folder / WEIGHTS_FILE, adapter.sha256, "NEWFUTURES_MODEL_ADAPTER=none")
    require_packages("merging an adapter", "peft")
    from peft import PeftModel

    transformer = model[0]
    plain = cast("PreTrainedModel", transformer.auto_model)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # between peft and transformers, of their own names
            warnings.simplefilter("error", UserWarning)  # weights that found no place
            adapted = PeftModel.from_pretrained(plain, str(adapter.folder))
            merged = adapted.merge_and_unload(safe_merge=True)
    except (OSError, RuntimeError, TypeError, ValueError, Warning) as error:
        raise ModelError(
            f"the adapter in {adapter.folder} does not fit the model: {error}"
        ) from error
    transformer.model = merged.eval()
