"""The terminal as officers and programs meet it: real nodes in fresh folders, stopped and running.

One story is told four times: in French and in English, on a node that does not run and on one that a process serves.
The rest tries what a story has no room for: help, wrong command lines, exit codes, bytes that are no text, a
stranger's signs.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from entente import cli
from entente.errors import EntenteError, Language, Text, Unavailable
from entente.model.grading import Grade
from entente.node import Node
from entente.terminal.arguments import UsageError, read_error
from entente.terminal.draft import entities_of
from entente.terminal.page import Page, safe
from entente.terminal.parser import build_parser, commands_of
from entente.terminal.words import pick_language, show_time

ANALYST, WATCH = "FR-OLTIM/Ferlandier", "FR-PREMAR/Kerlazan"
WHY = ("--officer", ANALYST, "--reason", "suivi de la filière", "--matter", "OYAT")
SAID = (
    "--basis",
    "fact",
    "--grade",
    "B2",
    "--handling",
    "H1",
    "--regime",
    "smuggling",
    "--purpose",
    "intelligence",
)
LANGUAGES: tuple[Language, Language] = ("fr", "en")


class Done(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """Its answer, where it was asked for as JSON: exactly one line."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command in this process, in an environment of its own."""

    def once(*written: str | Path, stdin: bytes = b"", **environment: str) -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = cli.run([str(one) for one in written], environment)
        out, err = capsys.readouterr()
        return Done(code, out, err)

    return once


def free_port() -> int:
    """A port that nobody holds at this moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Served:
    """A node that a process of its own serves."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "entente.cli", "serve", "--folder", str(folder), "--language", "en"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.first_line = self.process.stdout.readline()

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Ask it to stop, and wait."""
        self.process.send_signal(how)
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture
def folder(tmp_path: Path, run: Run) -> Path:
    """A fresh node, lille, with the exercise's agreement and officers."""
    made = tmp_path / "lille"
    assert run("init", made, "--node", "lille", "--exercise", "--port", str(free_port())).code == 0
    return made


@pytest.fixture(params=[False, True], ids=["stopped", "running"])
def node(request: pytest.FixtureRequest, folder: Path) -> Iterator[Path]:
    """The same node, stopped and served."""
    if not request.param:
        yield folder
        return
    served = Served(folder)
    try:
        assert "listens on http://127.0.0.1:" in served.first_line
        yield folder
        assert (folder / "serving.json").exists()
    finally:
        assert served.stop() == 0


def _until(asked: Callable[[], Done]) -> Done:
    """Ask until the desks have read what was recorded: on a running node they do so beside us."""
    deadline = time.monotonic() + 20
    done = asked()
    while done.code == 1 and time.monotonic() < deadline:
        time.sleep(0.05)
        done = asked()
    return done


