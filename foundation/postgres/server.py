"""PostgreSQL on a data directory, shared by the programs that use it and gone with the last.

Everything is decided by locks (flock) on files in the data directory, never by process numbers,
because the kernel releases a lock however its holder dies, and a number may be another's by then:

    start.lock       a program is starting the server, or waiting for it to answer
    in-use.lock      shared by every program that uses the server; the supervisor waits to own it
    supervisor.lock  held by the supervisor of the running server
    server.lock      inherited by postgres and all its processes: free means none of them lives

Nothing here works on a network file system that does not give real flock locks.
"""

import contextlib
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import psutil
import psycopg

from foundation.errors import LocalPostgresError
from foundation.postgres.binaries import (
    SUPERUSER,
    Account,
    Installation,
    cluster_major,
    find_installation,
    initialise,
    postgres_account,
    require_reach,
    within_reach,
)
from foundation.postgres.locks import (
    POLL_SECONDS,
    closing_descriptor,
    is_held,
    try_lock,
    wait_for_lock,
)

DATABASE = "newfutures"
PORT = 5432  # only part of the socket's name: nothing listens on a network
LONGEST_SOCKET_PATH = 100  # bytes; the kernel's own limit is 104 to 108
LARGEST_LOG = 10_000_000  # bytes, after which the log is put aside at the next start
# On the command line, so that no edited file and no ALTER SYSTEM can change them.
SERVER_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "fsync": "on",
    "full_page_writes": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
}


@dataclass(frozen=True)
class Status:
    """What a diagnosis shows. `version` and `bin_dir` are None if no programs fit the cluster."""

    initialised: bool
    running: bool
    version: str | None
    bin_dir: Path | None
    log_path: Path


