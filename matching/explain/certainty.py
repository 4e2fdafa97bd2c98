"""How certain an order by score is: which scores are too near to tell apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.explain.document import Score
from matching.score.weights import MILLION, load_weights


@dataclass(frozen=True, slots=True)
class Certainty:
    """Which ranks of one list are level with others, because their scores differ by noise.

    Args:
        points: the width of the tie band, in points of 100; scores that differ by less are level.
        level: for each place, how many others of the list are level with it; None without a score.
    """

    points: float
    level: tuple[int | None, ...]

    @property
    def tied(self) -> int:
        """How many people of the list are level with somebody else."""
        return sum(bool(others) for others in self.level)


def certainty_of(scores: Sequence[Score | None], weights: str) -> Certainty:
    """Return the certainty of a list whose scores a version of the weights made."""
    band = load_weights(weights).tie_band
    totals = [None if score is None else round(score.total * MILLION) for score in scores]
    scored = [total for total in totals if total is not None]
    width = round(band * MILLION)
    return Certainty(
        band * 100,
        tuple(
            None if total is None else sum(abs(total - other) < width for other in scored) - 1
            for total in totals
        ),
    )
