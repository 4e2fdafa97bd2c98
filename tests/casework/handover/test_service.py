"""Handing over, accepting, supporting and reviewing: who may, who sees, and what goes along."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from candidates.model import Candidate
from candidates.store import get_candidate, upsert_candidates
from casework.applications.service import ApplicationService
from casework.handover.model import (
    PRISON_SEES_DAYS,
    CaseloadFilter,
    HandoverStage,
    NewTask,
    SupportKind,
    TaskKind,
    Verdict,
    Window,
    carried_over,
    prison_sees_until,
)
from casework.handover.service import HandoverService, area_of
from casework.people.case import TaskFilter
from casework.people.service import CaseworkService
from employers.model import Vacancy
from employers.store import upsert_vacancies
from foundation.database import Database, Scope
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.settings import Settings
from foundation.vocabulary import Role

TODAY = date(2026, 11, 22)
ALL = Scope("tests")
LEAD = Scope("lead@p.example", ("MDI",), role=Role.PRISON_EMPLOYMENT_LEAD)
COACH = Scope("coach@dwp.example", (), ("LS",), Role.WORK_COACH)
ELSEWHERE = Scope("other@dwp.example", (), ("CF",), Role.WORK_COACH)
AT_THE_PRISON = Scope("inside@dwp.example", ("MDI",), (), Role.WORK_COACH)
EMPLOYER_FIELDS: dict[str, Any] = {
    "title": "Kitchen porter",
    "sector": "HOSPITALITY",
    "industry_sector": "HOSPITALITY_CATERING",
    "source": "NFN",
    "national": True,
    "description": "Keep the kitchen clean.",
    "essential_criteria": "Able to stand.",
    "how_to_apply": "Ask.",
    "offence_exclusions": ["NONE"],
    "rolling": True,
}


@pytest.fixture
def service(database: Database, make_settings: Callable[..., Settings]) -> HandoverService:
    return HandoverService(database, make_settings())


def person(database: Database, number: str = "A1234BC", **changes: Any) -> UUID:  # noqa: ANN401
    values: dict[str, Any] = {
        "prison_number": number,
        "first_name": "Sam",
        "last_name": "Quillfeather",
        "prison_id": "MDI",
        "release_date": "2026-12-20",
        "release_area": "LS11 5AB",
        "consent": "GIVEN",
        "consent_date": "2026-10-01",
        "right_to_work": "YES",
        "readiness_status": "READY_TO_WORK",
        "readiness_actions": [
            {"action": "ID", "status": "COMPLETED"},
            {"action": "BANK_ACCOUNT", "status": "IN_PROGRESS"},
        ],
    }
    with database.transaction(ALL) as connection:
        upsert_candidates(connection, [Candidate.model_validate(values | changes)])
        return get_candidate(connection, number).public_id


def let_prison_see(database: Database, candidate: UUID, *, days_from_now: int) -> None:
    """Set the last day on which the prison sees somebody, by the day that the database counts."""
    with database.transaction(ALL) as connection:
        connection.execute(
            "UPDATE candidate SET prison_sees_until = current_date + %s WHERE public_id = %s",
            [days_from_now, candidate],
        )


def put_on_a_list(database: Database, settings: Settings, number: str = "A1234BC") -> UUID:
    with database.transaction(ALL) as connection:
        vacancy = Vacancy.model_validate(
            {"employer": {"name": "Harbour Foods"}, "reference": "V1"} | EMPLOYER_FIELDS
        )
        upsert_vacancies(connection, [vacancy])
    return ApplicationService(database, settings).shortlist(LEAD, "V1", number).public_id


class TestHandingOver:
    """A lead begins, a coach of the area accepts."""

    def test_what_is_not_done_goes_along_as_tasks(
        self, database: Database, service: HandoverService
    ) -> None:
        who = person(database)
        service.start(LEAD, who, "LS11 5AB", note="Likes early shifts.")
        handover_case = service.get_handover_case(COACH, who)
        kinds = {task.kind for task in handover_case.tasks}
        assert {TaskKind.CLAIM_APPOINTMENT, TaskKind.BANK_ACCOUNT, TaskKind.OTHER} <= kinds
        assert TaskKind.ID not in kinds
        assert handover_case.may_accept
        service.accept(COACH, who)
        accepted = service.get_handover_case(COACH, who).handover
        assert accepted is not None
        assert (accepted.stage, accepted.accepted_by) == (HandoverStage.ACCEPTED, COACH.actor)

    def test_somebody_with_no_fixed_abode_goes_to_the_area_that_the_lead_names(
        self, database: Database, service: HandoverService
    ) -> None:
        who = person(database, release_area=None, no_fixed_abode=True)
        with pytest.raises(NotFoundError):
            service.get_handover_case(COACH, who)
        service.start(LEAD, who, "ls")
        assert service.get_handover_case(COACH, who).area == "LS"

    def test_until_it_is_accepted_it_can_be_sent_elsewhere_without_doubling_its_tasks(
        self, database: Database, service: HandoverService
    ) -> None:
        who = person(database)
        service.start(LEAD, who, "LS")
        before = len(service.get_handover_case(LEAD, who).tasks)
        service.start(LEAD, who, "CF10 1EP")
        handover_case = service.get_handover_case(ELSEWHERE, who)
        assert (handover_case.area, len(handover_case.tasks)) == ("CF", before)
        with pytest.raises(NotFoundError):
            service.get_handover_case(COACH, who)
        service.accept(ELSEWHERE, who)
        with pytest.raises(ConflictError, match="has accepted"):
            service.start(LEAD, who, "LS")

    def test_the_second_of_two_coaches_is_told(
        self, database: Database, service: HandoverService
    ) -> None:
        who = person(database)
        service.start(LEAD, who, "LS")
        service.accept(COACH, who)
        with pytest.raises(ConflictError, match=r"coach@dwp\.example has accepted"):
            service.accept(COACH, who)

    def test_only_a_coach_of_the_area_accepts_and_only_a_lead_begins(
        self, database: Database, service: HandoverService
    ) -> None:
        who = person(database)
        with pytest.raises(NotFoundError):
            service.start(COACH, who, "LS")
        with pytest.raises(NotFoundError, match="nobody has handed"):
            service.accept(COACH, who)
        service.start(LEAD, who, "LS")
        with pytest.raises(NotFoundError):
            service.accept(LEAD, who)
        with pytest.raises(ValidationError, match="a work coach of the area LS"):
            service.accept(AT_THE_PRISON, who)

    @pytest.mark.parametrize("place", ["", "nowhere", "ZZ", "12345"])
    def test_an_area_that_is_none_is_refused(self, place: str) -> None:
        with pytest.raises(ValidationError, match="letters of its area"):
            area_of(place)

    @pytest.mark.parametrize(("place", "area"), [("ls11 5ab", "LS"), ("M", "M"), ("CF10", "CF")])
    def test_an_area_is_read_from_a_postcode_or_its_letters(self, place: str, area: str) -> None:
        assert area_of(place) == area


class TestWhoSees:
    """Nothing is lost between prison and jobcentre, and nobody keeps sight for ever."""

    def test_the_prison_loses_sight_only_after_the_day_and_the_coach_never(
        self, database: Database, service: HandoverService
    ) -> None:
        who = person(database)
        service.start(LEAD, who, "LS")
        service.accept(COACH, who)
        assert service.get_handover_case(LEAD, who)
        let_prison_see(database, who, days_from_now=0)
        assert service.get_handover_case(LEAD, who)
        let_prison_see(database, who, days_from_now=-1)
        with pytest.raises(NotFoundError):
            service.get_handover_case(LEAD, who)
        with pytest.raises(NotFoundError):
            service.get_handover_case(AT_THE_PRISON, who)
        assert service.get_handover_case(COACH, who)

    def test_until_a_coach_has_accepted_nobody_loses_sight(
        self, database: Database, service: HandoverService
    ) -> None:
        who = person(database, release_date="2020-01-01")
        service.start(LEAD, who, "LS")
        assert service.get_handover_case(LEAD, who)

    def test_a_coach_changes_that_day_of_a_record_and_nothing_else(
        self, database: Database
    ) -> None:
        person(database)
        with (
            pytest.raises(Exception, match="only prison staff change"),
            database.transaction(COACH) as connection,
        ):
            connection.execute("UPDATE candidate SET first_name = 'Changed'")

    def test_the_day_is_counted_from_the_release_or_the_acceptance_if_later(self) -> None:
        early, late = date(2026, 1, 1), date(2026, 6, 1)
        days = timedelta(days=PRISON_SEES_DAYS)
        assert prison_sees_until(late, early) == late + days
        assert prison_sees_until(early, late) == late + days
        assert prison_sees_until(None, late) is None

    def test_a_caseload_holds_those_who_are_coming_and_nobody_else(
        self, database: Database, service: HandoverService
    ) -> None:
        person(database, "A1111AA")
        person(database, "A2222AA", release_area="CF10 1EP")
        person(database, "A3333AA", release_date="2028-01-01")
        whole = service.list_caseload(COACH, CaseloadFilter())
        assert whole.total == 2
        assert whole.areas == ("LS",)
        near = service.list_caseload(COACH, CaseloadFilter(Window.NEXT))
        assert near.total == 1
        week = CaseloadFilter(week=date(2026, 12, 14))
        assert service.list_caseload(COACH, week).total == 1
        assert len(list(service.export_caseload(COACH, CaseloadFilter()))) == 2
        assert service.list_caseload(ELSEWHERE, CaseloadFilter()).total == 1


class TestTasksAndSupport:
    """What is done is said once; support is kept with its day."""

    def test_a_task_is_done_once_and_can_be_opened_again(
        self, database: Database, service: HandoverService
    ) -> None:
        who = person(database)
        service.start(LEAD, who, "LS")
        service.accept(COACH, who)
        task = service.get_handover_case(COACH, who).tasks[0]
        service.finish_task(COACH, task.public_id)
        with pytest.raises(ConflictError):
            service.finish_task(COACH, task.public_id)
        service.finish_task(COACH, task.public_id, done=False)
        with pytest.raises(ConflictError):
            service.finish_task(ELSEWHERE, task.public_id)

    def test_something_else_needs_words(self, database: Database, service: HandoverService) -> None:
        who = person(database)
        service.start(LEAD, who, "LS")
        with pytest.raises(ValidationError, match="say what has to be done"):
            service.add_task(COACH, who, NewTask(TaskKind.OTHER, TODAY))
        with pytest.raises(ValidationError, match="say what support"):
            service.add_support(COACH, who, SupportKind.OTHER, TODAY)
        with pytest.raises(ValidationError, match="today or a day before"):
            service.add_support(COACH, who, SupportKind.CLOTHING, TODAY + timedelta(days=1))
        service.add_support(COACH, who, SupportKind.CLOTHING, TODAY, note="Boots.")
        (given,) = service.get_handover_case(LEAD, who).support
        assert (given.kind, given.note) == (SupportKind.CLOTHING, "Boots.")

    def test_the_home_page_counts_what_its_lists_hold(
        self, database: Database, service: HandoverService, make_settings: Callable[..., Settings]
    ) -> None:
        who = person(database, release_date="2026-11-25")
        service.start(LEAD, who, "LS")
        waiting = service.home(COACH)
        assert (waiting.waiting, waiting.due) == (1, ())
        service.accept(COACH, who)
        put_on_a_list(database, make_settings())
        home = service.home(COACH)
        assert (home.waiting, home.released_soon, home.unreviewed) == (0, 1, 1)
        assert [each.kind for each in home.due] == [TaskKind.CLAIM_APPOINTMENT]
        assert len(service.list_matches(COACH)) == home.unreviewed


class TestReviews:
    """A coach's view is advice, and a question reaches the lead."""

    def test_a_question_is_a_task_for_the_prisons_leads(
        self, database: Database, service: HandoverService, make_settings: Callable[..., Settings]
    ) -> None:
        person(database)
        match = put_on_a_list(database, make_settings())
        with pytest.raises(ValidationError, match="say what you question"):
            service.review(COACH, match, Verdict.QUESTIONED)
        service.review(COACH, match, Verdict.QUESTIONED, note="No bus goes there.")
        (seen,) = service.list_matches(COACH, reviewed=True)
        assert (seen.verdict, seen.note) == (Verdict.QUESTIONED, "No bus goes there.")
        assert service.list_matches(COACH) == []
        tasks = CaseworkService(database, make_settings()).list_tasks(
            LEAD, TaskFilter(role=Role.PRISON_EMPLOYMENT_LEAD)
        )
        assert [task.what for task in tasks] == [
            "A work coach questions Kitchen porter at Harbour Foods: No bus goes there."
        ]

    def test_matches_of_other_areas_are_not_there(
        self, database: Database, service: HandoverService, make_settings: Callable[..., Settings]
    ) -> None:
        person(database)
        match = put_on_a_list(database, make_settings())
        with pytest.raises(NotFoundError):
            service.get_match(ELSEWHERE, match)
        with pytest.raises(NotFoundError):
            service.review(ELSEWHERE, match, Verdict.AGREED)
        with pytest.raises(NotFoundError):
            service.list_matches(LEAD)


def test_tasks_are_never_due_before_today() -> None:
    released = Candidate.model_validate(
        {
            "prison_number": "A1234BC",
            "first_name": "Sam",
            "last_name": "Q",
            "prison_id": "MDI",
            "release_date": "2020-01-01",
        }
    )
    assert {task.due for task in carried_over(released, TODAY)} == {
        TODAY,
        TODAY + timedelta(days=7),
    }
