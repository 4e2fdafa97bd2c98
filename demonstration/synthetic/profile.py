"""The parts of a made-up profile that are in people's own words."""

from random import Random
from typing import Any

from demonstration.synthetic.background import Background
from demonstration.synthetic.careers import Career, Job
from demonstration.synthetic.phrases import (
    GAPS,
    GENERAL_SKILLS,
    INSIDE_WORK,
    ODD_JOBS,
    PRISON_PLACE,
    VAGUE,
    VOLUNTEERING,
)
from demonstration.synthetic.texts import Scribe, in_other_words, job_details, role_name, sentence
from foundation.vocabulary import PrisonWork

YEARS_RECORDED = 0.7
SKILLS_SAID = {"short": (0, 0, 1, 1), "usual": (1, 2, 2, 3), "long": (2, 3, 4, 5)}
PRISON_WORDS = (
    "{place} in prison", "In prison: {place}", "Worked inside: {place}", "Prison job {place}",
    "{place}, doing it at the moment", "{place} in here, about a year",
    "Current prison job: {place}",
    "{place} for 6 months in here and got trusted with more",
)  # fmt: skip


def experience(
    rng: Random, background: Background, career: Career, scribe: Scribe
) -> tuple[list[dict[str, Any]], tuple[Job, ...]]:
    """Jobs as they are told: some without years or the type of work, one now and then left out.

    Also those of them that a reader could name from what is told.
    """
    told: list[dict[str, Any]] = []
    clear: list[Job] = []
    for place, job in enumerate(career.jobs):
        if place and rng.random() < 0.12:
            continue
        occupation = job.occupation
        role = role_name(occupation, background.quality, rng)
        entry: dict[str, Any] = {"role": scribe.write(role)}
        details = job_details(
            occupation, job.end - job.start, background.quality, background.voice, rng
        )
        entry["details"] = scribe.write(details)
        if details or role not in VAGUE[occupation.sector]:
            clear.append(job)
        if rng.random() < 0.8:
            entry["type"] = occupation.sector
        if rng.random() < YEARS_RECORDED:
            entry["start_year"], entry["end_year"] = job.start, job.end
        told.append(entry)
    return told, tuple(clear)


def previous_work(
    rng: Random, background: Background, career: Career, scribe: Scribe
) -> str | None:
    """Work in prison, volunteering, odd jobs and gaps, in whatever order they come."""
    short = background.quality == "short"
    parts = []
    if career.prison_work and rng.random() < (
        0.45 if background.never_worked or not short else 0.15
    ):
        parts.append(_prison_sentence(rng, background, career, career.prison_work))
    elif rng.random() < 0.1:
        parts.append(sentence(f"{rng.choice(INSIDE_WORK)} in prison"))
    if rng.random() < (0.1 if short else 0.25):
        parts.append(rng.choice(ODD_JOBS))
    if rng.random() < (0.05 if short else 0.15):
        parts.append(rng.choice(VOLUNTEERING))
    gap = background.came_in - background.last_worked
    if career.jobs and gap > 1 and rng.random() < (0.08 if short else 0.22):
        parts.append(rng.choice(GAPS).format(years=f"{gap} years"))
    if background.never_worked and rng.random() < 0.35:
        parts.append(
            rng.choice(("Never had a job outside.", "No work history.", "Not worked yet."))
        )
    rng.shuffle(parts)
    return scribe.write(" ".join(parts)) if parts else None


def _prison_sentence(rng: Random, background: Background, career: Career, work: PrisonWork) -> str:
    words = rng.choice(PRISON_WORDS).format(place=rng.choice(PRISON_PLACE[work]))
    if background.quality == "long" and career.prison_job and career.prison_job.entry == "NONE":
        skill = rng.choice(career.prison_job.skills)
        return f"{sentence(words)} {sentence(f'I am good at {skill} now')}"
    return sentence(words)


def other_skills(rng: Random, background: Background, career: Career, scribe: Scribe) -> list[str]:
    """Skills and tasks of what they did, among the things that everybody says."""
    sources = [job.occupation for job in career.jobs]
    sources += [each for each in (career.course, career.prison_job) if each]
    said = []
    for _ in range(rng.choice(SKILLS_SAID[background.quality])):
        if not sources or rng.random() < 0.4:
            said.append(rng.choice(GENERAL_SKILLS))
            continue
        source = rng.choice(sources)
        use_skill = rng.random() < 0.65
        said.append(
            rng.choice(source.skills)
            if use_skill
            else in_other_words(rng.choice(source.tasks), rng)
        )
    return list(dict.fromkeys(map(scribe.write, said)))


def wishes(rng: Random, career: Career, scribe: Scribe) -> dict[str, Any]:
    """The types of work wanted, and for some a role or a job of particular interest."""
    wish = career.wish
    interests: list[dict[str, Any]] = [{"type": sector} for sector in career.interests]
    if wish is None:
        return {"work_interests": interests}
    title = rng.choice((wish.title, *wish.other_titles))
    if rng.random() < 0.45:
        interests[0]["role"] = scribe.write(title)
    values: dict[str, Any] = {"work_interests": interests}
    if rng.random() < 0.35:
        named = rng.choice(
            (
                title,
                wish.title,
                f"{title} or anything like it",
                f"Would like to be a {title.lower()}",
            )
        )
        values["job_of_particular_interest"] = scribe.write(named)
    return values
