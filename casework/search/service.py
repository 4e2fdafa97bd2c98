"""Search over vacancies and people in scope: by words first, then by meaning.

By meaning the same index is asked that ranks, among the ids in scope and nobody else. Names are not
for that: where a word of the search is somebody's name, only words are compared, unless whoever
searches says that the word is meant.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from psycopg import Connection

from candidates.model import StoredCandidate
from candidates.store import list_candidates
from casework.people.model import PeopleFilter, PeopleSort
from casework.people.store import count_people, list_people_ids
from casework.search.store import has_name, list_searchable
from employers.model import StoredVacancy, VacancyFilter
from employers.store import count_vacancies, list_vacancies, list_vacancy_page
from foundation import audit, clock
from foundation.database import Database, Scope
from foundation.errors import ModelError, ValidationError, VectorIndexError
from foundation.settings import Settings
from index.encoder.encoder import Encoder, load_encoder, model_id
from index.vectors.flat import Vectors, dot
from matching.explain.score import place_of
from matching.retrieval.build import recipe_of
from matching.retrieval.live import MatchIndex, View
from matching.retrieval.store import CANDIDATES, VACANCIES, EmbeddingTable

MOST_SHOWN = 10
LONGEST = 100
LOOKED_AT = 60  # of these nearest by their whole text, the nearest line may bring one forward
# Below this cosine, texts that this model calls near have little to do with each other.
NEAR_ENOUGH = 0.35


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One vacancy or person found; `line` is nearest in meaning, None if found by words."""

    public_id: UUID
    title: str
    about: str
    line: str | None = None


