"""What people said of themselves: read, withdrawn, stored once, and never shown to who ranks."""

import json
import tomllib
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import Connection
from psycopg.rows import dict_row

from candidates.model import Candidate
from candidates.monitoring.intake import COLUMNS, MONITORING, check_monitoring
from candidates.monitoring.model import CHARACTERISTICS, Monitoring
from candidates.monitoring.store import upsert_monitoring
from candidates.store import upsert_candidates
from foundation.database import Database, Scope
from foundation.intake.load import Outcome, load
from foundation.record import Fault, Saved

ALL = Scope("tests")
SAID = {
    "sex": "FEMALE",
    "gender_identity": "SAME_AS_REGISTERED",
    "age_band": "FROM_30_TO_39",
    "ethnicity": "MIXED",
    "disability": "DISABLED",
    "religion": "SIKH",
    "sexual_orientation": "BISEXUAL",
    "nationality": "BRITISH",
}


def record(number: int = 1, **values: Any) -> Monitoring:  # noqa: ANN401 -- any field
    return Monitoring.model_validate({"prison_number": f"A{number:04d}BC"} | values)


def held(database: Database, *numbers: int) -> list[Monitoring]:
    with database.monitoring_transaction(ALL) as connection:
        cursor = connection.cursor(row_factory=dict_row)
        cursor.execute(
            "SELECT prison_number, opted_out, sex, gender_identity, age_band, ethnicity,"
            " disability, religion, sexual_orientation, nationality FROM candidate_monitoring"
            " WHERE prison_number = ANY(%s) ORDER BY prison_number",
            [[f"A{number:04d}BC" for number in numbers]],
        )
        return [Monitoring.model_validate(row) for row in cursor]


def counted(connection: Connection[Any]) -> tuple[int, int]:
    """People in scope: who said something of themselves, and who opted out."""
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE NOT opted_out), count(*) FILTER (WHERE opted_out)"
        " FROM candidate_monitoring"
    ).fetchone()
    assert row is not None
    return row


def save(database: Database, *records: Monitoring) -> Saved:
    with database.monitoring_transaction(ALL) as connection:
        return upsert_monitoring(connection, records)


def import_file(database: Database, path: Path, text: str, *, strict: bool = False) -> Outcome:
    path.write_text(text, encoding="utf-8")
    return load(path, MONITORING, database, ALL, strict=strict)


@pytest.mark.parametrize("said_nothing", [{}, dict.fromkeys(SAID), dict.fromkeys(SAID, "")])
def test_what_is_not_said_is_not_stated(said_nothing: dict[str, Any]) -> None:
    assert all(getattr(record(**said_nothing), name) == "NOT_STATED" for name in CHARACTERISTICS)


def test_not_stated_is_an_answer_to_every_question() -> None:
    assert all("NOT_STATED" in codes.__members__ for codes in CHARACTERISTICS.values())
    assert CHARACTERISTICS.keys() == Monitoring.model_fields.keys() - {"prison_number", "opted_out"}


@pytest.mark.parametrize("yes", [True, "yes", "TRUE", "1", 1])
def test_opting_out_drops_everything_else_unread(yes: object) -> None:
    found = record(opted_out=yes, **SAID)
    assert found == Monitoring(prison_number="A0001BC", opted_out=True)
    assert all(getattr(found, name) is None for name in CHARACTERISTICS)
    assert record(opted_out=yes, sex="not a code") == found


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"sex": "M"}, "sex"),
        ({"ethnicity": "White"}, "ethnicity"),
        ({"religion": 0}, "religion"),
        ({"religion": False}, "religion"),
        ({"disability": []}, "disability"),
        ({"opted_out": "perhaps"}, "opted_out"),
        ({"prison_number": "1234"}, "prison_number"),
        ({"height": 3}, "height"),
        ({"opted_out": "yes", "height": 3}, "height"),
    ],
)
def test_what_is_wrong_is_named(values: dict[str, Any], column: str) -> None:
    faults = check_monitoring({"prison_number": "A0001BC"} | values)
    assert isinstance(faults, list)
    assert [fault.column for fault in faults] == [column]


@given(
    st.dictionaries(
        st.sampled_from(MONITORING.columns) | st.text(),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()),
    )
)
def test_no_object_can_break_the_reading(values: dict[str, Any]) -> None:
    outcome = check_monitoring(MONITORING.from_object(values))
    if isinstance(outcome, list):
        assert all(isinstance(fault, Fault) and fault.allowed for fault in outcome)


def test_the_example_row_is_good() -> None:
    example = {column.name: column.example for column in COLUMNS if column.example}
    assert isinstance(check_monitoring(MONITORING.from_cells(example)), Monitoring)
    assert MONITORING.columns == tuple(Monitoring.model_fields)


