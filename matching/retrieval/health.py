"""What is ready for ranking."""

from candidates.store import count_candidates
from employers.store import count_vacancies
from foundation.database import Database, Scope
from foundation.migrations import pending
from foundation.settings import Settings
from index.encoder.encoder import model_id
from matching.retrieval.build import recipe_of
from matching.retrieval.live import MatchIndex


def open_index(settings: Settings) -> MatchIndex:
    """Return the index that the settings name; it is read when it is first used."""
    return MatchIndex(settings.index_dir, recipe_of(settings), model_id(settings))


def health(database: Database, index: MatchIndex) -> dict[str, object]:
    """Return what is ready.

    Raises:
        NewFuturesError: something that ranking needs is not; the message says what to do.
    """
    generation = index.generation()
    with database.transaction(Scope("health")) as connection:
        people = count_candidates(connection)
        vacancies = count_vacancies(connection)
    return {
        "candidates": people,
        "vacancies": vacancies,
        "index": generation.name,
        "indexed_candidates": len(generation.candidates),
        "recipe": generation.recipe,
        "pending_migrations": pending(database),
    }
