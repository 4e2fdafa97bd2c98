"""`newfutures import`, as a person runs it: real processes, real files, a real server."""

import csv
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from candidates.intake import COLUMNS
from candidates.model import Candidate
from demonstration.synthetic.people import generate_people
from foundation.database import Database

PROGRAM = Path(sys.executable).parent / "newfutures"
AS_OF = date(2026, 11, 22)
HEADER = "prison_number,first_name,last_name,prison_id"
GOOD = "A0001AA,Sam,Hill,MDI"
BAD = "A00,Al,Dale,LEI"
SECONDS = 600  # at the most, on a machine that does much else
MEMORY_BAND = 8 * 1024 * 1024  # bytes that ten times as many rows may add at most

Run = Callable[..., subprocess.CompletedProcess[str]]

# Runs the command in a fresh process, then says the most bytes that its objects took at once: what
# the process holds in memory also says how much the machine could spare.
MEASURED = """
import sys, tracemalloc
from cli.main import app
tracemalloc.start()
code = app(sys.argv[1:], standalone_mode=False)
print("peak", tracemalloc.get_traced_memory()[1], file=sys.stderr)
sys.exit(code)
"""


def environment(dsn: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWFUTURES_")}
    return kept | {"DATABASE_URL": dsn, "COLUMNS": "200", "NEWFUTURES_LOG_LEVEL": "ERROR"}


@pytest.fixture
def dsn(own_dsn: str, database: Database) -> str:
    """How to reach the file's own database, which `database` has emptied."""
    return own_dsn


@pytest.fixture
def run(dsn: str, tmp_path: Path) -> Run:
    """Runs `newfutures` in a folder of the test's own against a database of the test's own."""

    def run_program(*arguments: object, **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PROGRAM, *map(str, arguments)],
            cwd=tmp_path,
            env=environment(dsn) | changes,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    return run_program


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of lines."""

    def write_lines(*lines: str, name: str = "people.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write_lines


def cell(name: str, value: Any) -> str:  # noqa: ANN401 -- any JSON value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "work_experience":
        return " | ".join(f"{job['role']}: {job['details']}".replace("|", "/") for job in value)
    if not isinstance(value, list):
        return str(value)
    mark = " " if name == "prison_training" else ": "
    return "; ".join(
        each if isinstance(each, str) else mark.join(str(part or "") for part in each.values())
        for each in value
    )


def as_row(person: Candidate) -> list[str]:
    values = person.model_dump(mode="json")
    for experience in values["work_experience"]:
        experience["role"] = experience["role"].replace(":", "")
    return [cell(column.name, values[column.name]) for column in COLUMNS]


def write_people(path: Path, count: int) -> Path:
    """A CSV of made-up people."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(column.name for column in COLUMNS)
        for person in generate_people(count, seed=5, as_of=AS_OF):
            writer.writerow(as_row(person.candidate))
    return path


def count(dsn: str, table: str) -> int:
    with psycopg.connect(dsn) as connection:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def rows(dsn: str) -> list[Any]:
    """Every candidate, less what says when and in what order they came."""
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "SELECT to_jsonb(candidate) - '{id,public_id,created_at,updated_at}'::text[]"
            " FROM candidate ORDER BY prison_number"
        ).fetchall()


def test_every_row_loaded_is_exit_code_0(run: Run, write: Callable[..., Path], dsn: str) -> None:
    done = run("import", "candidates", write(HEADER, GOOD))
    assert done.returncode == 0, done.stderr
    assert "1 rows read; 1 new, 0 changed, 0 already as given, 0 refused" in done.stdout
    assert "newfutures index build" in done.stdout
    assert count(dsn, "candidate") == 1


