"""What one line of an advert's criteria asks for."""

from dataclasses import dataclass
from enum import StrEnum

from index.text.certificates import Certificate


class RequirementKind(StrEnum):
    """How much a requirement matters; boilerplate asks for nothing."""

    ESSENTIAL = "essential"
    DESIRABLE = "desirable"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement: `text` is encoded, `shown` is the advert's own words.

    `clauses` are the parts of `text`, empty if it has but one; with `alternatives` one of them is
    enough. Of `certificates`, any one is enough with `any_certificate`, else all are asked; they
    are only asked for at all with `certificates_required`, which is false where something else will
    do instead ("or time served") and where they may still be earned (`obtainable`). `years` is the
    least experience asked for. `attitude` marks what a profile can seldom show. A line that is
    boilerplate has its reason.
    """

    kind: RequirementKind
    text: str
    shown: str
    clauses: tuple[str, ...] = ()
    alternatives: bool = False
    certificates: tuple[Certificate, ...] = ()
    any_certificate: bool = False
    certificates_required: bool = False
    obtainable: bool = False
    years: float | None = None
    no_experience_needed: bool = False
    attitude: bool = False
    boilerplate_reason: str | None = None
