"""Adapters are the ones expected, are merged exactly, and give their vectors an id of their own."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from peft import LoraConfig
from safetensors.torch import load_file

from foundation.errors import ModelError
from foundation.settings import Settings
from index.checksums import sha256_of
from index.encoder.adapter import ADAPTERS, FOLDER, WEIGHTS_FILE, Adapter, configured_adapter
from index.encoder.back_ends import BACK_ENDS
from index.encoder.encoder import open_exported, open_in_torch
from index.encoder.model import Model, configured_model, open_model, weights_id
from index.encoder.spelling import SPELLING_ID

MakeSettings = Callable[..., Settings]
MOST_BYTES = 5_000_000
RANK, ALPHA = 2, 8


@pytest.fixture(scope="module")
def plain(settings: Settings) -> Model:
    """The default model without an adapter."""
    return configured_model(settings.model_copy(update={"model_adapter": "none"}))


@pytest.fixture(scope="module")
def adapter(plain: Model, tmp_path_factory: pytest.TempPathFactory) -> Adapter:
    """A small adapter that learnt nothing: its numbers are drawn."""
    folder = tmp_path_factory.mktemp("adapter")
    model = open_model(plain)
    model.add_adapter(
        LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=["query", "output.dense"])
    )
    torch.manual_seed(1)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if "lora_" in name:
                weights.normal_(std=0.05)
    model[0].auto_model.save_pretrained(str(folder))
    return Adapter("drawn-1", folder, sha256_of(folder / WEIGHTS_FILE))


@pytest.fixture(scope="module")
def adapted(plain: Model, adapter: Adapter) -> Model:
    """The default model with it."""
    return Model(f"{plain.id}+{adapter.id}", plain.folder, plain.sha256, adapter)


def test_loading_draws_no_progress_bar_beside_our_own(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    open_model(configured_model(settings))
    assert capfd.readouterr().err == ""


def test_what_is_merged_is_the_product_of_the_two_thin_matrices(
    plain: Model, adapted: Model, adapter: Adapter
) -> None:
    thin = load_file(adapter.folder / WEIGHTS_FILE)
    before, after = (
        dict(open_model(model)[0].auto_model.named_parameters()) for model in (plain, adapted)
    )
    assert before.keys() == after.keys()
    changed = 0
    for name, weights in after.items():
        stem = f"base_model.model.{name.removesuffix('.weight')}"
        expected = before[name]
        if f"{stem}.lora_A.weight" in thin:
            product = thin[f"{stem}.lora_B.weight"] @ thin[f"{stem}.lora_A.weight"]
            expected = expected + ALPHA / RANK * product
            changed += 1
        assert weights.dtype == torch.float32
        torch.testing.assert_close(weights.detach(), expected.detach(), atol=1e-6, rtol=1e-5)
    assert changed == 6 * 3  # query, and the output of attention and of the layer


def test_exports_hold_the_merged_weights(adapted: Model, plain: Model, tmp_path: Path) -> None:
    several = ["Forklift driver", "Kitchen porter in a busy hotel", ""]
    theirs = open_in_torch(adapted)
    ours = open_exported(adapted, BACK_ENDS["openvino"], tmp_path, threads=1)
    assert ours.model_id == theirs.model_id == f"all-MiniLM-L6-v2+drawn-1{SPELLING_ID}"
    exact = theirs.unit_vectors(several)
    np.testing.assert_allclose(ours.unit_vectors(several), exact, atol=1e-6)
    assert (open_in_torch(plain).unit_vectors(several) * exact).sum(axis=1).max() < 0.999


def test_another_file_of_weights_is_refused(plain: Model, adapter: Adapter) -> None:
    other = Adapter(adapter.id, adapter.folder, "0" * 64)
    with pytest.raises(ModelError, match="is not the model expected"):
        open_model(Model("x", plain.folder, plain.sha256, other))


def test_a_missing_one_is_named(plain: Model, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"adapter_model\.safetensors is missing"):
        open_model(Model("x", plain.folder, plain.sha256, Adapter("gone", tmp_path, "0" * 64)))


def test_one_of_other_layers_does_not_fit(plain: Model, adapter: Adapter, tmp_path: Path) -> None:
    config = json.loads((adapter.folder / "adapter_config.json").read_text("utf-8"))
    config["target_modules"] = ["query", "key"]
    (tmp_path / "adapter_config.json").write_text(json.dumps(config), "utf-8")
    weights = tmp_path / WEIGHTS_FILE
    weights.write_bytes((adapter.folder / WEIGHTS_FILE).read_bytes())
    other = Adapter("other", tmp_path, sha256_of(weights))
    with pytest.raises(ModelError, match="does not fit"):
        open_model(Model("x", plain.folder, plain.sha256, other))


def test_only_what_is_shipped_can_be_named(make_settings: MakeSettings) -> None:
    assert configured_adapter(make_settings(model_adapter="none")) is None
    assert weights_id(make_settings(model_adapter="none")) == "all-MiniLM-L6-v2"
    with pytest.raises(ModelError, match="there is no adapter 'work-0'"):
        configured_adapter(make_settings(model_adapter="work-0"))


def test_another_model_takes_none(make_settings: MakeSettings, tmp_path: Path) -> None:
    other = {"model_path": tmp_path, "model_id": "other", "model_sha256": "0" * 64}
    assert configured_adapter(make_settings(**other)) is None
    with pytest.raises(ModelError, match="belongs to the default model"):
        configured_adapter(make_settings(**other, model_adapter="work-2"))


def test_what_is_shipped_is_small_sound_and_described() -> None:
    for name, sha256 in ADAPTERS.items():
        weights = FOLDER / name / WEIGHTS_FILE
        assert weights.stat().st_size <= MOST_BYTES, name
        assert sha256_of(weights) == sha256, name
        assert all(bool(torch.isfinite(tensor).all()) for tensor in load_file(weights).values()), (
            name
        )
        assert len((FOLDER / name / "README.md").read_text("utf-8").split()) > 100, name
        config = json.loads((FOLDER / name / "adapter_config.json").read_text("utf-8"))
        assert math.isfinite(config["lora_alpha"])
        assert "/" not in str(config["base_model_name_or_path"]), "a path of somebody's machine"
