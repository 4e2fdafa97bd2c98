"""Reading judged sets: what is taken, and what is said of what is not."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from judged_sets import judged_set
from pydantic import ValidationError

from assurance.quality.judged import JudgedSet, read_judged_set
from foundation.errors import IntakeError

GOOD: dict[str, Any] = {
    "name": "few",
    "kind": "sentence",
    "judged_only": False,
    "note": "made up",
    "queries": {"q": " drives a lorry ", "r": "stacks shelves"},
    "docs": {"a": "lorry driver", "b": "shelf stacker"},
    "qrels": {"q": {"a": 1}, "r": {"b": 1, "a": 0}},
}


def written(path: Path, values: object) -> Path:
    """The values as a JSON file."""
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


def test_plain_and_compressed_files_read_the_same(tmp_path: Path) -> None:
    plain = written(tmp_path / "few.json", GOOD)
    packed = tmp_path / "few.json.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_judged_set(packed) == read_judged_set(plain)
    assert read_judged_set(plain).queries["q"] == "drives a lorry"


def test_a_note_may_be_missing_and_other_fields_are_left_aside(tmp_path: Path) -> None:
    values = {name: value for name, value in GOOD.items() if name != "note"} | {"licence": "CC0"}
    assert read_judged_set(written(tmp_path / "few.json", values)).note == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "song"}, ["kind: 'song'", "'title', 'sentence' or 'profile'"]),
        ({"name": ""}, ["name: the text is empty"]),
        ({"name": "a\x1b[31m"}, ["cannot be printed"]),
        ({"queries": {"q": " ", "r": "x"}}, ["query 'q': the text is empty"]),
        ({"docs": {"a": "", "b": "x"}}, ["document 'a': the text is empty"]),
        ({"docs": {"a": "\ud800", "b": "x"}}, ["document 'a'", "unicode"]),
        ({"qrels": {}}, ["no judgements", "above 0"]),
        ({"qrels": {"q": {"a": 0}}}, ["no judgements", "above 0"]),
        ({"qrels": {"q": {"a": -1}}}, ["query 'q', grade of document 'a': '-1'", "or equal to 0"]),
        ({"qrels": {"q": {"a": 16}}}, ["less than or equal to 15"]),
        ({"qrels": {"q": {"a": 1.5}}}, ["query 'q', grade of document 'a'", "integer"]),
        ({"qrels": {"q": ["a"]}}, ["grades of query 'q'", "dictionary"]),
        ({"qrels": {"q": {"z": 1}}}, ["query 'q'", "document 'z'", "not among the docs"]),
        ({"qrels": {"z": {"a": 1}}}, ["query 'z'", "not among the queries"]),
        ({"docs": dict.fromkeys("abcdef", "")}, ["document 'a'", "and 3 more"]),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    tmp_path: Path, changes: dict[str, object], words: list[str]
) -> None:
    path = written(tmp_path / "few.json", GOOD | changes)
    with pytest.raises(IntakeError) as refused:
        read_judged_set(path)
    for word in (str(path), *words):
        assert word in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["name", "kind", "judged_only", "queries", "docs", "qrels"])
def test_a_missing_field_is_named(tmp_path: Path, name: str) -> None:
    values = {field: value for field, value in GOOD.items() if field != name}
    with pytest.raises(IntakeError, match=f"few.json: {name}: a value is required"):
        read_judged_set(written(tmp_path / "few.json", values))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.json", b'{"name": \n }', "line 2, column 2: not JSON"),
        ("x.json", b"", "line 1, column 1: not JSON"),
        ("x.json", b"[1]", "a judged set is one JSON object"),
        ("x.json", b"\xff\xfe{}", "is not UTF-8"),
        ("x.json", b'{"docs": {"a": "x", "a ": "y"}}', "'a' stands twice in one object"),
        ("x.json", b"[" * 100_000, "x.json: "),
        ("x.json.gz", b"{}", "named .gz, but is not gzip"),
        ("x.json.gz", gzip.compress(b"{}" * 99, mtime=0)[:-9], "damaged gzip"),
        ("x.json", b"\x1f\x8b nothing like it", "damaged gzip"),
    ],
)
def test_a_file_of_another_format_is_refused(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(IntakeError, match=words):
        read_judged_set(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"cannot read .*few\.json: No such file"):
        read_judged_set(tmp_path / "few.json")
    with pytest.raises(IntakeError, match="Is a directory"):
        read_judged_set(tmp_path)


def test_queries_without_a_judgement_are_left_out() -> None:
    judged = judged_set({"q": {"a": 1}, "r": {}}, queries={"q": "x", "r": "y", "s": "z"})
    assert judged.judged_queries == ("q",)


def test_judged_documents_only_where_the_set_says_so() -> None:
    qrels = {"q": {"c": 1}, "r": {"a": 1, "c": 0}}
    everything, only = judged_set(qrels), judged_set(qrels, judged_only=True)
    assert everything.docs_for("q") == everything.ranked_docs == tuple("abcde")
    assert (only.docs_for("q"), only.docs_for("r")) == (("c",), ("a", "c"))
    assert only.ranked_docs == ("a", "c")


def test_the_hash_is_of_what_figures_depend_on() -> None:
    def hashed(**changes: object) -> str:
        return judged_set({"q": {"a": 1}}, **changes).sha256

    assert hashed() == hashed(name="other", note="words")
    assert len({hashed(), hashed(judged_only=True), hashed(kind="profile")}) == 3
    assert judged_set({"q": {"a": 2}}).sha256 != hashed()


def test_a_set_cannot_be_changed() -> None:
    judged: JudgedSet = judged_set({"q": {"a": 1}})
    with pytest.raises(ValidationError, match="frozen"):
        judged.name = "other"  # type: ignore[misc]