# -- one story, four times ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_officer_records_is_shown_a_link_judges_it_and_proves_the_chain(
    node: Path, run: Run, language: Language
) -> None:
    def do(*written: str | Path, **more: Any) -> Done:
        done = run(*written, "--folder", node, ENTENTE_LANGUAGE=language, **more)
        assert all(len(line) <= 100 for line in done.out.splitlines() if "--json" not in written), done.out
        return done

    def words(fr: str, en: str) -> str:
        return (fr if language == "fr" else en).replace(" :", "\u00a0:")

    first = do(
        "record", *WHY, *SAID, "--reference", "FR-1", "--text", "Le fourgon est loué par Haji.", "--to", "dover",
        "--person", "--name", "Haji", "--phone", "06 39 98 04 17", "--thing", "vehicle", "--plate", "FO 417 IU",
    )  # fmt: skip
    assert (first.code, first.err) == (0, "")
    assert words("Enregistré : FR-1, version 1", "Recorded: FR-1, version 1") in first.out
    assert words("B2 (échelle Amirauté)", "B2 (Admiralty scheme)") in first.out
    second = do(
        "record", *WHY, *SAID, "--json", "--reference", "FR-2", "--text", "Une ligne.", "--phone", "0033 639 980 417"
    )  # fmt: skip
    assert second.value["reference"] == "FR-2"
    assert second.value["grade"] == {"scheme": "admiralty", "source": "B", "information": "2"}

    found = _until(lambda: do("hits", *WHY, "--about", "FR-1"))
    assert found.code == 0
    assert (
        words("Lien possible, 20 bits (appréciation de la machine)", "Possible link, 20 bits (an assessment")
        in found.out
    )
    assert words("pour       +20,00", "for        +20.00") in found.out
    assert words("Pas encore tranché.", "Not yet judged.") in found.out
    hit = do("hits", *WHY, "--json").value[0]
    assert hit["basis"] == "assessment"
    assert {hit["one"]["reference"], hit["other"]["reference"]} == {"FR-1", "FR-2"}
    assert all(ground["text"]["fr"] != ground["text"]["en"] for ground in hit["grounds"])

    judged = do(
        "judge",
        hit["id"],
        "same",
        "--officer",
        ANALYST,
        "--matter",
        "OYAT",
        "--because",
        "Même ligne, même mois.",
    )
    assert judged.code == 0, judged.err
    judged = _until(lambda: do("hits", *WHY))
    assert words("même entité. Même ligne, même mois.", "same entity. Même ligne, même mois.") in judged.out

    shown = do("read", "FR-1", *WHY)
    assert shown.code == 0
    assert "[fr] Le fourgon est loué par Haji." in shown.out
    assert words("H1 · pas d’usage judiciaire", "H1 · no use in court") in shown.out
    assert words("personne, non évalué, Haji", "person, not yet assessed, Haji") in shown.out
    assert "UTC" in shown.out
    assert do("read", "FR-1", *WHY, "--json").value["record"]["state"] == "held"
    assert [one["record"]["reference"] for one in do("search", "+33639980417", *WHY, "--json").value] == [
        "FR-1",
        "FR-2",
    ]
    assert words("pour       +20,00", "for        +20.00") in do("search", "+33639980417", *WHY).out
    assert words("+20,00 bits", "+20.00 bits") in do("why-not", "FR-1", "FR-2", *WHY).out

    sent = do("distress", "--officer", WATCH, stdin=b'{"mayday": 47 people')
    assert sent.code == 0
    sea = do("sea", "--officer", WATCH, "--reason", "veille en mer", "--matter", "SAR")
    assert words("Reçu tel quel, illisible", "As it came, unreadable") in sea.out
    assert '{"mayday": 47 people' in sea.out
    refused = do("refusals", *WHY)
    # There is no partner: what was for dover waits, and nothing was refused.
    assert refused.code == 0
    assert do("refusals", *WHY, "--json").value == []
    state = do("status", "--json").value
    assert state["node"] == "lille"
    assert words("écritures", "entries") in do("status").out

    proof = do("verify", "--json")
    assert proof.code == 0
    assert proof.value["broken"] is None
    assert proof.value["records"] >= 4
    assert words("La chaîne tient", "The chain holds") in do("verify").out


def test_a_table_enters_once_and_its_faults_lie_beside_it(node: Path, run: Run, tmp_path: Path) -> None:
    table = tmp_path / "loueur.csv"
    table.write_text(
        "nom;prénom;téléphone;date du fait\n"
        "VASQUELIN;Thibault;06 39 98 02 26;02/09/2031\n"
        "DURAND;Anne;0639980227;32/13/2031\n",
        encoding="utf-8",
    )
    saved = tmp_path / "columns.json"
    proposed = run("import", table, "--propose", "--save-mapping", saved, "--folder", node, "--json")
    assert [column["use"] for column in proposed.value["columns"]][:3] == [
        "surname",
        "forename",
        "identifier",
    ]
    asked = (
        "import", table, "--as", "holding", "--regime", "smuggling", "--handling", "H1", "--grade", "C3",
        "--mapping", saved, "--folder", node, *WHY, "--json",
    )  # fmt: skip
    first = run(*asked)
    assert first.code == 0, first.err
    assert first.value["rows_read"] == first.value["recorded"] + first.value["left_out"] == 2
    assert "2 / 2 rows read" in first.err
    report = tmp_path / "loueur.csv.faults.csv"
    assert first.value["faults"] == str(report)
    # A spreadsheet reads it by its mark, in both languages.
    assert report.read_bytes().startswith(b"\xef\xbb\xbfligne / line;")
    assert "32/13/2031" in report.read_text("utf-8")
    again = run(*asked)
    assert again.value["resumed_from"] == 2
    released = run(
        "release", first.value["holding"], "--to", "dover/UK-NCA", "--folder", node, "--officer", ANALYST,
        "--matter", "OYAT", "--because", "Même loueur des deux côtés.", "--json",
    )  # fmt: skip
    assert released.value["kind"] == "release", released.err
    assert run("status", "--folder", node, "--json").value["records"]["holding"] == 1


