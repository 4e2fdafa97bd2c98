"""What stands in the way of putting someone forward, and what it needs to go on."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from application_world import ALL, World
from hypothesis import given
from hypothesis import strategies as st
from strategies import candidates, vacancies

from candidates.model import Candidate, StoredCandidate
from casework.applications.model import ChangeResult, Places, PutForwardAnswers
from casework.applications.putting_forward import (
    CONSENT_RULES,
    Problem,
    PutForwardError,
    check_put_forward,
    unanswered,
)
from employers.model import StoredVacancy, Vacancy
from foundation.errors import ConflictError, NotFoundError, ValidationError
from foundation.vocabulary import AgreementHow, ApplicationState
from matching.rules.eligibility import assess
from matching.rules.pair import Outcome, Pair
from matching.shortlists.store import insert_run

S = ApplicationState
TODAY = date(2026, 11, 22)


def problems(world: World, application: ChangeResult) -> dict[str, Problem]:
    check = world.service.check_put_forward(world.lead, application.public_id)
    return {problem.code: problem for problem in check.problems}


def agreed(world: World, begun: ChangeResult) -> ChangeResult:
    world.service.agree(world.lead, begun.public_id, AgreementHow.IN_WRITING)
    return begun


def test_nothing_stands_in_the_way_of_someone_ready_who_agreed(world: World) -> None:
    begun = agreed(world, world.shortlisted())
    assert problems(world, begun) == {}
    moved = world.service.put_forward(world.lead, begun.public_id, version=1)
    assert (moved.state, moved.version) == (S.PUT_FORWARD, 2)


def test_without_agreement_nobody_is_put_forward(world: World) -> None:
    begun = world.shortlisted()
    assert problems(world, begun)["AGREEMENT"].blocking
    with pytest.raises(PutForwardError, match="have not agreed"):
        world.service.put_forward(
            world.lead,
            begun.public_id,
            version=1,
            answers=PutForwardAnswers(decision="Yes", documents="Later"),
        )
    assert world.row(begun.public_id) == (S.SHORTLISTED, 1)


def test_agreement_to_one_vacancy_is_not_agreement_to_another(world: World) -> None:
    agreed(world, world.shortlisted())
    other = world.shortlisted(reference="HF-2")
    assert "AGREEMENT" in problems(world, other)


def test_someone_who_became_ineligible_is_not_put_forward_whatever_is_decided(
    world: World,
) -> None:
    begun = agreed(world, world.shortlisted())
    world.person(1, right_to_work="NO")
    assert problems(world, begun)["NO_RIGHT_TO_WORK"].blocking
    with pytest.raises(PutForwardError):
        world.service.put_forward(
            world.lead, begun.public_id, version=1, answers=PutForwardAnswers(decision="Yes")
        )


def test_what_is_referred_to_a_person_needs_their_decision_which_is_kept(world: World) -> None:
    begun = agreed(world, world.shortlisted())
    world.person(1, right_to_work="UNKNOWN")
    assert not problems(world, begun)["RIGHT_TO_WORK_UNKNOWN"].blocking
    with pytest.raises(PutForwardError):
        world.service.put_forward(world.lead, begun.public_id, version=1)
    world.service.put_forward(
        world.lead,
        begun.public_id,
        version=1,
        answers=PutForwardAnswers(decision="Passport seen today"),
    )
    (decision,) = world.service.get_application(world.lead, begun.public_id).decisions
    assert decision.problems == ("RIGHT_TO_WORK_UNKNOWN",)
    assert decision.decision == "Passport seen today"


def test_documents_that_are_not_ready_need_a_reason(world: World) -> None:
    world.person(1, readiness_actions=[{"action": "CV_AND_COVERING_LETTER", "status": "COMPLETED"}])
    world.vacancy(
        documents_asked_for=["CV", "DISCLOSURE_LETTER", "OTHER"], documents_details="A reference"
    )
    begun = agreed(world, world.service.shortlist(world.lead, "HF-1", "A0001BC"))
    assert set(problems(world, begun)) == {"DISCLOSURE_LETTER_MISSING", "OTHER_MISSING"}
    with pytest.raises(PutForwardError, match="Disclosure letter"):
        world.service.put_forward(
            world.lead, begun.public_id, version=1, answers=PutForwardAnswers(decision="Go on")
        )
    moved = world.service.put_forward(
        world.lead, begun.public_id, version=1, answers=PutForwardAnswers(documents="Being typed")
    )
    assert moved.state is S.PUT_FORWARD


def test_a_closed_vacancy_takes_nobody(world: World) -> None:
    begun = agreed(world, world.shortlisted())
    world.vacancy(rolling=False, closing_date=TODAY - timedelta(1))
    assert problems(world, begun)["VACANCY_CLOSED"].blocking


def test_consent_that_was_withdrawn_ends_agreement_and_application(world: World) -> None:
    held = world.put_forward()
    assert world.service.list_introduced(world.employer, page=1, size=10).total == 1
    world.person(1, consent="WITHDRAWN")
    assert world.row(held.public_id)[0] == S.WITHDRAWN
    (agreement,) = world.service.get_application(world.lead, held.public_id).agreements
    assert agreement.withdrawn_on is not None
    assert world.service.list_introduced(world.employer, page=1, size=10).total == 0


def test_agreement_is_told_with_who_recorded_it_and_how(world: World) -> None:
    begun = agreed(world, world.shortlisted())
    (agreement,) = world.service.get_application(world.lead, begun.public_id).agreements
    assert (agreement.how, agreement.recorded_by) == (AgreementHow.IN_WRITING, "lead@moorland")
    assert agreement.recorded_role == "PRISON_EMPLOYMENT_LEAD"
    with pytest.raises(ConflictError):
        agreed(world, begun)
    with pytest.raises(ValidationError):
        world.service.agree(world.coach, begun.public_id, AgreementHow.BY_PHONE)


def test_agreement_that_is_withdrawn_hides_the_person_and_withdraws_the_application(
    world: World,
) -> None:
    held = world.taken_to(S.INTERVIEW_BOOKED)
    assert world.service.get_introduced(world.employer, held.public_id).state is S.INTERVIEW_BOOKED
    moved = world.service.withdraw_agreement(world.coach, held.public_id)
    assert moved.state is S.WITHDRAWN
    with pytest.raises(NotFoundError):
        world.service.get_introduced(world.employer, held.public_id)
    last = world.service.history(world.lead, held.public_id)[-1]
    assert (last.reason, last.actor) == ("AGREEMENT_WITHDRAWN", "coach@leeds")
    with pytest.raises(NotFoundError):
        world.service.withdraw_agreement(world.lead, held.public_id)


def test_after_work_began_agreement_can_end_and_the_work_is_not_unsaid(world: World) -> None:
    held = world.taken_to(S.STARTED)
    assert world.service.withdraw_agreement(world.lead, held.public_id).state is S.STARTED
    with pytest.raises(NotFoundError):
        world.service.get_introduced(world.employer, held.public_id)


def test_only_the_persons_own_staff_withdraw_agreement(world: World) -> None:
    held = world.put_forward()
    with pytest.raises(ValidationError):
        world.service.withdraw_agreement(world.employer, held.public_id)
    with pytest.raises(ValidationError):  # that is for prison staff until the person is put forward
        world.service.withdraw_agreement(world.coach, world.shortlisted(2).public_id)


def test_a_filled_vacancy_takes_nobody_new_until_a_place_falls_free(world: World) -> None:
    world.vacancy(number_of_vacancies=1)
    first, second = world.put_forward(1), agreed(world, world.shortlisted(2))
    offered = world.move(first, S.JOB_OFFER)
    assert world.service.places(world.lead, "HF-1").left == 1
    accepted = world.move(offered, S.OFFER_ACCEPTED)
    assert world.service.places(world.employer, "HF-1").left == 0
    assert problems(world, second)["FILLED"].blocking
    with pytest.raises(ValidationError, match="its only place is taken"):
        world.service.shortlist(world.lead, "HF-1", world.person(3))
    world.move(accepted, S.WITHDRAWN, reason="DID_NOT_START")
    assert world.service.places(world.lead, "HF-1").left == 1
    assert world.service.put_forward(world.lead, second.public_id, version=1).version == 2
    assert world.service.shortlist(world.lead, "HF-1", "A0003BC").version == 1


def test_those_already_put_forward_go_on_when_a_vacancy_fills(world: World) -> None:
    first, second = world.put_forward(1), world.put_forward(2)
    world.move(world.move(first, S.JOB_OFFER), S.OFFER_ACCEPTED)
    assert world.move(second, S.SELECTED_FOR_INTERVIEW, world.employer).version == 3


def test_places_count_people_of_prisons_that_the_lead_does_not_see(world: World) -> None:
    world.person(9, prison_id="LEI")
    begun = world.service.shortlist(ALL, world.vacancy(), "A0009BC")
    world.service.agree(ALL, begun.public_id, AgreementHow.BY_PHONE)
    held = world.service.put_forward(ALL, begun.public_id, version=1)
    world.move(world.move(held, S.JOB_OFFER), S.OFFER_ACCEPTED)
    assert world.service.count_by_state(world.lead)[S.OFFER_ACCEPTED] == 0
    assert world.service.places(world.lead, "HF-1").left == 0


def test_a_person_who_is_deleted_gives_the_place_back(world: World) -> None:
    world.taken_to(S.OFFER_ACCEPTED)
    with world.database.transaction(ALL) as connection:
        connection.execute("DELETE FROM candidate")
    assert world.service.places(ALL, "HF-1").left == 1


def test_an_application_keeps_the_ranking_that_the_person_was_picked_from(world: World) -> None:
    number, reference = world.person(), world.vacancy()
    with world.database.transaction(ALL) as connection:
        run_id = insert_run(connection, "shortlist", world.vacancy_id(reference), {}, b"{}", "0")
    with pytest.raises(NotFoundError, match="no ranking"):
        world.service.shortlist(world.lead, reference, number, run_id=uuid4(), rank=2)
    with pytest.raises(ValidationError, match="from 1"):
        world.service.shortlist(world.lead, reference, number, run_id=run_id, rank=0)
    begun = world.service.shortlist(world.lead, reference, number, run_id=run_id, rank=2)
    kept = world.service.get_application(world.lead, begun.public_id).application
    assert (kept.run_id, kept.rank) == (run_id, 2)


@given(candidates(), vacancies(), st.booleans(), st.integers(1, 3), st.integers(0, 4))
def test_what_bars_is_what_the_rules_refuse_and_what_is_missing(
    person: Candidate, vacancy: Vacancy, agreed: bool, number: int, taken: int
) -> None:
    pair = Pair(
        StoredCandidate(1, uuid4(), 0, person, None, None, None),
        StoredVacancy(1, uuid4(), 0, vacancy, None, None, None),
        TODAY,
    )
    places = Places(number, taken)
    found = check_put_forward(pair, agreed=agreed, places=places)
    outcome, reasons = assess(pair)
    bars = any(problem.blocking for problem in found)
    assert bars == (outcome is Outcome.INELIGIBLE or not agreed or taken >= number)
    told = {problem.code for problem in found}
    assert {reason.code for reason in reasons} - set(CONSENT_RULES) <= told
    everything = PutForwardAnswers(decision="Yes", documents="Yes")
    assert unanswered(found, everything) == [problem for problem in found if problem.blocking]
    assert [problem.blocking for problem in found] == sorted(
        (problem.blocking for problem in found), reverse=True
    )
