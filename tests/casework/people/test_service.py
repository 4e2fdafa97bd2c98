"""Casework at the real database: the list, a case and its editors, notes, tasks, who looked."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candidates.model import Candidate
from candidates.store import get_candidate, upsert_candidates
from casework.people.case import (
    CaseChange,
    ConsentChange,
    NewNote,
    NewTask,
    NoteAbout,
    NoteFilter,
    TaskFilter,
)
from casework.people.model import (
    EXPORT_COLUMNS,
    PeopleFilter,
    PeopleSort,
    weeks_to_release,
)
from casework.people.service import ACCESS_COLUMNS, CaseworkService, access_row
from foundation import audit
from foundation.database import Database, Scope
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.record import Saved
from foundation.settings import Settings
from foundation.vocabulary import (
    ActionStatus,
    AgreementHow,
    Consent,
    IdDocument,
    ReadinessAction,
    ReadinessStatus,
    RightToWork,
    Role,
    Sector,
)
from matching.groups.waiting import FIRST_PLACES

TODAY = date(2026, 11, 22)
ALL = Scope("tests")
LEAD = Scope("lead@mdi.example", ("MDI",), role=Role.PRISON_EMPLOYMENT_LEAD, account_id=1)
OTHER_LEAD = Scope("other@mdi.example", ("MDI",), role=Role.PRISON_EMPLOYMENT_LEAD, account_id=2)
LEEDS = Scope("lead@lei.example", ("LEI",), role=Role.PRISON_EMPLOYMENT_LEAD, account_id=3)
COACH = Scope("coach@ls.example", (), ("LS",), role=Role.WORK_COACH, account_id=4)
AUDITOR = Scope("auditor@example", (), role=Role.AUDITOR, account_id=5)
EMPLOYER = Scope("staff@firm.example", (), role=Role.EMPLOYER, employer_id=1, account_id=6)
BROKER = Scope("broker@nfn.example", (), role=Role.NFN_BROKER, account_id=7)


def person(number: int, **changes: object) -> Candidate:
    least: dict[str, object] = {
        "prison_number": f"A{number:04d}AA",
        "first_name": "Sam",
        "last_name": f"Example{number}",
        "prison_id": "MDI",
        "release_date": TODAY + timedelta(days=number),
        "consent": "GIVEN",
        "consent_date": "2026-10-01",
    }
    return Candidate.model_validate(least | changes)


def keep(database: Database, *people: Candidate) -> list[UUID]:
    with database.transaction(ALL) as connection:
        upsert_candidates(connection, people)
        return [get_candidate(connection, each.prison_number).public_id for each in people]


@pytest.fixture
def casework(database: Database) -> CaseworkService:
    return CaseworkService(database, Settings.model_validate({"today": TODAY}))


@pytest.fixture
def sam(database: Database) -> UUID:
    """Somebody in MDI who goes to Leeds."""
    return keep(database, person(10, release_area="LS11"))[0]


def numbers(casework: CaseworkService, scope: Scope = ALL, **wanted: Any) -> list[str]:  # noqa: ANN401
    found = casework.list_people(scope, PeopleFilter(**wanted), size=200)
    assert found.total == len(found.items) == casework.count_people(scope, PeopleFilter(**wanted))
    return [each.prison_number for each in found.items]


def test_a_list_is_of_the_scope(casework: CaseworkService, database: Database) -> None:
    keep(database, person(1), person(2, prison_id="LEI", release_area="LS1"), person(3))
    assert numbers(casework) == ["A0001AA", "A0002AA", "A0003AA"]
    assert numbers(casework, LEAD) == ["A0001AA", "A0003AA"]
    assert numbers(casework, COACH) == numbers(casework, LEEDS) == ["A0002AA"]
    assert numbers(casework, ALL, prison="LEI") == ["A0002AA"]
    assert numbers(casework, LEAD, prison="LEI") == []
    for outsider in (EMPLOYER, AUDITOR, BROKER):
        assert numbers(casework, outsider) == []


@pytest.mark.parametrize(
    "words", ["jose", "JOSÉ", "nunez", "núñez obrien", "obr jos", "O’Brien", "o'brien-nunez", "a00"]
)
def test_a_name_is_found_by_the_beginnings_of_its_words(
    casework: CaseworkService, database: Database, words: str
) -> None:
    keep(database, person(1, first_name="José", last_name="O'Brien-Núñez"))
    keep(database, person(20, first_name="Łukasz", last_name="Ray", prison_number="B0001AA"))
    assert numbers(casework, words=words) == ["A0001AA"]


@pytest.mark.parametrize("words", ["ose", "%", "jose smith", "_ose x", "obrien nunez jose z"])
def test_a_name_is_not_found_by_anything_else(
    casework: CaseworkService, database: Database, words: str
) -> None:
    keep(database, person(1, first_name="José", last_name="O'Brien-Núñez"))
    assert numbers(casework, words=words) == (["A0001AA"] if words == "%" else [])


def test_a_new_name_is_found_and_the_old_one_is_not(
    casework: CaseworkService, database: Database
) -> None:
    keep(database, person(1, first_name="Ann"))
    keep(database, person(1, first_name="Beth"))
    assert numbers(casework, words="beth") == ["A0001AA"]
    assert numbers(casework, words="ann") == []


def test_released_today_is_in_week_0_and_yesterday_in_none(
    casework: CaseworkService, database: Database
) -> None:
    keep(
        database,
        *(
            person(n, release_date=TODAY + timedelta(days=days))
            for n, days in enumerate((-1, 0, 6, 7, 13, 14), start=1)
        ),
        person(7, release_date=None),
    )
    assert numbers(casework, weeks_from=0, weeks_to=0) == ["A0002AA", "A0003AA"]
    assert numbers(casework, weeks_from=1, weeks_to=1) == ["A0004AA", "A0005AA"]
    assert numbers(casework, weeks_to=1) == ["A0002AA", "A0003AA", "A0004AA", "A0005AA"]
    assert numbers(casework, weeks_from=2) == ["A0006AA"]
    assert len(numbers(casework)) == 7
    assert weeks_to_release(TODAY, TODAY) == 0
    assert weeks_to_release(TODAY - timedelta(days=1), TODAY) == -1


@pytest.mark.parametrize(
    "wanted", [{"weeks_from": -1}, {"weeks_from": 3, "weeks_to": 2}, {"need": "X"}]
)
def test_a_filter_that_nobody_could_pass_is_refused(wanted: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PeopleFilter(**wanted)


def test_a_list_is_narrowed_by_readiness_sector_and_day(
    casework: CaseworkService, database: Database
) -> None:
    keep(
        database,
        person(1, readiness_status="READY_TO_WORK", ready_since="2026-11-01"),
        person(2, work_interests=[{"type": "RETAIL"}, {"type": "DRIVING", "role": "driver"}]),
    )
    assert numbers(casework, readiness=ReadinessStatus.READY_TO_WORK) == ["A0001AA"]
    assert numbers(casework, sector=Sector.DRIVING) == ["A0002AA"]
    assert numbers(casework, ready_from=date(2026, 11, 1)) == ["A0001AA"]
    assert numbers(casework, ready_from=date(2026, 11, 2)) == []


def show_first(database: Database, public_id: UUID, rank: int, closing: date) -> None:
    """A vacancy whose kept list has somebody at this rank."""
    with database.owner_transaction() as connection:
        connection.execute("SELECT set_config('newfutures.actor', 'tests', true)")
        connection.execute("SELECT set_config('newfutures.prisons', '*', true)")
        connection.execute("SET LOCAL ROLE newfutures_app")
        (firm,) = connection.execute(
            "INSERT INTO employer (name, name_key, sector, status)"
            " VALUES (%(name)s, %(name)s, 'OTHER', 'SILVER') RETURNING id",
            {"name": uuid4().hex},
        ).fetchone() or (0,)
        connection.execute(
            "WITH made AS (INSERT INTO vacancy (employer_id, reference, title, sector,"
            " industry_sector, number_of_vacancies, source, national, base_location, description,"
            " essential_criteria, how_to_apply, offence_exclusions, rolling, closing_date,"
            " only_prison_leavers, documents_asked_for, required_certificates, profile_hash)"
            " VALUES (%s, 'R', 'Cook', 'OTHER', 'OTHER', 1, 'PEL', true, 'REMOTE', 'd', 'e', 'h',"
            " '{NONE}', false, %s, false, '{}', '{}', 0) RETURNING id)"
            " INSERT INTO exposure (vacancy_id, candidate_id, baseline, rank, exposure, merit,"
            " need_band, policy, shown_on, run_id) SELECT made.id, candidate.id, 1, %s, 1, 1,"
            " 'LOWER', 'none', %s, gen_random_uuid() FROM made, candidate"
            " WHERE candidate.public_id = %s",
            [firm, closing, rank, TODAY - timedelta(days=3), public_id],
        )


def test_without_a_shortlist_is_whoever_no_open_vacancy_has_among_its_first(
    casework: CaseworkService, database: Database
) -> None:
    first, beyond, closed, _ = keep(
        database, *(person(n, readiness_status="READY_TO_WORK") for n in range(1, 5))
    )
    show_first(database, first, FIRST_PLACES, TODAY)
    show_first(database, beyond, FIRST_PLACES + 1, TODAY)
    show_first(database, closed, 1, TODAY - timedelta(days=1))
    assert numbers(casework, without_shortlist=True) == ["A0002AA", "A0003AA", "A0004AA"]
    rows = casework.list_people(ALL, PeopleFilter()).items
    assert [row.shortlists for row in rows] == [1, 0, 0, 0]
    waits = TODAY - timedelta(days=3)
    assert [row.waits_since for row in rows] == [waits, None, waits, None]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.one_of(st.none(), st.integers(-9, 9)), min_size=1, max_size=15),
    size=st.integers(1, 5),
    sort=st.sampled_from(PeopleSort),
)
def test_pages_hold_everybody_once_in_one_order(
    casework: CaseworkService,
    database: Database,
    days: list[int | None],
    size: int,
    sort: PeopleSort,
) -> None:
    with database.owner_transaction() as connection:
        connection.execute("TRUNCATE candidate RESTART IDENTITY CASCADE")
    keep(
        database,
        *(
            person(
                n,
                last_name="Same",
                release_date=None if day is None else TODAY + timedelta(days=day),
            )
            for n, day in enumerate(days, start=1)
        ),
    )
    whole = casework.list_people(ALL, PeopleFilter(), sort, size=200)
    pages = range(1, -(-len(days) // size) + 1)
    parts = [casework.list_people(ALL, PeopleFilter(), sort, page=n, size=size) for n in pages]
    assert [each for part in parts for each in part.items] == list(whole.items)
    assert {part.total for part in parts} == {len(days)}
    exported = list(casework.export_people(ALL, PeopleFilter(), sort))
    assert [row[0] for row in exported] == [each.prison_number for each in whole.items]
    assert all(len(row) == len(EXPORT_COLUMNS) for row in exported)


def test_who_is_released_next_comes_first(casework: CaseworkService, database: Database) -> None:
    soon, gone = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    keep(
        database,
        person(1, release_date=gone),
        person(2, release_date=None),
        person(3, release_date=TODAY),
        person(4, release_date=soon),
    )
    assert numbers(casework) == ["A0003AA", "A0004AA", "A0001AA", "A0002AA"]


def test_a_lead_records_what_is_done(casework: CaseworkService, sam: UUID) -> None:
    case = casework.get_case(LEAD, sam)
    after = casework.update_case(
        LEAD,
        sam,
        case.version,
        CaseChange(
            readiness=ReadinessStatus.READY_TO_WORK,
            actions={ReadinessAction.ID: ActionStatus.COMPLETED},
            documents=(IdDocument.DRIVING_LICENCE,),
            consent=ConsentChange(Consent.WITHDRAWN, TODAY, AgreementHow.BY_PHONE),
            right_to_work=RightToWork.YES,
        ),
    )
    record = after.person.record
    assert record.readiness_status is ReadinessStatus.READY_TO_WORK
    assert record.ready_since == record.consent_date == TODAY
    assert record.consent is Consent.WITHDRAWN
    assert after.consent_how is AgreementHow.BY_PHONE
    assert record.id_documents == (IdDocument.DRIVING_LICENCE,)
    assert after.version == case.version + 1
    assert set(after.by_hand) == {
        "consent",
        "right_to_work",
        "readiness_status",
        "id_documents",
        "action:ID",
    }


def test_the_second_of_two_editors_is_told_who_came_first(
    casework: CaseworkService, sam: UUID
) -> None:
    version = casework.get_case(LEAD, sam).version
    casework.update_case(OTHER_LEAD, sam, version, CaseChange(right_to_work=RightToWork.YES))
    with pytest.raises(ConflictError, match=r"other@mdi\.example changed right to work at"):
        casework.update_case(LEAD, sam, version, CaseChange(right_to_work=RightToWork.NO))
    record = casework.get_case(LEAD, sam).person.record
    assert record.right_to_work is RightToWork.YES


def test_a_change_of_nothing_is_no_new_version(casework: CaseworkService, sam: UUID) -> None:
    version = casework.get_case(LEAD, sam).version
    assert casework.update_case(LEAD, sam, version, CaseChange()).version == version


@pytest.mark.parametrize(
    "wrong",
    [
        CaseChange(
            consent=ConsentChange(Consent.GIVEN, date(2026, 11, 23), AgreementHow.IN_PERSON)
        ),
        CaseChange(consent=ConsentChange(Consent.NOT_ASKED, TODAY, AgreementHow.IN_PERSON)),
        CaseChange(readiness=ReadinessStatus.READY_TO_WORK, right_to_work=RightToWork.NO),
    ],
)
def test_a_case_that_makes_no_sense_is_refused(
    casework: CaseworkService, sam: UUID, wrong: CaseChange
) -> None:
    version = casework.get_case(LEAD, sam).version
    with pytest.raises(ValidationError):
        casework.update_case(LEAD, sam, version, wrong)


def test_only_prison_staff_change_a_case(casework: CaseworkService, sam: UUID) -> None:
    version = casework.get_case(COACH, sam).version
    with pytest.raises(ValidationError, match="only a prison employment lead"):
        casework.update_case(COACH, sam, version, CaseChange(right_to_work=RightToWork.YES))
    with pytest.raises(NotFoundError):
        casework.update_case(LEEDS, sam, version, CaseChange(right_to_work=RightToWork.YES))


def test_an_import_keeps_what_staff_wrote_and_tells_what_it_took(
    casework: CaseworkService, database: Database, sam: UUID
) -> None:
    file = person(10, release_area="LS11")
    version = casework.get_case(LEAD, sam).version
    casework.update_case(LEAD, sam, version, CaseChange(right_to_work=RightToWork.YES))
    with database.transaction(ALL) as connection:
        assert upsert_candidates(connection, [file]) == Saved(unchanged=1)
    assert casework.list_tasks(LEAD, TaskFilter()) == []
    keep(database, file.model_copy(update={"right_to_work": RightToWork.NO}))
    case = casework.get_case(LEAD, sam)
    assert case.person.record.right_to_work is RightToWork.NO
    assert case.by_hand == {}
    (task,) = casework.list_tasks(LEAD, TaskFilter(role=Role.PRISON_EMPLOYMENT_LEAD))
    assert task.what.startswith("Check: lead@mdi.example recorded right to work as “Yes”")
    with pytest.raises(ConflictError):
        casework.update_case(LEAD, sam, version + 1, CaseChange(right_to_work=RightToWork.YES))


def test_how_consent_was_given_goes_when_a_file_changes_it(
    casework: CaseworkService, database: Database, sam: UUID
) -> None:
    case = casework.get_case(LEAD, sam)
    given = ConsentChange(Consent.GIVEN, TODAY, AgreementHow.IN_WRITING)
    casework.update_case(LEAD, sam, case.version, CaseChange(consent=given))
    keep(database, case.person.record)
    assert casework.get_case(LEAD, sam).consent_how is AgreementHow.IN_WRITING
    later = {"consent": Consent.WITHDRAWN, "consent_date": TODAY}
    keep(database, case.person.record.model_copy(update=later))
    assert casework.get_case(LEAD, sam).consent_how is None


def test_notes_are_seen_by_whoever_sees_the_person(casework: CaseworkService, sam: UUID) -> None:
    casework.add_note(LEAD, sam, NewNote("  Likes early shifts. "))
    casework.add_note(
        COACH, sam, NewNote("Has an account.", NoteAbout.READINESS_ACTION, ReadinessAction.ID)
    )
    of_sam = NoteFilter(candidate=sam)
    notes = casework.list_notes(COACH, of_sam)
    assert [(note.words, note.made_by, note.role) for note in notes] == [
        ("Has an account.", "coach@ls.example", "WORK_COACH"),
        ("Likes early shifts.", "lead@mdi.example", "PRISON_EMPLOYMENT_LEAD"),
    ]
    assert casework.list_notes(LEAD, of_sam) == notes
    others = NoteFilter(not_by=LEAD.actor)
    assert [note.made_by for note in casework.list_notes(LEAD, others)] == ["coach@ls.example"]
    for outsider in (LEEDS, EMPLOYER, AUDITOR, BROKER):
        assert casework.list_notes(outsider, of_sam) == []


def test_a_wrong_note_is_struck_through_once_and_stays(
    casework: CaseworkService, sam: UUID
) -> None:
    note = casework.add_note(LEAD, sam, NewNote("Of somebody else."))
    casework.strike_note(OTHER_LEAD, note, "Wrong person")
    (found,) = casework.list_notes(LEAD, NoteFilter(candidate=sam))
    assert found.words == "Of somebody else."
    assert (found.struck_by, found.struck_reason) == ("other@mdi.example", "Wrong person")
    with pytest.raises(NotFoundError):
        casework.strike_note(LEAD, note, "Again")


@pytest.mark.parametrize(
    "note",
    [
        NewNote(" "),
        NewNote("x" * 2001),
        NewNote("x\0"),
        NewNote("x", NoteAbout.READINESS_ACTION),
        NewNote("x", NoteAbout.APPLICATION),
    ],
)
def test_a_note_says_something_about_something(
    casework: CaseworkService, sam: UUID, note: NewNote
) -> None:
    with pytest.raises(ValidationError):
        casework.add_note(LEAD, sam, note)


def test_a_note_is_about_an_application_of_that_person(
    casework: CaseworkService, sam: UUID
) -> None:
    with pytest.raises(NotFoundError, match="application"):
        casework.add_note(LEAD, sam, NewNote("x", NoteAbout.APPLICATION, application=uuid4()))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM case_note",
        "UPDATE case_note SET words = 'x'",
        "UPDATE case_note SET made_by = 'x'",
        "INSERT INTO case_note (candidate_id, made_by) VALUES (1, 'y')",
        "DELETE FROM case_task",
        "UPDATE case_task SET what = 'x'",
        "DELETE FROM shortlist_decision",
        "UPDATE shortlist_decision SET reason = 'x'",
        "INSERT INTO audit_person SELECT * FROM audit_person",
        "DELETE FROM audit_person",
    ],
)
def test_what_was_written_cannot_be_rewritten(database: Database, statement: str) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        database.transaction(ALL) as connection,
    ):
        connection.execute(statement.encode())


@pytest.mark.parametrize("scope", [AUDITOR, EMPLOYER, BROKER, LEEDS])
def test_whoever_does_not_see_a_person_writes_nothing_about_them(
    database: Database, sam: UUID, scope: Scope
) -> None:
    with database.transaction(ALL) as connection:
        (key,) = connection.execute("SELECT id FROM candidate").fetchone() or (0,)
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        database.transaction(scope) as connection,
    ):
        connection.execute(
            "INSERT INTO case_note (candidate_id, about, words) VALUES (%s, 'GENERAL', 'x')", [key]
        )


def test_a_task_is_for_somebody_and_is_done_once(casework: CaseworkService, sam: UUID) -> None:
    for_leads = NewTask("Ask the bank.", TODAY, for_role=Role.PRISON_EMPLOYMENT_LEAD)
    for_coaches = NewTask("Call.", TODAY + timedelta(days=1), for_role=Role.WORK_COACH)
    first = casework.add_task(LEAD, sam, for_leads)
    casework.add_task(COACH, sam, for_coaches)
    mine = TaskFilter(role=Role.PRISON_EMPLOYMENT_LEAD, account_id=LEAD.account_id)
    assert [task.what for task in casework.list_tasks(LEAD, mine)] == ["Ask the bank."]
    both = casework.list_tasks(LEAD, TaskFilter(candidate=sam))
    assert [task.what for task in both] == ["Ask the bank.", "Call."]
    assert len(casework.list_tasks(COACH, TaskFilter(due_by=TODAY))) == 1
    casework.finish_task(OTHER_LEAD, first)
    assert casework.list_tasks(LEAD, mine) == []
    with pytest.raises(NotFoundError):
        casework.finish_task(LEAD, first)
    casework.finish_task(LEAD, first, done=False)
    assert len(casework.list_tasks(LEAD, mine)) == 1
    assert casework.list_tasks(LEEDS, TaskFilter()) == []


@pytest.mark.parametrize(
    "task",
    [
        NewTask("", TODAY, for_role=Role.WORK_COACH),
        NewTask("x", TODAY),
        NewTask("x", TODAY, for_account=1, for_role=Role.WORK_COACH),
        NewTask("x", TODAY, for_role=Role.AUDITOR),
    ],
)
def test_a_task_says_what_and_for_whom(casework: CaseworkService, sam: UUID, task: NewTask) -> None:
    with pytest.raises(ValidationError):
        casework.add_task(LEAD, sam, task)


def test_the_record_of_access_names_everybody_who_saw_a_person(
    casework: CaseworkService, database: Database, sam: UUID
) -> None:
    keep(database, person(11))
    casework.list_people(OTHER_LEAD, PeopleFilter())
    casework.list_people(LEAD, PeopleFilter(words="Example11"))  # not of Sam
    casework.get_case(COACH, sam)
    list(casework.export_people(LEAD, PeopleFilter()))
    with database.transaction(LEAD) as connection:
        (key,) = connection.execute(
            "SELECT id FROM candidate WHERE public_id = %s", [sam]
        ).fetchone() or (0,)
        audit.insert_event(connection, "view", "vacancy", 99, run="x", people=[key], address="::1")
    found = casework.record_of_access(LEAD, sam)
    assert [(each.actor, each.action, each.of, each.address) for each in found] == [
        ("lead@mdi.example", "view", "a shortlist", "::1"),
        ("lead@mdi.example", "export", "the list of people", ""),
        ("coach@ls.example", "view", "their page", ""),
        ("other@mdi.example", "list", "the list of people", ""),
    ]
    assert all(len(access_row(each)) == len(ACCESS_COLUMNS) for each in found)
    again = casework.record_of_access(LEAD, sam)
    assert again[0].of == "the record of who saw them"
    with pytest.raises(NotFoundError):
        casework.record_of_access(LEEDS, sam)


def test_one_persons_record_of_access_says_nothing_of_the_others(
    casework: CaseworkService, database: Database, sam: UUID
) -> None:
    keep(database, person(12, prison_id="LEI"))
    casework.list_people(ALL, PeopleFilter())
    with database.transaction(LEAD) as connection:
        rows = connection.execute("SELECT candidate_id, detail FROM audit_person").fetchall()
        plan = connection.execute(
            "EXPLAIN SELECT FROM audit_person WHERE candidate_id = 1"
        ).fetchall()
    assert len(rows) == 1
    assert "people" not in rows[0][1]
    assert "candidate_id = 1" in str(plan)
