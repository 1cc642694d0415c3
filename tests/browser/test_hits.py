"""A possible link in the browser: seen as it comes, judged by keyboard, known on the other shore without reloading."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from entente.exercise.shores import Shores
from entente.model.report import Draft

LILLE, DOVER = "FR-OLTIM/Ferlandier", "UK-NCA/Fairlocke"


def person(phone: str, *names: dict[str, str], region: str = "FR", born: int | None = None) -> dict[str, Any]:
    """A person of a report."""
    found: dict[str, Any] = {
        "id": "e1",
        "kind": "person",
        "category": "not_yet_assessed",
        "names": list(names),
        "identifiers": [{"kind": "phone", "written": phone, "region": region}],
    }
    return found | ({"birth": {"year": born}} if born else {})


def write(season: Shores, officer: str, reference: str, about: dict[str, Any], text: str) -> str:
    """An officer's report of one person, recorded by the node's own deed; it goes to the other shore."""
    node, partner = ("lille", "dover") if officer.startswith("FR-") else ("dover", "lille")
    draft = {
        "kind": "report",
        "service": officer.partition("/")[0],
        "purpose": "intelligence",
        "matter": "OYAT",
        "handling": ["H1"],
        "regime": "smuggling",
        "reference": reference,
        "recipients": [partner],
        "lane": "urgent",
        "statements": [
            {
                "id": "s1",
                "basis": "fact",
                "wording": {"language": "fr" if node == "lille" else "en", "text": text},
                "grade": {"scheme": "europol", "source": "B", "information": "2"},
                "checked_on": "2031-11-20",
                "certainty": "probable",
                "entities": [about],
            }
        ],
    }
    asking = {
        "officer": officer,
        "role": "investigator",
        "purpose": "intelligence",
        "matter": "OYAT",
        "reason": "suivi de la filière",
    }
    done = season.ask(node, "record", {"asking": asking, "draft": msgspec.convert(draft, Draft)})
    return str(done["id"])


def test_what_lille_writes_dover_sees_opens_and_judges_and_lille_sees_the_judgement(
    windows: Any, season: Shores
) -> None:
    dover = windows.officer(DOVER, role="investigator", language="en")
    expect(dover.locator("#news")).to_be_visible()
    # A machine that does other work at that moment may be late once, not three times.
    took_s: list[float] = []
    for number in ("9101", "9102", "9103"):
        phone = f"6 39 98 41 {number[2:]}"
        theirs = person(f"+33 {phone}", {"written": f"Hajji{number}"})
        write(season, DOVER, f"UK-NCA-{number}", theirs, "line of a call in Dover")
        season.wait_until_quiet()
        dover.wait_for_timeout(300)
        written_at = time.monotonic()
        ours = person(f"0{phone}", {"written": f"Haji{number}"})
        write(season, LILLE, f"FR-OLT-{number}", ours, "ligne relevée à Ambleteuse")
        line = (
            dover.locator("#news a").filter(has_text=f"FR-OLT-{number}").filter(has_text=f"UK-NCA-{number}")
        )
        expect(line).to_be_visible(timeout=5_000)
        took_s.append(time.monotonic() - written_at)
        if took_s[-1] <= 1.0:
            break
    # On a machine that others load no second is kept; the figure is printed, and measured by the benchmark.
    print(f"{took_s} s from Lille's keyboard to Dover's page")

    lille = windows.officer(LILLE, role="investigator", language="fr")
    lille.goto(f"{windows.address('lille')}/hits")
    lille.locator("#hit-list a", has_text=f"UK-NCA-{number}").first.click()
    expect(lille.locator("#talk")).to_contain_text("Pas encore apprécié")

    # Dover's analyst, by keyboard alone.
    line.focus()
    dover.keyboard.press("Enter")
    expect(dover.locator("h1")).to_contain_text("Possible link, ")
    dover.wait_for_load_state()
    dover.keyboard.press("1")
    expect(dover.locator("#reason")).to_be_focused()
    dover.keyboard.type("both heard by the same interpreter 123")
    dover.keyboard.press("Escape")
    expect(dover.locator("#reason")).to_have_value("both heard by the same interpreter 123")
    dover.keyboard.press("Control+Enter")
    expect(dover.locator("#talk")).to_contain_text("both heard by the same interpreter 123")
    expect(lille.locator("#talk")).to_contain_text("both heard by the same interpreter 123", timeout=5_000)
    expect(lille.locator("#talk")).to_contain_text("la même")
    expect(lille.locator("#talk")).to_contain_text("Fairlocke")

    # Lille says on the shared sheet who acts, while Dover is writing; what is being written there stays.
    dover.locator("#sheet summary").click()
    dover.fill("#words", "half a sentence")
    lille.locator("#sheet > summary").click()
    lille.select_option("#acts", "FR-OLTIM")
    lille.check("#waits-UK-NCA")
    lille.fill("#meets_at", "2031-11-22T10:30")
    lille.fill("#sheet #words", "nous demandons le contrat de la ligne")
    lille.locator("#sheet button").click()
    expect(dover.locator("#talk")).to_contain_text("nous demandons le contrat de la ligne")
    expect(dover.locator("#talk")).to_contain_text("09:30 GMT")
    expect(dover.locator("#words")).to_have_value("half a sentence")


@pytest.mark.parametrize(("language", "officer"), [("fr", LILLE), ("en", DOVER)])
def test_a_link_shows_both_sides_whole_in_both_languages_at_every_width(
    windows: Any,
    season: Shores,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
    officer: str,
) -> None:
    end = {"fr": "42", "en": "43"}[language]
    names: tuple[dict[str, str], ...] = (
        {"written": "سۆران دلیرزاد", "kind": "native", "language": "ckb"},
        {"written": "Soran Delirzad de la Très-Longue-Lignée-sous-Ambleteuse"},
    )
    phone = f"06 39 98 {end} 02"
    write(season, LILLE, f"FR-OLT-92{end}", person(phone, *names, born=1989), "au volant d’un fourgon blanc")
    write(
        season,
        DOVER,
        f"UK-NCA-92{end}",
        person(f"+33 {phone[1:]}", {"written": "Soran Dalirzade"}, born=1991),
        "named by two",
    )
    season.wait_until_quiet()
    page = windows.officer(officer, role="investigator", language=language)
    page.goto(f"{windows.address('lille' if language == 'fr' else 'dover')}/hits")
    accessible(page)
    for width in (390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        uncut(page)
    picture(page, "hits")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.fill("#about", f"FR-OLT-92{end}")
    page.keyboard.press("Enter")
    page.locator("#hit-list a", has_text=f"UK-NCA-92{end}").first.click()
    expect(page.locator("h1")).to_contain_text("Lien possible" if language == "fr" else "Possible link")
    grounds = page.locator("[data-bits]").evaluate_all("all => all.map(one => Number(one.dataset.bits))")
    assert sum(grounds) == float(page.locator("[data-sum]").get_attribute("data-sum") or "nan")
    assert re.search(r"[−-]\d", page.locator(".pair__against .pair__bits").first.inner_text())
    accessible(page)
    for width in (390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        uncut(page)
    picture(page, "hit", night=True)
    page.emulate_media(media="print")
    assert page.locator(".print-head").is_visible()
    assert not page.locator("#verdict").is_visible()
    page.emulate_media(media="screen")


def test_why_two_records_are_no_link_is_answered_by_keyboard(
    windows: Any,
    season: Shores,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
) -> None:
    write(
        season, LILLE, "FR-OLT-9301", person("06 39 98 44 01", {"written": "Soran Delirzad"}, born=1989), "vu"
    )
    write(
        season,
        LILLE,
        "FR-OLT-9302",
        person("06 39 98 44 02", {"written": "Soran Wiemannsfelde"}, born=1964),
        "vu",
    )
    season.wait_until_quiet()
    page = windows.officer(LILLE, role="investigator", language="fr", width="phone")
    page.goto(f"{windows.address('lille')}/hits/why")
    page.focus("#one")
    page.keyboard.type("FR-OLT-9301")
    page.keyboard.press("Tab")
    page.keyboard.type("FR-OLT-9302")
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_contain_text("d’un lien possible")
    accessible(page)
    for width in (390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        uncut(page)
    picture(page, "hits-why")
