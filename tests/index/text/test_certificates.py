"""Certificates: recognised in words, compared as facts."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demonstration.synthetic.catalogue import Occupation, occupations
from foundation.vocabulary import Training
from index.text.certificates import (
    Certificate,
    certificate_for,
    find_certificates,
    satisfies,
    vocabulary,
)
from index.text.certificates.vocabulary import entries, entries_by_key, split_key


def written(certificate: Certificate) -> str:
    """`FOOD_HYGIENE L2`, `SIA/CCTV`."""
    category = f"/{certificate.category}" if certificate.category else ""
    level = f" L{certificate.level}" if certificate.level else ""
    return f"{certificate.code}{category}{level}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # Construction and plant
        ("You must hold a valid green CSCS labourer card", "CSCS/LABOURER"),
        ("CSCS green card", "CSCS/LABOURER"),
        ("Blue or gold CSCS card", "CSCS/SKILLED"),
        ("CSCS needed before day one", "CSCS"),
        ("CPCS or NPORS ticket with CSCS logo", "CPCS, NPORS, CSCS"),
        ("Dumper, roller or 360 ticket", "PLANT/DUMPER, PLANT/ROLLER, PLANT/EXCAVATOR"),
        ("360 ticket above 10 tonne, in date (CPCS blue or NPORS)", "PLANT/EXCAVATOR"),
        ("Relevant machine tickets", "PLANT"),
        ("IPAF 3a/3b and PASMA", "IPAF, PASMA"),
        ("Abrasive wheels ticket", "ABRASIVE_WHEELS"),
        ("Slinger/signaller ticket", "SLINGER"),
        ("Traffic marshall", "TRAFFIC_MARSHAL"),
        ("Chainsaw maintenance and cross-cutting (CS30/31)", "CHAINSAW"),
        ("Chainsaw tickets for felling", "CHAINSAW"),
        ("PA1/PA6 spraying", "SPRAYING"),
        ("PA1 and PA6", "SPRAYING"),
        ("LANTRA brushcutter ticket", "LANTRA, BRUSHCUTTER"),
        # Safety
        ("Health & safety certificate, Level 2", "HEALTH_AND_SAFETY L2"),
        ("Level 1 Award in Health and Safety in a Construction Environment",
         "HEALTH_AND_SAFETY/CONSTRUCTION L1"),
        ("CITB test", "HEALTH_AND_SAFETY/CONSTRUCTION"),
        ("IOSH or NEBOSH", "IOSH, NEBOSH"),
        ("Asbestos awareness", "ASBESTOS"),
        ("Working at height training", "WORKING_AT_HEIGHT"),
        ("Confined space or IPAF ticket", "CONFINED_SPACES, IPAF"),
        ("Streetworks card (NRSWA)", "STREETWORKS"),
        ("PTS with DCCR in date", "PTS"),
        ("COSHH awareness", "COSHH"),
        ("Manual handling certificate", "MANUAL_HANDLING"),
        ("Moving and handling of people training", "MOVING_AND_HANDLING"),
        ("First aid at work, in date", "FIRST_AID/AT_WORK"),
        ("Emergency first aid", "FIRST_AID/EMERGENCY"),
        ("First aider", "FIRST_AID"),
        ("Care Certificate", "CARE_CERTIFICATE"),
        # Food, drink, security
        ("Level 2 food hygiene", "FOOD_HYGIENE L2"),
        ("Food Hygiene Certificate level 3", "FOOD_HYGIENE L3"),
        ("Level 2 Award in Food Safety in Catering", "FOOD_HYGIENE L2"),
        ("food-safety cert (level two)", "FOOD_HYGIENE L2"),
        ("Personal licence for alcohol", "PERSONAL_LICENCE"),
        ("Valid SIA badge", "SIA"),
        ("SIA door supervisor licence, in date", "SIA/DOOR_SUPERVISOR"),
        ("CCTV license", "SIA/CCTV"),
        ("Security guarding licence", "SIA/SECURITY_GUARDING"),
        # Trucks and driving
        ("FLT licence (RTITB or ITSSAR)", "FORKLIFT"),
        ("In-date counterbalance licence (RTITB, ITSSAR or NPORS)", "FORKLIFT/COUNTERBALANCE"),
        ("In date reach AND counterbalance licence", "FORKLIFT/REACH, FORKLIFT/COUNTERBALANCE"),
        ("Full, clean UK driving licence", "DRIVING/B"),
        ("Clean driver’s license", "DRIVING/B"),
        ("Full UK manual licence held for a year", "DRIVING/B"),
        ("No more than six points", "DRIVING/B"),
        ("Driving licence with trailer entitlement", "DRIVING/B+E"),
        ("C1 or Category C licence", "DRIVING/C1, DRIVING/C"),
        ("HGV licence and Driver CPC", "DRIVING/C, DRIVER_CPC"),
        ("LGV class 2", "DRIVING/C"),
        ("Cat C+E licence, CPC and digi card", "DRIVING/C+E, DRIVER_CPC, TACHOGRAPH"),
        ("Class 1 licence", "DRIVING/C+E"),
        ("D1 entitlement", "DRIVING/D1"),
        ("HIAB, ADR", "LORRY_LOADER, ADR"),
        # Trades and schooling
        ("18th Edition qualified", "WIRING_18"),
        ("Gas Safe registered", "GAS_SAFE"),
        ("Gold ECS card", "ECS"),
        ("Coded to BS EN ISO 9606", "CODED_WELDING"),
        ("PAT testing", "PAT_TESTING"),
        ("BICSc training", "BICSC"),
        ("NVQ Level 2 in bricklaying or time-served", "VOCATIONAL/bricklaying L2"),
        ("NVQ2 or Care Certificate", "VOCATIONAL L2, CARE_CERTIFICATE"),
        ("Level 2 or 3 beauty therapy", "VOCATIONAL/beauty L2"),
        ("IMI or NVQ Level 2 in vehicle maintenance", "VOCATIONAL/vehicle maintenance L2"),
        ("Youth work Level 2", "VOCATIONAL/youth work L2"),
        ("City & Guilds in plumbing", "VOCATIONAL/plumbing"),
        ("GCSE maths", "GCSE"),
        ("English and maths at Level 2", "FUNCTIONAL_SKILLS L2"),
        ("ECDL", "ECDL"),
    ],
)  # fmt: skip
def test_a_certificate_is_recognised_however_it_is_written(text: str, found: str) -> None:
    names = [written(each) for each in find_certificates(text)]
    assert ", ".join(names) == found


NO_CERTIFICATE = (
    "Bring your own first aid kit",
    "No licence needed",
    "CSCS not required",
    "Driving licence handy but not needed",
    "driving licence is not essential",
    "No need for a CSCS card",
    "Forklift training will be given",
    "Food safety training is provided",
    "A Class 1 pupil of the school",
    "Travel to Asia and Persia",
    "Level 2",
    "Security guard",
    "Forklift driver",
    "Understands basic food hygiene",
    "Knowledge of cleaning and food hygiene",
    "HACCP or ISO 9001 knowledge",
    "Operating a dumper or small roller",
    "Good spoken English",
    "Comfortable working at height",
    "Tachograph analysis",
    "The category can wait",
    "A high degree of care",
)


@pytest.mark.parametrize("text", NO_CERTIFICATE)
def test_words_that_only_look_like_a_certificate_are_none(text: str) -> None:
    assert find_certificates(text) == ()


def test_what_is_not_needed_leaves_the_rest_asked() -> None:
    found = find_certificates("CSCS card required, driving licence not essential")
    assert [written(each) for each in found] == ["CSCS"]


@pytest.mark.parametrize(
    ("held", "asked", "enough"),
    [
        ("Food hygiene Level 3", "Food hygiene Level 2", True),
        ("Food hygiene Level 1", "Food hygiene Level 2", False),
        ("Food hygiene certificate", "Food hygiene Level 2", False),
        ("Food hygiene Level 2", "Food hygiene certificate", True),
        ("C+E licence", "Full UK driving licence", True),
        ("C+E licence", "Class 2 licence", True),
        ("Full UK driving licence", "HGV licence", False),
        ("Provisional licence", "Full UK driving licence", False),
        ("SIA door supervisor licence", "SIA licence", True),
        ("SIA door supervisor licence", "Security guarding licence", True),
        ("CCTV licence", "SIA door supervisor licence", False),
        ("Counterbalance licence", "Forklift licence", True),
        ("Forklift licence", "Reach truck licence", False),
        ("First aid at work", "Emergency first aid", True),
        ("ECS card", "CSCS card", True),
        ("18th edition", "17th edition", True),
        ("Level 3 Diploma in Bricklaying", "NVQ Level 2 in bricklaying", True),
        ("NVQ Level 3 in hairdressing", "NVQ Level 2 in bricklaying", False),
        ("NVQ Level 2 in bricklaying", "NVQ", True),
    ],
)
def test_a_certificate_satisfies_what_it_includes(held: str, asked: str, enough: bool) -> None:
    (one,), (other,) = find_certificates(held), find_certificates(asked)
    assert satisfies(one, other) is enough


def test_satisfying_is_reflexive_transitive_and_never_lost_by_a_higher_level() -> None:
    every = [replace(each, level=level) for each in vocabulary() for level in (None, 1, 2)]
    below = {one: [other for other in every if satisfies(one, other)] for one in every}
    for one, included in below.items():
        assert one in included
        assert all(set(below[other]) <= set(included) for other in included)
        assert all(satisfies(replace(one, level=3), other) for other in included)


def test_every_row_that_another_refers_to_is_there() -> None:
    keys = {(each.code, each.category) for each in entries()}
    assert len(keys) == len(entries())
    codes = {code for code, _ in keys}
    for entry in entries():
        for code, category in map(split_key, entry.satisfies):
            assert (code, category) in keys if category else code in codes


@pytest.mark.parametrize("training", list(Training))
def test_recorded_training_is_held_as_the_certificate_that_its_label_names(
    training: Training,
) -> None:
    certificate = certificate_for(training)
    assert find_certificates(training.label) == ((certificate,) if certificate else ())
    assert certificate is None or certificate.training is training
    assert (certificate is None) is (training in (Training.OTHER, Training.NONE))


def test_a_label_reads_as_people_say_it() -> None:
    assert Certificate("FOOD_HYGIENE", level=2).label == "Food hygiene, Level 2"
    assert Certificate("SIA", "CCTV").label == "SIA CCTV licence"
    assert Certificate("VOCATIONAL", "plumbing").label == "Vocational qualification (plumbing)"
    assert all(entries_by_key()[each.code, each.category].label for each in vocabulary())


# Their adverts take the trade for granted, or ask for a test on the day.
UNSAID = {
    ("scaffolder", Training.TRADE_COURSE),
    ("welder", Training.TRADE_COURSE),
    ("tree-surgeon", Training.TRADE_COURSE),
}


@pytest.mark.parametrize("occupation", occupations().values(), ids=lambda each: each.slug)
def test_the_catalogues_criteria_name_the_certificates_that_it_requires(
    occupation: Occupation,
) -> None:
    found = {each.training for line in occupation.essential for each in find_certificates(line)} - {
        None
    }
    unsaid = {training for slug, training in UNSAID if slug == occupation.slug}
    assert set(occupation.required_certificates) - found == unsaid


WORDS = (
    st.sampled_from(["CSCS", "card", "level 2", "food hygiene", "certificate", "NVQ", "driving"])
    | st.sampled_from(["licence", "needed", "forklift", "reach", "first aid", "kit", "C+E", "SIA"])
    | st.sampled_from(["kitchen", "PA1/PA6", "class 1", "bricklaying", "clean", "no", "not", "in"])
    | st.sampled_from(["and", "or", "and/or", "(", ")", ",", ".", "\n"])
)
PLAIN = st.sampled_from(
    [*NO_CERTIFICATE, "reliable", "level 2", "class 1", "ticket office", "cards", "badge", "team"]
)


@given(st.lists(WORDS, max_size=25).map(" ".join) | st.text())
def test_certificates_come_in_order_each_once_and_from_their_own_words(text: str) -> None:
    found = find_certificates(text)
    assert len(set(found)) == len(found)
    spans = [each.span for each in found if each.span]
    assert len(spans) == len(found)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert all(0 <= start < end <= len(text) for start, end in spans)


@given(st.lists(PLAIN, max_size=8))
def test_no_certificate_comes_from_text_without_its_words(sentences: list[str]) -> None:
    assert find_certificates(". ".join(sentences)) == ()
