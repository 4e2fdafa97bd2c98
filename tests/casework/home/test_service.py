"""The lead's home over a real database: every number leads to a list of as many."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from candidates.store import get_candidate, upsert_candidates
from casework.applications.service import ApplicationService
from casework.home.service import Counted, HomeService
from casework.people.case import NewNote, NewTask
from casework.people.model import PeopleFilter
from casework.people.service import CaseworkService
from demonstration.synthetic.people import generate_people
from employers.model import Vacancy
from employers.store import get_vacancy, upsert_vacancies
from foundation.database import Database, Scope
from foundation.errors import NotFoundError, ValidationError
from foundation.settings import Settings
from foundation.vocabulary import AgreementHow, ReadinessStatus, Role

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALL = Scope("tests")
OWN = Settings.model_validate({"today": TODAY})
PEOPLE = [
    person.candidate.model_copy(update={"prison_id": "MDI" if at % 3 else "LEI"})
    for at, person in enumerate(generate_people(120, seed=3, as_of=TODAY))
]


@pytest.fixture
def home(database: Database) -> HomeService:
    with database.transaction(ALL) as connection:
        upsert_candidates(connection, PEOPLE)
    return HomeService(database, OWN)


@pytest.fixture
def casework(database: Database) -> CaseworkService:
    return CaseworkService(database, OWN)


@pytest.fixture
def lead(database: Database) -> Scope:
    """A lead of MDI with an account."""
    with database.transaction(ALL) as connection:
        (account,) = connection.execute(
            "INSERT INTO account (email, name, role, prisons, status)"
            " VALUES ('lead@mdi.example', 'Lead', 'PRISON_EMPLOYMENT_LEAD', '{MDI}', 'ACTIVE')"
            " RETURNING id"
        ).fetchone() or (0,)
    return Scope("lead@mdi.example", ("MDI",), role=Role.PRISON_EMPLOYMENT_LEAD, account_id=account)


def vacancy(database: Database, reference: str, closing: date) -> UUID:
    record = Vacancy.model_validate(
        {
            "employer": {"name": "Harbour Foods Ltd"},
            "reference": reference,
            "title": "Cook",
            "sector": "HOSPITALITY",
            "industry_sector": "OTHER",
            "source": "NFN",
            "national": True,
            "base_location": "REMOTE",
            "description": "Cook.",
            "essential_criteria": "Can cook.",
            "how_to_apply": "Ask.",
            "offence_exclusions": ["NONE"],
            "closing_date": closing,
        }
    )
    with database.transaction(ALL) as connection:
        upsert_vacancies(connection, [record])
        return get_vacancy(connection, reference).public_id


def rank(database: Database, scope: Scope, vacancy_id: UUID, words: list[str]) -> list[UUID]:
    """Keep a list of the first people of MDI, with these words for their scores."""
    with database.transaction(scope) as connection:
        ids = connection.execute(
            "SELECT id, public_id FROM candidate WHERE prison_id = 'MDI' ORDER BY id LIMIT %s",
            [len(words)],
        ).fetchall()
        places = [
            {"candidate": {"public_id": str(public)}, "score": {"word": word}}
            for (_, public), word in zip(ids, words, strict=True)
        ]
        (run,) = connection.execute(
            "INSERT INTO ranking_run (kind, subject_id, actor, inputs, document, document_sha256)"
            " VALUES ('shortlist', 1, 'tests', '{}', %s, %s) RETURNING id",
            [json.dumps({"ranked": places, "refer": []}), uuid4().hex],
        ).fetchone() or (None,)
        for at, (key, _) in enumerate(ids, start=1):
            connection.execute(
                "INSERT INTO exposure (vacancy_id, candidate_id, baseline, rank, exposure, merit,"
                " need_band, policy, shown_on, run_id) SELECT id, %s, %s, %s, 1, 1, 'LOWER',"
                " 'none', %s, %s FROM vacancy WHERE public_id = %s",
                [key, at, at, TODAY, run, vacancy_id],
            )
    return [public for _, public in ids]


@pytest.mark.parametrize("prisons", [None, ("MDI",), ("LEI", "MDI"), ("XXX",)])
def test_every_number_of_people_leads_to_as_many(
    home: HomeService,
    casework: CaseworkService,
    database: Database,
    prisons: tuple[str, ...] | None,
) -> None:
    rank(database, ALL, vacancy(database, "R1", TODAY + timedelta(days=14)), ["strong"] * 12)
    scope = Scope("tests", prisons)
    shown = home.show(scope)
    numbers: list[Counted] = [shown.released, shown.without_shortlist, shown.news.ready]
    for week in shown.weeks:
        numbers += [week.people, *(part for _, part in week.by_readiness)]
    for each in (*shown.closing, *shown.news.vacancies):
        numbers.append(each.people)
    for counted in numbers:
        found = casework.list_people(scope, counted.wanted, size=200)
        assert counted.number == len(found.items) == found.total
    assert sum(week.people.number for week in shown.weeks) == shown.released.number
    assert (shown.released.number > 0) == (prisons != ("XXX",))
    assert len(home.list_due(scope)) == len(shown.due)


def test_a_week_holds_who_is_released_in_it(home: HomeService, casework: CaseworkService) -> None:
    shown = home.show(ALL)
    assert [week.week for week in shown.weeks] == list(range(12))
    assert shown.weeks[0].first == TODAY
    for week in shown.weeks:
        for person in casework.list_people(ALL, week.people.wanted, size=200).items:
            assert person.release_date is not None
            assert week.first <= person.release_date <= week.last
            assert person.weeks_to_release == week.week
    assert [status for status, _ in shown.weeks[0].by_readiness] == list(ReadinessStatus)


def test_a_vacancy_about_to_close_shows_how_many_are_strong(
    home: HomeService, database: Database, lead: Scope
) -> None:
    soon = vacancy(database, "R1", TODAY + timedelta(days=14))
    later = vacancy(database, "R2", TODAY + timedelta(days=15))
    people = rank(database, lead, soon, ["strong", "possible", "strong"])
    rank(database, lead, later, ["strong"])
    (found,) = home.show(lead).closing
    assert found.public_id == soon
    assert found.people == Counted(3, PeopleFilter(first_for=soon))
    assert found.strong == (people[0], people[2])
    assert found.unknown == 0


def test_how_strong_a_score_is_stays_unknown_where_another_scope_ranked(
    home: HomeService, database: Database, lead: Scope
) -> None:
    rank(database, ALL, vacancy(database, "R1", TODAY), ["strong", "strong"])
    (found,) = home.show(lead).closing
    assert (found.people.number, found.strong, found.unknown) == (2, (), 2)


def test_news_is_what_changed_since_the_visit_before(
    home: HomeService, casework: CaseworkService, database: Database, lead: Scope
) -> None:
    first = home.show(lead, NOON)
    assert first.news.since == NOON - timedelta(days=7)
    again = home.show(lead, NOON + timedelta(minutes=59))
    assert again.news.since == first.news.since, "a look within the hour is the same visit"
    later = home.show(lead, NOON + timedelta(hours=5))
    assert later.news.since == NOON + timedelta(minutes=59)
    with database.transaction(Scope("x", ("MDI",), account_id=999)) as connection:
        assert connection.execute("SELECT * FROM account_visit").fetchall() == []


def test_notes_of_others_are_news_and_ones_own_are_not(
    home: HomeService, casework: CaseworkService, database: Database, lead: Scope
) -> None:
    with database.transaction(lead) as connection:
        (sam,) = connection.execute(
            "SELECT public_id FROM candidate ORDER BY id LIMIT 1"
        ).fetchone() or (None,)
    casework.add_note(lead, sam, NewNote("Mine."))
    casework.add_note(ALL, sam, NewNote("Theirs."))
    news = home.show(lead).news
    assert news.notes == 1
    assert [note.words for note in casework.list_notes(lead, news.note_filter)] == ["Theirs."]


def test_an_application_that_somebody_else_moved_is_news(
    home: HomeService, database: Database, lead: Scope
) -> None:
    vacancy(database, "R1", TODAY + timedelta(days=30))
    number = next(each.prison_number for each in PEOPLE if each.prison_id == "MDI")
    applications = ApplicationService(database, OWN)
    made = applications.shortlist(ALL, "R1", number)
    news = home.show(lead).news
    (moved,) = news.applications
    assert (moved.public_id, moved.state, moved.moved_by) == (
        made.public_id,
        "SHORTLISTED",
        "tests",
    )
    assert home.show(ALL).news.applications == ()


def test_what_a_rule_asks_for_is_done_once_and_not_asked_again(
    home: HomeService, casework: CaseworkService, database: Database, lead: Scope
) -> None:
    vacancy(database, "R1", TODAY + timedelta(days=30))
    number = next(each.prison_number for each in PEOPLE if each.prison_id == "MDI")
    applications = ApplicationService(database, OWN)
    made = applications.shortlist(lead, "R1", number)
    asked = [task for task in home.list_due(lead) if task.application == made.public_id]
    assert [task.what for task in asked] == [
        "Shortlisted for Cook at Harbour Foods Ltd: ask whether they agree to be put forward."
    ]
    key = asked[0].rule_key or ""
    with pytest.raises(ValidationError):
        home.finish_rule(Scope("x", (), role=Role.AUDITOR, account_id=9), asked[0].candidate, key)
    home.finish_rule(lead, asked[0].candidate, key)
    home.finish_rule(lead, asked[0].candidate, key)
    assert key not in {task.rule_key for task in home.list_due(lead)}
    with pytest.raises(NotFoundError):
        home.finish_rule(lead, asked[0].candidate, "NO_ID:1999-01-01")
    applications.agree(lead, made.public_id, AgreementHow.IN_PERSON)
    with pytest.raises(NotFoundError):
        home.finish_rule(lead, asked[0].candidate, key)


def test_what_is_due_is_for_the_account_or_the_role(
    home: HomeService, casework: CaseworkService, database: Database, lead: Scope
) -> None:
    number = next(each.prison_number for each in PEOPLE if each.prison_id == "MDI")
    with database.transaction(ALL) as connection:
        sam = get_candidate(connection, number).public_id
    mine = NewTask("Mine.", TODAY, for_account=lead.account_id)
    ours = NewTask("Ours.", TODAY - timedelta(days=1), for_role=Role.PRISON_EMPLOYMENT_LEAD)
    theirs = NewTask("Theirs.", TODAY, for_role=Role.WORK_COACH)
    tomorrow = NewTask("Tomorrow.", TODAY + timedelta(days=1), for_role=Role.PRISON_EMPLOYMENT_LEAD)
    for task in (mine, ours, theirs, tomorrow):
        casework.add_task(lead, sam, task)
    written = [task.what for task in home.list_due(lead) if task.rule_key is None]
    assert written == ["Ours.", "Mine."]


def test_whoever_is_named_on_the_home_page_can_see_that_they_were(
    home: HomeService, casework: CaseworkService, lead: Scope
) -> None:
    due = home.show(lead).due
    assert due
    found = casework.record_of_access(lead, due[0].candidate)
    assert (found[0].actor, found[0].action, found[0].of) == (
        "lead@mdi.example",
        "list",
        "the home page",
    )
