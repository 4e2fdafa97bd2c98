"""Minimum-cost flow, solved exactly in a process of its own. See decision record 7."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from foundation.errors import NewFuturesError
from foundation.packages import require_packages
from matching.fairness.task import Ints

# By its path: importing it here would bring OR-tools into this process.
WORKER = Path(__file__).with_name("flow_worker.py")
NOT_SOLVED = 3  # as in the worker
LARGEST_COST = 2**62  # of the costs times the nodes, which is what the solver reckons with

Ints32 = npt.NDArray[np.int32]


class AllocationError(NewFuturesError):
    """The flow of an allocation could not be solved."""


@dataclass(frozen=True, slots=True)
class FlowNetwork:
    """Nodes and arcs of a flow problem. The supplies of the nodes sum to 0.

    Args:
        tails, heads: shape (arcs,), node numbers.
        capacities: shape (arcs,), 0 or more.
        costs: shape (arcs,), for one unit of flow; may be negative.
        supplies: shape (nodes,), what a node gives, or takes if negative.
    """

    tails: Ints32
    heads: Ints32
    capacities: Ints
    costs: Ints
    supplies: Ints


@dataclass(frozen=True, slots=True)
class FlowSolution:
    """A flow of least cost.

    Args:
        flows: shape (arcs,).
        seconds, peak_mib: what the solver's own process took; MiB are 0 where unknown.
    """

    flows: Ints32
    seconds: float
    peak_mib: float


def solve_flow(network: FlowNetwork) -> FlowSolution:
    """Return a flow of least cost; the same network gives the same flow.

    Cost-scaling push-relabel (Goldberg 1997), as OR-tools implements it. Whatever interrupts the
    wait ends the solver too.

    Raises:
        MissingPackageError: this install leaves OR-tools out.
        AllocationError: the costs are too large, no flow exists, or the solver's process died.
    """
    require_packages("an allocation", "ortools")
    if not len(network.tails):
        return FlowSolution(np.empty(0, dtype=np.int32), 0.0, 0.0)
    largest = int(np.abs(network.costs).max()) * (len(network.supplies) + 1)
    if largest > LARGEST_COST:
        raise AllocationError(
            "there are too many people and vacancies to allocate at once with floors; allocate one "
            "sector or prison at a time, or without floors"
        )
    with TemporaryDirectory(prefix="newfutures-flow-") as name:  # 0700: for this account alone
        folder = Path(name)
        for part in ("tails", "heads", "capacities", "costs", "supplies"):
            np.save(folder / f"{part}.npy", getattr(network, part))
        _run(folder)
        report = json.loads((folder / "report.json").read_text("utf-8"))
        return FlowSolution(np.load(folder / "flows.npy"), report["seconds"], report["peak_mib"])


def _run(folder: Path) -> None:
    command = [sys.executable, "-P", str(WORKER), str(folder), str(os.getpid())]
    with (
        (folder / "stderr").open("wb") as said,
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said) as worker,  # noqa: S603 -- our own file, no shell
    ):
        try:
            code = worker.wait()
        finally:
            if worker.poll() is None:
                worker.kill()
                worker.wait()  # leaving the block does not, after an interrupt
    if code:
        raise AllocationError(_what_happened(code, (folder / "stderr").read_text("utf-8")))


def _what_happened(code: int, said: str) -> str:
    if code < 0:
        name = signal.Signals(-code).name
        memory = ", most likely because memory ran out" if -code == signal.SIGKILL else ""
        return (
            f"the solver's process was ended by {name}{memory}; nothing was stored. Run the same "
            "command again to go on, with a smaller --width if it happens again"
        )
    if code == NOT_SOLVED:
        return f"the solver found no plan (it says {said.strip()}); nothing was stored"
    last = said.strip().splitlines()[-1:] or ["no message"]
    return f"the solver's process failed: {last[0]}; nothing was stored"
