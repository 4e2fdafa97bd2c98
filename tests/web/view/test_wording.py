"""Records in words."""

from datetime import date

import pytest
from starlette.datastructures import QueryParams

from employers.model import Vacancy
from web.view.rendering import page_links
from web.view.wording import day, exclusion_tags, pay

POSTED = {
    "employer": {"name": "Harbour Foods"},
    "reference": "HF-1",
    "title": "Kitchen porter",
    "sector": "HOSPITALITY",
    "industry_sector": "HOSPITALITY_CATERING",
    "source": "NFN",
    "national": True,
    "description": "Wash up.",
    "essential_criteria": "Reliable",
    "how_to_apply": "Ask.",
    "offence_exclusions": ["NONE"],
    "rolling": True,
}


def posted(**changes: object) -> Vacancy:
    return Vacancy.model_validate(POSTED | changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Not stated"),
        ({"salary_from": "12.85", "salary_period": "PER_HOUR"}, "£12.85 per hour"),
        (
            {"salary_from": 26800, "salary_to": 28500, "salary_period": "PER_YEAR"},
            "£26,800 to £28,500 per year",
        ),
        (
            {
                "salary_from": 12,
                "salary_to": 12,
                "salary_period": "PER_HOUR",
                "salary_extra": "tips",
            },
            "£12 per hour, and tips",
        ),
    ],
)
def test_pay_is_said_as_people_say_it(changes: dict[str, object], said: str) -> None:
    assert pay(posted(**changes)) == said


def test_exclusions_are_tags_in_words() -> None:
    vacancy = posted(offence_exclusions=["CASE_BY_CASE", "SEXUAL"])
    assert exclusion_tags(vacancy) == ["Case by case", "Excludes sexual offences"]


def test_dates_are_in_words() -> None:
    assert day(date(2026, 3, 3)) == "3 March 2026"
    assert day(None) == "Not known"


@pytest.mark.parametrize(
    ("number", "total", "shown"),
    [
        (1, 25, []),
        (1, 26, [1, 2]),
        (5, 250, [1, "…", 4, 5, 6, "…", 10]),
        (10, 250, [1, "…", 9, 10]),
    ],
)
def test_pagination_shows_the_ends_and_the_neighbours(
    number: int, total: int, shown: list[object]
) -> None:
    links = page_links(QueryParams("words=a"), number=number, total=total, size=25)
    items = links.get("items", [])
    assert ["…" if item.get("ellipsis") else item["number"] for item in items] == shown
    assert all(item["href"].startswith("?words=a&page=") for item in items if "href" in item)
