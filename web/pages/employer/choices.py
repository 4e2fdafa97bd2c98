"""The choices of a vacancy's steps: pairs of what is sent and what is read, by question."""

from collections.abc import Iterable

from foundation.vocabulary import (
    ApplicationDocument,
    BaseLocation,
    Code,
    ContractType,
    EmployerSector,
    HoursPerWeek,
    Involves,
    OffenceExclusion,
    SalaryPeriod,
    Sector,
    Training,
    WorkPattern,
)

Pairs = tuple[tuple[str, str], ...]


def pairs(codes: Iterable[Code]) -> Pairs:
    """Codes with their labels."""
    return tuple((code.value, code.label) for code in codes)


YES_OR_NO: Pairs = (("yes", "Yes"), ("no", "No"))
EXCLUSION_WORDS = {
    OffenceExclusion.NONE: "None: we consider everybody",
    OffenceExclusion.CASE_BY_CASE: "Case by case: we decide about each person, with advice",
    OffenceExclusion.ARSON: "Everybody with an arson offence",
    OffenceExclusion.DRIVING: "Everybody with a driving offence",
    OffenceExclusion.MURDER: "Everybody convicted of murder",
    OffenceExclusion.SEXUAL: "Everybody with a sexual offence",
    OffenceExclusion.TERRORISM: "Everybody with a terrorism offence",
    OffenceExclusion.OTHER: "Something else, in your own words",
}
CHOICES: dict[str, Pairs] = {
    "sector": pairs(Sector),
    "industry_sector": pairs(EmployerSector),
    "national": YES_OR_NO,
    "base_location": pairs(BaseLocation),
    "work_pattern": pairs(WorkPattern),
    "hours_per_week": pairs(HoursPerWeek),
    "contract_type": pairs(ContractType),
    "salary_period": pairs(SalaryPeriod),
    "pays_minimum_wage": YES_OR_NO,
    "required_certificates": pairs(
        code for code in Training if code not in (Training.NONE, Training.OTHER)
    ),
    "involves": pairs(Involves),
    "offence_exclusions": tuple((code.value, text) for code, text in EXCLUSION_WORDS.items()),
    "rolling": YES_OR_NO,
    "documents_asked_for": pairs(ApplicationDocument),
    "only_prison_leavers": YES_OR_NO,
}
