"""A weighted sum that is its own explanation."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import NotFoundError
from matching.explain.score import explain_score
from matching.score.features import LABELS
from matching.score.weights import CURRENT_WEIGHTS, MILLION, contributions, load_weights, total

WEIGHTS = load_weights()
VERSIONS = ["weights-1", "weights-2", "weights-3"]
features = st.fixed_dictionaries(
    {name: st.floats(0, 1).map(lambda value: round(value, 6)) for name in WEIGHTS.weights}
)
sentences = dict.fromkeys(WEIGHTS.weights, "Because.")


@pytest.mark.parametrize("version", VERSIONS)
def test_no_score_exceeds_one_and_every_feature_has_a_label(version: str) -> None:
    weights = load_weights(version)
    assert weights.version == version
    assert 0 < sum(Decimal(str(weight)) for weight in weights.weights.values()) <= 1
    assert min(weights.weights.values()) >= 0
    assert weights.weights.keys() <= LABELS.keys()
    assert 0 < weights.words["possible"] < weights.words["strong"] < 1
    assert 0 < weights.met_at < 1


def test_the_weights_in_force_are_of_all_features() -> None:
    assert WEIGHTS.version == CURRENT_WEIGHTS
    assert WEIGHTS.weights.keys() == LABELS.keys()
    assert WEIGHTS.curves.keys() == {"requirement", "whole", "role", "experience", "wish"}


@pytest.mark.parametrize("version", VERSIONS)
def test_curves_rise_or_stay_level_and_keep_within_0_and_1(version: str) -> None:
    for points in load_weights(version).curves.values():
        similarities, values = zip(*points, strict=True)
        assert list(similarities) == sorted(set(similarities))
        assert list(values) == sorted(values)
        assert 0 <= values[0] <= values[-1] <= 1


@given(st.sampled_from(sorted(WEIGHTS.curves)), st.floats(-1, 1), st.floats(-1, 1))
def test_being_more_alike_never_lowers_a_value(name: str, one: float, other: float) -> None:
    low, high = sorted([one, other])
    assert 0 <= WEIGHTS.curve(name, low) <= WEIGHTS.curve(name, high) <= 1


def test_a_curve_is_straight_between_its_points_and_level_beyond() -> None:
    curved = replace(WEIGHTS, curves={"bent": ((0.25, 0.0), (0.5, 0.5), (0.75, 0.625))})
    at = [curved.curve("bent", similarity) for similarity in (-1, 0.25, 0.375, 0.5, 0.625, 1)]
    assert at == [0, 0, 0.25, 0.5, 0.5625, 0.625]


@given(features)
def test_contributions_sum_to_the_score_exactly(values: dict[str, float]) -> None:
    score = explain_score(values, sentences, (), WEIGHTS)
    parts = sum(Decimal(str(part.contribution)) for part in score.contributions)
    assert parts == Decimal(str(score.total))
    assert round(score.total * MILLION) == total(values, WEIGHTS)
    assert 0 <= score.total <= 1


@given(features, st.sampled_from(sorted(WEIGHTS.weights)), st.floats(0, 1))
def test_raising_a_feature_never_lowers_the_score(
    values: dict[str, float], name: str, raised: float
) -> None:
    better = values | {name: max(values[name], raised)}
    assert total(better, WEIGHTS) >= total(values, WEIGHTS)


def test_features_that_are_not_those_of_the_weights_are_refused() -> None:
    with pytest.raises(ValueError, match=f"are not those of {WEIGHTS.version}"):
        contributions({"luck": 1.0}, WEIGHTS)


def test_weights_that_are_not_carried_are_named() -> None:
    with pytest.raises(NotFoundError, match="'weights-0'"):
        load_weights("weights-0")


def test_scores_have_words() -> None:
    strong, possible = (round(WEIGHTS.words[word] * MILLION) for word in ("strong", "possible"))
    scores = (0, possible - 1, possible, strong - 1, strong, MILLION)
    assert [WEIGHTS.word(score) for score in scores] == [
        "weak", "weak", "possible", "possible", "strong", "strong"
    ]  # fmt: skip
