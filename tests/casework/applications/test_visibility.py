"""Who sees what at the database itself, whatever the service would have asked."""

from typing import Any

import psycopg
import pytest
from application_world import ALL, World
from psycopg import sql

from casework.applications.model import ApplicationFilter, Correction, PutForwardAnswers
from casework.applications.store import list_reached
from foundation.database import Scope
from foundation.errors import NotFoundError
from foundation.vocabulary import AgreementHow, ApplicationState, Role

S = ApplicationState
TABLES = (
    "application",
    "application_event",
    "application_agreement",
    "application_origin",
    "put_forward_decision",
    "introduction",
    "interview",
)


def rows(world: World, scope: Scope, table: str) -> int:
    with world.database.transaction(scope) as connection:
        row = connection.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        ).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def full(world: World) -> World:
    """One application with something in every table."""
    world.person(1, right_to_work="UNKNOWN")
    begun = world.service.shortlist(world.lead, world.vacancy(), "A0001BC", rank=3, note="Secret")
    world.service.agree(world.lead, begun.public_id, AgreementHow.IN_PERSON)
    held = world.service.put_forward(
        world.lead,
        begun.public_id,
        version=1,
        answers=PutForwardAnswers(decision="Seen"),
        note="Secret",
    )
    world.move(held, S.INTERVIEW_BOOKED, world.employer, note="Bring boots")
    return world


def test_row_level_security_is_forced_on_every_table(world: World) -> None:
    with world.database.owner_transaction() as connection:
        found = connection.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        ).fetchall()
    assert {*TABLES, "application_places"} <= {name for (name,) in found}


@pytest.mark.parametrize("table", TABLES)
def test_staff_see_the_applications_of_the_people_they_see(full: World, table: str) -> None:
    assert rows(full, ALL, table) >= 1
    assert rows(full, full.lead, table) >= 1
    assert rows(full, full.coach, table) >= 1
    other_prison = Scope("x", ("LEI",), role=Role.PRISON_EMPLOYMENT_LEAD)
    assert rows(full, other_prison, table) == 0
    assert rows(full, Scope("x", (), ("M",), role=Role.WORK_COACH), table) == 0
    for role in (Role.NFN_BROKER, Role.AUDITOR, Role.ADMINISTRATOR):
        assert rows(full, Scope("x", (), role=role), table) == 0
    assert rows(full, Scope("nobody", ()), table) == 0


@pytest.mark.parametrize(
    ("table", "seen"),
    [
        ("candidate", 0),
        ("application", 1),
        ("application_event", 1),  # what the employer recorded, of three
        ("application_agreement", 0),
        ("application_origin", 0),
        ("put_forward_decision", 0),
        ("introduction", 1),
        ("interview", 1),
        ("ranking_run", 0),
        ("exposure", 0),
        ("candidate_group", 0),
    ],
)
def test_an_employer_sees_their_own_and_no_more(full: World, table: str, seen: int) -> None:
    assert rows(full, full.employer, table) == seen


@pytest.mark.parametrize("table", TABLES)
def test_another_employer_sees_nothing_even_with_a_wide_scope(full: World, table: str) -> None:
    full.vacancy("OT-1", "Other Ltd")
    other = full.employer_called("other ltd")
    assert rows(full, other, table) == 0
    wide = Scope("x", None, role=Role.EMPLOYER, employer_id=other.employer_id)
    assert rows(full, wide, table) == 0


def test_an_employer_sees_nobody_before_they_are_put_forward(world: World) -> None:
    begun = world.shortlisted()
    world.service.agree(world.lead, begun.public_id, AgreementHow.IN_PERSON)
    assert rows(world, world.employer, "application") == 0
    with pytest.raises(NotFoundError):
        world.service.history(world.employer, begun.public_id)


def test_an_employer_does_not_see_who_was_only_shortlisted_and_withdrawn(world: World) -> None:
    world.move(world.shortlisted(), S.WITHDRAWN)
    assert rows(world, world.employer, "application") == 0


def test_nobody_put_forward_by_mistake_is_seen_once_that_is_undone(world: World) -> None:
    held = world.put_forward()
    wrong = Correction.model_validate({"number": 2, "reason": "WRONG_APPLICATION"})
    undone = world.service.undo(world.lead, held.public_id, wrong, version=2)
    assert undone.state is S.SHORTLISTED
    assert rows(world, world.employer, "introduction") == 0
    world.move(undone, S.WITHDRAWN)
    assert rows(world, world.employer, "application") == 0


