"""The file of the slim install is current, complete and without what it leaves out."""

from packaging.requirements import Requirement

from install.serve_requirements import FILE, LEFT_OUT, closure, pins, written


def test_the_file_is_what_the_command_writes() -> None:
    assert FILE.read_text("utf-8") == written(), "run `make slim` and commit the file"


def test_nothing_that_is_left_out_is_in_it() -> None:
    names = set(dict(pins(FILE.read_text("utf-8"))))
    assert not names & {*LEFT_OUT, "transformers", "onnxruntime", "pandas", "pytest"}
    assert {"faiss-cpu", "openvino", "psycopg-binary", "fastapi"} <= names


def test_what_extras_of_a_package_need_is_in_it() -> None:
    assert "psycopg-pool" not in closure([Requirement("psycopg")])
    assert "psycopg-pool" in closure([Requirement("psycopg"), Requirement("psycopg[pool]")])
