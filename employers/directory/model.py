"""What a broker's list of employers may be narrowed to, its orders, and a row of it."""

from dataclasses import dataclass
from uuid import UUID

from foundation.vocabulary import Code, EmployerSector, EmployerStatus


class EmployerSort(Code):
    """What a list of employers is ordered by (ours)."""

    NAME = "NAME"
    OPEN = "OPEN", "Most open vacancies"
    HIRED = "HIRED", "Most people hired"


@dataclass(frozen=True, slots=True)
class EmployerFilter:
    """Which employers a list shows. `hiring` leaves out those without an open vacancy."""

    words: str = ""
    sector: EmployerSector | None = None
    status: EmployerStatus | None = None
    hiring: bool = False


@dataclass(frozen=True, slots=True)
class EmployerSummary:
    """A row of the list. `hired` are people who have accepted an offer or begun work."""

    id: int
    public_id: UUID
    name: str
    description: str | None
    sector: EmployerSector
    status: EmployerStatus
    contact_name: str | None
    contact_email: str | None
    vacancies: int
    open_vacancies: int
    hired: int
