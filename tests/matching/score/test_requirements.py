"""What a person can show for each thing asked: certificates as facts, the rest by likeness."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.model import Candidate
from index.text.requirements import read_requirements
from index.text.text import LineKind, VacancyText
from matching.score.requirements import (
    ATTITUDE_SHARE,
    DESIRABLE_SHARE,
    LEAST_FOR_SOME_YEARS,
    RequirementMatch,
    certificate_lines,
    counts_for,
    match_requirements,
)
from matching.score.weights import load_weights

WEIGHTS = load_weights()
FEW = WEIGHTS.similarity.passages_a_requirement
ALIKE, UNLIKE = 1.0, -1.0  # beyond the ends of every curve


def somebody(**facts: object) -> Candidate:
    """Of whom only this is recorded."""
    values = {
        "prison_number": "A1234BC",
        "first_name": "Sam",
        "last_name": "Example",
        "prison_id": "MDI",
    }
    return Candidate.model_validate(values | facts)


def matches(
    candidate: Candidate, essential: str, desirable: str = "", likeness: float = UNLIKE
) -> tuple[RequirementMatch, ...]:
    """A match for each thing asked, with one likeness everywhere."""
    text = VacancyText("Post", "", essential, desirable)
    asked = text.texts().lines[1:]
    evidence = [
        line for line in candidate.embeddable().texts().lines if line.kind is not LineKind.WISH
    ]
    similarities = np.full((len(evidence), len(asked)), likeness)
    return match_requirements(
        candidate, text.requirements(), asked, evidence, similarities, WEIGHTS
    )


def only_match(candidate: Candidate, essential: str, likeness: float = UNLIKE) -> RequirementMatch:
    """The match of the one thing asked."""
    (match,) = matches(candidate, essential, likeness=likeness)
    return match


@pytest.mark.parametrize(
    ("facts", "asked", "evidence"),
    [
        ({"training": ["CSCS_CARD"]}, "CSCS card", "CSCS card"),
        ({"qualification_types": ["CSCS"]}, "CSCS card", "CSCS card"),
        ({"qualification_types": ["DRIVING_LICENSE"]}, "Driving licence",
         "Full UK driving licence"),
        ({"other_skills": ["got my cscs card in 2023"]}, "CSCS card", "CSCS card"),
        ({"other_qualifications": "IPAF and a blue CSCS card"}, "CSCS green card",
         "CSCS blue skilled worker card"),
        ({"qualifications": [{"subject": "Level 3 food safety"}]}, "Food hygiene Level 2",
         "Food hygiene, Level 3"),
        ({"training": ["HGV_LICENCE"]}, "Driving licence", "Full UK driving licence"),
        ({"training": ["FOOD_HYGIENE_CERTIFICATE"]}, "Food hygiene Level 2",
         "Food hygiene (which level or kind is not recorded)"),
        ({"training": ["CSCS_CARD"]}, "CSCS green card",
         "CSCS card (which level or kind is not recorded)"),
    ],
)  # fmt: skip
def test_a_certificate_is_met_where_it_is_recorded_or_named(
    facts: dict[str, object], asked: str, evidence: str
) -> None:
    match = only_match(somebody(**facts), asked)
    assert (match.credit, match.similarity, match.met) == (1, 1, True)
    assert match.evidence == evidence


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"training": ["NONE"]},
        {"training": ["FORKLIFT_LICENCE"]},
        {"other_skills": ["working towards my CSCS card"]},
        {"other_skills": ["Would like to get a CSCS card"]},
        {"other_qualifications": "CSCS card, expired 2021"},
        {"other_skills": ["building site cards and badges"]},
        {"work_experience": [{"role": "CSCS card printer", "details": "Printed CSCS cards."}]},
        {"previous_work": "Checked everybody's CSCS card at the gate."},
    ],
)
def test_a_certificate_is_not_met_by_likeness_nor_by_what_is_not_held_yet(
    facts: dict[str, object],
) -> None:
    match = only_match(somebody(**facts), "CSCS card", likeness=ALIKE)
    assert (match.credit, match.met, match.evidence) == (0, False, None)


def test_of_several_certificates_all_count_unless_any_will_do() -> None:
    held = somebody(training=["CSCS_CARD"])
    both = only_match(held, "CSCS card and first aid")
    assert (both.credit, both.met, both.evidence) == (0.5, False, "CSCS card")
    either = only_match(held, "CSCS card or CPCS")
    assert (either.credit, either.met, either.evidence) == (1, True, "CSCS card")


def test_a_certificate_that_something_may_stand_for_is_also_met_by_likeness() -> None:
    asked = "NVQ Level 2 in bricklaying or time served"
    served = somebody(previous_work="Bricklayer for twelve years.")
    match = only_match(served, asked, likeness=ALIKE)
    assert match.met
    assert match.evidence == "Bricklayer for twelve years"
    assert match.credit == WEIGHTS.curve("requirement", ALIKE)
    assert only_match(served, asked, likeness=UNLIKE).credit == WEIGHTS.curve("requirement", UNLIKE)
    qualified = somebody(other_qualifications="NVQ Level 2 bricklaying")
    assert only_match(qualified, asked).credit == 1


def test_everything_else_is_met_from_a_certain_likeness() -> None:
    cook = somebody(previous_work="Cooked for a hundred.")
    for likeness in (UNLIKE, WEIGHTS.met_at - 0.01, WEIGHTS.met_at, ALIKE):
        match = only_match(cook, "Has worked in a kitchen", likeness)
        assert match.similarity == pytest.approx(likeness)
        assert match.met is (match.similarity >= WEIGHTS.met_at)
        assert match.credit == pytest.approx(WEIGHTS.curve("requirement", likeness))
        assert match.evidence == "Cooked for a hundred"


def test_nothing_can_be_shown_without_evidence() -> None:
    match = only_match(somebody(), "Has worked in a kitchen")
    assert (match.evidence, match.similarity, match.credit, match.met) == (None, 0, 0, False)


def test_the_nearest_evidence_is_quoted_and_the_best_few_count() -> None:
    person = somebody(other_skills=["pots", "lorries", "roofs", "books", "paint"])
    evidence = person.embeddable().texts().lines
    text = VacancyText("Post", "", "Has worked in a kitchen")
    similarities = np.array([[0.3], [0.2], [0.9], [0.1], [0.5]])
    (match,) = match_requirements(
        person, text.requirements(), text.texts().lines[1:], evidence, similarities, WEIGHTS
    )
    assert match.evidence == "roofs"
    assert match.similarity == pytest.approx(np.mean([0.9, 0.5, 0.3, 0.2, 0.1][:FEW]))


def test_each_part_of_a_requirement_has_evidence_of_its_own() -> None:
    person = somebody(other_skills=["counted stock", "loaded vans"])
    text = VacancyText("Post", "", "Counting stock and loading vans")
    asked = text.texts().lines[1:]
    assert len(asked) == 2
    (match,) = match_requirements(
        person,
        text.requirements(),
        asked,
        person.embeddable().texts().lines,
        np.array([[ALIKE, UNLIKE], [UNLIKE, UNLIKE]]),
        WEIGHTS,
    )
    high = WEIGHTS.curve("requirement", sum(sorted([ALIKE, UNLIKE])[-FEW:]) / min(FEW, 2))
    low = WEIGHTS.curve("requirement", UNLIKE)
    assert match.credit == pytest.approx((high + low) / 2)


@pytest.mark.parametrize(
    ("start", "end", "share"),
    [(2019, 2022, 1.0), (2022, 2024, 3 / 4), (2024, 2024, LEAST_FOR_SOME_YEARS), (None, 2024, 1.0)],
)
def test_fewer_years_than_asked_earn_part_of_the_credit(
    start: int | None, end: int | None, share: float
) -> None:
    job = {"role": "Cook", "start_year": start, "end_year": end}
    asked = "Four years' experience as a cook"
    match = only_match(somebody(work_experience=[job]), asked, likeness=ALIKE)
    assert match.requirement.years == 4
    assert match.credit == pytest.approx(share * WEIGHTS.curve("requirement", ALIKE))


def test_matches_come_in_the_order_of_the_advert_without_boilerplate() -> None:
    found = matches(
        somebody(training=["CSCS_CARD"]),
        "Has laid bricks. We are an equal opportunities employer. CSCS card.",
        "Has plastered walls",
    )
    assert [match.requirement.shown for match in found] == [
        "Has laid bricks",
        "CSCS card",
        "Has plastered walls",
    ]


def test_a_requirement_counts_by_its_kind_and_by_what_a_profile_can_show() -> None:
    shares = [
        counts_for(requirement)
        for requirement in read_requirements(
            "Has worked in a kitchen\nReliable", "Has baked bread\nFriendly"
        )
    ]
    assert shares == [1, ATTITUDE_SHARE, DESIRABLE_SHARE, DESIRABLE_SHARE * ATTITUDE_SHARE]


def test_lines_that_name_a_certificate_are_known() -> None:
    person = somebody(
        work_experience=[{"role": "CSCS card printer"}],
        other_skills=["teamwork", "forklift licence"],
        training=["FOOD_HYGIENE_CERTIFICATE", "MANUAL_HANDLING"],
        other_qualifications="Part of an access course",
    )
    named = certificate_lines(person.embeddable().texts().lines)
    assert named.tolist() == [False, False, True, True, True, False]
    assert certificate_lines([]).tolist() == []


@given(
    st.lists(st.sampled_from(["CSCS_CARD", "FIRST_AID_CERTIFICATE", "HGV_LICENCE"]), unique=True),
    st.lists(st.sampled_from(["NVQ Level 3", "Level 2 food hygiene", "pots"]), unique=True),
    st.floats(-1, 1),
)
def test_credit_is_a_share_and_a_certificate_is_met_only_by_all_of_it(
    training: list[str], skills: list[str], likeness: float
) -> None:
    person = somebody(training=training or None, other_skills=skills)
    essential = (
        "CSCS card. CSCS or CPCS. First aid and food hygiene Level 2. "
        "NVQ Level 2 or time served. Two years of driving. Has laid bricks."
    )
    for match in matches(person, essential, "Driving licence", likeness):
        assert 0 <= match.credit <= 1
        assert match.evidence is not None or not match.met
        if match.requirement.certificates_required:
            assert match.met is (match.credit == 1)
