"""Which adverts are drawn: by title, evenly over the groups, the same each time."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.advert_groups import GROUPS, Advert, choose, group_of


@pytest.mark.parametrize(
    ("title", "group"),
    [
        ("Bank Porter", "porter"),
        ("Porter / Driver", "porter"),
        ("Out of Hours - Driver", "driver"),
        ("Theatre Storekeeper", "warehouse"),
        ("Catering Stores Person", "warehouse"),
        ("Ward Catering Assistant", "catering"),
        ("Cleaner &amp; Linen Assistant", "domestic"),
        ("Maintenance Assistant", "estates"),
        ("Ward Clerk / Receptionist", "clerical"),
        ("Healthcare Assistant - Nights", "care"),
        ("Support Workers (Days)", "care"),
    ],
)
def test_a_title_tells_the_group(title: str, group: str) -> None:
    assert group_of(title) == group


@pytest.mark.parametrize(
    "title",
    [
        "Registered Nurse - Care Home",
        "Consultant in Palliative Care",
        "Director of Estates",
        "Catering Manager",
        "Domestic Supervisor",
        "Estates Officer Operations",
        "Administrator - Band 5",
        "Porter (internal applicants)",
        "Volunteer Driver",
        "Data Warehouse Developer",
        "Astronaut",
    ],
)
def test_posts_that_are_not_for_most_people_are_in_no_group(title: str) -> None:
    assert group_of(title) is None


def adverts(each: int) -> list[Advert]:
    """So many adverts in every group, and one that is a copy."""
    titles = dict(zip(GROUPS, GROUPS, strict=True)) | {"care": "care assistant"}
    made = [
        {"id": f"{group}-{number}", "title": titles[group], "text": f"{group} {number}"}
        for group in GROUPS
        for number in range(each)
    ]
    return [*made, {"id": "z", "title": "porter", "text": "porter 0"}]


@given(st.integers(1, 40), st.integers(0, 1000), st.randoms(use_true_random=False))
def test_a_draw_is_even_repeatable_and_blind_to_the_order_of_the_file(
    count: int, seed: int, order: random.Random
) -> None:
    given_adverts = adverts(each=3)
    drawn = choose(given_adverts, count, seed)
    order.shuffle(given_adverts)
    assert choose(given_adverts, count, seed) == drawn
    assert len(drawn) == min(count, 3 * len(GROUPS))
    taken = [sum(each.group == group for each in drawn) for group in GROUPS]
    assert max(taken) - min(taken) <= 1


def test_the_same_text_is_drawn_once() -> None:
    texts = [each.advert["text"] for each in choose(adverts(each=3), 100, 1)]
    assert len(texts) == len(set(texts))
