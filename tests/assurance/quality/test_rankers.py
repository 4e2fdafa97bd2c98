"""Scores by cosine, made a query at a time; texts encoded once."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from drawn_encoder import DrawnEncoder
from judged_sets import judged_set, silent

from assurance.quality.rankers import PlainRanker, RememberingEncoder, encode_all
from index.encoder.encoder import SentenceEncoder, Vectors


class CountingEncoder(DrawnEncoder):
    """Counts the texts that it is given."""

    texts = 0

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Draw them."""
        self.texts += len(texts)
        return super().encode(texts, on_progress)


def test_scores_are_cosines_of_whole_texts(encoder: SentenceEncoder) -> None:
    judged = judged_set(
        {"q": {"a": 1}},
        queries={"q": "lorry driver"},
        docs={"a": "HGV driver", "b": "care assistant", "c": "lorry driver"},
    )
    scores = PlainRanker(encoder).score(judged, silent)["q"]
    vectors = encoder.encode(["lorry driver", *judged.docs.values()]).astype(np.float64)
    assert list(scores.values()) == pytest.approx((vectors[1:] @ vectors[0]).tolist(), abs=1e-6)
    assert sorted(scores, key=lambda doc: -scores[doc]) == ["c", "a", "b"]


def test_every_judged_query_has_its_own_documents() -> None:
    qrels = {"q": {"c": 1}, "r": {"e": 1, "a": 0}, "s": {}}
    scores = PlainRanker(DrawnEncoder("drawn")).score(judged_set(qrels), silent)
    assert list(scores) == ["q", "r"]
    assert len(scores) == 2
    assert list(scores["q"]) == list(scores["r"]) == list("abcde")
    only = PlainRanker(DrawnEncoder("drawn")).score(judged_set(qrels, judged_only=True), silent)
    assert {query: set(row) for query, row in only.items()} == {"q": {"c"}, "r": {"e", "a"}}
    for query, row in only.items():
        assert row == pytest.approx({doc: scores[query][doc] for doc in row})


def test_vectors_come_in_the_order_of_the_texts_and_each_is_encoded_once() -> None:
    encoder = CountingEncoder("drawn")
    texts = [f"{number % 90} green bottles" for number in range(200)]
    told: list[tuple[str, int, int]] = []
    vectors = encode_all(encoder, texts, lambda *step: told.append(step))
    assert (vectors == DrawnEncoder("drawn").encode(texts)).all()
    assert encoder.texts == 90
    assert told == [("texts", 64, 90), ("texts", 90, 90)]


def test_what_was_encoded_is_remembered() -> None:
    counting = CountingEncoder("drawn")
    remembering = RememberingEncoder(counting)
    first = remembering.encode(["a", "b", "a"])
    second = remembering.encode(["c", "b"])
    assert counting.texts == 3
    assert (first == DrawnEncoder("drawn").encode(["a", "b", "a"])).all()
    assert (second == DrawnEncoder("drawn").encode(["c", "b"])).all()
    assert (remembering.model_id, remembering.dimensions) == ("drawn", 16)
