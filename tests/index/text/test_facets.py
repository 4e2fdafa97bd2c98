"""The pieces of a requirement, and the entries of a bare list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.facets import (
    FEWEST_KEYWORDS,
    FEWEST_LETTERS,
    LONGEST_KEYWORD,
    facets_of,
    keywords_of,
)

clauses = st.lists(
    st.sampled_from(
        ["Cypress", "frontend", "and", "or", "for", "C++", "C#", ".NET", "stock control", ",",
         " - ", "R&D", "driver's", "à la carte", "x", ".", ";", "\n", "5", "with"]
    ),
    max_size=12,
).map(" ".join)  # fmt: skip


def spaced(text: str) -> str:
    """With single spaces."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "facets"),
    [
        ("Cypress for frontend is a must, pytest for backend",
         ("Cypress", "frontend is a must", "pytest", "backend")),
        ("Stock control and ordering in a busy kitchen",
         ("Stock control", "ordering", "a busy kitchen")),
        ("C++ or C# with .NET", ("C++", ".NET")),
        ("Reach truck / counterbalance", ("Reach truck", "counterbalance")),
        ("Early starts – some weekends", ("Early starts", "some weekends")),
        ("A self-starter. Ready for work", ("A self-starter", "Ready", "work")),
        ("Driver's hours of drivers' mates", ("Driver's hours", "drivers' mates")),
        ("cleaning and cleaning", ()),
        ("Land and forklift", ("Land", "forklift")),
        ("Forklift licence", ()),
        ("Forklift, or", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_a_requirement_has_the_pieces_between_its_joints(
    text: str, facets: tuple[str, ...]
) -> None:
    assert facets_of(text) == facets


@given(st.text() | clauses)
def test_facets_are_different_pieces_of_the_text_and_never_one_alone(text: str) -> None:
    facets = facets_of(text)
    assert len(facets) != 1
    assert len(set(facets)) == len(facets)
    for facet in facets:
        assert facet in spaced(text)
        assert len(facet) >= FEWEST_LETTERS
        assert facets_of(facet) in ((), (facet,))


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("agile, aws, project management", ("agile", "aws", "project management")),
        ("Excel; Word | Outlook.", ("Excel", "Word", "Outlook")),
        ("agile, aws", ()),
        ("agile, , aws, jira", ()),
        ("We are looking for somebody who is, above all, kind, patient", ()),
        ("", ()),
    ],
)
def test_a_bare_list_has_its_entries(text: str, entries: tuple[str, ...]) -> None:
    assert keywords_of(text) == entries


@given(st.text() | clauses)
def test_entries_are_short_pieces_of_the_text_and_never_few(text: str) -> None:
    entries = keywords_of(text)
    assert not entries or len(entries) >= FEWEST_KEYWORDS
    for entry in entries:
        assert entry in spaced(text)
        assert 1 <= len(entry.split()) <= LONGEST_KEYWORD
