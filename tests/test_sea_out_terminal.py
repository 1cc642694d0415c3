"""What leaves the watch by the terminal, and what a receiver brings: written as it is, in both languages."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from entente import cli
from entente.formats.masked import COVER
from entente.model.place import Position
from entente.model.sighting import PersonsOnBoard, Sighting
from entente.node import Node

NUMBER = "06 39 98 04 17"
WHY = ("--officer", "Erwan", "--reason", "veille en mer")
Run = Callable[..., tuple[int, str, str]]
# An active AIS-SART and a ship, made up.
LINES = (
    b"!AIVDM,1,1,,A,1>M4jHf00<06fbPM=907l001P000,0*09\r\n"
    b"!AIVDM,1,1,,A,1>M4jHf00<06fbPM=907l001P000,0*00\r\n$GPGGA,0*00\r\n"
)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def once(*written: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        code = cli.run([str(one) for one in written], {})
        return code, *capsys.readouterr()

    return once


@pytest.fixture
def at_sea(laid_out: Path, at_work: Any) -> tuple[Path, str]:
    """The folder of Lille, where a boat has called, and the boat's name."""
    lille = Node(laid_out / "lille")
    access = at_work(lille, "Erwan")
    seen = Sighting(
        phase="distress",
        means="call",
        position=Position(latitude=50.95, longitude=1.48),
        persons_on_board=PersonsOnBoard(at_least=40),
        callers=(NUMBER,),
        words=f"Rappelez le {NUMBER}",
    )
    lille.report_at_sea(access, seen, seen.words, "fr")
    (boat,) = lille.picture(access).boats
    lille.close()
    return lille.folder, boat.name


def test_drafts_and_files_come_as_they_are_in_either_language_without_numbers(
    at_sea: tuple[Path, str], run: Run, tmp_path: Path
) -> None:
    folder, name = at_sea
    for language, draft in (("fr", "BROUILLON"), ("en", "DRAFT")):
        there = ("--language", language, "--folder", folder, *WHY)
        code, sitrep, _ = run("sea", "sitrep", name, "--number", "3", *there)
        assert (code, draft in sitrep, "39 98" in sitrep) == (0, True, False)
        assert f"{COVER} 17" in sitrep
        code, mayday, _ = run("sea", "mayday", name, *there)
        assert (code, "MAYDAY RELAY, MAYDAY RELAY" in mayday, "39 98" in mayday) == (0, True, False)
    assert NUMBER in run("sea", "sitrep", name, "--numbers", "--folder", folder, *WHY)[1]
    code, written, _ = run("sea", "sitrep", name, "--json", "--folder", folder, *WHY)
    assert [one["letter"] for one in json.loads(written)["lines"]] == list("ABCDEFGHJKLMN")

    file = tmp_path / "picture.kml"
    code, out, _ = run("sea", "export", "--format", "kml", "--out", file, "--folder", folder, *WHY)
    assert (code, out) == (0, "")
    assert name in ET.fromstring(file.read_bytes()).itertext()
    code, out, _ = run("sea", "export", name, "--folder", folder, *WHY)
    assert [one["properties"]["kind"] for one in json.loads(out)["features"]][:2] == ["boat", "report"]


def test_a_season_without_warnings_counts_the_boats_that_nobody_foretold(
    at_sea: tuple[Path, str], run: Run
) -> None:
    folder, _ = at_sea
    code, out, _ = run("sea", "season", "--folder", folder, *WHY)
    assert code == 1, "no warning"
    assert "0 warnings" in out
    assert "boats: 1, not foretold: 1" in " ".join(out.split())
    code, out, _ = run("--language", "fr", "sea", "season", "--csv", "--by-month", "--folder", folder, *WHY)
    assert code == 0
    assert out.lstrip("\ufeff").startswith("mois,alertes")
    assert run("sea", "season", "--since", "soon", "--folder", folder, *WHY)[0] == 3


def test_a_draft_of_no_boat_or_of_one_that_is_not_there_is_said(at_sea: tuple[Path, str], run: Run) -> None:
    folder, _ = at_sea
    assert run("sea", "sitrep", "--folder", folder, *WHY)[0] == 2
    assert run("sea", "mayday", "ZZ 999", "--folder", folder, *WHY)[0] == 5


def test_what_a_file_of_ais_brings_is_counted_and_not_recorded(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "night.nmea"
    file.write_bytes(LINES)
    code, out, _ = run("sea", "ais", file, "--json")
    brought = json.loads(out)
    assert code == 0
    assert (brought["tally"]["messages"], brought["tally"]["bad_checksum"], brought["tally"]["other"]) == (
        1,
        1,
        1,
    )
    (signal,) = brought["signals"]
    assert signal["sighting"]["means"] == "sart"
    _, out, _ = run("--language", "fr", "sea", "ais", file)
    assert "970011234" in out
    assert "Rien n’est enregistré" in out
    assert run("sea", "ais")[0] == 2
    assert run("sea", "ais", tmp_path / "none")[0] == 5
    assert run("sea", "ais", "http://example.invalid")[0] == 3
