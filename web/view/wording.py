"""Turns records into the words that pages show. Pure; decides nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from candidates.model import Candidate, Qualification, WorkExperience
from employers.model import StoredVacancy, Vacancy
from foundation.places.prisons import prison_label, prison_name, prisons
from foundation.vocabulary import Code, OffenceExclusion, SalaryPeriod
from matching.explain.document import CandidateSummary, VacancySummary
from matching.explain.score import place_of
from matching.fairness.record import PolicyRecord

SCORE_WORDS = {"strong": "Strong match", "possible": "Possible match", "weak": "Weak match"}
OUTCOME_WORDS = {
    "eligible": "Eligible",
    "refer": "Needs a person’s check first",
    "ineligible": "Not eligible",
}
EXCLUSION_TAGS = {
    OffenceExclusion.NONE: "No offences excluded",
    OffenceExclusion.CASE_BY_CASE: "Case by case",
    OffenceExclusion.ARSON: "Excludes arson",
    OffenceExclusion.DRIVING: "Excludes driving offences",
    OffenceExclusion.MURDER: "Excludes murder",
    OffenceExclusion.SEXUAL: "Excludes sexual offences",
    OffenceExclusion.TERRORISM: "Excludes terrorism",
    OffenceExclusion.OTHER: "Other exclusions",
}
OUTCOME_COLOURS = {
    "eligible": "govuk-tag--green",
    "refer": "govuk-tag--yellow",
    "ineligible": "govuk-tag--grey",
}
STEP_COLOURS = {"Completed": "govuk-tag--green", "In progress": "govuk-tag--blue"}
# The first that fits: most browsers also name those that they are like.
BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "a Mac"),
    ("Linux", "Linux"),
)
UNITED_KINGDOM = ZoneInfo("Europe/London")
MOST_OF_AN_AIM = 70
NOT_RECORDED = "Not recorded"
NOT_STATED = "Not stated"


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of a summary: a label, and one or more lines of text."""

    key: str
    lines: tuple[str, ...]


def day(value: date | None, otherwise: str = "Not known") -> str:
    """`3 March 2026`."""
    return f"{value.day} {value:%B %Y}" if value else otherwise


def moment(value: datetime) -> str:
    """`3 March 2026 at 2:05pm`, in the United Kingdom's time."""
    local = value.astimezone(UNITED_KINGDOM)
    half = "am" if local.hour < 12 else "pm"
    return f"{day(local.date())} at {local.hour % 12 or 12}:{local:%M}{half}"


def browser(agent: str) -> str:
    """Return `Firefox on Windows` for a user agent; only a help to recognise a browser."""
    program = next((name for mark, name in BROWSERS if mark in agent), "Another browser")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return f"{program} on {system}" if system else program


def person(candidate: CandidateSummary) -> str:
    """Return `Daniel H.`: as much of a name as a list or a title shows."""
    return f"{candidate.first_name} {candidate.last_initial}."


def closing(vacancy: Vacancy | VacancySummary) -> str:
    """Return when a vacancy closes; one without a closing date is open all the time."""
    return day(vacancy.closing_date, "Rolling, no closing date")


def prison_choices(chosen: str, among: Collection[str] = ()) -> list[str]:
    """Return prison codes in the order of their names, `chosen` included.

    All prisons, or only those `among` which somebody sees people.
    """
    known = sorted(among or prisons(), key=prison_name)
    return known if chosen in ("", *known) else [chosen, *known]


def label(code: Code | None, otherwise: str = NOT_STATED) -> str:
    """Return a code's label."""
    return code.label if code else otherwise


def policy_choice(policy: PolicyRecord) -> str:
    """Return `floor: every part of a list holds...`, cut to fit a list of choices."""
    aim = policy.aim if len(policy.aim) <= MOST_OF_AN_AIM else f"{policy.aim[:MOST_OF_AN_AIM]}…"
    return f"{policy.name.replace('_', ' ')}: {aim[:1].lower()}{aim[1:].rstrip('.')}"


def exclusion_tags(vacancy: Vacancy) -> list[str]:
    """Return the employer's offence exclusions, one tag each."""
    return [EXCLUSION_TAGS[code] for code in vacancy.offence_exclusions]


def tag_colour(text: str) -> str:
    """Return the class of an exclusion's tag: green for none, yellow for a talk, else grey."""
    known = {
        EXCLUSION_TAGS[OffenceExclusion.NONE]: "govuk-tag--green",
        EXCLUSION_TAGS[OffenceExclusion.CASE_BY_CASE]: "govuk-tag--yellow",
    }
    return known.get(text, "govuk-tag--grey")


def pay(vacancy: Vacancy) -> str:
    """`£12.85 to £13.20 per hour`."""
    if vacancy.salary_from is None or vacancy.salary_period is None:
        return NOT_STATED
    amounts = [vacancy.salary_from, vacancy.salary_to]
    shown = " to ".join(_pounds(amount) for amount in dict.fromkeys(amounts) if amount is not None)
    period = SalaryPeriod(vacancy.salary_period).label.lower()
    extra = f", and {vacancy.salary_extra}" if vacancy.salary_extra else ""
    return f"{shown} {period}{extra}"


