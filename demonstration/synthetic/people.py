# ruff: noqa: S311 -- seeded on purpose: the same seed must give the same people
"""Made-up people, as many as wanted, one at a time.

Person `i` depends only on the seed, `i` and the date, so that work can be split or taken up again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from candidates.model import Candidate
from demonstration.synthetic.background import Background, draw_background
from demonstration.synthetic.careers import Career, Job, draw_career, taught_by_name, truth_of
from demonstration.synthetic.catalogue import prisons
from demonstration.synthetic.circumstances import readiness, release, restrictions
from demonstration.synthetic.learning import attainment, prison_courses, training_held
from demonstration.synthetic.names import LAST, MEN, WOMEN
from demonstration.synthetic.profile import experience, other_skills, previous_work, wishes
from demonstration.synthetic.texts import Scribe
from foundation.places.prisons import Prison
from foundation.vocabulary import HoursPerWeek, LicenceCondition, Skill, Training, WorkPattern

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PRISON_NUMBERS = 26 * 10_000 * 26 * 26
# SPREAD shares no factor with PRISON_NUMBERS, so each index gets a number of its own.
SPREAD, FIRST = 108_625_657, 41_234_567
FOR_CHILDREN = {"CKI", "FYI", "PYI", "WNI", "WYI"}  # people here are adults

# Assumed, as nothing published says what people ask for.
TRAINING_RECORDED = 0.93
NO_TRAVEL_LIMIT = 0.03
TRAVEL_MILES = (5, 5, 8, 10, 10, 10, 12, 15, 15, 15, 20, 20, 25, 30)
FULL, LONG_WEEK = HoursPerWeek.FULL_TIME, HoursPerWeek.FULL_TIME_40_PLUS
PART, ZERO = HoursPerWeek.PART_TIME, HoursPerWeek.ZERO_HOURS
HOURS_WANTED: tuple[tuple[HoursPerWeek, ...], ...] = (
    *((FULL, LONG_WEEK),) * 9,
    *((FULL,),) * 5,
    *((FULL, PART),) * 2,
    (PART,),
    (FULL, LONG_WEEK, PART, ZERO),
    (),
    (),
)
PATTERNS = (WorkPattern.FLEXIBLE_SHIFTS, WorkPattern.FLEXI_TIME, WorkPattern.UNSOCIABLE_HOURS)
PERSONAL_SKILLS = [skill for skill in Skill if skill not in ("OTHER", "NONE")]


@dataclass(frozen=True, slots=True)
class SyntheticPerson:
    """A candidate, and beside it what no record holds: the occupations they could do.

    `told` are those of them that somebody who knows every occupation could tell from the record;
    `main` is what they are best at; `quality` is short, usual or long, for how much they wrote;
    `slips` counts the misspellings put into it.
    """

    candidate: Candidate
    occupations: tuple[str, ...]
    told: tuple[str, ...]
    main: str | None
    quality: str
    slips: int


def generate_people(
    count: int, *, seed: int, as_of: date, start: int = 0
) -> Iterator[SyntheticPerson]:
    """People `start` to `start + count`, one at a time. Needs `start + count` <= 175,760,000."""
    for index in range(start, start + count):
        yield _person(index, seed, as_of)


def prison_number(index: int) -> str:
    """A different prison number (A1234BC) for every index below 175,760,000."""
    rest, last = divmod((index * SPREAD + FIRST) % PRISON_NUMBERS, 26)
    rest, middle = divmod(rest, 26)
    first, digits = divmod(rest, 10_000)
    return f"{LETTERS[first]}{digits:04d}{LETTERS[middle]}{LETTERS[last]}"


def _person(index: int, seed: int, as_of: date) -> SyntheticPerson:
    rng = Random(f"{seed}:{index}")
    background = draw_background(rng, as_of)
    prison = rng.choice(_prisons_for(man=background.man))
    career = draw_career(rng, background)
    scribe = Scribe(
        rng,
        rate=background.slip_rate,
        lower=rng.random() < (0.55 if background.quality == "short" else 0.18),
        stops=rng.random() < 0.7,
    )
    first_name, last_name = rng.choice(MEN if background.man else WOMEN), rng.choice(LAST)
    stands = _where_they_stand(rng, prison, background, career, as_of)
    can_do, clear = _what_they_can_do(rng, background, career, scribe, as_of)
    candidate = Candidate(
        prison_number=prison_number(index),
        first_name=first_name,
        last_name=last_name,
        prison_id=prison.prison_id,
        **stands,
        **can_do,
        **_what_they_want(rng, career, scribe),
    )
    return SyntheticPerson(
        candidate,
        career.truth,
        _told(career, clear, candidate),
        career.main,
        background.quality,
        scribe.slips,
    )


def _told(career: Career, clear: tuple[Job, ...], candidate: Candidate) -> tuple[str, ...]:
    """The part of the truth that the record shows; what was done in prison it shows too vaguely."""
    course = career.course
    if course and not candidate.other_qualifications and not taught_by_name(course):
        course = None
    named = any(wanted.role for wanted in candidate.work_interests)
    shown = truth_of(
        jobs=clear,
        never_worked=not career.jobs,
        prison_job=None,
        prison_work=career.prison_work,
        course=course,
        wish=career.wish if named or candidate.job_of_particular_interest else None,
        interests=career.interests,
        held=frozenset(candidate.certificates_held()),
    )
    return tuple(slug for slug in career.truth if slug in shown)


@cache
def _prisons_for(*, man: bool) -> tuple[Prison, ...]:
    sex = "M" if man else "F"
    return tuple(
        prison
        for prison in prisons()
        if sex in prison.sexes and prison.prison_id not in FOR_CHILDREN
    )


def _where_they_stand(
    rng: Random, prison: Prison, background: Background, career: Career, as_of: date
) -> dict[str, Any]:
    values = release(rng, prison, background, as_of)
    area = values.get("release_area") or prison.outward_code
    limits = restrictions(rng, area)
    banned = LicenceCondition.NO_DRIVING in limits.get("licence_conditions", ())
    licensed = Training.FULL_UK_DRIVING_LICENCE in career.held
    drives = licensed and not banned and rng.random() < 0.85
    return (
        values
        | readiness(rng, career.held, as_of)
        | limits
        | {"can_drive": None if rng.random() < 0.1 else drives}
    )


def _what_they_can_do(
    rng: Random, background: Background, career: Career, scribe: Scribe, as_of: date
) -> tuple[dict[str, Any], tuple[Job, ...]]:
    recorded = rng.random() < TRAINING_RECORDED
    worked = not background.never_worked
    told, clear = experience(rng, background, career, scribe)
    values = {
        "work_experience": told,
        "previous_work": previous_work(rng, background, career, scribe),
        "skills": rng.sample(PERSONAL_SKILLS, rng.randint(0, 4)),
        "other_skills": other_skills(rng, background, career, scribe),
        "training": training_held(rng, career.held) if recorded else None,
        **attainment(rng, background, career, recorded=recorded),
        **prison_courses(rng, background, career, scribe, as_of),
        "ever_worked": None if worked and rng.random() < 0.05 else worked,
        "years_since_last_work": as_of.year - background.last_worked
        if worked and rng.random() < 0.92
        else None,
    }
    return values, clear


def _what_they_want(rng: Random, career: Career, scribe: Scribe) -> dict[str, Any]:
    return {
        **wishes(rng, career, scribe),
        "hours_wanted": rng.choice(HOURS_WANTED),
        "work_patterns_wanted": (rng.choice(PATTERNS),) if rng.random() < 0.15 else (),
        "furthest_travel_miles": None
        if rng.random() < NO_TRAVEL_LIMIT
        else rng.choice(TRAVEL_MILES),
        "pay_wanted_per_hour": Decimal(rng.randint(50, 70)) / 4 if rng.random() < 0.35 else None,
    }
