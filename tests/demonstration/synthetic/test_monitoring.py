"""Made-up answers to equality monitoring: in published proportions, and beside the point."""

from datetime import date

import pytest

from candidates.monitoring.model import CHARACTERISTICS, AgeBand, Disability, Monitoring
from demonstration.synthetic import monitoring
from demonstration.synthetic.monitoring import NOT_STATED, OPTED_OUT, age_band, generate_monitoring
from demonstration.synthetic.people import generate_people
from foundation.places.prisons import prisons

AS_OF = date(2026, 10, 5)
MANY = 20_000
DRAWN = {
    "ethnicity": monitoring.ETHNICITY,
    "religion": monitoring.RELIGION,
    "sexual_orientation": monitoring.SEXUAL_ORIENTATION,
    "gender_identity": monitoring.GENDER_IDENTITY,
    "disability": monitoring.DISABILITY,
    "nationality": monitoring.NATIONALITY,
}


@pytest.fixture(scope="module")
def records() -> list[Monitoring]:
    return list(generate_monitoring(MANY, seed=11, as_of=AS_OF))


def test_the_same_seed_gives_the_same_answers_wherever_the_work_was_split() -> None:
    whole = list(generate_monitoring(60, seed=4, as_of=AS_OF))
    parts = [
        *generate_monitoring(25, seed=4, as_of=AS_OF),
        *generate_monitoring(35, seed=4, as_of=AS_OF, start=25),
    ]
    assert whole == parts != list(generate_monitoring(60, seed=5, as_of=AS_OF))


def test_answers_are_of_the_same_people_in_the_same_order() -> None:
    people = list(generate_people(300, seed=4, as_of=AS_OF))
    answers = list(generate_monitoring(300, seed=4, as_of=AS_OF))
    numbers = [person.candidate.prison_number for person in people]
    assert [answer.prison_number for answer in answers] == numbers
    womens = {prison.prison_id for prison in prisons().values() if prison.sexes == "F"}
    for person, answer in zip(people, answers, strict=True):
        if answer.sex in ("MALE", "FEMALE"):
            assert (answer.sex == "FEMALE") == (person.candidate.prison_id in womens)


@pytest.mark.parametrize("name", DRAWN)
def test_the_published_proportions_hold(records: list[Monitoring], name: str) -> None:
    shares = DRAWN[name]
    assert sum(shares.values()) == pytest.approx(1)
    stated = [
        getattr(record, name)
        for record in records
        if not record.opted_out and getattr(record, name) != "NOT_STATED"
    ]
    for code, share in shares.items():
        error = 4 * (share * (1 - share) / len(stated)) ** 0.5
        assert abs(stated.count(code) / len(stated) - share) < error, code


def test_a_few_say_nothing_and_a_few_opt_out(records: list[Monitoring]) -> None:
    out = sum(record.opted_out for record in records)
    assert out / MANY == pytest.approx(OPTED_OUT, abs=0.01)
    for name in CHARACTERISTICS:
        silent = sum(getattr(record, name) == "NOT_STATED" for record in records)
        assert silent / (MANY - out) == pytest.approx(NOT_STATED[name], abs=0.01)


def test_answers_have_nothing_to_do_with_qualifications_unless_a_difference_is_planted() -> None:
    people = list(generate_people(6_000, seed=3, as_of=AS_OF))
    without = [not person.candidate.qualifications for person in people]

    def gap(planted: float) -> float:
        answers = list(generate_monitoring(6_000, seed=3, as_of=AS_OF, planted=planted))
        shares = []
        for group in (True, False):
            said = [
                answer.disability is Disability.DISABLED
                for answer, none in zip(answers, without, strict=True)
                if none is group and not answer.opted_out
            ]
            shares.append(sum(said) / len(said))
        return shares[0] - shares[1]

    assert abs(gap(0.0)) < 0.05
    assert gap(0.5) > 0.2


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (17, AgeBand.UNDER_18),
        (18, AgeBand.FROM_18_TO_20),
        (20, AgeBand.FROM_18_TO_20),
        (21, AgeBand.FROM_21_TO_24),
        (59, AgeBand.FROM_50_TO_59),
        (60, AgeBand.FROM_60),
        (99, AgeBand.FROM_60),
    ],
)
def test_ages_are_banded(age: int, band: AgeBand) -> None:
    assert age_band(age) is band
