"""Generations of the index: whole or not at all."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from foundation.errors import VectorIndexError
from index.vectors.flat import Collection, VectorEntry
from index.vectors.generations import Generation, current_name, open_current, publish
from index.vectors.lexicon import Lexicon

MADE_AT = datetime(2026, 11, 22, tzinfo=UTC)
RECIPE = "model/texts-2"
LEXICON = Lexicon.fit(["kitchen porter", "lorry driver"], 2)


def collection(ids: range) -> Collection:
    """Ids with one text and one line each."""
    vectors = np.eye(8, dtype=np.float16)
    rows = {bytes([i]): i for i in range(8)}
    return Collection.build(
        [VectorEntry(i, i * 7, [bytes([i % 8]), b"\1"]) for i in ids], rows, vectors
    )


def publish_people(folder: Path, ids: range) -> Generation:
    """Publish a generation of these people and no vacancies."""
    return publish(folder, RECIPE, MADE_AT, collection(ids), collection(range(0)), LEXICON)


def test_what_is_published_is_what_is_opened(tmp_path: Path) -> None:
    publish_people(tmp_path, range(5))
    opened = open_current(tmp_path, RECIPE)
    assert (opened.number, opened.recipe, opened.made_at) == (1, RECIPE, MADE_AT.isoformat())
    assert opened.candidates.ids.tolist() == list(range(5))
    assert opened.candidates.keys.tolist() == [0, 7, 14, 21, 28]
    assert (opened.candidates.line_vectors(3) == np.eye(8)[[1]]).all()
    assert len(opened.vacancies) == 0
    assert (opened.lexicon.weights == LEXICON.weights).all()
    assert opened.lexicon.profiles == 2


def test_the_last_two_are_kept(tmp_path: Path) -> None:
    for count in range(1, 5):
        publish_people(tmp_path, range(count))
    assert sorted(folder.name for folder in tmp_path.glob("gen-*")) == ["gen-000003", "gen-000004"]
    assert current_name(tmp_path) == "gen-000004"


@pytest.mark.parametrize(
    "file", ["vectors.npy", "candidates-ids.npy", "lexicon.npy", "manifest.json"]
)
def test_a_damaged_generation_is_refused_and_the_last_good_one_serves(
    tmp_path: Path, file: str, caplog: pytest.LogCaptureFixture
) -> None:
    publish_people(tmp_path, range(3))
    publish_people(tmp_path, range(4))
    damaged = tmp_path / "gen-000002" / file
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert len(open_current(tmp_path, RECIPE).candidates) == 3
    assert "generation 2 is damaged" in caplog.text
    assert "newfutures index build --full" in caplog.text


def test_when_every_generation_is_damaged_a_rebuild_is_offered(tmp_path: Path) -> None:
    publish_people(tmp_path, range(3))
    (tmp_path / "gen-000001" / "vectors.npy").unlink()
    with pytest.raises(VectorIndexError, match="run `newfutures index build --full`"):
        open_current(tmp_path, RECIPE)


def test_without_an_index_the_message_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(VectorIndexError, match="run `newfutures index build`"):
        open_current(tmp_path, RECIPE)


@pytest.mark.parametrize("other", ["other/texts-2", "model/texts-1"])
def test_another_models_or_another_versions_index_is_refused(tmp_path: Path, other: str) -> None:
    publish_people(tmp_path, range(3))
    with pytest.raises(VectorIndexError, match=f"was built by {RECIPE} but {other}"):
        open_current(tmp_path, other)


def test_the_recipe_is_checked_before_anything_that_another_version_may_lack(
    tmp_path: Path,
) -> None:
    publish_people(tmp_path, range(3))
    folder = tmp_path / "gen-000001"
    (folder / "lexicon.npy").unlink()
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["recipe"] = "model/texts-1"
    del manifest["lexicon_profiles"], manifest["sha256"]["lexicon.npy"]
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(VectorIndexError, match="was built by model/texts-1 but model/texts-2"):
        open_current(tmp_path, RECIPE)


def test_an_unfinished_generation_is_never_used(tmp_path: Path) -> None:
    publish_people(tmp_path, range(3))
    unfinished = tmp_path / "gen-000002.unfinished"
    unfinished.mkdir()
    (unfinished / "vectors.npy").write_bytes(b"half")
    assert open_current(tmp_path, RECIPE).number == 1
    assert publish_people(tmp_path, range(2)).number == 2
    assert len(open_current(tmp_path, RECIPE).candidates) == 2
