"""`newfutures doctor` says how things are, and never says a password."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg import conninfo

from foundation.database import Database
from foundation.postgres.logins import make_logins

PROGRAM = Path(sys.executable).parent / "newfutures"
SECRET = "s3cret-of-the-clerk"  # noqa: S105 -- a canary

Doctor = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def doctor(tmp_path: Path) -> Doctor:
    """Runs the command in a folder and with a data folder of the test's own."""

    def run(**changes: str) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("NEWFUTURES_")}
        settings = {"NEWFUTURES_DATA_DIR": str(tmp_path / "data"), "COLUMNS": "200"}
        return subprocess.run(
            [PROGRAM, "doctor"],
            cwd=tmp_path,
            env=kept | settings | changes,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    return run


def test_a_database_that_works_is_described(doctor: Doctor, new_dsn: Callable[[], str]) -> None:
    done = doctor(DATABASE_URL=new_dsn())
    for said in ("Python 3.", "all-MiniLM-L6-v2", "from DATABASE_URL", "schema up to date"):
        assert said in done.stdout, done.stdout
    assert "by postcode area" in done.stdout
    assert "Traceback" not in done.stderr


def test_the_password_is_never_shown(doctor: Doctor, new_dsn: Callable[[], str]) -> None:
    done = doctor(DATABASE_URL=conninfo.make_conninfo(new_dsn(), password=SECRET))
    assert "password=***" in done.stdout
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://clerk:{SECRET}@127.0.0.1:1/work",
        f"postgres//clerk:{SECRET}@127.0.0.1/work",
        f"postgresql://clerk:{SECRET}/x@127.0.0.1/work",
    ],
)
def test_a_database_that_does_not_work_is_exit_code_1_without_the_password(
    doctor: Doctor, url: str
) -> None:
    done = doctor(DATABASE_URL=url)
    assert done.returncode == 1
    assert "wrong" in done.stdout
    assert "DATABASE_URL" in done.stdout
    assert SECRET not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_that_is_wrong_is_one_sentence(doctor: Doctor) -> None:
    done = doctor(NEWFUTURES_HOST="0.0.0.0")  # noqa: S104
    assert done.returncode == 1
    assert done.stderr.startswith(
        "error: a setting is wrong: NEWFUTURES_HOST 0.0.0.0 could be reached"
    )
    assert "Traceback" not in done.stderr


def test_a_model_that_is_missing_is_named(doctor: Doctor, new_dsn: Callable[[], str]) -> None:
    done = doctor(DATABASE_URL=new_dsn(), NEWFUTURES_MODEL_PATH="/absent")
    assert done.returncode == 1
    assert "NEWFUTURES_MODEL_ID" in done.stdout


def test_how_far_monitoring_is_apart_is_said(doctor: Doctor, new_dsn: Callable[[], str]) -> None:
    dsn = new_dsn()
    assert "apart by role only" in doctor(DATABASE_URL=dsn).stdout
    with Database(dsn) as database:
        logins = make_logins(database)
    done = doctor(
        DATABASE_URL=dsn,
        NEWFUTURES_APP_DATABASE_URL=logins.app,
        NEWFUTURES_MONITORING_DATABASE_URL=logins.monitoring,
    )
    assert "the account that ranks cannot read equality monitoring" in done.stdout
