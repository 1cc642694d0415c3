"""A category for a person in the browser: two officers, one page, what speaks against in sight before the button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from entente.exercise.shores import Shores
from entente.model.report import Draft

AUTHOR, SECOND = "FR-OLTIM/Ferlandier", "FR-OLTIM/Quertois"


def write(
    season: Shores, officer: str, reference: str, phone: str, born: int, *written: dict[str, str]
) -> str:
    """A report of one person with a telephone and a year of birth; it goes to the other shore."""
    node, partner = ("lille", "dover") if officer.startswith("FR-") else ("dover", "lille")
    about = {
        "id": "e1",
        "kind": "person",
        "category": "not_yet_assessed",
        "names": list(written),
        "identifiers": [{"kind": "phone", "written": phone, "region": "FR"}],
        "birth": {"year": born},
    }
    statement = {
        "id": "s1",
        "basis": "fact",
        "wording": {
            "language": "fr",
            "text": "reconnu par deux agents au volant du fourgon, la nuit",
        },
        "grade": {"scheme": "europol", "source": "B", "information": "2"},
        "checked_on": "2031-11-20",
        "entities": [about],
    }
    draft = {
        "kind": "report",
        "service": officer.partition("/")[0],
        "purpose": "intelligence",
        "matter": "OYAT",
        "handling": ["H1"],
        "regime": "smuggling",
        "reference": reference,
        "recipients": [partner],
        "statements": [statement],
    }
    done = season.ask(node, "record", {"asking": asking(officer), "draft": msgspec.convert(draft, Draft)})
    return str(done["id"])


def asking(officer: str) -> dict[str, str]:
    """An officer at work, as a deed is asked."""
    return {
        "officer": officer,
        "role": "investigator",
        "purpose": "intelligence",
        "matter": "OYAT",
        "reason": "suivi de la filière",
    }


@pytest.mark.parametrize("language", ["fr", "en"])
def test_4e_3_the_second_person_sees_what_speaks_against_before_the_button_and_what_comes_meanwhile(
    windows: Any,
    season: Shores,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
) -> None:
    french = language == "fr"
    end = "51" if french else "52"
    windows.expected.append("409")
    own = {"written": "سامان تیماری", "kind": "native", "language": "fa"}
    record = write(
        season, AUTHOR, f"FR-OLT-94{end}", f"06 39 98 {end} 01", 1989, own, {"written": f"Saman Teymari{end}"}
    )
    write(
        season,
        "UK-NCA/Fairlocke",
        f"UK-NCA-94{end}",
        f"+33 6 39 98 {end} 01",
        1964,
        {"written": f"Saman Teymari{end}"},
    )
    season.wait_until_quiet()
    (hit,) = (
        one
        for one in season.ask("dover", "hits", {"asking": asking("UK-NCA/Fairlocke"), "limit": 50})
        if {one["one"]["reference"], one["other"]["reference"]} == {f"FR-OLT-94{end}", f"UK-NCA-94{end}"}
    )
    season.ask(
        "dover",
        "judge",
        {
            "asking": asking("UK-NCA/Fairlocke"),
            "hit": hit["id"],
            "verdict": "different",
            "because": "the older man lent him the phone",
        },
    )
    season.wait_until_quiet()

    author = windows.officer(AUTHOR, role="investigator", language=language)
    author.goto(f"{windows.address('lille')}/proposals/new?record={record}&entity=e1")
    accessible(author)
    for width in (390, 768, 1280, 1920):
        author.set_viewport_size({"width": width, "height": 900})
        uncut(author)
    picture(author, "proposal-new")
    author.focus("#category")
    author.select_option("#category", "suspect")
    author.keyboard.press("Tab")
    author.keyboard.press("Space")
    author.keyboard.press("Tab")
    author.keyboard.type("au volant, reconnu par deux agents")
    author.keyboard.press("Tab")
    author.keyboard.press("Enter")
    expect(author.locator("main")).to_contain_text(
        "Une autre personne que vous décide" if french else "Another person than you decides"
    )
    assert author.locator("[name=outcome]").count() == 0

    second = windows.officer(SECOND, role="investigator", language=language)
    second.goto(author.url)
    button = second.locator("button[value=approved]")
    against = [
        second.get_by_text("the older man lent him the phone"),
        second.locator(".pair__against .pair__words").first,
        second.locator("[data-evidence=links] h3").first,
        second.get_by_text("reconnu par deux agents au volant").first,
    ]
    for one in against:
        expect(one).to_be_visible()
        assert one.bounding_box()["y"] < button.bounding_box()["y"]  # type: ignore[index]
        before = (
            "(one, other) => one.compareDocumentPosition(document.querySelector('button[value=approved]'))"
        )
        assert one.evaluate(before) & 4  # Node.DOCUMENT_POSITION_FOLLOWING
    accessible(second)
    for width in (390, 768, 1280, 1920):
        second.set_viewport_size({"width": width, "height": 900})
        uncut(second)
    picture(second, "proposal", night=True)
    second.set_viewport_size({"width": 1280, "height": 900})

    # While the page is open another record comes that the machine links to this person.
    write(
        season,
        "FR-OLTIM/Quertois",
        f"FR-OLT-95{end}",
        f"06 39 98 {end} 01",
        1989,
        {"written": f"Saman Teymari{end}"},
    )
    season.wait_until_quiet()
    second.fill("#reason", "deux agents, une ligne")
    button.click()
    expect(second.locator("#error")).to_be_visible()
    expect(second.locator("#reason")).to_have_value("deux agents, une ligne")
    new = second.locator(
        "[data-evidence=links] > li", has_text="Arrivé depuis" if french else "Arrived since"
    )
    expect(new).to_have_count(1)
    expect(new).to_contain_text(f"FR-OLT-95{end}")
    picture(second, "proposal-new-evidence")
    second.focus("#reason")
    second.keyboard.press("Tab")
    second.keyboard.press("Enter")
    expect(second.locator("main")).to_contain_text("Approuvée" if french else "Approved")
    expect(second.locator(".facts")).to_contain_text("Quertois")
    assert second.locator("[name=outcome]").count() == 0
