"""Decisions on real rankings: kept beside the run, undone with a reason, counted by the audit."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from casework.decisions.compare import compare
from casework.decisions.model import DecidedList, DecisionKind, HideReason, PlaceReason
from casework.decisions.service import DecisionService
from casework.decisions.store import list_decisions
from demonstration.population import load_demonstration
from employers.model import VacancyFilter
from foundation.database import Database, Scope
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.settings import Settings
from foundation.vocabulary import Role
from matching.explain.document import RankedCandidate, Shortlist, Why, to_bytes
from matching.retrieval.build import IndexBuilder
from matching.score.weights import load_weights
from matching.shortlists.service import MatchingService, RankingResult

TODAY = date(2026, 11, 22)
SCOPE = Scope("tests")
COACH = Scope("coach@ls.example", None, role=Role.WORK_COACH, account_id=4)
EMPLOYER = Scope("staff@firm.example", (), role=Role.EMPLOYER, employer_id=1, account_id=6)
HIDE = (HideReason.OTHER_WORK, "Starts at a bakery on Monday")
TIE_BAND = load_weights().tie_band
PLACE = (PlaceReason.MORE_THAN_THE_RECORD, "Ran a kitchen for years")


@pytest.fixture(scope="module")
def ranking(own_database: Database, tmp_path_factory: pytest.TempPathFactory) -> MatchingService:
    own = Settings.model_validate({"data_dir": tmp_path_factory.mktemp("own"), "today": TODAY})
    load_demonstration(own_database, people=120, seed=5, as_of=TODAY, vacancies=2)
    IndexBuilder(own_database, own).build()
    return MatchingService(own_database, own)


@pytest.fixture(scope="module")
def made(ranking: MatchingService) -> RankingResult[Shortlist]:
    """The first shortlist with enough people to decide about, be they eligible or to refer."""
    found = ranking.list_vacancies(SCOPE, VacancyFilter(open_on=TODAY), page=1, size=50).items
    lists = (ranking.shortlist(SCOPE, str(each.public_id)) for each in found)
    return next(each for each in lists if len(listing(each)) >= 5)


def listing(made: RankingResult[Shortlist]) -> tuple[RankedCandidate, ...]:
    """The longer of its two lists."""
    return max(made.document.ranked, made.document.refer, key=len)


def decided(service: DecisionService, made: RankingResult[Shortlist]) -> DecidedList:
    """That list as people decided it."""
    whole = service.decided(SCOPE, made.document)
    return max(whole.eligible, whole.refer, key=lambda each: len(each.places) + len(each.hidden))


@pytest.fixture
def people(made: RankingResult[Shortlist]) -> list[UUID]:
    return [item.candidate.public_id for item in listing(made)]


@pytest.fixture
def service(own_database: Database) -> DecisionService:
    with own_database.owner_transaction() as connection:
        connection.execute("TRUNCATE shortlist_decision")
    return DecisionService(own_database)


def order(service: DecisionService, made: RankingResult[Shortlist]) -> list[UUID]:
    return [place.given.candidate.public_id for place in decided(service, made).places]


def test_a_person_is_hidden_until_that_is_undone(
    service: DecisionService, made: RankingResult[Shortlist], people: list[UUID]
) -> None:
    decision = service.hide(SCOPE, made.run_id, people[1], *HIDE)
    assert order(service, made) == [people[0], *people[2:]]
    with pytest.raises(ConflictError):
        service.hide(SCOPE, made.run_id, people[1], *HIDE)
    service.undo(SCOPE, decision, "The bakery withdrew its offer")
    assert order(service, made) == people
    with pytest.raises(NotFoundError):
        service.undo(SCOPE, decision, "Again")
    (kept,) = service.list_decisions(SCOPE, made.document.vacancy.public_id)
    assert (kept.made_by, kept.undone_by) == ("tests", "tests")
    assert kept.undone_reason == "The bakery withdrew its offer"


def test_an_order_is_overridden_with_what_it_passed(
    service: DecisionService, made: RankingResult[Shortlist], people: list[UUID]
) -> None:
    service.place(SCOPE, made.run_id, people[4], *PLACE, above=people[1])
    assert order(service, made) == [people[0], people[4], *people[1:4], *people[5:]]
    (kept,) = service.list_decisions(SCOPE, made.document.vacancy.public_id)
    listed = "eligible" if listing(made) is made.document.ranked else "refer"
    assert (kept.kind, kept.listed) == (DecisionKind.PLACE, listed)
    assert (kept.rank_given, kept.rank_decided) == (5, 2)
    scores = [item.score.total for item in listing(made) if item.score]
    gap = max(0.0, max(scores[1:4]) - scores[4])
    assert kept.tie_bands == pytest.approx(gap / TIE_BAND)
    with pytest.raises(ConflictError, match="tests put this person at rank 2 already"):
        service.place(SCOPE, made.run_id, people[4], *PLACE)


def test_the_stored_ranking_stays_as_it_was(
    service: DecisionService,
    ranking: MatchingService,
    made: RankingResult[Shortlist],
    people: list[UUID],
) -> None:
    service.place(SCOPE, made.run_id, people[3], *PLACE)
    service.hide(SCOPE, made.run_id, people[0], *HIDE)
    assert ranking.replay(SCOPE, made.run_id) == to_bytes(made.document)
    assert service.decided(SCOPE, made.document).document == made.document
    assert decided(service, made).places[0].given.rank == 4


def test_decisions_that_change_nothing_or_make_no_sense_are_refused(
    service: DecisionService, made: RankingResult[Shortlist], people: list[UUID]
) -> None:
    with pytest.raises(ValidationError, match="stand there already"):
        service.place(SCOPE, made.run_id, people[0], *PLACE)
    with pytest.raises(ValidationError, match="choose somebody else"):
        service.place(SCOPE, made.run_id, people[2], *PLACE, above=people[2])
    with pytest.raises(ValidationError, match="write something"):
        service.hide(SCOPE, made.run_id, people[0], HideReason.OTHER, " ")
    with pytest.raises(NotFoundError, match="not in the ranking"):
        service.hide(SCOPE, made.run_id, uuid4(), *HIDE)
    with pytest.raises(NotFoundError, match="no run"):
        service.hide(SCOPE, uuid4(), people[0], *HIDE)
    others = min(made.document.ranked, made.document.refer, key=len)
    if others:
        other = others[0].candidate.public_id
        with pytest.raises(ValidationError, match="of the other list"):
            service.place(SCOPE, made.run_id, people[3], *PLACE, above=other)
    assert service.list_decisions(SCOPE, made.document.vacancy.public_id) == []


def test_only_a_lead_decides_and_only_staff_see_it(
    service: DecisionService,
    own_database: Database,
    made: RankingResult[Shortlist],
    people: list[UUID],
) -> None:
    with pytest.raises(ValidationError, match="only a prison employment lead"):
        service.hide(COACH, made.run_id, people[0], *HIDE)
    service.hide(SCOPE, made.run_id, people[0], *HIDE)
    vacancy = made.document.vacancy.public_id
    assert len(service.list_decisions(COACH, vacancy)) == 1
    assert service.list_decisions(EMPLOYER, vacancy) == []
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        own_database.transaction(COACH) as connection,
    ):
        connection.execute(
            "INSERT INTO shortlist_decision (kind, vacancy_id, candidate_id, run_id, listed,"
            " rank_given, reason, note) SELECT 'HIDE', vacancy_id, candidate_id, run_id, listed,"
            " 1, reason, note FROM shortlist_decision"
        )


def test_the_audit_reads_decisions_and_no_words(
    service: DecisionService,
    own_database: Database,
    made: RankingResult[Shortlist],
    people: list[UUID],
) -> None:
    service.hide(SCOPE, made.run_id, people[0], *HIDE)
    service.place(SCOPE, made.run_id, people[3], *PLACE)
    day = date.today() + timedelta(days=1)  # noqa: DTZ011 -- either side of midnight
    with own_database.monitoring_transaction(SCOPE) as connection:
        found = list_decisions(connection, day - timedelta(days=3), day)
        assert list_decisions(connection, day, day) == []
    assert [(each.kind, each.reason, each.rank_given) for each in found] == [
        ("HIDE", "OTHER_WORK", 1),
        ("PLACE", "MORE_THAN_THE_RECORD", 4),
    ]
    for column in ("note", "undone_reason", "made_by"):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            own_database.monitoring_transaction(SCOPE) as connection,
        ):
            connection.execute(
                sql.SQL("SELECT {} FROM shortlist_decision").format(sql.Identifier(column))
            )


@pytest.fixture(scope="module")
def two(ranking: MatchingService, made: RankingResult[Shortlist]) -> tuple[Why, Why]:
    vacancy = str(made.document.vacancy.public_id)
    best, *_, last = listing(made)
    return (
        ranking.why(SCOPE, vacancy, best.candidate.prison_number),
        ranking.why(SCOPE, vacancy, last.candidate.prison_number),
    )


def test_two_people_are_compared_line_by_line(two: tuple[Why, Why]) -> None:
    found = compare(*two)
    assert two[0].score is not None
    assert two[1].score is not None
    assert [pair.requirement for pair in found.requirements] == [
        each.requirement for each in two[0].score.requirements
    ]
    assert all(pair.first and pair.second for pair in found.requirements)
    assert len(found.facts) == len(two[0].score.contributions)
    total = sum((pair.first_points or 0) - (pair.second_points or 0) for pair in found.facts)
    gap = two[0].score.total - two[1].score.total
    assert total == pytest.approx(gap * 100)
    assert found.tie_bands == pytest.approx(abs(gap) / TIE_BAND)
    assert (found.ahead is None) == (abs(gap) / TIE_BAND < 1)


def test_a_comparison_turned_round_says_the_same(two: tuple[Why, Why]) -> None:
    one, other = compare(*two), compare(two[1], two[0])
    assert one.ahead == other.ahead
    assert one.tie_bands == other.tie_bands
    assert [pair.ahead for pair in one.facts] == [pair.ahead for pair in other.facts]
    assert [(pair.first, pair.second) for pair in one.requirements] == [
        (pair.second, pair.first) for pair in other.requirements
    ]


def test_a_comparison_says_whether_the_scores_differ(two: tuple[Why, Why]) -> None:
    first, second = two
    assert second.score is not None
    near = second.score.model_copy(update={"total": second.score.total + TIE_BAND / 2})
    twin = first.model_copy(update={"score": near})
    assert "do not differ: they are 0.5 tie bands apart" in compare(twin, second).sentences[0]
    far = second.score.model_copy(update={"total": second.score.total + 3 * TIE_BAND})
    above = first.model_copy(update={"score": far})
    assert "is 3.0 tie bands above" in compare(above, second).sentences[0]
    unscored = compare(first.model_copy(update={"score": None}), second)
    assert unscored.tie_bands is None
    assert "cannot be compared" in unscored.sentences[0]


def test_only_two_people_judged_alike_are_compared(two: tuple[Why, Why]) -> None:
    with pytest.raises(ValidationError, match="choose two people"):
        compare(two[0], two[0])
    later = two[1].basis.model_copy(update={"today": TODAY + timedelta(days=1)})
    with pytest.raises(ValidationError, match="judged alike"):
        compare(two[0], two[1].model_copy(update={"basis": later}))
