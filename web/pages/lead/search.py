"""The search box in the header: vacancies, and people for prison and jobcentre staff."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import StringConstraints

from foundation.vocabulary import Role
from web.auth.rules import only
from web.auth.viewer import CurrentViewer
from web.dependencies import CurrentPages, CurrentScope, CurrentSearch
from web.forms.filters import read_filter
from web.forms.forms import NO_CONTROLS, Query

MESSAGES = {"q": "Type up to 100 characters, on one line"}

router = APIRouter(
    include_in_schema=False,
    dependencies=[only(Role.PRISON_EMPLOYMENT_LEAD, Role.WORK_COACH, Role.NFN_BROKER)],
)


class SearchOf(Query):
    """What to search for; `meaning` says that a word which is also a name is not meant as one."""

    q: Annotated[
        str, StringConstraints(max_length=100, strip_whitespace=True, pattern=NO_CONTROLS)
    ] = ""
    meaning: Literal["", "yes"] = ""


@router.get("/search")
def search(
    request: Request,
    viewer: CurrentViewer,
    service: CurrentSearch,
    scope: CurrentScope,
    pages: CurrentPages,
) -> Response:
    """Show what the words find, and then what is nearest in meaning."""
    form = read_filter(SearchOf, request.query_params, MESSAGES)
    if form.value is None:
        return pages.page("search.html", status=422, form=form)
    if not form.value.q:
        return pages.page("search.html", form=form)
    found = service.search(
        scope,
        form.value.q,
        people=viewer.role is not Role.NFN_BROKER,
        meaning=True if form.value.meaning else None,
    )
    return pages.page("search.html", form=form, found=found)
