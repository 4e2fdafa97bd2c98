"""The real model: the right weights, and an answer that never wavers."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import ModelError
from foundation.settings import Settings
from index.encoder import DEFAULT_MODEL_ID, SentenceEncoder, load_encoder, model_id, model_path

MakeSettings = Callable[..., Settings]

WORDS = ("forklift", "kitchen", "porter", "driving", "licence", "site", "bricks", "cleaning")


def texts(count: int, seed: int) -> list[str]:
    """Texts of many lengths."""
    draw = random.Random(seed)
    return [" ".join(draw.choices(WORDS, k=draw.choice([1, 3, 9, 20, 60]))) for _ in range(count)]


def test_vectors_are_unit_length_float16(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode(["Forklift driver", "", "x"])
    assert vectors.shape == (3, encoder.dimensions) == (3, 384)
    assert vectors.dtype == np.float16
    np.testing.assert_allclose(np.linalg.norm(vectors.astype(np.float64), axis=1), 1, atol=1e-3)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_texts_vector_is_the_same_bits_alone_in_any_batch_and_in_any_order(
    encoder: SentenceEncoder, seed: int
) -> None:
    several = texts(40, seed)
    together = encoder.encode(several)
    order = random.Random(seed).sample(range(40), 40)
    shuffled = encoder.encode([several[i] for i in order])
    assert (shuffled == together[order]).all()
    alone = encoder.encode([several[seed % 40]])
    assert (alone[0] == together[seed % 40]).all()


def test_the_figures_in_the_models_own_documentation_come_out(encoder: SentenceEncoder) -> None:
    # The quick start of sentence-transformers prints these for all-MiniLM-L6-v2.
    vectors = encoder.encode(
        ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    ).astype(np.float64)
    published = [[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]]
    np.testing.assert_allclose(vectors @ vectors.T, published, atol=5e-4)


def test_the_end_of_a_long_text_counts(encoder: SentenceEncoder) -> None:
    long = "general site work and sweeping up " * 80
    plain, ending = encoder.encode([long, f"{long} holds a forklift licence " * 2]).astype(
        np.float64
    )
    forklift = encoder.encode(["forklift licence"])[0].astype(np.float64)
    assert forklift @ ending > forklift @ plain


def test_progress_counts_every_window(encoder: SentenceEncoder) -> None:
    counted: list[int] = []
    encoder.encode(texts(30, 1), counted.append)
    assert sum(counted) == 30


def test_other_weights_are_refused(make_settings: MakeSettings, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_path(make_settings()), folder)
    with (folder / "model.safetensors").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\0\1\2\3")
    with pytest.raises(ModelError, match="is not the model expected: its SHA-256 is"):
        SentenceEncoder(folder, model_id="x", sha256="0" * 64)


def test_a_missing_model_is_named(make_settings: MakeSettings, tmp_path: Path) -> None:
    changed = make_settings(model_path=tmp_path, model_id="other", model_sha256="0" * 64)
    with pytest.raises(ModelError, match="point NEWFUTURES_MODEL_PATH at a model"):
        load_encoder(changed)


def test_another_model_needs_its_own_name_and_hash(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    assert model_id(make_settings()) == DEFAULT_MODEL_ID
    with pytest.raises(ModelError, match="NEWFUTURES_MODEL_ID"):
        model_id(make_settings(model_path=tmp_path))
