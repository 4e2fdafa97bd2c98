"""Plans on real parts: PostgreSQL, eligibility, scores, the solver's process."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from drawn_encoder import DrawnEncoder
from psycopg import Connection

from candidates.model import StoredCandidate
from demonstration.population import load_demonstration
from employers.model import VacancyFilter
from employers.store import list_vacancy_page
from foundation.audit import list_events
from foundation.database import Database, Scope
from foundation.errors import NotFoundError, ValidationError, VectorIndexError
from foundation.settings import Settings
from index.encoder.encoder import model_id
from matching.allocation.service import Allocator, Plan, PlanTerms
from matching.allocation.store import find_latest_plan
from matching.fairness.allocation.flow import AllocationError
from matching.groups.need import NeedBand
from matching.groups.service import Groups, groups_of
from matching.order.store import find_latest_prices
from matching.retrieval.build import IndexBuilder

TODAY = date(2026, 11, 22)
SCOPE = Scope("tests")
TERMS = PlanTerms(interviews=2, places=1, width=8, min_score=0.0)
PEOPLE = 700


@pytest.fixture(scope="module")
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("allocating")
    return Settings.model_validate({"data_dir": folder, "today": TODAY})


@pytest.fixture(scope="module")
def population(own_database: Database, own_settings: Settings) -> Database:
    """The file's own people and vacancies, indexed."""
    load_demonstration(own_database, people=PEOPLE, seed=5, as_of=TODAY, vacancies=6)
    IndexBuilder(own_database, own_settings, DrawnEncoder(model_id(own_settings))).build()
    return own_database


@pytest.fixture
def planless(population: Database) -> Database:
    """The population without any plan."""
    with population.owner_transaction() as connection:
        connection.execute("DELETE FROM plan")
    return population


@pytest.fixture
def allocator(planless: Database, own_settings: Settings) -> Allocator:
    return Allocator(planless, own_settings)


@pytest.fixture
def rows(planless: Database) -> Callable[..., list[tuple[Any, ...]]]:
    """Rows of a query, for everyone or for a scope."""

    def query(sql: str, *parameters: object, scope: Scope = SCOPE) -> list[tuple[Any, ...]]:
        with planless.transaction(scope) as connection:
            return connection.execute(sql.encode(), parameters).fetchall()

    return query


Rows = Callable[..., list[tuple[Any, ...]]]

PLACES = (
    "SELECT vacancy_id, candidate_id, score, rank FROM plan_place WHERE plan_id = %s ORDER BY 1, 2"
)
PERSONS = (
    "SELECT candidate_id, group_label, interviews, price FROM plan_person WHERE plan_id = %s"
    " ORDER BY 1"
)


def contents(rows: Rows, plan: Plan) -> tuple[Any, ...]:
    """All of a plan but when it was made and how long that took."""
    figures = plan.figures.model_copy(update={"solver_seconds": 0, "solver_peak_mib": 0})
    return figures, rows(PLACES, plan.stored.id), rows(PERSONS, plan.stored.id)


def stop_after(vacancies: int) -> Callable[[str, int, int], None]:
    def progress(stage: str, done: int, total: int) -> None:
        if stage == "vacancies" and done == vacancies:
            raise KeyboardInterrupt

    return progress


def test_a_plan_is_kept_with_its_places_prices_and_figures(
    allocator: Allocator, rows: Rows
) -> None:
    stages: dict[str, tuple[int, int]] = {}
    plan = allocator.allocate(
        SCOPE, TERMS, lambda stage, done, total: stages.update({stage: (done, total)})
    )
    figures = plan.figures
    assert plan.stored.status == "draft"
    assert (plan.stored.actor, plan.stored.today) == ("tests", TODAY)
    assert (plan.stored.policy, plan.stored.parameters["width"]) == ("allocation", 8)
    assert all(done == total for done, total in stages.values())
    assert list(stages) == ["vacancies", "people", "solving"]

    places = rows(PLACES, plan.stored.id)
    persons = rows(PERSONS, plan.stored.id)
    assert len(places) == figures.filled > 0
    assert figures.welfare == pytest.approx(sum(score for _, _, score, _ in places) / 1e6)
    assert figures.welfare == plan.stored.welfare
    taken = {person: 0 for person, *_ in persons}
    for _, person, _, _ in places:
        taken[person] += 1
    assert {person: count for person, _, count, _ in persons} == taken
    assert max(taken.values()) == figures.most_interviews <= 2
    assert sum(count > 0 for count in taken.values()) == figures.placed
    assert len(persons) == figures.people > figures.listed >= figures.placed
    assert all(price >= 0 for *_, price in persons)
    assert all(price == 0 for _, _, count, price in persons if count < 2)
    assert any(price > 0 for *_, price in persons)
    assert sum(group.people for group in figures.groups) == figures.people
    assert [group.label for group in figures.groups] == list(NeedBand)
    assert sum(band.people for band in figures.prices) == sum(p > 0 for *_, p in persons)
    filled = rows(
        "SELECT sum(filled), sum(places) FROM plan_vacancy WHERE plan_id = %s", plan.stored.id
    )
    assert filled == [(figures.filled, figures.places)]


