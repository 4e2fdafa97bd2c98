"""Made-up people: the same from the same seed, in the published proportions, true to themselves."""

import os
import subprocess
import sys
from datetime import date
from random import Random
from statistics import mean

import pytest

from candidates.model import Candidate
from demonstration.synthetic import background
from demonstration.synthetic.catalogue import occupations, prisons
from demonstration.synthetic.people import SyntheticPerson, generate_people, prison_number
from foundation.vocabulary import Consent, LicenceCondition, ReadinessStatus, RightToWork, Training

AS_OF = date(2026, 10, 5)
MANY = 20_000


@pytest.fixture(scope="module")
def people() -> list[SyntheticPerson]:
    return list(generate_people(MANY, seed=11, as_of=AS_OF))


def share(people: list[SyntheticPerson], true: list[bool]) -> float:
    assert len(true) == len(people)
    return sum(true) / len(true)


def within_sampling_error(found: float, expected: float, among: int = MANY) -> bool:
    return abs(found - expected) < 4 * (expected * (1 - expected) / among) ** 0.5


def test_the_same_seed_gives_the_same_people() -> None:
    first = list(generate_people(50, seed=4, as_of=AS_OF))
    assert first == list(generate_people(50, seed=4, as_of=AS_OF))
    assert first != list(generate_people(50, seed=5, as_of=AS_OF))