# -- acts of named officers -----------------------------------------------------------------------------------------


@pytest.fixture
def with_record(folder: Path, run: Run) -> Path:
    """A node that holds one report, FR-1, of a person e1."""
    done = run(
        "record", "--folder", folder, *WHY, *SAID, "--reference", "FR-1", "--text", "Haji a loué le fourgon.",
        "--name", "Haji", "--phone", "06 39 98 04 17",
    )  # fmt: skip
    assert done.code == 0, done.err
    return folder


def test_a_designation_takes_a_second_officer(with_record: Path, run: Run) -> None:
    asked = (
        "record", "--folder", with_record, "--officer", ANALYST, "--matter", "OYAT", "--designate", "suspect",
        "--about", "FR-1:e1", "--basis-statement", "s1", "--because", "Reconnu au contrat de location.",
    )  # fmt: skip
    alone = run(*asked, "--approver", ANALYST)
    assert alone.code == 4
    assert "(second_approver_missing)" in alone.err
    assert run(*asked, "--approver", "FR-OLTIM/Quertois", "--json").value["kind"] == "designation"
    assert run(*asked).code == 2


def test_an_erased_record_is_gone_for_everyone(with_record: Path, run: Run) -> None:
    erased = run(
        "record", "--folder", with_record, "--officer", ANALYST, "--matter", "OYAT", "--erase", "FR-1",
        "--because", "Saisie par erreur.",
    )  # fmt: skip
    assert erased.code == 0, erased.err
    assert run("read", "FR-1", "--folder", with_record, *WHY).code == 5
    assert run("search", "06 39 98 04 17", "--folder", with_record, *WHY).code == 1
    assert run("verify", "--folder", with_record).code == 0


def test_a_new_version_replaces_the_one_before(with_record: Path, run: Run) -> None:
    done = run(
        "record", "--folder", with_record, *WHY, *SAID, "--replaces", "FR-1", "--reference", "FR-1", "--json",
        "--text", "Haji a rendu le fourgon.", "--name", "Haji",
    )  # fmt: skip
    assert done.value["version"] == 2
    assert "rendu" in run("read", "FR-1", "--folder", with_record, *WHY).out
    assert "loué" in run("read", "FR-1", "--folder", with_record, *WHY, "--version-number", "1").out


def test_a_sighting_shows_its_position_and_count_as_said_at_sea(folder: Path, run: Run) -> None:
    done = run(
        "record", "--folder", folder, "--officer", WATCH, "--reason", "veille en mer", "--kind", "sighting",
        "--compartment", "life_saving", "--text", "Embarcation en dérive.", "--basis", "fact", "--grade", "B2",
        "--position", "51°02.4N 001°28.6E", "--persons-on-board", "40-50", "--phase", "distress",
    )  # fmt: skip
    assert done.code == 0, done.err
    shown = run(
        "sea", "--folder", folder, "--officer", WATCH, "--reason", "veille en mer", ENTENTE_LANGUAGE="fr"
    ).out
    assert "phase de détresse · 51°02.400′N 001°28.600′E · 40–50 à bord" in shown


def test_a_draft_in_a_file_says_all_of_it_itself(folder: Path, run: Run, tmp_path: Path) -> None:
    draft = tmp_path / "draft.json"
    grade = {"scheme": "europol", "source": "B", "information": "2"}
    draft.write_text(
        json.dumps(
            {
                "kind": "report", "purpose": "intelligence", "matter": "OYAT",
                "regime": "smuggling", "handling": ["H0"],
                "statements": [
                    {
                        "id": "s1", "basis": "fact", "wording": {"language": "fr", "text": "Vu."}, "grade": grade,
                        "checked_on": "2026-09-12",
                    }
                ],
            }
        )
    )  # fmt: skip
    assert run("record", draft, "--folder", folder, *WHY, "--json").value["service"] == "FR-OLTIM"
    assert run("record", "-", "--folder", folder, *WHY, stdin=draft.read_bytes()).code == 0
    assert run("record", draft, "--folder", folder, *WHY, "--handling", "H2").code == 2
    twice = run("record", "-", "--folder", folder, *WHY, stdin=b'{"kind": "report", "kind": "hit"}')
    assert twice.code == 3


