# ruff: noqa: S311 -- seeded on purpose: the same seed must give the same people
"""What made-up people said of themselves for equality monitoring, so that the audit has figures.

Sex and age are those of the background; the rest is drawn apart, so that it has nothing to do with
what anyone can do, unless a difference is planted to see whether the audit finds it. Drawn from a
stream of its own: the people themselves are the same with it or without it.

Proportions are rounded from what is published for England and Wales, and are drawn independently of
each other, which in life they are not. Not stated and opted out are assumed.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from random import Random

from candidates.monitoring.model import (
    AgeBand,
    Disability,
    Ethnicity,
    GenderIdentity,
    Monitoring,
    Nationality,
    Religion,
    Sex,
    SexualOrientation,
)
from demonstration.synthetic.background import FIRST_WORK, Background, draw_background, pick
from demonstration.synthetic.people import prison_number
from foundation.vocabulary import Code

# HMPPS Offender Equalities Report 2022-23: sentenced prisoners on 31 March 2023, 74 % white, 12 %
# black, 8 % Asian; the rest divided between mixed and other.
ETHNICITY = {
    Ethnicity.WHITE: 0.74,
    Ethnicity.BLACK: 0.12,
    Ethnicity.ASIAN: 0.08,
    Ethnicity.MIXED: 0.045,
    Ethnicity.OTHER: 0.015,
}
# Offender management statistics, 2023: 45 % Christian, 31 % no religion, 18 % Muslim; the rest
# divided among the others.
RELIGION = {
    Religion.CHRISTIAN: 0.45,
    Religion.NO_RELIGION: 0.31,
    Religion.MUSLIM: 0.18,
    Religion.BUDDHIST: 0.02,
    Religion.SIKH: 0.008,
    Religion.HINDU: 0.005,
    Religion.JEWISH: 0.005,
    Religion.OTHER: 0.022,
}
# HMPPS Offender Equalities Report 2024-25: 97 % of those who declared one; the rest divided.
SEXUAL_ORIENTATION = {
    SexualOrientation.HETEROSEXUAL: 0.97,
    SexualOrientation.BISEXUAL: 0.015,
    SexualOrientation.GAY_OR_LESBIAN: 0.013,
    SexualOrientation.OTHER: 0.002,
}
# The same report: 339 transgender prisoners on 31 March 2025, of about 87,000.
GENDER_IDENTITY = {GenderIdentity.SAME_AS_REGISTERED: 0.996, GenderIdentity.DIFFERENT: 0.004}
# Ministry of Justice, Surveying Prisoner Crime Reduction (2012): 36 % disabled.
DISABILITY = {Disability.DISABLED: 0.36, Disability.NOT_DISABLED: 0.64}
# Offender management statistics: 12 % foreign nationals on 30 June 2024.
NATIONALITY = {Nationality.BRITISH: 0.88, Nationality.OTHER: 0.12}

OPTED_OUT = 0.04  # Assumed
NOT_STATED = {  # Assumed: hardly anyone is silent about sex or age, many about orientation
    "sex": 0.005,
    "age_band": 0.005,
    "nationality": 0.01,
    "ethnicity": 0.02,
    "religion": 0.03,
    "disability": 0.05,
    "gender_identity": 0.05,
    "sexual_orientation": 0.08,
}
AGES = (
    (18, AgeBand.UNDER_18),
    (21, AgeBand.FROM_18_TO_20),
    (25, AgeBand.FROM_21_TO_24),
    (30, AgeBand.FROM_25_TO_29),
    (40, AgeBand.FROM_30_TO_39),
    (50, AgeBand.FROM_40_TO_49),
    (60, AgeBand.FROM_50_TO_59),
)


def generate_monitoring(
    count: int, *, seed: int, as_of: date, start: int = 0, planted: float = 0.0
) -> Iterator[Monitoring]:
    """Records of people `start` to `start + count` of `generate_people`, one at a time.

    Args:
        count: how many.
        seed: that of the people.
        as_of: that of the people.
        start: the first one's index.
        planted: of people without qualifications who would not be disabled, the share who are made
            so; above 0, disability then goes with what people can show for a vacancy.
    """
    for index in range(start, start + count):
        # Drawn as the person was, so that sex and age are the same.
        background = draw_background(Random(f"{seed}:{index}"), as_of)
        rng = Random(f"{seed}:{index}:monitoring")
        yield _record(rng, prison_number(index), background, as_of, planted)


def age_band(age: int) -> AgeBand:
    """The band of an age in years."""
    return next((band for below, band in AGES if age < below), AgeBand.FROM_60)


def _record(
    rng: Random, number: str, background: Background, as_of: date, planted: float
) -> Monitoring:
    disability = pick(rng, DISABILITY)
    if background.no_qualifications and rng.random() < planted:
        disability = Disability.DISABLED
    answers: dict[str, Code] = {
        "sex": Sex.MALE if background.man else Sex.FEMALE,
        "gender_identity": pick(rng, GENDER_IDENTITY),
        "age_band": age_band(as_of.year - background.started_work + FIRST_WORK),
        "ethnicity": pick(rng, ETHNICITY),
        "disability": disability,
        "religion": pick(rng, RELIGION),
        "sexual_orientation": pick(rng, SEXUAL_ORIENTATION),
        "nationality": pick(rng, NATIONALITY),
    }
    said = _said(rng, answers)
    if rng.random() < OPTED_OUT:
        return Monitoring(prison_number=number, opted_out=True)
    return Monitoring.model_validate({"prison_number": number} | said)


def _said(rng: Random, answers: Mapping[str, Code]) -> dict[str, Code | None]:
    return {
        name: None if rng.random() < NOT_STATED[name] else answer
        for name, answer in answers.items()
    }
