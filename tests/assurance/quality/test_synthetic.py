"""The ranking end to end on sixty made-up people whose truth is known."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from drawn_encoder import DrawnEncoder

from assurance.quality.synthetic import (
    Asked,
    World,
    load_synthetic,
    plain_orders,
    rank_synthetic,
    rankers,
)
from candidates.model import Candidate
from candidates.store import list_candidates, list_prison_numbers, upsert_candidates
from demonstration.synthetic.people import generate_people
from foundation.database import Database, Scope
from foundation.errors import DatabaseError
from foundation.settings import Settings
from index.encoder.encoder import model_id
from index.vectors.flat import Vectors
from matching.rules.eligibility import assess
from matching.rules.pair import Outcome, Pair
from matching.shortlists.ranking import Ranker

ASKED = Asked(people=60, vacancies=8)
SCOPE = Scope("tests")


class CountingEncoder(DrawnEncoder):
    """Counts the texts that it is given."""

    texts = 0

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Draw them."""
        self.texts += len(texts)
        return super().encode(texts, on_progress)


@pytest.fixture(scope="module")
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """With a folder for the index."""
    return Settings.model_validate({"data_dir": tmp_path_factory.mktemp("synthetic")})


@pytest.fixture(scope="module")
def encoder_of_the_world(own_settings: Settings) -> CountingEncoder:
    """Vectors drawn from the texts, under the name of the configured model."""
    return CountingEncoder(model_id(own_settings))


@pytest.fixture(scope="module")
def world(
    own_database: Database, own_settings: Settings, encoder_of_the_world: CountingEncoder
) -> World:
    """Loaded, embedded and ranked."""
    return rank_synthetic(own_database, own_settings, ASKED, encoder=encoder_of_the_world)


def test_the_people_are_those_who_were_stored(world: World, own_database: Database) -> None:
    made = generate_people(ASKED.people, seed=ASKED.seed, as_of=ASKED.as_of)
    assert world.people == {person.candidate.prison_number: person for person in made}
    with own_database.transaction(SCOPE) as connection:
        numbers = list_prison_numbers(connection)
        stored = list_candidates(connection, list(numbers))
    assert {each.id: each.record.prison_number for each in stored} == numbers
    assert set(numbers.values()) == world.people.keys()


def test_open_to_a_vacancy_is_whoever_no_rule_refuses(world: World, own_database: Database) -> None:
    with own_database.transaction(SCOPE) as connection:
        people = list_candidates(connection, list(list_prison_numbers(connection)))
    assert world.lists
    for ranked in world.lists:
        assert ranked.vacancy.is_open(ASKED.as_of)
        outcomes = {
            person.record.prison_number: assess(Pair(person, ranked.vacancy, ASKED.as_of))[0]
            for person in people
        }
        assert ranked.open == {
            who for who, outcome in outcomes.items() if outcome is not Outcome.INELIGIBLE
        }


def test_everybody_open_is_compared_once_where_there_is_room(world: World) -> None:
    assert len({ranked.vacancy.id for ranked in world.lists}) == len(world.lists)
    for ranked in world.lists:
        assert len(ranked.order) == len(ranked.open)
        assert set(ranked.order) == ranked.open


def test_the_order_is_by_score_those_to_refer_among_the_rest(
    world: World, own_database: Database, own_settings: Settings
) -> None:
    scored: dict[int, dict[str, int]] = {}
    for _, ranker in rankers(own_database, own_settings, ASKED):
        ranking = ranker.rank()
        scored[ranker.subject.id] = {
            each.pair.candidate.prison_number: each.total
            for each in (*ranking.eligible.scored, *ranking.refer.scored)
        }
    for ranked in world.lists:
        totals = [scored[ranked.vacancy.id][who] for who in ranked.order]
        assert totals == sorted(totals, reverse=True)


def test_whoever_fits_could_do_the_work_and_the_told_say_so(world: World) -> None:
    assert any(world.told(ranked) for ranked in world.lists)
    for ranked in world.lists:
        fits, told = world.fits(ranked), world.told(ranked)
        assert told <= fits <= ranked.open
        for who in ranked.open:
            person = world.people[who]
            assert (who in fits) is any(each in ranked.fitting for each in person.occupations)
            assert (who in told) is any(each in ranked.fitting for each in person.told)


def test_the_same_again_encodes_nothing_and_gives_the_same_lists(
    world: World,
    own_database: Database,
    own_settings: Settings,
    encoder_of_the_world: CountingEncoder,
) -> None:
    before = encoder_of_the_world.texts
    again = rank_synthetic(own_database, own_settings, ASKED, encoder=encoder_of_the_world)
    assert encoder_of_the_world.texts == before
    assert again == world


def test_progress_is_told_for_every_vacancy(
    world: World, own_database: Database, own_settings: Settings
) -> None:
    told: list[tuple[str, int, int]] = []
    for _, ranker in rankers(own_database, own_settings, ASKED, lambda *step: told.append(step)):
        assert isinstance(ranker, Ranker)
    count = len(world.lists)
    assert told == [("rankings", done, count) for done in range(1, count + 1)]


def test_a_plain_order_has_everybody_who_is_open_nearest_first(
    world: World, encoder_of_the_world: CountingEncoder
) -> None:
    orders = plain_orders(world, encoder_of_the_world, lambda *_: None)
    assert orders.keys() == {ranked.vacancy.id for ranked in world.lists}
    for ranked in world.lists:
        order = orders[ranked.vacancy.id]
        assert sorted(order) == sorted(ranked.open)
        people = [world.people[who].candidate for who in order]
        vectors = encoder_of_the_world.encode(
            [each.embeddable().texts().whole for each in (ranked.vacancy.record, *people)]
        ).astype(np.float64)
        cosines = (vectors[1:] @ vectors[0]).tolist()
        assert cosines == pytest.approx(sorted(cosines, reverse=True), abs=1e-5)


def test_loading_over_real_people_is_refused(
    new_dsn: Callable[[], str], own_settings: Settings
) -> None:
    real = Candidate(prison_number="A1234BC", first_name="Sam", last_name="Hill", prison_id="MDI")
    with Database(new_dsn()) as database:
        with database.transaction(SCOPE) as connection:
            upsert_candidates(connection, [real])
        with pytest.raises(DatabaseError, match="people who are not made up"):
            load_synthetic(database, own_settings, ASKED)
