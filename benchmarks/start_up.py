"""How long commands take that should answer at once, beside Python doing nothing.

    python -m benchmarks.start_up

`newfutures doctor` is measured over the data folder that the settings name, with the embedded
PostgreSQL started and stopped each time. Medians of processes that are run in turn.
"""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

ROUNDS = 15
RESULTS = Path("benchmarks/results/start_up.json")
PROGRAM = str(Path(sys.executable).parent / "newfutures")
COMMANDS: Mapping[str, Sequence[str]] = {
    "python -c pass": (sys.executable, "-c", "pass"),
    "newfutures --help": (PROGRAM, "--help"),
    "newfutures doctor": (PROGRAM, "doctor"),
}


def seconds(command: Sequence[str]) -> float:
    """Run a command and return how long it took."""
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def main() -> None:
    """Measure, print and keep the figures."""
    for command in COMMANDS.values():  # so that everything is compiled, and in the cache of files
        seconds(command)
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            taken[name].append(seconds(command))
    figures = {
        name: {"median": round(median(times), 3), "least": round(min(times), 3)}
        for name, times in taken.items()
    }
    result = {
        "seconds": figures,
        "rounds": ROUNDS,
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load_at_the_end": round(os.getloadavg()[0], 1),
    }
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
