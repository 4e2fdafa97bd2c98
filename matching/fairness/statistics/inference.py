"""Differences between groups: rates, ratios, intervals and exact tests.

Pure: counts in, numbers out. Four-fifths is a line to look at and not a verdict: between groups of
100 and 1,000 people who are selected at the same rate of 10 %, it is crossed 27 % of the time
(`four_fifths_by_chance`). So every ratio comes with an interval and a p value of trials that are
independent, and groups that are too small to say anything about are called that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp, inf, log, nan, sqrt

import numpy as np
import numpy.typing as npt
import scipy  # which imports each of its parts when it is first used

from matching.fairness.task import Floats, Ints

FEWEST_PEOPLE = 20
FEWEST_SHARE = Fraction(2, 100)
FOUR_FIFTHS = Fraction(4, 5)
CONFIDENCE = 0.95
DRAWS = 2000
SIMULATED_PEOPLE = 2000  # beyond that the normal distribution is close
DRAWS_AT_ONCE = 250  # bounds the memory of the bootstrap; part of what a seed means


@dataclass(frozen=True, slots=True)
class GroupSelection:
    """The size of a group, and how many of it were selected.

    Raises:
        ValueError: fewer than none, or more selected than there are.
    """

    people: int
    selected: int

    def __post_init__(self) -> None:
        """Check that the counts are possible."""
        if not 0 <= self.selected <= self.people:
            raise ValueError(f"{self.selected} of {self.people} people cannot be selected")

    @property
    def rate(self) -> float:
        """Share selected, in [0, 1]; nan for an empty group."""
        return self.selected / self.people if self.people else nan


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval from low to high; (0, inf) says nothing about a ratio."""

    low: float
    high: float


def is_insufficient(people: int, total: int) -> bool:
    """Return whether a group has under 20 people, or under 2 % of the total."""
    return people < FEWEST_PEOPLE or people < FEWEST_SHARE * total


def impact_ratio(group: GroupSelection, reference: GroupSelection) -> float:
    """Return the rate of the group over that of the reference.

    inf where only the group was selected; nan where neither was, or there is nobody on one side.
    """
    if not group.people or not reference.people or not (group.selected or reference.selected):
        return nan
    return group.rate / reference.rate if reference.selected else inf


def is_below_four_fifths(group: GroupSelection, reference: GroupSelection) -> bool:
    """Return whether the impact ratio is under 4/5, exactly; False without a ratio."""
    left = group.selected * reference.people * FOUR_FIFTHS.denominator
    right = reference.selected * group.people * FOUR_FIFTHS.numerator
    return left < right


def katz_interval(
    group: GroupSelection, reference: GroupSelection, confidence: float = CONFIDENCE
) -> Interval:
    """Return an interval of the impact ratio on the log scale.

    Katz, Baptista, Azen and Pike (1978), Biometrics 34: log ratio +- z sqrt(1/a - 1/m + 1/b - 1/n).
    Where one side selected nobody, or both everybody, that has no value, or width nought; a half is
    then added to each of the four cells (Haldane, 1956, Annals of Human Genetics 20).
    """
    if not group.people or not reference.people:
        return Interval(0.0, inf)
    a, m, b, n = group.selected, group.people, reference.selected, reference.people
    none, all_of_them = a == 0 or b == 0, a == m and b == n
    half = 0.5 if none or all_of_them else 0.0
    a_, m_, b_, n_ = a + half, m + 2 * half, b + half, n + 2 * half
    middle = log(a_ / m_) - log(b_ / n_)
    variance = 1 / a_ - 1 / m_ + 1 / b_ - 1 / n_
    reach = float(scipy.stats.norm.ppf((1 + confidence) / 2)) * sqrt(variance)
    return Interval(0.0 if a == 0 else exp(middle - reach), inf if b == 0 else exp(middle + reach))


def difference_interval(
    group: GroupSelection, reference: GroupSelection, confidence: float = CONFIDENCE
) -> Interval:
    """Return an interval of the group's rate minus the reference's, in [-1, 1].

    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10: Wilson's interval of each rate,
    put together. (-1, 1) says nothing.
    """
    if not group.people or not reference.people:
        return Interval(-1.0, 1.0)
    mine, theirs = _wilson(group, confidence), _wilson(reference, confidence)
    middle = group.rate - reference.rate
    below = sqrt((group.rate - mine.low) ** 2 + (theirs.high - reference.rate) ** 2)
    above = sqrt((mine.high - group.rate) ** 2 + (reference.rate - theirs.low) ** 2)
    return Interval(max(-1.0, middle - below), min(1.0, middle + above))


def _wilson(group: GroupSelection, confidence: float) -> Interval:
    """Return an interval of a rate (Wilson, 1927, J. Am. Stat. Assoc. 22)."""
    z = float(scipy.stats.norm.ppf((1 + confidence) / 2))
    n, p = group.people, group.rate
    middle, width = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return Interval(max(0.0, (middle - width) / scale), min(1.0, (middle + width) / scale))


