"""Vacancies from CSV, from JSON Lines, and from schema.org JobPosting objects among the latter."""

from typing import Any

from employers.job_posting import from_job_posting, is_job_posting
from employers.model import Vacancy
from employers.store import EMPLOYER_FIELDS, upsert_vacancies
from foundation.intake.load import IntakeKind, split_list
from foundation.intake.template import Column
from foundation.record import Fault, check

LISTS = ("offence_exclusions", "documents_asked_for", "involves", "required_certificates")


def from_cells(cells: dict[str, str]) -> dict[str, Any]:
    """The values of one CSV row: `employer_...` columns become the employer."""
    values: dict[str, Any] = {
        name: split_list(cell) if name in LISTS else cell
        for name, cell in cells.items()
        if not name.startswith("employer_")
    }
    values["employer"] = {
        name: cells[f"employer_{name}"] for name in EMPLOYER_FIELDS if f"employer_{name}" in cells
    }
    return values


def from_object(values: dict[str, Any]) -> dict[str, Any]:
    """The values of one JSON object, ours or a JobPosting."""
    return from_job_posting(values) if is_job_posting(values) else values


def check_vacancy(values: dict[str, Any]) -> Vacancy | list[Fault]:
    """The vacancy, or everything that is wrong. A lone employer name will do for an employer."""
    if isinstance(values.get("employer"), str):
        values = values | {"employer": {"name": values["employer"]}}
    return check(Vacancy, values)


def natural_key(vacancy: Vacancy) -> tuple[str, str]:
    """Employer and reference."""
    return vacancy.employer.key, vacancy.reference


COLUMNS = (
    Column(
        "employer_name",
        "Harbour Foods Ltd",
        "Employer, 3 to 100 characters. With the reference it is the key: importing it again "
        "updates the same vacancy.",
        required=True,
    ),
    Column(
        "employer_description",
        "Family caterer with six kitchens",
        "What the employer does, up to 1,000 characters.",
    ),
    Column("employer_sector", "HOSPITALITY_CATERING", "The employer's industry."),
    Column("employer_status", "GOLD", "Standing with the service."),
    Column("employer_contact_name", "Jo Example", "Who to speak to."),
    Column("employer_contact_email", "jobs@harbour.example", "Where to write."),
    Column("reference", "HF-001", "The employer's own reference for the vacancy.", required=True),
    Column("title", "Kitchen porter", "Job title, 3 to 100 characters.", required=True),
    Column("sector", "HOSPITALITY", "Type of work.", required=True),
    Column("industry_sector", "HOSPITALITY_CATERING", "Industry, for reporting.", required=True),
    Column("number_of_vacancies", "2", "How many places. Empty: 1."),
    Column("source", "NFN", "Who brought the vacancy in.", required=True),
    Column("secondary_source", "", "A second one, different from the first."),
    Column("postcode", "LS1 4AP", "Postcode of the workplace; required unless national or remote."),
    Column("national", "no", "yes if the work is anywhere in the country."),
    Column("base_location", "WORKPLACE", "Where the work is done. Empty: WORKPLACE."),
    Column("salary_from", "12.60", "Pounds, two decimal places."),
    Column("salary_to", "13.10", "Pounds; not less than salary_from."),
    Column("salary_period", "PER_HOUR", "What the salary is for; required with salary_from."),
    Column("pays_minimum_wage", "yes", "yes if it pays at least the national minimum wage."),
    Column("salary_extra", "Meals on shift", "More about pay, up to 100 characters."),
    Column("work_pattern", "FLEXIBLE_SHIFTS", "How the hours are arranged."),
    Column("hours_per_week", "FULL_TIME", "How many hours. Empty: not stated."),
    Column("contract_type", "PERMANENT", "Kind of contract."),
    Column(
        "description",
        "Keep our kitchen clean and running.",
        "What the job is, up to 3,000 characters.",
        required=True,
    ),
    Column(
        "essential_criteria",
        "Able to stand for a shift. Level 2 food hygiene.",
        "What someone must have, one sentence or line each, up to 1,000 characters.",
        required=True,
    ),
    Column(
        "desirable_criteria",
        "Worked in a kitchen before.",
        "What would be good to have, up to 1,000 characters.",
    ),
    Column("how_to_apply", "Ask your employment lead.", "Up to 1,000 characters.", required=True),
    Column(
        "offence_exclusions",
        "CASE_BY_CASE",
        "NONE, or what is excluded; CASE_BY_CASE and OTHER are referred to a person.",
        required=True,
    ),
    Column("offence_exclusions_details", "", "Needed with OTHER."),
    Column("rolling", "no", "yes if there is no closing date."),
    Column(
        "closing_date",
        "2026-12-31",
        "Last day to apply, as YYYY-MM-DD; open all that day. Required unless rolling.",
    ),
    Column("start_date", "2027-02-01", "First day of work, as YYYY-MM-DD, if it is fixed."),
    Column("only_prison_leavers", "no", "yes if only people leaving prison may apply."),
    Column("documents_asked_for", "CV", "What to send, separated by semicolons."),
    Column("documents_details", "", "Needed with OTHER."),
    Column(
        "involves",
        "NONE",
        "What the work involves that a licence condition can touch. Empty: not stated. NONE: "
        "none of them.",
    ),
    Column("shift_start", "07:00", "Earliest start, HH:MM."),
    Column("shift_end", "15:30", "Latest end, HH:MM; earlier than the start means the next day."),
    Column(
        "required_certificates",
        "FOOD_HYGIENE_CERTIFICATE",
        "Certificates and licences without which the job cannot be done.",
    ),
)

VACANCIES: IntakeKind[Vacancy] = IntakeKind(
    columns=tuple(column.name for column in COLUMNS),
    required=tuple(column.name for column in COLUMNS if column.required),
    from_cells=from_cells,
    from_object=from_object,
    check=check_vacancy,
    key=natural_key,
    save=upsert_vacancies,
)
