"""Policies in force over real people: chosen, signed, recorded, replayed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from math import log2

import psycopg
import pytest

from candidates.store import upsert_candidates
from demonstration.population import load_demonstration
from demonstration.synthetic.people import generate_people
from employers.model import VacancyFilter
from foundation.database import Database, Scope
from foundation.errors import NotFoundError, ValidationError
from foundation.settings import Settings
from matching.explain.document import Shortlist, to_bytes
from matching.fairness.policy import POLICIES
from matching.fairness.record import PolicyError, PolicyRecord
from matching.policies.service import (
    EARLIER,
    RELEVANT,
    STANDING,
    add_policy,
    approve_policy,
    end_policy,
    ensure_policies,
    get_policies,
)
from matching.policies.store import insert_policy
from matching.retrieval.build import IndexBuilder
from matching.shortlists.service import MatchingService

TODAY = date(2026, 11, 22)
SCOPE = Scope("tests")
VACANCY = "HF-001"
WITHOUT_A_PLAN = [kind for kind in POLICIES if kind != "allocation"]


@pytest.fixture(scope="module")
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.model_validate({"data_dir": tmp_path_factory.mktemp("own"), "today": TODAY})


@pytest.fixture(scope="module")
def own_service(own_database: Database, own_settings: Settings) -> MatchingService:
    """A service of this file's own, which may be written to."""
    load_demonstration(own_database, people=150, seed=11, as_of=TODAY, vacancies=6)
    IndexBuilder(own_database, own_settings).build()
    approve_policy(
        own_database, SCOPE, "additive", by="A. Governor", until=TODAY + timedelta(30), today=TODAY
    )
    return MatchingService(own_database, own_settings)


@pytest.fixture(scope="module")
def moving(own_service: MatchingService) -> Shortlist:
    """The first list in which floors by need move somebody."""
    found = own_service.list_vacancies(SCOPE, VacancyFilter(), page=1, size=200).items
    lists = (own_service.shortlist(SCOPE, str(each.public_id)).document for each in found)
    return next(each for each in lists if any(entry.move for entry in (*each.ranked, *each.refer)))


def ranked(document: Shortlist) -> list[str]:
    return [entry.candidate.prison_number for entry in (*document.ranked, *document.refer)]


def test_the_default_is_floors_by_need_band(own_service: MatchingService) -> None:
    document = own_service.shortlist(SCOPE, VACANCY).document
    assert document.basis.policy == "floor@1"
    assert document.fairness.policy.groups == ("need band",)


@pytest.mark.parametrize("policy", WITHOUT_A_PLAN)
def test_each_policy_can_be_chosen_and_is_replayed_byte_for_byte(
    own_service: MatchingService, policy: str
) -> None:
    made = own_service.shortlist(SCOPE, VACANCY, policy=policy)
    assert made.document.fairness.policy.kind == policy
    assert own_service.replay(SCOPE, made.run_id) == to_bytes(made.document)
    everyone = ranked(made.document)
    assert len(set(everyone)) == len(everyone)


@pytest.mark.parametrize("policy", ["floor", "multi", "statistical"])
def test_every_prefix_of_a_list_holds_what_its_floors_ask(
    own_service: MatchingService, policy: str
) -> None:
    document = own_service.shortlist(SCOPE, VACANCY, policy=policy, top=20).document
    for fairness in (document.fairness, document.refer_fairness):
        for floor in fairness.floors:
            assert floor.shown >= min(floor.required, floor.available)


def test_why_gives_the_same_rank_and_the_same_move_as_the_list(
    own_service: MatchingService, moving: Shortlist
) -> None:
    moved = [entry for entry in (*moving.ranked, *moving.refer) if entry.move]
    for entry in moved[:4]:
        vacancy = str(moving.vacancy.public_id)
        why = own_service.why(SCOPE, vacancy, entry.candidate.prison_number)
        assert why.rank == entry.rank
        assert why.move is not None
        assert entry.move is not None
        assert why.move.baseline == entry.move.baseline
        assert why.move.sentence.startswith(f"From {entry.move.baseline} by score to {entry.rank}")
        assert why.policy.id == "floor@1"