# -- setting up -----------------------------------------------------------------------------------------------------


def test_partners_exchange_what_each_hands_to_the_other(folder: Path, run: Run, tmp_path: Path) -> None:
    other = tmp_path / "dover"
    made = run("init", other, "--node", "dover", "--exercise", "--language", "fr")
    assert made.code == 0
    identity = run("partner", "show", "--folder", other)
    handed = tmp_path / "dover.json"
    handed.write_text(identity.out)
    compared = re.findall(r"(?:[0-9a-f]{4} ){7}[0-9a-f]{4}", made.out + identity.err)
    assert len(compared) == 2
    assert compared[0] == compared[1]
    pinned = run("partner", "pin", handed, "--address", "http://127.0.0.1:8702", "--folder", folder)
    assert compared[0] in pinned.out
    assert list(run("status", "--folder", folder, "--json").value["partners"]) == ["dover"]

    spoilt = json.loads(identity.out) | {"sealing": "00" * 32}
    (tmp_path / "spoilt.json").write_text(json.dumps(spoilt))
    assert (
        run("partner", "pin", tmp_path / "spoilt.json", "--address", "http://a", "--folder", folder).code == 6
    )
    assert run("partner", "pin", handed, "--address", "http://a", "--folder", other).code == 6
    assert run("partner", "pin", handed, "--address", "dover", "--folder", folder).code == 3
    assert run("partner", "pin", handed, "--folder", folder).code == 2
    assert json.loads((folder / "partners" / "dover.json").read_text())["address"] == "http://127.0.0.1:8702"


def test_nothing_that_is_there_is_overwritten(folder: Path, run: Run) -> None:
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    again = run("init", folder, "--node", "lille", "--exercise")
    assert again.code == 6
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


def test_an_officer_is_let_in_only_where_the_agreement_has_a_place(run: Run, tmp_path: Path) -> None:
    listed = tmp_path / "officers.toml"
    asked = ("init", tmp_path / "n", "--node", "lille", "--exercise", "--officers", listed)
    listed.write_text('[[officers]]\nname = "A"\nservice = "UK-NCA"\nroles = ["investigator"]\n')
    assert run(*asked).code == 3
    listed.write_text('[[officers]]\nname = "A"\nservice = "FR-PAF"\nroles = ["victim_keeper"]\n')
    assert run(*asked).code == 3
    assert not (tmp_path / "n").exists()
    listed.write_text('[[officers]]\nname = "A"\nservice = "FR-PAF"\nroles = ["investigator"]\n')
    assert run(*asked).code == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_serving_ends_cleanly_and_a_second_one_is_refused(folder: Path, run: Run, how: int) -> None:
    served = Served(folder)
    try:
        second = run("serve", "--folder", folder)
        assert second.code == 8
        assert "(port_taken)" in second.err
    finally:
        code = served.stop(how)
    assert code == 0
    assert not (folder / "serving.json").exists()
    assert run("status", "--folder", folder).code == 0


# -- exit codes and errors ------------------------------------------------------------------------------------------


def test_each_kind_of_error_has_its_own_exit_code() -> None:
    kinds = [*EntenteError.__subclasses__(), UsageError]
    codes = [cli.exit_code(kind("code", Text(fr="a", en="b"))) for kind in kinds]
    assert sorted(codes) == [2, 3, 4, 5, 6, 7, 8]


