"""Numbers for bars: points that add up, and where each bar starts. No drawing here."""

from dataclasses import dataclass

from matching.document import Contribution, Score

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
    """The score as parts, the heaviest first.

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
    """Numbers in [0, 1] as whole hundredths that sum to their rounded sum."""
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
