"""Say, before an install begins, if the package index offers PyTorch with CUDA only.

    python install/torch_build.py [OPTIONS OF PIP, such as --extra-index-url ...]

On Linux a plain package index serves PyTorch with CUDA, gigabytes that nothing here uses. The pin
takes the CPU build as well, and pip prefers it where the index has both, because 2.13.0+cpu is
later than 2.13.0. Runs before anything is installed, so it imports the standard library only.
"""

import json
import re
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"
DOCUMENTATION = "https://pytorch.org/get-started/locally/"
CUDA = re.compile(r"nvidia-|cuda-")
SECONDS = 10
GIGABYTE = 1e9

Report: TypeAlias = "dict[str, Any]"


def main() -> None:
    """Print one line if PyTorch is still to be installed and would bring CUDA."""
    if not sys.platform.startswith("linux") or find_spec("torch"):
        return
    report = resolve(*sys.argv[1:])
    if brings_cuda(report):
        print(message(download_bytes(report)), file=sys.stderr)


def resolve(*options: str) -> Report:
    """Return pip's report of what installing PyTorch would take; nothing if pip cannot tell."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--dry-run", "--report", "-", "--constraint", str(CONSTRAINTS)]
    # Or pip downloads whole packages to read what they require, from an index that does not say.
    command += ["--use-feature", "fast-deps", *options, "torch"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    report: Report = json.loads(done.stdout) if done.returncode == 0 else {"install": []}
    return report


def brings_cuda(report: Report) -> bool:
    """Return whether any package of a report is of CUDA."""
    return any(CUDA.match(package["metadata"]["name"]) for package in report["install"])


def download_bytes(report: Report) -> int | None:
    """Return how many bytes the packages of a report are; None if the index does not say."""
    addresses = [package["download_info"]["url"] for package in report["install"]]
    try:
        with ThreadPoolExecutor(8) as requests:
            return sum(requests.map(_length, addresses)) or None
    except (OSError, TypeError, ValueError):
        return None


def _length(address: str) -> int:
    request = urllib.request.Request(address, method="HEAD")  # noqa: S310 -- as pip gave it
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        return int(answer.headers["Content-Length"])


def message(size: int | None) -> str:
    """Return the line for somebody who is about to download CUDA."""
    about = f"about {size / GIGABYTE:.1f} GB" if size else "several gigabytes"
    return (
        f"PyTorch will download {about}, because this package index has it with CUDA, which is not "
        f"used here; to have its CPU build, stop this, find that build's index on {DOCUMENTATION} "
        "and run make again with TORCH_INDEX=<the index>"
    )


if __name__ == "__main__":
    main()
