"""The score: a weighted sum, so that its parts explain it exactly.

Every contribution is a whole number of millionths, so that they sum to the total exactly and two
machines cannot differ in the last digit.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import numpy as np

from foundation.errors import NotFoundError
from matching.score.similarity import SimilarityWeights

ScoreWord = Literal["strong", "possible", "weak"]

MILLION = 1_000_000
CURRENT_WEIGHTS = "weights-3"

Curve = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """A version of the weights, which sum to at most 1.

    `curves` map a similarity onto [0, 1]: points (x, y) with x ascending and y never falling, a
    straight line between them, level beyond the ends. A requirement is met from `met_at`. Scores
    that differ by less than `tie_band` are level: so much is noise (`benchmarks.tie_band`).
    """

    version: str
    weights: Mapping[str, float]
    curves: Mapping[str, Curve]
    similarity: SimilarityWeights
    met_at: float
    tie_band: float
    words: Mapping[str, float]

    def curve(self, name: str, similarity: float) -> float:
        """Return where a similarity stands on a curve, in [0, 1]."""
        points = self.curves[name]
        return float(np.interp(similarity, [x for x, _ in points], [y for _, y in points]))

    def word(self, millionths: int) -> ScoreWord:
        """Return the word for a score: strong, possible or weak."""
        if millionths >= self.words["strong"] * MILLION:
            return "strong"
        return "possible" if millionths >= self.words["possible"] * MILLION else "weak"


@cache
def load_weights(version: str = CURRENT_WEIGHTS) -> Weights:
    """Return a version of the weights.

    Raises:
        NotFoundError: this program does not carry that version.
    """
    source = resources.files("matching.weights").joinpath(f"{version}.json")
    if not source.is_file():
        raise NotFoundError(f"this program carries no weights called {version!r}")
    fields = json.loads(source.read_text("utf-8"))
    return Weights(
        fields["version"],
        fields["weights"],
        {name: tuple((x, y) for x, y in points) for name, points in fields["curves"].items()},
        SimilarityWeights(**fields["similarity"]),
        fields["met_at"],
        fields["tie_band"],
        fields["words"],
    )


def millionths(value: float) -> int:
    """Return a number in [0, 1] as whole millionths."""
    return round(value * MILLION)


def contributions(features: Mapping[str, float], weights: Weights) -> dict[str, int]:
    """Return each feature's value times its weight, in millionths; they sum to the score.

    Args:
        features: a value in [0, 1] for every weight, and no others.
    """
    if features.keys() != weights.weights.keys():
        raise ValueError(f"features {sorted(features)} are not those of {weights.version}")
    return {name: millionths(features[name] * weights.weights[name]) for name in weights.weights}


def total(features: Mapping[str, float], weights: Weights) -> int:
    """Return the score, in millionths."""
    return sum(contributions(features, weights).values())
