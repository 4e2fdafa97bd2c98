"""The process that solves one flow, run by its path: `python -P flow_worker.py FOLDER PARENT`.

It reads arrays from a folder and leaves its answer there. Run by its path and not as part of the
package, so that it imports OR-tools and NumPy alone.
"""

import ctypes
import json
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
from ortools.graph.python import min_cost_flow

CHUNK = 1 << 18  # arcs handed over at a time, so that few of them are held twice
NOT_SOLVED = 3


def main(folder: Path, parent: int) -> int:
    """Solve the network in `folder`; exit code 0, or NOT_SOLVED with the status on stderr."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl+C is the parent's, which then kills us
    _end_with(parent)
    return solve(folder)


def solve(folder: Path) -> int:
    """Read the network, solve it, write the flows and the cost; return the exit code."""
    started = time.perf_counter()
    solver = _load(folder)
    status = solver.solve()
    if status != solver.OPTIMAL:
        sys.stderr.write(status.name)
        return NOT_SOLVED
    np.save(folder / "flows.npy", _flows(solver))
    report = {"seconds": time.perf_counter() - started, "peak_mib": peak_mib()}
    (folder / "report.json").write_text(json.dumps(report), "utf-8")
    return 0


def _load(folder: Path) -> min_cost_flow.SimpleMinCostFlow:
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = [
        np.load(folder / f"{name}.npy", mmap_mode="r")
        for name in ("tails", "heads", "capacities", "costs")
    ]
    for start in range(0, len(arcs[0]), CHUNK):
        solver.add_arcs_with_capacity_and_unit_cost(
            *(np.ascontiguousarray(part[start : start + CHUNK]) for part in arcs)
        )
    supplies = np.load(folder / "supplies.npy")
    solver.set_nodes_supplies(np.arange(len(supplies), dtype=np.int32), supplies)
    return solver


def _flows(solver: min_cost_flow.SimpleMinCostFlow) -> npt.NDArray[np.int32]:
    count = solver.num_arcs()
    flows = np.empty(count, dtype=np.int32)
    for start in range(0, count, CHUNK):
        arcs = np.arange(start, min(start + CHUNK, count), dtype=np.int32)
        flows[start : start + CHUNK] = solver.flows(arcs)
    return flows


def peak_mib() -> float:
    """Return the most memory that this process has held, in MiB; 0 where that is not known.

    Not from getrusage, which on Linux counts what the parent held when it started us.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    lines = status.read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def _end_with(parent: int) -> None:
    """Make the kernel end this process when its parent ends (Linux only)."""
    if sys.platform != "linux":
        return
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG in <linux/prctl.h>
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # it died before the request was made


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
