"""The solver's process: it answers, it is ended with whoever asked, and it says why it died."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from foundation.errors import MissingPackageError
from matching.fairness.allocation import flow, flow_worker
from matching.fairness.allocation.flow import AllocationError, FlowNetwork, solve_flow
from matching.fairness.allocation.plan import Edges, allocate

SLOW_WORKER = "time.sleep(900)"  # longer than any wait of a test, so that it never ends by itself
ASK = """
import sys
from pathlib import Path
from matching.fairness.allocation import flow
import numpy as np
flow.WORKER = Path(sys.argv[1])
one = np.ones(1, dtype=np.int64)
zero = np.zeros(1, dtype=np.int32)
flow.solve_flow(flow.FlowNetwork(zero, zero + 1, one, one, np.array([1, -1])))
"""


def network(**changes: object) -> FlowNetwork:
    """Two units from node 0 to node 2, the cheap way for one of them."""
    parts: dict[str, object] = {
        "tails": np.array([0, 0, 1], dtype=np.int32),
        "heads": np.array([2, 1, 2], dtype=np.int32),
        "capacities": np.array([1, 2, 2]),
        "costs": np.array([1, 1, 2]),
        "supplies": np.array([2, 0, -2]),
    }
    return FlowNetwork(**(parts | changes))  # type: ignore[arg-type]


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Puts another program in the solver's place, which says who and where it is, then `code`."""

    def put(code: str, *, first: str = "") -> Path:
        path = tmp_path / "worker.py"
        pid = str(tmp_path / "pid")
        lines = (
            "import os, pathlib, signal, sys, time",
            first,
            f"pathlib.Path({pid!r}).write_text(f'{{os.getpid()}} {{sys.argv[1]}}')",
            code,
        )
        path.write_text("\n".join(lines), "utf-8")
        monkeypatch.setattr(flow, "WORKER", path)
        return path

    return put


def seen(folder: Path) -> tuple[psutil.Process, Path]:
    """The solver's process and folder, once it has started."""
    for _ in range(15_000):
        if (folder / "pid").exists() and (folder / "pid").read_text():
            pid, name = (folder / "pid").read_text().split(" ", 1)
            return psutil.Process(int(pid)), Path(name)
        time.sleep(0.02)
    raise AssertionError("the solver did not start within five minutes")


def test_it_finds_the_cheapest_flow_and_says_what_it_took() -> None:
    solved = solve_flow(network())
    assert solved.flows.tolist() == [1, 1, 1]
    assert solved.seconds > 0
    assert sys.platform != "linux" or 10 < solved.peak_mib < 1000


def test_a_plan_is_the_same_in_a_process_of_its_own() -> None:
    edges = Edges(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([0.9, 0.6, 0.8]))
    plan = allocate(edges, [1, 1], [1, 1])
    assert plan.candidates.tolist() == [1, 0]
    assert plan.welfare == pytest.approx(1.4)


def test_asking_does_not_bring_the_solver_into_this_process() -> None:
    code = "import sys, matching.fairness.allocation.plan; print('ortools' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_both_sides_know_the_same_exit_code() -> None:
    assert flow.NOT_SOLVED == flow_worker.NOT_SOLVED
    assert Path(flow_worker.__file__) == flow.WORKER


def test_a_network_without_a_flow_is_an_error_in_words() -> None:
    with pytest.raises(AllocationError, match=r"found no plan \(it says \w+\); nothing was stored"):
        solve_flow(network(supplies=np.array([9, 0, -9])))


def test_where_the_solver_is_not_installed_the_package_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "ortools", None)
    with pytest.raises(MissingPackageError, match="needs ortools, which is not installed"):
        solve_flow(network())


def test_costs_beyond_what_the_solver_reckons_with_are_refused() -> None:
    with pytest.raises(AllocationError, match="one sector or prison at a time"):
        solve_flow(network(costs=np.array([2**61, 1, 1])))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL, most likely because memory ran out"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "ended by SIGSEGV; nothing was stored"),
        ("raise RuntimeError('no such thing')", "RuntimeError: no such thing"),
        ("sys.exit(7)", "failed: no message"),
    ],
)
def test_a_solver_that_dies_is_an_error_in_words(
    worker: Callable[[str], Path], tmp_path: Path, code: str, words: str
) -> None:
    worker(code)
    with pytest.raises(AllocationError, match=words):
        solve_flow(network())
    assert not seen_folder(tmp_path).exists()


def seen_folder(folder: Path) -> Path:
    return Path((folder / "pid").read_text().split(" ", 1)[1])


def test_the_folder_is_for_this_account_alone(
    worker: Callable[[str], Path], tmp_path: Path
) -> None:
    mode = tmp_path / "mode"
    worker(
        f"pathlib.Path({str(mode)!r}).write_text(str(os.stat(sys.argv[1]).st_mode)); sys.exit(7)"
    )
    with pytest.raises(AllocationError):
        solve_flow(network())
    assert stat.S_IMODE(int(mode.read_text())) == 0o700


def test_an_interrupt_ends_the_solver_at_once(
    worker: Callable[[str], Path], tmp_path: Path
) -> None:
    worker(SLOW_WORKER)

    def interrupt() -> None:
        seen(tmp_path)
        os.kill(os.getpid(), signal.SIGINT)

    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    other = threading.Thread(target=interrupt)
    try:
        other.start()
        with pytest.raises(KeyboardInterrupt):
            solve_flow(network())
    finally:
        signal.signal(signal.SIGINT, previous)
        other.join()
    pid, folder = (tmp_path / "pid").read_text().split(" ", 1)
    assert not psutil.pid_exists(int(pid))
    assert not Path(folder).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_the_solver_ends_with_a_parent_that_is_killed(
    worker: Callable[..., Path], tmp_path: Path
) -> None:
    tie = (
        f"sys.path.append({str(flow.WORKER.parent)!r}); import flow_worker; "
        "flow_worker._end_with(int(sys.argv[2]))"
    )
    path = worker(SLOW_WORKER, first=tie)
    with subprocess.Popen([sys.executable, "-c", ASK, str(path)]) as parent:
        process, folder = seen(tmp_path)
        parent.kill()
    process.wait(timeout=300)
    assert not process.is_running()
    shutil.rmtree(folder)
