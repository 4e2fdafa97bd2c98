"""The demonstration: made-up people and vacancies, in a database that is marked as such."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain, islice
from typing import TypeVar

from candidates.monitoring.store import upsert_monitoring
from candidates.store import count_candidates, upsert_candidates
from demonstration.synthetic.monitoring import generate_monitoring
from demonstration.synthetic.people import generate_people
from demonstration.synthetic.vacancies import generate_vacancies, handwritten
from employers.store import upsert_vacancies
from foundation.database import Database, Scope
from foundation.errors import DatabaseError
from foundation.installation import DEMONSTRATION, find_mark, upsert_mark
from matching.groups.service import refresh_groups

SCOPE = Scope("demonstration")
BATCH = 500
GENERATED_VACANCIES = 116

T = TypeVar("T")


def load_demonstration(
    database: Database,
    *,
    people: int,
    seed: int,
    as_of: date,
    vacancies: int = GENERATED_VACANCIES,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
) -> None:
    """Fill a database with synthetic people, the vacancies written by hand, and generated ones.

    Loading the same again changes nothing; an interrupted load can be run again.

    Raises:
        DatabaseError: the database holds people who were not made up.
    """
    with database.transaction(SCOPE) as connection:
        if find_mark(connection, DEMONSTRATION) is None and count_candidates(connection):
            raise DatabaseError(
                "this database holds people who are not made up, so the demonstration was not "
                "loaded into it; set NEWFUTURES_DATA_DIR or DATABASE_URL to another place"
            )
        upsert_mark(
            connection, DEMONSTRATION, {"seed": seed, "people": people, "as_of": as_of.isoformat()}
        )
    done = 0
    for batch in _batches(generate_people(people, seed=seed, as_of=as_of)):
        with database.transaction(SCOPE) as connection:
            upsert_candidates(connection, [person.candidate for person in batch])
        done += len(batch)
        on_progress("people", done, people)
    done = 0
    for records in _batches(generate_monitoring(people, seed=seed, as_of=as_of)):
        with database.monitoring_transaction(SCOPE) as connection:
            upsert_monitoring(connection, records)
        done += len(records)
        on_progress("monitoring", done, people)
    refresh_groups(database, SCOPE, as_of, on_progress)
    posts = chain(handwritten(as_of), generate_vacancies(vacancies, seed=seed, as_of=as_of))
    done = 0
    for several in _batches(posts):
        with database.transaction(SCOPE) as connection:
            upsert_vacancies(connection, [post.vacancy for post in several])
        done += len(several)
        on_progress("vacancies", done, done)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
