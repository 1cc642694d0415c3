"""On the beach in a real browser: three taps, no network, a page loaded again, and each report recorded once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

AMBLETEUSE = {"latitude": 50.8076, "longitude": 1.5945, "accuracy": 8.0}
ON_A_BEACH = {"geolocation": AMBLETEUSE, "permissions": ["geolocation"], "width": "phone"}
# What a browser says of a network that a test takes away.
NO_NETWORK = ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION", "Failed to fetch"]


def patrol(windows: Any, officer: str = "FR-CRS/Trevidel", **options: Any) -> Page:
    """An officer on the beach, with the page kept on the telephone."""
    windows.expected += NO_NETWORK
    page: Page = windows.officer(officer, **(ON_A_BEACH | options))
    page.goto(f"{windows.address('lille' if officer.startswith('FR') else 'dover')}/beach")
    page.wait_for_function(
        "async () => (await navigator.serviceWorker.ready).active.state === 'activated'"
        " && (await caches.keys()).length === 1"
    )
    return page


def tap(page: Page, what: str, count: str = "40", words: str = "") -> None:
    """The three taps, and the words where there are some."""
    page.locator(f"[data-what={what}]").click()
    page.locator(f"[data-count='{count}']").click()
    if words:
        page.locator("#more summary").click()
        page.fill("#words", words)
    page.locator("#send").click()
    # The page asks for the next one when this one is on the disk.
    expect(page.locator("#step-what")).to_be_visible()


def lines(page: Page, state: str) -> Any:
    return page.locator(f"#queue .line[data-state={state}]")


def sightings(windows: Any, node: str = "lille") -> int:
    counted: int = windows.season.ask(node, "status")["records"].get("sighting", 0)
    return counted


def test_three_reports_of_a_telephone_without_a_network_are_three_records_and_none_twice(
    windows: Any,
) -> None:
    page = patrol(windows)
    before = sightings(windows)
    page.context.set_offline(True)
    tap(page, "boat_on_beach", "20")
    tap(page, "group_walking", "40")
    page.reload()
    expect(page.locator("h1")).to_have_text("Sur la plage")
    expect(lines(page, "waiting")).to_have_count(2)
    tap(page, "vehicle", "")
    expect(lines(page, "waiting")).to_have_count(3)
    expect(page.locator("#trouble")).to_contain_text("Pas de réseau")
    page.reload()
    expect(lines(page, "waiting")).to_have_count(3)
    assert sightings(windows) == before
    page.context.set_offline(False)
    expect(lines(page, "recorded")).to_have_count(3)
    assert sightings(windows) == before + 3
    page.reload()
    expect(lines(page, "recorded")).to_have_count(3)
    expect(lines(page, "waiting")).to_have_count(0)
    assert sightings(windows) == before + 3


def test_an_answer_that_is_lost_after_the_node_recorded_makes_no_second_record(windows: Any) -> None:
    page = patrol(windows)
    before = sightings(windows)
    lost: list[int] = []
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())

    def lose(route: Route) -> None:
        if len(lost) < 2:
            # The node is given the very request and records it; nobody hears.
            address = urlsplit(route.request.url)
            headers = {**route.request.headers, "host": address.netloc, "cookie": cookie}
            there = f"http://127.0.0.1:{address.port}{address.path}"
            answer = httpx.post(there, content=route.request.post_data_buffer, headers=headers)
            lost.append(answer.status_code)
            route.abort()
        else:
            route.continue_()

    page.route("**/beach/send", lose)
    tap(page, "group_walking", "60")
    for _ in range(100):
        if lost:
            break
        page.wait_for_timeout(50)
    assert sightings(windows) == before + 1
    page.reload()  # while it may be on its way again
    expect(lines(page, "recorded")).to_have_count(1, timeout=15_000)
    assert lost == [200, 200]
    assert sightings(windows) == before + 1


def test_two_windows_of_one_telephone_send_each_report_once(windows: Any) -> None:
    page = patrol(windows)
    before = sightings(windows)
    page.context.set_offline(True)
    tap(page, "group_walking", "10")
    tap(page, "other", "20")
    other = page.context.new_page()
    page.context.set_offline(False)
    other.goto(page.url)
    expect(lines(page, "recorded")).to_have_count(2)
    expect(lines(other, "recorded")).to_have_count(2)
    assert sightings(windows) == before + 2


def test_what_is_recorded_leaves_nothing_of_its_contents_on_the_telephone(windows: Any) -> None:
    page = patrol(windows)
    tap(page, "group_walking", "40", words="un guetteur sur la dune")
    expect(lines(page, "recorded")).to_have_count(1)
    kept = page.evaluate(
        """async () => {
            const done = (asked) => new Promise((good) => { asked.onsuccess = () => good(asked.result); });
            const base = await done(indexedDB.open('entente-beach'));
            const reports = await done(base.transaction('reports').objectStore('reports').getAll());
            let cached = '';
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const key of await cache.keys()) {
                    cached += key.url;
                    if (key.url.endsWith('/shell')) cached += await (await cache.match(key)).text();
                }
            }
            return JSON.stringify(reports) + cached + JSON.stringify(localStorage);
        }"""
    )
    assert "guetteur" not in kept
    assert "50.8076" not in kept
    assert "Trevidel, " not in kept
    assert "suivi de la filière" not in kept


def test_what_the_node_refuses_is_kept_mended_and_sent_again(windows: Any) -> None:
    windows.expected.append("422")
    page = patrol(windows)
    before = sightings(windows)
    tap(page, "group_walking", "40", words="c’est du trafic d’êtres humains")
    expect(lines(page, "refused")).to_have_count(1)
    expect(lines(page, "refused")).to_contain_text("confond deux infractions")
    page.reload()
    lines(page, "refused").get_by_role("button", name="Modifier").click()
    assert page.input_value("#words") == "c’est du trafic d’êtres humains"
    page.fill("#words", "un passeur compte les gens")
    page.locator("#send").click()
    expect(lines(page, "recorded")).to_have_count(1)
    expect(lines(page, "refused")).to_have_count(0)
    assert sightings(windows) == before + 1


def test_a_session_that_ended_keeps_the_reports_and_another_officer_does_not_send_them(windows: Any) -> None:
    windows.expected.append("401")
    page = patrol(windows)
    before = sightings(windows)
    page.context.set_offline(True)
    tap(page, "boat_on_beach", "20")
    page.context.set_offline(False)
    expect(lines(page, "recorded")).to_have_count(1)
    page.context.clear_cookies()
    tap(page, "vehicle", "10")
    expect(page.locator("#trouble")).to_contain_text("connectez-vous")
    expect(lines(page, "waiting")).to_have_count(1)
    # Somebody else takes the telephone.
    page.goto(f"{windows.address('lille')}/sign-in")
    page.locator("form:has(input[value='FR-SP/Malgorne']) button").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    if page.url.endswith("/shift"):
        page.fill("#matter", "OYAT")
        page.fill("#reason", "patrouille de nuit")
        page.locator("main form.form button.button--primary").click()
    page.goto(f"{windows.address('lille')}/beach")
    expect(page.locator("#trouble")).to_contain_text("Trevidel")
    expect(page.locator("#queue .line")).to_have_count(0)
    assert sightings(windows) == before + 1
    # The author is back.
    page.context.clear_cookies()
    page.goto(f"{windows.address('lille')}/sign-in")
    page.locator("form:has(input[value='FR-CRS/Trevidel']) button").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(f"{windows.address('lille')}/beach")
    expect(lines(page, "recorded")).to_have_count(2)
    expect(lines(page, "waiting")).to_have_count(0)
    assert sightings(windows) == before + 2


def test_danger_goes_first_and_reaches_the_watch(windows: Any) -> None:
    page = patrol(windows)
    page.context.set_offline(True)
    tap(page, "boat_on_beach", "20")
    tap(page, "distress", "40")
    expect(page.locator("#queue .line--life")).to_have_count(1)
    expect(page.locator("#not-gone")).to_contain_text("196")
    number = re.search(r"B-[0-9A-F]{8}", lines(page, "waiting").first.inner_text())
    assert number is not None
    sent: list[str] = []
    page.on(
        "request", lambda asked: sent.append(asked.post_data or "") if "/beach/send" in asked.url else None
    )
    page.context.set_offline(False)
    expect(lines(page, "recorded")).to_have_count(2)
    expect(page.locator("#not-gone")).to_be_hidden()
    assert not sent or "kind=distress" in sent[0]
    watch = windows.officer("UK-HMCG/Polwhere", language="en")
    expect(watch.locator("#news")).to_contain_text(number[0])


@pytest.mark.parametrize(("language", "officer"), [("fr", "FR-CRS/Trevidel"), ("en", "UK-BF/Wetherden")])
def test_the_page_is_worked_by_keyboard_and_fits_every_window(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
    officer: str,
) -> None:
    page = patrol(windows, officer, language=language, role="investigator" if language == "en" else None)
    expect(page.locator("#where")).to_contain_text("50°48.456′N 001°35.670′E")
    expect(page.locator("#where")).to_contain_text("Plage d’Ambleteuse")

    def good(name: str) -> None:
        accessible(page)
        before = page.viewport_size
        for width in (390, 768, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            uncut(page)
        assert before is not None
        page.set_viewport_size(before)
        picture(page, name, night=name == "beach-1-what")

    good("beach-1-what")
    page.locator("[data-what=launch]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#count-title")).to_be_focused()
    good("beach-2-count")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#send-title")).to_be_focused()
    expect(page.locator("#said-count")).to_contain_text("30")
    good("beach-3-send")
    page.locator("#send").focus()
    page.keyboard.press("Enter")
    expect(lines(page, "recorded")).to_have_count(1)
    page.context.set_offline(True)
    tap(page, "group_walking", "20")
    tap(page, "distress", "")
    good("beach-4-queue")
    page.context.set_offline(False)
    expect(lines(page, "recorded")).to_have_count(3)
