"""The query strings that pages read, and the messages for what is wrong in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic import ValidationError as PydanticValidationError

from assurance.audits.rows import SECTIONS
from assurance.audits.service import Asked
from assurance.audits.tally import ATTRIBUTES
from employers.model import VacancyFilter, VacancyOrder
from foundation.places.regions import Region
from foundation.vocabulary import Sector
from matching.policies.service import DEFAULT_POLICY

PAGE_SIZE = 25
TOP_CHOICES = (10, 20, 50, 100)
NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"

Words = Annotated[
    str, StringConstraints(max_length=100, strip_whitespace=True, pattern=NO_CONTROLS)
]
PrisonCode = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^([A-Za-z]{3})?$")
]
PolicyName = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,49}(@[0-9]{1,6})?$"
    ),
]


def _given(value: object) -> object:
    return value or None


class Query(BaseModel):
    """A query string; names that it does not know are ignored, as browsers and links add some."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class VacancySearch(Query):
    """Which vacancies to list."""

    words: Words = ""
    sector: Sector | Literal[""] = ""
    show: Literal["open", "all"] = "open"
    sort: VacancyOrder = VacancyOrder.CLOSING
    page: Annotated[int, Field(ge=1, le=100_000)] = 1

    def filter(self, today: date) -> VacancyFilter:
        """Return the search as the service's filter."""
        return VacancyFilter(self.words, str(self.sector), today if self.show == "open" else None)


class TopOf(Query):
    """How many places of a ranking to show."""

    top: Annotated[int, Field(ge=1, le=100)] = 20


class PolicyOf(Query):
    """Which fairness policy orders the people."""

    policy: PolicyName = DEFAULT_POLICY


class ShortlistOf(TopOf, PolicyOf):
    """Which part of a shortlist to show, under which policy."""

    prison: PrisonCode = ""


class WhyNot(Query):
    """Which vacancy to explain, by the name that a person knows it by."""

    vacancy: Annotated[
        str,
        StringConstraints(min_length=1, max_length=201, strip_whitespace=True, pattern=NO_CONTROLS),
    ]


class AuditOf(Query):
    """Which part of what happened to audit; empty fields mean all."""

    first: Annotated[date | None, BeforeValidator(_given)] = None
    last: Annotated[date | None, BeforeValidator(_given)] = None
    by: Literal[ATTRIBUTES] = "need_band"  # type: ignore[valid-type]
    prison: PrisonCode = ""
    region: Region | Literal[""] = ""
    policy: PolicyName | Literal[""] = ""

    section: Literal[SECTIONS] | Literal[""] = ""  # type: ignore[valid-type]

    def asked(self) -> Asked:
        """Return the query as the service's parameters."""
        return {
            "first": self.first,
            "last": self.last,
            "by": (self.by,),
            "prison": self.prison or None,
            "region": str(self.region) or None,
            "policy": self.policy or None,
        }


MESSAGES = {
    "first": "The first day must be a date up to the last day",
    "last": "The last day must be a date, like 2026-11-22",
    "by": "Choose what to group people by from the list",
    "region": "Choose a region from the list",
    "words": "Words must be 100 characters or fewer, on one line",
    "sector": "Choose a type of work from the list",
    "sort": "Choose an order from the list",
    "show": "Choose open vacancies, or all of them",
    "page": "The page must be a number, 1 or more",
    "prison": "Choose a prison from the list",
    "top": "The length of the list must be a number from 1 to 100",
    "policy": "Choose a fairness policy from the list",
    "section": "Choose a table from the page",
    "vacancy": "Enter a vacancy’s reference, or words from its title",
}

T = TypeVar("T", bound=Query)


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """What was typed, the value that it makes, and errors by field; `value` is None with errors."""

    given: Mapping[str, str]
    value: T | None
    errors: Mapping[str, str]


def empty_form() -> Form[Any]:
    """Return a form that nobody has filled in yet."""
    return Form({}, None, {})


def invalid_form(errors: Mapping[str, str], given: Mapping[str, str] | None = None) -> Form[Any]:
    """Return a form to fill in again, with errors by field and what was typed."""
    return Form(given or {}, None, errors)


def read_form(kind: type[T], given: Mapping[str, str]) -> Form[T]:
    """Return the query string as `kind`, or a message for each field that is wrong."""
    try:
        return Form(given, kind.model_validate(dict(given)), {})
    except PydanticValidationError as error:
        fields = {str(fault["loc"][0]) for fault in error.errors(include_url=False)}
        return Form(given, None, {name: MESSAGES[name] for name in MESSAGES if name in fields})


def refused(form: Form[T], field: str, message: str) -> Form[T]:
    """Return the form with an error that only the service could find."""
    return Form(form.given, None, {field: message})
