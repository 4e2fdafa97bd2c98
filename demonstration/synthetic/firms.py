"""Employers that do not exist: an invented place or name, a trade, and what they say they are."""

from random import Random
from typing import Any

from demonstration.synthetic.background import pick
from foundation.vocabulary import EmployerSector, EmployerStatus, Sector

# Two halves of place names that are on no map, so that no real company is named by chance.
FIRST_HALF = (
    "Ottle", "Quarn", "Pellow", "Thrist", "Brindle", "Mossock", "Hethers", "Dunmar", "Carrick",
    "Wenslo", "Yarrick", "Fallow", "Grims", "Skelder", "Tamber", "Ulvers", "Wharnel", "Lintho",
    "Pendra", "Rastle", "Sorrel", "Kelver", "Inger", "Holver", "Eskel", "Dorran", "Cobble",
    "Bransel", "Averil", "Marrow",
)  # fmt: skip
SECOND_HALF = (
    "mere", "wick", "combe", "shaw", "holt", "garth", "stow", "beck", "thwaite", "dale", "fold",
    "bury", "gate", "scar", "march",
)  # fmt: skip
TRADES = {
    Sector.OUTDOOR: ("Grounds Care", "Landscapes", "Growers", "Estates"),
    Sector.CLEANING_AND_MAINTENANCE: ("Cleaning Services", "Facilities", "Property Care"),
    Sector.CONSTRUCTION: ("Construction", "Building Services", "Groundworks", "Contractors"),
    Sector.DRIVING: ("Transport", "Haulage", "Deliveries", "Couriers"),
    Sector.BEAUTY: ("Hair and Beauty", "Salons", "Grooming"),
    Sector.HOSPITALITY: ("Hospitality", "Inns", "Hotels", "Venues"),
    Sector.TECHNICAL: ("Digital", "Engineering", "Motors", "Technical Services"),
    Sector.MANUFACTURING: ("Manufacturing", "Products", "Industries", "Works"),
    Sector.OFFICE: ("Business Services", "Support Centre", "Administration"),
    Sector.RETAIL: ("Stores", "Retail", "Trading", "Supplies"),
    Sector.SPORTS: ("Leisure", "Sports Trust", "Events"),
    Sector.WAREHOUSING: ("Logistics", "Distribution", "Fulfilment", "Storage"),
    Sector.EDUCATION_TRAINING: ("Training", "Support Trust", "Community Services"),
    Sector.WASTE_MANAGEMENT: ("Recycling", "Waste Services", "Environmental"),
    Sector.OTHER: ("Services", "Group", "Solutions"),
}
ENDINGS = ("Ltd", "Ltd", "Ltd", "", "and Sons", "Group", "CIC", "Partnership", "UK Ltd")
INDUSTRY = {
    Sector.OUTDOOR: EmployerSector.AGRICULTURE,
    Sector.CLEANING_AND_MAINTENANCE: EmployerSector.PROPERTY,
    Sector.CONSTRUCTION: EmployerSector.CONSTRUCTION,
    Sector.DRIVING: EmployerSector.LOGISTICS,
    Sector.BEAUTY: EmployerSector.OTHER,
    Sector.HOSPITALITY: EmployerSector.HOSPITALITY_CATERING,
    Sector.TECHNICAL: EmployerSector.TECHNOLOGY,
    Sector.MANUFACTURING: EmployerSector.MANUFACTURING,
    Sector.OFFICE: EmployerSector.ADMIN_SUPPORT,
    Sector.RETAIL: EmployerSector.RETAIL,
    Sector.SPORTS: EmployerSector.ARTS_ENTERTAINMENT,
    Sector.WAREHOUSING: EmployerSector.LOGISTICS,
    Sector.EDUCATION_TRAINING: EmployerSector.EDUCATION,
    Sector.WASTE_MANAGEMENT: EmployerSector.WASTE_MANAGEMENT,
    Sector.OTHER: EmployerSector.OTHER,
}
ABOUT = (
    "Family firm of {staff} people, going since {year}.",
    "We employ around {staff} people and have taken on people from prison since {later}.",
    "{staff} staff. What matters to us is whether you turn up and do the job.",
    "Independent company founded in {year}, with about {staff} employees.",
    "A growing business of {staff} people. Disability Confident and Ban the Box employer.",
    "Local employer. Most of our supervisors started at the bottom.",
)
STATUSES = {
    EmployerStatus.SILVER: 0.55, EmployerStatus.GOLD: 0.33, EmployerStatus.KEY_PARTNER: 0.12,
}  # fmt: skip


def draw_employer(rng: Random, sector: Sector) -> dict[str, Any]:
    """An employer. The same name always comes with the same particulars."""
    place = f"{rng.choice(FIRST_HALF)}{rng.choice(SECOND_HALF)}"
    name = f"{place} {rng.choice(TRADES[sector])} {rng.choice(ENDINGS)}".strip()
    own = Random(name)  # noqa: S311 -- what is said of an employer hangs on its name alone
    about = own.choice(ABOUT).format(
        staff=own.choice((12, 18, 25, 40, 65, 120, 240, 400, 900)),
        year=own.randint(1948, 2016),
        later=own.randint(2017, 2024),
    )
    return {
        "name": name,
        "description": about if own.random() < 0.8 else None,
        "sector": INDUSTRY[sector],
        "status": pick(own, STATUSES) if own.random() < 0.7 else None,
    }
