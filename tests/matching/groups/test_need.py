"""Need: points that explain themselves, from circumstances and from nothing else."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.model import Candidate, Qualification, WorkExperience
from demonstration.synthetic.people import generate_people
from foundation.errors import NotFoundError
from foundation.vocabulary import (
    Accommodation,
    AffectingAbility,
    LicenceCondition,
    Offence,
    QualificationLevel,
    QualificationType,
    SkillLevel,
    Training,
)
from matching.groups.need import FACTS, Need, NeedBand, assess_need, load_need, weeks_between

TODAY = date(2026, 11, 22)
LEAST = {"prison_number": "A1234BC", "first_name": "Sam", "last_name": "Hill", "prison_id": "MDI"}
BETTER_SKILL = (
    SkillLevel.BELOW_ENTRY_3,
    SkillLevel.ENTRY_3,
    SkillLevel.LEVEL_1,
    SkillLevel.LEVEL_2,
)
BETTER_HOME = (Accommodation.NO_FIXED_ABODE, Accommodation.TEMPORARY, Accommodation.SETTLED)

circumstances = st.fixed_dictionaries(
    {
        "qualifications": st.lists(
            st.builds(
                Qualification,
                subject=st.just("Maths"),
                level=st.none() | st.sampled_from(QualificationLevel),
            ),
            max_size=3,
        ).map(tuple),
        "qualification_types": st.lists(
            st.sampled_from(QualificationType), unique=True, max_size=3
        ).map(tuple),
        "training": st.none()
        | st.just((Training.NONE,))
        | st.sampled_from([(Training.CSCS_CARD,), (Training.FIRST_AID_CERTIFICATE,)]),
        "ever_worked": st.none() | st.booleans(),
        "years_since_last_work": st.none() | st.integers(0, 30),
        "work_experience": st.lists(
            st.builds(
                WorkExperience, role=st.just("Cook"), end_year=st.none() | st.integers(1990, 2026)
            ),
            max_size=2,
        ).map(tuple),
        "literacy": st.sampled_from(SkillLevel),
        "numeracy": st.sampled_from(SkillLevel),
        "digital": st.sampled_from(SkillLevel),
        "accommodation": st.sampled_from(Accommodation),
        "no_fixed_abode": st.booleans(),
        "release_date": st.none()
        | st.integers(-60, 400).map(lambda days: TODAY + timedelta(days=days)),
    }
)


def person(**values: Any) -> Candidate:  # noqa: ANN401 -- any field of a candidate
    return Candidate.model_validate(LEAST | values)


def need(**values: Any) -> Need:  # noqa: ANN401 -- any field of a candidate
    return assess_need(person(**values), TODAY)


def part(fact: str, **values: Any) -> tuple[int, bool]:  # noqa: ANN401 -- any field
    found = next(part for part in need(**values).parts if part.fact == fact)
    return found.points, found.known


@given(circumstances)
def test_the_parts_sum_to_the_points_and_count_what_is_not_known(values: dict[str, Any]) -> None:
    found = need(**values)
    assert sum(part.points for part in found.parts) == found.points
    assert sum(not part.known for part in found.parts) == found.unknown
    assert [part.fact for part in found.parts] == list(FACTS)
    assert all(part.sentence and part.points >= 0 for part in found.parts)
    assert found.band is load_need().band(found.points)


def test_of_someone_about_whom_nothing_is_known_every_fact_counts_half() -> None:
    table = load_need()
    most = sum(max(a.points for a in fact.answers.values()) for fact in table.facts.values())
    found = need()
    assert found.unknown == len(table.facts)
    assert found.points * 2 == most


def eased(values: dict[str, Any]) -> list[dict[str, Any]]:
    """The same circumstances with one hardship less, in every way that there is."""
    ways: list[dict[str, Any]] = [
        {skill: BETTER_SKILL[BETTER_SKILL.index(values[skill]) + 1]}
        for skill in ("literacy", "numeracy", "digital")
        if values[skill] in BETTER_SKILL[:-1]
    ]
    if values["no_fixed_abode"]:
        ways.append({"no_fixed_abode": False, "accommodation": Accommodation.TEMPORARY})
    elif values["accommodation"] in BETTER_HOME[:-1]:
        better = BETTER_HOME[BETTER_HOME.index(values["accommodation"]) + 1]
        ways.append({"accommodation": better})
    if values["release_date"]:
        ways.append({"release_date": values["release_date"] + timedelta(days=20)})
    if values["years_since_last_work"]:
        ways.append({"years_since_last_work": values["years_since_last_work"] - 1})
    if values["ever_worked"] is False:
        ways.append({"ever_worked": True})
    for level in (*QualificationLevel, None):
        gained = Qualification(subject="English", level=level)
        ways.append({"qualifications": (*values["qualifications"], gained)})
    ways.append({"training": (Training.HGV_LICENCE,)})
    return [values | way for way in ways]


@given(circumstances)
def test_removing_a_hardship_never_raises_the_points(values: dict[str, Any]) -> None:
    before = need(**values).points
    for easier in eased(values):
        assert need(**easier).points <= before, easier


not_read = st.fixed_dictionaries(
    {
        "prison_number": st.from_regex(r"[A-Z][0-9]{4}[A-Z]{2}", fullmatch=True),
        "first_name": st.sampled_from(["Sam", "Aisha", "Wojciech"]),
        "last_name": st.sampled_from(["Hill", "Okafor", "Ali"]),
        "prison_id": st.sampled_from(["MDI", "EWI", "FYI"]),
        "offences": st.none() | st.sampled_from(Offence).map(lambda code: (code,)),
        "licence_conditions": st.none()
        | st.sampled_from(
            [code for code in LicenceCondition if code not in ("CURFEW", "EXCLUSION_ZONE")]
        ).map(lambda code: (code,)),
        "affecting_ability": st.lists(st.sampled_from(AffectingAbility), max_size=3).map(tuple),
        "right_to_work": st.sampled_from(["YES", "NO", "UNKNOWN"]),
        "other_qualifications": st.none() | st.just("English for speakers of other languages"),
        "previous_work": st.none() | st.just("Helped at the mosque and the women's centre"),
    }
)


@given(circumstances, not_read)
def test_who_someone_is_what_they_did_and_their_health_change_nothing(
    values: dict[str, Any], others: dict[str, Any]
) -> None:
    assert need(**values, **others) == need(**values)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, (3, False)),
        ({"qualification_types": ["NONE"]}, (6, True)),
        ({"qualification_types": ["NONE"], "training": ["CSCS_CARD"]}, (3, True)),
        ({"qualification_types": ["CSCS"]}, (3, True)),
        ({"qualification_types": ["SCHOOL_EDUCATION"]}, (3, False)),
        ({"qualifications": [{"subject": "Maths"}]}, (3, False)),
        ({"qualifications": [{"subject": "Maths", "level": "ENTRY_LEVEL"}]}, (3, True)),
        (
            {
                "qualifications": [
                    {"subject": "Maths", "level": "LEVEL_2"},
                    {"subject": "Art", "level": "LEVEL_1"},
                ]
            },
            (1, True),
        ),
        ({"qualifications": [{"subject": "Law", "level": "LEVEL_6"}]}, (0, True)),
        ({"qualification_types": ["NONE", "HIGHER_EDUCATION"]}, (0, True)),
    ],
)
def test_the_best_qualification_counts(values: dict[str, Any], expected: tuple[int, bool]) -> None:
    assert part("qualifications", **values) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, (3, False)),
        ({"ever_worked": False}, (6, True)),
        ({"ever_worked": True}, (3, False)),
        ({"years_since_last_work": 1}, (0, True)),
        ({"years_since_last_work": 4}, (2, True)),
        ({"years_since_last_work": 9}, (4, True)),
        ({"years_since_last_work": 10}, (5, True)),
        ({"ever_worked": False, "years_since_last_work": 2}, (2, True)),
        ({"work_experience": [{"role": "Cook", "end_year": 2024}]}, (2, True)),
        ({"work_experience": [{"role": "Cook", "end_year": 2030}]}, (0, True)),
        ({"ever_worked": False, "work_experience": [{"role": "Cook"}]}, (3, False)),
    ],
)
def test_a_recorded_job_is_a_job(values: dict[str, Any], expected: tuple[int, bool]) -> None:
    assert part("work_history", **values) == expected


@pytest.mark.parametrize(
    ("days", "points"), [(-30, 2), (0, 2), (27, 2), (28, 1), (90, 1), (91, 0), (700, 0)]
)
def test_little_time_before_release_counts(days: int, points: int) -> None:
    assert part("release", release_date=TODAY + timedelta(days=days)) == (points, True)


def test_no_fixed_abode_counts_whatever_the_accommodation_says() -> None:
    assert part("accommodation", no_fixed_abode=True, accommodation="SETTLED") == (4, True)
    assert part("accommodation", release_area="LS1", accommodation="SETTLED") == (0, True)
    assert part("accommodation", release_area="LS1") == (2, False)


def test_bands_begin_at_their_thresholds() -> None:
    table = load_need()
    assert table.band(table.medium - 1) is NeedBand.LOWER
    assert table.band(table.medium) is table.band(table.higher - 1) is NeedBand.MEDIUM
    assert table.band(table.higher) is NeedBand.HIGHER


def test_every_answer_in_the_table_can_be_reached_and_none_is_missing() -> None:
    table = load_need()
    said = {
        part.sentence
        for made in generate_people(4_000, seed=3, as_of=TODAY)
        for part in assess_need(made.candidate, TODAY).parts
    }
    sentences = {
        answer.sentence
        for fact in table.facts.values()
        for answer in (*fact.answers.values(), fact.unknown)
    }
    entry_level = table.facts["qualifications"].answers["ENTRY_LEVEL"].sentence
    assert said == sentences - {entry_level}  # of which the made-up people have none


def test_every_fact_has_an_even_maximum_so_that_half_of_it_is_whole() -> None:
    table = load_need()
    assert table.facts.keys() == FACTS.keys()
    for fact in table.facts.values():
        assert max(answer.points for answer in fact.answers.values()) % 2 == 0


def test_the_made_up_population_is_split_sensibly() -> None:
    people = [made.candidate for made in generate_people(3_000, seed=5, as_of=TODAY)]
    bands = [assess_need(candidate, TODAY).band for candidate in people]
    shares = {band: bands.count(band) / len(bands) for band in NeedBand}
    assert 0.2 < shares[NeedBand.LOWER] < 0.4
    assert 0.3 < shares[NeedBand.MEDIUM] < 0.5
    assert 0.2 < shares[NeedBand.HIGHER] < 0.4


def test_a_table_that_is_not_carried_is_named() -> None:
    with pytest.raises(NotFoundError, match="'need-0'"):
        load_need("need-0")


def test_weeks_are_whole_and_rounded_down() -> None:
    assert weeks_between(TODAY, TODAY + timedelta(days=13)) == 1
    assert weeks_between(TODAY, TODAY - timedelta(days=1)) == -1
