"""What an advert's criteria ask for, line by line."""

import gzip
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demonstration.synthetic.catalogue import occupations
from index.text.requirements import Requirement, RequirementKind, read_prose, read_requirements
from index.text.requirements.clauses import clauses_of, one_is_enough
from index.text.requirements.reading import cleaned
from index.text.requirements.splitting import split_pieces
from index.text.requirements.years import least_years

ESSENTIAL, DESIRABLE, BOILERPLATE = RequirementKind


def only(text: str) -> Requirement:
    """The one requirement of an essential text."""
    (requirement,) = read_requirements(text, "")
    return requirement


def shown(text: str) -> list[str]:
    """The pieces of a text."""
    return [piece.shown for piece in split_pieces(text)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("- Reliable\n* Punctual\n• Honest\n– Fit\n1. Kind\na) Calm\n(ii) Neat\no Keen\n2) Tidy",
         ["Reliable", "Punctual", "Honest", "Fit", "Kind", "Calm", "Neat", "Keen", "Tidy"]),
        ("Needs: • own tools • CSCS card", ["own tools", "CSCS card"]),
        ("1. Own tools 2. CSCS card 3. Fit", ["Own tools", "CSCS card", "Fit"]),
        ("(a) own tools (b) a card", ["own tools", "a card"]),
        ("Own tools; CSCS card; fit for work.", ["Own tools", "CSCS card", "fit for work"]),
        ("Fit and strong. Turn up every day.", ["Fit and strong", "Turn up every day"]),
        ("hard worker. sensible round wagons", ["hard worker", "sensible round wagons"]),
        ("Hand tools, e.g. drills, saws etc. and approx. 20 kg to lift",
         ["Hand tools, e.g. drills, saws etc. and approx. 20 kg to lift"]),
        ("Depot at St. John's, bay No. 5. Own boots",
         ["Depot at St. John's, bay No. 5", "Own boots"]),
        ("Drive a 3.5 tonne van or 7.5t lorry from 7.30 in the morning",
         ["Drive a 3.5 tonne van or 7.5t lorry from 7.30 in the morning"]),
        ("Kitchen work (prison counts; so does the army. All fine) or similar",
         ["Kitchen work (prison counts; so does the army. All fine) or similar"]),
        ("Able to lift 20 kg\nand push trolleys\nHonest",
         ["Able to lift 20 kg and push trolleys", "Honest"]),
        ("Fit - this is hard graft", ["Fit - this is hard graft"]),
        ("C1\nIT\n-\n", ["C1"]),
    ],
)  # fmt: skip
def test_a_text_is_split_at_bullets_items_and_sentences(text: str, pieces: list[str]) -> None:
    assert shown(text) == pieces


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Full driving licence required Experience of a similar role Ability to work in a team",
         ["Full driving licence required", "Experience of a similar role",
          "Ability to work in a team"]),
        ("Valid licence for the UK Age over 21 Excellent telephone manner",
         ["Valid licence for the UK", "Age over 21", "Excellent telephone manner"]),
        ("Keep the store tidy To record deliveries We offer a pension",
         ["Keep the store tidy", "To record deliveries", "We offer a pension"]),
        ("Have good Knowledge of stores", ["Have good Knowledge of stores"]),
        ("Taught by Mayfield Experience in stores", ["Taught by Mayfield Experience in stores"]),
        ("Cold store work (days and Good Fridays To be agreed)",
         ["Cold store work (days and Good Fridays To be agreed)"]),
    ],
)  # fmt: skip
def test_a_list_that_lost_its_bullets_is_split_where_items_begin(
    text: str, pieces: list[str]
) -> None:
    assert shown(text) == pieces


def test_headings_in_the_middle_of_a_text_are_seen() -> None:
    read = read_requirements(
        "Person specification: Essential: Driving licence Experience of deliveries Desirable "
        "Knowledge of the area NVQ Level 2 in stores",
        "",
    )
    assert [(each.kind.value, each.shown) for each in read] == [
        ("essential", "Driving licence"),
        ("essential", "Experience of deliveries"),
        ("desirable", "Knowledge of the area NVQ Level 2 in stores"),
    ]


