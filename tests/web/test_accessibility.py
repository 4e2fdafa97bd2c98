"""Every page for every role that may see it, with axe in a real browser: no violation.

Axe finds what a program can find of the Web Content Accessibility Guidelines 2.2, levels A and AA.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi.testclient import TestClient
from playwright.sync_api import Page

from foundation.vocabulary import Role

GUIDELINES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The frontend's own layout has its banners and the link back before the main landmark.
OPTIONS = {
    "runOnly": {"type": "tag", "values": GUIDELINES},
    "rules": {"region": {"enabled": False}},
    "resultTypes": ["violations"],
}
OpenPage = Callable[..., AbstractContextManager[Page]]
pytestmark = pytest.mark.browser


def violations(page: Page) -> list[str]:
    """What axe finds, with the first element that each is about."""
    found: list[dict[str, Any]] = Axe().run(page, options=OPTIONS).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("role", [None, *Role])
def test_no_page_breaks_a_guideline(
    open_page: OpenPage,
    role_paths: dict[Role | None, list[str]],
    role: Role | None,
    width: int,
) -> None:
    broken = {}
    for path in role_paths[role]:
        with open_page(path, role=role, width=width, expected="Failed to load") as page:
            if found := violations(page):
                broken[path] = found
            if page.evaluate("document.documentElement.scrollWidth") > width:
                broken.setdefault(path, []).append("scrolls sideways")
    assert broken == {}


@pytest.mark.parametrize("role", [None, *Role])
def test_titles_tell_pages_apart_and_each_has_one_heading_of_the_first_rank(
    role_paths: dict[Role | None, list[str]],
    browsers: dict[Role, TestClient],
    stranger: TestClient,
    read_page: Callable[[str], Any],
    role: Role | None,
) -> None:
    browser = browsers[role] if role else stranger
    titles = []
    for path in role_paths[role]:
        html = browser.get(path).text
        assert html.count("<h1") == 1, path
        titles.append(read_page(html).title)
    assert len(set(titles)) == len(titles), titles
