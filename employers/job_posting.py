"""schema.org JobPosting, as job boards publish it, to a vacancy's values.

What an advert does not say is not made up: what the work involves stays unknown and offences are
case by case, so that a person looks; text that is too long is cut at a sentence.
Fields as in https://schema.org/JobPosting.
"""

import html
import re
from typing import Any

from foundation.vocabulary import (
    BaseLocation,
    ContractType,
    EmployerSector,
    HoursPerWeek,
    OffenceExclusion,
    SalaryPeriod,
    Sector,
    Source,
)
from index.text.requirements import RequirementKind, read_prose
from index.text.text import split_sentences

DESCRIPTION_LIMIT, CRITERIA_LIMIT = 3000, 1000
CRITERIA_FIELDS = ("qualifications", "experienceRequirements", "educationRequirements", "skills")

PERIODS = {
    "HOUR": SalaryPeriod.PER_HOUR,
    "DAY": SalaryPeriod.PER_DAY,
    "WEEK": SalaryPeriod.PER_WEEK,
    "MONTH": SalaryPeriod.PER_MONTH,
    "YEAR": SalaryPeriod.PER_YEAR,
}
HOURS = {"FULL_TIME": HoursPerWeek.FULL_TIME, "PART_TIME": HoursPerWeek.PART_TIME}
CONTRACTS = {
    "TEMPORARY": ContractType.TEMPORARY,
    "CONTRACTOR": ContractType.SELF_EMPLOYMENT,
    "PER_DIEM": ContractType.TEMPORARY,
}

TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)  # and not "under < 5 years"

# Words in a title that tell its type of work, first match wins.
TITLE_SECTORS = (
    (Sector.DRIVING, r"driver|courier|transport|chauffeur|delivery"),
    (
        Sector.HOSPITALITY,
        r"cater|chef|cook|kitchen|barista|housekeep|waiter|waitress|bar staff|food"
        r"|(?:hotel|night|hall) porter",
    ),
    (
        Sector.CLEANING_AND_MAINTENANCE,
        r"clean|domestic|caretak|estates|maintenance|handy|laundry|linen|facilit",
    ),
    (
        Sector.WAREHOUSING,
        r"warehouse|stores?\b|stock|picker|packer|forklift|logistic|materials|supply chain"
        r"|distribution",
    ),
    (Sector.OTHER, r"porter|health ?care|care (?:assistant|worker|support)|\bcarer|\bhca\b"),
    (
        Sector.CONSTRUCTION,
        r"electrician|plumb|carpent|joiner|painter|decorator|builder|labourer|craftsperson|"
        r"trades|bricklay|plaster",
    ),
    (Sector.OUTDOOR, r"garden|grounds|farm|animal"),
    (
        Sector.OFFICE,
        r"admin|clerk|clerical|secretar|reception|office(?!r)|coordinator|co-ordinator|"
        r"assistant manager|finance|payroll|data",
    ),
    (Sector.TECHNICAL, r"\bit\b|software|developer|digital|systems|network engineer|service desk"),
    (Sector.MANUFACTURING, r"engineer|technician|production|machin|fabricat|weld|steril"),
    (
        Sector.EDUCATION_TRAINING,
        r"teach|train|tutor|mentor|support worker|youth",
    ),
    (Sector.BEAUTY, r"hair|barber|beauty|wellbeing"),
    (Sector.SPORTS, r"fitness|sport|gym|leisure"),
    (Sector.WASTE_MANAGEMENT, r"waste|recycl|refuse"),
    (Sector.RETAIL, r"retail|sales|shop"),
)


def is_job_posting(values: dict[str, Any]) -> bool:
    """True for an object that says it is a JobPosting."""
    kind = values.get("@type")
    return kind == "JobPosting" or (isinstance(kind, list) and "JobPosting" in kind)


def from_job_posting(posting: dict[str, Any]) -> dict[str, Any]:
    """Values for `Vacancy`; what is missing is left out, so that validation names it."""
    title = _words(posting.get("title"))
    description = _words(posting.get("description"))
    employer = next(iter(_several(posting.get("hiringOrganization"))), None) or {}
    types = [str(kind) for kind in _several(posting.get("employmentType"))]
    remote = "TELECOMMUTE" in _several(posting.get("jobLocationType"))
    values = {
        "employer": {
            "name": _words(employer.get("name") if isinstance(employer, dict) else employer)[:100]
        },
        "reference": _reference(posting),
        "title": _long_enough(title, posting)[:100].strip(),
        "sector": sector_of_title(title),
        "industry_sector": EmployerSector.OTHER,
        "number_of_vacancies": posting.get("totalJobOpenings") or 1,
        "source": Source.OTHER,
        "postcode": _postcode(posting.get("jobLocation")),
        "base_location": BaseLocation.REMOTE if remote else BaseLocation.WORKPLACE,
        "hours_per_week": next((HOURS[kind] for kind in types if kind in HOURS), None),
        "contract_type": next((CONTRACTS[kind] for kind in types if kind in CONTRACTS), None),
        "description": cut(description, DESCRIPTION_LIMIT),
        **_criteria(posting, description),
        "how_to_apply": str(posting.get("url") or "Apply as the advert says."),
        "offence_exclusions": [OffenceExclusion.CASE_BY_CASE],
        "rolling": not posting.get("validThrough"),
        "closing_date": str(posting["validThrough"])[:10] if posting.get("validThrough") else None,
        "start_date": str(posting["jobStartDate"])[:10] if posting.get("jobStartDate") else None,
        **_salary(posting.get("baseSalary")),
    }
    return {name: value for name, value in values.items() if value not in (None, "")}


