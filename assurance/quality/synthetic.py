"""The ranking end to end on made-up people, whose truth is known: rules, retrieval, score, order.

A list is everybody whom no rule refuses for a vacancy, best first; those to be referred are ranked
with the rest. Somebody fits a vacancy if an occupation that they could do is one that fits it, and
the fit is *told* if a reader who knows every occupation could tell it from their record.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from assurance.quality.rankers import encode_all
from assurance.simulation.world import AS_OF, SEED
from candidates.store import list_prison_numbers
from demonstration.population import load_demonstration
from demonstration.synthetic.people import SyntheticPerson, generate_people
from demonstration.synthetic.vacancies import SyntheticVacancy, generate_vacancies, handwritten
from employers.model import StoredVacancy
from employers.store import list_vacancies
from foundation.database import Database, Scope
from foundation.settings import Settings
from index.encoder.encoder import Encoder, model_id
from matching.allocation.store import list_open_vacancies
from matching.order.listing import RankingRequest, ScoredPair
from matching.retrieval.build import IndexBuilder, Progress, recipe_of
from matching.retrieval.live import MatchIndex
from matching.rules.eligibility import refusal_mask
from matching.score.weights import load_weights
from matching.shortlists.direction import CANDIDATES_FOR_VACANCY
from matching.shortlists.ranking import CandidateRanker, Ranker, Ranking

SCOPE = Scope("evaluation")


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
    load_synthetic(database, settings, asked, on_progress, encoder)
    with database.transaction(SCOPE) as connection:
        numbers = list_prison_numbers(connection)
    lists = tuple(
        _list(post, ranker.rank(), ranker.subject, numbers)
        for post, ranker in rankers(database, settings, asked, on_progress)
    )
    return World(asked, people_by_number(asked), lists)


def plain_orders(
    world: World, encoder: Encoder, on_progress: Progress
) -> dict[int, tuple[str, ...]]:
    """Each list by the cosine of the whole texts alone, by the id of its vacancy."""
    people = list(world.people)
    texts = [world.people[who].candidate.embeddable().texts().whole for who in people]
    posts = [each.vacancy.record.embeddable().texts().whole for each in world.lists]
    vectors = encode_all(encoder, [*texts, *posts], on_progress).astype(np.float32)
    places = {who: place for place, who in enumerate(people)}
    orders = {}
    for each, post in zip(world.lists, vectors[len(people) :], strict=True):
        open_ = sorted(each.open)
        cosines = vectors[[places[who] for who in open_]] @ post
        orders[each.vacancy.id] = tuple(open_[place] for place in np.argsort(-cosines).tolist())
    return orders


def load_synthetic(
    database: Database,
    settings: Settings,
    asked: Asked,
    on_progress: Progress = lambda *_: None,
    encoder: Encoder | None = None,
) -> None:
    """Make up people and vacancies, store them and embed them."""
    load_demonstration(
        database,
        people=asked.people,
        seed=asked.seed,
        as_of=asked.as_of,
        vacancies=asked.vacancies,
        on_progress=on_progress,
    )
    IndexBuilder(database, settings, encoder).build(on_progress=on_progress)


def people_by_number(asked: Asked) -> dict[str, SyntheticPerson]:
    """The same people, with what no record holds of them."""
    made = generate_people(asked.people, seed=asked.seed, as_of=asked.as_of)
    return {person.candidate.prison_number: person for person in made}


def rankers(
    database: Database,
    settings: Settings,
    asked: Asked,
    on_progress: Progress = lambda *_: None,
    make: type[CandidateRanker] = Ranker,
) -> Iterator[tuple[SyntheticVacancy, CandidateRanker]]:
    """For every open vacancy what is known of it, and a ranker in a transaction of its own."""
    posts = {(post.vacancy.employer.key, post.vacancy.reference): post for post in _posts(asked)}
    index = MatchIndex(settings.index_dir, recipe_of(settings), model_id(settings))
    weights, request = load_weights(), RankingRequest(asked.as_of)
    with database.transaction(SCOPE) as connection:
        found = list_open_vacancies(connection, today=asked.as_of, recipe=index.recipe, sector=None)
        ids = sorted(each.id for each in found)
    for done, vacancy_id in enumerate(ids, start=1):
        with database.transaction(SCOPE) as connection:
            (vacancy,) = list_vacancies(connection, [vacancy_id])
            post = posts[vacancy.record.employer.key, vacancy.record.reference]
            yield post, make(connection, index, weights, CANDIDATES_FOR_VACANCY, vacancy, request)
        on_progress("rankings", done, len(ids))


def _list(
    post: SyntheticVacancy, ranking: Ranking, vacancy: StoredVacancy, numbers: Mapping[int, str]
) -> RankedList:
    compared = [*ranking.eligible.scored, *ranking.refer.scored]
    return RankedList(
        vacancy,
        frozenset(post.occupations),
        frozenset(
            numbers[int(who)]
            for group in ranking.judged
            if not group.mask & refusal_mask()
            for who in group.ids
        ),
        tuple(scored.pair.candidate.prison_number for scored in sorted(compared, key=_best_first)),
    )


def _best_first(scored: ScoredPair) -> tuple[int, date, str]:
    return -scored.total, *scored.tie


def _posts(asked: Asked) -> list[SyntheticVacancy]:
    made = generate_vacancies(asked.vacancies, seed=asked.seed, as_of=asked.as_of)
    return [*handwritten(asked.as_of), *made]
