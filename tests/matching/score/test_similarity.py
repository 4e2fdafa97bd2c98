"""How alike texts are: the parts by hand, and what the mean of the best few keeps to."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.vectors.flat import Vectors
from matching.score.similarity import (
    Certificates,
    SimilarityWeights,
    best_few,
    requirement_similarities,
)
from matching.score.weights import load_weights

WEIGHTS = SimilarityWeights(
    whole=0.5, facet=0.25, spelling=0.25, passages_a_requirement=2, passages_a_profile=2
)
NO_FACETS: Vectors = np.empty((0, 2), dtype=np.float16)
CERTIFICATE = np.array([True])
EAST, NORTH = [1.0, 0.0], [0.0, 1.0]

eighths = st.integers(-8, 8).map(lambda count: count / 8)  # sums of these are exact
columns = st.lists(eighths, max_size=6)
few = st.integers(1, 5)


def vectors(*rows: list[float]) -> Vectors:
    """In the type of the index."""
    return np.array(rows, dtype=np.float16)


def unit(count: int, seed: int) -> Vectors:
    """Random unit vectors, (count, 24)."""
    drawn = np.random.default_rng(seed).normal(size=(count, 24))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float16)


def test_a_requirement_is_compared_whole_by_its_nearest_facet_and_by_spelling() -> None:
    found = requirement_similarities(
        vectors(EAST, NORTH),
        vectors([0.5, 0.25], [0.0, 0.5]),
        [vectors([0.75, 0.0], [0.125, 0.0]), NO_FACETS],
        np.array([[1.0, 0.0], [0.5, 0.25]]),
        WEIGHTS,
    )
    assert found.tolist() == [
        [0.5 * 0.5 + 0.25 * 0.75 + 0.25, 0.0],
        [0.5 * 0.25 + 0.25 * 0.25 + 0.25 * 0.5, 0.75 * 0.5 + 0.25 * 0.25],
    ]


def test_without_facets_or_spelling_it_is_the_inner_product() -> None:
    weights = replace(WEIGHTS, whole=1.0, facet=0.0, spelling=0.0)
    found = requirement_similarities(
        vectors(EAST), vectors([0.5, 0.0]), [vectors(EAST)], np.ones((1, 1)), weights
    )
    assert found.tolist() == [[0.5]]


@given(st.integers(0, 9999), st.integers(0, 4), st.integers(0, 3), st.integers(0, 3))
def test_a_likeness_depends_on_its_own_passage_and_requirement_alone(
    seed: int, people: int, asked: int, facets: int
) -> None:
    passages, requirements = unit(people, seed), unit(asked, seed + 1)
    pieces = [unit(facets if number % 2 else 0, seed + 2 + number) for number in range(asked)]
    overlaps = np.random.default_rng(seed).random((people, asked))
    together = requirement_similarities(passages, requirements, pieces, overlaps, WEIGHTS)
    assert together.shape == (people, asked)
    assert (together <= 1 + 1e-3).all()  # unit vectors in float16 are a little off
    for row in range(people):
        for column in range(asked):
            alone = requirement_similarities(
                passages[row : row + 1],
                requirements[column : column + 1],
                pieces[column : column + 1],
                overlaps[row : row + 1, column : column + 1],
                WEIGHTS,
            )
            assert alone[0, 0] == together[row, column]


def test_the_weights_in_force_sum_to_one() -> None:
    for version in ("weights-1", "weights-2", "weights-3"):
        weights = load_weights(version).similarity
        parts = [Fraction(str(part)) for part in (weights.whole, weights.facet, weights.spelling)]
        assert sum(parts) == 1
        assert min(parts) >= 0
        assert min(weights.passages_a_requirement, weights.passages_a_profile) >= 1


def test_the_best_few_are_averaged_column_by_column() -> None:
    similarities = np.array([[0.5, 0.0], [0.25, 1.0], [0.75, 0.5]])
    assert best_few(similarities, 2).tolist() == [0.625, 0.75]
    assert best_few(similarities, 1).tolist() == [0.75, 1.0]
    assert best_few(similarities, 9).tolist() == [0.5, 0.5]
    assert best_few(similarities[:, 0], 2).tolist() == 0.625


@pytest.mark.parametrize("certificates", [None, np.empty(0, dtype=bool)])
def test_nothing_to_show_is_nothing_alike(certificates: Certificates | None) -> None:
    assert best_few(np.empty((0, 3)), 2, certificates).tolist() == [0, 0, 0]
    assert best_few(np.empty(0), 2, certificates).tolist() == 0


@given(columns, few, eighths)
def test_a_further_passage_lowers_nothing_where_enough_are_counted_already(
    column: list[float], number: int, more: float
) -> None:
    before, after = best_few(np.array(column), number), best_few(np.array([*column, more]), number)
    if len(column) >= number:
        assert after >= before
        assert (after > before) == (more > sorted(column)[-number])
    elif more >= before:
        assert after >= before


@given(columns, st.lists(eighths, max_size=4), few, eighths)
def test_a_certificate_never_lowers_the_mean_of_the_best(
    column: list[float], held: list[float], number: int, more: float
) -> None:
    def with_certificates(certificates: list[float]) -> float:
        rows = np.array([*certificates, *column])
        return float(best_few(rows, number, np.arange(len(rows)) < len(certificates)))

    assert with_certificates([more, *held]) >= with_certificates(held)
    assert with_certificates([]) == best_few(np.array(column), number)


@given(columns, st.lists(eighths, min_size=1, max_size=4), few)
def test_certificates_count_as_far_as_they_raise_it(
    column: list[float], held: list[float], number: int
) -> None:
    rows = np.array([*held, *column])
    found = best_few(rows, number, np.arange(len(rows)) < len(held))
    best = sorted(held, reverse=True)
    choices = [best_few(np.array([*column, *best[:some]]), number) for some in range(len(held) + 1)]
    assert found == max(choices)


def test_each_column_has_its_own_choice_of_certificates() -> None:
    rows = np.array([[0.5, 0.5], [1.0, 0.0]])
    assert best_few(rows, 3, np.array([False, True])).tolist() == [0.75, 0.5]
    assert best_few(rows[1:], 3, CERTIFICATE).tolist() == [1.0, 0.0]
