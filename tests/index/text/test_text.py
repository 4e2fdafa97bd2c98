"""What is embedded, as sentences."""

import dataclasses
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.requirements import read_requirements
from index.text.text import (
    ANY_STOP,
    PASSAGE_WORDS,
    CandidateText,
    Experience,
    LineKind,
    VacancyText,
    content_hash,
    passages_of,
    split_sentences,
    things_asked,
)

PROFILE = CandidateText(
    experience=(Experience("Labourer", "Busy site. Early starts.", "2019 to 2021"),),
    previous_work="Helped in a charity shop.",
    skills=("Teamwork",),
    training=("CSCS card",),
    qualifications=("Maths level 1",),
    prison_work=("Kitchens and cooking",),
    prison_training=(("Forklift driving", "2025"),),
    interests=("Construction and trade", "Roofer"),
    wishes=("Roofer",),
)
# Sentences of up to 90 words, with line breaks and bullets between them.
prose = st.lists(
    st.lists(
        st.sampled_from(["Lifted", "boxes", "of", "1.5", "kg,", "no.", "5", "(heavy)", "i.e."]),
        min_size=1,
        max_size=90,
    ).map(" ".join),
    max_size=6,
).flatmap(
    lambda sentences: st.sampled_from([". ", "\n- ", "; ", ".\n"]).map(
        lambda end: end.join(sentences)
    )
)


def test_a_profile_becomes_natural_sentences() -> None:
    assert PROFILE.texts().whole == (
        "Worked as Labourer: Busy site. Early starts. Helped in a charity shop. Skills: Teamwork. "
        "Training and licences: CSCS card. Qualifications: Maths level 1. "
        "Work in prison: Kitchens and cooking. Training in prison: Forklift driving. "
        "Would like to work in: Construction and trade, Roofer."
    )


def test_every_piece_of_evidence_is_a_line_and_years_are_only_shown() -> None:
    lines = PROFILE.texts().lines
    assert [(line.kind, line.text, line.shown) for line in lines] == [
        (LineKind.EXPERIENCE, "Labourer", "Labourer (2019 to 2021)"),
        (
            LineKind.EXPERIENCE,
            "Labourer: Busy site. Early starts",
            "Labourer: Busy site. Early starts (2019 to 2021)",
        ),
        (LineKind.EXPERIENCE, "Helped in a charity shop", "Helped in a charity shop"),
        (LineKind.SKILL, "Teamwork", "Teamwork"),
        (LineKind.TRAINING, "CSCS card", "CSCS card"),
        (LineKind.QUALIFICATION, "Maths level 1", "Maths level 1"),
        (
            LineKind.PRISON_WORK,
            "Kitchens and cooking",
            "Kitchens and cooking, worked in prison",
        ),
        (
            LineKind.PRISON_TRAINING,
            "Forklift driving",
            "Forklift driving, trained in prison 2025",
        ),
        (LineKind.WISH, "Roofer", "Roofer"),
    ]
    assert [line.part for line in lines[:3]] == [0, 0, None]
    assert not any(line.facets for line in lines)


def test_a_vacancy_is_its_title_and_each_thing_that_it_asks() -> None:
    vacancy = VacancyText(
        title="Porter",
        description="Keep the kitchen clean.",
        essential="- Able to lift 20 kg\n2. Reliable. Has worked in a kitchen; Food hygiene\n* ",
        desirable="NVQ Level 2 or equivalent",
    )
    texts = vacancy.texts()
    assert texts.whole == (
        "Porter. Keep the kitchen clean. - Able to lift 20 kg\n2. Reliable. Has worked in a "
        "kitchen; Food hygiene\n*  NVQ Level 2 or equivalent"
    )
    assert [(line.kind, line.text, line.part) for line in texts.lines] == [
        (LineKind.TITLE, "Porter", None),
        (LineKind.REQUIREMENT, "Lift 20 kg", 0),
        (LineKind.REQUIREMENT, "Reliable", 1),
        (LineKind.REQUIREMENT, "Has worked in a kitchen", 2),
        (LineKind.REQUIREMENT, "Food hygiene", 3),
        (LineKind.REQUIREMENT, "NVQ Level 2 or equivalent", 4),
    ]


