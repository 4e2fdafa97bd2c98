"""The audit over applications and decisions that were really recorded, in scope and by period."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from application_world import ALL, World

from assurance.audits.report import AttributeAudit, AuditReport
from assurance.audits.service import audit_period
from foundation.database import Scope
from foundation.vocabulary import ApplicationState, OutcomeAtPoint, OutcomePoint, Role

S = ApplicationState
TODAY = date(2026, 11, 22)
RUN = UUID(int=7)


def audited(world: World, scope: Scope = ALL, first: date | None = None) -> AuditReport:
    return audit_period(
        world.database, scope, today=TODAY, first=first, last=TODAY, by=("need_band",)
    )


def need(report: AuditReport) -> AttributeAudit:
    return report.attributes[0]


def later(report: AuditReport) -> dict[str, int | None]:
    each = need(report)
    return dict(zip(each.later_stages, each.later_totals, strict=True))


@pytest.fixture
def put_forward(world: World) -> World:
    """Of twelve people eleven were put forward, eight started, and six of those are in work."""
    world.person(12)
    for number in range(1, 12):
        state = S.STARTED if number <= 8 else S.INTERVIEW_BOOKED if number == 9 else S.PUT_FORWARD
        held = world.taken_to(state, number, f"HF-{number}")
        if number <= 8:
            found = OutcomeAtPoint.IN_WORK if number <= 6 else OutcomeAtPoint.UNKNOWN
            world.service.record_outcome(
                world.coach, held.public_id, OutcomePoint.SIX_WEEKS, found, version=held.version
            )
    return world


def decide(world: World, number: int, reference: str = "HF-1", kind: str = "HIDE") -> None:
    """A decision about somebody at rank 2, in a list of three people that was shown today."""
    vacancy, chosen = world.vacancy_id(reference), world.candidate_id(f"A{number:04d}BC")
    with world.database.transaction(ALL) as connection:
        connection.execute(
            "INSERT INTO gate_outcome (vacancy_id, judged_on, prison, mask, outcome, reasons,"
            " candidate_ids) SELECT %s, %s, '*', 0, 'eligible', '{}', array_agg(id) FROM candidate"
            " ON CONFLICT DO NOTHING",
            [vacancy, TODAY],
        )
        for rank in (1, 2, 3):
            connection.execute(
                "INSERT INTO exposure (vacancy_id, candidate_id, baseline, rank, exposure, merit,"
                " need_band, policy, shown_on, run_id)"
                " VALUES (%s, %s, %s, %s, 1, 1, 'LOWER', 'floor@1', %s, %s) ON CONFLICT DO NOTHING",
                [vacancy, world.candidate_id(f"A{rank:04d}BC"), rank, rank, TODAY, RUN],
            )
        connection.execute(
            "INSERT INTO shortlist_decision (kind, vacancy_id, candidate_id, run_id, listed,"
            " rank_given, rank_decided, reason, note)"
            " VALUES (%s, %s, %s, %s, 'eligible', 2, %s, 'OTHER', 'Said so')",
            [kind, vacancy, chosen, RUN, 1 if kind == "PLACE" else None],
        )
    with world.database.owner_transaction() as connection:
        connection.execute("UPDATE shortlist_decision SET made_at = %s", [TODAY])  # not the clock's


def test_the_stages_after_a_list_are_counted_from_what_was_recorded(put_forward: World) -> None:
    told = later(audited(put_forward))
    assert told["in scope"] == 12
    assert told["put forward"] == 11
    # Nobody but number 9 had an interview recorded; whoever started came through it.
    assert (told["interview"], told["offer"], told["started"]) == (9, 8, 8)
    assert (told["in work at 6 weeks"], told["in work at 6 months"]) == (6, 0)
    (row,) = need(audited(put_forward)).outcomes[0].rows
    assert (row.known, row.in_work, row.unavailable) == (6, 6, 0)
    assert row.not_known is None, "two people are too few to tell"


def test_people_put_forward_before_the_period_are_not_counted(put_forward: World) -> None:
    with put_forward.database.monitoring_transaction(ALL) as connection:
        days = connection.execute("SELECT DISTINCT happened_on FROM application_event").fetchall()
    assert days == [(TODAY,)]
    before = audit_period(
        put_forward.database,
        ALL,
        today=TODAY,
        last=TODAY - timedelta(days=1),
        by=("need_band",),
    )
    assert later(before)["put forward"] == 0


def test_a_lead_counts_the_people_of_their_own_prisons_only(put_forward: World) -> None:
    put_forward.person(20, prison_id="LEI")
    lead = put_forward.lead
    elsewhere = Scope("lead@leicester", ("LEI",), role=Role.PRISON_EMPLOYMENT_LEAD)
    assert later(audited(put_forward, lead))["put forward"] == 11
    theirs = audited(put_forward, elsewhere)
    assert theirs.people == 1
    assert later(theirs)["put forward"] == 0


def test_decisions_that_were_recorded_are_counted_and_undone_ones_are_not(world: World) -> None:
    for number in (1, 2, 3):
        world.person(number)
    world.vacancy("HF-1")
    decide(world, 1)
    decide(world, 2, kind="PLACE")
    report = audited(world)
    assert report.lists == 1
    assert report.lists_decided is None, "one list is too few to tell"
    reasons = {(row.kind, row.code) for row in need(report).override_reasons}
    assert reasons == {("hidden by staff", "OTHER"), ("put above others", "OTHER")}
    assert need(report).override_totals[1] is None
    with world.database.transaction(ALL) as connection:
        connection.execute(
            "UPDATE shortlist_decision SET undone_at = %s, undone_reason = 'A mistake',"
            " undone_by = current_setting('newfutures.actor')",
            [TODAY],
        )
    assert audited(world).lists_decided == 0
    assert need(audited(world)).override_reasons == ()