def test_some_rows_refused_is_exit_code_3_and_the_rest_is_loaded(
    run: Run, write: Callable[..., Path], dsn: str
) -> None:
    path = write(HEADER, GOOD, BAD)
    done = run("import", "candidates", path)
    assert done.returncode == 3
    assert f"{path}, row 3, prison_number: 'A00':" in done.stderr
    assert "2 rows read; 1 new, 0 changed, 0 already as given, 1 refused" in done.stdout
    assert count(dsn, "candidate") == 1


@pytest.mark.parametrize("lines", [(GOOD, BAD), (BAD,)])
def test_strict_loads_none_and_is_exit_code_1(
    run: Run, write: Callable[..., Path], dsn: str, lines: tuple[str, ...]
) -> None:
    done = run("import", "candidates", "--strict", write(HEADER, *lines))
    assert done.returncode == 1
    assert "nothing was loaded" in done.stderr
    assert count(dsn, "candidate") == 0


def test_every_row_refused_is_exit_code_1(run: Run, write: Callable[..., Path]) -> None:
    assert run("import", "candidates", write(HEADER, BAD)).returncode == 1


def test_a_second_import_changes_nothing(run: Run, write: Callable[..., Path], dsn: str) -> None:
    path = write(HEADER, GOOD)
    run("import", "candidates", path)
    events = count(dsn, "audit_event")
    done = run("import", "candidates", path)
    assert done.returncode == 0
    assert "0 new, 0 changed, 1 already as given" in done.stdout
    assert "index build" not in done.stdout
    assert count(dsn, "audit_event") == events


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (None, "absent.csv", "cannot read"),
        (b"Zo\xeb\n", "latin.csv", "Windows-1252"),
        (b"\xff\xfea\0", "wide.csv", "UTF-16"),
        (b"name\n", "columns.csv", "unknown column 'name'"),
        (b"", "people.xlsx", "must end in .csv or .jsonl"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence_and_exit_code_1(
    run: Run, tmp_path: Path, content: bytes | None, name: str, told: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = run("import", "candidates", name)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_whoever_is_set_as_actor_stands_in_the_audit_trail(
    run: Run, write: Callable[..., Path], dsn: str
) -> None:
    run("import", "candidates", write(HEADER, GOOD), NEWFUTURES_ACTOR="Jo Clerk")
    with psycopg.connect(dsn) as connection:
        actors = connection.execute(
            "SELECT DISTINCT actor FROM audit_event WHERE subject = 'candidate'"
        ).fetchall()
    assert actors == [("Jo Clerk",)]


def test_vacancies_are_imported_too(run: Run, write: Callable[..., Path], dsn: str) -> None:
    posting = {
        "@type": "JobPosting",
        "identifier": "HF-77",
        "title": "Kitchen Porter",
        "description": "You must lift 15kg.",
        "hiringOrganization": {"name": "Harbour Foods"},
        "jobLocation": {"address": {"postalCode": "LS1 4AP"}},
    }
    done = run("import", "vacancies", write(json.dumps(posting), "[]", name="v.jsonl"))
    assert done.returncode == 3
    assert count(dsn, "vacancy") == 1


@pytest.mark.parametrize("kind", ["candidates", "vacancies"])
def test_a_template_is_written_once_and_imports_cleanly(
    run: Run, tmp_path: Path, kind: str
) -> None:
    done = run("template", kind)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / f"{kind}-columns.txt").exists()
    assert run("import", kind, "--strict", f"{kind}.csv").returncode == 0
    again = run("template", kind)
    assert again.returncode == 1
    assert "exists already" in again.stderr
    absent = run("template", kind, "-o", "absent/t.csv")
    assert absent.returncode == 1
    assert absent.stderr.startswith("error: cannot write")


def test_postcodes_are_loaded_and_move_people_at_once(
    run: Run, write: Callable[..., Path], dsn: str
) -> None:
    run("import", "candidates", write(f"{HEADER},release_area", f"{GOOD},LS11 5AB"))
    done = run(
        "reference", "load", "postcodes", write("outcode,lat,lng", "LS11,53.78,-1.56", name="p.csv")
    )
    assert done.returncode == 0, done.stderr
    assert "1 places loaded; the positions of 1 candidates and 0 vacancies" in done.stdout
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT latitude, place_precision FROM candidate").fetchone()
    assert row == (53.78, 2)


def test_an_import_that_was_killed_half_way_ends_the_same_when_run_again(
    dsn: str, new_dsn: Callable[[], str], tmp_path: Path
) -> None:
    path = write_people(tmp_path / "people.csv", 6_000)
    command = [PROGRAM, "import", "candidates", path]
    with subprocess.Popen(
        command, env=environment(dsn), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        deadline = time.monotonic() + SECONDS
        while count(dsn, "candidate") < 1_000:
            assert time.monotonic() < deadline, f"no thousand people after {SECONDS} seconds"
            assert process.poll() is None
            time.sleep(0.005)
        process.kill()
    assert process.returncode == -9
    half = count(dsn, "candidate")
    assert 1_000 <= half < 6_000
    assert half % 1_000 == 0  # whole batches only

    done = subprocess.run(
        command, env=environment(dsn), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"{6_000 - half:,} new, 0 changed, {half:,} already as given" in done.stdout

    other = new_dsn()
    subprocess.run(command, env=environment(other), capture_output=True, check=True)
    assert rows(dsn) == rows(other)
    assert len(rows(dsn)) == 6_000
    assert count(dsn, "audit_event") == 6_000  # nothing was written twice


def test_ten_times_as_many_rows_need_hardly_more_memory(
    new_dsn: Callable[[], str], tmp_path: Path
) -> None:
    peaks = []
    for size in (1_000, 10_000):
        path = write_people(tmp_path / f"{size}.csv", size)
        dsn = new_dsn()
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, "import", "candidates", path],
            env=environment(dsn),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert count(dsn, "candidate") == size
        peak = re.search(r"peak (\d+)", done.stderr)
        assert peak is not None
        peaks.append(int(peak[1]))
    assert peaks[1] - peaks[0] < MEMORY_BAND, peaks


def test_without_a_database_url_the_embedded_server_is_used(
    run: Run, write: Callable[..., Path], open_folder: Path
) -> None:
    folder = open_folder / f"embedded-{uuid4().hex[:8]}"
    path = write(HEADER, GOOD)
    settings = {"DATABASE_URL": "", "NEWFUTURES_DATA_DIR": str(folder)}
    first = run("import", "candidates", path, **settings)
    assert first.returncode == 0, first.stderr
    assert "1 new" in first.stdout
    again = run("import", "candidates", path, **settings)
    assert "0 new, 0 changed, 1 already as given" in again.stdout
    doctor = run("doctor", **settings)
    assert "there is no index yet" in doctor.stdout
    assert "embedded PostgreSQL 18" in doctor.stdout
    assert "schema up to date" in doctor.stdout


def test_equality_monitoring_is_loaded_and_withdrawn(
    newfutures_over: Callable[[str], Any], new_dsn: Callable[[], str], tmp_path: Path
) -> None:
    newfutures = newfutures_over(new_dsn())
    file = tmp_path / "monitoring.csv"
    said = newfutures("template", "monitoring", "--output", file)
    assert said.code == 0, said.err
    assert "Codes: FEMALE, MALE, NOT_STATED" in (tmp_path / "monitoring-columns.txt").read_text()
    loaded = newfutures("import", "monitoring", file)
    assert loaded.code == 0, loaded.err
    assert "1 rows read; 1 new, 0 changed" in loaded.text
    assert "now run" not in loaded.text, "nothing that is indexed has changed"
    file.write_text("prison_number,opted_out\nA1234BC,yes\n")
    assert "0 new, 1 changed" in newfutures("import", "monitoring", file).text
    file.write_text("prison_number,sex\nA1234BC,X\n")
    refused = newfutures("import", "monitoring", file, "--strict")
    assert refused.code == 1
    assert "row 2, sex: 'X'" in refused.err
