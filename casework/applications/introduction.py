"""Writes what an employer is told of a person who is put forward. Pure.

Built from coded fields and from two short ones, the role of a job held and the subject of a
qualification, which are left out when they name a prison, the person, a date or a number. Nothing
comes from longer free text. Years are left out, because the gaps between them tell of custody; what
was learnt or done in prison is shown as the skill alone.
"""

import csv
import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib import resources

from candidates.model import Candidate, WorkExperience
from casework.applications.model import Introduction
from employers.model import Vacancy
from foundation.places.prisons import prisons
from foundation.vocabulary import Code, PrisonTraining, PrisonWork, Sector

MOST_LINES = 8
WORD = re.compile(r"[a-z]{4,}")
AREA = re.compile(r"[A-Z]{1,2}")
# Words of custody and of what led there, and anything with a digit: a number, a date, a postcode.
REVEALS = re.compile(
    r"\b(?:h\.?m\.?p\.?|hmpps|y\.?o\.?i|prison\w*|jail|gaol|custod\w*|inmate\w*|offen[cd]\w*"
    r"|convict\w*|sentence\w*|wing|cell|cells|rotl|tag|probation|licence conditions?|parole"
    r"|released?|remand|secure|category [a-d]|cat [a-d])\b|[0-9]",
    re.IGNORECASE,
)
WORK_SECTORS = {
    PrisonWork.CLEANING_AND_HYGIENE: Sector.CLEANING_AND_MAINTENANCE,
    PrisonWork.COMPUTERS_OR_DESK_BASED: Sector.OFFICE,
    PrisonWork.GARDENING_AND_OUTDOORS: Sector.OUTDOOR,
    PrisonWork.KITCHENS_AND_COOKING: Sector.HOSPITALITY,
    PrisonWork.MAINTENANCE: Sector.CLEANING_AND_MAINTENANCE,
    PrisonWork.PRISON_LAUNDRY: Sector.CLEANING_AND_MAINTENANCE,
    PrisonWork.PRISON_LIBRARY: Sector.OFFICE,
    PrisonWork.TEXTILES_AND_SEWING: Sector.MANUFACTURING,
    PrisonWork.WELDING_AND_METALWORK: Sector.MANUFACTURING,
    PrisonWork.WOODWORK_AND_JOINERY: Sector.CONSTRUCTION,
}
TRAINING_SECTORS = {
    PrisonTraining.BARBERING_AND_HAIRDRESSING: Sector.BEAUTY,
    PrisonTraining.CATERING: Sector.HOSPITALITY,
    PrisonTraining.FORKLIFT_DRIVING: Sector.WAREHOUSING,
    PrisonTraining.MACHINERY_TICKETS: Sector.CONSTRUCTION,
    PrisonTraining.WELDING_AND_METALWORK: Sector.MANUFACTURING,
    PrisonTraining.WOODWORK_AND_JOINERY: Sector.CONSTRUCTION,
}
# Courses that bear on any work. Others that belong to no sector (English language skills, social
# and life skills) say more of the person than of the job.
GENERAL_TRAINING = (
    PrisonTraining.COMMUNICATION_SKILLS,
    PrisonTraining.NUMERACY_SKILLS,
    PrisonTraining.RUNNING_A_BUSINESS,
)


def introduce(candidate: Candidate, vacancy: Vacancy, today: date) -> Introduction:
    """Return the introduction of a person to the employer of a vacancy, as of `today`."""
    evidence = _evidence(candidate, vacancy)
    return Introduction(
        first_name=candidate.first_name,
        summary=_summary(candidate, vacancy),
        skills=_labels(candidate.skills),
        evidence=evidence,
        certificates=_labels(candidate.certificates_held()),
        available_from=available_from(candidate.release_date, today),
        hours_wanted=_labels(candidate.hours_wanted),
        travel=_travel(candidate),
        area=area_name(candidate.release_area),
    )


