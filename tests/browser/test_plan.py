"""The pages of the plan in a real browser: a measure by keyboard, the other shore's answer, what a meeting decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

Windows = Any
Check = Callable[[Page], None]


@pytest.fixture
def coordinator(windows: Windows) -> Callable[..., Page]:
    def sit(side: str, **options: Any) -> Page:
        name = "FR-ZONE/Roquebert" if side == "FR" else "UK-HO/Ashgrave"
        language = "fr" if side == "FR" else "en"
        return windows.officer(name, matter="PLAN", language=options.pop("language", language), **options)

    return sit


def home(page: Page) -> str:
    found = re.match(r"https?://[^/]+", page.url)
    assert found
    return found[0]


def add(page: Page, kind: str, under: str = "", **fields: str) -> str:
    """An item entered by its form; its id, or that of what it was entered under."""
    page.goto(f"{home(page)}/plan/new/{kind}" + (f"?under={under}" if under else ""))
    for name, value in fields.items():
        field = page.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("main form button.button--primary").click()
    page.wait_for_url(re.compile("/plan/items/"))
    return page.url.rsplit("/", 1)[1]


def last(page: Page, href: str) -> str:
    """The id of the newest item whose link ends so."""
    found = page.locator(f"a[href*='{href}']").last.get_attribute("href") or ""
    return found.rsplit("=", 1)[-1].rsplit("/", 1)[-1]


def test_a_new_measure_is_entered_by_keyboard_alone_in_a_few_keys(
    coordinator: Callable[..., Page], accessible: Check, uncut: Check, picture: Callable[..., None]
) -> None:
    page = coordinator("FR")
    page.goto(f"{home(page)}/plan")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # to the content
    keys = 2
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the first thing there: a new measure
    page.wait_for_url(re.compile("/plan/new/measure"))
    keys += 2
    accessible(page)
    uncut(page)
    page.keyboard.type("Former les patrouilles à reconnaître un départ")
    page.keyboard.press("Tab")
    page.keyboard.type("Train patrols to recognise a launch")
    keys += 1
    while page.evaluate("document.activeElement.id") != "owner":
        page.keyboard.press("Tab")
        keys += 1
        assert keys < 20
    page.keyboard.type("Pol")
    while page.evaluate("document.activeElement.id") != "due":
        page.keyboard.press("Tab")
        keys += 1
        assert keys < 20
    page.keyboard.type("30112031")
    if page.evaluate("document.activeElement.value") != "2031-11-30":
        # A browser whose own words are American asks for the month first.
        page.evaluate("document.activeElement.value = ''; document.activeElement.blur()")
        page.focus("#due")
        page.keyboard.type("11302031")
    page.keyboard.press("Enter")
    keys += 1
    page.wait_for_url(re.compile("/plan/items/"))
    assert page.locator("h1").inner_text() == "Former les patrouilles à reconnaître un départ"
    assert "30 novembre 2031" in page.locator(".plan-facts").inner_text()
    assert keys < 20
    accessible(page)
    uncut(page)
    picture(page, "plan-measure")


def test_a_measure_is_claimed_here_and_countersigned_there(
    coordinator: Callable[..., Page], accessible: Check, uncut: Check, picture: Callable[..., None]
) -> None:
    page = coordinator("FR")
    item = add(page, "measure", title_fr="Contresignée", title_en="Countersigned one", owner="FR-PAF")
    page.locator("summary", has_text="La déclarer réalisée").click()
    page.fill("#evidence_fr", "Quarante patrouilles formées, liste jointe")
    page.fill("#done-reference", "PAF 31-77")
    page.get_by_role("button", name="Déclarer réalisée").click()
    page.wait_for_url(re.compile(item))
    assert "non convenue" in page.locator("main").inner_text()
    other = coordinator("UK", width="phone")
    for _ in range(40):
        answer = other.goto(f"{home(other)}/plan/items/{item}/edit/owner_UK")
        if answer and answer.status == 200:
            break
        other.wait_for_timeout(100)
    accessible(other)
    other.locator("#owner").select_option("UK-IE")
    other.get_by_role("button", name="Note it").click()
    other.wait_for_url(re.compile(f"{item}$"))
    accessible(other)
    uncut(other)
    picture(other, "plan-measure")


def test_minutes_are_written_in_pairs_and_signed(
    coordinator: Callable[..., Page], accessible: Check, uncut: Check, picture: Callable[..., None]
) -> None:
    page = coordinator("FR")
    meeting = add(
        page, "meeting", title_fr="Comité de pilotage", title_en="Steering committee", held_on="2031-11-10"
    )
    add(page, "agenda_point", meeting, title_fr="Patrouilles de plage", title_en="Beach patrols")
    point = last(page, "/plan/new/sentence")
    add(
        page,
        "sentence",
        point,
        text_fr="La partie française a présenté les effectifs de l’hiver.",
        text_en="The French party presented the numbers for the winter.",
    )
    add(page, "sentence", point, text_fr="La partie britannique a demandé un relevé chaque semaine.")
    add(
        page,
        "decision",
        point,
        text_fr="Un relevé est envoyé chaque lundi.",
        text_en="A return is sent every Monday.",
    )
    page.goto(f"{home(page)}/plan/items/{meeting}")
    assert page.locator(".plan-minute").count() == 3
    assert "l’anglais manque" in page.locator(".plan-minutes").inner_text()
    accessible(page)
    uncut(page)
    picture(page, "plan-meeting")
    page.locator(".plan-minute--decision .plan-minute__head a").click()
    page.get_by_role("button", name="Signer ce texte").click()
    page.wait_for_url(re.compile("/plan/items/"))
    assert "a signé ce texte" in page.locator(".plan-signs").inner_text()
    accessible(page)
    phone = coordinator("FR", width="phone")
    phone.goto(f"{home(phone)}/plan/items/{meeting}")
    uncut(phone)
    picture(phone, "plan-meeting-night", night=True)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/plan", "glance"),
        ("/plan?by=workshop", "by-workshop"),
        ("/plan/mine", "mine"),
        ("/plan/meetings", "meetings"),
        ("/plan/indicators", "indicators"),
        ("/plan/risks", "risks"),
        ("/plan/recommendations", "recommendations"),
    ],
)
@pytest.mark.parametrize(("side", "width"), [("FR", "desk"), ("UK", "phone")])
def test_every_view_of_the_plan_is_whole_at_desk_and_on_a_telephone(
    coordinator: Callable[..., Page],
    accessible: Check,
    uncut: Check,
    picture: Callable[..., None],
    path: str,
    name: str,
    side: str,
    width: str,
) -> None:
    page = coordinator(side, width=width)
    page.goto(f"{home(page)}{path}")
    accessible(page)
    uncut(page)
    picture(page, f"plan-{name}")


def test_an_indicator_has_its_plot_and_its_table(
    coordinator: Callable[..., Page], accessible: Check, uncut: Check, picture: Callable[..., None]
) -> None:
    page = coordinator("FR")
    measure = add(page, "measure", title_fr="Répondre plus vite", title_en="Answer faster")
    add(
        page,
        "indicator",
        measure,
        title_fr="Délai médian de réponse",
        title_en="Median time to answer",
        unit_fr="heures",
        unit_en="hours",
        baseline="30",
        target="12",
    )
    page.locator(".plan-children a", has_text="Délai médian").click()
    page.wait_for_url(re.compile("/plan/items/(?!" + measure + ")"))
    item = page.url.rsplit("/", 1)[1]
    for month, value in enumerate(("29,5", "24", "26", "17"), start=6):
        page.locator("summary", has_text="Verser une valeur").click()
        page.fill("#value", value)
        page.fill("#starts", f"2031-{month:02}-01")
        page.fill("#ends", f"2031-{month:02}-28")
        page.fill("#source_fr", "Registre du nœud")
        page.fill("#quality_fr", "Complet")
        page.locator("#is_count").uncheck()
        page.locator("main form[action$='/value'] button").click()
        page.wait_for_url(re.compile(item))
    assert page.locator(".plan-plot__mark").count() == 4
    accessible(page)
    uncut(page)
    picture(page, "plan-indicator")
