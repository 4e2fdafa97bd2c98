"""The query strings of an employer's lists."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from pydantic import BeforeValidator, Field
from pydantic import ValidationError as PydanticValidationError

from casework.applications.model import IntroducedFilter, IntroducedOrder
from employers.model import VacancyOrder
from employers.posting.service import Showing
from web.forms.forms import Form, Query
from web.pages.employer.stages import EmployerStage

PageNumber = Annotated[int, Field(ge=1, le=100_000)]
StageCode = Literal["", "waiting", "interview", "offer", "started", "ended"]


def _given(value: object) -> object:
    return value or None


class OwnVacancies(Query):
    """Which of the employer's vacancies to list, and in what order."""

    show: Literal["open", "closed", "all", "drafts"] = "open"
    sort: VacancyOrder = VacancyOrder.CLOSING
    page: PageNumber = 1

    @property
    def showing(self) -> Showing:
        """Return the query as the service's filter; drafts are no vacancies yet."""
        return Showing.ALL if self.show == "drafts" else Showing(self.show)


class PeopleWanted(Query):
    """Which people put forward to list, and in what order."""

    vacancy: Annotated[UUID | None, BeforeValidator(_given)] = None
    stage: StageCode = ""
    sort: IntroducedOrder = IntroducedOrder.NEWEST
    page: PageNumber = 1

    def filter(self) -> IntroducedFilter:
        """Return the query as the service's filter."""
        states = next((stage.states for stage in EmployerStage if stage.code == self.stage), ())
        return IntroducedFilter(self.vacancy, states)


MESSAGES = {
    "show": "Choose open, closed or all vacancies, or drafts",
    "vacancy": "Choose a vacancy from the list",
    "stage": "Choose how far people have come from the list",
    "sort": "Choose an order from the list",
    "page": "The page must be a number, 1 or more",
}

T = TypeVar("T", bound=Query)


def read_query(kind: type[T], given: Mapping[str, str]) -> Form[T]:
    """Return the query string as `kind`, or a message for each field that is wrong."""
    try:
        return Form(given, kind.model_validate(dict(given)), {})
    except PydanticValidationError as error:
        fields = {str(fault["loc"][0]) for fault in error.errors(include_url=False)}
        return Form(given, None, {name: MESSAGES[name] for name in MESSAGES if name in fields})
