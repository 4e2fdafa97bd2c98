"""What is done about people in the story: decisions, casework, handovers, support and reviews."""

from datetime import timedelta
from uuid import UUID

from casework.decisions.model import HideReason, PlaceReason
from casework.decisions.service import DecisionService
from casework.handover.model import (
    CaseloadFilter,
    CasePerson,
    HandoverStage,
    SupportKind,
    TaskKind,
    Verdict,
    Window,
)
from casework.handover.model import NewTask as HandoverTask
from casework.handover.service import HandoverService
from casework.people.case import CaseChange, NewNote, NewTask
from casework.people.service import CaseworkService
from demonstration.story.cast import Cast
from employers.posting.service import PostingService
from foundation.database import Database
from foundation.settings import Settings
from foundation.vocabulary import ActionStatus, ReadinessAction, Role
from matching.shortlists.service import MatchingService

HANDED_OVER = 6
NOTE = "Wants early shifts: there is a bus from the hostel at five."
QUESTION = "The hostel wants everybody in by nine. Can the late shift be left out?"
FOR_COACH = "Has the form for the bank and needs a letter about the address to go with it."
TASK = "Ask the education department for the forklift certificate"
CALL = "Ring about the way to work"
SUPPORT = "Bus pass for the first month."


class PeopleStory:
    """Plays what leads and coaches do beside the applications."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._casework = CaseworkService(database, settings)
        self._decisions = DecisionService(database)
        self._handovers = HandoverService(database, settings)
        self._matching = MatchingService(database, settings)
        self._postings = PostingService(database, settings)

    def play(self, cast: Cast) -> None:
        """Everything, once the applications are there."""
        self._decide(cast)
        self._review(cast)
        leaving = self._leaving(cast)
        for number, person in enumerate(leaving[:HANDED_OVER]):
            self._hand_over(cast, person, accept=number % 2 == 0)
        if leaving:
            self._prepare(cast, leaving[-1].public_id)

    def _decide(self, cast: Cast) -> None:
        """The lead hides one person from a list and puts another first."""
        for stored in self._postings.list_own_vacancies(cast.employer, size=20).items:
            made = self._matching.shortlist(cast.lead, str(stored.public_id), top=10)
            longest = max(made.document.ranked, made.document.refer, key=len)
            people = [each.candidate.public_id for each in longest]
            if len(people) > 2:
                self._decisions.hide(
                    cast.lead,
                    made.run_id,
                    people[1],
                    HideReason.OTHER_WORK,
                    "Begins with the bakery next month; we spoke on Tuesday.",
                )
                self._decisions.place(
                    cast.lead,
                    made.run_id,
                    people[2],
                    PlaceReason.MORE_THAN_THE_RECORD,
                    "Ran the prison's own store for a year, which no record says.",
                )
                return

    def _review(self, cast: Cast) -> None:
        """The coach agrees with one match and questions another; the others wait."""
        found = self._handovers.list_matches(cast.coach)
        verdicts = ((Verdict.QUESTIONED, QUESTION), (Verdict.AGREED, ""))
        for match, (verdict, note) in zip(found[1:], verdicts, strict=False):
            self._handovers.review(cast.coach, match.application, verdict, note=note)

    def _leaving(self, cast: Cast) -> list[CasePerson]:
        """Whom the lead sees, and who is released soon to an area of the coach."""
        soon = CaseloadFilter(window=Window.SOON, stage=HandoverStage.NOT_STARTED)
        found = self._handovers.list_caseload(cast.coach, soon, size=100).items
        prisons, areas = cast.lead.prisons or (), cast.coach.areas or ()
        return [each for each in found if each.prison_id in prisons and each.area in areas]

    def _hand_over(self, cast: Cast, person: CasePerson, *, accept: bool) -> None:
        """The lead hands somebody over; a coach who accepts begins at once."""
        who = person.public_id
        self._handovers.start(cast.lead, who, person.area or "", note=FOR_COACH)
        if not accept:
            return
        self._handovers.accept(cast.coach, who)
        self._handovers.add_support(
            cast.coach, who, SupportKind.TRAVEL_COSTS, self._handovers.today, note=SUPPORT
        )
        for task in self._handovers.get_handover_case(cast.coach, who).tasks[:1]:
            self._handovers.finish_task(cast.coach, task.public_id)
        to_ring = HandoverTask(TaskKind.OTHER, self._handovers.today + timedelta(days=3), CALL)
        self._handovers.add_task(cast.coach, who, to_ring)

    def _prepare(self, cast: Cast, who: UUID) -> None:
        """The lead writes a note and a task, and the bank account is under way."""
        self._casework.add_note(cast.lead, who, NewNote(NOTE))
        due = self._casework.today + timedelta(days=2)
        self._casework.add_task(
            cast.lead, who, NewTask(TASK, due, for_role=Role.PRISON_EMPLOYMENT_LEAD)
        )
        version = self._casework.get_case(cast.lead, who).version
        under_way = {ReadinessAction.BANK_ACCOUNT: ActionStatus.IN_PROGRESS}
        self._casework.update_case(cast.lead, who, version, CaseChange(actions=under_way))
