"""How sure an order by score is: which scores are so near that their difference is noise."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.explain.document import Score
from matching.score.weights import MILLION, load_weights


@dataclass(frozen=True, slots=True)
class Certainty:
    """Of one list.

    Args:
        points: the width of the tie band, in points of 100; scores that differ by less are level.
        level: for each place, how many others of the list are level with it; None without a score.
    """

    points: float
    level: tuple[int | None, ...]

    @property
    def tied(self) -> int:
        """How many of the list are level with another."""
        return sum(bool(others) for others in self.level)


def certainty_of(scores: Sequence[Score | None], weights: str) -> Certainty:
    """How sure a list is whose scores a version of the weights made."""
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
