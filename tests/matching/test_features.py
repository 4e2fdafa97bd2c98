"""Named features, each in [0, 1], with the evidence they came from."""

from datetime import timedelta
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import TODAY, candidates, vacancies

from candidates.model import Candidate, StoredCandidate
from employers.model import StoredVacancy, Vacancy
from foundation.places import Precision
from index.text import Line, LineKind
from matching.features import Features, compute_features
from matching.pair import Pair
from matching.scoring import load_weights

WEIGHTS = load_weights()
NOBODY = UUID(int=0)


def pair_of(candidate: Candidate, vacancy: Vacancy, *, miles_north: float = 0.0) -> Pair:
    """Both placed in Leeds, or the candidate that much north of it."""
    return Pair(
        StoredCandidate(1, NOBODY, 1, candidate, 53.8 + miles_north / 69.1, -1.55, Precision.FULL),
        StoredVacancy(1, NOBODY, 1, vacancy, 53.8, -1.55, Precision.FULL),
        TODAY,
    )


def compute(pair: Pair, similarity: float = 0.5, whole: float = 0.5) -> Features:
    """Features with one similarity everywhere."""
    evidence = pair.candidate.embeddable().texts().lines
    requirements = pair.vacancy.embeddable().texts().lines
    return compute_features(
        pair,
        requirements=requirements,
        evidence=evidence,
        line_similarity=np.full((len(evidence), len(requirements)), similarity),
        experience_similarity=np.full(len(evidence), similarity),
        whole_similarity=whole,
        weights=WEIGHTS,
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


@settings(max_examples=150, deadline=None)
@given(
    candidate=candidates(),
    vacancy=vacancies(),
    similarity=st.floats(-1, 1),
    whole=st.floats(-1, 1),
)
def test_every_feature_of_every_pair_lies_between_0_and_1(
    candidate: Candidate, vacancy: Vacancy, similarity: float, whole: float
) -> None:
    features = compute(pair_of(candidate, vacancy), similarity, whole)
    assert features.values.keys() == WEIGHTS.weights.keys() == features.sentences.keys()
    assert all(0 <= value <= 1 for value in features.values.values())
    assert all(round(value, 6) == value for value in features.values.values())
    assert all(sentence.endswith(".") for sentence in features.sentences.values())


def test_each_requirement_takes_its_best_evidence_and_essential_counts_double(
    person: Candidate, job: Vacancy
) -> None:
    evidence = tuple(Line(LineKind.SKILL, text, text) for text in ("pots", "hygiene", "lorries"))
    requirements = job.embeddable().texts().lines
    low, high = WEIGHTS.similarity_ramps["requirement"]
    similarity: npt.NDArray[np.float64] = np.array(
        [[high, 0.0, 0.0], [0.0, 0.0, (low + high) / 2], [0.1, 0.1, 0.1]]
    )
    features = compute_features(
        pair_of(person, job),
        requirements=requirements,
        evidence=evidence,
        line_similarity=similarity,
        experience_similarity=np.zeros(3),
        whole_similarity=0.0,
        weights=WEIGHTS,
    )
    best = [match.evidence.text for match in features.matches if match.evidence]
    assert best == ["pots", "lorries", "hygiene"]
    assert features.values["requirement_coverage"] == pytest.approx((1 + 0 + 0.5 * 0.5) / 2.5)


def test_experience_counts_more_when_it_is_recent_and_long(person: Candidate, job: Vacancy) -> None:
    def experience(**years: int | None) -> float:
        held = person.work_experience[0].model_copy(update=years)
        changed = person.model_copy(update={"work_experience": (held,)})
        return compute(pair_of(changed, job)).values["experience"]

    assert experience(start_year=2020, end_year=2024) > experience(start_year=2023, end_year=2024)
    assert experience(start_year=2020, end_year=2024) > experience(start_year=2010, end_year=2014)
    assert experience(start_year=2020, end_year=2024) > experience(start_year=None, end_year=None)
    assert compute(pair_of(person, job), similarity=0.0).values["experience"] == 0


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
