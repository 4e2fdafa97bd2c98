"""Candidates from CSV (one row a person, for people) and JSON Lines (which carries everything)."""

from collections.abc import Callable
from typing import Any

from candidates.model import Candidate
from candidates.store import upsert_candidates
from foundation.intake.load import IntakeKind, split_list
from foundation.intake.template import Column
from foundation.record import Fault, check

CODE_LISTS = (
    "id_documents",
    "support_declined_reasons",
    "changes_needed",
    "affecting_ability",
    "skills",
    "other_skills",
    "qualification_types",
    "training",
    "prison_work",
    "hours_wanted",
    "work_patterns_wanted",
    "offences",
    "licence_conditions",
    "exclusion_zones",
)


def _pair(first: str, second: str) -> Callable[[str], dict[str, str]]:
    """A reader of `first: second` entries; the second part may be left out."""

    def read(entry: str) -> dict[str, str]:
        head, _, tail = entry.partition(":")
        values = {first: head.strip()}
        return values | ({second: tail.strip()} if tail.strip() else {})

    return read


def _qualification(entry: str) -> dict[str, str]:
    parts = [part.strip() for part in entry.split(":")]
    return {
        name: part for name, part in zip(("subject", "level", "grade"), parts, strict=False) if part
    }


def _training_in_prison(entry: str) -> dict[str, str]:
    words = entry.split()
    if len(words) > 1 and words[-1].isdigit():
        return {"type": " ".join(words[:-1]), "year": words[-1]}
    return {"type": entry}


RECORD_LISTS: dict[str, Callable[[str], dict[str, str]]] = {
    "readiness_actions": _pair("action", "status"),
    "work_interests": _pair("type", "role"),
    "qualifications": _qualification,
    "prison_training": _training_in_prison,
}


def from_cells(cells: dict[str, str]) -> dict[str, Any]:
    """The values of one CSV row; what is left empty is left out."""
    values: dict[str, Any] = dict(cells)
    for name in CODE_LISTS:
        if name in cells:
            values[name] = split_list(cells[name])
    for name, read in RECORD_LISTS.items():
        if name in cells:
            values[name] = [read(entry) for entry in split_list(cells[name])]
    if "work_experience" in cells:
        read_job = _pair("role", "details")
        jobs = [part.strip() for part in cells["work_experience"].split("|")]
        values["work_experience"] = [read_job(job) for job in jobs if job]
    return values


def check_candidate(values: dict[str, Any]) -> Candidate | list[Fault]:
    """The candidate, or everything that is wrong."""
    return check(Candidate, values)


