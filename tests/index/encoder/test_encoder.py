"""The real model, by every back end: the right weights, and an answer that never wavers."""

import logging
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from foundation.errors import MissingPackageError, ModelError
from foundation.settings import Settings
from index.encoder.adapter import DEFAULT_ADAPTER
from index.encoder.back_ends import BACK_ENDS, computes_bfloat16
from index.encoder.encoder import (
    DEFAULT_MODEL_ID,
    DEFAULT_MODEL_SHA256,
    SentenceEncoder,
    describe_encoder,
    load_encoder,
    model_id,
    model_path,
)
from index.encoder.spelling import SPELLING_ID

MakeSettings = Callable[..., Settings]
Load = Callable[..., SentenceEncoder]

SERVED = f"{DEFAULT_MODEL_ID}+{DEFAULT_ADAPTER}{SPELLING_ID}"
WORDS = ("forklift", "kitchen", "porter", "driving", "licence", "site", "bricks", "cleaning")
FLOAT32 = [name for name, back_end in BACK_ENDS.items() if back_end.numbers == "float32"]
NEEDS_BFLOAT16 = pytest.mark.skipif(
    not computes_bfloat16(), reason="this processor does not compute in bfloat16"
)
EVERY = [pytest.param(name, marks=[NEEDS_BFLOAT16] if name == "bf16" else []) for name in BACK_ENDS]


def texts(count: int, seed: int) -> list[str]:
    """Texts of many lengths."""
    draw = random.Random(seed)
    return [" ".join(draw.choices(WORDS, k=draw.choice([1, 3, 9, 20, 60]))) for _ in range(count)]


@pytest.fixture(scope="module")
def load(settings: Settings) -> Load:
    """Loads a back end over exports that all tests share; each is loaded once."""
    loaded: dict[tuple[str, int], SentenceEncoder] = {}

    def give(name: str, threads: int = 2) -> SentenceEncoder:
        if (name, threads) not in loaded:
            changed = settings.model_copy(update={"encoder": name})
            loaded[name, threads] = load_encoder(changed, threads=threads)
        return loaded[name, threads]

    return give


@pytest.fixture(params=EVERY)
def each(request: pytest.FixtureRequest, load: Load) -> SentenceEncoder:
    """The model by one back end after another."""
    return load(request.param)


@pytest.fixture
def torch_threads() -> Iterator[Callable[[int], None]]:
    """Sets how many threads PyTorch takes, until the end of the test."""
    usual = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(usual)


def test_vectors_are_unit_length_float16(each: SentenceEncoder) -> None:
    vectors = each.encode(["Forklift driver", "", "x"])
    assert vectors.shape == (3, each.dimensions) == (3, 384)
    assert vectors.dtype == np.float16
    np.testing.assert_allclose(np.linalg.norm(vectors.astype(np.float64), axis=1), 1, atol=1e-3)


def test_no_texts_make_no_vectors(each: SentenceEncoder) -> None:
    assert each.encode([]).shape == (0, 384)


@pytest.mark.parametrize("name", EVERY)
@hypothesis_settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_texts_vector_is_the_same_bits_alone_in_any_batch_and_in_any_order(
    name: str, load: Load, seed: int
) -> None:
    encoder, several = load(name), texts(40, seed)
    together = encoder.encode(several)
    order = random.Random(seed).sample(range(40), 40)
    shuffled = encoder.encode([several[i] for i in order])
    assert (shuffled == together[order]).all()
    alone = encoder.encode([several[seed % 40]])
    assert (alone[0] == together[seed % 40]).all()


@pytest.mark.parametrize("name", EVERY)
def test_the_number_of_threads_changes_no_bit(
    name: str, load: Load, torch_threads: Callable[[int], None]
) -> None:
    several = [*texts(30, 5), " ".join(WORDS * 60)]
    made = []
    for threads in (1, 2):
        torch_threads(threads)
        made.append(load(name, threads).encode(several))
    assert (made[0] == made[1]).all()


def test_the_figures_in_the_models_own_documentation_come_out(
    make_settings: MakeSettings,
) -> None:
    # The quick start of sentence-transformers prints these for all-MiniLM-L6-v2.
    plain = load_encoder(make_settings(encoder="torch", model_adapter="none"))
    vectors = plain.unit_vectors(
        ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    )
    published = [[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]]
    np.testing.assert_allclose(vectors @ vectors.T, published, atol=1e-4)


@pytest.mark.parametrize("name", FLOAT32)
def test_back_ends_that_share_an_id_agree_to_float16_rounding(name: str, load: Load) -> None:
    several = texts(60, 3)
    theirs, ours = load("torch"), load(name)
    assert ours.model_id == theirs.model_id == SERVED
    exact, found = theirs.unit_vectors(several), ours.unit_vectors(several)
    assert np.abs(found - exact).max() < 1e-6
    assert (ours.encode(several) == theirs.encode(several)).mean() > 0.98


@pytest.mark.parametrize(
    ("name", "likeness"), [pytest.param("bf16", 0.9998, marks=NEEDS_BFLOAT16), ("int8", 0.995)]
)
def test_those_of_coarser_numbers_are_near_and_carry_an_id_of_their_own(
    name: str, likeness: float, load: Load
) -> None:
    several = texts(60, 3)
    ours = load(name)
    assert ours.model_id == f"{SERVED}+{name}"
    cosines = (ours.unit_vectors(several) * load("torch").unit_vectors(several)).sum(axis=1)
    assert cosines.min() > likeness


