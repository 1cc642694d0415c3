"""The pages in a real Chromium, over the season of the exercise between two running nodes.

The two nodes and the browser are started once for all tests here: a test brings its own officer, its own window and
what it writes, and depends on nothing that another test wrote. Every window is watched: an error in its console, a
request that failed or one that left the host fails the test. Pictures lie in build/screenshots, which git ignores.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from entente.exercise.plan_of_season import load_plan
from entente.exercise.play import play
from entente.exercise.season import load_season
from entente.exercise.shores import Shores, lay_out

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "build" / "screenshots"
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
WIDTHS = {"phone": (390, 844), "tablet": (768, 1024), "desk": (1280, 900), "wall": (1920, 1080)}
# The chart at sea draws with WebGL; no machine of ours need have a graphics card for it.
GRAPHICS = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
WORDS = {"fr": "fr-FR", "en": "en-GB"}


def chromium() -> str:
    """Where Debian's Chromium lies; the test is skipped aloud where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    pytest.skip("no Chromium on this machine: `apt-get install chromium`")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", *GRAPHICS])
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shores]:
    """Both nodes with the season played up to 20 November 2031, running for all tests of this folder."""
    root = tmp_path_factory.mktemp("season") / "season"
    lay_out(root, any_port=True)
    with Shores(root) as shores:
        play(load_season().items, shores, lambda done, of, item: None, load_plan())
        yield shores


class Windows:
    """Browser windows of officers, each signed in by its own click, watched until the test ends."""

    def __init__(self, browser: Browser, season: Shores) -> None:
        self._browser, self.season = browser, season
        self.faults: list[str] = []
        self.expected: list[str] = []  # parts of console messages that a test provokes on purpose
        self._contexts: list[BrowserContext] = []

    def address(self, node: str) -> str:
        """Where a node's pages are, by the name that passkeys are bound to."""
        return f"http://{node}.localhost:{urlsplit(self.season.address(node)).port}"

    def window(
        self, *, width: str = "desk", language: str = "fr", dark: bool = False, **options: Any
    ) -> Page:
        """A new window of nobody's."""
        across, down = WIDTHS[width]
        context = self._browser.new_context(
            viewport={"width": across, "height": down},
            locale=WORDS[language],
            color_scheme="dark" if dark else "light",
            **options,
        )
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: self._note("console", said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self._note("error", str(error)))
        page.on("request", self._stays)
        return page

    def _note(self, what: str, said: str) -> None:
        self.faults.append(f"{what}: {said}")

    def _stays(self, request: Any) -> None:
        host = urlsplit(request.url).hostname or ""
        if request.url.startswith("http") and not host.endswith("localhost") and host != "127.0.0.1":
            self._note("left the host", host)

    def officer(
        self, name: str, *, role: str | None = None, matter: str = "OYAT", shift: bool = True, **options: Any
    ) -> Page:
        """A window in which an officer of the exercise is signed in and, unless told otherwise, on shift."""
        agreement_node = "lille" if name.startswith("FR-") else "dover"
        page = self.window(**options)
        page.goto(f"{self.address(agreement_node)}/sign-in")
        form = page.locator(f"form:has(input[name=officer][value='{name}'])")
        button = form.locator(f"button[value={role}]") if role else form.locator("button")
        button.first.click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        if shift and page.locator("#shift a[href='/shift']").count():
            page.goto(f"{self.address(agreement_node)}/shift")
        if shift and page.url.endswith("/shift"):
            page.fill(
                "#matter", "SAR" if role == "watch_keeper" or "PREMAR" in name or "HMCG" in name else matter
            )
            page.fill(
                "#reason", "suivi de la filière" if page.locator("html[lang=fr]").count() else "team review"
            )
            page.locator("main form.form button.button--primary").click()
            page.wait_for_url(lambda url: not url.endswith("/shift"))
        return page

    def close(self) -> None:
        """Close every window, and fail on what was seen in any of them."""
        for context in self._contexts:
            context.close()
        found = [fault for fault in self.faults if not any(one in fault for one in self.expected)]
        assert found == []


@pytest.fixture
def windows(browser: Browser, season: Shores) -> Iterator[Windows]:
    made = Windows(browser, season)
    yield made
    made.close()


@pytest.fixture(scope="session")
def accessible() -> Callable[[Page], None]:
    """Fails with what axe-core finds on a page: rule, element, what to mend."""
    source = AXE.read_text(encoding="utf-8")

    def check(page: Page) -> None:
        # Handed to the page by the debugger, past its own content policy.
        page.evaluate(source)
        found = page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(one => one.id + ': '"
            " + one.nodes.map(node => node.target.join(' ') + ' ' + node.failureSummary).join(' | '))"
        )
        assert found == []

    return check


@pytest.fixture(scope="session")
def uncut() -> Callable[[Page], None]:
    """Fails where a page is wider than its window, or a text is cut off."""

    def check(page: Page) -> None:
        across = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert across[0] <= across[1], f"{page.url} is {across[0]} px wide in a window of {across[1]} px"
        cut = page.evaluate(
            """() => [...document.querySelectorAll('main *')].filter(one => {
                const style = getComputedStyle(one);
                return one.checkVisibility?.() && one.children.length === 0 && one.textContent.trim()
                    && style.overflowX === 'hidden' && !one.closest('.unseen') && one.scrollWidth > one.clientWidth + 1;
            }).map(one => one.tagName + ': ' + one.textContent.trim().slice(0, 60))"""
        )
        assert cut == []

    return check


@pytest.fixture(scope="session")
def picture() -> Callable[..., None]:
    """Takes a page's picture at every width, day and night, into build/screenshots/NAME-LANGUAGE-WIDTH.png."""

    def take(page: Page, name: str, *, night: bool = False) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        language = page.evaluate("document.documentElement.lang")
        before = page.viewport_size
        for width, (across, down) in WIDTHS.items():
            page.set_viewport_size({"width": across, "height": down})
            page.screenshot(path=PICTURES / f"{name}-{language}-{width}.png", full_page=True)
        if night:
            page.emulate_media(color_scheme="dark")
            page.screenshot(path=PICTURES / f"{name}-{language}-{width}-night.png", full_page=True)
            page.emulate_media(color_scheme="light")
        if before:
            page.set_viewport_size(before)

    return take


# A window that a test leaves open while it fails must not keep the next from starting.
os.environ.setdefault("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
