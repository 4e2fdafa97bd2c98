"""What a made-up person has done, trained for and wants, and from that what they could do.

The truth, for people who have worked: each occupation done outside, or trained for, whose required
certificates they hold, and each one beside these that needs no experience (entry NONE) and whose
certificates they hold. For people who never worked: the occupations of entry NONE that go with the
work they did in prison, the course they took, or the job and types of work they want. A prison job
alone makes an occupation true only where its entry is NONE.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

from demonstration.synthetic.background import Background, pick
from demonstration.synthetic.catalogue import Occupation, occupations
from foundation.vocabulary import PrisonTraining, PrisonWork, Sector, Training

# Assumed: how much more or less often women than men have worked in a type of work.
WOMEN_MORE = {
    Sector.CONSTRUCTION: 0.15, Sector.DRIVING: 0.3, Sector.WAREHOUSING: 0.7, Sector.OUTDOOR: 0.6,
    Sector.TECHNICAL: 0.3, Sector.WASTE_MANAGEMENT: 0.3, Sector.BEAUTY: 5.0, Sector.RETAIL: 2.5,
    Sector.OFFICE: 2.5, Sector.HOSPITALITY: 1.6, Sector.CLEANING_AND_MAINTENANCE: 1.4,
    Sector.EDUCATION_TRAINING: 2.0,
}  # fmt: skip
RARE_AMONG_MEN = {"nail-technician": 0.05, "beauty-therapist": 0.05, "salon-assistant": 0.2}
# Assumed: who worked where a certificate is required mostly still holds it.
KEPT_CERTIFICATE = 0.88
PASSED_COURSE = 0.8
LICENCES = {Training.FULL_UK_DRIVING_LICENCE, Training.HGV_LICENCE}  # not gained in prison
PRISON_JOB = 0.72
PRISON_COURSE = 0.45
WISH_DIFFERS = 0.25
# Assumed: how common each job in prison is, and the types of work outside that it is like.
PRISON_JOBS = {
    PrisonWork.CLEANING_AND_HYGIENE: (0.28, {Sector.CLEANING_AND_MAINTENANCE}),
    PrisonWork.KITCHENS_AND_COOKING: (0.21, {Sector.HOSPITALITY}),
    PrisonWork.MAINTENANCE: (0.09, {Sector.CONSTRUCTION, Sector.CLEANING_AND_MAINTENANCE}),
    PrisonWork.GARDENING_AND_OUTDOORS: (0.10, {Sector.OUTDOOR}),
    PrisonWork.PRISON_LAUNDRY: (0.08, {Sector.CLEANING_AND_MAINTENANCE}),
    PrisonWork.COMPUTERS_OR_DESK_BASED: (0.06, {Sector.OFFICE, Sector.TECHNICAL}),
    PrisonWork.TEXTILES_AND_SEWING: (0.06, {Sector.MANUFACTURING}),
    PrisonWork.WOODWORK_AND_JOINERY: (0.06, {Sector.MANUFACTURING, Sector.CONSTRUCTION}),
    PrisonWork.WELDING_AND_METALWORK: (0.04, {Sector.MANUFACTURING}),
    PrisonWork.PRISON_LIBRARY: (0.02, {Sector.OFFICE}),
}
# Assumed: certificates that people hold whatever they have done.
HELD_ANYWAY = {
    Training.FULL_UK_DRIVING_LICENCE: 0.30,
    Training.MANUAL_HANDLING: 0.14,
    Training.HEALTH_AND_SAFETY: 0.14,
    Training.FIRST_AID_CERTIFICATE: 0.09,
    Training.FOOD_HYGIENE_CERTIFICATE: 0.08,
    Training.CSCS_CARD: 0.05,
    Training.FORKLIFT_LICENCE: 0.03,
}


@dataclass(frozen=True, slots=True)
class Job:
    """A job held outside, with the years it began and ended."""

    occupation: Occupation
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Career:
    """Jobs held, latest first; one prison job and one course at most; what is wanted; the truth."""

    jobs: tuple[Job, ...]
    prison_job: Occupation | None
    prison_work: PrisonWork | None
    course: Occupation | None
    wish: Occupation | None
    interests: tuple[Sector, ...]
    held: frozenset[Training]
    truth: tuple[str, ...]
    main: str | None


def draw_career(rng: Random, background: Background) -> Career:
    """A working life that fits the background."""
    jobs = () if background.never_worked else tuple(_jobs(rng, background))
    sure = background.never_worked and rng.random() < 0.85
    prison_work, prison_job = _prison_job(rng, sure=sure)
    course = _course(rng, jobs)
    known = [
        *(job.occupation for job in jobs[:1]),
        *((prison_job,) if prison_job else ()),
        *((course,) if course else ()),
    ]
    wish = rng.choice(known) if known else None
    if wish is None or rng.random() < WISH_DIFFERS:
        wish = _draw(rng, man=background.man, unqualified=True)
    interests = _interests(rng, wish, known)
    held = _certificates(rng, jobs, course, prison_work)
    truth = tuple(
        truth_of(
            jobs=jobs,
            never_worked=not jobs,
            prison_job=prison_job,
            prison_work=prison_work,
            course=course,
            wish=wish,
            interests=interests,
            held=held,
        )
    )
    best = (*(job.occupation for job in jobs), prison_job, course, wish)
    first = next((each.slug for each in best if each and each.slug in truth), None)
    return Career(
        jobs=jobs,
        prison_job=prison_job,
        prison_work=prison_work,
        course=course,
        wish=wish if rng.random() < 0.92 else None,
        interests=interests,
        held=held,
        truth=truth,
        main=first or next(iter(truth), None),
    )


@cache
def _weights(*, man: bool, unqualified: bool) -> tuple[tuple[Occupation, ...], tuple[float, ...]]:
    known = tuple(occupations().values())
    weights = [
        0.0
        if unqualified and Training.TRADE_COURSE in occupation.required_certificates
        else occupation.weight
        * (RARE_AMONG_MEN.get(occupation.slug, 1) if man else WOMEN_MORE.get(occupation.sector, 1))
        for occupation in known
    ]
    return known, tuple(accumulate(weights))


def _draw(rng: Random, *, man: bool, unqualified: bool) -> Occupation:
    known, weights = _weights(man=man, unqualified=unqualified)
    return rng.choices(known, cum_weights=weights)[0]


def _jobs(rng: Random, background: Background) -> Iterator[Job]:
    """Jobs held, latest first; about half of the later ones lie near the one before."""
    most = {"short": 2, "usual": 3, "long": 4}[background.quality]
    end = background.last_worked
    unqualified = background.no_qualifications
    occupation = _draw(rng, man=background.man, unqualified=unqualified)
    most = min(most, 1 + (end - background.started_work) // 2)  # the young have held fewer
    for _ in range(rng.randint(1, most)):
        start = max(end - int(rng.expovariate(1 / 3)), background.started_work)
        yield Job(occupation, start, end)
        end = start - int(rng.expovariate(1 / 0.8))
        if end < background.started_work:
            return
        near = [occupations()[slug] for slug in occupation.near]
        allowed = [
            other
            for other in near
            if not (unqualified and Training.TRADE_COURSE in other.required_certificates)
        ]
        if allowed and rng.random() < 0.5:
            occupation = rng.choice(allowed)
        elif rng.random() < 0.85:
            occupation = _draw(rng, man=background.man, unqualified=unqualified)


@cache
def _beginners_in(code: PrisonWork) -> tuple[tuple[Occupation, ...], tuple[int, ...]]:
    """What a job in prison is like outside: occupations of the same kind, none for the trained."""
    known = tuple(
        occupation
        for occupation in occupations().values()
        if code in occupation.prison_work
        and occupation.sector in PRISON_JOBS[code][1]
        and occupation.entry != "TRAINED"
    )
    return known, tuple(accumulate(occupation.weight for occupation in known))


def _prison_job(rng: Random, *, sure: bool) -> tuple[PrisonWork | None, Occupation | None]:
    if not sure and rng.random() >= PRISON_JOB:
        return None, None
    code = pick(rng, {code: share for code, (share, _) in PRISON_JOBS.items()})
    known, weights = _beginners_in(code)
    return code, rng.choices(known, cum_weights=weights)[0]


def taught_in_prison(occupation: Occupation) -> tuple[str, ...]:
    """Its courses that can be taken in prison: an apprenticeship needs an employer."""
    return tuple(course for course in occupation.courses if "apprentice" not in course.lower())


def taught_by_name(occupation: Occupation) -> bool:
    """Whether a code of prison training tells that a course led to it."""
    return bool(set(occupation.prison_training) - {PrisonTraining.OTHER})


@cache
def _courses() -> tuple[tuple[Occupation, ...], tuple[int, ...]]:
    """Occupations that a course in prison leads to: none that asks for a driving licence."""
    known = tuple(
        occupation
        for occupation in occupations().values()
        if occupation.prison_training
        and taught_in_prison(occupation)
        and not LICENCES.intersection(occupation.required_certificates)
    )
    return known, tuple(
        accumulate(
            occupation.weight * (1 if occupation.prison_training == (PrisonTraining.OTHER,) else 3)
            for occupation in known
        )
    )


def _course(rng: Random, jobs: tuple[Job, ...]) -> Occupation | None:
    """A vocational course: in what they knew already for a third, in anything for the others."""
    if rng.random() >= PRISON_COURSE:
        return None
    known, weights = _courses()
    if jobs and jobs[0].occupation in known and rng.random() < 0.33:
        return jobs[0].occupation
    return rng.choices(known, cum_weights=weights)[0]


def _interests(rng: Random, wish: Occupation, known: list[Occupation]) -> tuple[Sector, ...]:
    sectors = [wish.sector]
    if known and rng.random() < 0.45:
        sectors.append(rng.choice(known).sector)
    if rng.random() < 0.2:
        sectors.append(rng.choice(list(Sector)))
    return tuple(dict.fromkeys(sectors))


def _certificates(
    rng: Random, jobs: tuple[Job, ...], course: Occupation | None, prison_work: PrisonWork | None
) -> frozenset[Training]:
    held = {kind for kind, share in HELD_ANYWAY.items() if rng.random() < share}
    for job in jobs:
        if rng.random() < KEPT_CERTIFICATE:
            held.update(job.occupation.required_certificates)
        held.update(kind for kind in job.occupation.useful_certificates if rng.random() < 0.2)
    if course and rng.random() < PASSED_COURSE:
        held.update(course.required_certificates)
        held.update(
            kind
            for kind in course.useful_certificates
            if kind not in LICENCES and rng.random() < 0.3
        )
    if prison_work is PrisonWork.KITCHENS_AND_COOKING and rng.random() < 0.55:
        held.add(Training.FOOD_HYGIENE_CERTIFICATE)
    if Training.HGV_LICENCE in held:
        held.add(Training.FULL_UK_DRIVING_LICENCE)
    return frozenset(held)


def _open_to(occupation: Occupation, held: frozenset[Training]) -> bool:
    return held.issuperset(occupation.required_certificates)


def _with_beginners_jobs_beside(
    start: Iterable[Occupation], held: frozenset[Training]
) -> list[str]:
    """The slugs of `start`, then those beside them that anybody could begin."""
    start = list(start)
    beside = [
        other
        for occupation in start
        for slug in occupation.near
        if (other := occupations()[slug]).entry == "NONE" and _open_to(other, held)
    ]
    return list(dict.fromkeys(occupation.slug for occupation in (*start, *beside)))


def truth_of(
    *,
    jobs: tuple[Job, ...],
    never_worked: bool,
    prison_job: Occupation | None,
    prison_work: PrisonWork | None,
    course: Occupation | None,
    wish: Occupation | None,
    interests: tuple[Sector, ...],
    held: frozenset[Training],
) -> list[str]:
    """The occupations that somebody of whom this is so could do, by the rule above."""
    if never_worked:
        return _truth_of_beginners(prison_job, prison_work, course, wish, interests, held)
    return _truth_of_workers(jobs, course, prison_job, held)


def _truth_of_workers(
    jobs: tuple[Job, ...],
    course: Occupation | None,
    prison_job: Occupation | None,
    held: frozenset[Training],
) -> list[str]:
    done = [job.occupation for job in jobs]
    if course:
        done.append(course)
    if prison_job and prison_job.entry == "NONE":
        done.append(prison_job)
    return _with_beginners_jobs_beside((each for each in done if _open_to(each, held)), held)


def _truth_of_beginners(
    prison_job: Occupation | None,
    prison_work: PrisonWork | None,
    course: Occupation | None,
    wish: Occupation | None,
    interests: tuple[Sector, ...],
    held: frozenset[Training],
) -> list[str]:
    trained = set(course.prison_training) - {PrisonTraining.OTHER} if course else set()
    return [
        occupation.slug
        for occupation in occupations().values()
        if occupation.entry == "NONE"
        and _open_to(occupation, held)
        and (
            occupation in (prison_job, course, wish)
            or (
                occupation.sector in interests
                and (
                    prison_work in occupation.prison_work
                    or bool(trained.intersection(occupation.prison_training))
                )
            )
            or (course is not None and occupation.slug in course.near)
        )
    ]
