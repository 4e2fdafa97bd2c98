"""Exact search among allowed ids."""

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from index.vectors.flat import Collection, Over, VectorEntry, dot


def unit(count: int, seed: int, dimensions: int = 24) -> npt.NDArray[np.float16]:
    """Random unit vectors, a few of them alike."""
    drawn = np.random.default_rng(seed).normal(size=(count, dimensions))
    drawn[::5] = drawn[0]
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float16)


def collection(vectors: npt.NDArray[np.float16], ids: list[int]) -> Collection:
    """One whole text an id, no lines."""
    rows = {bytes([i // 256, i % 256]): i for i in range(len(vectors))}
    entries = [
        VectorEntry(row, 1, [content]) for row, content in zip(sorted(ids), rows, strict=True)
    ]
    return Collection.build(entries, rows, vectors)


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(1, 300),
    k=st.integers(1, 40),
    share=st.floats(0, 1),
    seed=st.integers(0, 999),
)
def test_search_finds_what_brute_force_finds(count: int, k: int, share: float, seed: int) -> None:
    vectors = unit(count, seed)
    made = collection(vectors, list(range(10, 10 + 3 * count, 3)))
    allowed = np.flatnonzero(np.random.default_rng(seed).random(count) < share)
    query = unit(1, seed + 1)[0]
    exact = vectors.astype(np.float64) @ query.astype(np.float64)
    expected = sorted(allowed, key=lambda position: (-exact[position], position))[:k]
    found, similarities = made.nearest(query, allowed.astype(np.int64), k)
    assert found.tolist() == expected
    assert similarities.tolist() == exact[expected].tolist()


def test_nobody_outside_the_allowed_is_ever_found() -> None:
    vectors = unit(50, 3)
    made = collection(vectors, list(range(50)))
    found, _ = made.nearest(vectors[7], np.array([1, 2], dtype=np.int64), 10)
    assert set(found.tolist()) == {1, 2}
    assert len(made.nearest(vectors[7], np.array([], dtype=np.int64), 10)[0]) == 0


@given(st.integers(0, 9999))
def test_inner_products_do_not_depend_on_the_order_of_the_sum(seed: int) -> None:
    vectors = unit(12, seed, 384)
    query = unit(1, seed + 1, 384)[0]
    order = np.random.default_rng(seed).permutation(384)
    assert (dot(vectors, query) == dot(vectors[:, order], query[order])).all()
    one_by_one = [
        sum(float(a) * float(b) for a, b in zip(row, query, strict=True)) for row in vectors
    ]
    assert dot(vectors, query).tolist() == one_by_one


def test_lines_come_back_in_the_order_of_the_texts() -> None:
    vectors = unit(6, 1)
    rows = {bytes([i]): i for i in range(6)}
    made = Collection.build(
        [
            VectorEntry(4, 1, [b"\0", b"\2", b"\1"]),
            VectorEntry(9, 1, [b"\3"]),
            VectorEntry(11, 1, [b"\4", b"\2"]),
        ],
        rows,
        vectors,
    )
    assert made.positions(np.array([9, 5, 4, 99])).tolist() == [1, -1, 0, -1]
    assert (made.line_vectors(0) == vectors[[2, 1]]).all()
    assert made.line_vectors(1).shape == (0, 24)
    assert (made.line_vectors(2) == vectors[[2]]).all()
    assert (made.whole_vector(1) == vectors[3]).all()


def test_an_empty_collection_answers() -> None:
    made = Collection.build([], {}, np.empty((0, 24), dtype=np.float16))
    assert len(made) == 0
    assert made.positions(np.array([1])).tolist() == [-1]
    assert len(made.nearest(unit(1, 1)[0], np.array([], dtype=np.int64), 3)[0]) == 0


def profiles(seed: int) -> Collection:
    """Some ids, each with a whole text and 0 to 4 lines, a few of which several share."""
    drawn = np.random.default_rng(seed)
    vectors = unit(40, seed)
    rows = {bytes([i]): i for i in range(40)}
    entries = [
        VectorEntry(
            row_id, 1, [bytes([i]) for i in drawn.integers(0, 40, 1 + drawn.integers(0, 5))]
        )
        for row_id in range(2, 62, 3)
    ]
    return Collection.build(entries, rows, vectors)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 999),
    queries=st.integers(1, 5),
    k=st.integers(1, 25),
    share=st.floats(0, 1),
    over=st.sampled_from([np.mean, np.max]),
)
def test_search_by_lines_finds_what_brute_force_finds(
    seed: int, queries: int, k: int, share: float, over: Over
) -> None:
    made = profiles(seed)
    asked = unit(queries, seed + 1)
    allowed = np.flatnonzero(np.random.default_rng(seed).random(len(made)) < share)
    near = {
        position: float(over([dot(made.line_vectors(position), each).max() for each in asked]))
        for position in allowed.tolist()
        if len(made.line_vectors(position))
    }
    found, similarities = made.nearest_by_lines(asked, allowed, k, over)
    assert found.tolist() == sorted(near, key=lambda position: (-near[position], position))[:k]
    assert similarities.tolist() == [near[position] for position in found.tolist()]


def test_search_by_lines_without_lines_or_queries_finds_nobody() -> None:
    made = collection(unit(3, 1), [1, 2, 3])
    everybody = np.arange(3)
    assert len(made.nearest_by_lines(unit(2, 2), everybody, 5, np.mean)[0]) == 0
    assert len(profiles(1).nearest_by_lines(unit(2, 2)[:0], everybody, 5, np.mean)[0]) == 0
