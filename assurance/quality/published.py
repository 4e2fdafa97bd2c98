"""The default model as it was published: what everything here is measured beside."""

from collections.abc import Callable, Sequence

from foundation.settings import Settings
from index.encoder.adapter import NO_ADAPTER
from index.encoder.encoder import DEFAULT_MODEL_ID, Vectors
from index.encoder.model import configured_model, open_model


class PublishedEncoder:
    """The default model as sentence-transformers runs it, cutting off what is beyond its length."""

    def __init__(self, settings: Settings) -> None:
        """Load it, whatever model and adapter are configured.

        Raises:
            ModelError: it is missing, or is not the one expected.
        """
        plain = {
            "model_path": None,
            "model_id": None,
            "model_sha256": None,
            "model_adapter": NO_ADAPTER,
        }
        self._model = open_model(configured_model(settings.model_copy(update=plain)))
        self.model_id = f"{DEFAULT_MODEL_ID} as published"
        self.dimensions = int(self._model.get_embedding_dimension() or 0)

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Unit vectors (len(texts), dimensions), float16, in the order of the texts."""
        vectors = self._model.encode(list(texts), normalize_embeddings=True)
        if on_progress:
            on_progress(len(texts))
        unit: Vectors = vectors.astype("float16")
        return unit
