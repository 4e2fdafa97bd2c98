"""A weighted sum that is its own explanation."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import NotFoundError
from matching.explain import explain_score
from matching.features import LABELS
from matching.scoring import MILLION, contributions, load_weights, total

WEIGHTS = load_weights()
features = st.fixed_dictionaries(
    {name: st.floats(0, 1).map(lambda value: round(value, 6)) for name in WEIGHTS.weights}
)
sentences = dict.fromkeys(WEIGHTS.weights, "Because.")


def test_the_weights_sum_to_one_and_every_feature_has_a_label() -> None:
    assert sum(Decimal(str(weight)) for weight in WEIGHTS.weights.values()) == 1
    assert WEIGHTS.weights.keys() == LABELS.keys()


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
    with pytest.raises(ValueError, match="are not those of weights-1"):
        contributions({"luck": 1.0}, WEIGHTS)


def test_weights_that_are_not_carried_are_named() -> None:
    with pytest.raises(NotFoundError, match="'weights-0'"):
        load_weights("weights-0")


@pytest.mark.parametrize(("points", "word"), [(64, "possible"), (65, "strong"), (49, "weak")])
def test_scores_have_words(points: int, word: str) -> None:
    assert WEIGHTS.word(points * MILLION // 100) == word
