"""The lead's first page: releases, tasks due, vacancies closing, and what is new."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BeforeValidator

from casework.home.service import LeadHome, WeekOfRelease
from casework.people.case import NoteFilter
from foundation.database import Scope
from foundation.errors import ValidationError
from foundation.vocabulary import ApplicationState, ReadinessStatus, Role
from web.auth.rules import only
from web.dependencies import CurrentCasework, CurrentPages, CurrentScope
from web.forms.filters import PagedQuery, page_of, read_filter
from web.forms.forms import PAGE_SIZE
from web.pages.lead.people import people_address
from web.services import Services
from web.view.rendering import ViewersPages, page_links

WIDTH = 100
# Ready, on the way, not begun, and whoever is not to be put forward: as the bars are drawn.
BANDS = (
    (ReadinessStatus.READY_TO_WORK, "ready", "ready to work"),
    (ReadinessStatus.SUPPORT_NEEDED, "support", "need support"),
    (ReadinessStatus.NOT_STARTED, "not-started", "not started"),
    (ReadinessStatus.SUPPORT_DECLINED, "declined", "do not want support"),
    (ReadinessStatus.NO_RIGHT_TO_WORK, "declined", "have no right to work"),
)

router = APIRouter(include_in_schema=False, dependencies=[only(Role.PRISON_EMPLOYMENT_LEAD)])


@dataclass(frozen=True, slots=True)
class Band:
    """Part of a week's bar: its start and width of 100, and the list that it counts."""

    css: str
    words: str
    number: int
    start: float
    width: float
    address: str


@dataclass(frozen=True, slots=True)
class WeekShown:
    """A week of releases as it is drawn."""

    week: WeekOfRelease
    address: str
    bands: tuple[Band, ...]


class NotesOf(PagedQuery):
    """Which notes to list: those made after a moment."""

    after: Annotated[datetime | None, BeforeValidator(lambda value: value or None)] = None


def show_home(services: Services, scope: Scope, pages: ViewersPages) -> Response:
    """Show what needs doing, and what changed since the last visit."""
    home = services.home.show(scope)
    return pages.page(
        "lead/home.html",
        home=home,
        weeks=weeks_of(home),
        people_address=people_address,
        state_words={state.value: state.label for state in ApplicationState},
    )


@router.get("/notes")
def list_notes(
    request: Request, casework: CurrentCasework, scope: CurrentScope, pages: CurrentPages
) -> Response:
    """List what other people wrote, newest first."""
    form = read_filter(NotesOf, request.query_params, {"after": "Use a moment, such as 2026-11-22"})
    if form.value is None:
        raise ValidationError("after", "", "; ".join(form.errors.values()))
    after = form.value.after
    moment = after.astimezone() if after is not None else None
    found = casework.list_notes(scope, NoteFilter(after=moment, not_by=scope.actor))
    number = form.value.page
    links = page_links(request.query_params, number=number, total=len(found), size=PAGE_SIZE)
    return pages.page(
        "lead/notes.html",
        notes=page_of(found, number),
        total=len(found),
        after=moment,
        links=links,
    )


def weeks_of(home: LeadHome) -> list[WeekShown]:
    """Return the weeks with their bars, drawn to the fullest week."""
    most = max((week.people.number for week in home.weeks), default=0) or 1
    return [
        WeekShown(week, people_address(week.people.wanted), _bands(week, most))
        for week in home.weeks
    ]


def _bands(week: WeekOfRelease, most: int) -> tuple[Band, ...]:
    counted = dict(week.by_readiness)
    bands, start = [], 0.0
    for status, css, words in BANDS:
        part = counted[status]
        width = part.number * WIDTH / most
        bands.append(Band(css, words, part.number, start, width, people_address(part.wanted)))
        start += width
    return tuple(bands)
