"""The recipes of docs/adding.md name files and names that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECIPES = (ROOT / "docs" / "adding.md").read_text("utf-8")
COMMAND = re.compile(r"(make|python|grep) ")
BLOCK = re.compile(r"\n\s*\n|\n(?=\d+\. )")


def lines() -> list[str]:
    """Return every numbered line and paragraph of the page, whole."""
    return [" ".join(block.split()) for block in BLOCK.split(RECIPES)]


def is_path(quoted: str) -> bool:
    """Whether a quoted word is a file or folder of the tree."""
    return "/" in quoted or quoted == "README.md"


def quoted_in(line: str) -> list[str]:
    """Return what a line has in backticks, but for commands."""
    return [each for each in re.findall(r"`([^`]+)`", line) if not COMMAND.match(each)]


def stands_in(name: str, text: str) -> bool:
    """Whether a name, or the beginning of names where it ends in `_`, stands in a text."""
    end = "" if name.endswith("_") else r"\b"
    return re.search(rf"\b{re.escape(name)}{end}", text) is not None


def test_every_recipe_is_there() -> None:
    headings = re.findall(r"^## (.+)$", RECIPES, re.MULTILINE)
    assert headings == [
        "A rule", "A feature of the score", "A kind of policy", "A page", "A migration",
        "An import format", "A role",
    ]  # fmt: skip


@pytest.mark.parametrize("line", lines(), ids=lambda line: line[:60])
def test_every_path_and_name_of_a_line_exists(line: str) -> None:
    quoted = quoted_in(line)
    paths = [ROOT / each for each in quoted if is_path(each)]
    missing = [str(path.relative_to(ROOT)) for path in paths if not path.exists()]
    assert not missing
    texts = [path.read_text("utf-8") for path in paths if path.is_file()]
    unknown = [
        name
        for name in quoted
        if not is_path(name)
        and not re.fullmatch(r"\w+\.py", name)  # a file that each room has
        and not any(stands_in(name, text) for text in texts)
    ]
    assert not unknown, f"in none of {[str(path.relative_to(ROOT)) for path in paths]}"
