"""The pin takes the CPU build where there is one, and who would get CUDA is told before."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from install.torch_build import CONSTRAINTS, Report, brings_cuda, message, resolve

VERSION = next(
    line.removeprefix("torch==")
    for line in CONSTRAINTS.read_text("utf-8").splitlines()
    if line.startswith("torch==")
)
CUDA = "nvidia-cublas"
Resolve = Callable[..., Report]


def write_wheel(index: Path, name: str, version: str, *requirements: str) -> None:
    """A wheel without code, in a folder that pip reads as a package index."""
    module = name.replace("-", "_")
    meta = f"{module}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {text}\n" for text in requirements)
    files = {
        f"{meta}/METADATA": metadata,
        f"{meta}/WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n",
    }
    folder = index / name
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{module}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)


def publish(index: Path) -> str:
    """The pages of the index; returns its address."""
    for folder in index.iterdir():
        links = (f'<a href="{wheel.name}">{wheel.name}</a>' for wheel in folder.glob("*.whl"))
        (folder / "index.html").write_text("\n".join(links), "utf-8")
    return index.as_uri()


@pytest.fixture
def plain(tmp_path: Path) -> str:
    """An index as a plain one is on Linux: PyTorch with CUDA only."""
    write_wheel(tmp_path / "plain", CUDA, "13.1")
    write_wheel(tmp_path / "plain", "torch", VERSION, f"{CUDA}; platform_system == 'Linux'")
    write_wheel(tmp_path / "plain", "torch", "99.0")
    return publish(tmp_path / "plain")


@pytest.fixture
def cpu(tmp_path: Path) -> str:
    """The index of a CPU build."""
    write_wheel(tmp_path / "cpu", "torch", f"{VERSION}+cpu")
    return publish(tmp_path / "cpu")


@pytest.fixture
def resolve_at(monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """pip's report with these indexes alone, whatever this machine is set to."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return lambda index, *options: resolve("--ignore-installed", "--index-url", index, *options)


def chosen(report: Report) -> dict[str, str]:
    return {each["metadata"]["name"]: each["metadata"]["version"] for each in report["install"]}


def test_a_plain_index_brings_cuda(plain: str, resolve_at: Resolve) -> None:
    report = resolve_at(plain)
    assert chosen(report) == {"torch": VERSION, CUDA: "13.1"}
    assert brings_cuda(report)


def test_the_cpu_build_is_preferred_wherever_one_index_has_it(
    plain: str, cpu: str, resolve_at: Resolve
) -> None:
    for report in (resolve_at(plain, "--extra-index-url", cpu), resolve_at(cpu)):
        assert chosen(report) == {"torch": f"{VERSION}+cpu"}
        assert not brings_cuda(report)


def test_an_index_without_pytorch_leaves_the_install_to_say_so(
    tmp_path: Path, resolve_at: Resolve
) -> None:
    (tmp_path / "empty").mkdir()
    assert not brings_cuda(resolve_at(publish(tmp_path / "empty")))


def test_the_line_says_how_much_and_where_the_cpu_build_is() -> None:
    said = message(2_340_000_000)
    assert "about 2.3 GB" in said
    assert "https://pytorch.org/get-started/locally/" in said
    assert "TORCH_INDEX=" in said
    assert "\n" not in said
    assert "several gigabytes" in message(None)


def test_make_hands_the_index_to_the_install_of_everything() -> None:
    done = subprocess.run(
        ["make", "--dry-run", "VENV=absent", "TORCH_INDEX=https://example.org/cpu", "demo"],
        cwd=CONSTRAINTS.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    told = [
        line for line in done.stdout.splitlines() if "--extra-index-url https://example" in line
    ]
    assert len(told) == 2, done.stdout
    assert "install/torch_build.py" in told[0]
    assert told[1].endswith("--extra-index-url https://example.org/cpu --editable .")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="CUDA comes on Linux only")
def test_where_this_machines_index_has_the_cpu_build_no_cuda_is_installed() -> None:
    report = resolve("--ignore-installed")
    if not report["install"]:
        pytest.skip("no package index can be reached")
    if "+" not in chosen(report)["torch"]:
        pytest.skip("this machine's package index has no CPU build of PyTorch")
    assert chosen(report)["torch"] == f"{VERSION}+cpu"
    assert not [name for name in chosen(report) if name.startswith("nvidia-")]
