"""Numbers for bars: points that add up, and where each bar starts. Templates draw them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log

from assurance.audits.report import RateRow
from matching.explain.document import Contribution, Score

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Part:
    """One row of a score's table: whole points of 100, and where its bar starts in the sum."""

    label: str
    sentence: str
    points: int
    most: int
    start: int


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A score in whole points of 100; the parts' points sum to the total."""

    total: int
    parts: tuple[Part, ...]


def break_down(score: Score) -> Breakdown:
    """Return the score as parts, the heaviest first.

    Points are rounded by largest remainder, so that what is shown adds up to what is shown.
    """
    contributions = sorted(score.contributions, key=lambda part: -part.weight)
    points = whole_points([part.contribution for part in contributions])
    starts = [sum(points[:index]) for index in range(len(points))]
    parts = tuple(
        _part(contribution, *numbers)
        for contribution, *numbers in zip(contributions, points, starts, strict=True)
    )
    return Breakdown(sum(points), parts)


def whole_points(values: list[float]) -> list[int]:
    """Return numbers in [0, 1] as whole hundredths that add up to their rounded sum."""
    exact = [value * HUNDRED for value in values]
    points = [int(value) for value in exact]
    missing = int(sum(exact) + 0.5) - sum(points)
    by_remainder = sorted(range(len(exact)), key=lambda i: (points[i] - exact[i], i))
    for index in by_remainder[:missing]:
        points[index] += 1
    return points


def _part(contribution: Contribution, points: int, start: int) -> Part:
    most = round(contribution.weight * HUNDRED)
    return Part(contribution.label, contribution.sentence, points, max(most, points), start)


@dataclass(frozen=True, slots=True)
class RatioMark:
    """Where a ratio and its interval are on a logarithmic scale from 1/4 to 4, in [0, 100].

    `cut_low` and `cut_high` say that the interval goes on beyond the scale.
    """

    at: float
    low: float
    high: float
    cut_low: bool
    cut_high: bool


SCALE = 4.0


def ratio_mark(row: RateRow) -> RatioMark | None:
    """Return a group's impact ratio as a point with an interval, or None."""
    if row.ratio is None:
        return None
    low, high = row.low or 0.0, row.high if row.high is not None else inf
    return RatioMark(
        on_scale(row.ratio), on_scale(low), on_scale(high), low < 1 / SCALE, high > SCALE
    )


def on_scale(ratio: float) -> float:
    """Return where a ratio is on the scale, kept within its ends."""
    held = min(SCALE, max(1 / SCALE, ratio))
    return round(50 + 50 * log(held) / log(SCALE), 2)


def share_of_first(counts: Sequence[int | None]) -> list[float | None]:
    """Return each count as a percentage of the first; None where either is hidden or 0."""
    first = counts[0] if counts else None
    return [
        round(count / first * 100, 2) if count is not None and first else None for count in counts
    ]