def test_an_import_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    rows = [{"prison_number": f"A{number:04d}BC"} | SAID for number in range(1, 6)]
    text = "\n".join(json.dumps(row) for row in rows)
    path = tmp_path / "monitoring.jsonl"
    assert import_file(database, path, text).saved == Saved(inserted=5)
    with database.monitoring_transaction(ALL) as connection:
        before = connection.execute("SELECT * FROM candidate_monitoring").fetchall()
    assert import_file(database, path, text).saved == Saved(unchanged=5)
    with database.monitoring_transaction(ALL) as connection:
        assert connection.execute("SELECT * FROM candidate_monitoring").fetchall() == before


def test_a_later_import_withdraws_what_was_said(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "monitoring.csv"
    first = "prison_number,opted_out,sex,ethnicity\nA0001BC,no,MALE,WHITE\na0002bc,,FEMALE,\n"
    assert import_file(database, path, first).saved == Saved(inserted=2)
    assert held(database, 1, 2) == [
        record(1, sex="MALE", ethnicity="WHITE"),
        record(2, sex="FEMALE"),
    ]
    later = "prison_number,opted_out,sex\nA0001BC,yes,MALE\n"
    assert import_file(database, path, later).saved == Saved(updated=1)
    assert held(database, 1, 2) == [record(1, opted_out=True), record(2, sex="FEMALE")]
    with database.monitoring_transaction(ALL) as connection:
        assert counted(connection) == (1, 1)


def test_a_strict_import_loads_all_or_nothing(database: Database, tmp_path: Path) -> None:
    text = "prison_number,sex\nA0001BC,MALE\nA0002BC,man\n"
    path = tmp_path / "monitoring.csv"
    outcome = import_file(database, path, text, strict=True)
    assert (outcome.rejected, outcome.rolled_back, held(database, 1)) == (1, True, [])
    assert import_file(database, path, text).saved == Saved(inserted=1)


def test_the_audit_trail_says_how_many_and_nothing_of_what_they_said(
    database: Database, tmp_path: Path
) -> None:
    text = json.dumps({"prison_number": "A0001BC"} | SAID)
    import_file(database, tmp_path / "monitoring.jsonl", text)
    with database.transaction(ALL) as connection:
        events = connection.execute(
            "SELECT actor, action, subject, subject_id, detail FROM audit_event"
        ).fetchall()
    counted = {"inserted": 1, "updated": 0}
    assert events == [("tests", "import", "candidate_monitoring", None, counted)]


def test_the_database_holds_nothing_of_whoever_opted_out(database: Database) -> None:
    save(database, record(1, opted_out=True))
    with (
        pytest.raises(psycopg.errors.CheckViolation, match="opted_out_means_nothing_is_held"),
        database.monitoring_transaction(ALL) as connection,
    ):
        connection.execute("UPDATE candidate_monitoring SET religion = 'SIKH'")


@pytest.fixture
def two_prisons(database: Database) -> Database:
    people = [
        Candidate(prison_number=f"A{n:04d}BC", first_name="A", last_name="B", prison_id=prison)
        for n, prison in ((1, "MDI"), (2, "LEI"))
    ]
    with database.transaction(ALL) as connection:
        upsert_candidates(connection, people)
    save(database, record(1, **SAID), record(2, **SAID))
    return database


def test_a_scope_holds_for_monitoring_too(two_prisons: Database) -> None:
    with two_prisons.monitoring_transaction(Scope("t", ("LEI",))) as connection:
        assert counted(connection) == (1, 0)
        found = connection.execute("SELECT prison_number, prison_id FROM candidate").fetchall()
        assert found == [("A0002BC", "LEI")]
    with two_prisons.monitoring_transaction(Scope("t", ())) as connection:
        assert counted(connection) == (0, 0)
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        two_prisons.monitoring_transaction(Scope("t", ("LEI",))) as connection,
    ):
        upsert_monitoring(connection, [record(3)])


READABLE = ("candidate_group", "exposure", "gate_outcome")


@pytest.mark.parametrize("table", READABLE)
def test_the_audit_may_join_to(two_prisons: Database, table: str) -> None:
    with two_prisons.monitoring_transaction(ALL) as connection:
        connection.execute(f"SELECT * FROM {table}".encode())  # noqa: S608 -- a literal above


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT first_name FROM candidate",
        "SELECT offences FROM candidate",
        "SELECT previous_work FROM candidate",
        "SELECT * FROM candidate",
        "UPDATE candidate SET prison_id = 'LEI'",
        "DELETE FROM candidate_group",
        "UPDATE exposure SET merit = 0",
        "SELECT * FROM ranking_run",
        "SELECT * FROM audit_event",
        "SELECT * FROM candidate_embedding",
        "TRUNCATE candidate_monitoring",
    ],
)
def test_the_role_that_monitors_has_no_right_to(two_prisons: Database, statement: str) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        two_prisons.monitoring_transaction(ALL) as connection,
    ):
        connection.execute(statement.encode())