class LocalPostgres:
    """The server on one data directory, for as long as this program needs it.

    Args:
        data_dir: where the cluster, its log and its locks live; created if absent.
        bin_dir: PostgreSQL's programs, in place of those that come with this program.
        start_timeout: seconds that `start` may take, recovery after a crash included.

    Raises:
        LocalPostgresError: on Windows, which is not supported.
    """

    def __init__(
        self, data_dir: Path, *, bin_dir: Path | None = None, start_timeout: float = 60.0
    ) -> None:
        if os.name == "nt":
            raise LocalPostgresError(
                "The embedded PostgreSQL does not run on Windows: set DATABASE_URL to a server"
            )
        self._dir = data_dir.expanduser().resolve()
        self._cluster = self._dir / "pgdata"
        self._bin_dir = bin_dir
        self._start_timeout = start_timeout
        self._in_use: int | None = None
        self._version: str | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def data_dir(self) -> Path:
        return self._dir

    @property
    def log_path(self) -> Path:
        return self._dir / "postgres.log"

    @property
    def socket_dir(self) -> Path:
        """Where the running server's socket is, else where the next one's would be."""
        # A program with another TMPDIR may have started the server: its pid file says where.
        return _recorded_socket_dir(self._cluster) or _choose_socket_dir(self._dir)

    @property
    def version(self) -> str | None:
        """The server's version, such as 18.4; None until `start` has returned."""
        return self._version

    @property
    def url(self) -> str:
        """How to connect, by the Unix socket, to the database `newfutures`."""
        return self._url_of(DATABASE)

    def start(self) -> str:
        """Make sure that a server runs and stays for this program; returns `url`.

        May be called again at any time, for example after the server was killed.

        Raises:
            LocalPostgresError: it cannot run here, or did not answer in time.
        """
        deadline = time.monotonic() + self._start_timeout
        _create_directory(self._dir)
        with closing_descriptor(
            wait_for_lock(self._dir / "start.lock", deadline, "another program is starting it")
        ):
            try:
                if self._in_use is None:
                    self._in_use = wait_for_lock(
                        self._dir / "in-use.lock", deadline, "the last one is stopping", shared=True
                    )
                self._ensure_running(deadline)
            except BaseException:
                self.stop()
                raise
        return self.url

    def stop(self) -> None:
        """Say that this program no longer needs the server, which stops with its last user."""
        if self._in_use is not None:
            # Closed, not unlocked: processes that this program forked may still be users.
            os.close(self._in_use)
            self._in_use = None

    def wait_stopped(self, timeout: float) -> bool:
        """Whether the server and its supervisor were gone within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while is_held(self._dir / "supervisor.lock") or is_held(self._dir / "server.lock"):
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def _ensure_running(self, deadline: float) -> None:
        launched = False
        while True:
            lock = try_lock(self._dir / "supervisor.lock")
            if lock is not None:
                with closing_descriptor(lock):
                    if launched:
                        raise self._failure("PostgreSQL stopped while it was starting")
                    self._launch(lock, deadline)
                launched = True
            elif self._answers():
                return
            if time.monotonic() > deadline:
                raise self._failure(f"PostgreSQL did not answer in {self._start_timeout:g} seconds")
            time.sleep(POLL_SECONDS)

    def _launch(self, supervisor_lock: int, deadline: float) -> None:
        """Start a supervisor, which inherits both locks: there is no moment without a holder."""
        # After a SIGKILL of postgres its orphaned processes live on until they notice.
        server_lock = wait_for_lock(
            self._dir / "server.lock", deadline, "processes of an earlier server still run"
        )
        with closing_descriptor(server_lock):
            _remove_stale_pid_file(self._cluster)
            account = postgres_account(self._cluster)
            socket_dir = _choose_socket_dir(self._dir)
            for path in (self._dir, socket_dir.parent):
                require_reach(path, account)
            found = find_installation(self._bin_dir, cluster_major(self._cluster))
            installation = within_reach(found, account, self._dir)
            if not self._cluster.exists():
                initialise(self._cluster, installation, account, server_lock)
            _prepare_socket_dir(socket_dir, account)
            settings = {**SERVER_SETTINGS, "unix_socket_directories": str(socket_dir)}
            order = {
                "command": [str(installation.bin_dir / "postgres"), "-D", str(self._cluster)]
                + [word for name, value in settings.items() for word in ("-c", f"{name}={value}")],
                "account": [account.name, account.uid, account.gid],
                "in_use_lock": str(self._dir / "in-use.lock"),
                "server_lock": server_lock,
            }
            self._spawn_supervisor(order, account, (supervisor_lock, server_lock))

    def _spawn_supervisor(
        self, order: dict[str, Any], account: Account, locks: tuple[int, int]
    ) -> None:
        code_dir = str(Path(__file__).parents[2])
        search_path = os.pathsep.join(filter(None, [code_dir, os.environ.get("PYTHONPATH")]))
        with closing_descriptor(_open_log(self.log_path, account)) as log:
            result = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
                [sys.executable, "-P", "-m", "foundation.postgres.supervisor", json.dumps(order)],
                cwd="/",
                env={**os.environ, "PYTHONPATH": search_path},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the program, not for its database
                pass_fds=locks,
                check=False,
            )
        if result.returncode:
            raise self._failure("PostgreSQL's supervisor did not start")

    def _answers(self) -> bool:
        """Whether the server accepts queries; the database is made when it first does."""
        if _recorded_socket_dir(self._cluster) is None:
            return False
        try:
            with psycopg.connect(
                self._url_of("postgres"), autocommit=True, connect_timeout=5
            ) as connection:
                self._check_is_ours(connection)
                _create_database(connection)
                self._version = connection.info.parameter_status("server_version")
        except psycopg.OperationalError:
            return False
        return True

    def _check_is_ours(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        row = connection.execute("SHOW data_directory").fetchone()
        if row is None or Path(row[0]).resolve() != self._cluster:
            raise LocalPostgresError(
                f"The server on the socket in {self.socket_dir} serves {row and row[0]}, not "
                f"{self._cluster}: stop that server, then start again"
            )

    def _url_of(self, database: str) -> str:
        host = quote(str(self.socket_dir), safe="")
        return f"postgresql://{SUPERUSER}@/{database}?host={host}&port={PORT}"

    def _failure(self, what: str) -> LocalPostgresError:
        return LocalPostgresError(
            f"{what}. The end of its log, {self.log_path}:\n{_tail(self.log_path)}"
        )


def status(data_dir: Path, *, bin_dir: Path | None = None) -> Status:
    """The state of a data directory, found without changing anything in it.

    Raises:
        LocalPostgresError: the directory belongs to another account, or is not a cluster.
    """
    home = data_dir.expanduser().resolve()
    try:
        major = cluster_major(home / "pgdata")
        running = is_held(home / "server.lock")
    except PermissionError as error:
        raise LocalPostgresError(
            f"{error.filename} is closed to this account: run as the one that owns {home}"
        ) from error
    found: Installation | None = None
    with contextlib.suppress(LocalPostgresError):
        found = find_installation(bin_dir, major)
    return Status(
        initialised=major is not None,
        running=running,
        version=found.version if found else None,
        bin_dir=found.bin_dir if found else None,
        log_path=home / "postgres.log",
    )


# The cluster


def _create_directory(path: Path) -> None:
    # Root's server runs as another account, which must be able to pass whatever the umask is.
    mode = 0o711 if os.geteuid() == 0 else 0o700
    try:
        for part in (*reversed(path.parents), path):
            if not part.exists():
                part.mkdir(exist_ok=True)
                part.chmod(mode)
    except OSError as error:
        raise LocalPostgresError(
            f"The data directory {path} cannot be made ({error.strerror}): choose another one "
            "with NEWFUTURES_DATA_DIR"
        ) from error


def _create_database(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
    if exists.fetchone() is None:
        connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'")


def _remove_stale_pid_file(cluster: Path) -> None:
    """Remove postmaster.pid, unless a server that we did not start is running on the cluster.

    Only for the holder of server.lock: no server of ours lives, so whichever process has the
    number in the file now is a stranger, and must be left alone.
    """
    pid_file = cluster / "postmaster.pid"
    try:
        number = int(pid_file.read_text().split("\n", 1)[0])
    except FileNotFoundError:
        return
    except ValueError:  # cut short by a crash
        number = None
    if number is not None and _is_server_of(number, cluster):
        raise LocalPostgresError(
            f"Another PostgreSQL server (process {number}) was started on {cluster} by hand or by "
            "another program: stop it, or connect to it by setting DATABASE_URL"
        )
    pid_file.unlink(missing_ok=True)


def _is_server_of(number: int, cluster: Path) -> bool:
    try:
        process = psutil.Process(abs(number))  # a single-user server writes its number negated
        return process.name().startswith("postgres") and Path(process.cwd()) == cluster
    except psutil.Error:
        # Gone, or not ours to look at; but only the cluster's owner could run a server on it.
        return False


# The socket and the log


def _choose_socket_dir(home: Path) -> Path:
    beside = home / "socket"
    name = os.fsencode(beside / f".s.PGSQL.{PORT}")
    # The setting is a list, in which commas, quotes and spaces would have a meaning.
    if len(name) < LONGEST_SOCKET_PATH and re.fullmatch(r"[\w./-]+", str(beside)):
        return beside
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()).resolve() / f"newfutures-{digest}"


def _recorded_socket_dir(cluster: Path) -> Path | None:
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, PermissionError):
        return None
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None


def _prepare_socket_dir(path: Path, account: Account) -> None:
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    owned = found.st_uid in (account.uid, os.geteuid())
    if not stat.S_ISDIR(found.st_mode) or not owned or stat.S_IMODE(found.st_mode) != 0o700:
        raise LocalPostgresError(
            f"{path} should be a directory of mode 0700 that belongs to us, for PostgreSQL's "
            "socket, and is not: someone else may have made it; remove it, then start again"
        )
    os.chown(path, account.uid, account.gid)
    # Left by a killed server; postgres would believe the process number in the socket's lock file.
    for leftover in path.glob(".s.PGSQL.*"):
        leftover.unlink()


def _open_log(path: Path, account: Account) -> int:
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_name(f"{path.name}.1"))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.fchown(descriptor, account.uid, account.gid)
    return descriptor


def _tail(path: Path, lines: int = 20) -> str:
    if not path.exists():
        return "(empty)"
    with path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - 8192))
        return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])