def test_only_eligible_people_are_put_before_open_vacancies(
    allocator: Allocator, rows: Rows, planless: Database
) -> None:
    plan = allocator.allocate(SCOPE, TERMS)
    with planless.transaction(SCOPE) as connection:
        vacancies = list_vacancy_page(connection, VacancyFilter(open_on=TODAY), page=1, size=500)
    openings = {each.id: each.record.number_of_vacancies for each in vacancies}
    assert plan.figures.vacancies == len(openings)
    assert plan.figures.places == sum(openings.values())
    for vacancy, count in rows(
        "SELECT vacancy_id, count(*) FROM plan_place WHERE plan_id = %s GROUP BY 1", plan.stored.id
    ):
        assert count <= openings[vacancy]
    without = rows(
        "SELECT count(*) FROM plan_person JOIN candidate ON id = candidate_id"
        " WHERE consent <> 'GIVEN' AND plan_id = %s",
        plan.stored.id,
    )
    assert without == [(0,)]


def test_it_beats_simple_rules_within_what_people_have_time_for(allocator: Allocator) -> None:
    terms = replace(TERMS, interviews=1, floors=False, first_place_bonus=0.0)
    figures = allocator.allocate(SCOPE, terms).figures
    assert figures.greedy.welfare <= figures.welfare + 1e-9
    assert figures.own_best.welfare_within_capacity <= figures.welfare + 1e-9
    assert figures.own_best.most_interviews > figures.most_interviews
    assert figures.own_best.placed < figures.placed
    assert figures.shortfalls == ()


def test_the_same_request_makes_the_same_plan(allocator: Allocator, rows: Rows) -> None:
    first, second = (allocator.allocate(SCOPE, TERMS) for _ in range(2))
    assert first.stored.id != second.stored.id
    assert contents(rows, first) == contents(rows, second)


@pytest.mark.parametrize("moment", [1, 7])
def test_an_interrupted_plan_goes_on_where_it_was(
    allocator: Allocator, rows: Rows, moment: int
) -> None:
    whole = allocator.allocate(SCOPE, TERMS)
    with pytest.raises(KeyboardInterrupt):
        allocator.allocate(SCOPE, TERMS, stop_after(moment))
    scored = (
        "SELECT vacancy_id, scored_at FROM plan_vacancy JOIN plan ON id = plan_id WHERE status = %s"
    )
    before = rows(scored, "scoring")
    assert len(before) == moment
    seen: list[tuple[str, int, int]] = []
    plan = allocator.allocate(SCOPE, TERMS, lambda *step: seen.append(step))
    assert seen[0][:2] == ("vacancies", moment)
    assert contents(rows, plan) == contents(rows, whole)
    after = rows(
        "SELECT vacancy_id, scored_at FROM plan_vacancy WHERE plan_id = %s", plan.stored.id
    )
    assert set(before) <= set(after)


def test_a_plan_whose_solver_died_goes_on_without_scoring_again(
    allocator: Allocator, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object, **__: object) -> None:
        raise AllocationError("the solver's process was ended")

    with monkeypatch.context() as patch:
        patch.setattr("matching.allocation.service.allocate", dies)
        with pytest.raises(AllocationError):
            allocator.allocate(SCOPE, TERMS)
    assert rows("SELECT count(*) FROM plan_place") == [(0,)]
    with pytest.raises(NotFoundError, match="no plan yet"):
        allocator.get_plan(SCOPE)
    seen: list[tuple[str, int, int]] = []
    plan = allocator.allocate(SCOPE, TERMS, lambda *step: seen.append(step))
    assert seen[0] == ("vacancies", plan.figures.vacancies, plan.figures.vacancies)


