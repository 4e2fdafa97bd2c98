# ruff: noqa: S311 -- seeded on purpose: the same seed must give the same vacancies
"""Made-up vacancies, as many as wanted, and the hand-written ones.

The truth: a vacancy is fitted by its own occupation and, where that asks for SOME experience, by
those beside it that ask for training and for no fewer certificates, when each is beside the other.
People who could start in an occupation that asks for nothing already carry it in their own truth.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any

from demonstration.synthetic.adverts import APPLY, advert, criteria, wished_for
from demonstration.synthetic.background import pick
from demonstration.synthetic.catalogue import Occupation, handwritten_vacancies, occupations
from demonstration.synthetic.firms import draw_employer
from demonstration.synthetic.places import full_postcode, outward_code_near
from employers.model import Vacancy
from foundation.vocabulary import (
    ApplicationDocument,
    BaseLocation,
    ContractType,
    HoursPerWeek,
    Involves,
    OffenceExclusion,
    SalaryPeriod,
    Sector,
    Source,
    WorkPattern,
)

# All shares are assumptions; the closing dates make sure that both sides of each limit are met.
CLOSES_TODAY, CLOSED_YESTERDAY, ROLLING = 0.025, 0.02, 0.20
FIRST_CLOSING, LAST_CLOSING = 3, 60  # days ahead
START_STATED, SHIFT_STATED, INVOLVES_STATED, PAY_STATED = 0.5, 0.8, 0.85, 0.93
EXCLUSIONS = {"NONE": 0.45, "CASE_BY_CASE": 0.35, "listed": 0.20}
LISTED = {
    OffenceExclusion.SEXUAL: 0.40,
    OffenceExclusion.ARSON: 0.20,
    OffenceExclusion.DRIVING: 0.12,
    OffenceExclusion.TERRORISM: 0.12,
    OffenceExclusion.MURDER: 0.10,
    OffenceExclusion.OTHER: 0.06,
}
ANYWHERE = {Sector.OFFICE, Sector.TECHNICAL, Sector.DRIVING}  # may be national or remote
SOURCES = {
    Source.PEL: 0.35, Source.NFN: 0.25, Source.DWP: 0.15, Source.PRISON: 0.10,
    Source.THIRD_SECTOR: 0.06, Source.EAB: 0.05, Source.IAG: 0.03, Source.EDUCATION: 0.01,
}  # fmt: skip
SHORTEST_TITLE = 3  # of a vacancy; "KP" is too short
CONTRACTS = {
    ContractType.PERMANENT: 0.68,
    ContractType.TEMPORARY: 0.22,
    ContractType.FIXED_TERM_CONTRACT: 0.10,
}
WEEK = {
    HoursPerWeek.FULL_TIME: 37.5,
    HoursPerWeek.FULL_TIME_40_PLUS: 42,
    HoursPerWeek.PART_TIME: 20,
    HoursPerWeek.ZERO_HOURS: 16,
}


@dataclass(frozen=True, slots=True)
class SyntheticVacancy:
    """A vacancy, and beside it the occupations that fit it; the first is its own."""

    vacancy: Vacancy
    occupations: tuple[str, ...]


def generate_vacancies(
    count: int, *, seed: int, as_of: date, start: int = 0
) -> Iterator[SyntheticVacancy]:
    """Vacancies `start` to `start + count`, one at a time; each depends on seed and index alone."""
    for index in range(start, start + count):
        yield _vacancy(index, seed, as_of)


def handwritten(as_of: date) -> list[SyntheticVacancy]:
    """The hand-written vacancies, closing and starting so many days after `as_of`."""
    return [
        SyntheticVacancy(Vacancy.model_validate(each.values), each.fits)
        for each in handwritten_vacancies(as_of)
    ]


@cache
def _weights() -> tuple[tuple[Occupation, ...], tuple[int, ...]]:
    known = tuple(occupations().values())
    return known, tuple(accumulate(occupation.weight for occupation in known))


@cache
def _fits(main: Occupation) -> tuple[str, ...]:
    others = [occupations()[slug] for slug in main.near] if main.entry == "SOME" else []
    return (
        main.slug,
        *(
            other.slug
            for other in others
            if other.entry == "TRAINED"
            and main.slug in other.near
            and set(other.required_certificates) >= set(main.required_certificates)
        ),
    )


def _vacancy(index: int, seed: int, as_of: date) -> SyntheticVacancy:
    rng = Random(f"vacancy:{seed}:{index}")
    known, weights = _weights()
    occupation = rng.choices(known, cum_weights=weights)[0]
    employer = draw_employer(rng, occupation.sector)
    titles = (occupation.title, occupation.title, *occupation.other_titles)
    title = rng.choice([each for each in titles if len(each) >= SHORTEST_TITLE])
    hours = rng.choice(occupation.hours)
    initials = "".join(word[0] for word in employer["name"].split()[:2]).upper()
    vacancy = Vacancy(
        employer=employer,
        reference=f"{initials}-{index + 1:06d}",
        title=title
        if rng.random() < 0.9
        else f"{title} ({rng.choice(('days', 'new site', 'immediate start'))})",
        sector=occupation.sector,
        industry_sector=employer["sector"],
        number_of_vacancies=rng.choice((1, 1, 1, 1, 1, 2, 2, 3, 4, 6)),
        hours_per_week=hours,
        description=advert(rng, occupation, title, employer["name"], hours),
        essential_criteria=criteria(rng, occupation),
        desirable_criteria=wished_for(rng, occupation),
        how_to_apply=rng.choice(APPLY),
        required_certificates=occupation.required_certificates,
        contract_type=pick(rng, CONTRACTS),
        only_prison_leavers=rng.random() < 0.08,
        **_where(rng, occupation),
        **_pay(rng, occupation, hours),
        **_when(rng, as_of),
        **_shift(rng, occupation),
        **_conditions(rng, occupation),
        **_paperwork(rng),
    )
    return SyntheticVacancy(vacancy, _fits(occupation))


def _where(rng: Random, occupation: Occupation) -> dict[str, Any]:
    outward = outward_code_near(rng, None)
    values: dict[str, Any] = {
        "postcode": full_postcode(rng, outward) if rng.random() < 0.85 else outward
    }
    if occupation.sector not in ANYWHERE or rng.random() >= 0.15:
        return values
    if occupation.sector is Sector.DRIVING or rng.random() < 0.3:
        return {"national": True}
    base = rng.choice((BaseLocation.REMOTE, BaseLocation.HYBRID, BaseLocation.HYBRID))
    return (
        {"base_location": base} if base is BaseLocation.REMOTE else values | {"base_location": base}
    )


def _pay(rng: Random, occupation: Occupation, hours: HoursPerWeek) -> dict[str, Any]:
    if rng.random() >= PAY_STATED:
        return {}
    lowest, highest = occupation.pay_per_hour
    hourly = round(rng.uniform(lowest, (lowest + highest) / 2), 2)
    top = round(rng.uniform(hourly, highest), 2) if rng.random() < 0.45 else None
    yearly = hours in (HoursPerWeek.FULL_TIME, HoursPerWeek.FULL_TIME_40_PLUS)
    if yearly and rng.random() < 0.3:
        # Rounded up to 50 pounds, so that the year never comes below the hourly rate it is from.
        a_year = [
            None if rate is None else Decimal(-int(-rate * WEEK[hours] * 52 // 50) * 50)
            for rate in (hourly, top)
        ]
        paid, period = a_year, SalaryPeriod.PER_YEAR
    else:
        paid = [None if rate is None else Decimal(str(rate)) for rate in (hourly, top)]
        period = SalaryPeriod.PER_HOUR
    return {
        "salary_from": paid[0],
        "salary_to": paid[1],
        "salary_period": period,
        "pays_minimum_wage": True,
        "salary_extra": "Overtime at time and a half" if rng.random() < 0.12 else None,
    }


def _when(rng: Random, as_of: date) -> dict[str, Any]:
    chance = rng.random()
    days = rng.randint(FIRST_CLOSING, LAST_CLOSING)
    if chance < CLOSES_TODAY:
        days = 0
    elif chance < CLOSES_TODAY + CLOSED_YESTERDAY:
        days = -1
    rolling = chance >= 1 - ROLLING
    starts = (0 if rolling else max(days, 0)) + rng.randint(7, 90)
    return {
        "rolling": rolling,
        "closing_date": None if rolling else as_of + timedelta(days=days),
        "start_date": as_of + timedelta(days=starts) if rng.random() < START_STATED else None,
    }


def _shift(rng: Random, occupation: Occupation) -> dict[str, Any]:
    patterns = {WorkPattern.FLEXIBLE_SHIFTS: 0.5, WorkPattern.UNSOCIABLE_HOURS: 0.3}
    values: dict[str, Any] = {}
    if len(occupation.shifts) > 1 and rng.random() < 0.4:
        values["work_pattern"] = pick(rng, patterns)
    if occupation.shifts and rng.random() < SHIFT_STATED:
        values["shift_start"], values["shift_end"] = rng.choice(occupation.shifts)
    return values


def _conditions(rng: Random, occupation: Occupation) -> dict[str, Any]:
    kind = pick(rng, EXCLUSIONS)
    if kind == "listed":
        exclusions = sorted({pick(rng, LISTED) for _ in range(rng.randint(1, 3))})
    else:
        exclusions = [OffenceExclusion(kind)]
    stated = rng.random() < INVOLVES_STATED
    return {
        "offence_exclusions": exclusions,
        "offence_exclusions_details": "No recent offences of theft from an employer"
        if OffenceExclusion.OTHER in exclusions
        else None,
        "involves": (occupation.involves or (Involves.NONE,)) if stated else None,
    }


def _paperwork(rng: Random) -> dict[str, Any]:
    source = pick(rng, SOURCES)
    second = pick(rng, SOURCES) if rng.random() < 0.15 else None
    documents = [ApplicationDocument.CV] if rng.random() < 0.6 else []
    if rng.random() < 0.35:
        documents.append(ApplicationDocument.DISCLOSURE_LETTER)
    return {
        "source": source,
        "secondary_source": None if second is source else second,
        "documents_asked_for": documents,
    }
