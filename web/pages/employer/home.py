"""An employer's first page: what needs doing, each with a link to its list."""

from datetime import date, timedelta

from fastapi import Response

from casework.applications.model import IntroducedFilter, IntroducedOrder
from employers.model import StoredVacancy, VacancyOrder
from employers.posting.service import PostingService, Showing
from foundation.database import Scope
from web.pages.employer.stages import EmployerStage
from web.services import Services
from web.view.rendering import ViewersPages

CLOSING_SOON_DAYS = 14
SHOWN = 5
MOST_LOOKED_AT = 100


def show_home(services: Services, scope: Scope, pages: ViewersPages) -> Response:
    """Show people without an answer, interviews this week, drafts, and vacancies closing soon."""
    introductions, posting = services.introductions, services.posting
    today = posting.today
    waiting = introductions.list_people(
        scope,
        IntroducedFilter(states=EmployerStage.WAITING.states),
        IntroducedOrder.OLDEST,
        page=1,
        size=SHOWN,
    )
    interviews = introductions.list_people(
        scope,
        IntroducedFilter(states=EmployerStage.INTERVIEW.states, interview_in=this_week(today)),
        IntroducedOrder.INTERVIEW,
        page=1,
        size=SHOWN,
    )
    return pages.page(
        "employer/home.html",
        waiting=waiting,
        interviews=interviews,
        drafts=posting.list_drafts(scope),
        closing=_closing_soon(posting, scope),
        has_vacancies=posting.list_own_vacancies(scope, show=Showing.ALL, size=1).total > 0,
        shown=SHOWN,
        today=today,
    )


def this_week(today: date) -> tuple[date, date]:
    """Return today and the six days after it."""
    return today, today + timedelta(days=6)


def _closing_soon(posting: PostingService, scope: Scope) -> list[StoredVacancy]:
    last = posting.today + timedelta(days=CLOSING_SOON_DAYS)
    soonest = posting.list_own_vacancies(
        scope, show=Showing.OPEN, order=VacancyOrder.CLOSING, size=MOST_LOOKED_AT
    ).items
    return [
        each for each in soonest if each.record.closing_date and each.record.closing_date <= last
    ]