def test_another_request_does_not_go_on_with_it(allocator: Allocator, rows: Rows) -> None:
    with pytest.raises(KeyboardInterrupt):
        allocator.allocate(SCOPE, TERMS, stop_after(3))
    for terms, scope in (
        (replace(TERMS, interviews=1), SCOPE),
        (TERMS, Scope("tests", ("MDI", "LEI"))),
    ):
        seen: list[tuple[str, int, int]] = []
        allocator.allocate(scope, terms, lambda *step, seen=seen: seen.append(step))
        assert seen[0][:2] == ("vacancies", 0)
    assert rows("SELECT count(*) FROM plan WHERE status = 'scoring'") == [(1,)]


def test_what_changed_since_is_scored_again(
    allocator: Allocator, rows: Rows, planless: Database
) -> None:
    with pytest.raises(KeyboardInterrupt):
        allocator.allocate(SCOPE, TERMS, stop_after(9))
    ((person, on),) = rows(
        "SELECT candidate_id, count(*) FROM plan_edge GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"
    )
    with planless.owner_transaction() as connection:
        connection.execute("UPDATE candidate SET consent = 'WITHDRAWN' WHERE id = %s", [person])
    try:
        seen: list[tuple[str, int, int]] = []
        plan = allocator.allocate(SCOPE, TERMS, lambda *step: seen.append(step))
        assert seen[0][:2] == ("vacancies", 9 - on)
        held = rows("SELECT count(*) FROM plan_place WHERE candidate_id = %s", person)
        assert held == [(0,)]
        assert plan.figures.filled > 0
    finally:
        with planless.owner_transaction() as connection:
            connection.execute("UPDATE candidate SET consent = 'GIVEN' WHERE id = %s", [person])


def test_floors_are_by_the_groups_that_are_given(
    planless: Database, own_settings: Settings
) -> None:
    def halves(
        connection: Connection[Any], people: Sequence[StoredCandidate], today: date
    ) -> list[Groups]:
        found = groups_of(connection, people, today)
        return [
            replace(group, need_band=NeedBand.LOWER if person.id % 2 else NeedBand.HIGHER)
            for person, group in zip(people, found, strict=True)
        ]

    plan = Allocator(planless, own_settings, halves).allocate(SCOPE, TERMS)
    people = {group.label: group.people for group in plan.figures.groups}
    assert people[NeedBand.MEDIUM] == 0 < min(people[NeedBand.LOWER], people[NeedBand.HIGHER])
    with planless.transaction(SCOPE) as connection:
        odd = connection.execute(
            "SELECT count(*) FROM plan_person WHERE plan_id = %s"
            " AND (group_label = %s) <> (candidate_id %% 2 = 1)",
            [plan.stored.id, NeedBand.LOWER],
        ).fetchone()
    assert odd == (0,)


def test_a_floor_that_is_short_is_kept_with_its_reason(allocator: Allocator, rows: Rows) -> None:
    plan = allocator.allocate(SCOPE, replace(TERMS, interviews=1))
    kept = rows("SELECT shortfalls FROM plan_vacancy WHERE plan_id = %s", plan.stored.id)
    short = [item for (items,) in kept for item in items]
    assert short
    assert {item["reason"] for item in short} == {
        "at capacity"
    }  # targets are shares of those there
    told = {(each.group, each.reason): each for each in plan.figures.shortfalls}
    for item in short:
        assert item["held"] < item["required"] <= item["available"]
        assert (item["group"], item["reason"]) in told
    assert sum(each.vacancies for each in told.values()) == len(short)


def test_a_scope_of_one_prison_sees_its_own_people_only(
    allocator: Allocator, rows: Rows, planless: Database
) -> None:
    plan = allocator.allocate(SCOPE, TERMS)
    by_prison = dict(
        rows(
            "SELECT prison_id, count(*) FROM plan_place JOIN candidate ON id = candidate_id"
            " GROUP BY 1 ORDER BY 2 DESC"
        )
    )
    prison, count = next(iter(by_prison.items()))
    own = Scope("tests", (prison,))
    assert 0 < count < sum(by_prison.values())
    theirs = {row[0] for row in rows("SELECT id FROM candidate", scope=own)}
    for query in (
        "SELECT candidate_id FROM plan_place",
        "SELECT candidate_id FROM plan_person",
        "SELECT candidate_id FROM plan_edge",
    ):
        seen = {row[0] for row in rows(query, scope=own)}
        assert seen
        assert seen <= theirs
        assert rows(query, scope=Scope("tests", ())) == []
    everyone = [row[0] for row in rows("SELECT id FROM candidate ORDER BY id")]
    with planless.transaction(own) as connection:
        latest = find_latest_plan(connection)
        prices = find_latest_prices(connection, everyone)
    assert latest is not None
    assert latest.id == plan.stored.id
    assert prices is not None
    assert set(prices) == {
        row[0] for row in rows("SELECT candidate_id FROM plan_person", scope=own)
    }