def _long_enough(title: str, posting: dict[str, Any]) -> str:
    """A title of two letters, such as GP, with its place behind it: ours have three or more."""
    if len(title) > 2:
        return title
    towns = (
        address.get("addressLocality")
        for place in _several(posting.get("jobLocation"))
        if isinstance(place, dict) and isinstance(address := place.get("address"), dict)
    )
    return ", ".join(part for part in (title, next(towns, None)) if part)


def sector_of_title(title: str) -> Sector:
    """The type of work that a title's words tell, OTHER if none does."""
    for sector, words in TITLE_SECTORS:
        if re.search(words, title, re.IGNORECASE):
            return sector
    return Sector.OTHER


def cut(text: str, limit: int) -> str:
    """The text up to the last end of a sentence or line in the later half of `limit` characters.

    Where there is none, up to the last word.
    """
    if len(text) <= limit:
        return text
    ends = [match.end() for match in re.finditer(r"[.!?](?=\s|$)|\n", text[: limit + 1])]
    last = max((end for end in ends if limit // 2 < end <= limit), default=None)
    return text[:last].strip() if last else text[:limit].rsplit(" ", 1)[0]


def _criteria(posting: dict[str, Any], description: str) -> dict[str, str]:
    """What the advert gives as its criteria, or else what its description asks for.

    Where that asks for nothing, its first sentences: a vacancy must say something.
    """
    given = "\n".join(text for name in CRITERIA_FIELDS if (text := _words(posting.get(name))))
    if given:
        return {"essential_criteria": cut(given, CRITERIA_LIMIT)}
    asked: dict[RequirementKind, list[str]] = {kind: [] for kind in RequirementKind}
    for requirement in read_prose(description):
        asked[requirement.kind].append(requirement.shown)
    essential = asked[RequirementKind.ESSENTIAL] or split_sentences(description)[:3]
    return {
        "essential_criteria": cut("\n".join(essential), CRITERIA_LIMIT),
        "desirable_criteria": cut("\n".join(asked[RequirementKind.DESIRABLE]), CRITERIA_LIMIT),
    }


def _reference(posting: dict[str, Any]) -> str | None:
    identifier = next(iter(_several(posting.get("identifier"))), None)
    if isinstance(identifier, dict):
        identifier = identifier.get("value")
    reference = identifier or posting.get("url")
    return str(reference)[:100] if reference else None


def _postcode(location: object) -> str | None:
    for place in _several(location):
        address = place.get("address") if isinstance(place, dict) else None
        if isinstance(address, dict) and address.get("postalCode"):
            return str(address["postalCode"])
    return None


def _salary(given: object) -> dict[str, Any]:
    value = given.get("value") if isinstance(given, dict) else None
    if not isinstance(value, dict):
        return {}
    period = PERIODS.get(str(value.get("unitText") or "").upper())
    lowest = value.get("minValue") or value.get("value")
    highest = value.get("maxValue") or lowest
    if period is None or lowest is None:
        return {}
    return {"salary_from": str(lowest), "salary_to": str(highest), "salary_period": period}


def _several(value: Any) -> list[Any]:  # noqa: ANN401 -- JSON
    return value if isinstance(value, list) else [] if value is None else [value]


def _words(value: object) -> str:
    """Text without tags or entities; paragraphs, list items and breaks become lines."""
    if isinstance(value, list):
        return "\n".join(_words(each) for each in value)
    if isinstance(value, dict):
        return _words(value.get("description") or value.get("name"))
    if value is None:
        return ""
    text = str(value)
    if not TAG.search(text):  # boards often escape the tags too
        text = html.unescape(text)
    text = re.sub(r"(?i)<(?:br|/p|/li|/h[1-6]|/div)\b[^>]*>", "\n", text)
    text = html.unescape(TAG.sub(" ", text))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