FORBIDDEN = [
    "SELECT * FROM candidate_monitoring",
    "SELECT count(*) FROM candidate_monitoring",
    "SELECT prison_number FROM candidate_monitoring",
    "SELECT EXISTS (SELECT FROM candidate_monitoring)",
    "SELECT EXISTS (SELECT FROM candidate JOIN candidate_monitoring USING (prison_number))",
    "TABLE candidate_monitoring",
    "COPY candidate_monitoring TO STDOUT",
    "COPY (SELECT ethnicity FROM candidate_monitoring) TO STDOUT",
    "COPY candidate_monitoring FROM STDIN",
    "INSERT INTO candidate_monitoring (prison_number) VALUES ('A0009BC')",
    "INSERT INTO candidate_monitoring (prison_number) VALUES ('A0001BC') ON CONFLICT DO NOTHING",
    "UPDATE candidate_monitoring SET sex = NULL",
    "DELETE FROM candidate_monitoring",
    "TRUNCATE candidate_monitoring",
    "LOCK TABLE candidate_monitoring",
    "CREATE TRIGGER t AFTER UPDATE ON candidate_monitoring EXECUTE FUNCTION record_change()",
    "ALTER TABLE candidate_monitoring DISABLE ROW LEVEL SECURITY",
    "CREATE POLICY p ON candidate_monitoring TO newfutures_app USING (true)",
    "GRANT SELECT ON candidate_monitoring TO newfutures_app",
    "CREATE VIEW seen AS SELECT * FROM candidate_monitoring",
    "DO $$ BEGIN PERFORM * FROM candidate_monitoring; END $$",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_who_ranks_is_refused(two_prisons: Database, statement: str) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        two_prisons.transaction(ALL) as connection,
    ):
        run(connection, statement)


def run(connection: Connection[Any], statement: str) -> None:
    if statement.startswith("COPY"):
        with connection.cursor().copy(statement.encode()) as copy:
            list(copy)
    else:
        connection.execute(statement.encode())


def test_who_ranks_has_no_privilege_on_the_table_or_on_any_column_of_it(
    database: Database,
) -> None:
    with database.owner_transaction() as connection:
        rights = connection.execute(
            "SELECT kind FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS kind"
            " WHERE has_any_column_privilege('newfutures_app', 'candidate_monitoring', kind)"
            " UNION ALL"
            " SELECT kind FROM unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) AS kind"
            " WHERE has_table_privilege('newfutures_app', 'candidate_monitoring', kind)"
        ).fetchall()
    assert rights == []


def test_no_view_rule_trigger_or_function_of_the_owner_leads_there(database: Database) -> None:
    with database.owner_transaction() as connection:
        rules = connection.execute(
            "SELECT ev_class::regclass FROM pg_depend JOIN pg_rewrite ON pg_rewrite.oid = objid"
            " WHERE refobjid = 'candidate_monitoring'::regclass"
        ).fetchall()
        triggers = connection.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'candidate_monitoring'::regclass"
        ).fetchall()
        functions = connection.execute(
            "SELECT proname, prorettype::regtype::text FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY proname"
        ).fetchall()
    assert (rules, triggers) == ([], [])
    # Both are called by triggers only: one writes whom an event of the audit trail names, the other
    # the changes of the table that it is set on.
    assert functions == [("name_people", "trigger"), ("record_change", "trigger")]


def test_who_ranks_cannot_read_the_planners_statistics_of_it(two_prisons: Database) -> None:
    with two_prisons.owner_transaction() as connection:
        connection.execute("ANALYZE candidate_monitoring")
    question = "SELECT count(*) FROM pg_stats WHERE tablename = %s"
    with two_prisons.transaction(ALL) as connection:
        assert connection.execute(question, ["candidate_monitoring"]).fetchone() == (0,)


def test_the_owner_has_to_take_the_role_unless_a_superuser(two_prisons: Database) -> None:
    with two_prisons.owner_transaction() as connection:
        row = connection.execute(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class"
            " WHERE oid = 'candidate_monitoring'::regclass"
        ).fetchone()
    assert row == (True, True)


@pytest.fixture
def sources() -> dict[str, str]:
    root = Path(__file__).resolve().parents[3]
    rooms = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]["packages"]
    return {
        str(path.relative_to(root)): path.read_text("utf-8")
        for room in rooms
        for path in (root / room).rglob("*.py")
    }


def test_nothing_that_ranks_opens_a_monitoring_transaction(sources: dict[str, str]) -> None:
    allowed = {
        "foundation/database.py",
        "candidates/monitoring/intake.py",
        "demonstration/population.py",
        "assurance/audits/service.py",
    }
    users = {path for path, text in sources.items() if "monitoring_transaction" in text}
    assert users <= allowed
    assert "foundation/database.py" in users