def test_prices_are_those_of_the_newest_finished_plan(
    allocator: Allocator, rows: Rows, planless: Database
) -> None:
    everyone = [row[0] for row in rows("SELECT id FROM candidate ORDER BY id")]

    def prices() -> dict[int, float] | None:
        with planless.transaction(SCOPE) as connection:
            return find_latest_prices(connection, everyone)

    assert prices() is None
    first = allocator.allocate(SCOPE, TERMS)
    after_first = prices()
    assert after_first == {row[0]: row[3] for row in rows(PERSONS, first.stored.id)}
    second = allocator.allocate(SCOPE, replace(TERMS, interviews=1))
    assert prices() == {row[0]: row[3] for row in rows(PERSONS, second.stored.id)} != after_first
    with pytest.raises(KeyboardInterrupt):
        allocator.allocate(SCOPE, TERMS, stop_after(2))
    assert allocator.get_plan(SCOPE).stored.id == second.stored.id
    # Edges are for going on and for reading the newest plan; those of the first are gone.
    plans = {row[0] for row in rows("SELECT DISTINCT plan_id FROM plan_edge")}
    assert second.stored.id in plans
    assert first.stored.id not in plans


def test_a_vacancys_part_names_people_and_the_view_is_kept(
    allocator: Allocator, rows: Rows, planless: Database
) -> None:
    plan = allocator.allocate(SCOPE, TERMS)
    ((public_id, vacancy, filled),) = rows(
        "SELECT public_id, id, filled FROM plan_vacancy JOIN vacancy ON id = vacancy_id"
        " WHERE plan_id = %s ORDER BY filled DESC, id LIMIT 1",
        plan.stored.id,
    )
    part = allocator.get_vacancy_plan(SCOPE, plan.stored.id, str(public_id))
    assert part.planned.filled == filled == len(part.people) > 1
    scores = [person.score for person in part.people]
    assert scores == sorted(scores, reverse=True)
    assert all(1 <= person.interviews <= 2 for person in part.people)
    with planless.transaction(SCOPE) as connection:
        event = list_events(connection, "vacancy", vacancy)[0]
    assert (event.action, event.detail["plan"]) == ("view", str(plan.stored.id))
    assert len(event.detail["people"]) == filled
    nobody = allocator.get_vacancy_plan(Scope("tests", ()), plan.stored.id, str(public_id))
    assert (nobody.planned.filled, nobody.people) == (filled, ())


def test_a_prison_and_a_sector_narrow_the_plan(allocator: Allocator, rows: Rows) -> None:
    ((sector, count),) = rows(
        "SELECT sector, count(*) FROM vacancy WHERE rolling OR closing_date >= %s GROUP BY 1"
        " ORDER BY 2 DESC, 1 LIMIT 1",
        TODAY,
    )
    plan = allocator.allocate(SCOPE, replace(TERMS, sector=sector))
    assert plan.figures.vacancies == count
    ((prison,),) = rows(
        "SELECT prison_id FROM candidate GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    )
    plan = allocator.allocate(SCOPE, replace(TERMS, prison=prison))
    others = rows(
        "SELECT count(*) FROM plan_person JOIN candidate ON id = candidate_id"
        " WHERE plan_id = %s AND prison_id <> %s",
        plan.stored.id,
        prison,
    )
    assert others == [(0,)]


def test_what_is_not_there_is_told(
    allocator: Allocator, planless: Database, own_settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(NotFoundError, match="no plan yet"):
        allocator.get_plan(SCOPE)
    with pytest.raises(NotFoundError, match="no plan"):
        allocator.get_plan(SCOPE, uuid4())
    with pytest.raises(KeyboardInterrupt):
        allocator.allocate(SCOPE, TERMS, stop_after(1))
    with planless.transaction(SCOPE) as connection:
        row = connection.execute("SELECT id FROM plan").fetchone()
    assert row is not None
    with pytest.raises(NotFoundError, match="is not finished"):
        allocator.get_plan(SCOPE, row[0])
    later = own_settings.model_copy(update={"data_dir": tmp_path})
    with pytest.raises(VectorIndexError):
        Allocator(planless, later).allocate(SCOPE, TERMS)
    for wrong in (
        {"interviews": 0},
        {"places": -1},
        {"width": 9999},
        {"min_score": 1.5},
        {"prison": "Leeds"},
        {"sector": "NONSENSE"},
    ):
        with pytest.raises(ValidationError, match=next(iter(wrong))):
            PlanTerms(**wrong)  # type: ignore[arg-type]