def test_exit_codes_say_what_became_of_it(with_record: Path, run: Run, tmp_path: Path) -> None:
    def code(*written: str | Path) -> int:
        return run(*written, "--folder", with_record).code

    assert code("read", "FR-1", *WHY) == 0
    assert code("search", "06 39 98 09 99", *WHY) == 1
    assert code("hits", *WHY) == 1
    assert code("read", "FR-1") == 2
    assert code("record", *WHY, *SAID[:2], *SAID[4:], "--text", "x", "--grade", "Z9") == 3
    assert code("read", "FR-1", "--officer", "X", "--reason", "une bonne raison") == 4
    assert code("read", "FR-1", "--officer", ANALYST, "--matter", "OYAT", "--reason", "ok") == 4
    assert code("read", "FR-404", *WHY) == 5
    assert code("import", tmp_path / "absent.csv", "--propose") == 5
    assert run("status", "--folder", tmp_path / "nowhere").code == 8
    assert run("status").code == 2


def test_verify_names_the_first_entry_that_was_changed(with_record: Path, run: Run) -> None:
    with sqlite3.connect(with_record / "ledger.db") as ledger:
        ledger.execute("update entry set signed = replace(signed, 'a', 'b') where seq = 0")
    ledger.close()
    broken = run("verify", "--folder", with_record, "--json")
    assert broken.code == 9
    assert broken.value["where"] == "entry 0"
    assert "La chaîne est rompue" in run("verify", "--folder", with_record, "--language", "fr").out


@pytest.mark.parametrize(
    "written",
    [
        ("frob",),
        ("judge",),
        ("judge", "h", "perhaps", "--because", "x"),
        ("hits", "--limit", "many"),
        ("hits", "--about"),
        ("hits", "--json=yes"),
        ("hits", "--frob"),
        ("record", "--text", "x"),
        ("record", "--erase", "x"),
        ("import", "x.csv"),
        ("init", "x"),
        ("init", "x", "--node", "lille"),
        ("partner", "pin"),
        ("status",),
    ],
)
def test_a_wrong_command_line_is_explained_in_the_language_asked_for(
    run: Run, written: tuple[str, ...], folder: Path
) -> None:
    if written[0] in ("record", "import", "partner"):
        written = (*written, "--folder", str(folder))
    said = {language: run("--language", language, *written) for language in LANGUAGES}
    for done in said.values():
        assert (done.code, done.out) == (2, "")
        assert "could not" not in done.err
    assert said["fr"].err != said["en"].err
    assert foreign(said["fr"].err, ENGLISH) == []
    assert foreign(said["en"].err, FRENCH) == []


def test_an_error_of_argparse_that_nobody_foresaw_is_still_said_in_both_languages() -> None:
    said = read_error("something new is wrong")
    assert said.fr.startswith("La ligne de commande ne se lit pas")
    assert said.en.startswith("The command line cannot be read")


@pytest.mark.parametrize("written", [("frob", "--json"), ("status", "--json", "--folder", "nowhere")])
def test_for_a_program_errors_too_are_json_in_both_languages(run: Run, written: tuple[str, ...]) -> None:
    done = run(*written)
    assert done.out == ""
    error = json.loads(done.err)["error"]
    assert set(error) == {"code", "text", "remedy"}
    assert error["text"]["fr"] != error["text"]["en"]


def test_a_fault_of_ours_is_said_in_words_and_shows_where(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(terminal: Any) -> int:
        raise RuntimeError("planted")

    monkeypatch.setitem(cli.COMMANDS, "status", fail)
    done = run("status", "--folder", "x", "--language", "fr")
    assert done.code == 70
    assert "RuntimeError: planted" in done.err
    assert "Une faute du programme a arrêté cette commande." in done.err


def test_ctrl_c_is_an_exit_code_and_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(terminal: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(cli.COMMANDS, "status", stop)
    done = run("status", "--folder", "x", "--language", "fr")
    assert (done.code, done.err) == (130, "Arrêté.\n")


def test_the_exercise_is_played_as_asked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from entente.exercise import commands as exercise

    played: list[tuple[str, Any]] = []
    for name in ("run_demo", "run_continue", "run_score"):
        monkeypatch.setattr(exercise, name, lambda name=name, **given: played.append((name, given)) or 0)
    assert run("exercise", "demo", "--language", "fr").code == 0
    assert run("exercise", "continue", "--language", "en").code == 0
    assert run("exercise", "score", "--language", "fr", "--json").code == 0
    assert played == [
        ("run_demo", {"language": "fr"}),
        ("run_continue", {"language": "en"}),
        ("run_score", {"language": "fr", "as_json": True}),
    ]


# -- distress -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00 mayday \x80",
        b'{"kind": "distress"',
        b"[" * 5000,
        "moteur coupé, 47 personnes".encode("cp1252"),
    ],
    ids=["empty", "no text", "cut off", "too deep", "another encoding"],
)
def test_a_distress_is_recorded_in_whatever_shape_it_comes(
    folder: Path, run: Run, tmp_path: Path, content: bytes
) -> None:
    came = tmp_path / "came"
    came.write_bytes(content)
    assert run("distress", came, "--officer", WATCH, "--folder", folder).code == 0
    asked = ("sea", "--officer", WATCH, "--reason", "veille en mer", "--folder", folder)
    raw = run(*asked, "--json").value[0]["raw"]["text"]
    kept = base64.b64decode(raw.removeprefix("base64:")) if raw.startswith("base64:") else raw.encode()
    assert kept == content
    assert run(*asked).code == 0


