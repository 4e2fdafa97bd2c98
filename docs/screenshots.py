"""Takes the pictures in docs/images from a running server.

    newfutures demo                                        # in one terminal
    python docs/screenshots.py http://127.0.0.1:8000       # in another

Needs the development packages (Playwright) and Chromium on the PATH. It signs in as the accounts of
the demonstration. The pages choose what is shown: of the open vacancies that close soonest, the one
with most people to rank is taken. Another folder for the pictures may be named after the address.
"""

import argparse
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from demonstration.story.cast import CAST, PASSWORD
from foundation.vocabulary import Role

IMAGES = Path(__file__).resolve().parent / "images"
DESKTOP = (1280, 1400)
PHONE = (375, 1250)
PAGES_TRIED = 3
WHY_NOT = "warehouse"
LOCALE = "en-GB"


@dataclass(frozen=True)
class Camera:
    """A browser in which somebody has signed in, the server, and where the pictures go."""

    browser: Browser
    context: BrowserContext
    address: str
    folder: Path

    @classmethod
    def of(cls, role: Role, browser: Browser, address: str, folder: Path) -> Self:
        """One for the account of a role."""
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{address}/sign-in")
        page.fill("#email", f"{CAST[role][0]}@demonstration.example")
        page.fill("#password", PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: not url.endswith("/sign-in"))
        page.close()
        return cls(browser, context, address, folder)

    def first(self, path: str, selector: str) -> str:
        """Where the first such link of a page leads."""
        page = self.context.new_page()
        page.goto(self.address + path)
        found = page.locator(selector).first.get_attribute("href")
        page.close()
        if found is None:
            raise SystemExit(f"{self.address}{path}: no {selector}")
        return found

    def take(
        self,
        name: str,
        path: str,
        *,
        size: tuple[int, int] = DESKTOP,
        prepare: Callable[[Page], None] = lambda _: None,
    ) -> None:
        """One picture, at most as high as `size`, once `prepare` has done what a reader would."""
        width, height = size
        page = self.browser.new_page(
            storage_state=self.context.storage_state(),
            viewport={"width": width, "height": height},
            device_scale_factor=2 if size == PHONE else 1,
            locale=LOCALE,
        )
        page.goto(self.address + path)
        page.wait_for_load_state("networkidle")
        prepare(page)
        target = self.folder / f"{name}.png"
        page.evaluate("document.activeElement.blur()")  # the focus is a reader's, not a picture's
        end = page.locator(".nf-footer").bounding_box()
        shown = min(height, end["y"] + end["height"]) if end else height
        page.screenshot(path=target, clip={"x": 0, "y": 0, "width": width, "height": shown})
        page.close()
        sys.stdout.write(f"{target}  {target.stat().st_size / 1000:.0f} kB\n")

    def get(self, path: str) -> Any:  # noqa: ANN401 -- any JSON value
        """An answer of the API."""
        page = self.context.new_page()
        answer = page.request.get(self.address + path)
        if not answer.ok:
            raise SystemExit(f"{self.address}{path}: {answer.status} {answer.text()}")
        found = answer.json()
        page.close()
        return found


def best_vacancy(camera: Camera) -> tuple[str, str]:
    """The ids of a vacancy with many people ranked well, and of the first of them."""
    tried: list[tuple[float, str, str]] = []
    for number in range(1, PAGES_TRIED + 1):
        for vacancy in camera.get(f"/api/v1/vacancies?page={number}")["items"]:
            shortlist = camera.get(f"/api/v1/vacancies/{vacancy['public_id']}/shortlist?top=5")
            scored = [entry for entry in shortlist["ranked"] if entry["score"]]
            worth = sum(entry["score"]["total"] for entry in scored)
            tried += [
                (worth, vacancy["public_id"], entry["candidate"]["public_id"])
                for entry in scored[:1]
            ]
    if not tried:
        raise SystemExit("no open vacancy has anybody ranked; make a larger demonstration")
    return max(tried)[1:]