def test_headings_switch_what_follows_and_are_no_requirement() -> None:
    read = read_requirements(
        "Essential criteria\n- Fork truck work\n- Desirable: a second language\n- Stock control\n"
        "Desirable:\n- Excel\nWhat we offer:\n- A friendly team with drawings\n\nCan read drawings",
        "Must know the area\nEssential: SAP; Sage",
    )
    assert [(each.kind.value, each.shown) for each in read] == [
        ("essential", "Fork truck work"),
        ("desirable", "a second language"),
        ("essential", "Stock control"),
        ("desirable", "Excel"),
        ("boilerplate", "A friendly team with drawings"),
        ("essential", "Can read drawings"),
        ("desirable", "Must know the area"),
        ("essential", "SAP"),
        ("essential", "Sage"),
    ]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Kitchen experience", [ESSENTIAL]),
        ("Kitchen experience preferred", [DESIRABLE]),
        ("Experience of stock control would be an advantage", [DESIRABLE]),
        ("Previous experience is an advantage, but not essential", [DESIRABLE]),
        ("machinery ticket a big plus, not vital", [DESIRABLE]),
        ("Ideally you have driven a dumper", [DESIRABLE]),
        ("Warehouse experience, ideally in a cold store", [ESSENTIAL, DESIRABLE]),
        ("Driving licence, with C1 preferred", [ESSENTIAL, DESIRABLE]),
        ("Management experience is essential and ward work would be beneficial", [ESSENTIAL]),
    ],
)
def test_the_words_of_a_line_say_how_much_it_matters(
    text: str, kinds: list[RequirementKind]
) -> None:
    assert [each.kind for each in read_requirements(text, "")] == kinds


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("We are an equal opportunities employer", "equal opportunities"),
        ("Free parking", "pay and benefits"),
        ("28 days' holiday including bank holidays", "pay and benefits"),
        ("Competitive salary and pension", "pay and benefits"),
        ("Send your CV to Dawn in the people team", "how to apply"),
        ("Interviews will be held in May", "how to apply"),
        ("Closing date 5 June", "how to apply"),
        ("A DBS check will be carried out", "checks and vetting"),
        ("Must pass a drug and alcohol test", "checks and vetting"),
        ("Right to work in the UK", "right to work"),
        ("Able to use the internet under licence conditions", "licence conditions"),
        ("We are a leading supplier of timber", "about the employer"),
        ("Over 21 for insurance reasons", "age limit"),
        ("Early starts, some Saturdays", "place and hours"),
        ("Able to get to site for 7.30 in the morning", "place and hours"),
        ("Own boots, hard hat and hi-vis, or willing to buy them", "own equipment"),
        ("Own hand tools", "own equipment"),
        ("We'll teach you the rest", "training given"),
        ("Experience is not essential", "no experience needed"),
        ("Are you looking for a new challenge?", "a question to the reader"),
        ("No driving needed", "nothing asked"),
        ("None", "nothing asked"),
    ],
)
def test_a_line_that_asks_for_nothing_is_boilerplate_with_a_reason(text: str, reason: str) -> None:
    requirement = only(text)
    assert (requirement.kind, requirement.boilerplate_reason) == (BOILERPLATE, reason)


@pytest.mark.parametrize(
    "text",
    [
        "Experience of pension administration",
        "Safeguarding certificate and DBS where sessions include under-18s",
        "Knowledge of salary and payroll systems",
        "At least two years in a professional kitchen, nights included",
        "Licensed and insured car, or rent one from us",
        "Own experience of the justice system",
        "Able to use a till (we will show you)",
    ],
)
def test_a_line_that_asks_for_something_is_not_boilerplate(text: str) -> None:
    assert only(text).kind is ESSENTIAL


@pytest.mark.parametrize(
    ("text", "attitude"),
    [
        ("Reliable and honest", True),
        ("Physically fit", True),
        ("Good timekeeping", True),
        ("Team player", True),
        ("Able to lift 20 kg", True),
        ("Willing to learn", True),
        ("No experience needed, just a good attitude", True),
        ("Happy to follow drawings", False),
        ("Reliable, with kitchen experience", False),
        ("CSCS card held by a reliable person", False),
        ("Stock control", False),
    ],
)
def test_attitudes_and_abilities_count_but_are_marked(text: str, attitude: bool) -> None:
    requirement = only(text)
    assert (requirement.kind, requirement.attitude) == (ESSENTIAL, attitude)


