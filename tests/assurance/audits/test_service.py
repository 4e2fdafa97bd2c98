"""The audit over real rows: what is shown, what is hidden, and who may read."""

import csv
import io
from datetime import date, timedelta

import psycopg
import pytest

from assurance.audits.report import AuditReport
from assurance.audits.rows import SECTIONS, to_csv
from assurance.audits.service import audit_period
from assurance.audits.tally import ATTRIBUTES, PROTECTED
from employers.model import VacancyFilter
from foundation.database import Database, Scope
from foundation.errors import ValidationError
from matching.shortlists.service import MatchingService

TODAY = date(2026, 11, 22)
SCOPE = Scope("tests")


@pytest.fixture(scope="module")
def report(service: MatchingService, service_database: Database) -> AuditReport:
    for stored in service.list_vacancies(SCOPE, VacancyFilter(), page=1, size=30).items:
        service.shortlist(SCOPE, str(stored.public_id), top=10)
    return audit_period(service_database, SCOPE, today=TODAY)


def test_every_attribute_is_there_and_tells_whether_it_is_protected(report: AuditReport) -> None:
    assert tuple(each.attribute for each in report.attributes) == ATTRIBUTES
    assert {each.attribute for each in report.attributes if each.protected} == set(PROTECTED)


def test_everybody_is_counted_once(report: AuditReport) -> None:
    assert report.people == 120
    for each in report.attributes:
        shown = [row.counts[0] for row in each.funnel]
        if None not in shown:
            assert sum(count or 0 for count in shown) == 120


def test_no_count_of_one_to_four_people_is_shown_and_none_that_would_tell_one(
    report: AuditReport,
) -> None:
    for each in report.attributes:
        for rows, totals in (
            (each.funnel, each.totals),
            (each.later, each.later_totals),
            (each.overrides, each.override_totals),
        ):
            for row in rows:
                assert not {1, 2, 3, 4} & set(row.counts)
            assert not {1, 2, 3, 4} & set(totals)
            for at, total in enumerate(totals):
                column = [row.counts[at] for row in rows]
                if column.count(None) == 1:
                    assert total is None, (each.attribute, at)


def test_no_rate_is_given_of_a_group_that_is_hidden_or_too_small(report: AuditReport) -> None:
    small = 0
    for each in report.attributes:
        for rows in (each.gate, each.shortlist, each.churn, each.reach, each.put_forward):
            for row in rows:
                if row.standing in ("hidden", "insufficient"):
                    small += 1
                    assert set(row.model_dump(exclude={"group", "standing"}).values()) == {None}
        for row, funnel in zip(each.shortlist, each.funnel, strict=True):
            if None in funnel.counts[:5]:
                assert row.standing == "hidden"
    assert small


def test_every_comparison_has_an_interval_and_a_p_that_is_adjusted_for_all_of_them(
    report: AuditReport,
) -> None:
    compared = [
        row
        for each in report.attributes
        for rows in (each.gate, each.shortlist, each.churn, each.reach)
        for row in rows
        if row.p is not None
    ]
    assert len(compared) >= 10
    for row in compared:
        assert row.adjusted_p is not None
        assert row.adjusted_p >= row.p  # type: ignore[operator]
        if row.ratio is not None and row.low is not None and row.high is not None:
            assert row.low <= row.ratio <= row.high


def test_the_rules_are_audited_by_themselves_with_the_reasons(report: AuditReport) -> None:
    need = report.attributes[0]
    assert all(row.of for row in need.gate if row.standing != "hidden")
    assert need.reasons
    for reason in need.reasons:
        assert reason.summary != reason.code
        assert len(reason.rates) == len(need.funnel)


def test_the_csv_holds_every_figure_of_the_report(report: AuditReport) -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(report))))
    assert {row["section"] for row in rows} == set(SECTIONS)
    need = report.attributes[0]
    told = {
        (row["group"], row["measure"]): row["value"]
        for row in rows
        if row["section"] == "rules" and row["attribute"] == need.label
    }
    for row in need.gate:
        if row.rate is not None:
            assert float(told[row.group, "rate"]) == row.rate


def test_the_same_audit_gives_the_same_figures(
    report: AuditReport, service_database: Database
) -> None:
    again = audit_period(service_database, SCOPE, today=TODAY, by=("need_band",))
    first = report.attributes[0]
    assert again.attributes[0].funnel == first.funnel
    assert [row.low for row in again.attributes[0].gate] == [row.low for row in first.gate]


def test_a_prison_a_region_or_a_policy_narrows_it(
    report: AuditReport, service_database: Database
) -> None:
    def narrowed(**asked: str) -> AuditReport:
        return audit_period(
            service_database,
            SCOPE,
            today=TODAY,
            by=("need_band",),
            **asked,  # type: ignore[arg-type]
        )

    assert narrowed(region="LONDON").people < report.people
    assert narrowed(prison="ZZZ").people == 0
    assert narrowed(policy="det_cons").lists == 0
    assert narrowed(policy="floor").lists == narrowed(policy="floor@1").lists == report.lists


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"by": ("shoe",)}, "by: 'shoe'"),
        ({"region": "MARS"}, "region: 'MARS'"),
        ({"first": TODAY, "last": TODAY - timedelta(1)}, "from: '2026-11-22'"),
    ],
)
def test_what_cannot_be_audited_is_refused(
    service_database: Database, asked: dict[str, object], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        audit_period(service_database, SCOPE, today=TODAY, **asked)  # type: ignore[arg-type]


def test_that_somebody_audited_is_in_the_audit_trail(
    report: AuditReport, service_database: Database
) -> None:
    with service_database.transaction(Scope("another")) as connection:
        last = connection.execute(
            "SELECT actor, action, subject FROM audit_event WHERE action = 'audit'"
            " ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert last == ("tests", "audit", "aggregate")


def test_who_monitors_reads_no_name_no_text_and_no_offence(service_database: Database) -> None:
    for statement in (
        "SELECT first_name FROM candidate",
        "SELECT offences FROM candidate",
        "SELECT previous_work FROM candidate",
        "SELECT licence_conditions FROM candidate",
        "SELECT document FROM ranking_run",
        "SELECT detail FROM audit_event",
    ):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            service_database.monitoring_transaction(SCOPE) as connection,
        ):
            connection.execute(statement.encode())
