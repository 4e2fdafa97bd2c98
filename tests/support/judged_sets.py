"""Judged sets made for a test, and drawn ones with scores."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from assurance.quality.judged import JudgedSet


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def judged_set(
    qrels: dict[str, dict[str, int]], *, docs: Iterable[str] = "abcde", **changes: object
) -> JudgedSet:
    """Each query of `qrels` and each document has a text of its own, unless `docs` gives them."""
    values: dict[str, Any] = {
        "name": "made up",
        "kind": "title",
        "judged_only": False,
        "queries": {query: f"text of {query}" for query in qrels},
        "docs": docs if isinstance(docs, Mapping) else {doc: f"text of {doc}" for doc in docs},
        "qrels": qrels,
    }
    return JudgedSet.model_validate(values | changes)


@dataclass(frozen=True)
class Drawn:
    """One query's documents: a grade each, or None if nobody judged it, and a score each."""

    grades: list[int | None]
    scores: list[float]

    @property
    def judged(self) -> JudgedSet:
        """As a judged set with a single query."""
        docs = [str(i) for i in range(len(self.grades))]
        given = {str(i): grade for i, grade in enumerate(self.grades) if grade is not None}
        return judged_set({"q": given}, docs=docs)

    @property
    def by_query(self) -> dict[str, dict[str, float]]:
        """The scores as a ranker gives them."""
        return {"q": {str(i): score for i, score in enumerate(self.scores)}}


@st.composite
def rankings(draw: st.DrawFn, *, most: int = 6, greatest: int = 5) -> Drawn:
    """Up to `most` documents with a grade above 0 among them; many scores are ties."""
    top = draw(st.integers(1, greatest))
    rest = draw(st.lists(st.none() | st.integers(0, top), max_size=most - 1))
    grades = draw(st.permutations([top, *rest]))
    points = st.integers(0, 3).map(float)
    scores = draw(st.lists(points, min_size=len(grades), max_size=len(grades)))
    return Drawn(list(grades), scores)
