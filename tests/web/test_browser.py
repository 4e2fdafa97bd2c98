"""The pages in a real browser: no errors, nothing the policy stops, and JavaScript only helps."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Page, expect

from matching.explain.document import RankedCandidate
from matching.score.weights import load_weights

pytestmark = pytest.mark.browser

OpenPage = Callable[..., AbstractContextManager[Page]]


def test_every_page_loads_without_a_complaint(
    open_page: OpenPage, page_paths: dict[str, str]
) -> None:
    for path in page_paths.values():
        with open_page(path) as page:
            page.wait_for_load_state("networkidle")
            assert page.locator("h1").count() == 1


def test_nothing_scrolls_sideways_at_320_pixels(
    open_page: OpenPage, page_paths: dict[str, str]
) -> None:
    for path in page_paths.values():
        with open_page(path, width=320) as page:
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_reasons_unfold_and_fold_without_leaving_the_page(
    open_page: OpenPage, vacancy_id: str, ranked: RankedCandidate
) -> None:
    with open_page(f"/vacancies/{vacancy_id}") as page:
        before = page.url
        link = page.locator('[data-unfold="ranked-1"]')
        region = page.locator("#ranked-1")
        assert link.get_attribute("aria-expanded") == "false"
        link.click()
        region.get_by_text("What the vacancy asks for").first.wait_for()
        assert link.get_attribute("aria-expanded") == "true"
        assert link.inner_text().startswith("Hide reasons")
        link.press("Space")
        assert region.is_hidden()
        assert link.get_attribute("aria-expanded") == "false"
        link.click()
        assert region.is_visible()
        assert page.url == before


def test_reasons_are_a_page_without_javascript(
    open_page: OpenPage, vacancy_id: str, ranked: RankedCandidate
) -> None:
    with open_page(f"/vacancies/{vacancy_id}", javascript=False) as page:
        page.locator('[data-unfold="ranked-1"]').click()
        page.wait_for_url(
            f"**/vacancies/{vacancy_id}/reasons/{ranked.candidate.public_id}?policy=*"
        )
        assert page.get_by_role("table").count() == 1
        page.get_by_role("link", name="Back to the vacancy").click()
        page.wait_for_url(f"**/vacancies/{vacancy_id}?policy=*")


def test_the_filter_changes_the_address_and_only_the_results(open_page: OpenPage) -> None:
    with open_page("/vacancies") as page:
        page.evaluate("window.sameDocument = true")
        page.get_by_label("Closed ones too").check()
        page.get_by_label("Title, employer or reference").fill("assistant")
        page.get_by_role("button", name="Show vacancies").click()
        page.wait_for_url(re.compile(r"words=assistant&sector=&show=all"))
        page.locator("#results-heading:focus").wait_for()
        assert page.evaluate("window.sameDocument") is True
        address = page.url
        shown = page.locator("#results").inner_text()
        page.goto(address)
        assert page.locator("#results").inner_text() == shown


def test_going_back_shows_the_list_as_it_was(open_page: OpenPage) -> None:
    with open_page("/vacancies") as page:
        first = page.locator("#results h3").all_inner_texts()
        page.get_by_role("link", name="Next").click()
        page.wait_for_url("**page=2")
        page.locator("#results-heading:focus").wait_for()
        assert page.locator("#results h3").all_inner_texts() != first
        page.go_back()
        expect(page.locator("#results h3").first).to_have_text(first[0])
        assert page.locator("#results h3").all_inner_texts() == first


def test_the_filter_works_without_javascript(open_page: OpenPage) -> None:
    with open_page("/vacancies", javascript=False) as page:
        page.get_by_label("Title, employer or reference").fill("assistant")
        page.get_by_role("button", name="Show vacancies").click()
        page.wait_for_url(re.compile(r"words=assistant"))
        assert "assistant" in page.locator("#results").inner_text().lower()


def test_an_error_met_by_htmx_is_shown_as_its_own_page(
    open_page: OpenPage, vacancy_id: str
) -> None:
    with open_page(f"/vacancies/{vacancy_id}", expected="422|prison=L1") as page:
        page.get_by_label("Prison").evaluate("list => list.add(new Option('L1', 'L1', true, true))")
        page.get_by_role("button", name="Update list").click()
        page.get_by_role("heading", name="There is a problem").wait_for()
        assert "prison=L1" in page.url
        assert page.locator("#results").inner_text() == ""


def test_what_is_folded_on_the_screen_is_open_on_paper(
    open_page: OpenPage, vacancy_id: str
) -> None:
    with open_page(f"/vacancies/{vacancy_id}") as page:
        advert = page.locator(".nf-advert .nf-own-words").first
        assert not advert.is_visible()
        page.emulate_media(media="print")
        assert advert.is_visible()
        assert page.get_by_role("button", name="Update list").count() == 0


def test_a_phone_shows_the_points_and_the_bar_of_each_part(
    open_page: OpenPage, vacancy_id: str
) -> None:
    with open_page(f"/vacancies/{vacancy_id}", width=375) as page:
        page.locator('[data-unfold="ranked-1"]').click()
        rows = page.locator("#ranked-1 .nf-parts tbody tr")
        rows.first.wait_for()
        assert rows.count() == len(load_weights().weights)
        for row in rows.all():
            assert re.search(r"\d+ of \d+$", row.inner_text())
            bar = row.locator(".nf-bar").bounding_box()
            assert bar is not None
            assert bar["width"] > 150


def test_the_keyboard_can_see_where_it_is(open_page: OpenPage) -> None:
    with open_page("/vacancies") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className").startswith("govuk-skip-link")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        focus = page.evaluate(
            "(({outlineStyle, boxShadow}) => [outlineStyle, boxShadow])"
            "(getComputedStyle(document.activeElement))"
        )
        assert focus != ["none", "none"]
