"""Slips of spelling: which are mended for the machine, and what is left as it was written."""

import hashlib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import ModelError
from index.encoder import spelling
from index.encoder.encoder import SentenceEncoder
from index.encoder.spelling import DICTIONARY, WORDS_OF_WORK, as_meant
from index.vectors.lexicon import Lexicon

# Spelt as in Britain, or words of a trade.
KNOWN = (
    "labourer plasterer bricklayer carpenter joinery scaffolding forklift pallets warehouse hygiene"
    " catering colour licence centre kerb tyres mould jewellery aluminium programme vacuuming"
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("cleanin", "cleaning"),
        ("kichen", "kitchen"),
        ("wroking", "working"),
        ("forkklift", "forklift"),
        ("experiance", "experience"),
        ("mashine", "machine"),
        ("scafolding", "scaffolding"),
        ("scafolder", "scaffolder"),  # of our own words
    ],
)
def test_a_letter_too_many_one_missing_two_changed_round_or_one_that_sounds_alike_is_mended(
    written: str, meant: str
) -> None:
    assert as_meant(f"did {written} for years") == f"did {meant} for years"


def test_words_at_the_front_of_a_line_or_sentence_keep_their_capital() -> None:
    assert (
        as_meant("Kichen work. Cleanin.\n- Drivng a van")
        == "Kitchen work. Cleaning.\n- Driving a van"
    )


@pytest.mark.parametrize(
    "text",
    [
        "worked for Draxton and for Kichen Ltd",  # inside a sentence a capital makes a name
        "DRIVNG",  # most likely letters of something
        "pan, coking",  # a word, if not the one meant
        "chf",  # short: many words are as near
        "drivng@example.org",
        "www.kichen.example/drivng",
        "drivng-2",
        "draftsman",  # one letter from craftsman, which sounds otherwise
        "preconstruction",  # one from reconstruction, but nobody slips at the front
        "thrumbles",  # near nothing
    ],
)
def test_what_may_be_right_is_left_alone(text: str) -> None:
    assert as_meant(text) == text


@pytest.mark.parametrize("word", [*KNOWN.split(), *WORDS_OF_WORK.split()])
def test_british_words_and_words_of_work_are_known(word: str) -> None:
    assert as_meant(word) == word


def test_words_of_work_are_those_that_the_dictionary_lacks() -> None:
    lines = (files("symspellpy") / DICTIONARY).read_text("utf-8-sig").splitlines()
    listed = {line.split()[0] for line in lines}
    assert not listed.intersection(WORDS_OF_WORK.split())


@given(st.text())
def test_mending_twice_changes_nothing_more(text: str) -> None:
    once = as_meant(text)
    assert as_meant(once) == once


@given(st.text(alphabet=st.characters(exclude_categories=["Ll"])))
def test_nothing_but_words_in_small_letters_is_touched(text: str) -> None:
    assert as_meant(text) == text


def test_a_slip_changes_neither_vector_nor_likeness_of_spelling(encoder: SentenceEncoder) -> None:
    right, slipped = encoder.encode(["cleaning a kitchen", "cleanin a kichen"])
    assert right.tobytes() == slipped.tobytes()
    lexicon = Lexicon.fit(["cleaning a kitchen", "driving"])
    assert lexicon.overlaps(["cleanin a kichen"], ["kitchen cleaning"]).item() > 0.999


def test_another_dictionary_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    spelling._dictionary.cache_clear()
    monkeypatch.setattr(spelling, "DICTIONARY_SHA256", hashlib.sha256(b"").hexdigest())
    with pytest.raises(ModelError, match="reinstall symspellpy"):
        spelling._meant("notyetseenn")
    spelling._dictionary.cache_clear()