# -- what strangers write -------------------------------------------------------------------------------------------


def test_what_a_stranger_wrote_cannot_move_the_cursor_or_turn_letters_round(folder: Path, run: Run) -> None:
    hostile = "Vu \x1b[2J\x1b[1A\r\u202eegrahcér\u2066 au port."
    done = run("record", "--folder", folder, *WHY, *SAID, "--reference", "FR-9", "--text", hostile)
    assert done.code == 0, done.err
    shown = run("read", "FR-9", "--folder", folder, *WHY).out
    assert "au port." in shown
    assert not set(shown) & set("\x1b\r\u202e\u2066")
    # Joiners are letters in Arabic script and stay.
    assert safe("نمی‌دانم") == "نمی‌دانم"


def test_a_long_word_is_folded_and_french_signs_stay_with_their_word() -> None:
    page = Page("fr")
    page.put("x" * 250)
    page.put(("mot " * 24) + "fin : suite")
    assert max(len(line) for line in page.lines) <= 100
    assert not any(line.startswith(":") for line in page.lines)


# -- from options to a draft ----------------------------------------------------------------------------------------


def test_what_follows_a_person_or_thing_belongs_to_it() -> None:
    made = entities_of(
        [
            ("person", ""),
            ("name", "Haji"),
            ("phone", "06 39 98 04 17"),
            ("thing", "vehicle"),
            ("plate", "FO 417 IU"),
            ("person", ""),
            ("alias", "Ilir plage"),
            ("category", "witness"),
        ],
        "FR",
    )
    assert [(one["id"], one["kind"], one.get("category")) for one in made] == [
        ("e1", "person", "not_yet_assessed"),
        ("e2", "vehicle", None),
        ("e3", "person", "witness"),
    ]
    assert [len(one["identifiers"]) for one in made] == [1, 1, 0]


def test_a_number_alone_makes_no_person() -> None:
    made = entities_of(
        [
            ("phone", "06 39 98 04 17"),
            ("plate", "FO 417 IU"),
            ("iban", "FR76 3000"),
            ("identifier", "jacket_lot=NV 2207"),
        ],
        "FR",
    )
    assert [one["kind"] for one in made] == ["device", "vehicle", "account", "object"]
    with pytest.raises(UsageError):
        entities_of([("identifier", "2207")], "FR")
    with pytest.raises(UsageError):
        entities_of([("category", "witness")], "FR")


def test_a_uk_node_grades_in_the_europol_scheme_unless_told() -> None:
    from entente.terminal.draft import grade_of

    asked = argparse.Namespace(grade="B2", scheme=None)
    assert grade_of(asked, "UK") == Grade("europol", "B", "2")
    assert grade_of(asked, "FR") == Grade("admiralty", "B", "2")
    asked.scheme = "5x5x5"
    assert grade_of(asked, "FR") == Grade("5x5x5", "B", "2")


# -- languages and help ---------------------------------------------------------------------------------------------

