"""Figures of lists made by hand, worked out by hand."""

from collections.abc import Sequence
from datetime import date
from math import log2
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.quality.synthetic import Asked, RankedList, World
from assurance.quality.synthetic_figures import SyntheticFigures, figures, writing_of
from candidates.model import Candidate
from demonstration.synthetic.people import SyntheticPerson, prison_number
from employers.model import StoredVacancy, Vacancy
from matching.groups.need import assess_need

BEST, WORST = ("long", 0), ("short", 3)
AS_OF = date(2026, 11, 2)


def person(
    number: int, *, fits: bool, told: bool = True, written: tuple[str, int] = BEST
) -> SyntheticPerson:
    """Who could work as a porter, or could not; and perhaps says so."""
    candidate = Candidate(
        prison_number=prison_number(number), first_name="Sam", last_name="Example", prison_id="MDI"
    )
    can_do = ("porter",) if fits else ("welder",)
    quality, slips = written
    return SyntheticPerson(candidate, can_do, can_do if told else (), can_do[0], quality, slips)


def vacancy(number: int, sector: str = "HOSPITALITY") -> StoredVacancy:
    """A porter's post."""
    record = Vacancy.model_validate(
        {
            "employer": {"name": "Harbour Foods Ltd"},
            "reference": f"HF-{number}",
            "title": "Kitchen porter",
            "sector": sector,
            "industry_sector": "OTHER",
            "source": "NFN",
            "national": True,
            "description": "Keep the kitchen clean.",
            "essential_criteria": "Reliable.",
            "how_to_apply": "Ask.",
            "offence_exclusions": ["NONE"],
            "rolling": True,
        }
    )
    return StoredVacancy(number, UUID(int=number), 1, record, None, None, None)


def world_of(*orders: Sequence[SyntheticPerson], **changes: Any) -> World:  # noqa: ANN401
    """One list for each order; everybody on it is open to that vacancy and to no other."""
    lists = tuple(
        RankedList(
            vacancy(number, **changes),
            frozenset({"porter"}),
            frozenset(each.candidate.prison_number for each in order),
            tuple(each.candidate.prison_number for each in order),
        )
        for number, order in enumerate(orders, start=1)
    )
    people = {each.candidate.prison_number: each for order in orders for each in order}
    return World(Asked(as_of=AS_OF), people, lists)


def measured(world: World) -> SyntheticFigures:
    """Of the lists as they are."""
    return figures(world, "product", lambda ranked: ranked.order)


def both_ways(count: int, start: int = 0) -> list[SyntheticPerson]:
    """So many who fit and say so, the best written and the worst by turns."""
    return [
        person(start + number, fits=True, written=WORST if number % 2 else BEST)
        for number in range(count)
    ]


def others(count: int, start: int = 1000) -> list[SyntheticPerson]:
    """So many who do not fit."""
    return [person(start + number, fits=False) for number in range(count)]


def test_a_short_list_worked_out_by_hand() -> None:
    best, worst = both_ways(2)
    silent = person(2, fits=True, told=False)
    first, second, third = others(3)
    found = measured(world_of([first, best, second, worst, third, silent]))
    ideal = 1 + 1 / log2(3) + 1 / log2(4)
    gained = 1 / log2(3) + 1 / log2(5) + 1 / log2(7)
    assert found.overall.vacancies == 1
    assert found.overall.ndcg_10 == pytest.approx(gained / ideal, abs=1e-4)
    # All three stand among the first 50, where there is room for everybody.
    assert (found.overall.recall_50, found.overall.allowed_50) == (1, 1)
    # Two of the three who do not fit stand behind the best written, one behind the worst.
    assert found.by_writing["long, clean"].ahead == pytest.approx(2 / 3, abs=1e-4)
    assert found.by_writing["short, misspelt"].ahead == pytest.approx(1 / 3, abs=1e-4)
    assert found.gap_ahead == pytest.approx(1 / 3, abs=1e-4)
    assert (found.by_writing["long, clean"].fits, found.gap_found_50) == (1, 0)


