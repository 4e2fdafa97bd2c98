"""Named features, each in [0, 1], with the evidence they came from."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_readings import WEIGHTS, drawn_features, flat_reading, pair_of
from strategies import TODAY, candidates, vacancies

from candidates.model import Candidate
from employers.model import Vacancy
from index.text.text import Line, LineKind
from matching.rules.pair import Pair
from matching.score.features import UNKNOWN, Features, compute_features
from matching.score.requirements import ATTITUDE_SHARE, DESIRABLE_SHARE

ALIKE, UNLIKE = 1.0, -1.0  # beyond the ends of every curve


def compute(pair: Pair, likeness: float = 0.5, to_whole: float | None = None) -> Features:
    """Features with one likeness everywhere."""
    return compute_features(pair, flat_reading(pair, likeness, to_whole), WEIGHTS)


def compute_with(
    pair: Pair, *skills: str, **likenesses: list[float] | list[list[float]]
) -> Features:
    """Features of these skills and nothing else, unlike everything but as far as is said."""
    evidence = tuple(Line(LineKind.SKILL, text, text) for text in skills)
    asked = flat_reading(pair, UNLIKE).to_requirements.shape[1]
    arrays = {
        "to_requirements": np.full((len(evidence), asked), UNLIKE),
        "to_title": np.full(len(evidence), UNLIKE),
        "to_whole": np.full(len(evidence), UNLIKE),
    } | {name: np.array(values) for name, values in likenesses.items()}
    return compute_features(
        pair, replace(flat_reading(pair, UNLIKE), evidence=evidence, **arrays), WEIGHTS
    )


@pytest.fixture
def person() -> Candidate:
    """Someone with one job behind them."""
    return Candidate.model_validate(
        {
            "prison_number": "A1234BC",
            "first_name": "Sam",
            "last_name": "Example",
            "prison_id": "MDI",
            "release_date": TODAY + timedelta(days=14),
            "work_interests": [{"type": "HOSPITALITY"}],
            "work_experience": [
                {"role": "Porter", "type": "HOSPITALITY", "start_year": 2020, "end_year": 2024}
            ],
            "training": ["FOOD_HYGIENE_CERTIFICATE", "CSCS_CARD"],
            "hours_wanted": ["FULL_TIME"],
            "furthest_travel_miles": 12,
        }
    )


@pytest.fixture
def job() -> Vacancy:
    """A kitchen porter's post."""
    return Vacancy.model_validate(
        {
            "employer": {"name": "Harbour Foods Ltd"},
            "reference": "HF-1",
            "title": "Kitchen porter",
            "sector": "HOSPITALITY",
            "industry_sector": "OTHER",
            "source": "NFN",
            "postcode": "LS1 4AP",
            "hours_per_week": "FULL_TIME",
            "description": "Keep the kitchen clean.",
            "essential_criteria": "Has worked in a kitchen. Reliable.",
            "desirable_criteria": "Food hygiene.",
            "how_to_apply": "Ask.",
            "offence_exclusions": ["NONE"],
            "rolling": True,
            "required_certificates": ["FOOD_HYGIENE_CERTIFICATE"],
        }
    )


@settings(max_examples=100)
@given(candidate=candidates(), vacancy=vacancies(), likeness=st.none() | st.floats(-1, 1))
def test_every_feature_of_every_pair_lies_between_0_and_1(
    candidate: Candidate, vacancy: Vacancy, likeness: float | None
) -> None:
    pair = pair_of(candidate, vacancy)
    features = drawn_features(pair) if likeness is None else compute(pair, likeness)
    assert features.values.keys() == WEIGHTS.weights.keys() == features.sentences.keys()
    assert all(0 <= value <= 1 for value in features.values.values())
    assert all(round(value, 6) == value for value in features.values.values())
    assert all(sentence.endswith(".") for sentence in features.sentences.values())


