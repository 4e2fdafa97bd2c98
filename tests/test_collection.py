"""Every collection of the tests finds the same: workers compare what each of them collected."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 240  # seconds, on a machine that does much else; some 15 by itself


def collect(hash_seed: int) -> subprocess.Popen[str]:
    """Begin to collect all tests under a seed of hashes, in the order in which they would run."""
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": str(hash_seed)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def collected(process: subprocess.Popen[str]) -> list[str]:
    output, _ = process.communicate(timeout=LONGEST)
    assert process.returncode == 0, output[-2000:]
    return [line for line in output.splitlines() if "::" in line]


@pytest.mark.timeout(2 * LONGEST)
def test_names_depend_on_no_clock_no_order_of_sets_and_no_path() -> None:
    first = collect(hash_seed=1)
    time.sleep(1.1)  # so that the other begins in another second
    second = collect(hash_seed=2)
    names, others = collected(first), collected(second)
    assert len(names) > 1000
    assert names == others
    assert not [name for name in names if str(ROOT) in name]
