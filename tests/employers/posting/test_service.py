"""Posting as the doors do it: drafts, two editors, publishing, closing and opening again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from candidates.model import Candidate
from candidates.store import get_candidate, upsert_candidates
from employers.model import ClosedReason, Draft, StoredVacancy, Vacancy, VacancyOrder
from employers.posting.service import PostingService, Showing
from employers.posting.steps import STEPS
from employers.store import count_dirty_vacancies, upsert_vacancies
from foundation.database import Database, Scope
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.settings import Settings
from foundation.vocabulary import Role, Source
from matching.rules.eligibility import rules_in
from matching.rules.store import list_judged_candidates, list_judged_vacancies

TODAY = date(2026, 11, 22)
SERVICE = Scope("tests")
BROKER = Scope("broker@nfn.example", prisons=(), role=Role.NFN_BROKER)
LEAD = Scope("lead@prison.example", prisons=("MDI",), role=Role.PRISON_EMPLOYMENT_LEAD)
COACH = Scope("coach@dwp.example", prisons=(), areas=("LS",), role=Role.WORK_COACH)
AUDITOR = Scope("auditor@audit.example", prisons=(), role=Role.AUDITOR)
ADMINISTRATOR = Scope("admin@service.example", prisons=(), role=Role.ADMINISTRATOR)

ANSWERS: dict[str, Any] = {
    "title": "Kitchen porter",
    "sector": "HOSPITALITY",
    "industry_sector": "HOSPITALITY_CATERING",
    "number_of_vacancies": "2",
    "description": "Keep the kitchen clean.",
    "national": "no",
    "base_location": "WORKPLACE",
    "postcode": "LS1 4AP",
    "hours_per_week": "FULL_TIME",
    "contract_type": "PERMANENT",
    "salary_from": "12.60",
    "salary_period": "PER_HOUR",
    "pays_minimum_wage": "yes",
    "essential_criteria": "Able to stand for a shift.",
    "involves": ["NONE"],
    "offence_exclusions": ["NONE"],
    "rolling": "no",
    "closing_date-day": "31",
    "closing_date-month": "12",
    "closing_date-year": "2026",
    "how_to_apply": "Ask.",
    "only_prison_leavers": "no",
}


@dataclass(frozen=True)
class House:
    """A service with two employers: staff of the first, staff of the second, their public ids."""

    service: PostingService
    database: Database
    staff: Scope
    others: Scope
    employer: UUID
    other_employer: UUID


def posted(reference: str, employer: str) -> Vacancy:
    return Vacancy.model_validate(
        {
            "employer": {"name": employer, "sector": "RETAIL", "status": "GOLD"},
            "reference": reference,
            "title": "Driver",
            "sector": "DRIVING",
            "industry_sector": "RETAIL",
            "source": "DWP",
            "national": True,
            "description": "Drive.",
            "essential_criteria": "A licence.",
            "how_to_apply": "Ask.",
            "offence_exclusions": ["NONE"],
            "rolling": True,
        }
    )


@pytest.fixture
def house(database: Database, make_settings: Callable[..., Settings]) -> House:
    with database.transaction(SERVICE) as connection:
        upsert_vacancies(connection, [posted("A-1", "Harbour Foods"), posted("B-1", "Other Ltd")])
        (one, two) = connection.execute("SELECT id, public_id FROM employer ORDER BY id").fetchall()
    return House(
        PostingService(database, make_settings()),
        database,
        Scope("staff@harbour.example", prisons=(), role=Role.EMPLOYER, employer_id=one[0]),
        Scope("staff@other.example", prisons=(), role=Role.EMPLOYER, employer_id=two[0]),
        one[1],
        two[1],
    )


def fill(house: House, draft: Draft, scope: Scope | None = None, **changes: object) -> Draft:
    """Every step answered."""
    for step in STEPS:
        draft = house.service.save_step(
            scope or house.staff,
            draft.public_id,
            step.name,
            {name: value for name, value in (ANSWERS | changes).items() if name in step.inputs},
            version=draft.version,
        ).draft
    return draft


def publish(house: House, scope: Scope | None = None, **changes: object) -> StoredVacancy:
    acting = scope or house.staff
    employer = None if acting.role is Role.EMPLOYER else house.employer
    draft = fill(house, house.service.start_draft(acting, employer), acting, **changes)
    return house.service.publish(acting, draft.public_id, version=draft.version)


def references(house: House, scope: Scope, **asked: Any) -> list[str]:  # noqa: ANN401
    page = house.service.list_own_vacancies(scope, **asked)
    return [each.record.reference for each in page.items]


def test_a_draft_keeps_what_was_typed_even_if_it_is_wrong(house: House) -> None:
    draft = house.service.start_draft(house.staff)
    assert (draft.employer, draft.answers, draft.step) == (
        "Harbour Foods",
        {"industry_sector": "RETAIL"},
        1,
    )
    saved = house.service.save_step(
        house.staff, draft.public_id, "job", {"title": " IT ", "sector": "SPACE"}, version=1
    )
    assert saved.checked.faults["title"] == "Job title must be 3 characters or more"
    again = house.service.get_draft(house.staff, draft.public_id)
    assert again == saved.draft
    assert (again.answers["title"], again.answers["sector"], again.step) == (" IT ", "SPACE", 2)
    assert (again.title, again.version, again.changed_by) == ("IT", 2, "staff@harbour.example")


def test_one_step_saved_leaves_the_answers_to_others(house: House) -> None:
    draft = fill(house, house.service.start_draft(house.staff))
    saved = house.service.save_step(
        house.staff, draft.public_id, "job", {"title": "Cook"}, version=draft.version
    )
    assert saved.draft.answers["postcode"] == "LS1 4AP"
    assert saved.draft.answers["description"] == ""
    assert saved.draft.step == 7


def test_the_second_of_two_editors_is_told_who_was_first(house: House) -> None:
    draft = house.service.start_draft(house.staff)
    house.service.save_step(BROKER, draft.public_id, "job", {"title": "Cook"}, version=1)
    with pytest.raises(ConflictError, match=r"broker@nfn\.example changed this draft"):
        house.service.save_step(house.staff, draft.public_id, "job", {"title": "X"}, version=1)
    with pytest.raises(ConflictError):
        house.service.publish(house.staff, draft.public_id, version=1)
    with pytest.raises(ConflictError):
        house.service.discard(house.staff, draft.public_id, version=1)
    assert house.service.get_draft(house.staff, draft.public_id).title == "Cook"


def test_of_two_who_save_at_once_one_is_told(house: House) -> None:
    draft = house.service.start_draft(house.staff)
    start = Barrier(2)

    def save(title: str) -> str | None:
        start.wait(timeout=300)
        try:
            saved = house.service.save_step(
                house.staff, draft.public_id, "job", {"title": title}, version=1
            )
        except ConflictError:
            return None
        return saved.draft.title

    with ThreadPoolExecutor(2) as pool:
        kept = list(pool.map(save, ["Cook", "Porter"]))
    assert kept.count(None) == 1
    assert house.service.get_draft(house.staff, draft.public_id).title in kept


def test_faults_are_looked_over_step_by_step_and_nothing_wrong_is_published(house: House) -> None:
    draft = fill(house, house.service.start_draft(house.staff), title="", salary_from="lots")
    review = house.service.check(house.staff, draft.public_id)
    assert review.vacancy is None
    assert review.faults == {
        "job": {"title": "Enter a job title"},
        "pay": {"salary_from": "Lowest pay must be an amount in pounds, like 12.60"},
    }
    with pytest.raises(ValidationError, match="check them first"):
        house.service.publish(house.staff, draft.public_id, version=draft.version)
    assert references(house, house.staff) == ["A-1"]


def test_what_is_published_is_listed_indexed_next_and_judged(house: House) -> None:
    stored = publish(house)
    assert stored.record.reference == "V-2026-0001"
    assert stored.record.source is Source.OTHER
    assert stored.record.employer.status == "GOLD"
    assert stored.precision == 1
    assert references(house, house.staff) == ["V-2026-0001", "A-1"]
    assert house.service.list_drafts(house.staff) == []
    with house.database.transaction(SERVICE) as connection:
        assert count_dirty_vacancies(connection, "r1") == 3
        upsert_candidates(connection, [person()])
        one = get_candidate(connection, "A1234BC")
        by_vacancy = list_judged_candidates(
            connection, stored.id, today=TODAY, recipe="r1", prison=None
        )
        by_person = list_judged_vacancies(connection, one.id, today=TODAY, recipe="r1")
        assert [rule.code for rule in rules_in(by_vacancy[0].mask)] == ["PROFILE_NOT_INDEXED"]
        assert stored.id in {int(row) for group in by_person for row in group.ids}
    house.service.close(house.staff, str(stored.public_id), ClosedReason.FILLED)
    with house.database.transaction(SERVICE) as connection:
        judged = list_judged_vacancies(connection, one.id, today=TODAY, recipe="r1")
        assert stored.id not in {int(row) for group in judged for row in group.ids}


def person() -> Candidate:
    return Candidate.model_validate(
        {
            "prison_number": "A1234BC",
            "first_name": "Sam",
            "last_name": "Example",
            "prison_id": "MDI",
            "release_date": TODAY,
            "release_area": "LS1",
            "consent": "GIVEN",
            "consent_date": TODAY,
            "right_to_work": "YES",
            "readiness_status": "READY_TO_WORK",
            "training": ["NONE"],
            "furthest_travel_miles": 20,
            "offences": ["NONE"],
            "licence_conditions": ["NONE"],
        }
    )


def test_references_count_up_for_each_employer(house: House) -> None:
    assert publish(house).record.reference == "V-2026-0001"
    assert publish(house).record.reference == "V-2026-0002"
    assert publish(house, house.others).record.reference == "V-2026-0001"
    with house.database.transaction(SERVICE) as connection:
        upsert_vacancies(connection, [posted("V-2026-0041", "Harbour Foods")])
        upsert_vacancies(connection, [posted("V-2026-x", "Harbour Foods")])
    assert publish(house).record.reference == "V-2026-0042"


def test_many_who_publish_at_once_get_references_of_their_own(house: House) -> None:
    drafts = [fill(house, house.service.start_draft(house.staff)) for _ in range(4)]
    start = Barrier(4)

    def run(draft: Draft) -> str:
        start.wait(timeout=300)
        made = house.service.publish(house.staff, draft.public_id, version=draft.version)
        return made.record.reference

    with ThreadPoolExecutor(4) as pool:
        made = sorted(pool.map(run, drafts))
    assert made == [f"V-2026-000{number}" for number in (1, 2, 3, 4)]


def test_a_broker_posts_for_an_employer_and_is_named_as_the_source(house: House) -> None:
    assert publish(house, BROKER).record.source is Source.NFN
    with pytest.raises(ValidationError, match="for which employer"):
        house.service.start_draft(BROKER)
    assert len(house.service.list_own_vacancies(BROKER, employer=house.employer).items) == 2
    assert house.service.list_own_vacancies(BROKER).total == 3


def test_an_edit_changes_the_vacancy_and_keeps_what_no_step_asks(house: House) -> None:
    draft = house.service.edit(house.staff, "A-1")
    assert (draft.reference, draft.step) == ("A-1", 7)
    assert house.service.edit(BROKER, "Harbour Foods/A-1").public_id == draft.public_id
    draft = fill(house, draft, title="Van driver")
    stored = house.service.publish(house.staff, draft.public_id, version=draft.version)
    assert (stored.record.reference, stored.record.title) == ("A-1", "Van driver")
    assert stored.record.source is Source.DWP
    assert references(house, house.staff) == ["A-1"]


def test_an_edit_is_refused_where_an_import_changed_the_vacancy_meanwhile(house: House) -> None:
    draft = fill(house, house.service.edit(house.staff, "A-1"))
    with house.database.transaction(SERVICE) as connection:
        changed = posted("A-1", "Harbour Foods").model_copy(update={"description": "Fly."})
        upsert_vacancies(connection, [changed])
    with pytest.raises(ConflictError, match="A-1 was changed after this draft was begun"):
        house.service.publish(house.staff, draft.public_id, version=draft.version)


def test_closing_meanwhile_does_not_stand_in_the_way_of_an_edit(house: House) -> None:
    draft = fill(house, house.service.edit(house.staff, "A-1"))
    house.service.close(BROKER, "A-1", ClosedReason.PAUSED)
    stored = house.service.publish(house.staff, draft.public_id, version=draft.version)
    assert stored.closure is not None


def test_a_copy_says_the_same_but_for_the_closing_date(house: House) -> None:
    source = publish(house)
    draft = house.service.duplicate(house.staff, str(source.public_id))
    assert (draft.copied_from, draft.edits) == (source.public_id, None)
    review = house.service.check(house.staff, draft.public_id)
    assert review.faults == {"applying": {"closing_date": "Enter the last day to apply"}}
    draft = fill(house, draft)
    made = house.service.publish(house.staff, draft.public_id, version=draft.version)
    assert made.record.reference == "V-2026-0002"
    assert made.record == source.record.model_copy(update={"reference": "V-2026-0002"})


def test_a_draft_thrown_away_leaves_its_vacancy(house: House) -> None:
    draft = house.service.edit(house.staff, "A-1")
    house.service.discard(house.staff, draft.public_id, version=draft.version)
    with pytest.raises(NotFoundError):
        house.service.get_draft(house.staff, draft.public_id)
    assert references(house, house.staff) == ["A-1"]


def test_a_vacancy_is_closed_with_a_reason_and_opened_again(house: House) -> None:
    closed = house.service.close(house.staff, "A-1", ClosedReason.OTHER, " We moved. ")
    assert closed.closure is not None
    assert (closed.closure.reason, closed.closure.note, closed.closure.by) == (
        ClosedReason.OTHER,
        "We moved.",
        "staff@harbour.example",
    )
    assert not closed.is_open(TODAY)
    assert references(house, house.staff, show=Showing.OPEN) == []
    assert references(house, house.staff, show=Showing.CLOSED) == ["A-1"]
    assert references(house, house.staff, show=Showing.ALL) == ["A-1"]
    with pytest.raises(ConflictError, match=r"staff@harbour\.example closed the vacancy at .+"):
        house.service.close(BROKER, "A-1", ClosedReason.FILLED)
    reopened = house.service.reopen(house.staff, "A-1")
    assert reopened.closure is None
    assert reopened.record.rolling
    with pytest.raises(ConflictError, match="open already"):
        house.service.reopen(house.staff, "A-1")


def test_opening_again_needs_a_closing_date_that_is_still_to_come(
    house: House, make_settings: Callable[..., Settings]
) -> None:
    stored = publish(house)
    name = str(stored.public_id)
    later = PostingService(house.database, make_settings(today=date(2027, 2, 1)))
    with pytest.raises(ValidationError, match=r"31 December 2026.*still to come"):
        later.reopen(house.staff, name)
    with pytest.raises(ValidationError, match="still to come"):
        later.reopen(house.staff, name, date(2027, 1, 31))
    assert later.reopen(house.staff, name, date(2027, 2, 1)).record.closing_date == date(2027, 2, 1)
    house.service.close(house.staff, "A-1", ClosedReason.PAUSED)
    dated = house.service.reopen(house.staff, "A-1", TODAY + timedelta(days=9))
    assert (dated.record.rolling, dated.record.closing_date) == (False, date(2026, 12, 1))


def test_a_closure_for_another_reason_needs_a_note(house: House) -> None:
    with pytest.raises(ValidationError, match="say in a few words"):
        house.service.close(house.staff, "A-1", ClosedReason.OTHER, "  ")
    with pytest.raises(ValidationError, match="at most 500"):
        house.service.close(house.staff, "A-1", ClosedReason.FILLED, "x" * 501)


def test_an_import_leaves_a_closed_vacancy_closed(house: House) -> None:
    house.service.close(house.staff, "A-1", ClosedReason.FILLED)
    with house.database.transaction(SERVICE) as connection:
        changed = posted("A-1", "Harbour Foods").model_copy(update={"title": "Courier"})
        assert upsert_vacancies(connection, [changed]).updated == 1
    (stored,) = house.service.list_own_vacancies(house.staff, show=Showing.ALL).items
    assert stored.record.title == "Courier"
    assert stored.closure is not None


def test_pages_of_a_list_are_stable_in_every_order(house: House) -> None:
    for number in range(5):
        publish(house, title=f"Job {number % 2}")
    for order in VacancyOrder:
        whole = references(house, house.staff, order=order, size=10)
        paged = [
            reference
            for page in (1, 2, 3)
            for reference in references(house, house.staff, order=order, page=page, size=2)
        ]
        assert paged == whole
        assert len(set(whole)) == 6
    newest = references(house, house.staff, order=VacancyOrder.NEWEST)
    assert newest[0] == "V-2026-0005"


def test_an_employers_staff_reach_nothing_of_another_employer(house: House) -> None:
    draft = house.service.start_draft(house.staff)
    for attempt in (
        lambda: house.service.get_draft(house.others, draft.public_id),
        lambda: house.service.start_draft(house.others, house.employer),
        lambda: house.service.list_own_vacancies(house.others, employer=house.employer),
        lambda: house.service.edit(house.others, "A-1"),
        lambda: house.service.duplicate(house.others, "A-1"),
        lambda: house.service.close(house.others, "A-1", ClosedReason.FILLED),
        lambda: house.service.reopen(house.others, "A-1"),
        lambda: house.service.get_draft(house.staff, uuid4()),
    ):
        with pytest.raises(NotFoundError):
            attempt()
    assert house.service.list_drafts(house.others) == []
    assert references(house, house.others) == ["B-1"]


@pytest.mark.parametrize("scope", [LEAD, COACH, AUDITOR, ADMINISTRATOR])
def test_nobody_else_posts(house: House, scope: Scope) -> None:
    for attempt in (
        lambda: house.service.start_draft(scope, house.employer),
        lambda: house.service.list_drafts(scope),
        lambda: house.service.close(scope, "A-1", ClosedReason.FILLED),
        lambda: house.service.list_own_vacancies(scope),
    ):
        with pytest.raises(NotFoundError, match="for employers and their brokers"):
            attempt()


@pytest.mark.parametrize(
    ("role", "seen"),
    [("service", 2), ("broker", 2), ("staff", 1), ("others", 1)]
    + [(name, 0) for name in ("lead", "coach", "auditor", "administrator")],
)
def test_rows_of_drafts_are_seen_by_whom_they_are_for(house: House, role: str, seen: int) -> None:
    house.service.start_draft(house.staff)
    house.service.start_draft(house.others)
    scopes = {
        "service": SERVICE,
        "broker": BROKER,
        "staff": house.staff,
        "others": house.others,
        "lead": LEAD,
        "coach": COACH,
        "auditor": AUDITOR,
        "administrator": ADMINISTRATOR,
    }
    with house.database.transaction(scopes[role]) as connection:
        assert connection.execute("SELECT count(*) FROM vacancy_draft").fetchone() == (seen,)
        assert connection.execute("UPDATE vacancy_draft SET step = 2").rowcount == seen
        assert connection.execute("DELETE FROM vacancy_draft").rowcount == seen


def test_a_connection_without_a_scope_sees_no_draft(house: House) -> None:
    house.service.start_draft(house.staff)
    with psycopg.connect(house.database.dsn) as connection:
        connection.execute("SET ROLE newfutures_app")
        assert connection.execute("SELECT count(*) FROM vacancy_draft").fetchone() == (0,)


def test_a_draft_cannot_be_made_for_another_employer_or_lead_to_its_vacancy(house: House) -> None:
    other = house.others.employer_id
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        house.database.transaction(house.staff) as connection,
    ):
        connection.execute(
            "INSERT INTO vacancy_draft (employer_id, answers) VALUES (%s, '{}')", [other]
        )
    with house.database.transaction(SERVICE) as connection:
        theirs = connection.execute("SELECT id FROM vacancy WHERE reference = 'B-1'").fetchone()
    assert theirs is not None
    with (
        pytest.raises(psycopg.errors.ForeignKeyViolation),
        house.database.transaction(house.staff) as connection,
    ):
        connection.execute(
            "INSERT INTO vacancy_draft (employer_id, vacancy_id, answers, original)"
            " VALUES (%s, %s, '{}', '{}')",
            [house.staff.employer_id, theirs[0]],
        )


@pytest.mark.parametrize("scope", [LEAD, COACH, AUDITOR, ADMINISTRATOR])
def test_others_read_and_lock_vacancies_and_cannot_write_them(house: House, scope: Scope) -> None:
    with house.database.transaction(scope) as connection:
        assert len(connection.execute("SELECT FROM vacancy FOR UPDATE").fetchall()) == 2
        assert connection.execute("DELETE FROM vacancy").rowcount == 0
    for statement in (b"UPDATE vacancy SET title = 'Hacker'", b"UPDATE employer SET status = 'X'"):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            house.database.transaction(scope) as connection,
        ):
            connection.execute(statement)


def test_publishing_closing_and_opening_leave_a_trace(house: House) -> None:
    stored = publish(house)
    house.service.close(house.staff, str(stored.public_id), ClosedReason.FILLED)
    house.service.reopen(house.staff, str(stored.public_id))
    with house.database.transaction(SERVICE) as connection:
        rows = connection.execute(
            "SELECT action, actor, role FROM audit_event WHERE subject = 'vacancy'"
            " AND subject_id = %s ORDER BY id",
            [stored.id],
        ).fetchall()
    by_hand = ["publish", "close", "reopen"]
    assert [row for row in rows if row[0] in by_hand] == [
        (action, "staff@harbour.example", "EMPLOYER") for action in by_hand
    ]
