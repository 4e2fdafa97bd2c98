"""Equality monitoring: protected characteristics, apart from everything that ranks.

For adding up in the audit only. Data held for equality monitoring may not be used for measures or
decisions about a particular person (Data Protection Act 2018, Schedule 1, paragraph 8(3)), so these
records are read and written by a role of their own, and nothing that ranks may import this file.
Characteristics are what people said of themselves; none is inferred. "Not stated" is an answer.
"""

from typing import Any

from pydantic import TypeAdapter, ValidationError, field_validator, model_validator

from candidates.model import PrisonNumber
from foundation.record import Record
from foundation.vocabulary import Code

NOT_STATED = "NOT_STATED", "Not stated"
BOOLEAN = TypeAdapter(bool)


class Sex(Code):
    """Sex (Government Statistical Service harmonised standard)."""

    FEMALE = "FEMALE"
    MALE = "MALE"
    NOT_STATED = NOT_STATED


class GenderIdentity(Code):
    """Whether gender is the same as the sex registered at birth (as the 2021 Census asked)."""

    SAME_AS_REGISTERED = "SAME_AS_REGISTERED", "Same as sex registered at birth"
    DIFFERENT = "DIFFERENT", "Different from sex registered at birth"
    NOT_STATED = NOT_STATED


class AgeBand(Code):
    """Age, in the bands of the HMPPS Offender Equalities report."""

    UNDER_18 = "UNDER_18", "Under 18"
    FROM_18_TO_20 = "FROM_18_TO_20", "18 to 20"
    FROM_21_TO_24 = "FROM_21_TO_24", "21 to 24"
    FROM_25_TO_29 = "FROM_25_TO_29", "25 to 29"
    FROM_30_TO_39 = "FROM_30_TO_39", "30 to 39"
    FROM_40_TO_49 = "FROM_40_TO_49", "40 to 49"
    FROM_50_TO_59 = "FROM_50_TO_59", "50 to 59"
    FROM_60 = "FROM_60", "60 or over"
    NOT_STATED = NOT_STATED


class Ethnicity(Code):
    """The five groups of the harmonised standard: no more is held than the audit can show."""

    ASIAN = "ASIAN", "Asian or Asian British"
    BLACK = "BLACK", "Black, Black British, Caribbean or African"
    MIXED = "MIXED", "Mixed or multiple ethnic groups"
    WHITE = "WHITE", "White"
    OTHER = "OTHER", "Other ethnic group"
    NOT_STATED = NOT_STATED


class Disability(Code):
    """Disability as the Equality Act 2010 defines it (harmonised standard)."""

    DISABLED = "DISABLED"
    NOT_DISABLED = "NOT_DISABLED", "Not disabled"
    NOT_STATED = NOT_STATED


class Religion(Code):
    """Religion or belief (harmonised standard)."""

    NO_RELIGION = "NO_RELIGION"
    BUDDHIST = "BUDDHIST"
    CHRISTIAN = "CHRISTIAN"
    HINDU = "HINDU"
    JEWISH = "JEWISH"
    MUSLIM = "MUSLIM"
    SIKH = "SIKH"
    OTHER = "OTHER", "Any other religion"
    NOT_STATED = NOT_STATED


class SexualOrientation(Code):
    """Sexual orientation (harmonised standard)."""

    HETEROSEXUAL = "HETEROSEXUAL", "Heterosexual or straight"
    GAY_OR_LESBIAN = "GAY_OR_LESBIAN", "Gay or lesbian"
    BISEXUAL = "BISEXUAL"
    OTHER = "OTHER"
    NOT_STATED = NOT_STATED


class Nationality(Code):
    """Nationality, as offender management statistics divide it."""

    BRITISH = "BRITISH", "British"
    OTHER = "OTHER", "Other nationality"
    NOT_STATED = NOT_STATED


CHARACTERISTICS: dict[str, type[Code]] = {
    "sex": Sex,
    "gender_identity": GenderIdentity,
    "age_band": AgeBand,
    "ethnicity": Ethnicity,
    "disability": Disability,
    "religion": Religion,
    "sexual_orientation": SexualOrientation,
    "nationality": Nationality,
}


class Monitoring(Record):
    """What one person said of themselves. `None` throughout for whoever opted out."""

    prison_number: PrisonNumber
    opted_out: bool = False
    sex: Sex | None = None
    gender_identity: GenderIdentity | None = None
    age_band: AgeBand | None = None
    ethnicity: Ethnicity | None = None
    disability: Disability | None = None
    religion: Religion | None = None
    sexual_orientation: SexualOrientation | None = None
    nationality: Nationality | None = None

    @model_validator(mode="before")
    @classmethod
    def hold_nothing_of_whoever_opted_out(cls, values: Any) -> Any:  # noqa: ANN401 -- any input
        """Opting out drops what else the row says, unread; otherwise an empty answer is none."""
        if not isinstance(values, dict):
            return values
        if _means_yes(values.get("opted_out")):
            return {name: value for name, value in values.items() if name not in CHARACTERISTICS}
        stated = {name: values.get(name) for name in CHARACTERISTICS}
        return values | {
            name: "NOT_STATED" if value in (None, "") else value for name, value in stated.items()
        }

    @field_validator("prison_number", mode="before")
    @classmethod
    def upper_case(cls, value: object) -> object:
        """A prison number is the same however it is typed."""
        return value.strip().upper() if isinstance(value, str) else value


def _means_yes(value: object) -> bool:
    try:
        return BOOLEAN.validate_python(value)
    except ValidationError:
        return False
