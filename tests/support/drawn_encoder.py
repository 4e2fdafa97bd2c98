"""An encoder whose vectors are drawn from the text itself, where likeness is not the question."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from index.vectors.flat import Vectors


class DrawnEncoder:
    """Unit vectors, the same for the same text; a `shift` above 0 makes them rather alike."""

    dimensions = 16

    def __init__(self, model: str, *, shift: float = 0.0) -> None:
        self.model_id = model
        self._shift = shift

    def encode(
        self,
        texts: Sequence[str],
        on_progress: Callable[[int], None] | None = None,  # noqa: ARG002 -- as encoders have it
    ) -> Vectors:
        """Draw them."""
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) for text in texts]
        drawn = np.array([np.random.default_rng(seed).normal(size=16) for seed in seeds])
        drawn += self._shift
        unit: Vectors = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype("f2")
        return unit