@dataclass(frozen=True, slots=True)
class SearchHits:
    """Vacancies, or people: found by words (`total` of them), then others by meaning."""

    by_words: tuple[SearchHit, ...]
    total: int
    by_meaning: tuple[SearchHit, ...]


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The results of a search; `people` is None for roles that see none.

    `has_name` is whether a word is a name of somebody in scope, so that meaning was left out;
    `meaning_missing` is why it could not be asked.
    """

    words: str
    vacancies: SearchHits
    people: SearchHits | None
    has_name: bool = False
    meaning_missing: str | None = None


class SearchService:
    """The search box. Thread-safe; the model is loaded at the first search."""

    def __init__(
        self, database: Database, settings: Settings, encoder: Encoder | None = None
    ) -> None:
        self._database = database
        self._settings = settings
        self._index = MatchIndex(settings.index_dir, recipe_of(settings), model_id(settings))
        self._lock = threading.Lock()
        self._encoder = encoder

    def search(
        self, scope: Scope, words: str, *, people: bool, meaning: bool | None = None
    ) -> SearchResults:
        """Search, and audit whom the results name.

        Args:
            scope: who searches.
            words: what was typed.
            people: whether people are searched besides vacancies.
            meaning: None asks the index unless a word is a name; True asks it all the same.

        Raises:
            ValidationError: nothing was typed, or too much.
        """
        text = " ".join(words.split())
        if not 1 <= len(text) <= LONGEST:
            raise ValidationError("q", text[:20], f"type up to {LONGEST} characters")
        with self._database.transaction(scope) as connection:
            named = has_name(connection, text)
            query, missing = None, None
            if meaning or (meaning is None and not named):
                query, missing = self._encode(text)
            try:
                found_vacancies = self._vacancies(connection, scope, text, query)
                found_people = self._people(connection, scope, text, query) if people else None
            except VectorIndexError as error:
                missing = str(error)
                found_vacancies = self._vacancies(connection, scope, text, None)
                found_people = self._people(connection, scope, text, None) if people else None
            return SearchResults(
                text, found_vacancies, found_people, named and query is None, missing
            )

    def _encode(self, text: str) -> tuple[Vectors | None, str | None]:
        try:
            with self._lock:
                if self._encoder is None:
                    self._encoder = load_encoder(self._settings)
                return self._encoder.encode([text])[0], None
        except ModelError as error:
            return None, str(error)

    def _vacancies(
        self, connection: Connection[Any], scope: Scope, text: str, query: Vectors | None
    ) -> SearchHits:
        wanted = VacancyFilter(words=text, open_on=clock.today(self._settings))
        exact = list_vacancy_page(connection, wanted, page=1, size=MOST_SHOWN)
        seen = {each.id for each in exact}
        near = self._nearest(connection, VACANCIES, scope, query, seen)
        stored = {each.id: each for each in list_vacancies(connection, [row for row, _ in near])}
        return SearchHits(
            tuple(map(_vacancy_hit, exact)),
            count_vacancies(connection, wanted),
            tuple(
                _vacancy_hit(stored[row], _line(stored[row], lines, query))
                for row, lines in near
                if row in stored and query is not None
            ),
        )

    def _people(
        self, connection: Connection[Any], scope: Scope, text: str, query: Vectors | None
    ) -> SearchHits:
        wanted, today = PeopleFilter(words=text), clock.today(self._settings)
        ids = list_people_ids(
            connection, scope, wanted, PeopleSort.NAME, today, page=1, size=MOST_SHOWN
        )
        near = self._nearest(connection, CANDIDATES, scope, query, set(ids))
        everybody = [*ids, *(row for row, _ in near)]
        stored = {each.id: each for each in list_candidates(connection, everybody)}
        if stored:
            audit.insert_event(connection, "list", "people", of="a search", people=sorted(stored))
        return SearchHits(
            tuple(_person_hit(stored[row]) for row in ids if row in stored),
            count_people(connection, scope, wanted, today),
            tuple(
                _person_hit(stored[row], _line(stored[row], lines, query))
                for row, lines in near
                if row in stored and query is not None
            ),
        )

    def _nearest(
        self,
        connection: Connection[Any],
        side: EmbeddingTable,
        scope: Scope,
        query: Vectors | None,
        seen: set[int],
    ) -> list[tuple[int, Vectors]]:
        """Return the nearest in scope that words did not find, with their line vectors."""
        if query is None:
            return []
        rows = list_searchable(connection, side, scope, clock.today(self._settings))
        if not rows:
            return []
        ids = np.array([row for row, _ in rows], dtype=np.int64)
        keys = np.array([key for _, key in rows], dtype=np.int64)
        view: View = self._index.view(connection, side, ids, keys)
        nearest, similarities = view.nearest(query, ids, LOOKED_AT)
        found = [
            (max(similarity, _best(view.lines(row), query)), row)
            for row, similarity in zip(nearest.tolist(), similarities.tolist(), strict=True)
            if row not in seen
        ]
        best = sorted((each for each in found if each[0] >= NEAR_ENOUGH), key=_nearest_first)
        return [(row, view.lines(row)) for _, row in best[:MOST_SHOWN]]


def _best(lines: Vectors, query: Vectors) -> float:
    """Return how near the nearest line is."""
    return float(dot(lines, query).max()) if len(lines) else 0.0


def _nearest_first(found: tuple[float, int]) -> tuple[float, int]:
    return -found[0], found[1]


def _line(
    stored: StoredCandidate | StoredVacancy, lines: Vectors, query: Vectors | None
) -> str | None:
    """Return the line of a text nearest to the query, or None if the text has changed."""
    texts = stored.record.embeddable().texts()
    if query is None or not texts.lines or len(texts.all()) != 1 + len(lines):
        return None
    return texts.lines[int(np.argmax(dot(lines[: len(texts.lines)], query)))].shown


def _vacancy_hit(stored: StoredVacancy, line: str | None = None) -> SearchHit:
    vacancy = stored.record
    about = f"{vacancy.employer.name}, {place_of(stored)}, reference {vacancy.reference}"
    return SearchHit(stored.public_id, vacancy.title, about, line)


def _person_hit(stored: StoredCandidate, line: str | None = None) -> SearchHit:
    """Return a hit with as much of a name as a list shows."""
    record = stored.record
    wants = ", ".join(dict.fromkeys(wish.type.label for wish in record.work_interests))
    return SearchHit(
        stored.public_id,
        f"{record.first_name} {record.last_name[:1]}.",
        _sequence((record.readiness_status.label, f"wants {wants}" if wants else "")),
        line,
    )


def _sequence(parts: Sequence[str]) -> str:
    return "; ".join(part for part in parts if part)
