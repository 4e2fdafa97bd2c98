"""What is embedded, as sentences."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from index.text import (
    CandidateText,
    Experience,
    LineKind,
    VacancyText,
    content_hash,
    split_sentences,
)

PROFILE = CandidateText(
    experience=(Experience("Labourer", "Busy site. Early starts.", "2019 to 2021"),),
    previous_work="Helped in a charity shop.",
    skills=("Teamwork",),
    training=("CSCS card",),
    qualifications=("Maths level 1",),
    prison_work=("Kitchens and cooking",),
    prison_training=(("Forklift driving", "2025"),),
    interests=("Construction and trade",),
)


def test_a_profile_becomes_natural_sentences() -> None:
    assert PROFILE.texts().whole == (
        "Worked as Labourer: Busy site. Early starts. Helped in a charity shop. Skills: Teamwork. "
        "Training and licences: CSCS card. Qualifications: Maths level 1. "
        "Work in prison: Kitchens and cooking. Training in prison: Forklift driving. "
        "Would like to work in: Construction and trade."
    )


def test_every_piece_of_evidence_is_a_line_and_years_are_only_shown() -> None:
    lines = PROFILE.texts().lines
    assert [(line.kind, line.text, line.shown) for line in lines] == [
        (LineKind.EXPERIENCE, "Labourer", "Labourer (2019 to 2021)"),
        (LineKind.EXPERIENCE, "Labourer: Busy site", "Labourer: Busy site (2019 to 2021)"),
        (LineKind.EXPERIENCE, "Labourer: Early starts", "Labourer: Early starts (2019 to 2021)"),
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
    ]
    assert [line.job for line in lines[:4]] == [0, 0, 0, None]


def test_requirements_are_the_sentences_and_bullets_of_the_criteria() -> None:
    vacancy = VacancyText(
        title="Porter",
        description="Keep the kitchen clean.",
        essential="- Able to lift 20 kg\n2. Reliable. Has worked in a kitchen; Food hygiene\n* ",
        desirable="NVQ Level 2 or equivalent",
    )
    assert [(line.kind, line.text) for line in vacancy.texts().lines] == [
        (LineKind.ESSENTIAL, "Able to lift 20 kg"),
        (LineKind.ESSENTIAL, "Reliable"),
        (LineKind.ESSENTIAL, "Has worked in a kitchen"),
        (LineKind.ESSENTIAL, "Food hygiene"),
        (LineKind.DESIRABLE, "NVQ Level 2 or equivalent"),
    ]


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


@given(st.text(), st.text())
def test_texts_share_an_address_only_if_they_are_the_same(one: str, other: str) -> None:
    assert (content_hash(one) == content_hash(other)) is (one == other)
