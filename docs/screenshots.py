"""Takes the pictures in docs/images from a running server.

    newfutures demo                                        # in one terminal
    python docs/screenshots.py http://127.0.0.1:8000       # in another

Needs the development packages (Playwright) and Chromium on the PATH. The pages choose what is
shown: of the open vacancies that close soonest, the one with most people to rank is taken. Another
folder for the pictures may be named after the address.
"""

import argparse
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
DESKTOP = (1280, 1400)
PHONE = (375, 1250)
PAGES_TRIED = 3
WHY_NOT = "warehouse"


@dataclass(frozen=True)
class Camera:
    """A browser, the server that it looks at, and where the pictures go."""

    browser: Browser
    address: str
    folder: Path

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
            viewport={"width": width, "height": height},
            device_scale_factor=2 if size == PHONE else 1,
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
        page = self.browser.new_page()
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


def take_all(camera: Camera) -> None:
    """Every picture."""
    vacancy, candidate = best_vacancy(camera)
    person = f"/candidates/{candidate}?from={vacancy}"
    camera.take("vacancies", "/vacancies")
    camera.take("vacancy", f"/vacancies/{vacancy}")
    camera.take("reasons", f"/vacancies/{vacancy}", prepare=unfold_first)
    camera.take("policy", f"/vacancies/{vacancy}", prepare=unfold_policy)
    camera.take("candidate", person)
    camera.take("why-not", why_not_address(camera, candidate))
    camera.take("audit", "/audit?by=need_band")
    camera.take("phone", f"/vacancies/{vacancy}", size=PHONE, prepare=unfold_on_a_phone)


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
        take_all(Camera(browser, given.address.rstrip("/"), given.folder))
        browser.close()


if __name__ == "__main__":
    main()