def bootstrap_interval(
    group: tuple[npt.ArrayLike, npt.ArrayLike],
    reference: tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    seed: int,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Return a percentile interval of the pooled impact ratio, resampling vacancies whole.

    People are ranked for many vacancies, so their selections are not independent; vacancies nearly
    are. Cluster bootstrap: Davison and Hinkley (1997), Bootstrap Methods, section 3.8.

    Args:
        group: people, and how many of them were selected, by vacancy; shape (vacancies,) each.
        reference: the same of the reference.
        seed: the same seed gives the same interval.
        draws: how many samples of as many vacancies.
        confidence: of the interval.

    Returns:
        (0, inf) where there are fewer than two vacancies, or no draw has a ratio.
    """
    counts = np.stack([np.asarray(side, dtype=np.int64) for side in (*group, *reference)])
    vacancies = counts.shape[1]
    if vacancies < 2:
        return Interval(0.0, inf)
    rng = np.random.default_rng(seed)
    ratios = np.concatenate(
        [
            _ratios(rng.multinomial(vacancies, np.full(vacancies, 1 / vacancies), size) @ counts.T)
            for size in _batches(draws)
        ]
    )
    ratios = ratios[~np.isnan(ratios)]
    if not len(ratios):
        return Interval(0.0, inf)
    outside = (1 - confidence) / 2
    # An observed ratio and never a mean of two: one of them may be infinite.
    low, high = np.quantile(ratios, [outside, 1 - outside], method="inverted_cdf")
    return Interval(float(low), float(high))


def exact_p(group: GroupSelection, reference: GroupSelection) -> float:
    """Return Fisher's exact p, two-sided: the chance of any table no likelier than this one.

    Fisher (1922), Journal of the Royal Statistical Society 85. Rates are equal, margins are given.
    """
    table = np.array(
        [
            [group.selected, group.people - group.selected],
            [reference.selected, reference.people - reference.selected],
        ]
    )
    return min(1.0, float(scipy.stats.fisher_exact(table).pvalue))


def exchange_p(
    trials: npt.ArrayLike, selected: npt.ArrayLike, in_group: npt.ArrayLike, *, seed: int
) -> float:
    """Return how often rates differ as much when people are exchanged between two groups.

    Whoever is in question for many vacancies brings all of them along, so that a person counts as
    one trial however often they are judged. The statistic is the sum over the group of what each
    has beyond the common rate, x_i - r n_i; its distribution when membership is drawn again is
    simulated. For over 2,000 people, and where no draw came as far, it is taken as normal with the
    exact variance of sampling without replacement (Cochran, 1977, Sampling Techniques, 2.5).

    Args:
        trials: how often each person was in question, shape (people,).
        selected: how often they were selected.
        in_group: whether they are of the group; the others are of the reference.
        seed: the same seed gives the same p.

    Returns: in (0, 1]; 1 where nothing can differ.
    """
    often, chosen = np.asarray(trials, dtype=np.float64), np.asarray(selected, dtype=np.float64)
    members = np.asarray(in_group, dtype=np.bool_)
    people, size = len(members), int(members.sum())
    if not often.sum() or size in (0, people):
        return 1.0
    beyond = chosen - chosen.sum() / often.sum() * often
    seen = abs(float(beyond[members].sum()))
    spread = sqrt(size * (people - size) / people * float(beyond.var(ddof=1)))
    tail = float(2 * scipy.stats.norm.sf(seen / spread)) if spread else 1.0
    if people > SIMULATED_PEOPLE:
        return tail
    rng = np.random.default_rng(seed)
    keys = rng.random((DRAWS - 1, people))
    drawn = np.argpartition(keys, size - 1, axis=1)[:, :size]
    as_far = int((np.abs(beyond[drawn].sum(axis=1)) >= seen - 1e-9).sum())
    return (1 + as_far) / DRAWS if as_far else min(1 / DRAWS, tail)


def adjust_for_many(p_values: Sequence[float]) -> list[float]:
    """Return p values adjusted to control the false discovery rate.

    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57.
    """
    if not p_values:
        return []
    adjusted: Floats = scipy.stats.false_discovery_control(
        np.asarray(p_values, dtype=np.float64), method="bh"
    )
    return [float(value) for value in adjusted]


def four_fifths_by_chance(people: int, reference_people: int, rate: float) -> float:
    """Return how often the impact ratio is under 4/5 although both rates are equal.

    Exact: the sum over both binomial counts. To be shown beside the line that it belongs to.
    """
    group = np.arange(people + 1)
    # The least number selected of the reference that puts the group under the line.
    left = group * reference_people * FOUR_FIFTHS.denominator
    least = left // (people * FOUR_FIFTHS.numerator) + 1
    binom = scipy.stats.binom
    chances = binom.pmf(group, people, rate) * binom.sf(least - 1, reference_people, rate)
    return float(chances.sum())


def _batches(draws: int) -> list[int]:
    whole, rest = divmod(draws, DRAWS_AT_ONCE)
    return [DRAWS_AT_ONCE] * whole + ([rest] if rest else [])


def _ratios(totals: Ints) -> Floats:
    people, selected, others, others_selected = totals.T.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((selected / people) / (others_selected / others))
