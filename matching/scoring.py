"""The score: a weighted sum, so that the explanation is the score.

Every contribution is a whole number of millionths, so that they sum to the total exactly and two
machines cannot differ in the last digit.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from foundation.errors import NotFoundError
from matching.document import ScoreWord

MILLION = 1_000_000
TIE_BAND = 0.02  # of a score: provisional, until it is measured; smaller differences say nothing
CURRENT_WEIGHTS = "weights-1"


@dataclass(frozen=True, slots=True)
class Weights:
    """A version of the weights. They sum to 1; a ramp maps similarity [low, high] onto [0, 1]."""

    version: str
    weights: Mapping[str, float]
    similarity_ramps: Mapping[str, tuple[float, float]]
    met_at: float
    words: Mapping[str, float]

    def ramp(self, name: str, similarity: float) -> float:
        """Where a similarity stands between the ends of a ramp, in [0, 1]."""
        low, high = self.similarity_ramps[name]
        return min(1.0, max(0.0, (similarity - low) / (high - low)))

    def word(self, millionths: int) -> ScoreWord:
        """A score in words."""
        if millionths >= self.words["strong"] * MILLION:
            return "strong"
        return "possible" if millionths >= self.words["possible"] * MILLION else "weak"


@cache
def load_weights(version: str = CURRENT_WEIGHTS) -> Weights:
    """The weights of a version.

    Raises:
        NotFoundError: this program does not carry that version.
    """
    source = resources.files("matching.weights").joinpath(f"{version}.json")
    if not source.is_file():
        raise NotFoundError(f"this program carries no weights called {version!r}")
    fields = json.loads(source.read_text("utf-8"))
    ramps = {name: (low, high) for name, (low, high) in fields["similarity_ramps"].items()}
    return Weights(fields["version"], fields["weights"], ramps, fields["met_at"], fields["words"])


def millionths(value: float) -> int:
    """A number in [0, 1] as a whole number of millionths."""
    return round(value * MILLION)


def contributions(features: Mapping[str, float], weights: Weights) -> dict[str, int]:
    """Each feature's value times its weight, in millionths; the score is their sum.

    Args:
        features: a value in [0, 1] for every weight, and no others.
    """
    if features.keys() != weights.weights.keys():
        raise ValueError(f"features {sorted(features)} are not those of {weights.version}")
    return {name: millionths(features[name] * weights.weights[name]) for name in weights.weights}


def total(features: Mapping[str, float], weights: Weights) -> int:
    """The score, in millionths."""
    return sum(contributions(features, weights).values())