def test_somebody_who_is_not_eligible_changes_nothing(
    own_service: MatchingService, own_database: Database, own_settings: Settings
) -> None:
    before = {
        kind: own_service.shortlist(SCOPE, VACANCY, policy=kind) for kind in ("none", "floor")
    }
    withdrawn = next(
        person.candidate
        for person in generate_people(400, seed=99, as_of=TODAY, start=5000)
        if person.candidate.consent == "WITHDRAWN"
    )
    with own_database.transaction(SCOPE) as connection:
        upsert_candidates(connection, [withdrawn])
    IndexBuilder(own_database, own_settings).build()
    for kind, made in before.items():
        after = own_service.shortlist(SCOPE, VACANCY, policy=kind).document
        assert ranked(after) == ranked(made.document)
        assert after.counts.ineligible == made.document.counts.ineligible + 1


class TestSigning:
    """T1 does not run unsigned; a version is never changed."""

    def test_a_policy_that_needs_a_signature_is_refused_without(
        self, own_service: MatchingService
    ) -> None:
        with pytest.raises(PolicyError, match="additive@1 is of tier T1 and is not signed"):
            own_service.shortlist(SCOPE, VACANCY, policy="additive@1")

    def test_the_signature_is_shown_with_what_it_allows(self, own_service: MatchingService) -> None:
        document = own_service.shortlist(SCOPE, VACANCY, policy="additive").document
        assert document.fairness.policy.approved_by == "A. Governor"
        assert document.fairness.policy.id == "additive@2"

    def test_an_ended_policy_does_not_run(
        self, own_service: MatchingService, own_database: Database
    ) -> None:
        with own_database.transaction(SCOPE) as connection:
            current = get_policies(own_database, SCOPE, "det_cons")[0]
            connection.execute("SELECT 1")
        values = current.model_dump() | {"name": "past", "valid_until": TODAY - timedelta(1)}
        add_policy(own_database, SCOPE, PolicyRecord.model_validate(values))
        with pytest.raises(PolicyError, match="past@1 ended on 2026-11-21"):
            own_service.shortlist(SCOPE, VACANCY, policy="past")
        assert end_policy(own_database, SCOPE, "det_greedy", today=TODAY).valid_until == TODAY
        own_service.shortlist(SCOPE, VACANCY, policy="det_greedy")

    def test_a_version_is_kept_once_and_in_order(self, own_database: Database) -> None:
        (current,) = get_policies(own_database, SCOPE, "floor")
        with pytest.raises(ValidationError, match="the next of floor is 2"):
            add_policy(own_database, SCOPE, current)
        with pytest.raises(ValidationError, match="the next of floor is 2"):
            add_policy(own_database, SCOPE, current.model_copy(update={"version": 4}))

    @pytest.mark.parametrize("threshold", EARLIER)
    def test_a_standing_policy_of_earlier_weights_gets_a_next_version(
        self, new_dsn: Callable[[], str], threshold: float
    ) -> None:
        earlier = {"version": 2, "relevance_threshold": threshold}
        with Database(new_dsn()) as database:
            with database.transaction(SCOPE) as connection:
                for policy in STANDING:
                    insert_policy(connection, policy.model_copy(update=earlier))
            signed = approve_policy(
                database, SCOPE, "additive", by="A. Governor", until=TODAY, today=TODAY
            )
            for _ in range(2):
                ensure_policies(database)
                newest = {policy.name: policy for policy in get_policies(database, SCOPE)}
                assert newest.pop("additive") == signed
                found = {(each.version, each.relevance_threshold) for each in newest.values()}
                assert found == {(3, RELEVANT)}

    def test_nobody_can_change_or_delete_a_version(self, own_database: Database) -> None:
        for statement in ("UPDATE fairness_policy SET tier = 'T0'", "DELETE FROM fairness_policy"):
            with (
                pytest.raises(psycopg.errors.InsufficientPrivilege),
                own_database.transaction(SCOPE) as connection,
            ):
                connection.execute(statement.encode())

    def test_the_database_itself_refuses_a_protected_characteristic(
        self, own_database: Database
    ) -> None:
        with (
            pytest.raises(psycopg.errors.CheckViolation),
            own_database.owner_transaction() as connection,
        ):
            connection.execute(
                "INSERT INTO fairness_policy (name, version, kind, groups, shrinkage, alpha,"
                " min_ndcg, relevance_threshold, tier, owner, aim, evidence)"
                " VALUES ('x', 1, 'floor', '{sex}', 0, .1, .9, 0, 'T0', 'o', 'a', 'e')"
            )

    def test_an_unknown_policy_is_refused_with_those_there_are(
        self, own_service: MatchingService
    ) -> None:
        with pytest.raises(NotFoundError, match="no policy 'quota'; there are: additive"):
            own_service.shortlist(SCOPE, VACANCY, policy="quota")
        with pytest.raises(NotFoundError, match="no plan whose prices could be used"):
            own_service.shortlist(SCOPE, VACANCY, policy="allocation")