def why_not_address(camera: Camera, candidate: str) -> str:
    """The reasons page of an open vacancy of another kind that the person is not eligible for."""
    for vacancy in camera.get(f"/api/v1/vacancies?words={WHY_NOT}")["items"]:
        why = camera.get(f"/api/v1/vacancies/{vacancy['public_id']}/why/{candidate}")
        if why["outcome"] == "ineligible":
            return f"/candidates/{candidate}/reasons/{vacancy['public_id']}"
    return f"/candidates/{candidate}/why?vacancy={WHY_NOT}"


def unfold_first(page: Page) -> None:
    """Unfold the first person's reasons and bring the list to the top."""
    page.locator("[data-unfold]").first.click()
    page.locator(".nf-reasons").first.wait_for()
    page.locator("h2#people").evaluate("heading => heading.scrollIntoView()")


def unfold_policy(page: Page) -> None:
    """Unfold what the policy asks, and bring it to the top."""
    page.locator(".nf-policy summary").click()
    page.locator(".nf-policy").evaluate("notice => notice.scrollIntoView()")


def unfold_on_a_phone(page: Page) -> None:
    """The same, with the first person at the top."""
    unfold_first(page)
    page.locator(".nf-ranking__entry").first.evaluate("entry => entry.scrollIntoView()")


def choose_exclusion(page: Page) -> None:
    """Exclude everybody with a driving offence, and see what that does."""
    page.get_by_label("None: we consider everybody").uncheck()
    page.get_by_label("Everybody with a driving offence").check()
    page.get_by_role("button", name="See the effect").click()
    effect = page.get_by_role("heading", name="What this means")
    effect.wait_for()
    page.get_by_role("heading", level=1).evaluate("heading => heading.scrollIntoView()")


def take_lead(camera: Camera) -> None:
    """What an employment lead sees."""
    vacancy, candidate = best_vacancy(camera)
    application = camera.first("/applications?state=SHORTLISTED", "main a[href^='/applications/']")
    camera.take("lead-home", "/")
    camera.take("reasons", f"/vacancies/{vacancy}", prepare=unfold_first)
    camera.take("policy", f"/vacancies/{vacancy}", prepare=unfold_policy)
    camera.take("candidate", f"/candidates/{candidate}?from={vacancy}")
    camera.take("why-not", why_not_address(camera, candidate))
    camera.take("put-forward", f"{application}/put-forward")
    camera.take("phone", f"/vacancies/{vacancy}", size=PHONE, prepare=unfold_on_a_phone)


def take_employer(camera: Camera) -> None:
    """What an employer sees."""
    draft = camera.first("/employer/vacancies?show=drafts", "main a[href^='/employer/drafts/']")
    person = camera.first("/employer/people", "main a[href^='/employer/people/']")
    camera.take("employer-exclusions", f"{draft}/exclusions", prepare=choose_exclusion)
    camera.take("employer-person", person)


def take_coach(camera: Camera) -> None:
    """What a work coach sees."""
    person = camera.first("/caseload?stage=ACCEPTED", "main a[href^='/candidates/']")
    camera.take("coach-home", "/")
    camera.take("handover", f"{person}/handover")


def take_auditor(camera: Camera) -> None:
    """What an auditor sees."""
    camera.take("overview", "/overview")
    camera.take("audit", "/audit?by=need_band")


TAKERS = {
    Role.PRISON_EMPLOYMENT_LEAD: take_lead,
    Role.EMPLOYER: take_employer,
    Role.WORK_COACH: take_coach,
    Role.AUDITOR: take_auditor,
}


def main() -> None:
    """Read the command line and take the pictures."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    reader.add_argument("address", help="where the pages are served, like http://127.0.0.1:8000")
    reader.add_argument("folder", nargs="?", type=Path, default=IMAGES)
    given = reader.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("no chromium on the PATH; install it (Debian: apt install chromium)")
    given.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for role, take in TAKERS.items():
            take(Camera.of(role, browser, given.address.rstrip("/"), given.folder))
        browser.close()


if __name__ == "__main__":
    main()
