"""`newfutures serve` and the help."""

import re
import socket
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from foundation.postgres.server import LocalPostgres, status

Process = subprocess.Popen[str]
Run = Callable[..., Any]

COMMANDS = (
    "vacancies shortlist vacancies-for why replay serve doctor demo import template reference index"
    " groups policies allocate applications audit transparency users evaluate"
)


def test_the_help_lists_every_command(newfutures: Run) -> None:
    said = newfutures("--help")
    assert said.code == 0
    listed = re.findall(r"^│ ([a-z][a-z-]+) ", said.text, re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS.split())


@pytest.mark.usefixtures("demo")
def test_it_serves_on_a_free_port_and_stops_with_its_database(
    running: Callable[..., AbstractContextManager[Process]],
    interrupted: Callable[[Process], Any],
    home: Path,
) -> None:
    postgres = home / "postgres"
    with running("serve", "--port", 0) as process:
        address = announced(process)
        with urlopen(f"{address}/health/ready") as answer:  # noqa: S310 -- our own
            assert answer.status == 200
            assert b'"candidates":60' in answer.read()
        assert status(postgres).running
        stopped = interrupted(process)
    assert stopped.code == 0, stopped
    assert "Traceback" not in stopped.err
    assert LocalPostgres(postgres).wait_stopped(300)
    assert not status(postgres).running


def announced(process: Process) -> str:
    assert process.stdout is not None
    found = re.match(
        r"(http://127\.0\.0\.1:[1-9]\d+)  \(Ctrl\+C stops it\)", process.stdout.readline()
    )
    assert found is not None
    return found[1]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.10", "::", "example.org"])  # noqa: S104
def test_it_does_not_serve_where_another_machine_could_reach_it(newfutures: Run, host: str) -> None:
    newfutures("serve", "--host", host).refuses(host, "could be reached from other machines")


def test_a_port_that_does_not_exist_is_named(newfutures: Run) -> None:
    newfutures("serve", "--port", 99999).refuses("--port 99999", "65535")


@pytest.mark.usefixtures("demo")
def test_a_port_that_is_taken_is_one_sentence(newfutures: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        newfutures("serve", "--port", port).refuses(f"cannot listen on port {port}", "--port")