def test_the_end_of_a_long_text_counts(each: SentenceEncoder) -> None:
    long = "general site work and sweeping up " * 80
    plain, ending, forklift = each.unit_vectors(
        [long, f"{long} holds a forklift licence " * 2, "forklift licence"]
    )
    assert forklift @ ending > forklift @ plain


def test_progress_counts_every_window(each: SentenceEncoder) -> None:
    counted: list[int] = []
    each.encode(texts(30, 1), counted.append)
    assert sum(counted) == 30


@pytest.mark.parametrize("name", ["torch", "openvino", "int8"])
def test_other_weights_are_refused(name: str, make_settings: MakeSettings, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_path(make_settings()), folder)
    with (folder / "model.safetensors").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\0\1\2\3")
    changed = make_settings(
        model_path=folder, model_id="x", model_sha256=DEFAULT_MODEL_SHA256, encoder=name
    )
    with pytest.raises(ModelError, match="is not the model expected: its SHA-256 is"):
        load_encoder(changed)


def test_a_missing_model_is_named(make_settings: MakeSettings, tmp_path: Path) -> None:
    changed = make_settings(model_path=tmp_path, model_id="other", model_sha256="0" * 64)
    with pytest.raises(ModelError, match="point NEWFUTURES_MODEL_PATH at a model"):
        load_encoder(changed)


def test_another_model_needs_its_own_name_and_hash(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="NEWFUTURES_MODEL_ID"):
        model_id(make_settings(model_path=tmp_path))


def test_another_model_is_computed_by_pytorch_unless_somebody_asks(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    other = {"model_path": tmp_path, "model_id": "other", "model_sha256": "0" * 64}
    assert model_id(make_settings(**other)) == f"other{SPELLING_ID}"
    assert model_id(make_settings(**other, encoder="int8")) == f"other{SPELLING_ID}+int8"


@pytest.mark.parametrize("name", ["openvino", "onnx"])
def test_where_an_export_fails_pytorch_serves_under_the_same_id_and_says_so(
    name: str, make_settings: MakeSettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "encoder").write_text("a file where the folder would be")
    changed = make_settings(encoder=name)
    with caplog.at_level(logging.WARNING):
        encoder = load_encoder(changed)
    assert encoder.model_id == model_id(changed) == SERVED
    assert encoder.back_end.name == "torch"
    assert "cannot serve" in caplog.text


@pytest.mark.parametrize("name", [pytest.param("bf16", marks=NEEDS_BFLOAT16), "int8"])
def test_where_only_another_id_could_serve_nothing_does(
    name: str, make_settings: MakeSettings, tmp_path: Path
) -> None:
    (tmp_path / "encoder").write_text("a file where the folder would be")
    with pytest.raises(ModelError, match="set NEWFUTURES_ENCODER=torch to do without"):
        load_encoder(make_settings(encoder=name))


@pytest.mark.parametrize(
    ("name", "module", "what"),
    [
        ("int8", "onnxruntime", "the extra `int8` has it"),
        ("torch", "sentence_transformers", "the full install has it"),
    ],
)
def test_where_its_package_is_not_installed_what_to_install_is_said(
    name: str,
    module: str,
    what: str,
    load: Load,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load(name)  # so that there is an export
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingPackageError, match=f"needs {module}, which is not.*{what}"):
        load_encoder(settings.model_copy(update={"encoder": name}))


def test_what_encodes_is_described_with_nothing_loaded(make_settings: MakeSettings) -> None:
    said = describe_encoder(make_settings(encoder="int8"))
    assert said.startswith(
        f"{SERVED}+int8: ONNX Runtime in 8-bit integers, adapter {DEFAULT_ADAPTER}"
    )
    assert "will be exported to" in said
    assert "PyTorch" in describe_encoder(make_settings(encoder="torch"))


LOAD_QUIETLY = """
import sys
from foundation.settings import Settings
from index.encoder.encoder import load_encoder
load_encoder(Settings(data_dir=sys.argv[1], encoder="openvino")).encode(["porter"])
heavy = {"torch", "transformers", "sentence_transformers", "peft"} & set(sys.modules)
assert not heavy, heavy
assert sys.modules["openvino_telemetry"] is None
"""


def test_an_export_loads_without_pytorch_and_reports_to_nobody(
    load: Load, settings: Settings, tmp_path: Path
) -> None:
    load("openvino")  # so that there is an export
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOAD_QUIETLY, str(settings.data_dir)],
        env={"HOME": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""
    assert list(tmp_path.iterdir()) == []  # where OpenVINO would keep who reports


STOP_AFTER_SEVERAL = """
import signal, sys
from foundation.settings import Settings
from index.encoder.encoder import load_encoder
settings = Settings(data_dir=sys.argv[1], encoder="openvino")
several = [load_encoder(settings) for _ in range(3)]
while several:
    several.pop(0)
signal.signal(signal.SIGTERM, lambda *_: print("told to stop"))
signal.raise_signal(signal.SIGTERM)
"""


def test_a_process_that_let_several_networks_go_still_takes_a_signal(
    load: Load, settings: Settings
) -> None:
    load("openvino")  # so that there is an export
    done = subprocess.run(
        [sys.executable, "-c", STOP_AFTER_SEVERAL, str(settings.data_dir)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "told to stop\n"), done.stderr
