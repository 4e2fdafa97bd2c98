"""What this program ranks with, on judged sets: the parts of a ranking, by kind of text."""

import numpy as np
import pytest
from drawn_encoder import DrawnEncoder
from judged_sets import judged_set, silent

from assurance.quality.judged import JudgedSet
from assurance.quality.own_ranker import OwnRanker
from assurance.quality.rankers import PlainRanker
from index.text.facets import facets_of
from index.text.text import CandidateText, VacancyText
from index.vectors.lexicon import Lexicon
from matching.score.comparison import CandidateVectors, VacancyVectors, compare_texts
from matching.score.features import coverage, similarity
from matching.score.requirements import match_requirements
from matching.score.similarity import requirement_similarities
from matching.score.weights import load_weights

WEIGHTS = load_weights()
ENCODER = DrawnEncoder("drawn", shift=0.5)
DOCS = {
    "a": "Washed pots in a kitchen. Swept floors.",
    "b": "forklift licence, stock control",
    "c": "Cooked for two hundred people a day on a busy ward",
    "d": "???",  # without a single passage
}
QRELS = {"q": {"a": 2, "b": 0}, "r": {"c": 3, "a": 1}, "s": {}}
QUERIES = {
    "q": "Stock control and washing pots",
    "r": "Forklift licence. Has cooked for many. Reliable.",
    "s": "nobody judged this",
}


def made(kind: str, **changes: object) -> JudgedSet:
    """The texts above as judged texts of a kind."""
    return judged_set(QRELS, docs=DOCS, queries=QUERIES, kind=kind, **changes)


def ranked(kind: str, **changes: object) -> dict[str, dict[str, float]]:
    """The scores of each query."""
    scores = OwnRanker(ENCODER, WEIGHTS).score(made(kind, **changes), silent)
    return {query: dict(row) for query, row in scores.items()}


def test_it_is_called_product() -> None:
    assert OwnRanker(ENCODER, WEIGHTS).name == "product"


def test_titles_are_compared_by_their_vectors() -> None:
    plain = PlainRanker(ENCODER).score(made("title"), silent)
    assert ranked("title") == {query: dict(row) for query, row in plain.items()}


def test_sentences_are_compared_as_a_requirement_with_evidence() -> None:
    found = ranked("sentence")
    docs = list(DOCS.values())
    assert facets_of(QUERIES["q"]) == ("Stock control", "washing pots")
    for query in ("q", "r"):
        text = QUERIES[query]
        expected = requirement_similarities(
            ENCODER.encode(docs),
            ENCODER.encode([text]),
            [ENCODER.encode(facets_of(text))],
            Lexicon.fit(docs).overlaps(docs, [text]),
            WEIGHTS.similarity,
        )
        assert list(found[query].values()) == expected[:, 0].tolist()


def test_a_sentence_without_facets_is_compared_whole() -> None:
    judged = judged_set({"q": {"a": 1}}, docs=DOCS, queries={"q": "cooking"}, kind="sentence")
    row = OwnRanker(ENCODER, WEIGHTS).score(judged, silent)["q"]
    docs = list(DOCS.values())
    whole = ENCODER.encode(docs).astype(np.float64) @ ENCODER.encode(["cooking"])[0].astype("f8")
    overlaps = Lexicon.fit(docs).overlaps(docs, ["cooking"])[:, 0]
    parts = WEIGHTS.similarity
    expected = (parts.whole + parts.facet) * whole + parts.spelling * overlaps
    assert list(row.values()) == pytest.approx(expected.tolist())


def test_profiles_are_scored_by_the_features_that_compare_texts() -> None:
    found = ranked("profile")
    people = [CandidateText(previous_work=text) for text in DOCS.values()]
    passages = [line.text for person in people for line in person.texts().lines]
    for query in ("q", "r"):
        post = VacancyText("", "", QUERIES[query])
        vectors = ENCODER.encode(post.texts().all())
        read = VacancyVectors.from_text(post, vectors[0], vectors[1:])
        for person, score in zip(people, found[query].values(), strict=True):
            own = ENCODER.encode(person.texts().all())
            (comparison,) = compare_texts(
                [CandidateVectors.from_text(person, own[1:])],
                [read],
                Lexicon.fit(passages),
                WEIGHTS.similarity,
            )
            matches = match_requirements(
                None,
                comparison.requirements,
                comparison.asked,
                comparison.evidence,
                comparison.to_requirements,
                WEIGHTS,
            )
            assert score == pytest.approx(
                WEIGHTS.weights["requirement_coverage"] * coverage(matches)[0]
                + WEIGHTS.weights["similarity"] * similarity(comparison, WEIGHTS)[0]
            )


@pytest.mark.parametrize("kind", ["title", "sentence", "profile"])
def test_every_judged_query_has_its_own_documents(kind: str) -> None:
    everything = ranked(kind)
    assert list(everything) == ["q", "r"]
    assert all(list(row) == list(DOCS) for row in everything.values())
    only = ranked(kind, judged_only=True)
    assert {query: set(row) for query, row in only.items()} == {"q": {"a", "b"}, "r": {"a", "c"}}
    if kind == "title":  # the others fit a lexicon on the documents that are ranked
        for query, row in only.items():
            assert row == pytest.approx({doc: everything[query][doc] for doc in row})


def test_the_order_of_documents_changes_no_score() -> None:
    backwards = judged_set(
        QRELS, docs=dict(reversed(DOCS.items())), queries=QUERIES, kind="sentence"
    )
    assert OwnRanker(ENCODER, WEIGHTS).score(backwards, silent)["q"] == ranked("sentence")["q"]