def test_every_process_makes_the_same_people() -> None:
    program = (
        "from datetime import date; from demonstration.synthetic.people import generate_people;"
        f"print(list(generate_people(200, seed=4, as_of=date.fromisoformat('{AS_OF}'))))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1


def test_what_is_told_is_part_of_the_truth_and_more_of_it_where_more_was_written(
    people: list[SyntheticPerson],
) -> None:
    assert all(set(person.told) <= set(person.occupations) for person in people)
    shares = {
        quality: mean(
            len(person.told) / len(person.occupations)
            for person in people
            if person.quality == quality and person.occupations
        )
        for quality in ("short", "usual", "long")
    }
    assert shares["short"] < shares["usual"] < shares["long"]


def test_a_person_does_not_depend_on_where_the_work_was_split() -> None:
    whole = list(generate_people(60, seed=4, as_of=AS_OF))
    parts = [
        *generate_people(25, seed=4, as_of=AS_OF),
        *generate_people(35, seed=4, as_of=AS_OF, start=25),
    ]
    assert whole == parts


def test_prison_numbers_are_unique_even_at_the_far_end_of_a_million() -> None:
    indices = [*range(50_000), *range(990_000, 1_000_000)]
    assert len({prison_number(index) for index in indices}) == len(indices)
    far = next(generate_people(1, seed=4, as_of=AS_OF, start=999_999))
    assert far.candidate.prison_number == prison_number(999_999)


def test_the_published_proportions_hold(people: list[SyntheticPerson]) -> None:
    womens = {prison.prison_id for prison in prisons() if prison.sexes == "F"}
    records = [person.candidate for person in people]
    found = {
        background.NO_QUALIFICATIONS: [not record.qualifications for record in records],
        background.NEVER_HAD_A_JOB: [record.ever_worked is False for record in records],
        background.HOMELESS_BEFORE: [record.no_fixed_abode for record in records],
        background.MEN: [record.prison_id not in womens for record in records],
    }
    for expected, true in found.items():
        assert within_sampling_error(share(people, true), expected), expected


def test_two_in_three_were_out_of_work_before_custody() -> None:
    drawn = [background.draw_background(Random(index), AS_OF) for index in range(MANY)]
    unemployed = sum(each.unemployed for each in drawn) / MANY
    assert within_sampling_error(unemployed, background.UNEMPLOYED_BEFORE)
    gaps = [each.came_in - each.last_worked for each in drawn if not each.unemployed]
    assert set(gaps) == {0}


def test_the_assumed_proportions_hold(people: list[SyntheticPerson]) -> None:
    records = [person.candidate for person in people]
    ready = ReadinessStatus.READY_TO_WORK
    expected = (
        (0.92, [record.consent is Consent.GIVEN for record in records]),
        (0.68, [record.readiness_status is ready for record in records]),
        (0.02, [record.release_date is None for record in records]),
        (0.94, [record.offences is not None for record in records]),
        (0.90, [record.licence_conditions is not None for record in records]),
        (0.93, [record.training is not None for record in records]),
        (0.03, [record.furthest_travel_miles is None for record in records]),
        (0.94 * 0.78, [record.offences == ("NONE",) for record in records]),
    )
    for target, true in expected:
        assert within_sampling_error(share(people, true), target), target


@pytest.mark.parametrize(
    ("condition", "target"),
    [
        (LicenceCondition.CURFEW, 0.08),
        (LicenceCondition.EXCLUSION_ZONE, 0.06),
        (LicenceCondition.NO_WORK_WITH_CHILDREN, 0.04),
        (LicenceCondition.NO_WORK_WITH_VULNERABLE_ADULTS, 0.03),
        (LicenceCondition.NO_INTERNET, 0.015),
        (LicenceCondition.NO_DRIVING, 0.03),
        (LicenceCondition.EMPLOYMENT_NEEDS_APPROVAL, 0.03),
    ],
)
def test_licence_conditions_are_as_common_as_assumed(
    people: list[SyntheticPerson], condition: LicenceCondition, target: float
) -> None:
    recorded = [person.candidate.licence_conditions for person in people]
    known = [conditions for conditions in recorded if conditions is not None]
    found = sum(condition in conditions for conditions in known) / len(known)
    assert found == pytest.approx(target, abs=0.007)


def test_literacy_is_low_for_about_half(people: list[SyntheticPerson]) -> None:
    low = [person.candidate.literacy in ("BELOW_ENTRY_3", "ENTRY_3") for person in people]
    assert share(people, low) == pytest.approx(0.5, abs=0.02)


def test_every_candidate_passes_the_model_again(people: list[SyntheticPerson]) -> None:
    for person in people[:3_000]:
        assert Candidate.model_validate(person.candidate.model_dump()) == person.candidate


def test_whoever_could_do_a_job_holds_the_certificates_it_requires(
    people: list[SyntheticPerson],
) -> None:
    for person in people:
        if person.candidate.training is None:
            continue  # not recorded, so nothing is said either way
        held = set(person.candidate.certificates_held())
        for slug in person.occupations:
            assert set(occupations()[slug].required_certificates) <= held, slug


def test_what_was_not_recorded_says_nothing(people: list[SyntheticPerson]) -> None:
    unrecorded = [each.candidate for each in people if each.candidate.training is None]
    assert unrecorded
    assert all(record.certificates_held() == () for record in unrecorded)


def test_facts_agree_with_each_other(people: list[SyntheticPerson]) -> None:
    for person in people:
        record = person.candidate
        no_right = record.readiness_status is ReadinessStatus.NO_RIGHT_TO_WORK
        assert no_right == (record.right_to_work is RightToWork.NO)
        if record.ever_worked is False:
            assert record.work_experience == ()
            assert record.years_since_last_work is None
        else:
            assert record.work_experience
        if LicenceCondition.NO_DRIVING in (record.licence_conditions or ()):
            assert not record.can_drive
        if record.can_drive and record.training is not None:
            assert Training.FULL_UK_DRIVING_LICENCE in record.training
        assert all((job.end_year or 0) <= AS_OF.year for job in record.work_experience)


def test_the_truth_is_known_for_nearly_everybody_and_main_is_part_of_it(
    people: list[SyntheticPerson],
) -> None:
    assert share(people, [bool(person.occupations) for person in people]) > 0.97
    for person in people:
        assert person.main is None or person.main in person.occupations
        assert len(set(person.occupations)) == len(person.occupations)
        assert set(person.occupations) <= occupations().keys()


def test_those_who_never_worked_could_only_begin_where_nothing_is_asked(
    people: list[SyntheticPerson],
) -> None:
    for person in people:
        if person.candidate.ever_worked is False:
            assert all(occupations()[slug].entry == "NONE" for slug in person.occupations)


def test_every_occupation_is_somebodys(people: list[SyntheticPerson]) -> None:
    assert {slug for person in people for slug in person.occupations} == occupations().keys()


def test_the_truth_is_in_no_record(people: list[SyntheticPerson]) -> None:
    # A slug of one word is an ordinary word (cook, welder), so only the others can give it away.
    slugs = [slug for slug in occupations() if "-" in slug]
    for person in people[:3_000]:
        record = person.candidate.model_dump_json().lower()
        assert "synthetic" not in record
        assert not any(slug in record for slug in slugs)


def test_texts_vary(people: list[SyntheticPerson]) -> None:
    told = [
        (job.role, job.details)
        for person in people
        for job in person.candidate.work_experience
        if person.quality != "short"
    ]
    assert len(set(told)) / len(told) > 0.97
    short = [
        person.candidate.embeddable().texts().whole
        for person in people
        if person.quality == "short"
    ]
    assert len(set(short)) / len(short) > 0.9


def test_qualities_differ_in_length_and_some_people_make_slips(
    people: list[SyntheticPerson],
) -> None:
    def words(quality: str) -> float:
        lengths = [
            sum(len(job.details.split()) for job in person.candidate.work_experience)
            for person in people
            if person.quality == quality
        ]
        return sum(lengths) / len(lengths)

    assert words("short") < 5 < words("usual") / 2
    assert words("usual") * 2 < words("long")
    assert 0.25 < share(people, [person.slips > 0 for person in people]) < 0.75
