"""`newfutures transparency`: the public record, from the demonstration."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assurance.transparency.record import TransparencyRecord

Run = Callable[..., Any]

pytestmark = pytest.mark.usefixtures("demo")


def test_it_prints_the_record_with_what_people_must_fill(newfutures: Run) -> None:
    said = newfutures("transparency")
    assert (said.code, said.err) == (0, "")
    assert said.text.startswith("# Transparency record: New Futures Matching\n")
    assert "**TO BE FILLED BY A PERSON:**" in said.text
    assert "60 people" in said.text
    assert "floor@1" in said.text


def test_it_writes_a_file_whole_over_the_last_one(newfutures: Run, tmp_path: Path) -> None:
    wanted = tmp_path / "record.json"
    wanted.write_text("old")
    said = newfutures("transparency", "--json", "--output", wanted)
    assert (said.code, said.out) == (0, b"")
    assert "fields are marked for a person to fill" in said.err
    record = TransparencyRecord.model_validate(json.loads(wanted.read_text("utf-8")))
    assert record.demonstration
    assert [path.name for path in tmp_path.iterdir()] == ["record.json"]


def test_a_file_that_cannot_be_written_is_one_sentence(newfutures: Run, tmp_path: Path) -> None:
    wanted = tmp_path / "absent" / "record.md"
    newfutures("transparency", "--output", wanted).refuses(
        f"--output {wanted}", "there is no folder"
    )
