"""Rankers by the names under which the command line and the benchmark know them."""

from collections.abc import Callable
from functools import cached_property

from assurance.quality.baselines import BM25Ranker, CharacterRanker, HybridRanker
from assurance.quality.own_ranker import OwnRanker
from assurance.quality.published import PublishedEncoder
from assurance.quality.rankers import PlainRanker, Ranker, RememberingEncoder
from foundation.errors import ValidationError
from foundation.settings import Settings
from index.encoder.encoder import Encoder, load_encoder
from matching.score.weights import load_weights

BASELINES = ("bm25", "tfidf", "minilm", "hybrid")


class Rankers:
    """Makes rankers. A model is loaded when first needed, and shared with what it has encoded."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def product(self) -> Ranker:
        """What this program ranks with."""
        return OwnRanker(self._configured, load_weights())

    def baseline(self, name: str) -> Ranker:
        """A well-known ranker, one of `BASELINES`.

        Raises:
            ValidationError: there is none of that name.
            MissingPackageError: its packages are not installed.
        """
        make: dict[str, Callable[[], Ranker]] = {
            "bm25": BM25Ranker,
            "tfidf": CharacterRanker,
            "minilm": lambda: PlainRanker(self._plain, "minilm"),
            "hybrid": lambda: HybridRanker(self._plain),
        }
        if name not in make:
            raise ValidationError("ranker", name, f"use one of: {', '.join(BASELINES)}")
        return make[name]()

    @cached_property
    def _configured(self) -> Encoder:
        return RememberingEncoder(load_encoder(self._settings))

    @cached_property
    def _plain(self) -> Encoder:
        return RememberingEncoder(PublishedEncoder(self._settings))