def test_only_the_first_50_count_as_found() -> None:
    pair = both_ways(2)
    found = measured(world_of([*others(49), *pair]))
    assert found.overall.recall_50 == 0.5
    assert found.overall.allowed_50 == 1
    assert found.overall.of_allowed_50 == 0.5
    assert found.overall.ndcg_10 == 0
    assert found.by_writing["long, clean"].found_50 == 1
    assert found.by_writing["short, misspelt"].found_50 == 0
    assert found.gap_found_50 == 1


def test_what_is_allowed_counts_the_told_and_the_others_by_lot() -> None:
    told = both_ways(10)
    silent = [person(100 + number, fits=True, told=False) for number in range(10)]
    found = measured(world_of([*told, *others(80), *silent]))
    # 40 places are left for 90 people, so each of the ten silent has four chances in nine.
    assert found.overall.allowed_50 == pytest.approx((10 + 10 * 40 / 90) / 20, abs=1e-4)
    assert found.overall.recall_50 == 0.5


@given(st.integers(1, 60), st.integers(1, 60))
def test_told_fits_first_is_all_that_is_allowed_and_has_no_gap(pairs: int, unfit: int) -> None:
    found = measured(world_of([*both_ways(2 * pairs), *others(unfit)]))
    assert found.overall.ndcg_10 == 1
    assert found.overall.recall_50 == found.overall.allowed_50 == found.overall.of_allowed_50 == 1
    assert {group.ahead for group in found.by_writing.values()} == {1}
    assert (found.gap_found_50, found.gap_ahead) == (0, 0)


def test_an_order_that_is_blind_to_how_somebody_writes_has_no_gap() -> None:
    # 100 fit and 50 find a place: by turns, so that half of either group does.
    found = measured(world_of([*both_ways(100), *others(20)]))
    assert {group.found_50 for group in found.by_writing.values()} == {1}
    assert (found.gap_found_50, found.gap_ahead) == (0, 0)


def test_an_order_by_how_somebody_writes_has_a_gap() -> None:
    by_writing = sorted(both_ways(100), key=lambda each: each.slips)
    found = measured(world_of([*by_writing, *others(20)]))
    assert found.by_writing["long, clean"].found_50 == 2  # all 50, where a blind order finds 25
    assert found.by_writing["short, misspelt"].found_50 == 0
    assert found.gap_found_50 == 2


def test_lists_are_averaged_and_those_that_nobody_fits_are_left_out() -> None:
    pair, more = both_ways(2), both_ways(2, start=10)
    found = measured(world_of([*pair, *others(60)], [*others(60, 2000), *more], others(5, 3000)))
    assert found.overall.vacancies == 2
    assert (found.overall.ndcg_10, found.overall.recall_50) == (0.5, 0.5)
    assert found.by_sector.keys() == {vacancy(1).record.sector.label}


def test_types_of_work_are_told_apart() -> None:
    first = world_of([*both_ways(2), *others(60)])
    second = world_of([*others(60, 2000), *both_ways(2, start=10)], sector="RETAIL")
    found = measured(World(first.asked, {**first.people, **second.people},
                           first.lists + second.lists))  # fmt: skip
    recalls = {name: each.recall_50 for name, each in found.by_sector.items()}
    assert recalls == {
        vacancy(1).record.sector.label: 1,
        vacancy(1, "RETAIL").record.sector.label: 0,
    }


def test_people_are_told_apart_by_need_and_by_writing() -> None:
    pair = both_ways(2)
    found = measured(world_of([*pair, *others(3)]))
    band = assess_need(pair[0].candidate, AS_OF).band.label
    assert {name: group.fits for name, group in found.by_need.items()} == {band: 2}
    assert [writing_of(each) for each in pair] == ["long, clean", "short, misspelt"]
    assert writing_of(person(5, fits=True, written=("usual", 1))) == "usual, misspelt"


def test_somebody_who_was_not_compared_is_not_found() -> None:
    best, worst = both_ways(2)
    world = world_of([best, *others(3), worst])
    found = figures(world, "product", lambda ranked: ranked.order[:-1])
    group = found.by_writing["short, misspelt"]
    assert (group.found_50, group.ahead) == (0, 0)
    assert found.overall.recall_50 == 0.5
