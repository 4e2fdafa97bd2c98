"""Loads where postcodes are, and updates every position that depends on them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import candidates.store
import employers.store
from foundation import audit
from foundation.database import Database, Scope
from foundation.intake.load import check_encoding
from foundation.places.postcodes import Place, Precision, bundled_areas, read_places
from foundation.places.store import count_places, upsert_places


@dataclass(frozen=True, slots=True)
class LoadedPlaces:
    """How many places were written, and how many positions were found again."""

    places: int
    candidates: int
    vacancies: int


def load_places(
    database: Database, scope: Scope, path: Path, on_place: Callable[[], None] = lambda: None
) -> LoadedPlaces:
    """Load outward codes or full postcodes from a CSV, all or nothing, and use them at once.

    Raises:
        IntakeError: the file cannot be read, or a row in it is wrong; nothing was loaded.
    """
    check_encoding(path)
    return _store(database, scope, _counted(read_places(path), on_place), source=path.name)


def ensure_areas(database: Database) -> None:
    """Load the bundled postcode areas into a database that lacks them."""
    areas = bundled_areas()
    with database.transaction(Scope("set-up")) as connection:
        known = count_places(connection).get(Precision.AREA, 0)
    if known < len(areas):
        _store(database, Scope("set-up"), areas, source="bundled postcode areas")


def count_known_places(database: Database, scope: Scope) -> dict[Precision, int]:
    """Return how many places are loaded, by how exactly each is known."""
    with database.transaction(scope) as connection:
        return count_places(connection)


def _store(
    database: Database, scope: Scope, places: Iterable[Place], *, source: str
) -> LoadedPlaces:
    with database.transaction(scope) as connection:
        loaded = LoadedPlaces(
            upsert_places(connection, places),
            candidates.store.update_positions(connection),
            employers.store.update_positions(connection),
        )
        audit.insert_event(connection, "load", "place", None, source=source, places=loaded.places)
        return loaded


def _counted(places: Iterable[Place], on_place: Callable[[], None]) -> Iterator[Place]:
    for place in places:
        on_place()
        yield place
