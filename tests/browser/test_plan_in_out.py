"""A spreadsheet read on its page before it comes in, and what would leave, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

SHEET = """Atelier;Mesure;Measure;Responsable français;Responsable britannique;Échéance;Statut
Balisage;Baliser les plages de nuit;Mark the beaches at night;Préfecture de zone;Border Force;31/01/2032;en cours
;Former les guetteurs;Train the lookouts;;;mi-carême;prévue
;Relever les bouées;Recover the buoys;;;15/02/2032;réalisée
"""


def test_a_sheet_is_shown_with_its_faults_before_it_comes_in(
    windows: Any, accessible: Callable[[Page], None], uncut: Callable[[Page], None], picture: Any
) -> None:
    page = windows.officer("FR-ZONE/Roquebert", matter="PLAN", language="fr")
    home = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
    page.goto(f"{home}/plan/import")
    accessible(page)
    page.set_input_files(
        "#sheet", {"name": "plan-2032.csv", "mimeType": "text/csv", "buffer": SHEET.encode("utf-8-sig")}
    )
    page.get_by_role("button", name="Lire la feuille").click()
    page.wait_for_selector("#h-brings")
    assert "mi-carême" in page.locator("main").inner_text()
    accessible(page)
    uncut(page)
    picture(page, "plan-import")
    page.get_by_role("button", name="Faire entrer").click()
    page.wait_for_url("**/plan")
    assert "Baliser les plages de nuit" in page.locator("main").inner_text()


def test_what_the_public_would_read_is_shown_before_it_is_taken(
    windows: Any, accessible: Callable[[Page], None], uncut: Callable[[Page], None], picture: Any
) -> None:
    page = windows.officer("UK-HO/Ashgrave", matter="PLAN", language="en")
    page.goto("{0.scheme}://{0.netloc}/plan/export".format(urlsplit(page.url)))
    accessible(page)
    uncut(page)
    picture(page, "plan-export")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Take the extract (CSV)").click()
    assert taken.value.suggested_filename == "entente-plan-public.csv"