def test_when_agreement_ends_the_employer_sees_no_row_of_it(full: World) -> None:
    with full.database.transaction(full.lead) as connection:
        (application,) = connection.execute("SELECT public_id FROM application").fetchall()
    full.service.withdraw_agreement(full.lead, application[0])
    for table in TABLES:
        assert rows(full, full.employer, table) == 0


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("doing", ["DELETE FROM {}", "UPDATE {} SET application_id = 1"])
def test_the_history_can_only_be_added_to(full: World, table: str, doing: str) -> None:
    if table == "application":
        doing = doing.replace("application_id", "state").replace("= 1", "= 'STARTED'")
    for scope in (ALL, full.lead, full.employer):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            full.database.transaction(scope) as connection,
        ):
            connection.execute(doing.format(table).encode())


def test_an_application_cannot_be_moved_past_its_events(full: World) -> None:
    with (
        pytest.raises(psycopg.errors.CheckViolation),
        full.database.transaction(ALL) as connection,
    ):
        connection.execute("UPDATE application SET version = version + 1")


def test_nobody_signs_an_event_with_another_name(full: World) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        full.database.transaction(full.employer) as connection,
    ):
        connection.execute(
            "INSERT INTO application_event (application_id, number, to_state, happened_on, actor)"
            " SELECT id, 4, 'JOB_OFFER', opened_on, 'someone else' FROM application"
        )


def test_an_employer_can_introduce_nobody_and_record_no_agreement(full: World) -> None:
    for statement in (
        "INSERT INTO application_agreement (application_id, how, agreed_on)"
        " SELECT id, 'BY_PHONE', opened_on FROM application",
        "INSERT INTO introduction SELECT application_id, number + 1, employer_id, 'X', 'X',"
        " '{}', '{}', '{}', 'X', '{}', 'X', 'X', introduced_on FROM introduction",
        "INSERT INTO put_forward_decision SELECT application_id, number, '{X}' FROM interview",
    ):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            full.database.transaction(full.employer) as connection,
        ):
            connection.execute(statement.encode())


def test_staff_lists_are_empty_for_an_employer(full: World) -> None:
    page = full.service.list_applications(full.employer, ApplicationFilter(), page=1, size=10)
    assert (page.items, page.total) == ((), 0)


def test_an_employers_history_holds_no_note_of_the_prisons(full: World) -> None:
    (application,) = full.service.list_introduced(full.employer, page=1, size=9).items
    shown = full.service.history(full.employer, application.public_id)
    assert [(event.note, event.actor) for event in shown] == [
        ("Bring boots", "staff@harbour foods ltd")
    ]


def test_every_view_is_in_the_audit_trail(full: World) -> None:
    (application,) = full.service.list_introduced(full.employer, page=1, size=9).items
    full.service.get_introduced(full.employer, application.public_id)
    full.service.get_application(full.lead, application.public_id)
    full.service.list_applications(full.coach, ApplicationFilter(), page=1, size=9)
    with full.database.transaction(ALL) as connection:
        found = connection.execute(
            "SELECT actor, subject, detail ->> 'of' FROM audit_event WHERE action = 'view'"
        ).fetchall()
    assert {
        ("staff@harbour foods ltd", "candidate", "introduction"),
        ("lead@moorland", "candidate", "application"),
        ("coach@leeds", "application", None),
    } <= set(found)


def test_the_audit_reads_how_far_people_came_and_no_word_about_them(full: World) -> None:
    with full.database.monitoring_transaction(Scope("audit")) as connection:
        (reached,) = list_reached(connection)
        assert (reached.stage, reached.six_weeks) == (5, None)
    with full.database.monitoring_transaction(Scope("audit", ("LEI",))) as connection:
        assert list_reached(connection) == []
    for column in ("note", "actor", "reason"):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            full.database.monitoring_transaction(Scope("audit")) as connection,
        ):
            connection.execute(
                sql.SQL("SELECT {} FROM application_event").format(sql.Identifier(column))
            )


def test_lists_are_narrowed_and_paged_in_a_stable_order(world: World) -> None:
    begun = [world.shortlisted(number) for number in range(1, 6)]
    other = world.service.shortlist(ALL, world.vacancy("OT-1", "Other Ltd"), "A0001BC")
    world.move(begun[0], S.WITHDRAWN)

    def listed(page: int = 1, size: int = 10, **wanted: Any) -> list[Any]:  # noqa: ANN401
        shown = world.service.list_applications(
            world.lead, ApplicationFilter(**wanted), page=page, size=size
        )
        return [item.public_id for item in shown.items]

    newest_first = [other.public_id, *(moved.public_id for moved in reversed(begun))]
    assert listed() == newest_first
    assert listed(1, 4) + listed(2, 4) == newest_first
    assert listed(state=S.WITHDRAWN) == listed(live=False) == [begun[0].public_id]
    assert len(listed(live=True)) == 5
    assert listed(employer="OTHER LTD") == listed(vacancy="OT-1") == [other.public_id]
    assert listed(candidate="A0001BC") == [other.public_id, begun[0].public_id]
