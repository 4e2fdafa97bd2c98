"""What this program ranks with, on a judged set: the texts, similarities and weights of a ranking.

Titles are compared as a person's roles with a vacancy's title; a sentence with skills as a
requirement with evidence; a vacancy with profiles as both are read for a shortlist.
"""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from assurance.quality.judged import JudgedSet
from assurance.quality.metrics import Floats
from assurance.quality.rankers import PlainRanker, Progress, ScoresByQuery, encode_all
from index.encoder.encoder import Encoder
from index.text.facets import facets_of
from index.text.text import CandidateText, VacancyText
from index.vectors.flat import Vectors
from index.vectors.lexicon import Lexicon
from matching.score.comparison import (
    CandidateVectors,
    TextComparison,
    VacancyVectors,
    compare_texts,
)
from matching.score.features import coverage, similarity
from matching.score.requirements import match_requirements
from matching.score.similarity import requirement_similarities
from matching.score.weights import Weights

VectorOf = Mapping[str, Vectors]


class OwnRanker:
    """Scores by kind of text, with the weights of a ranking."""

    def __init__(self, encoder: Encoder, weights: Weights, name: str = "product") -> None:
        self.name = name
        self._encoder = encoder
        self._weights = weights

    def score(self, judged: JudgedSet, on_progress: Progress) -> ScoresByQuery:
        """Encode every text once, then score query by query."""
        if judged.kind == "title":
            return PlainRanker(self._encoder).score(judged, on_progress)
        if judged.kind == "sentence":
            return self._sentences(judged, on_progress)
        return self._profiles(judged, on_progress)

    def _sentences(self, judged: JudgedSet, on_progress: Progress) -> ScoresByQuery:
        docs = [judged.docs[doc] for doc in judged.ranked_docs]
        facets = {query: facets_of(judged.queries[query]) for query in judged.judged_queries}
        texts = [*docs, *(judged.queries[query] for query in facets)]
        texts += [facet for several in facets.values() for facet in several]
        vectors = self._encode(texts, on_progress)
        of_docs = np.stack([vectors[doc] for doc in docs])
        lexicon = Lexicon.fit(docs)

        def row(query: str) -> Floats:
            text = judged.queries[query]
            of_facets = [vectors[facet] for facet in facets[query]]
            return requirement_similarities(
                of_docs,
                vectors[text][None, :],
                [np.array(of_facets)],
                lexicon.overlaps(docs, [text]),
                self._weights.similarity,
            )[:, 0]

        return ScoresByQuery(judged, row)

    def _profiles(self, judged: JudgedSet, on_progress: Progress) -> ScoresByQuery:
        """By the features that compare texts, each as much as it counts in a score."""
        read = self.reader_of_profiles(judged, on_progress)
        return ScoresByQuery(
            judged, lambda query: np.array([self._text_score(each) for each in read(query)])
        )

    def reader_of_profiles(
        self, judged: JudgedSet, on_progress: Progress
    ) -> Callable[[str], Iterator[TextComparison]]:
        """Reads a query, by its id, against every ranked document."""
        docs = [CandidateText(previous_work=judged.docs[doc]) for doc in judged.ranked_docs]
        queries = {
            query: VacancyText("", "", judged.queries[query]) for query in judged.judged_queries
        }
        texts: list[CandidateText | VacancyText] = [*docs, *queries.values()]
        vectors = self._encode([line for each in texts for line in each.texts().all()], on_progress)
        people = [CandidateVectors.from_text(each, _vectors(each, vectors)[1]) for each in docs]
        lexicon = Lexicon.fit(line.text for person in people for line in person.evidence)

        def read(query: str) -> Iterator[TextComparison]:
            post = VacancyVectors.from_text(queries[query], *_vectors(queries[query], vectors))
            return compare_texts(people, [post], lexicon, self._weights.similarity)

        return read

    def _text_score(self, comparison: TextComparison) -> float:
        values = self.text_features(comparison)
        return sum(self._weights.weights[name] * value for name, value in values.items())

    def text_features(self, comparison: TextComparison) -> dict[str, float]:
        """The features that need no more than a profile's and a vacancy's texts."""
        matches = match_requirements(
            None,
            comparison.requirements,
            comparison.asked,
            comparison.evidence,
            comparison.to_requirements,
            self._weights,
        )
        return {
            "requirement_coverage": coverage(matches)[0],
            "similarity": similarity(comparison, self._weights)[0],
        }

    def _encode(self, texts: list[str], on_progress: Progress) -> VectorOf:
        return dict(zip(texts, encode_all(self._encoder, texts, on_progress), strict=True))


def _vectors(text: CandidateText | VacancyText, vectors: VectorOf) -> tuple[Vectors, Vectors]:
    """Of the whole (d,), and of the lines (n, d)."""
    whole, *lines = (vectors[each] for each in text.texts().all())
    return whole, np.array(lines).reshape(len(lines), len(whole))
