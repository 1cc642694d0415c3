"""Forms at sea in a real browser: a report in a few keystrokes, without a network, and on the other shore at once."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

LINE = "0639980505 5053.1N 00131.2E 47 pers 2 enf moteur arrêté eau à bord gris il y a 10 min"
# What a browser says of a network that a test takes away.
NO_NETWORK = ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION", "Failed to fetch"]
MOST_KEYSTROKES = 15


def watch(windows: Any, officer: str = "FR-PREMAR/Kerlazan", **options: Any) -> Page:
    """A watch-keeper before the list of boats."""
    page: Page = windows.officer(officer, role="watch_keeper", **options)
    page.goto(f"{windows.address('lille' if officer.startswith('FR') else 'dover')}/sea")
    return page


def report(page: Page, line: str) -> None:
    """A report by its line, sent; the page says what became of it."""
    page.goto(page.url.split("/sea")[0] + "/sea/report")
    page.fill("#line", line)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/sea/report/.+"))


def kept_ready(page: Page) -> None:
    page.wait_for_function(
        "async () => (await navigator.serviceWorker.ready).active.state === 'activated'"
        " && (await caches.keys()).some((name) => name.startsWith('entente-sea-'))"
    )


def lines(page: Page, state: str) -> Any:
    return page.locator(f"#queue .line[data-state={state}]")


def distresses(windows: Any, node: str = "lille") -> int:
    counted: int = windows.season.ask(node, "status")["records"].get("distress", 0)
    return counted


def test_a_report_takes_few_keystrokes_beyond_its_text_and_is_soon_on_the_other_shore(
    windows: Any,
) -> None:
    claire = watch(windows, "UK-HMCG/Polwhere", language="en")
    page = watch(windows)
    strokes = 0

    def press(key: str) -> None:
        nonlocal strokes
        strokes += key.count("+") + 1
        page.keyboard.press(key)

    words = "0639980641 5101.7N 00129.3E 38 pers 3 enf moteur arrêté"
    press("n")
    page.wait_for_url("**/sea/report")
    expect(page.locator("#line")).to_be_focused()
    page.keyboard.type(words)
    expect(page.locator("#f-persons")).to_have_value("38")
    expect(page.locator("#f-engine")).to_have_value("stopped")
    began = time.monotonic()
    press("Control+Enter")
    page.wait_for_url(re.compile(r"/sea/report/.+"))
    name = page.locator(".sea-made__name bdi").inner_text()
    # A report that is probably of a known boat opens that boat's row.
    expect(claire.locator("#boats [data-row]", has_text=name)).to_be_visible(timeout=20_000)
    took = time.monotonic() - began
    assert strokes <= MOST_KEYSTROKES
    # On a machine that others load no second is kept; the figure is printed, and measured by the benchmark.
    print(f"keystrokes {strokes}, on the other shore's page after {took:.2f} s")


def test_the_line_fills_the_fields_while_it_is_typed_and_a_field_set_by_hand_stays(
    windows: Any, accessible: Callable[[Page], None], uncut: Callable[[Page], None], picture: Any
) -> None:
    page = watch(windows)
    page.goto(page.url + "/report")
    expect(page.locator("#line")).to_be_focused()
    page.keyboard.type(LINE)
    for name, value in (
        ("children", "2"),
        ("water", "some"),
        ("colour", "grey"),
        ("means", "call"),
        ("seen", "10 min"),
    ):
        expect(page.locator(f"#f-{name}")).to_have_value(value)
    expect(page.locator("#position-shown")).to_have_text("50°53.100′N 001°31.200′E")
    page.fill("#f-persons", "30-35")
    page.fill("#f-seen", "tantôt")
    page.locator("#line").press("End")
    page.keyboard.type(" 12 kts")
    expect(page.locator("#f-speed")).to_have_value("12")
    expect(page.locator("#f-persons")).to_have_value("30-35")
    expect(page.locator("#f-seen-unread")).to_be_visible()
    accessible(page)
    for width in ((390, 844), (768, 1024), (1280, 900), (1920, 1080)):
        page.set_viewport_size({"width": width[0], "height": width[1]})
        uncut(page)
    picture(page, "sea-report", night=True)
    page.locator("#fresh").click()


def test_escape_and_a_reload_lose_nothing_that_was_typed(windows: Any) -> None:
    page = watch(windows)
    page.goto(page.url + "/report")
    page.fill("#line", "un bateau au large de Wissant")
    page.fill("#f-names", "Rahim")
    page.keyboard.press("Escape")
    expect(page.locator("#line")).to_be_focused()
    page.keyboard.press("Escape")
    page.wait_for_url("**/sea")
    page.keyboard.press("n")
    expect(page.locator("#line")).to_have_value("un bateau au large de Wissant")
    expect(page.locator("#f-names")).to_have_value("Rahim")
    page.reload()
    expect(page.locator("#f-names")).to_have_value("Rahim")
    page.locator("#fresh").click()
    expect(page.locator("#line")).to_have_value("")


def test_without_a_network_a_report_waits_through_a_reload_and_is_recorded_exactly_once(windows: Any) -> None:
    windows.expected += NO_NETWORK
    page = watch(windows)
    page.goto(page.url + "/report")
    kept_ready(page)
    before = distresses(windows)
    page.context.set_offline(True)
    page.fill("#line", "0639980617 50.98, 1.60 12 pers eau à bord")
    page.keyboard.press("Control+Enter")
    expect(lines(page, "waiting")).to_have_count(1)
    expect(page.locator("#line")).to_have_value("")
    page.reload()
    expect(page.locator("h1")).to_have_text("Signalement en mer")
    expect(lines(page, "waiting")).to_have_count(1)
    expect(page.locator("#trouble")).to_contain_text("Pas de réseau")
    assert distresses(windows) == before
    page.context.set_offline(False)
    expect(lines(page, "recorded")).to_have_count(1)
    page.reload()
    expect(lines(page, "recorded")).to_have_count(1)
    assert distresses(windows) == before + 1
    kept = page.evaluate(
        """async () => {
            const done = (asked) => new Promise((good) => { asked.onsuccess = () => good(asked.result); });
            const base = await done(indexedDB.open('entente-sea'));
            return JSON.stringify(await done(base.transaction('forms').objectStore('forms').getAll()));
        }"""
    )
    assert "0639980617" not in kept
    page.locator("#queue a").first.click()
    expect(page.locator(".sea-made__name")).to_be_visible()


def test_the_question_is_the_largest_thing_and_one_key_records_its_answer(
    windows: Any, accessible: Callable[[Page], None], uncut: Callable[[Page], None], picture: Any
) -> None:
    page = watch(windows)
    report(page, "0639980523 50.87, 1.48 20 pers noir")
    question = page.locator(".sea-ask__question")
    expect(question).to_be_visible()
    size = "(one) => parseFloat(getComputedStyle(one).fontSize)"
    largest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('main *')].filter((one) => one.checkVisibility())"
        ".map((one) => parseFloat(getComputedStyle(one).fontSize)))"
    )
    assert question.evaluate(size) == largest
    accessible(page)
    for width in (390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        uncut(page)
    picture(page, "sea-made", night=True)
    page.locator("#answer").focus()
    page.keyboard.type("deux")
    page.keyboard.press("Enter")
    expect(page.locator(".notice--confirmed")).to_contain_text("Réponse enregistrée")


def test_a_quay_form_is_filled_in_without_a_network_and_closing_says_what_is_missing(
    windows: Any, accessible: Callable[[Page], None], uncut: Callable[[Page], None], picture: Any
) -> None:
    windows.expected += [*NO_NETWORK, "403"]
    page = watch(windows, language="fr", width="phone")
    report(page, "0639980529 50.93, 1.66 9 pers blanc")
    boat = page.locator("#made").get_attribute("data-boat")
    home = page.url.split("/sea")[0]
    page.goto(f"{home}{boat}/quay")
    kept_ready(page)
    accessible(page)
    uncut(page)
    picture(page, "quay", night=True)
    page.context.set_offline(True)
    page.fill("#came", "8")
    page.locator("#asked-some").check()
    page.fill("#missing_names", "سلام\nAbdi")
    page.fill("#place", "Calais")
    page.reload()
    expect(page.locator("#missing_names")).to_have_value("سلام\nAbdi")
    expect(page.locator("#came")).to_have_value("8")
    page.locator("#place").press("Control+Enter")
    expect(lines(page, "waiting")).to_have_count(1)
    page.context.set_offline(False)
    # The report from which the boat came, and this.
    expect(lines(page, "recorded")).to_have_count(2)
    expect(lines(page, "waiting")).to_have_count(0)
    page.goto(f"{home}{boat}/close")
    page.fill("#a-words", "on me dit que tous sont là")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#errors")).to_contain_text("reste ouverte")
    expect(page.locator("#a-words")).to_have_value("on me dit que tous sont là")
    accessible(page)
    picture(page, "boat-close", night=True)


ACTS = (
    "taken-off",
    "count",
    "lead",
    "question",
    "task",
    "searched",
    "judge",
    "found",
    "transfer",
    "reopen",
    "acknowledge",
)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_act_is_accessible_and_uncut_in_both_languages(
    windows: Any,
    language: str,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Any,
) -> None:
    officer = "FR-PREMAR/Kerlazan" if language == "fr" else "UK-HMCG/Polwhere"
    page = watch(windows, officer, language=language)
    report(
        page, "0639980531 50.94, 1.67 11 pers" if language == "fr" else "07700900131 50.95, 1.68 11 people"
    )
    boat = page.locator("#made").get_attribute("data-boat")
    home = page.url.split("/sea")[0]
    for act in ACTS:
        page.goto(f"{home}{boat}/{act}")
        accessible(page)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            uncut(page)
        if act in ("taken-off", "question", "judge", "lead"):
            picture(page, f"boat-{act}")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_secret_is_given_by_keyboard_in_seconds_and_its_page_is_whole(
    windows: Any,
    language: str,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Any,
) -> None:
    officer = "FR-OLTIM/Ferlandier" if language == "fr" else "UK-NCA/Fairlocke"
    page = windows.officer(officer, role="investigator", language=language)
    page.goto(f"{windows.address('lille' if language == 'fr' else 'dover')}/secret")
    expect(page.locator("#where")).to_be_focused()
    accessible(page)
    for width in (390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        uncut(page)
    picture(page, "secret", night=True)
    page.keyboard.type("50.99, 1.71")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_contain_text(
        "Le secours en mer l’a" if language == "fr" else "Rescue at sea has it"
    )
    accessible(page)