# Words that stand in one language only, of those that a help page is made of.
ENGLISH = frozenset(
    re.findall(
        r"\w+",
        """the this that these which whose and with without for from by its it of is are was be to in as or not no
        file folder name show positional required choose given missing value whole number unrecognized expected
        invalid choice argument arguments see takes""",
    )
)
FRENCH = frozenset(
    re.findall(
        r"\w+",
        """le la les un une des du de au aux et ou avec sans pour par qui que quoi est sont son sa ses ce cette dans sur
        fichier dossier nom montrer emploi manque valeur nombre voyez choix demande sinon""",
    )
)


def foreign(text: str, words: frozenset[str]) -> list[str]:
    """Words of another language in a text; what is typed to a program (options, codes, quotes) is nobody's."""
    plain = text.replace("why-not", " ")
    plain = re.sub(r"--[a-z-]+|\"[^\"]*\"|«[^»]*»|\b\w+_\w+\b|\([a-z_]+\)|\{[^}]*\}", " ", plain)
    return sorted(set(re.findall(r"[^\W\d_]+", plain.casefold())) & words)


def _every(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.Action]]:
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            yield f"{parser.prog} {action.dest} {action.option_strings}", action


def _both() -> Iterator[tuple[argparse.ArgumentParser, argparse.ArgumentParser]]:
    french, english = build_parser("fr"), build_parser("en")
    yield french, english
    others = commands_of(english)
    assert list(commands_of(french)) == list(others)
    for name, one in commands_of(french).items():
        yield one, others[name]


def test_every_command_and_option_has_help_in_both_languages() -> None:
    seen = 0
    for french, english in _both():
        assert french.description != english.description
        for (name, one), (other_name, other) in zip(_every(french), _every(english), strict=True):
            assert name == other_name
            assert one.help, name
            assert other.help, name
            assert one.help != other.help, name
            seen += 1
    assert seen > 150


def test_help_is_in_one_language_and_within_a_hundred_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    for french, english in _both():
        for parser, words in ((french, ENGLISH), (english, FRENCH)):
            shown = parser.format_help()
            assert max(len(line) for line in shown.splitlines()) <= 100
            assert shown.startswith("emploi : " if words is ENGLISH else "usage: ")
            # What is chosen from is typed as it stands, in either language.
            for action in parser._actions:
                for choice in action.choices or ():
                    shown = re.sub(rf"\b{re.escape(str(choice))}\b", " ", shown)
            assert foreign(shown, words) == [], parser.prog


def test_every_command_that_can_be_asked_is_done_by_something() -> None:
    assert set(commands_of(build_parser("en"))) == set(cli.COMMANDS)


def test_the_language_is_the_one_asked_for_then_the_environment_then_the_machine() -> None:
    assert pick_language(["hits", "--language", "fr"], {"ENTENTE_LANGUAGE": "en"}) == "fr"
    assert pick_language(["--language=en", "hits"], {"ENTENTE_LANGUAGE": "fr"}) == "en"
    assert pick_language(["search", "--", "--language", "fr"], {}) == "en"
    assert pick_language([], {"ENTENTE_LANGUAGE": "fr", "LC_ALL": "en_GB.UTF-8"}) == "fr"
    assert pick_language([], {"LANG": "fr_FR.UTF-8"}) == "fr"
    assert pick_language([], {"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}) == "en"
    with pytest.raises(EntenteError):
        pick_language([], {"ENTENTE_LANGUAGE": "de"})


def test_hours_are_shown_with_their_zone() -> None:
    assert show_time("2031-10-18T23:30:00+02:00", "fr") == "18 oct. 2031 21:30 UTC"
    assert show_time("2031-09-01T00:00:00Z", "en") == "1 Sept 2031 00:00 UTC"


def test_a_reader_that_goes_away_early_is_no_fault(with_record: Path) -> None:
    asked = [sys.executable, "-m", "entente.cli", "record", "--help"]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


def test_an_unavailable_node_is_said_with_the_way_out(folder: Path, run: Run) -> None:
    (folder / "serving.json").write_text(json.dumps({"host": "127.0.0.1", "port": free_port(), "pid": 1}))
    # Nobody holds the folder: what is left of a node that was killed stands in nobody's way.
    assert run("status", "--folder", folder).code == 0
    with closing(Node(folder)):
        done = run("status", "--folder", folder, "--language", "fr")
    assert done.code == cli.EXIT_CODES[Unavailable]
    assert "(node_away)" in done.err
    assert "serving.json" in done.err
