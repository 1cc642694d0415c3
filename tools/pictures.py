"""Takes the pictures of the README anew: a season played aside, real Chromium, the pages as an officer meets them.

Run as `python tools/pictures.py`; writes docs/pictures/*.png. Whoever changes a page that is shown there runs it again.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from entente.exercise.night_play import play_night
from entente.exercise.night_steps import retold_night
from entente.exercise.play import play
from entente.exercise.season import load_season
from entente.exercise.shores import Shores, lay_out

# The chart at sea draws with WebGL; no machine of ours need have a graphics card for it.
GRAPHICS = ("--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
REPORT = (
    "Hier vers 23h, fourgon FO 417 IU plage d'Ambleteuse, une quarantaine de personnes vers les dunes. "
    "Le guetteur appelle le 06 39 98 04 17."
)


def officer(browser: Browser, address: str, name: str, role: str, language: str, width: int) -> Page:
    """An officer of the exercise, signed in and on shift."""
    context = browser.new_context(
        viewport={"width": width, "height": 844 if width < 500 else 860},
        locale="fr-FR" if language == "fr" else "en-GB",
        geolocation={"latitude": 50.8076, "longitude": 1.5945, "accuracy": 8},
        permissions=["geolocation"],
    )
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.locator(f"form:has(input[name=officer][value='{name}']) button[value={role}]").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    if page.url.endswith("/shift"):
        page.fill("#matter", "SAR" if role == "watch_keeper" else "OYAT")
        page.fill("#reason", "suivi de la filière" if language == "fr" else "team review")
        page.locator("main form.form button.button--primary").click()
        page.wait_for_url(lambda url: not url.endswith("/shift"))
    for skip in page.locator("[data-tour-skip]").all():
        skip.click()
    return page


def take(page: Page, name: str) -> None:
    """One picture, once the page is quiet."""
    page.wait_for_timeout(900)
    page.screenshot(path=PICTURES / f"{name}.png")
    print(f"{name}.png", (PICTURES / f"{name}.png").stat().st_size // 1024, "KiB")


def main() -> None:
    """Take them all."""
    chromium = shutil.which("chromium") or "chromium"
    PICTURES.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="entente-pictures-"))
    lay_out(folder / "season", any_port=True)
    with sync_playwright() as playwright, Shores(folder / "season") as shores:
        play(load_season().items, shores, lambda done, of, item: None)
        browser = playwright.chromium.launch(executable_path=chromium, args=[*GRAPHICS])
        lille, dover = (
            f"http://{node}.localhost:{shores.address(node).rpartition(':')[2]}"
            for node in ("lille", "dover")
        )
        page = officer(browser, lille, "FR-OLTIM/Ferlandier", "investigator", "fr", 1280)
        take(page, "new")
        page.goto(f"{lille}/write")
        page.locator("textarea[data-statement='0']").press_sequentially(REPORT, delay=2)
        take(page, "write")
        page = officer(browser, dover, "UK-NCA/Fairlocke", "investigator", "en", 1280)
        page.goto(f"{dover}/hits")
        page.locator("a[href^='/hits/']", has_text="FR-OLT-101").first.click()
        take(page, "hit")
        page = officer(browser, lille, "FR-GEND/Talvessac", "investigator", "fr", 390)
        page.goto(f"{lille}/beach")
        take(page, "beach")
        # Last, since its distresses would sound on every page before it.
        play_night(retold_night("taken-for-another"), shores, None, lambda told: None)
        page = officer(browser, dover, "UK-HMCG/Polwhere", "watch_keeper", "en", 1280)
        for alarm in page.locator("button", has_text="I have it").all()[::-1]:
            alarm.click()
            page.wait_for_timeout(600)
        page.goto(f"{dover}/sea")
        page.wait_for_timeout(5000)
        take(page, "sea")
        browser.close()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
