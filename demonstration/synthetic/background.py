"""Who a made-up person was before prison, in the proportions that have been published.

The published figures are the Ministry of Justice's for England and Wales: Surveying Prisoner Crime
Reduction (SPCR, a longitudinal study of people sentenced in 2005 and 2006), and its prison
education and population statistics. The rest is assumed, and each says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import TypeVar

Kind = TypeVar("Kind")

# Published.
NO_QUALIFICATIONS = 0.47  # Ministry of Justice, SPCR: no qualifications when they came in
NEVER_HAD_A_JOB = 0.13  # Ministry of Justice, SPCR: had never been employed
UNEMPLOYED_BEFORE = 0.68  # Ministry of Justice, SPCR: not in work in the four weeks before custody
HOMELESS_BEFORE = 0.15  # Ministry of Justice, SPCR: homeless or in temporary housing before custody
MEN = 0.96  # Ministry of Justice, offender management statistics: the prison population
# Literacy and numeracy low for about half: prison education statistics, initial assessments.

# Assumed: short for people who say little at induction, long for those who wrote a CV.
QUALITIES = {"short": 0.30, "usual": 0.48, "long": 0.22}
# Assumed: slips a word, by how someone writes; four in ten make none.
SLIP_RATES = {0.0: 0.42, 0.03: 0.40, 0.10: 0.18}
NOTED_BY_STAFF = 0.3  # Assumed: the others wrote, or were quoted, in their own words
YOUNGEST, OLDEST, USUAL_AGE = 18, 64, 31  # Assumed: adults, most of them in their thirties
FIRST_WORK = 16


@dataclass(frozen=True, slots=True)
class Background:
    """What the rest of a made-up person is drawn from; none of it is stored as such."""

    man: bool
    no_qualifications: bool
    never_worked: bool
    unemployed: bool
    homeless: bool
    quality: str
    slip_rate: float
    voice: str
    started_work: int
    came_in: int
    last_worked: int


def draw_background(rng: Random, as_of: date) -> Background:
    """A background, in the published proportions."""
    man = rng.random() < MEN
    no_qualifications = rng.random() < NO_QUALIFICATIONS
    never_worked = rng.random() < NEVER_HAD_A_JOB
    # Whoever never worked was unemployed, so the others are less often than the figure for all.
    others = (UNEMPLOYED_BEFORE - NEVER_HAD_A_JOB) / (1 - NEVER_HAD_A_JOB)
    unemployed = never_worked or rng.random() < others
    homeless = rng.random() < HOMELESS_BEFORE
    age = int(rng.triangular(YOUNGEST, OLDEST, USUAL_AGE))
    started = as_of.year - age + FIRST_WORK
    came_in = max(as_of.year - min(int(rng.expovariate(1 / 2.2)), 20), started + 1)
    gap = min(1 + int(rng.expovariate(1 / 3)), 15) if unemployed else 0
    voice = "notes" if rng.random() < NOTED_BY_STAFF else "own words"
    slip_rate = pick(rng, SLIP_RATES)
    return Background(
        man=man,
        no_qualifications=no_qualifications,
        never_worked=never_worked,
        unemployed=unemployed,
        homeless=homeless,
        quality=pick(rng, QUALITIES),
        slip_rate=slip_rate if voice == "own words" else slip_rate / 3,
        voice=voice,
        started_work=started,
        came_in=came_in,
        last_worked=max(came_in - gap, started),
    )


def pick(rng: Random, shares: Mapping[Kind, float]) -> Kind:
    """One of the keys, as often as its share says; the last takes what rounding leaves over."""
    left = rng.random()
    for key, share in shares.items():
        left -= share
        if left < 0:
            return key
    return next(reversed(list(shares)))
