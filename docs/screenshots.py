"""Takes the pictures in docs/images from a running server.

    newfutures demo                                        # in one terminal
    python docs/screenshots.py http://127.0.0.1:8000       # in another

Needs the development packages (Playwright) and Chromium on the PATH. The pages choose what is
shown: the first open vacancies that have people to rank are tried, and of those the one whose best
score is highest is taken. A second folder may be named: `python docs/screenshots.py ADDRESS FOLDER`.
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
PHONE = (375, 1400)
TRIED = 12
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
        """One picture, as high as the window, after `prepare` has done what a reader would."""
        page = self.browser.new_page(viewport={"width": size[0], "height": size[1]})
        page.goto(self.address + path)
        page.wait_for_load_state("networkidle")
        prepare(page)
        target = self.folder / f"{name}.png"
        page.screenshot(path=target)
        page.close()
        print(f"{target}  {target.stat().st_size / 1000:.0f} kB")

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
    """The ids of a vacancy and of the first person ranked for it."""
    best: tuple[float, str, str] | None = None
    for vacancy in camera.get("/api/v1/vacancies")["items"][:TRIED]:
        shortlist = camera.get(f"/api/v1/vacancies/{vacancy['public_id']}/shortlist?top=1")
        for entry in shortlist["ranked"]:
            total = entry["score"]["total"] if entry["score"] else 0.0
            found = (total, vacancy["public_id"], entry["candidate"]["public_id"])
            best = max(best, found) if best else found
    if best is None:
        raise SystemExit("no open vacancy has anybody ranked; make a larger demonstration")
    return best[1:]


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


def show_vacancies(page: Page) -> None:
    """Bring the person's vacancies to where they and the evidence above are both seen."""
    page.locator("h2#vacancies").evaluate("heading => heading.scrollIntoView()")


def take_all(camera: Camera) -> None:
    """Every picture."""
    vacancy, candidate = best_vacancy(camera)
    person = f"/candidates/{candidate}?from={vacancy}"
    camera.take("vacancies", "/vacancies")
    camera.take("vacancy", f"/vacancies/{vacancy}")
    camera.take("reasons", f"/vacancies/{vacancy}", prepare=unfold_first)
    camera.take("candidate", person)
    camera.take("why-not", why_not_address(camera, candidate))
    camera.take("phone", f"/vacancies/{vacancy}", size=PHONE, prepare=unfold_first)


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