@pytest.mark.parametrize(
    ("text", "codes", "any_of", "required", "obtainable"),
    [
        ("Current CSCS card", ["CSCS"], False, True, False),
        ("CSCS or CISRS card", ["CSCS", "CISRS"], True, True, False),
        ("FISS/CSCS card", ["FISS", "CSCS"], True, True, False),
        ("IPAF and CSCS card", ["IPAF", "CSCS"], False, True, False),
        ("CSCS card or willing to do the course, we pay", ["CSCS"], False, False, True),
        ("CSCS card within 3 months (we pay)", ["CSCS"], False, False, True),
        ("Willing to complete food hygiene training", ["FOOD_HYGIENE"], False, False, True),
        ("Asbestos awareness within the last 12 months", ["ASBESTOS"], False, True, False),
        ("NVQ Level 2 in bricklaying or time-served", ["VOCATIONAL"], False, False, False),
        ("Kitchen experience or a cookery course", ["VOCATIONAL"], False, False, False),
        ("Level 2 food hygiene or higher", ["FOOD_HYGIENE"], False, True, False),
        ("IMI or NVQ Level 2 in vehicle maintenance", ["VOCATIONAL"], False, True, False),
        ("Driving licence handy but not needed", [], False, False, False),
    ],
)
def test_certificates_are_asked_for_all_or_any_or_not_at_all(
    text: str, codes: list[str], any_of: bool, required: bool, obtainable: bool
) -> None:
    requirement = only(text)
    assert [each.code for each in requirement.certificates] == codes
    assert requirement.any_certificate is any_of
    assert requirement.certificates_required is required
    assert requirement.obtainable is obtainable


@pytest.mark.parametrize(
    "text",
    [
        "NVQ Level 2 in pharmacy services",
        "NVQ Level 2 or equivalent in care",
        "A Level 3 NVQ in dental work",
    ],
)
def test_a_qualification_in_a_field_that_is_not_known_is_no_fact(text: str) -> None:
    requirement = only(text)
    assert requirement.certificates == ()
    assert not requirement.certificates_required


@pytest.mark.parametrize(
    "text", ["NVQ Level 2", "NVQ Level 2 in a relevant subject", "NVQ Level 2 in bricklaying"]
)
def test_a_qualification_in_any_field_or_a_known_one_stays_a_fact(text: str) -> None:
    assert [each.level for each in only(text).certificates] == [2]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("We bake bread. You must be tidy. We close at six.", ["You must be tidy"]),
        (
            "Be honest, it is essential. Two years of experience in stores. Free parking.",
            ["Two years of experience in stores", "Be honest, it is essential"],
        ),
        ("Carry trays. Wash pots. Sweep floors.", []),
        ("Essential: Washed pots in a kitchen Attention to detail",
         ["Attention to detail"]),
        ("You will need a driving licence. You will receive full training.",
         ["You will need a driving licence"]),
    ],
)  # fmt: skip
def test_prose_asks_where_it_says_so_and_what_can_be_shown_comes_first(
    text: str, asked: list[str]
) -> None:
    assert [each.shown for each in read_prose(text)] == asked


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("At least two years in a professional kitchen", 2),
        ("Minimum 3 yrs commercial decorating", 3),
        ("2-3 years' experience of welding", 2),
        ("5+ years working in stores", 5),
        ("A year or more in groundworks", 1),
        ("Experience of at least 12 months", 1),
        ("Twelve months' artic experience", 1),
        ("Six months on trucks at least", 0.5),
        ("Level 2 barbering or two years cutting", 2),
        ("Full licence held for at least a year", None),
        ("No driving disqualification in the past 3 years", None),
        ("Over 18 years old", None),
        ("Commitment to finishing the full two years", None),
        ("Fixed term contract of 12 months", None),
        ("Five-year checkable history", None),
        ("A company with 30 years of experience", None),
        ("Happy outside all year round", None),
        ("Meetings twice a year in Leeds", None),
        ("Reliable", None),
    ],
)
def test_years_of_experience_are_read_and_other_years_are_not(
    text: str, years: float | None
) -> None:
    assert least_years(text) == years


@pytest.mark.parametrize(
    ("text", "clauses", "alternatives"),
    [
        ("Reliable", (), False),
        ("Quick, clean and reliable", (), False),
        ("Can read drawings and set out a wall", ("Can read drawings", "set out a wall"), False),
        ("Stock or stores experience", (), True),
        ("Works alone or in a small team", ("Works alone", "in a small team"), True),
        ("Excel, SAP or Sage", ("Excel, SAP", "Sage"), True),
        ("CSCS/ECS card", ("CSCS", "ECS card"), True),
        ("Types at 40 words a minute or more", (), False),
        ("Health and safety training", (), False),
        ("IT packages such as Word, Excel", ("IT packages", "Word", "Excel"), True),
        ("Experience cooking for 50 or more people", (), False),
        ("Drawings and tolerances and/or gauges", ("Drawings and tolerances and/or gauges",), True),
    ],
)
def test_a_requirement_has_clauses_of_which_one_may_be_enough(
    text: str, clauses: tuple[str, ...], alternatives: bool
) -> None:
    assert clauses_of(text) == (clauses if len(clauses) > 1 else ())
    assert one_is_enough(text) is alternatives


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("You must have a clean driving licence", "A clean driving licence"),
        ("The ideal candidate will have experience of operating a dumper", "Operating a dumper"),
        ("Previous experience of stock control is essential", "Stock control"),
        ("CSCS card required", "CSCS card"),
        ("Experience of welding", "Experience of welding"),
        ("Positive attitude, no experience needed", "Positive attitude, no experience needed"),
    ],
)
def test_words_that_only_introduce_are_not_encoded(text: str, clean: str) -> None:
    assert cleaned(text) == clean