def test_what_asks_for_nothing_has_no_line_and_keeps_its_number() -> None:
    vacancy = VacancyText(
        title="Porter",
        description="",
        essential="We are an equal opportunities employer. Has worked in a kitchen.",
    )
    boilerplate, asked = vacancy.requirements()
    assert boilerplate.boilerplate_reason
    assert [(line.shown, line.part) for line in vacancy.texts().lines[1:]] == [(asked.shown, 1)]


def test_the_facets_of_a_line_are_encoded_after_all_lines() -> None:
    vacancy = VacancyText(
        title="Storekeeper",
        description="",
        essential="Counting stock in a cold store. Punctual. Loading vans with pallets.",
    )
    texts = vacancy.texts()
    assert [line.facets for line in texts.lines] == [
        (),
        ("Counting stock", "a cold store"),
        (),
        ("Loading vans", "pallets"),
    ]
    assert texts.all() == [
        texts.whole,
        "Storekeeper",
        "Counting stock in a cold store",
        "Punctual",
        "Loading vans with pallets",
        "Counting stock",
        "a cold store",
        "Loading vans",
        "pallets",
    ]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Counting stock and loading vans", ("Counting stock", "loading vans")),
        ("Counting stock or loading vans", ("Counting stock or loading vans",)),
        ("Counting stock", ("Counting stock",)),
        ("Excel, Word, stock control", ("Excel", "Word", "stock control")),
        ("Excel, Word or Outlook", ("Excel, Word or Outlook",)),
    ],
)
def test_each_part_is_looked_for_unless_one_is_enough(text: str, asked: tuple[str, ...]) -> None:
    (requirement,) = read_requirements(text, "")
    assert things_asked(requirement) == asked


def test_the_fingerprint_changes_with_every_field() -> None:
    seen = {PROFILE.fingerprint()}
    for field in dataclasses.fields(PROFILE):
        empty = dataclasses.replace(PROFILE, **{field.name: type(getattr(PROFILE, field.name))()})
        seen.add(empty.fingerprint())
    assert len(seen) == len(dataclasses.fields(PROFILE)) + 1


@given(st.text())
def test_splitting_never_fails_and_never_invents(text: str) -> None:
    for sentence in split_sentences(text):
        assert sentence in text
        assert sum(map(str.isalpha, sentence)) >= 3


@given(st.text() | prose)
def test_passages_lose_no_word_and_are_never_long(text: str) -> None:
    passages = passages_of(text)
    assert all(1 <= len(passage.split()) <= PASSAGE_WORDS for passage in passages)
    said = [word.rstrip(".") for passage in passages for word in passage.split()]
    written = [
        word.rstrip(".") for piece in split_sentences(text, ANY_STOP) for word in piece.split()
    ]
    assert said == written


def test_passages_end_with_sentences_even_where_somebody_writes_without_capitals() -> None:
    said = "i packed orders and loaded vans for a big firm by the docks. " * 2
    said += "most days i also drove the counterbalance truck round the yard and kept it clean. "
    passages = passages_of(said * 2)
    assert len(passages) > 1
    assert all(passage.endswith(("docks", "clean")) for passage in passages)


@given(prose)
def test_short_sentences_share_a_passage(text: str) -> None:
    lengths = [len(passage.split()) for passage in passages_of(text)]
    longest = max((len(piece.split()) for piece in split_sentences(text, ANY_STOP)), default=0)
    if longest <= PASSAGE_WORDS:
        assert all(one + other > PASSAGE_WORDS for one, other in pairwise(lengths) if one < other)


def test_a_long_sentence_is_cut_into_equal_parts() -> None:
    words = [f"word{number}" for number in range(2 * PASSAGE_WORDS + 1)]
    passages = passages_of(" ".join(words))
    assert [len(passage.split()) for passage in passages] == [27, 27, 27]
    assert " ".join(passages).split() == words
    assert passages_of("Short one. A" + " ".join(words[:PASSAGE_WORDS]))[0] == "Short one"


def test_sentences_of_a_passage_are_told_apart_by_a_stop() -> None:
    assert passages_of("Busy site. Early starts!\n- Own tools") == [
        "Busy site. Early starts! Own tools"
    ]


@given(st.text(), st.text())
def test_texts_share_an_address_only_if_they_are_the_same(one: str, other: str) -> None:
    assert (content_hash(one) == content_hash(other)) is (one == other)
