"""Exports appear whole or not at all, are made once, and are made anew when damaged."""

import json
import logging
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from foundation.errors import MissingPackageError, ModelError
from foundation.settings import Settings
from index.encoder import exports
from index.encoder.adapter import CONFIG_FILE, Adapter
from index.encoder.exports import EXPORTERS, MANIFEST, NETWORK, ensure_export, export_folder
from index.encoder.model import Model, configured_model

MakeSettings = Callable[..., Settings]


@pytest.fixture
def model(make_settings: MakeSettings) -> Model:
    """The plain default model."""
    return configured_model(make_settings(model_adapter="none"))


def test_programs_that_want_it_at_once_wait_for_the_first(
    model: Model, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.INFO, logger="index.encoder.exports"),
        ThreadPoolExecutor(3) as programs,
    ):
        folders = {
            export.folder
            for export in programs.map(
                lambda _: ensure_export(tmp_path, model, "float32"), range(3)
            )
        }
    assert len(folders) == 1
    assert caplog.text.count("once") == 1
    assert not list(tmp_path.glob("*.unfinished"))


@pytest.mark.parametrize("name", [NETWORK, MANIFEST])
def test_a_damaged_one_is_made_anew(
    name: str, model: Model, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = ensure_export(tmp_path, model, "int8")
    (tmp_path / f"{first.folder.name}.left.unfinished").mkdir()  # by a program that died
    sound = first.network.read_bytes()
    with (first.folder / name).open("r+b") as file:
        file.seek(100)
        file.write(b"\0\1\2\3")
    again = ensure_export(tmp_path, model, "int8")
    assert again.network.read_bytes() == sound
    assert "is damaged" in caplog.text
    assert not list(tmp_path.glob("*.unfinished"))


def test_the_name_says_what_it_was_made_from(model: Model, tmp_path: Path) -> None:
    (tmp_path / CONFIG_FILE).write_text("{}", "utf-8")
    adapter = Adapter("a", tmp_path, "1" * 64)
    changed = Adapter("a", tmp_path / "changed", "1" * 64)
    changed.folder.mkdir()
    (changed.folder / CONFIG_FILE).write_text('{"lora_alpha": 8}', "utf-8")
    names = {
        export_folder(tmp_path, model, "float32"),
        export_folder(tmp_path, model, "int8"),
        export_folder(tmp_path, replace(model, sha256="0" * 64), "float32"),
        export_folder(tmp_path, replace(model, adapter=adapter), "float32"),
        export_folder(tmp_path, replace(model, adapter=replace(adapter, sha256="2")), "float32"),
        export_folder(tmp_path, replace(model, adapter=changed), "float32"),
    }
    assert len(names) == 6
    assert export_folder(tmp_path, model, "int8") in names


def test_one_that_fails_leaves_nothing_behind(model: Model, tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        ensure_export(tmp_path, replace(model, sha256="0" * 64), "float32")
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]


def test_the_manifest_names_the_model(model: Model, tmp_path: Path) -> None:
    export = ensure_export(tmp_path, model, "float32")
    manifest = json.loads((export.folder / MANIFEST).read_text("utf-8"))
    assert manifest["model"] == model.id
    assert manifest["marks"] == {"first": 101, "last": 102, "blank": 0, "longest": 256}
    assert export.probe.shape == (384,)


@pytest.fixture
def without_exporters(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Leaves out what makes exports, as the slim install does."""

    def leave_out() -> None:
        for package in EXPORTERS:
            monkeypatch.setitem(sys.modules, package.replace("-", "_"), None)

        def version_of_nothing(name: str) -> str:
            raise PackageNotFoundError(name)

        monkeypatch.setattr(exports, "version", version_of_nothing)

    return leave_out


def test_without_the_exporters_an_export_made_before_serves_whatever_made_it(
    model: Model,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    without_exporters: Callable[[], None],
) -> None:
    of_this_version = ensure_export(tmp_path, model, "float32")
    monkeypatch.setattr(exports, "version", lambda _: "0.1")
    of_another = ensure_export(tmp_path, model, "float32")
    assert of_another.folder != of_this_version.folder
    without_exporters()
    assert ensure_export(tmp_path, model, "float32").folder == of_another.folder


def test_without_the_exporters_another_models_export_does_not_serve(
    model: Model, tmp_path: Path, without_exporters: Callable[[], None]
) -> None:
    ensure_export(tmp_path, model, "float32")
    without_exporters()
    for missing in (replace(model, sha256="0" * 64), model):
        with pytest.raises(MissingPackageError, match="needs torch, which is not installed"):
            ensure_export(tmp_path, missing, "int8")


def test_without_the_exporters_a_damaged_export_is_refused_and_kept(
    model: Model, tmp_path: Path, without_exporters: Callable[[], None]
) -> None:
    export = ensure_export(tmp_path, model, "float32")
    export.network.write_bytes(b"cut short")
    without_exporters()
    with pytest.raises(MissingPackageError):
        ensure_export(tmp_path, model, "float32")
    assert export.network.read_bytes() == b"cut short"
