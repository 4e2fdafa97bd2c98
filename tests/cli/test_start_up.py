"""What commands import: help next to nothing, and what ranks, searches or serves no exporter."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from cli.deferred import load_command
from cli.main import COMMANDS
from demonstration.story.cast import PASSWORD

# What exports the encoder and what allocates. With an export made, nothing else needs them.
EXPORTING = {"torch", "transformers", "sentence_transformers", "peft", "onnx", "onnxruntime"}
ALLOCATING = {"ortools"}
SLOW = {"numpy", "scipy", "numba", "sklearn", "faiss", "openvino", "psycopg", "pydantic", "fastapi"}

Program = Any  # the one of conftest.py

RUN = """
import atexit, sys
from pathlib import Path
report = Path(sys.argv.pop(1))
atexit.register(lambda: report.write_text(" ".join(sys.modules)))
from cli.main import run
run()
"""


@pytest.fixture
def start(newfutures: Program, tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Starts a command that writes which modules it loaded when it ends."""

    def started(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", RUN, str(tmp_path / "modules"), *arguments],
            cwd=newfutures.folder,
            env=newfutures.environment({}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return started


@pytest.fixture
def packages(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> Callable[..., set[str]]:
    """Runs a command to its end and returns the packages that it loaded."""

    def loaded(*arguments: str) -> set[str]:
        with start(*arguments) as process:
            _, errors = process.communicate(timeout=900)
        assert process.returncode == 0, errors
        return packages_in(tmp_path)

    return loaded


def packages_in(folder: Path) -> set[str]:
    return {name.partition(".")[0] for name in (folder / "modules").read_text("utf-8").split()}


def test_help_loads_no_library_but_that_of_the_command_line(
    packages: Callable[..., set[str]],
) -> None:
    assert packages("--help") & (EXPORTING | ALLOCATING | SLOW) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_line_of_a_command_is_the_first_sentence_of_its_own_help(name: str) -> None:
    target, line = COMMANDS[name]
    assert " ".join((load_command(target).help or "").split("\n\n")[0].split()) == line


@pytest.mark.usefixtures("demo")
def test_doctor_loads_nothing_that_computes(packages: Callable[..., set[str]]) -> None:
    loaded = packages("doctor")
    assert "faiss" in loaded  # so that what is not there was not left out of the list
    assert loaded & (EXPORTING | ALLOCATING | {"numba", "sklearn", "fastapi"}) == set()


@pytest.mark.usefixtures("demo")
def test_ranking_loads_nothing_that_exports_or_allocates(
    packages: Callable[..., set[str]], vacancy: str
) -> None:
    loaded = packages("shortlist", vacancy)
    assert {"faiss", "sklearn", "numba"} <= loaded
    assert loaded & (EXPORTING | ALLOCATING) == set()


@pytest.mark.usefixtures("demo")
def test_serving_and_searching_load_nothing_that_exports_or_allocates(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    with start("serve", "--port", "0") as process:
        assert process.stdout is not None
        address = process.stdout.readline().partition(" ")[0].strip()
        with httpx2.Client(base_url=address, follow_redirects=True, timeout=120) as browser:
            sent = {"email": "lead@demonstration.example", "password": PASSWORD}
            browser.post("/sign-in", data=sent)
            vacancies = browser.get("/vacancies").text
            link = re.search(r'href="(/vacancies/[0-9a-f-]{36})"', vacancies)
            assert link is not None, vacancies
            assert browser.get(link[1]).status_code == 200
            found = browser.get("/search", params={"q": "forklift", "meaning": "yes"})
            assert found.status_code == 200
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=600)
    assert process.returncode == 0, errors
    loaded = packages_in(tmp_path)
    assert {"fastapi", "faiss", "openvino"} <= loaded
    assert loaded & (EXPORTING | ALLOCATING) == set()