def test_no_experience_needed_is_understood() -> None:
    assert only("No previous experience is required as full training is given").no_experience_needed
    assert only("Positive attitude, no experience needed").no_experience_needed
    assert not only("No experience of management, but a lot of welding").no_experience_needed


# The reading of whole adverts: nothing is lost, nothing is invented, order is kept.

PLAIN_WORDS = (
    st.lists(
        st.sampled_from(
            ["kitchen", "stock", "reliable", "licence", "CSCS", "forklift", "night", "wage", "3.5"]
        )
        | st.sampled_from(["apply", "experience", "drawings", "or", "and", "ideally", "preferred"])
        | st.sampled_from(["(pots)", "e.g.", "7.30", "café"]),
        min_size=2,
        max_size=9,
    )
    .map(" ".join)
    .filter(lambda words: sum(map(str.isalpha, words)) >= 3)
)
MARKS = st.sampled_from(["", "- ", "* ", "• ", "– ", "1. ", "a) ", "(ii) ", "o ", "12) "])
LINES = st.lists(st.tuples(MARKS, st.lists(PLAIN_WORDS, min_size=1, max_size=3)), max_size=6)


def joined(lines: list[tuple[str, list[str]]]) -> str:
    """An advert of marked lines, each of items with semicolons between them."""
    return "\n".join(mark + "; ".join(items) for mark, items in lines)


@given(LINES)
def test_every_word_stands_in_exactly_one_requirement(lines: list[tuple[str, list[str]]]) -> None:
    read = read_requirements(joined(lines), "")
    words = [word for _, items in lines for item in items for word in item.split()]
    kept = " ".join(each.shown for each in read).replace(",", " ").split()
    assert [word.strip(".") for word in kept] == [word.strip(".") for word in words]


@given(st.text(alphabet="abCd 1.;-•()\n\t,!'/"))
def test_only_marks_and_fragments_fall_between_the_pieces(text: str) -> None:
    rest = " ".join(text.split())
    for piece in shown(text):
        between, found, rest = rest.partition(piece)
        assert found
        assert all(sum(map(str.isalpha, word)) < 3 for word in re.split(r"[\s;.!•]+", between))


@given(LINES.map(joined) | st.text(), LINES.map(joined) | st.text())
def test_the_desirable_criteria_come_after_the_essential_ones(one: str, other: str) -> None:
    together = read_requirements(one, other)
    assert together == (*read_requirements(one, ""), *read_requirements("", other))
    assert all((each.kind is BOILERPLATE) == bool(each.boilerplate_reason) for each in together)


@given(LINES.map(joined) | st.text())
def test_prose_asks_for_nothing_that_its_reading_as_criteria_does_not(text: str) -> None:
    assert set(read_prose(text)) <= set(read_requirements(text, ""))


@given(LINES.map(joined) | st.text())
def test_reading_again_what_was_shown_changes_nothing(text: str) -> None:
    for requirement in read_requirements(text, ""):
        again = read_requirements(requirement.shown, "")
        assert [each.shown for each in again] == [requirement.shown]
        assert again[0].certificates == requirement.certificates
        assert cleaned(requirement.text) == requirement.text


@pytest.mark.parametrize("slug", occupations())
def test_the_catalogues_essential_criteria_require_no_certificate_that_it_does_not(
    slug: str,
) -> None:
    occupation = occupations()[slug]
    asked = {
        certificate.training
        for requirement in read_requirements("\n".join(occupation.essential), "")
        if requirement.kind is ESSENTIAL and requirement.certificates_required
        for certificate in requirement.certificates
    } - {None}
    assert asked <= set(occupation.required_certificates)


@pytest.mark.shared
def test_real_adverts_are_read_without_losing_a_word(shared_data: Path) -> None:
    with gzip.open(shared_data / "nhs_jobs" / "nhs_jobs_2020.jsonl.gz", "rt") as adverts:
        texts = [json.loads(advert)["text"] for advert, _ in zip(adverts, range(60), strict=False)]
    for text in texts:
        rest = " ".join(text.split())
        for piece in shown(text):
            _, found, rest = rest.partition(piece)
            assert found