def test_coverage_weighs_each_requirement_by_its_kind(person: Candidate, job: Vacancy) -> None:
    features = compute_with(pair_of(person, job), "pots", to_requirements=[[ALIKE, UNLIKE, UNLIKE]])
    kitchen, reliable, hygiene = features.matches
    assert [match.requirement.shown for match in features.matches] == [
        "Has worked in a kitchen",
        "Reliable",
        "Food hygiene",
    ]
    assert kitchen.credit == WEIGHTS.curve("requirement", ALIKE)
    assert reliable.credit == WEIGHTS.curve("requirement", UNLIKE)
    assert hygiene.credit == 1  # a fact of the record
    credit = kitchen.credit + ATTITUDE_SHARE * reliable.credit + DESIRABLE_SHARE
    asked = 1 + ATTITUDE_SHARE + DESIRABLE_SHARE
    assert features.values["requirement_coverage"] == pytest.approx(credit / asked, abs=1e-6)
    assert features.sentences["requirement_coverage"] == (
        "Evidence for 2 of 3 things the vacancy asks for."
    )


def test_an_advert_that_asks_for_character_alone_tells_little_of_anybody(
    person: Candidate, job: Vacancy
) -> None:
    asking = job.model_copy(update={"essential_criteria": "Reliable.", "desirable_criteria": None})
    shows, does_not = (
        compute_with(pair_of(person, asking), "pots", to_requirements=[[likeness]])
        for likeness in (1.0, 0.0)
    )
    assert shows.values["requirement_coverage"] == pytest.approx(
        ATTITUDE_SHARE + (1 - ATTITUDE_SHARE) * UNKNOWN
    )
    assert does_not.values["requirement_coverage"] == pytest.approx((1 - ATTITUDE_SHARE) * UNKNOWN)


def test_a_vacancy_that_asks_for_nothing_says_nothing_of_anybody(
    person: Candidate, job: Vacancy
) -> None:
    asking = job.model_copy(
        update={"essential_criteria": "No experience needed.", "desirable_criteria": None}
    )
    features = compute(pair_of(person, asking))
    assert features.values["requirement_coverage"] == UNKNOWN
    assert features.matches == ()


def test_the_line_nearest_to_the_title_is_the_role(person: Candidate, job: Vacancy) -> None:
    features = compute_with(pair_of(person, job), "pots", "floors", to_title=[UNLIKE, ALIKE])
    assert features.values["role"] == pytest.approx(WEIGHTS.curve("role", ALIKE), abs=1e-6)
    assert features.sentences["role"] == "Nearest to the job: floors."


def test_nobody_has_a_role_of_whom_nothing_is_recorded(person: Candidate, job: Vacancy) -> None:
    unknown = person.model_copy(update={"work_experience": (), "training": None})
    features = compute(pair_of(unknown, job))
    assert features.values["role"] == 0
    assert features.sentences["role"] == "Nothing that they have done is recorded."


def test_the_likeness_of_a_profile_is_that_of_its_nearest_passages(
    person: Candidate, job: Vacancy
) -> None:
    few = WEIGHTS.similarity.passages_a_profile

    def similarity(to_whole: list[float]) -> float:
        passages = [f"passage {number}" for number in range(len(to_whole))]
        features = compute_with(pair_of(person, job), *passages, to_whole=to_whole)
        return features.values["similarity"]

    alike = pytest.approx(WEIGHTS.curve("whole", 0.5), abs=1e-6)
    assert similarity([0.5] * few + [UNLIKE] * 30) == alike
    assert similarity([0.5]) == alike  # a short profile is worth no less


def test_experience_counts_more_when_it_is_recent_and_long(person: Candidate, job: Vacancy) -> None:
    def experience(**years: int | None) -> float:
        held = person.work_experience[0].model_copy(update=years)
        changed = person.model_copy(update={"work_experience": (held,)})
        return compute(pair_of(changed, job)).values["experience"]

    assert experience(start_year=2020, end_year=2024) > experience(start_year=2023, end_year=2024)
    assert experience(start_year=2020, end_year=2024) > experience(start_year=2010, end_year=2014)
    assert experience(start_year=2020, end_year=2024) > experience(start_year=None, end_year=None)
    unlike = compute(pair_of(person, job), UNLIKE).values["experience"]
    assert unlike == pytest.approx(WEIGHTS.curve("experience", UNLIKE), abs=1e-6)


