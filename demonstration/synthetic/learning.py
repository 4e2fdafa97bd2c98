"""Schooling, certificates and what was learned in prison."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from candidates.model import SAME_CERTIFICATE
from demonstration.synthetic.background import Background, pick
from demonstration.synthetic.careers import Career, taught_in_prison
from demonstration.synthetic.texts import Scribe, sentence
from foundation.vocabulary import (
    PrisonTraining,
    PrisonWork,
    QualificationLevel,
    QualificationType,
    SkillLevel,
    Training,
)

SCHOOL_SUBJECTS = (
    "English", "Maths", "Science", "Art", "PE", "History", "Geography", "Design and technology",
    "ICT", "Food technology", "Drama", "Media studies",
)  # fmt: skip
GRADES = {
    QualificationLevel.LEVEL_1: ("D", "E", "F", "3", "2", "Pass"),
    QualificationLevel.LEVEL_2: ("C", "C", "B", "4", "5", "Pass"),
}
LATER_SUBJECTS = (
    ("Business", QualificationLevel.LEVEL_3), ("Sport BTEC", QualificationLevel.LEVEL_2),
    ("Health and social care", QualificationLevel.LEVEL_2), ("Music technology", None),
    ("Public services", QualificationLevel.LEVEL_2), ("IT user skills", QualificationLevel.LEVEL_1),
    ("A level history", QualificationLevel.LEVEL_3), ("Access to HE", QualificationLevel.LEVEL_3),
    ("HNC engineering", QualificationLevel.LEVEL_4), ("Degree", QualificationLevel.LEVEL_6),
    ("Customer service NVQ", QualificationLevel.LEVEL_2), ("Team leading", None),
)  # fmt: skip
# Initial assessments put about half of people below level 1 (prison education statistics).
LOW_LEVELS = {SkillLevel.BELOW_ENTRY_3: 0.4, SkillLevel.ENTRY_3: 0.6}
OTHER_LEVELS = {SkillLevel.LEVEL_1: 0.55, SkillLevel.LEVEL_2: 0.27, SkillLevel.UNKNOWN: 0.18}
LOW = {True: 0.68, False: 0.34}  # with no qualifications, and with some: about half in all
GENERAL_COURSES = {
    PrisonTraining.ENGLISH_LANGUAGE_SKILLS: 0.18,
    PrisonTraining.NUMERACY_SKILLS: 0.20,
    PrisonTraining.SOCIAL_AND_LIFE_SKILLS: 0.12,
    PrisonTraining.INTERVIEW_SKILLS: 0.12,
    PrisonTraining.COMMUNICATION_SKILLS: 0.08,
    PrisonTraining.RUNNING_A_BUSINESS: 0.05,
}
COURSE_WORDS = (
    "{course}", "{course} (done in prison)", "Passed {course}", "{course}, got the certificate",
    "Completed {course} in here", "Part way through {course}", "Did {course}",
)  # fmt: skip


def training_held(rng: Random, held: frozenset[Training]) -> list[Training]:
    """The certificates as they are recorded: NONE where there is nothing."""
    if not held:
        return [Training.OTHER if rng.random() < 0.05 else Training.NONE]
    return [*sorted(held), *([Training.OTHER] if rng.random() < 0.05 else [])]


def attainment(
    rng: Random, background: Background, career: Career, *, recorded: bool
) -> dict[str, Any]:
    """What was gained before prison, and the levels assessed.

    `qualifications` is empty for those who had none when they came in. The kinds repeat a
    certificate only where training was recorded, so that what is not known stays not known.
    """
    low = LOW[background.no_qualifications]
    values: dict[str, Any] = {
        field: pick(rng, LOW_LEVELS if rng.random() < low else OTHER_LEVELS)
        for field in ("literacy", "numeracy", "digital")
    }
    if background.no_qualifications:
        values["qualification_types"] = (QualificationType.NONE,) if recorded else ()
        return values
    qualifications = list(_qualifications(rng, career))
    values["qualifications"] = qualifications
    if recorded:
        kinds = {QualificationType.SCHOOL_EDUCATION}
        if any(each.get("level") in ("LEVEL_3", "LEVEL_4") for each in qualifications):
            kinds.add(QualificationType.ADVANCED_EDUCATION)
        if any(each.get("level") == "LEVEL_6" for each in qualifications):
            kinds.add(QualificationType.HIGHER_EDUCATION)
        # In the order of the table: a set's own order changes from one process to the next.
        same = [kind for kind, held in SAME_CERTIFICATE.items() if held in career.held]
        kinds |= {kind for kind in same if rng.random() < 0.5}
        values["qualification_types"] = sorted(kinds)
    return values


def _qualifications(rng: Random, career: Career) -> Iterator[dict[str, Any]]:
    for subject in rng.sample(SCHOOL_SUBJECTS, rng.choice((1, 2, 2, 3, 4))):
        level = rng.choice(list(GRADES))
        yield {
            "subject": rng.choice((subject, f"GCSE {subject}")),
            "level": level if rng.random() < 0.7 else None,
            "grade": rng.choice(GRADES[level]) if rng.random() < 0.6 else None,
        }
    if rng.random() < 0.25:
        later, later_level = rng.choice(LATER_SUBJECTS)
        yield {"subject": later, "level": later_level}
    if Training.TRADE_COURSE not in career.held:
        return
    for job in career.jobs:
        if Training.TRADE_COURSE in job.occupation.required_certificates:
            yield {"subject": rng.choice(job.occupation.courses)}
            return


def prison_courses(
    rng: Random, background: Background, career: Career, scribe: Scribe, as_of: date
) -> dict[str, Any]:
    """Work and training in prison as codes, and the name of the course in free text."""
    courses = [kind for kind, share in GENERAL_COURSES.items() if rng.random() < share]
    values: dict[str, Any] = {}
    if career.course:
        named = [kind for kind in career.course.prison_training if kind not in courses]
        courses += named[:1]
        names = taught_in_prison(career.course)
        if rng.random() < 0.75:
            course = rng.choice(names)
            words = sentence(rng.choice(COURSE_WORDS).format(course=course))
            values["other_qualifications"] = scribe.write(words)
    values["prison_training"] = [
        {
            "type": kind,
            "year": rng.randint(background.came_in, as_of.year) if rng.random() < 0.7 else None,
        }
        for kind in courses
    ]
    values["prison_work"] = _prison_work(rng, career)
    return values


def _prison_work(rng: Random, career: Career) -> list[PrisonWork]:
    codes = [career.prison_work] if career.prison_work else []
    if rng.random() < 0.18:
        codes.append(rng.choice((PrisonWork.CLEANING_AND_HYGIENE, PrisonWork.OTHER)))
    return list(dict.fromkeys(codes))