COLUMNS = (
    Column(
        "prison_number",
        "A1234BC",
        "Prison number: a letter, four digits, two letters. The key: importing it again "
        "updates the same person.",
        required=True,
    ),
    Column("first_name", "Sam", "First name.", required=True),
    Column("last_name", "Example", "Last name.", required=True),
    Column("prison_id", "MDI", "Three-letter code of the prison.", required=True),
    Column("release_date", "2027-01-29", "Date of release, as YYYY-MM-DD. Empty: not known."),
    Column("release_date_type", "CRD", "Which date it is."),
    Column("release_area", "LS11", "Full postcode or outward code of the place of release."),
    Column(
        "no_fixed_abode",
        "no",
        "yes if there is no address to go to; then leave release_area empty.",
    ),
    Column("consent", "GIVEN", "Consent to being matched. Nobody is matched without it."),
    Column("consent_date", "2026-10-05", "When consent was given or withdrawn, as YYYY-MM-DD."),
    Column("right_to_work", "YES", "Right to work in the UK."),
    Column("readiness_status", "READY_TO_WORK", "Where the person stands with finding work."),
    Column("ready_since", "2026-10-05", "Since when they have been ready, as YYYY-MM-DD."),
    Column(
        "readiness_actions",
        "CV_AND_COVERING_LETTER: COMPLETED; ID: IN_PROGRESS",
        "Actions as `action: status`, separated by semicolons.",
    ),
    Column(
        "id_documents", "BIRTH_CERTIFICATE", "Proofs of identity held, separated by semicolons."
    ),
    Column("support_declined_reasons", "", "Why support was declined, separated by semicolons."),
    Column("changes_needed", "", "What would have to change, separated by semicolons."),
    Column(
        "affecting_ability", "NONE", "What affects their ability to work, separated by semicolons."
    ),
    Column(
        "work_interests",
        "WAREHOUSING: forklift driver; DRIVING",
        "Types of work wanted as `type: role`; the role may be left out.",
    ),
    Column(
        "job_of_particular_interest",
        "Forklift driver",
        "A job named in their own words, up to 200 characters.",
    ),
    Column(
        "work_experience",
        "Warehouse operative: picked and packed orders with a scanner | Labourer: general site "
        "work",
        "Jobs held, as `role: details`, separated by a vertical bar.",
    ),
    Column(
        "previous_work",
        "Helped in a charity shop",
        "Other work or volunteering in their own words, up to 4,000 characters.",
    ),
    Column("skills", "TEAMWORK; RESILIENCE", "Personal skills, separated by semicolons."),
    Column(
        "other_skills",
        "stock counting; basic bricklaying",
        "Other skills in their own words, separated by semicolons.",
    ),
    Column(
        "qualifications",
        "Maths: LEVEL_1: Pass; English: ENTRY_LEVEL",
        "As `subject: level: grade`; level and grade may be left out.",
    ),
    Column(
        "qualification_types",
        "SCHOOL_EDUCATION",
        "Kinds of qualification held, separated by semicolons.",
    ),
    Column(
        "other_qualifications", "", "Anything else about qualifications, up to 4,000 characters."
    ),
    Column(
        "training",
        "MANUAL_HANDLING; FOOD_HYGIENE_CERTIFICATE",
        "Certificates and licences held. Empty: not recorded; then jobs that require one are "
        "referred to a person. NONE: there is none.",
    ),
    Column("prison_work", "KITCHENS_AND_COOKING", "Work done in prison, separated by semicolons."),
    Column(
        "prison_training",
        "FORKLIFT_DRIVING 2025",
        "Courses taken in prison, each with its year if known, separated by semicolons.",
    ),
    Column("hours_wanted", "FULL_TIME; FULL_TIME_40_PLUS", "Hours they would work. Empty: any."),
    Column("work_patterns_wanted", "FLEXIBLE_SHIFTS", "Patterns they would like. Empty: any."),
    Column(
        "furthest_travel_miles",
        "12",
        "Furthest they can travel to work, in whole miles in a straight line.",
    ),
    Column("can_drive", "no", "yes if they can drive themselves to work."),
    Column("pay_wanted_per_hour", "12.50", "Pay wanted, in pounds an hour."),
    Column(
        "offences",
        "NONE",
        "Offence categories that employers may exclude. Empty: not recorded; jobs with "
        "exclusions are then referred to a person. Never shown to employers.",
    ),
    Column(
        "licence_conditions",
        "CURFEW",
        "Licence conditions that restrict work. Empty: not recorded. NONE: there is none.",
    ),
    Column("curfew_from", "19:00", "Start of the curfew, HH:MM; needed with CURFEW."),
    Column("curfew_to", "07:00", "End of the curfew, HH:MM; needed with CURFEW."),
    Column("exclusion_zones", "", "Outward codes they may not enter; needed with EXCLUSION_ZONE."),
    Column("accommodation", "TEMPORARY", "Accommodation expected on release."),
    Column("literacy", "LEVEL_1", "Assessed literacy."),
    Column("numeracy", "ENTRY_3", "Assessed numeracy."),
    Column("digital", "ENTRY_3", "Assessed digital skill."),
    Column("years_since_last_work", "4", "Whole years since they last worked outside."),
    Column("ever_worked", "yes", "no if they have never had a job."),
)

CANDIDATES: IntakeKind[Candidate] = IntakeKind(
    columns=tuple(column.name for column in COLUMNS),
    required=tuple(column.name for column in COLUMNS if column.required),
    from_cells=from_cells,
    from_object=lambda values: values,
    check=check_candidate,
    key=lambda candidate: candidate.prison_number,
    save=upsert_candidates,
)