def available_from(release_date: date | None, today: date) -> str:
    """Return the month when somebody can start, never the day."""
    if release_date is None:
        return "to be agreed"
    return "now" if release_date <= today else f"from {release_date:%B %Y}"


def area_name(postcode: str | None) -> str:
    """Return the town that a postcode area is named after, or `to be confirmed`."""
    letters = AREA.match(postcode or "")
    town = _towns().get(letters[0]) if letters else None
    return f"{town} area" if town else "to be confirmed"


@cache
def _towns() -> dict[str, str]:
    source = resources.files("foundation.reference").joinpath("postcode_areas.csv")
    with source.open(encoding="utf-8") as file:
        return {row["area"]: row["town"] for row in csv.DictReader(file)}


@cache
def _prison_names() -> re.Pattern[str]:
    names = {re.sub(r" (?:[AB]|\(.*\))$", "", prison.name) for prison in prisons().values()}
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b", re.IGNORECASE)


def _summary(candidate: Candidate, vacancy: Vacancy) -> str:
    sectors = _unique(job.type.label for job in candidate.work_experience if job.type)
    worked = [label for label in sectors if label != Sector.OTHER.label]
    wanted = _unique(wish.type.label for wish in candidate.work_interests)
    sentences = [f"{candidate.first_name} is being put forward for {vacancy.title}."]
    if worked:
        sentences.append(f"Has worked in: {_lower(worked)}.")
    if vacancy.sector.label in wanted:
        sentences.append("This is the type of work that they are looking for.")
    return " ".join(sentences)


def _evidence(candidate: Candidate, vacancy: Vacancy) -> tuple[str, ...]:
    """Return evidence that bears on this vacancy: the same sector, or a word of the advert."""
    advert = " ".join((vacancy.title, vacancy.essential_criteria, vacancy.desirable_criteria or ""))
    words = set(WORD.findall(advert.lower()))
    lines: list[str] = []
    for job in candidate.work_experience:
        line = _job_line(job, candidate)
        if line and (job.type is vacancy.sector or words & set(WORD.findall(line.lower()))):
            lines.append(line)
    for held in candidate.qualifications:
        if _tells_nothing_else(held.subject, candidate):
            level = f", {held.level.label.lower()}" if held.level else ""
            lines.append(f"Qualification: {held.subject}{level}")
    lines += [
        f"Practical experience: {_plain(code)}"
        for code in candidate.prison_work
        if WORK_SECTORS.get(code) is vacancy.sector
    ]
    lines += [
        f"Training: {_plain(course.type)}"
        for course in candidate.prison_training
        if course.type in GENERAL_TRAINING or TRAINING_SECTORS.get(course.type) is vacancy.sector
    ]
    return tuple(_unique(lines)[:MOST_LINES])


def _job_line(job: WorkExperience, candidate: Candidate) -> str | None:
    if _tells_nothing_else(job.role, candidate):
        return f"Worked as: {job.role}"
    if job.type and job.type is not Sector.OTHER:
        return f"Worked in: {_plain(job.type)}"
    return None


def _tells_nothing_else(text: str, candidate: Candidate) -> bool:
    """Return whether a short text names no prison, name, number, place, date or custody."""
    if REVEALS.search(text) or _prison_names().search(text):
        return False
    words = set(re.findall(r"[^\W\d_]+", text.casefold()))
    surname = set(re.findall(r"[^\W\d_]+", candidate.last_name.casefold()))
    return not (surname & words or {candidate.prison_id.casefold()} & words)


def _travel(candidate: Candidate) -> str:
    miles = candidate.furthest_travel_miles
    return "to be discussed" if miles is None else f"up to {miles} miles"


def _plain(code: Code) -> str:
    return code.label[0].lower() + code.label[1:]


def _lower(labels: Iterable[str]) -> str:
    return ", ".join(label if label[:2].isupper() else label.lower() for label in labels)


def _labels(codes: Iterable[Code]) -> tuple[str, ...]:
    return tuple(code.label for code in codes if code.name not in ("NONE", "OTHER"))


def _unique(lines: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(lines))