class TestLedger:
    """Exposure is counted once for each vacancy, whoever looks and however often."""

    def ledger(self, database: Database) -> dict[tuple[str, str], tuple[int | None, float, float]]:
        with database.transaction(SCOPE) as connection:
            rows = connection.execute(
                "SELECT v.reference, c.prison_number, e.rank, e.exposure, e.merit"
                " FROM exposure AS e JOIN vacancy AS v ON v.id = e.vacancy_id"
                " JOIN candidate AS c ON c.id = e.candidate_id"
            ).fetchall()
        return {(row[0], row[1]): row[2:] for row in rows}

    def test_it_holds_what_the_list_gave(
        self, own_service: MatchingService, own_database: Database
    ) -> None:
        document = own_service.shortlist(SCOPE, VACANCY, top=10).document
        own_service.shortlist(SCOPE, VACANCY, top=10)
        held = {
            number: row
            for (reference, number), row in self.ledger(own_database).items()
            if reference == VACANCY
        }
        places = document.ranked or document.refer
        for entry in places:
            rank, exposure, _ = held[entry.candidate.prison_number]
            assert rank == entry.rank
            assert exposure == pytest.approx(1 / log2(1 + entry.rank))
        assert sum(row[0] is not None for row in held.values()) == len(places)
        total = sum(row[1] for row in held.values())
        assert sum(row[2] for row in held.values()) == pytest.approx(total)

    def test_a_look_at_one_prison_leaves_what_others_had(
        self, own_service: MatchingService, own_database: Database
    ) -> None:
        own_service.shortlist(SCOPE, VACANCY, top=10)
        before = self.ledger(own_database)
        own_service.shortlist(SCOPE, VACANCY, top=10, prison="ZZZ")
        assert self.ledger(own_database) == before

    def test_rankings_at_the_same_time_repay_no_debt_twice(
        self, own_service: MatchingService, own_database: Database
    ) -> None:
        with own_database.owner_transaction() as connection:
            connection.execute("DELETE FROM exposure")
            names = [
                row[0] for row in connection.execute("SELECT public_id::text FROM vacancy LIMIT 12")
            ]
        with ThreadPoolExecutor(4) as threads:
            together = list(
                threads.map(
                    lambda name: own_service.shortlist(SCOPE, name, top=10, policy="amortised"),
                    names,
                )
            )
        shown = self.ledger(own_database)
        for made in together:
            for entry in made.document.ranked:
                key = (made.document.vacancy.reference, entry.candidate.prison_number)
                assert shown[key][0] == entry.rank
        # One after the other, each ranking saw all that were kept before it: run again alone, the
        # last of them finds the same debts.
        with own_database.transaction(SCOPE) as connection:
            last = connection.execute(
                "SELECT v.public_id::text, r.id FROM ranking_run AS r"
                " JOIN vacancy AS v ON v.id = r.subject_id WHERE r.kind = 'shortlist'"
                " AND r.inputs->'policy'->>'name' = 'amortised' AND v.public_id::text = ANY(%s)"
                " ORDER BY r.made_at DESC LIMIT 1",
                [names],
            ).fetchone()
        assert last is not None
        again = own_service.shortlist(SCOPE, last[0], top=10, policy="amortised")
        assert again.document.ranked

    def test_what_the_gate_decided_is_kept_for_everyone(
        self, own_service: MatchingService, own_database: Database
    ) -> None:
        document = own_service.shortlist(SCOPE, VACANCY).document
        with own_database.monitoring_transaction(SCOPE) as connection:
            rows = connection.execute(
                "SELECT outcome, sum(cardinality(candidate_ids)) FROM gate_outcome AS g"
                " JOIN vacancy AS v ON v.id = g.vacancy_id WHERE v.public_id = %s"
                " GROUP BY outcome",
                [document.vacancy.public_id],
            ).fetchall()
        people = document.counts.eligible + document.counts.refer + document.counts.ineligible
        kept = sum(row[1] for row in rows)
        assert kept in (people, people - 1), "the first look of the day is kept"
        assert {row[0] for row in rows} <= {"eligible", "refer", "ineligible"}

    def test_who_ranks_cannot_read_what_the_gate_decided(self, own_database: Database) -> None:
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            own_database.transaction(SCOPE) as connection,
        ):
            connection.execute("SELECT candidate_ids FROM gate_outcome")
