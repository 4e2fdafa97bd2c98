"""Write requirements-serve.txt: what a service needs whose encoder was exported before.

    python -m install.serve_requirements

The packages are those that pyproject.toml requires, without `LEFT_OUT`, and all that they require
in turn, at the versions of constraints.txt. Run it in an environment that has them: what a package
requires is read from its own metadata.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
FILE = ROOT / "requirements-serve.txt"
LEFT_OUT = {
    "sentence-transformers": "exports the encoder",
    "torch": "exports the encoder",
    "peft": "exports the encoder",
    "onnx": "exports the encoder",
    "ortools": "plans who is put before which vacancy (newfutures allocate)",
    "huggingface-hub": "downloads models for tokenizers, which read theirs from the export",
    "openvino-telemetry": "reports to OpenVINO's makers, and is never imported",
}
HEAD = """\
# The slim install: what serves, ranks and searches where the encoder was exported before, without
# PyTorch and what else makes an export or an allocation. See docs/install.md. `make slim` wrote it,
# from pyproject.toml and constraints.txt. It is complete, so install it without more:
#   pip install --no-deps -r requirements-serve.txt
"""


def main() -> None:
    """Write the file."""
    FILE.write_text(written(), "utf-8")


def written() -> str:
    """Return what the file should hold."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    versions = dict(pins((ROOT / "constraints.txt").read_text("utf-8")))
    needed = closure([Requirement(text) for text in project["dependencies"]])
    return HEAD + "".join(f"{name}=={versions[name]}\n" for name in sorted(needed))


def pins(constraints: str) -> Iterator[tuple[str, str]]:
    """Yield the packages of a file of constraints with their versions."""
    for name, version in re.findall(r"^([\w.-]+)==(\S+)$", constraints, re.MULTILINE):
        yield canonicalize_name(name), version


def closure(requirements: list[Requirement]) -> set[str]:
    """Return the names of all packages that these need on this machine, `LEFT_OUT` aside."""
    waiting = [(requirement, "") for requirement in requirements]
    needed: set[tuple[str, str]] = set()
    while waiting:
        requirement, extra = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in LEFT_OUT or not _applies(requirement, extra):
            continue
        for own_extra in {"", *requirement.extras} - {e for n, e in needed if n == name}:
            needed.add((name, own_extra))
            waiting += [(Requirement(text), own_extra) for text in requires(name) or ()]
    return {name for name, _ in needed}


def _applies(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


if __name__ == "__main__":
    main()
