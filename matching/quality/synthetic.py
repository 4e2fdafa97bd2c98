"""The ranking end to end on made-up people, whose truth is known: rules, retrieval, score, order.

A list is everybody whom no rule refuses for a vacancy, best first; those to be referred are ranked
with the rest. Somebody fits a vacancy if an occupation that they could do is one that fits it, and
the fit is *told* if a reader who knows every occupation could tell it from their record.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from candidates.store import list_prison_numbers
from employers.model import StoredVacancy
from employers.store import list_vacancies
from foundation.database import Database, Scope
from foundation.settings import Settings
from index.encoder import Encoder, model_id
from matching.allocation_store import list_open_vacancies
from matching.demonstration import load_demonstration
from matching.eligibility import refusal_mask
from matching.indexing import IndexBuilder, Progress, recipe_of
from matching.listing import Request, Scored
from matching.ranking import TO_CANDIDATES, Ranker
from matching.scoring import load_weights
from matching.searching import MatchIndex
from matching.synthetic.people import SyntheticPerson, generate_people
from matching.synthetic.vacancies import SyntheticVacancy, generate_vacancies, handwritten

SCOPE = Scope("evaluation")
AS_OF = date(2026, 11, 2)  # any fixed day: the same command then gives the same figures
SEED = 2026


@dataclass(frozen=True, slots=True)
class Asked:
    """How many people and vacancies are made up, from which seed, as of which day."""

    people: int = 2_000
    vacancies: int = 120
    seed: int = SEED
    as_of: date = AS_OF


@dataclass(frozen=True, slots=True)
class RankedList:
    """One vacancy's list, by prison number.

    Args:
        fitting: the occupations that fit it.
        open: everybody whom no rule refuses.
        order: those of them who were compared, best first.
    """

    vacancy: StoredVacancy
    fitting: frozenset[str]
    open: frozenset[str]
    order: tuple[str, ...]


@dataclass(frozen=True)
class World:
    """Made-up people by prison number, and a list for each open vacancy."""

    asked: Asked
    people: Mapping[str, SyntheticPerson]
    lists: tuple[RankedList, ...]

    def fits(self, ranked: RankedList) -> frozenset[str]:
        """Who of the open could do the work."""
        return frozenset(
            who for who in ranked.open if ranked.fitting.intersection(self.people[who].occupations)
        )

    def told(self, ranked: RankedList) -> frozenset[str]:
        """Who of those who could tells so in the record."""
        return frozenset(
            who for who in ranked.open if ranked.fitting.intersection(self.people[who].told)
        )


def rank_synthetic(
    database: Database,
    settings: Settings,
    asked: Asked,
    on_progress: Progress = lambda *_: None,
    encoder: Encoder | None = None,
) -> World:
    """Load made-up people and vacancies, embed them, and rank every open vacancy.

    What is there already is not made again, so that an interrupted run goes on where it stopped.
    """
    load_demonstration(
        database,
        people=asked.people,
        seed=asked.seed,
        as_of=asked.as_of,
        vacancies=asked.vacancies,
        on_progress=on_progress,
    )
    IndexBuilder(database, settings, encoder).build(on_progress=on_progress)
    people = {
        person.candidate.prison_number: person
        for person in generate_people(asked.people, seed=asked.seed, as_of=asked.as_of)
    }
    return World(asked, people, tuple(_lists(database, settings, asked, on_progress)))


def _lists(
    database: Database, settings: Settings, asked: Asked, on_progress: Progress
) -> Iterator[RankedList]:
    posts = {(post.vacancy.employer.key, post.vacancy.reference): post for post in _posts(asked)}
    index = MatchIndex(settings.index_dir, recipe_of(settings), model_id(settings))
    weights, request = load_weights(), Request(asked.as_of)
    with database.transaction(SCOPE) as connection:
        numbers = list_prison_numbers(connection)
        found = list_open_vacancies(connection, today=asked.as_of, recipe=index.recipe, sector=None)
        ids = sorted(each.id for each in found)
    for done, vacancy_id in enumerate(ids, start=1):
        with database.transaction(SCOPE) as connection:
            (vacancy,) = list_vacancies(connection, [vacancy_id])
            ranking = Ranker(connection, index, weights, TO_CANDIDATES, vacancy, request).rank()
        post = posts[vacancy.record.employer.key, vacancy.record.reference]
        compared = [*ranking.eligible.scored, *ranking.refer.scored]
        yield RankedList(
            vacancy,
            frozenset(post.occupations),
            frozenset(
                numbers[int(who)]
                for group in ranking.judged
                if not group.mask & refusal_mask()
                for who in group.ids
            ),
            tuple(
                scored.pair.candidate.prison_number for scored in sorted(compared, key=_best_first)
            ),
        )
        on_progress("rankings", done, len(ids))


def _best_first(scored: Scored) -> tuple[int, date, str]:
    return -scored.total, *scored.tie


def _posts(asked: Asked) -> list[SyntheticVacancy]:
    made = generate_vacancies(asked.vacancies, seed=asked.seed, as_of=asked.as_of)
    return [*handwritten(asked.as_of), *made]
