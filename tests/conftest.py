"""Real parts for the tests: PostgreSQL from the wheel, the real model, a small population."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from psycopg import conninfo, sql
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from demonstration.population import load_demonstration
from foundation.accounts import passwords
from foundation.database import Database, Scope
from foundation.migrations import migrate
from foundation.postgres.server import LocalPostgres
from foundation.settings import Settings
from index.encoder.encoder import SentenceEncoder, load_encoder
from matching.policies.service import ensure_policies
from matching.retrieval.build import IndexBuilder
from matching.rules.positions import ensure_areas
from matching.shortlists.service import MatchingService

# How long an example takes says how busy the machine is, and nothing about the program.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

TODAY = date(2026, 11, 22)
EVERYWHERE = Scope("tests")
EMPTY = (
    "TRUNCATE candidate, candidate_group, candidate_monitoring, employer, vacancy, embedding,"
    " ranking_run, installation, audit_event RESTART IDENTITY CASCADE;"
    " DELETE FROM place WHERE place_precision > 1"
)
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need the real data sets are skipped, visibly, where those are absent."""
    if SHARED.is_dir():
        return
    for item in items:
        if "shared" in item.keywords:
            item.add_marker(
                pytest.mark.skip(reason="the real data sets are not beside this checkout")
            )


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a test by its argument where the value itself may differ from one collection to another.

    Workers that collect different names cannot share the tests out: compressed bytes hold the
    second at which they were made, sets have no order, and paths are the machine's own.
    """
    return argname if isinstance(val, bytes | set | frozenset | Path) else None


@pytest.fixture(autouse=True)
def _no_outside_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own settings must not reach a test."""
    for name in list(os.environ):
        if name == "DATABASE_URL" or name.startswith("NEWFUTURES_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _quick_password_hashes() -> Iterator[None]:
    """Hash passwords cheaply: the shipped cost, some 0.1 to 0.3 s each, is for `test_passwords`."""
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", cheap)
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets."""
    return SHARED


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A temporary folder that PostgreSQL's own account can reach, whoever runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="newfutures-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server(open_folder: Path) -> Iterator[str]:
    """A real PostgreSQL; gives the URL of its maintenance database."""
    with LocalPostgres(open_folder / "postgres") as postgres:
        yield postgres.start()
    postgres.wait_stopped(timeout=300)  # so that the folder can be removed


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """The name of a migrated, empty database to copy."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE template_newfutures")
    with Database(conninfo.make_conninfo(server, dbname="template_newfutures")) as database:
        migrate(database)
        ensure_areas(database)
        ensure_policies(database)
    return "template_newfutures"


@pytest.fixture(scope="session")
def new_dsn(server: str, template: str) -> Callable[[], str]:
    """Makes another migrated, empty database."""

    def make() -> str:
        name = f"test_{uuid4().hex[:12]}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return conninfo.make_conninfo(server, dbname=name)

    return make


@pytest.fixture(scope="module")
def own_dsn(new_dsn: Callable[[], str]) -> str:
    """A migrated database of the file's own: much faster than one for each test."""
    return new_dsn()


@pytest.fixture(scope="module")
def own_database(own_dsn: str) -> Iterator[Database]:
    """The file's own database, opened."""
    with Database(own_dsn, pool_size=4) as opened:
        yield opened


@pytest.fixture
def database(own_database: Database) -> Database:
    """The file's own database, empty but for the postcode areas."""
    with own_database.owner_transaction() as connection:
        connection.execute(EMPTY)
    return own_database


@pytest.fixture(scope="session")
def encoder(settings: Settings) -> SentenceEncoder:
    """The real model, by the back end that serves unless another is set."""
    return load_encoder(settings)


@pytest.fixture
def make_settings(tmp_path: Path) -> Callable[..., Settings]:
    """Settings over a folder of the test's own."""

    def make(**changes: object) -> Settings:
        return Settings.model_validate({"data_dir": tmp_path, "today": TODAY, **changes})

    return make


@pytest.fixture(scope="session")
def settings(open_folder: Path) -> Settings:
    """The settings under which the shared `service` runs.

    Sessions that a file makes once must outlast it, on the busiest machine too.
    """
    return Settings.model_validate(
        {
            "data_dir": open_folder / "service",
            "today": TODAY,
            "requests_a_minute": 100_000,
            "session_idle_minutes": 720,
            "session_hours": 24,
        }
    )


@pytest.fixture(scope="session")
def service_database(new_dsn: Callable[[], str], settings: Settings) -> Iterator[Database]:
    """120 made-up people, the hand-written vacancies and 16 more, indexed. Read only, please."""
    with Database(new_dsn(), pool_size=8) as opened:
        load_demonstration(opened, people=120, seed=7, as_of=TODAY, vacancies=16)
        IndexBuilder(opened, settings).build()
        yield opened


@pytest.fixture(scope="session")
def service(service_database: Database, settings: Settings) -> MatchingService:
    """The real service over the shared population."""
    return MatchingService(service_database, settings)
