"""Likeness of spelling: rules that hold for any texts, and the formula by hand."""

from math import log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.vectors.lexicon import BUCKETS, ONE, Lexicon, runs_of

LEXICON = Lexicon.fit(["fork lift truck", "lift engineer", "kitchen porter", "forklift licence"], 4)

words = st.text(alphabet="abcxyzÉ9-'", min_size=1, max_size=8)
phrases = st.lists(words, min_size=1, max_size=6).map(" ".join)
several = st.lists(phrases | st.sampled_from(["", "   "]), max_size=5)


def overlap(one: str, other: str) -> float:
    """Of two texts alone."""
    return float(LEXICON.overlaps([one], [other])[0, 0])


@given(st.text(), st.text())
def test_the_overlap_is_symmetric_and_a_share(one: str, other: str) -> None:
    assert 0 <= overlap(one, other) <= 1
    assert overlap(one, other) == overlap(other, one)


@given(phrases)
def test_a_text_overlaps_with_itself_wholly(text: str) -> None:
    assert overlap(text, text) == 1


@given(phrases, words)
def test_the_shorter_text_is_wholly_in_one_that_has_all_its_words(text: str, more: str) -> None:
    assert overlap(text, f"{text} {more}") == 1


@given(several, several)
def test_an_overlap_is_the_same_whatever_stands_beside_it(
    rows: list[str], columns: list[str]
) -> None:
    together = LEXICON.overlaps(rows, columns)
    assert together.shape == (len(rows), len(columns))
    assert together.tolist() == [[overlap(row, column) for column in columns] for row in rows]


@given(phrases, phrases, st.randoms(use_true_random=False))
def test_neither_repeating_a_word_nor_the_order_of_words_changes_anything(
    text: str, other: str, random: Random
) -> None:
    shuffled = [*text.split(), *text.split()]
    random.shuffle(shuffled)
    assert overlap(" ".join(shuffled), other) == overlap(text, other)


@given(several)
def test_a_text_without_letters_overlaps_with_nothing(texts: list[str]) -> None:
    assert not LEXICON.overlaps(["", " \t"], texts).any()


@given(st.lists(phrases, max_size=6), st.randoms(use_true_random=False))
def test_a_fitted_lexicon_depends_on_neither_the_order_nor_the_repeats_of_texts(
    texts: list[str], random: Random
) -> None:
    again = [*texts, *texts[:2]]
    random.shuffle(again)
    fitted = Lexicon.fit(texts).weights
    assert (fitted == Lexicon.fit(again).weights).all()
    assert fitted.shape == (BUCKETS,)
    assert fitted.min() >= ONE


def test_case_does_not_count_but_spelling_does() -> None:
    assert overlap("Forklift LICENCE", "forklift licence") == 1
    assert 0 < overlap("forklift licence", "fork lift license") < 1
    assert overlap("kitchen", "lorry") == 0


def test_without_a_corpus_the_overlap_is_a_share_of_runs() -> None:
    # cat: " ca", "cat", "at ", " cat", "cat "; car shares the first of these five.
    assert Lexicon.fit([]).overlaps(["cat"], ["car"]).tolist() == [[1 / 5]]


def test_a_run_weighs_its_smoothed_inverse_document_frequency() -> None:
    lexicon = Lexicon.fit(["cat", "cat cot", "car", "cow"])
    in_three, in_two, in_one = (round((log(5 / (1 + n)) + 1) * ONE) for n in (3, 2, 1))
    assert lexicon.weights[runs_of("cat")].tolist().count(in_three) == 1  # " ca"
    # Four runs of cat stand in two texts, four of car in one: the lighter text is the measure.
    assert in_two < in_one
    expected = in_three / (in_three + 4 * in_two)
    assert lexicon.overlaps(["car"], ["cat"])[0, 0] == pytest.approx(expected, rel=1e-12)


def test_rare_letters_count_for_more_than_common_ones() -> None:
    lexicon = Lexicon.fit([f"experience of {thing}" for thing in ("pumps", "looms", "scaffolds")])
    texts = ["scaffolds for a year", "experience for a year"]
    rare, common = lexicon.overlaps(texts, ["experience of scaffolds"])[:, 0]
    assert len(runs_of("scaffolds")) < len(runs_of("experience"))
    assert rare > common


def test_what_is_remembered_of_a_text_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        runs_of("kitchen porter")[0] = 0
