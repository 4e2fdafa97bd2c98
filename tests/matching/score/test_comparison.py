"""From texts and vectors to readings."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_readings import DRAWN, LEXICON, WEIGHTS, encoded, person_of, post_of, read_together

from foundation.errors import VectorIndexError
from index.text.text import CandidateText, Experience, LineKind, VacancyText
from index.vectors.flat import Vectors, dot
from matching.score.comparison import CandidateVectors, TextComparison, VacancyVectors
from matching.score.similarity import requirement_similarities

PORTER = CandidateText(
    experience=(Experience("Kitchen porter", "Washed pots. Swept floors.", "2019"),),
    skills=("Teamwork",),
    training=("Food hygiene certificate",),
    wishes=("Baker", "Cook"),
)
KITCHEN = VacancyText(
    title="Kitchen assistant",
    description="Help in the kitchen.",
    essential="Washing pots in a busy kitchen. Punctual. We are an equal opportunities employer.",
    desirable="Food hygiene, Level 2",
)

pieces = st.sampled_from(["Kitchen porter", "Washed pots", "Drove a van", "Stacked shelves", ""])
texts = st.builds(
    CandidateText,
    previous_work=pieces,
    skills=st.lists(pieces.filter(bool), max_size=2).map(tuple),
    wishes=st.lists(pieces.filter(bool), max_size=2).map(tuple),
)
adverts = st.builds(
    VacancyText,
    title=st.sampled_from(["Porter", "Driver"]),
    description=pieces,
    essential=st.lists(
        st.sampled_from(["Has washed pots in a kitchen", "Reliable", "CSCS card", "Counts stock"]),
        max_size=3,
    ).map(". ".join),
)


def same(one: TextComparison, other: TextComparison) -> bool:
    """Whether two readings are the same to the bit."""
    return all(
        np.array_equal(first, second) if isinstance(first, np.ndarray) else first == second
        for first, second in (
            (getattr(one, field.name), getattr(other, field.name))
            for field in dataclasses.fields(TextComparison)
        )
    )


def test_evidence_and_wishes_are_told_apart_with_their_vectors() -> None:
    person = person_of(PORTER)
    assert [line.text for line in person.evidence] == [
        "Kitchen porter",
        "Kitchen porter: Washed pots. Swept floors",
        "Teamwork",
        "Food hygiene certificate",
    ]
    assert [line.kind for line in person.wishes] == [LineKind.WISH] * 2
    assert (person.evidence_vectors == DRAWN.encode([line.text for line in person.evidence])).all()
    assert (person.wish_vectors == DRAWN.encode(["Baker", "Cook"])).all()


def test_a_vacancy_has_a_vector_for_its_title_each_thing_asked_and_each_facet() -> None:
    post = post_of(KITCHEN)
    assert [line.text for line in post.asked] == [
        "Washing pots in a busy kitchen",
        "Punctual",
        "Food hygiene, Level 2",
    ]
    assert [line.part for line in post.asked] == [0, 1, 3]  # the third line is boilerplate
    assert len(post.requirements) == 4
    assert (post.title_vector == DRAWN.encode(["Kitchen assistant"])[0]).all()
    assert (post.asked_vectors == DRAWN.encode([line.text for line in post.asked])).all()
    assert [len(vectors) for vectors in post.facets] == [
        len(line.facets) for line in KITCHEN.texts().lines[1:]
    ]
    assert (post.facets[0] == DRAWN.encode(["Washing pots", "a busy kitchen"])).all()


@pytest.mark.parametrize("change", [-1, 1])
def test_vectors_of_other_texts_are_refused(change: int) -> None:
    def changed(vectors: Vectors) -> Vectors:
        return vectors[:-1] if change < 0 else np.concatenate([vectors, vectors[:1]])

    refused = r"split texts otherwise; run `newfutures index build`"
    with pytest.raises(VectorIndexError, match=refused):
        CandidateVectors.from_text(PORTER, changed(encoded(PORTER)[1]))
    whole, vectors = encoded(KITCHEN)
    with pytest.raises(VectorIndexError, match=refused):
        VacancyVectors.from_text(KITCHEN, whole, changed(vectors))


def test_certificates_and_skills_are_like_no_job_and_prison_work_less_than_a_job_held() -> None:
    text = CandidateText(
        experience=(Experience("Porter", ""),),
        skills=("Porter",),
        training=("Porter",),
        qualifications=("Porter",),
        prison_work=("Porter",),
    )
    post = post_of(VacancyText(title="Porter", description="Porter", essential="Porter"))
    (comparison,) = read_together([person_of(text)], [post])
    by_kind = {
        line.kind: near for line, near in zip(comparison.evidence, comparison.to_title, strict=True)
    }
    assert by_kind[LineKind.SKILL] == by_kind[LineKind.TRAINING] == 0
    assert 0 < by_kind[LineKind.PRISON_WORK] < by_kind[LineKind.EXPERIENCE]
    assert by_kind[LineKind.EXPERIENCE] == by_kind[LineKind.QUALIFICATION]


def test_a_reading_compares_each_line_with_what_is_asked_with_title_and_whole() -> None:
    person, post = person_of(PORTER), post_of(KITCHEN)
    (comparison,) = read_together([person], [post])
    assert (comparison.requirements, comparison.asked) == (post.requirements, post.asked)
    assert (comparison.evidence, comparison.wishes) == (person.evidence, person.wishes)
    overlaps = LEXICON.overlaps(
        [line.text for line in person.evidence], [line.text for line in post.asked]
    )
    expected = requirement_similarities(
        person.evidence_vectors, post.asked_vectors, post.facets, overlaps, WEIGHTS.similarity
    )
    assert (comparison.to_requirements == expected).all()
    to_title = dot(person.evidence_vectors, post.title_vector)
    assert (comparison.to_title == to_title * person.like_a_job).all()
    assert (comparison.to_whole == dot(person.evidence_vectors, post.whole)).all()
    assert (comparison.wish_to_title == dot(person.wish_vectors, post.title_vector)).all()


def test_somebody_of_whom_nothing_is_recorded_has_an_empty_reading() -> None:
    (comparison,) = read_together([person_of(CandidateText())], [post_of(KITCHEN)])
    assert comparison.to_requirements.shape == (0, 3)
    assert (
        comparison.to_title.shape
        == comparison.to_whole.shape
        == comparison.wish_to_title.shape
        == (0,)
    )
    (bare,) = read_together([person_of(PORTER)], [post_of(VacancyText("Cook", "", ""))])
    assert bare.to_requirements.shape == (4, 0)


@given(st.lists(texts, max_size=3), st.lists(adverts, max_size=3))
def test_readings_computed_together_are_those_computed_one_by_one(
    people: list[CandidateText], posts: list[VacancyText]
) -> None:
    persons, vacancies = [person_of(text) for text in people], [post_of(text) for text in posts]
    together = read_together(persons, vacancies)
    alone = [
        comparison
        for person in persons
        for post in vacancies
        for comparison in read_together([person], [post])
    ]
    assert len(together) == len(alone)
    assert all(same(one, other) for one, other in zip(together, alone, strict=True))
