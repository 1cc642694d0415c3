"""What an officer types is not lost by a reload, a change of language or a dropped line, and goes when it is done.

A tab keeps it for its own officer. A watch-keeper, for their part, finds again what rang and sees who has it; and
whoever sends a distress over a network that carries nothing is told within seconds to call by voice.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Route, expect

TYPED = "Vent de nord-est, deux embarcations suivies (mots gardés)."


def test_typed_words_outlive_a_reload_and_a_lost_network_and_go_when_done(windows: Any) -> None:
    windows.expected.append("ERR_INTERNET_DISCONNECTED")
    page = windows.officer("FR-CRS/Trevidel", role="investigator", language="fr")
    page.goto(page.url.rstrip("/") + "/duty/hand-over")
    at = page.url
    page.fill("#notes", TYPED)
    page.reload()
    expect(page.locator("#notes")).to_have_value(TYPED)
    page.locator("button[name=language]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#notes")).to_have_value(TYPED)
    page.context.set_offline(True)
    page.locator("main form .button--primary").click()
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)
    page.goto(at)
    expect(page.locator("#notes")).to_have_value(TYPED)
    page.locator("main form .button--primary").click()
    expect(page.locator(".notice--confirmed")).to_be_visible()
    assert TYPED not in (page.evaluate("sessionStorage.getItem('entente.typed')") or "")


def test_typed_words_of_one_officer_never_show_to_another_in_the_same_tab(windows: Any) -> None:
    page = windows.officer("FR-SP/Malgorne", role="investigator", language="fr")
    home = page.url.rstrip("/")
    page.goto(home + "/duty/hand-over")
    page.fill("#notes", TYPED)
    page.context.clear_cookies()
    page.goto(home + "/sign-in")
    page.locator("form:has(input[value='FR-PAF/Bastarede']) button").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    assert TYPED not in (page.evaluate("sessionStorage.getItem('entente.typed')") or "")


def test_a_distress_is_found_again_by_the_watch_which_sees_who_has_it(windows: Any) -> None:
    beach = windows.officer("FR-GEND/Ribeyrol", role="investigator", language="fr", width="phone")
    beach.goto(beach.url.rstrip("/") + "/beach")
    beach.click("[data-what=distress]")
    beach.click("[data-count='20']")
    beach.click("#send")
    sent = beach.locator("#queue li[data-state=recorded]").first
    expect(sent).to_be_visible()
    number = sent.locator(".tag--quiet").inner_text().split()[-1]
    watch = windows.officer("FR-PREMAR/Huchedou", role="watch_keeper", language="fr")
    watch.goto(watch.url.rstrip("/") + "/reports")
    watch.locator("#records a, main a").filter(has_text=number).first.click()
    expect(watch.locator("article h1")).to_have_text(number)
    expect(watch.locator("article .notice--confirmed")).to_have_count(0)
    record = watch.url.rpartition("/")[2].partition("?")[0]
    watch.locator(f"#alarm form:has(input[value='{record}']) button").first.click()
    expect(watch.locator(f"#alarm input[value='{record}']")).to_have_count(0)
    watch.reload()
    expect(watch.locator("article .notice--confirmed")).to_contain_text("Huchedou")


def test_a_distress_that_a_poor_network_does_not_carry_is_to_be_called_in(windows: Any) -> None:
    page = windows.officer("FR-GEND/Ribeyrol", role="investigator", language="fr", width="phone")
    page.goto(page.url.rstrip("/") + "/beach")
    held: list[Route] = []  # a network that takes what is sent, and says nothing
    page.route("**/beach/secret", lambda route: held.append(route))
    page.click("[data-what=distress]")
    page.click("[data-count='10']")
    page.click("#send")
    expect(page.locator("#not-gone")).to_be_visible(timeout=9000)
    expect(page.locator("#not-gone a[href='tel:196']")).to_be_visible()
    for route in held:
        route.continue_()
    expect(page.locator("#not-gone")).to_be_hidden()
