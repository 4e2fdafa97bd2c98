"""Well-known rankers to compare with: BM25, character TF-IDF, and a mix with dense vectors."""

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from assurance.quality.judged import JudgedSet
from assurance.quality.metrics import Floats
from assurance.quality.rankers import PlainRanker, Progress, ScoresByQuery
from foundation.packages import require_packages
from index.encoder.encoder import Encoder

DENSE_SHARE = 0.8
WORD = r"(?u)\b\w+\b"  # of one letter too: C and R are skills


class BM25Ranker:
    """BM25 over stemmed English words (Robertson et al. 1995; Lucene's idf, k1 1.5, b 0.75).

    Needs the packages of the extra `quality`.
    """

    name = "bm25"

    def __init__(self) -> None:
        """Raises MissingPackageError where bm25s or PyStemmer is not installed."""
        self._bm25s = _optional("bm25s")
        self._stemmer = _optional("Stemmer").Stemmer("english")

    def score(self, judged: JudgedSet, on_progress: Progress) -> ScoresByQuery:
        """Word counts are of the documents that any query ranks."""
        searcher = self._bm25s.BM25()
        texts = [judged.docs[doc] for doc in judged.ranked_docs]
        searcher.index(self._words(texts), show_progress=False)
        on_progress("word counts", 1, 1)

        def row(query: str) -> Floats:
            (wanted,) = self._words([judged.queries[query]])
            known = [word for word in wanted if word in searcher.vocab_dict]
            if not known:
                return np.zeros(len(judged.ranked_docs))
            return np.asarray(searcher.get_scores(known), dtype=np.float64)

        return ScoresByQuery(judged, row)

    def _words(self, texts: Sequence[str]) -> list[list[str]]:
        words: list[list[str]] = self._bm25s.tokenize(
            list(texts),
            token_pattern=WORD,
            stemmer=self._stemmer,
            return_ids=False,
            show_progress=False,
        )
        return words


class CharacterRanker:
    """Cosine of TF-IDF over character 2- to 5-grams within words, with 1 + log of the counts."""

    name = "tfidf"

    def score(self, judged: JudgedSet, on_progress: Progress) -> ScoresByQuery:
        """Counts are of the documents that any query ranks."""
        from sklearn.feature_extraction.text import TfidfVectorizer  # half a second to import

        vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
        of_docs = vectorizer.fit_transform([judged.docs[doc] for doc in judged.ranked_docs])
        on_progress("character counts", 1, 1)

        def row(query: str) -> Floats:
            product: Floats = (of_docs @ vectorizer.transform([judged.queries[query]]).T).toarray()
            return product[:, 0]

        return ScoresByQuery(judged, row)


class HybridRanker:
    """0.8 of dense and 0.2 of character evidence, each as z-scores within the query."""

    name = "hybrid"

    def __init__(self, encoder: Encoder) -> None:
        self._dense = PlainRanker(encoder)
        self._character = CharacterRanker()

    def score(self, judged: JudgedSet, on_progress: Progress) -> "MixedScores":
        """Score with both."""
        dense = self._dense.score(judged, on_progress)
        return MixedScores(judged, dense, self._character.score(judged, on_progress))


class MixedScores(ScoresByQuery):
    """Two tables of scores, mixed when a query is asked for."""

    def __init__(self, judged: JudgedSet, dense: ScoresByQuery, character: ScoresByQuery) -> None:
        super().__init__(judged, dense.array)
        self._dense = dense
        self._character = character

    def array(self, query: str) -> Floats:
        """The mixed scores of a query's own documents."""
        mixed = DENSE_SHARE * z_scores(self._dense.array(query))
        mixed += (1 - DENSE_SHARE) * z_scores(self._character.array(query))
        return mixed


def z_scores(scores: Floats) -> Floats:
    """Deviations from the mean in standard deviations; 0 where all scores are the same."""
    spread = float(scores.std())
    if spread == 0:
        return np.zeros_like(scores)
    deviations: Floats = (scores - scores.mean()) / spread
    return deviations


def _optional(module: str) -> Any:  # noqa: ANN401 -- neither package has types
    require_packages("BM25", module)
    return importlib.import_module(module)
