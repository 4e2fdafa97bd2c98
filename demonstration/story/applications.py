"""The applications of the story: each as far as its course goes, by whoever would have done it."""

from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from uuid import UUID

from casework.applications.model import ChangeResult, Interview, PutForwardAnswers
from casework.applications.putting_forward import PutForwardError
from casework.applications.service import ApplicationService
from demonstration.story.cast import Cast
from employers.posting.service import PostingService
from foundation.database import Database
from foundation.errors import ConflictError, ValidationError
from foundation.settings import Settings
from foundation.vocabulary import (
    AgreementHow,
    ApplicationState,
    OutcomeAtPoint,
    OutcomePoint,
    UnsuccessfulReason,
)
from matching.explain.document import RankedCandidate
from matching.shortlists.service import MatchingService

S = ApplicationState
# How far each person of the story has come, and how many days ago they were shortlisted.
COURSES: tuple[tuple[ApplicationState, int], ...] = (
    (S.IN_WORK_6_WEEKS, 75),
    (S.STARTED, 40),
    (S.OFFER_ACCEPTED, 25),
    (S.JOB_OFFER, 18),
    (S.INTERVIEW_BOOKED, 14),
    (S.INTERVIEW_BOOKED, 10),
    (S.SELECTED_FOR_INTERVIEW, 9),
    (S.PUT_FORWARD, 8),
    (S.PUT_FORWARD, 16),
    (S.PUT_FORWARD, 2),
    (S.APPLICATION_UNSUCCESSFUL, 20),
    (S.SHORTLISTED, 3),
    (S.SHORTLISTED, 1),
)
PER_VACANCY = 6
AFTER = (S.IN_WORK_6_WEEKS,)
WAY = (
    S.SELECTED_FOR_INTERVIEW,
    S.INTERVIEW_BOOKED,
    S.JOB_OFFER,
    S.OFFER_ACCEPTED,
    S.STARTED,
)
BY_EMPLOYER = (S.SELECTED_FOR_INTERVIEW, S.INTERVIEW_BOOKED, S.JOB_OFFER)
ANSWERS = PutForwardAnswers(
    decision="Looked at together with the offender manager: suitable.",
    documents="The letter is being written and will follow this week.",
)
PLACE, CONTACT = "The visits hall, or the site office if released by then", "Grace Okafor"


class ApplicationStory:
    """Plays `COURSES` with whoever stands first for the employer's vacancies."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._applications = ApplicationService(database, settings)
        self._matching = MatchingService(database, settings)
        self._postings = PostingService(database, settings)

    def play(self, cast: Cast, on_progress: Callable[[str, int, int], None]) -> None:
        """Play each of `COURSES` with the next person whom the rules let go so far.

        Among few people some of them find nobody, and are left out.
        """
        courses = list(COURSES)
        for vacancy, entry, run_id in self._ranked(cast):
            if not courses:
                break
            target, days = courses[0]
            began = self._applications.today - timedelta(days)
            try:
                begun = self._applications.shortlist(
                    cast.lead,
                    vacancy,
                    str(entry.candidate.public_id),
                    run_id=run_id,
                    rank=entry.rank,
                    on=began,
                )
                self._advance(cast, begun, target, began)
            except (ConflictError, PutForwardError, ValidationError):
                continue  # the rules say no to this one; the next person then
            courses.pop(0)
            on_progress("story", len(COURSES) - len(courses), len(COURSES))
        on_progress("story", len(COURSES), len(COURSES))

    def _ranked(self, cast: Cast) -> Iterator[tuple[str, RankedCandidate, UUID]]:
        """Whoever stands first for each of the employer's vacancies."""
        for stored in self._postings.list_own_vacancies(cast.employer, page=1, size=20).items:
            vacancy = str(stored.public_id)
            made = self._matching.shortlist(cast.lead, vacancy, top=10)
            for entry in (*made.document.ranked, *made.document.refer)[:PER_VACANCY]:
                yield vacancy, entry, made.run_id

    def _advance(
        self, cast: Cast, begun: ChangeResult, target: ApplicationState, began: date
    ) -> None:
        """Through every step up to `target`, a few days apart; none of them lies ahead."""
        if target is S.SHORTLISTED:
            return
        today = self._applications.today
        self._applications.agree(cast.lead, begun.public_id, AgreementHow.IN_PERSON, on=began)
        moved = self._applications.put_forward(
            cast.lead, begun.public_id, version=begun.version, answers=ANSWERS, on=began
        )
        steps = WAY[: WAY.index(target) + 1] if target in WAY else WAY if target in AFTER else ()
        for number, state in enumerate(steps, start=1):
            actor = cast.employer if state in BY_EMPLOYER else cast.lead
            on = min(today, began + timedelta(days=3 * number))
            interview = None
            if state is S.INTERVIEW_BOOKED:
                interview = Interview(
                    on=on + timedelta(days=6), at=time(10, 30), place=PLACE, contact=CONTACT
                )
            moved = self._applications.move(
                actor,
                begun.public_id,
                state,
                version=moved.version,
                on=on,
                interview=interview,
            )
        if target is S.APPLICATION_UNSUCCESSFUL:
            self._applications.move(
                cast.employer,
                begun.public_id,
                target,
                version=moved.version,
                reason=UnsuccessfulReason.EXPERIENCE.value,
            )
        if target is S.IN_WORK_6_WEEKS:
            self._applications.record_outcome(
                cast.lead,
                begun.public_id,
                OutcomePoint.SIX_WEEKS,
                OutcomeAtPoint.IN_WORK,
                version=moved.version,
            )