def vacancy_facts(stored: StoredVacancy) -> list[Fact]:
    """Return the short facts at the head of a vacancy's page."""
    vacancy = stored.record
    facts = {
        "Reference": (vacancy.reference,),
        "Place": (place_of(stored), vacancy.base_location.label),
        "Type of work": (vacancy.sector.label,),
        "Pay": (pay(vacancy),),
        "Hours": _hours(vacancy),
        "Contract": (label(vacancy.contract_type),),
        "Posts": (str(vacancy.number_of_vacancies),),
        "Closing date": (closing(vacancy),),
        "Start date": (day(vacancy.start_date, NOT_STATED),),
        "Licences and certificates required": _labels(vacancy.required_certificates, "None"),
        "The work involves": _labels(vacancy.involves, NOT_STATED),
        "Brought in by": (vacancy.source.label,),
    }
    return [Fact(key, tuple(lines)) for key, lines in facts.items()]


def candidate_facts(candidate: Candidate) -> list[Fact]:
    """Return a person's facts; offences and licence conditions are left out."""
    documents = _labels(candidate.id_documents, "None recorded")
    facts = {
        "Name": (f"{candidate.first_name} {candidate.last_name}",),
        "Prison number": (candidate.prison_number,),
        "Prison": (prison_label(candidate.prison_id),),
        "Release date": (_release(candidate),),
        "Going to": (_going_to(candidate),),
        "Consent to matching": (_dated(candidate.consent, candidate.consent_date),),
        "Right to work in the UK": (candidate.right_to_work.label,),
        "Readiness": (_dated(candidate.readiness_status, candidate.ready_since, "since"),),
        "Proof of identity": documents,
        "Hours wanted": _labels(candidate.hours_wanted, "Any"),
        "Furthest travel": (_miles(candidate.furthest_travel_miles),),
        "Can drive": ({True: "Yes", False: "No", None: NOT_RECORDED}[candidate.can_drive],),
    }
    return [Fact(key, tuple(lines)) for key, lines in facts.items()]


def candidate_evidence(candidate: Candidate) -> list[Fact]:
    """Return what a person can do and wants, by group; empty groups are left out."""
    groups = {
        "Experience": tuple(_job(job) for job in candidate.work_experience),
        "Earlier work": _text(candidate.previous_work),
        "Work in prison": _labels(candidate.prison_work),
        "Training in prison": tuple(
            f"{course.type.label}, {course.year}" if course.year else course.type.label
            for course in candidate.prison_training
        ),
        "Licences and certificates": _labels(candidate.certificates_held()),
        "Qualifications": (
            *(_qualification(held) for held in candidate.qualifications),
            *_text(candidate.other_qualifications),
        ),
        "Skills": (*_labels(candidate.skills), *candidate.other_skills),
        "Wants to work in": tuple(
            f"{wanted.type.label}: {wanted.role}" if wanted.role else wanted.type.label
            for wanted in candidate.work_interests
        ),
        "Hopes for": _text(candidate.job_of_particular_interest),
    }
    return [Fact(key, lines) for key, lines in groups.items() if lines]


def readiness_steps(candidate: Candidate) -> list[tuple[str, str]]:
    """Return each readiness action with its status."""
    return [(state.action.label, state.status.label) for state in candidate.readiness_actions]


def clock_time(value: time) -> str:
    """`06:00`."""
    return f"{value:%H:%M}"


def _pounds(amount: Decimal) -> str:
    return f"£{amount:,.0f}" if amount == amount.to_integral_value() else f"£{amount:,.2f}"


def _hours(vacancy: Vacancy) -> tuple[str, ...]:
    lines = [label(vacancy.hours_per_week)]
    if vacancy.work_pattern:
        lines.append(vacancy.work_pattern.label)
    if vacancy.shift_start and vacancy.shift_end:
        lines.append(
            f"Shift from {clock_time(vacancy.shift_start)} to {clock_time(vacancy.shift_end)}"
        )
    return tuple(lines)


def _labels(codes: tuple[Code, ...] | None, otherwise: str = "") -> tuple[str, ...]:
    if codes is not None and "NONE" in codes:
        return ("Nothing that a licence condition touches",) if otherwise == NOT_STATED else ()
    return tuple(code.label for code in codes or ()) or ((otherwise,) if otherwise else ())


def _text(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _dated(code: Code, on: date | None, word: str = "on") -> str:
    return f"{code.label}, {word} {day(on)}" if on else code.label


def _release(candidate: Candidate) -> str:
    kind = candidate.release_date_type
    return day(candidate.release_date) + (f" ({kind.label.lower()})" if kind else "")


def _going_to(candidate: Candidate) -> str:
    if candidate.no_fixed_abode:
        return "No fixed abode"
    return candidate.release_area or NOT_RECORDED


def _miles(limit: int | None) -> str:
    return NOT_RECORDED if limit is None else f"{limit} miles"


def _job(job: WorkExperience) -> str:
    years = " to ".join(str(year) for year in dict.fromkeys((job.start_year, job.end_year)) if year)
    role = job.role[:1].upper() + job.role[1:]
    head = f"{role} ({years})" if years else role
    return f"{head}: {job.details}" if job.details else head


def _qualification(held: Qualification) -> str:
    parts = [held.subject, label(held.level, ""), f"grade {held.grade}" if held.grade else ""]
    return ", ".join(part for part in parts if part)