def test_nearer_is_better_up_to_the_furthest_they_can_travel(
    person: Candidate, job: Vacancy
) -> None:
    values = [
        compute(pair_of(person, job, miles_north=miles)).values["distance"]
        for miles in (0, 2, 5, 9, 12, 30)
    ]
    assert values[:2] == [1, 1]
    assert values == sorted(values, reverse=True)
    assert values[-2:] == [0, 0]


def test_work_from_anywhere_has_the_full_value_of_distance(person: Candidate, job: Vacancy) -> None:
    anywhere = job.model_copy(update={"national": True, "postcode": None})
    features = compute(pair_of(person, anywhere))
    assert features.values["distance"] == 1
    assert features.sentences["distance"] == "The work can be done from anywhere."


@pytest.mark.parametrize(
    ("interests", "sector", "value"),
    [
        ([{"type": "HOSPITALITY"}], "HOSPITALITY", 1.0),
        ([{"type": "RETAIL"}], "HOSPITALITY", 0.7),
        ([{"type": "RETAIL"}], "OFFICE", 0.0),
        ([], "OFFICE", 0.5),
        ([{"type": "RETAIL"}], "OTHER", 0.5),
    ],
)
def test_wishes_count_and_what_is_not_known_neither_helps_nor_harms(
    person: Candidate, job: Vacancy, interests: list[dict[str, str]], sector: str, value: float
) -> None:
    wishing = Candidate.model_validate(person.model_dump() | {"work_interests": interests})
    wanted = Vacancy.model_validate(job.model_dump() | {"sector": sector})
    assert compute(pair_of(wishing, wanted)).values["sector_interest"] == value


def test_naming_a_job_like_it_is_as_good_as_naming_the_type_of_work(
    person: Candidate, job: Vacancy
) -> None:
    wish = {"work_interests": [], "job_of_particular_interest": "Kitchen work."}
    wishing = Candidate.model_validate(person.model_dump() | wish)
    office = Vacancy.model_validate(job.model_dump() | {"sector": "OFFICE"})
    features = compute(pair_of(wishing, office), ALIKE)
    assert features.values["sector_interest"] == max(UNKNOWN, WEIGHTS.curve("wish", ALIKE))
    assert features.sentences["sector_interest"] == "Would like to work as: Kitchen work."
    unlike = compute(pair_of(wishing, office), UNLIKE)
    assert unlike.sentences["sector_interest"] == "No wishes are recorded."


def test_a_wish_unlike_the_job_takes_nothing_from_naming_the_type(
    person: Candidate, job: Vacancy
) -> None:
    wishing = person.model_copy(update={"job_of_particular_interest": "Astronaut"})
    assert compute(pair_of(wishing, job), UNLIKE).values["sector_interest"] == 1


def test_only_certificates_beyond_those_required_count(person: Candidate, job: Vacancy) -> None:
    features = compute(pair_of(person, job))
    assert features.values["further_certificates"] == pytest.approx(1 / 3, abs=1e-6)
    assert features.sentences["further_certificates"] == "Also holds: CSCS card."


def test_gaining_a_certificate_never_lowers_the_feature(person: Candidate, job: Vacancy) -> None:
    before = compute(pair_of(person, job)).values["further_certificates"]
    more = person.model_copy(update={"training": (*(person.training or ()), "SIA_LICENCE")})
    more = Candidate.model_validate(more.model_dump(warnings=False))
    assert compute(pair_of(more, job)).values["further_certificates"] > before


def test_the_release_is_best_near_the_start_and_told_in_words(
    person: Candidate, job: Vacancy
) -> None:
    starting = job.model_copy(update={"start_date": TODAY + timedelta(days=35)})
    features = compute(pair_of(person, starting))
    assert features.sentences["release_fit"] == (
        "Released 3 weeks before the start (27 December 2026)."
    )
    released = person.model_copy(update={"release_date": TODAY - timedelta(days=3)})
    assert compute(pair_of(released, starting)).sentences["release_fit"] == "Released already."
    assert compute(pair_of(released, starting)).values["release_fit"] == 1
    assert features.values["release_fit"] == pytest.approx(1 - 21 / 182, abs=1e-6)
