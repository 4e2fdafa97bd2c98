"""The console script as a person runs it, over one small demonstration."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).parent / "newfutures"
SECONDS = 900  # at the most, on a machine that does much else
PEOPLE = 60


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Standard output."""
        return self.out.decode()

    def refuses(self, *words: str) -> None:
        """Exit code 1, one sentence on standard error that has these words, and nothing else."""
        assert (self.code, self.out) == (1, b""), self
        assert self.err.startswith("error: ")
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        for word in words:
            assert word in self.err


@dataclass(frozen=True)
class Program:
    """`newfutures` with a data folder of its own."""

    folder: Path
    settings: dict[str, str]

    def environment(self, changes: dict[str, str]) -> dict[str, str]:
        """This machine's settings must not reach a test."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name != "DATABASE_URL" and not name.startswith("NEWFUTURES_")
        }
        ours = {
            "NEWFUTURES_DATA_DIR": str(self.folder),
            "NEWFUTURES_TODAY": "2026-11-22",
            "COLUMNS": "300",
        }
        return kept | ours | self.settings | changes

    def __call__(self, *arguments: object, **changes: str) -> Said:
        """Run it to its end."""
        done = subprocess.run(
            [PROGRAM, *map(str, arguments)],
            cwd=self.folder,
            env=self.environment(changes),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr.decode())

    @contextmanager
    def running(self, *arguments: object) -> Iterator[subprocess.Popen[str]]:
        """Start it; on leaving it is killed if it still runs."""
        with subprocess.Popen(
            [PROGRAM, *map(str, arguments)],
            cwd=self.folder,
            env=self.environment({}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_hear_interrupts,
        ) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()


def _hear_interrupts() -> None:
    """Tests that a shell runs in the background ignore SIGINT, which their children inherit."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupt(process: subprocess.Popen[str]) -> Said:
    """What Ctrl+C does."""
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SECONDS)
    return Said(process.returncode, out.encode(), err)


@pytest.fixture(scope="session")
def interrupted() -> Callable[[subprocess.Popen[str]], Said]:
    """Sends Ctrl+C and waits for the end."""
    return interrupt


@pytest.fixture(scope="session")
def home(open_folder: Path) -> Path:
    """The data folder of the demonstration."""
    folder = open_folder / "cli"
    folder.mkdir(mode=0o755)
    return folder


@pytest.fixture(scope="session")
def newfutures(home: Path) -> Program:
    """The console script over the embedded PostgreSQL of the demonstration."""
    return Program(home, {})


@pytest.fixture(scope="session")
def running(newfutures: Program) -> Callable[..., AbstractContextManager[subprocess.Popen[str]]]:
    """Starts the console script without waiting for its end."""
    return newfutures.running


@pytest.fixture
def newfutures_over(tmp_path: Path) -> Callable[[str], Program]:
    """The console script over another database."""
    return lambda dsn: Program(tmp_path, {"DATABASE_URL": dsn})


@pytest.fixture(scope="session")
def demo(newfutures: Program) -> str:
    """The small demonstration, made once, and what it said."""
    said = newfutures("demo", "--candidates", PEOPLE, "--no-serve")
    assert said.code == 0, said.err
    assert "Traceback" not in said.err
    return said.text


@pytest.fixture(scope="session")
def vacancy(demo: str) -> str:
    """The reference of the shown vacancy with most eligible people."""
    shown = re.findall(r"\(([^()]+)\) ─+\n(\d+) people eligible", demo)
    assert len(shown) == 3
    reference, eligible = max(shown, key=lambda found: int(found[1]))
    assert int(eligible) > 0
    return str(reference)
