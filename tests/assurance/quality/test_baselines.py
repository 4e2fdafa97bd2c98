"""The rankers to compare with, on texts where it is plain what should come first."""

from collections.abc import Mapping

import numpy as np
import pytest
from drawn_encoder import DrawnEncoder
from hypothesis import given
from hypothesis import strategies as st
from judged_sets import judged_set, silent

from assurance.quality.baselines import BM25Ranker, CharacterRanker, HybridRanker, z_scores
from assurance.quality.rankers import PlainRanker

JUDGED = judged_set(
    {"q": {"b": 1, "c": 0}, "r": {"d": 1, "a": 0}, "s": {"d": 1}},
    queries={"q": "cleaning kitchens", "r": "programs in C", "s": "???"},
    docs={
        "a": "drives lorries at night",
        "b": "the cleaner of a kitchen",
        "c": "drives the kitchen van of a school in the town",
        "d": "writes C",
    },
)


def in_order(scores: Mapping[str, float]) -> list[str]:
    """Documents, the best first."""
    return sorted(scores, key=lambda doc: -scores[doc])


def test_bm25_finds_stems_and_words_of_one_letter() -> None:
    pytest.importorskip("bm25s", reason="the extra `quality` is not installed")
    scores = BM25Ranker().score(JUDGED, silent)
    assert in_order(scores["q"])[:2] == ["b", "c"]
    assert (scores["q"]["a"], scores["q"]["d"]) == (0, 0)
    assert in_order(scores["r"])[0] == "d"
    assert set(scores["s"].values()) == {0}


def test_bm25_is_its_formula() -> None:
    pytest.importorskip("bm25s", reason="the extra `quality` is not installed")
    docs = {"a": "red red green", "b": "green", "c": "blue green"}
    judged = judged_set({"q": {"a": 1}}, queries={"q": "red"}, docs=docs)
    found = BM25Ranker().score(judged, silent)["q"]
    idf = np.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    assert found["a"] == pytest.approx(idf * 2 / (2 + 1.5 * (0.25 + 0.75 * 3 / 2)), rel=1e-5)
    assert (found["b"], found["c"]) == (0, 0)


def test_characters_find_parts_of_words() -> None:
    scores = CharacterRanker().score(JUDGED, silent)
    assert in_order(scores["q"])[:2] == ["b", "c"]
    assert set(scores["s"].values()) == {0}
    same = judged_set({"q": {"a": 1}}, queries={"q": "text of a"})
    assert CharacterRanker().score(same, silent)["q"]["a"] == pytest.approx(1)


@pytest.mark.parametrize("judged_only", [False, True])
def test_the_hybrid_mixes_z_scores_of_each_query(judged_only: bool) -> None:
    judged = JUDGED.model_copy(update={"judged_only": judged_only})
    encoder = DrawnEncoder("drawn")
    mixed = HybridRanker(encoder).score(judged, silent)
    dense = PlainRanker(encoder).score(judged, silent)
    character = CharacterRanker().score(judged, silent)
    for query in judged.judged_queries:
        docs = judged.docs_for(query)
        parts = [
            z_scores(np.array([table[query][doc] for doc in docs])) for table in (dense, character)
        ]
        wanted = 0.8 * parts[0] + 0.2 * parts[1]
        assert mixed[query] == pytest.approx(dict(zip(docs, wanted.tolist(), strict=True)))


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=20))
def test_z_scores_have_mean_0_and_spread_1_unless_all_are_the_same(points: list[int]) -> None:
    found = z_scores(np.array(points, dtype=np.float64))
    assert found.mean() == pytest.approx(0, abs=1e-12)
    assert found.std() == pytest.approx(1 if len(set(points)) > 1 else 0)
