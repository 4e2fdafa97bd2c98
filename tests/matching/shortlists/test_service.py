"""The main job on real parts: rank, explain, store, replay."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from candidates.model import Candidate
from candidates.store import get_candidate, list_candidates, upsert_candidates
from employers.model import Vacancy, VacancyFilter
from employers.store import upsert_vacancies
from foundation.database import Database, Scope
from foundation.errors import NotFoundError, ReplayError, ValidationError, VectorIndexError
from foundation.settings import Settings
from foundation.vocabulary import Accommodation, LicenceCondition, Offence, SkillLevel
from matching.explain.document import Shortlist, to_bytes
from matching.retrieval.build import IndexBuilder
from matching.rules.eligibility import assess
from matching.rules.pair import Outcome, Pair
from matching.shortlists.service import MatchingService

SCOPE = Scope("tests")
MakeSettings = Callable[..., Settings]


@pytest.fixture(scope="module")
def everyone(service_database: Database) -> list[int]:
    """The ids of all candidates."""
    with service_database.transaction(SCOPE) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM candidate ORDER BY id")]


@pytest.fixture(scope="module")
def open_references(service: MatchingService) -> list[str]:
    """The public ids of open vacancies."""
    page = service.list_vacancies(SCOPE, VacancyFilter(open_on=service.today), page=1, size=200)
    return [str(stored.public_id) for stored in page.items]


def test_a_shortlist_holds_everyone_in_scope_once(
    service: MatchingService,
    service_database: Database,
    everyone: list[int],
    open_references: list[str],
) -> None:
    for reference in open_references[:12]:
        shortlist = service.shortlist(SCOPE, reference, top=200).document
        vacancy = service.get_vacancy(SCOPE, reference)
        with service_database.transaction(SCOPE) as connection:
            stored = list_candidates(connection, everyone)
        outcomes = {
            each.public_id: assess(Pair(each, vacancy, service.today))[0] for each in stored
        }
        ranked = [item.candidate.public_id for item in shortlist.ranked]
        refer = [item.candidate.public_id for item in shortlist.refer]
        assert len(set(ranked + refer)) == len(ranked) + len(refer)
        assert set(ranked) == {who for who, what in outcomes.items() if what is Outcome.ELIGIBLE}
        assert set(refer) <= {who for who, what in outcomes.items() if what is Outcome.REFER}
        counts = shortlist.counts
        assert counts.eligible + counts.refer + counts.ineligible == len(everyone)
        assert counts.ineligible == sum(what is Outcome.INELIGIBLE for what in outcomes.values())


def test_scores_fall_and_every_rank_is_explained(
    service: MatchingService, open_references: list[str]
) -> None:
    for reference in open_references[:12]:
        shortlist = service.shortlist(SCOPE, reference).document
        totals = [item.score.total for item in shortlist.ranked if item.score]
        assert totals == sorted(totals, reverse=True)
        for item in (*shortlist.ranked, *shortlist.refer):
            assert item.score is not None
            parts = [Decimal(str(part.contribution)) for part in item.score.contributions]
            assert sum(parts) == Decimal(str(item.score.total))
            assert all(part.sentence.endswith(".") for part in item.score.contributions)
            assert item.score.requirements
            assert all((met.evidence is not None) == met.met for met in item.score.requirements)
        assert all(item.refer for item in shortlist.refer)


def test_a_run_is_replayed_byte_for_byte(
    service: MatchingService, open_references: list[str]
) -> None:
    made = service.shortlist(SCOPE, open_references[0], top=7)
    assert service.replay(SCOPE, made.run_id) == to_bytes(made.document)
    again = service.shortlist(SCOPE, open_references[0], top=7)
    assert again == made, "the same ranking shown again is the same run"


def test_both_directions_are_kept_and_replayed(service: MatchingService) -> None:
    made = service.vacancies_for(SCOPE, _someone(service), top=5)
    assert service.replay(SCOPE, made.run_id) == to_bytes(made.document)
    assert made.document.counts.compared > 0


def test_a_run_whose_inputs_were_changed_is_not_passed_off_as_the_same(
    service: MatchingService, service_database: Database, open_references: list[str]
) -> None:
    made = service.shortlist(SCOPE, open_references[1], top=3)
    with service_database.owner_transaction() as connection:
        connection.execute(
            "UPDATE ranking_run SET inputs = jsonb_set(inputs, '{counts,eligible}', '999')"
            " WHERE id = %s",
            [made.run_id],
        )
    with pytest.raises(ReplayError, match="no longer makes the bytes"):
        service.replay(SCOPE, made.run_id)
    with service_database.owner_transaction() as connection:
        connection.execute("DELETE FROM ranking_run WHERE id = %s", [made.run_id])


def test_a_pair_scores_alike_in_both_directions(
    service: MatchingService, open_references: list[str]
) -> None:
    compared = 0
    for reference in open_references:
        vacancy = service.get_vacancy(SCOPE, reference)
        for item in service.shortlist(SCOPE, reference, top=1).document.ranked:
            theirs = service.vacancies_for(SCOPE, item.candidate.prison_number, top=200).document
            scores = {each.vacancy.public_id: each.score for each in theirs.ranked}
            assert scores[vacancy.public_id] == item.score
            compared += 1
    assert compared > 5


def test_why_agrees_with_the_shortlist(
    service: MatchingService, open_references: list[str]
) -> None:
    checked = 0
    for reference in open_references[::2]:
        shortlist = service.shortlist(SCOPE, reference, top=200).document
        for item in shortlist.ranked[:2]:
            why = service.why(SCOPE, reference, item.candidate.prison_number)
            assert (why.outcome, why.rank, why.score) == ("eligible", item.rank, item.score)
            assert why.placing.startswith(f"Rank {item.rank} of")
            checked += 1
        for item in shortlist.refer[:1]:
            why = service.why(SCOPE, reference, str(item.candidate.public_id))
            assert (why.outcome, why.reasons) == ("refer", item.refer)
            assert why.rank == item.rank
    assert checked > 5


def test_why_not_gives_an_ineligible_person_the_rule(
    service: MatchingService, service_database: Database, everyone: list[int]
) -> None:
    reference = "HF-001"
    vacancy = service.get_vacancy(SCOPE, reference)
    with service_database.transaction(SCOPE) as connection:
        people = list_candidates(connection, everyone)
    refused = next(
        each
        for each in people
        if assess(Pair(each, vacancy, service.today))[0] is Outcome.INELIGIBLE
    )
    why = service.why(SCOPE, reference, refused.record.prison_number)
    assert (why.outcome, why.rank, why.score) == ("ineligible", None, None)
    assert why.reasons
    assert why.placing == "Not ranked, because a rule makes them ineligible."


def test_a_shortlist_can_be_narrowed_to_a_prison(
    service: MatchingService, open_references: list[str]
) -> None:
    whole = service.shortlist(SCOPE, open_references[0], top=200).document
    prison = whole.refer[0].candidate.prison_id
    narrowed = service.shortlist(SCOPE, open_references[0], top=200, prison=prison).document
    assert {item.candidate.prison_id for item in (*narrowed.ranked, *narrowed.refer)} == {prison}
    assert 0 < narrowed.counts.eligible + narrowed.counts.refer + narrowed.counts.ineligible < 120


def test_nobody_outside_the_scope_is_seen(
    service: MatchingService, open_references: list[str]
) -> None:
    whole = service.shortlist(SCOPE, open_references[0], top=200).document
    prison = whole.refer[0].candidate.prison_id
    narrow = Scope("tests", prisons=(prison,))
    scoped = service.shortlist(narrow, open_references[0], top=200).document
    assert {item.candidate.prison_id for item in (*scoped.ranked, *scoped.refer)} == {prison}
    elsewhere = next(item.candidate for item in whole.refer if item.candidate.prison_id != prison)
    for name in (elsewhere.prison_number, str(elsewhere.public_id)):
        with pytest.raises(NotFoundError):
            service.get_candidate(narrow, name)
        with pytest.raises(NotFoundError):
            service.why(narrow, open_references[0], name)


def test_what_is_seen_is_audited(
    service: MatchingService, service_database: Database, open_references: list[str]
) -> None:
    made = service.shortlist(Scope("a named person"), open_references[2], top=4)
    with service_database.transaction(SCOPE) as connection:
        row = connection.execute(
            "SELECT actor, action, subject, detail FROM audit_event ORDER BY id DESC LIMIT 1"
        ).fetchone()
        assert row is not None
        shown = [*made.document.ranked, *made.document.refer]
        seen = {get_candidate(connection, each.candidate.prison_number).id for each in shown}
    assert row[:3] == ("a named person", "view", "vacancies")
    assert (row[3]["run"], set(row[3]["people"])) == (str(made.run_id), seen)


def test_no_document_carries_an_offence_a_condition_or_a_need(
    service: MatchingService, open_references: list[str]
) -> None:
    names: set[str] = set()
    values: set[str] = set()

    def collect(value: Any) -> None:  # noqa: ANN401 -- JSON
        if isinstance(value, dict):
            names.update(value)
        for each in value.values() if isinstance(value, dict) else value:
            if isinstance(each, dict | list):
                collect(each)
            else:
                values.add(str(each))
        if isinstance(value, dict):
            values.discard(str(value.get("code")))  # a rule's, such as NO_FIXED_ABODE

    for reference in open_references:
        collect(json.loads(to_bytes(service.shortlist(SCOPE, reference).document)))
    never = {"offences", "licence_conditions", "accommodation", "literacy", "last_name", "consent"}
    assert not names & never
    codes = {*Offence, *LicenceCondition, *Accommodation, *SkillLevel}
    assert sorted(values & codes) == []
    assert {"rank", "first_name", "last_initial", "sentence"} <= names


def test_wrong_requests_say_what_is_allowed(service: MatchingService) -> None:
    with pytest.raises(ValidationError, match="from 1 to 200"):
        service.shortlist(SCOPE, "HF-001", top=0)
    with pytest.raises(NotFoundError, match="no policy 'quota'; there are: additive, allocation"):
        service.shortlist(SCOPE, "HF-001", policy="quota")
    with pytest.raises(NotFoundError, match="no vacancy called 'nothing'"):
        service.shortlist(SCOPE, "nothing")
    with pytest.raises(NotFoundError):
        service.get_candidate(SCOPE, str(uuid4()))
    with pytest.raises(NotFoundError):
        service.replay(SCOPE, uuid4())


def test_the_document_is_the_same_whatever_the_order_of_input(
    new_dsn: Callable[[], str], make_settings: MakeSettings, service_database: Database
) -> None:
    with service_database.transaction(SCOPE) as connection:
        rows = connection.execute("SELECT id FROM candidate ORDER BY id LIMIT 60").fetchall()
        people = [each.record for each in list_candidates(connection, [row[0] for row in rows])]
    vacancies = [_vacancy()]
    documents = []
    for number, order in enumerate((people, people[::-1])):
        settings = make_settings(data_dir=make_settings().data_dir / str(number))
        with Database(new_dsn(), pool_size=2) as database:
            _fill(database, settings, order, vacancies)
            made = MatchingService(database, settings).shortlist(SCOPE, "HF-1", top=60).document
            documents.append(_without_ids(made))
    assert documents[0] == documents[1]
    assert len(documents[0]["ranked"]) + len(documents[0]["refer"]) > 5


def test_new_and_changed_people_are_found_beside_the_generation(
    database: Database,
    make_settings: MakeSettings,
    service_database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = make_settings()
    with service_database.transaction(SCOPE) as connection:
        rows = connection.execute("SELECT id FROM candidate ORDER BY id LIMIT 40").fetchall()
        people = [each.record for each in list_candidates(connection, [row[0] for row in rows])]
    _fill(database, settings, people[:30], [_vacancy()])
    service = MatchingService(database, settings)
    service.shortlist(SCOPE, "HF-1")
    ready = _ready("Z0001ZZ", "Kitchen porter", "Washed pots in a busy kitchen")
    with database.transaction(SCOPE) as connection:
        upsert_candidates(connection, [ready])
    unindexed = service.shortlist(SCOPE, "HF-1", top=200).document
    (waiting,) = [item for item in unindexed.refer if item.candidate.prison_number == "Z0001ZZ"]
    assert waiting.score is None
    assert [reason.code for reason in waiting.refer] == ["PROFILE_NOT_INDEXED"]
    assert service.why(SCOPE, "HF-1", "Z0001ZZ").rank is None

    built = IndexBuilder(database, settings).build()
    assert (built.embedded, built.published) == (1, False)
    found = service.shortlist(SCOPE, "HF-1", top=200).document.ranked
    assert found[0].candidate.prison_number == "Z0001ZZ"

    monkeypatch.setattr("matching.retrieval.build.DELTA_LIMIT", 0)  # one new person is then many
    renewed = IndexBuilder(database, settings).build()
    assert renewed.published
    assert (renewed.generation.lexicon.weights == built.generation.lexicon.weights).all()
    after = service.shortlist(SCOPE, "HF-1", top=200).document.ranked
    assert after == found, "the same people in the same order, whether in the delta or not"

    fitted = IndexBuilder(database, settings).build(full=True).generation.lexicon
    assert (built.generation.lexicon.profiles, fitted.profiles) == (31, 32)


def test_without_an_index_the_message_says_what_to_run(
    database: Database, make_settings: MakeSettings
) -> None:
    with database.transaction(SCOPE) as connection:
        upsert_vacancies(connection, [_vacancy()])
    with pytest.raises(VectorIndexError, match="newfutures index build"):
        MatchingService(database, make_settings()).shortlist(SCOPE, "HF-1")


def test_a_vacancy_that_is_not_indexed_yet_says_so(
    database: Database, make_settings: MakeSettings
) -> None:
    settings = make_settings()
    _fill(database, settings, [], [_vacancy()])
    with database.transaction(SCOPE) as connection:
        upsert_vacancies(connection, [_vacancy(reference="HF-2")])
    with pytest.raises(VectorIndexError, match="changed since the index was built"):
        MatchingService(database, settings).shortlist(SCOPE, "HF-2")


def test_an_interrupted_build_goes_on_where_it_stopped(
    database: Database, make_settings: MakeSettings, service_database: Database
) -> None:
    settings = make_settings()
    with service_database.transaction(SCOPE) as connection:
        rows = connection.execute("SELECT id FROM candidate ORDER BY id").fetchall()
        people = [each.record for each in list_candidates(connection, [row[0] for row in rows])]
    copies = [
        person.model_copy(update={"prison_number": f"Z{number:04d}ZZ"})
        for number, person in enumerate([*people, *people])
    ]
    with database.transaction(SCOPE) as connection:
        upsert_candidates(connection, copies)

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "candidates" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        IndexBuilder(database, settings).build(on_progress=interrupt)
    built = IndexBuilder(database, settings).build()
    assert 0 < built.embedded < len(copies), "the first batch was kept"
    assert len(built.generation.candidates) == len(copies)
    assert IndexBuilder(database, settings).build().embedded == 0


def test_identical_text_is_encoded_once(database: Database, make_settings: MakeSettings) -> None:
    twins = [_ready(f"Z{number:04d}ZZ", "Cook", "Cooked") for number in range(5)]
    with database.transaction(SCOPE) as connection:
        upsert_candidates(connection, twins)
    built = IndexBuilder(database, make_settings()).build()
    assert built.embedded == 5
    assert built.encoded == len(set(twins[0].embeddable().texts().all()))


def test_the_role_that_ranks_cannot_read_protected_characteristics(database: Database) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        database.transaction(SCOPE) as connection,
    ):
        connection.execute("SELECT * FROM candidate_monitoring")


def test_scores_do_not_depend_on_who_someone_is(
    database: Database, make_settings: MakeSettings
) -> None:
    settings = make_settings()
    same = _ready("Z0001ZZ", "Cook", "Cooked for two hundred")
    other = Candidate.model_validate(
        same.model_dump()
        | {
            "prison_number": "Z0002ZZ",
            "first_name": "Aaliyah",
            "last_name": "Okafor",
            "prison_id": "EWI",
            "offences": ("OTHER",),
            "literacy": "BELOW_ENTRY_3",
            "accommodation": "TEMPORARY",
        }
    )
    _fill(database, settings, [same, other], [_vacancy()])
    ranked = MatchingService(database, settings).shortlist(SCOPE, "HF-1").document.ranked
    assert len(ranked) == 2
    assert ranked[0].score == ranked[1].score


def _someone(service: MatchingService) -> str:
    page = service.list_vacancies(SCOPE, VacancyFilter(open_on=service.today), page=1, size=5)
    shortlist = service.shortlist(SCOPE, str(page.items[0].public_id)).document
    return (*shortlist.ranked, *shortlist.refer)[0].candidate.prison_number


def _fill(
    database: Database, settings: Settings, people: list[Candidate], vacancies: list[Vacancy]
) -> None:
    with database.transaction(SCOPE) as connection:
        upsert_candidates(connection, people)
        upsert_vacancies(connection, vacancies)
    IndexBuilder(database, settings).build()


def _vacancy(reference: str = "HF-1") -> Vacancy:
    return Vacancy.model_validate(
        {
            "employer": {"name": "Harbour Foods Ltd"},
            "reference": reference,
            "title": "Kitchen porter",
            "sector": "HOSPITALITY",
            "industry_sector": "HOSPITALITY_CATERING",
            "source": "NFN",
            "national": True,
            "hours_per_week": "FULL_TIME",
            "description": "Keep our kitchen clean and running.",
            "essential_criteria": "Has washed pots or cleaned in a busy kitchen. Reliable.",
            "how_to_apply": "Ask.",
            "offence_exclusions": ["NONE"],
            "rolling": True,
            "involves": ["NONE"],
        }
    )


def _ready(number: str, role: str, details: str) -> Candidate:
    today = Settings.model_validate({"today": "2026-11-22"}).today
    assert today is not None
    return Candidate.model_validate(
        {
            "prison_number": number,
            "first_name": "Sam",
            "last_name": "Example",
            "prison_id": "MDI",
            "release_date": today + timedelta(days=3),
            "release_area": "LS1",
            "consent": "GIVEN",
            "consent_date": today,
            "right_to_work": "YES",
            "readiness_status": "READY_TO_WORK",
            "work_interests": [{"type": "HOSPITALITY"}],
            "work_experience": [{"role": role, "details": details, "type": "HOSPITALITY"}],
            "training": ["FOOD_HYGIENE_CERTIFICATE"],
            "furthest_travel_miles": 20,
            "offences": ["NONE"],
            "licence_conditions": ["NONE"],
        }
    )


def _without_ids(document: Shortlist) -> dict[str, Any]:
    """The document but for the ids that a database draws at random."""

    def strip(value: Any) -> Any:  # noqa: ANN401 -- JSON
        if isinstance(value, dict):
            return {key: strip(each) for key, each in value.items() if key != "public_id"}
        return [strip(each) for each in value] if isinstance(value, list) else value

    stripped: dict[str, Any] = strip(json.loads(to_bytes(document)))
    return stripped
