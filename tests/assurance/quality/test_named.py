"""Rankers by name."""

import sys
from collections.abc import Callable

import pytest

from assurance.quality.named import BASELINES, Rankers
from foundation.errors import MissingPackageError, ValidationError
from foundation.settings import Settings

MakeSettings = Callable[..., Settings]


@pytest.mark.parametrize("name", BASELINES)
def test_every_baseline_bears_its_name(make_settings: MakeSettings, name: str) -> None:
    if name == "bm25":
        pytest.importorskip("bm25s", reason="the extra `quality` is not installed")
    assert Rankers(make_settings()).baseline(name).name == name


def test_a_name_that_nobody_bears_is_refused_with_those_there_are(
    make_settings: MakeSettings,
) -> None:
    with pytest.raises(ValidationError, match="'elastic' is not allowed; use one of: bm25, tfidf"):
        Rankers(make_settings()).baseline("elastic")


def test_bm25_says_what_to_install(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bm25s", None)  # as if it were not installed
    with pytest.raises(MissingPackageError, match="the extra `quality` has it: pip install"):
        Rankers(make_settings()).baseline("bm25")
