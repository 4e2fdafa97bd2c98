"""The documents for readers: links lead somewhere, and lists are complete."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperCommand

from cli.deferred import load_command
from cli.main import COMMANDS
from foundation.settings import Settings
from matching.fairness.policy import POLICIES

ROOT = Path(__file__).parents[2]
LONGEST_README = 1_500  # words
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
QUOTED_PATH = re.compile(r"`([a-z_]+(?:/[\w.-]+)+/?)`")
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/*.md", "docs/decisions/*.md", "index/adapters/*/*.md")
    for page in ROOT.glob(pattern)
)


def text_of(name: str) -> str:
    """Return a document by its path from the root."""
    return (ROOT / name).read_text("utf-8")


def commands(command: TyperCommand, path: str) -> Iterator[str]:
    """Yield every command that can be run, as it is typed."""
    parts = getattr(command, "commands", {})
    if not parts or getattr(command, "invoke_without_command", False):
        yield path
    for name, part in parts.items():
        yield from commands(part, f"{path} {name}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    targets = [link for link in LINK.findall(page.read_text("utf-8")) if ":" not in link]
    assert [link for link in targets if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_is_named_exists(page: Path) -> None:
    named = QUOTED_PATH.findall(page.read_text("utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_readme_is_read_in_a_few_minutes() -> None:
    assert len(text_of("README.md").split()) <= LONGEST_README


def test_the_readme_leads_to_every_document() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.is_file():
            continue
        reached.add(page)
        links = LINK.findall(page.read_text("utf-8"))
        waiting += [(page.parent / link).resolve() for link in links if ":" not in link]
    documents = {*(ROOT / "docs").glob("*.md"), ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"}
    assert documents - reached == set()


def test_every_command_is_explained_and_every_one_explained_exists() -> None:
    explained = re.findall(r"^\| `(newfutures(?: [a-z][a-z-]*)+)", text_of("docs/using.md"), re.M)
    there_are = [
        path
        for name, (target, _) in COMMANDS.items()
        for path in commands(load_command(target), f"newfutures {name}")
    ]
    assert sorted(explained) == sorted(there_are)


def test_every_setting_is_explained_and_every_one_explained_exists() -> None:
    names = {
        str(field.validation_alias or f"NEWFUTURES_{name.upper()}")
        for name, field in Settings.model_fields.items()
    }
    assert set(re.findall(r"^\| `([A-Z0-9_]+)`", text_of("docs/using.md"), re.M)) == names


def test_every_kind_of_policy_is_explained() -> None:
    table = text_of("docs/fairness.md").partition("## Policies")[2].partition("## The audit")[0]
    kinds = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`[^|]*)\|", table, re.M)))
    assert sorted(kinds) == sorted(POLICIES)
