"""From an officer's keyboard to the partner's screen, and what each page costs at a node that holds much.

Two real nodes of the exercise (a process each) on loopback. First, in real Chromium: an officer of Lille writes a
report on the page by keyboard, and an analyst of Dover, whose page lies open, sees it arrive; timed from the key that
sends it to the moment at which its line stands in the other page. Then a table of invented people is imported at Lille,
so that it holds as many records as asked for; every page that an officer may open is asked for again and again as a
browser would ask, by its session's cookie, and timed from the request to the last byte of the answer; and reports are
written once more. Last the same at two nodes that hold the season alone,
with 300 ms of round trip and 5 % of losses on the wire between them (`benchmarks/wire.py`).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
import msgspec
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.wire import BadWire
from entente.exercise.play import play
from entente.exercise.season import load_season
from entente.exercise.shores import Shores, lay_out
from entente.settings import PartnerPinned

WRITER, READER = "FR-OLTIM/Ferlandier", "UK-NCA/Fairlocke"
# Pages as a telephone shows them first weigh what a browser fetches for them: themselves and what they name.
FIRST_PAGE = "/"
_GIVEN = (
    "Aram",
    "Bao",
    "Dara",
    "Ermal",
    "Farhad",
    "Genta",
    "Hiwa",
    "Jalal",
    "Kidane",
    "Lule",
    "Minh",
    "Nasrin",
)
_FAMILY = (
    "Hosseini",
    "Nguyen",
    "Berisha",
    "Tesfay",
    "Rahimi",
    "Karim",
    "Hoxha",
    "Le",
    "Mahmoud",
    "Abdi",
    "Salih",
)


def table_of(rows: int, seed: int) -> bytes:
    """A table of invented people with telephones from the reserved range, as a service might hand one in."""
    chance = random.Random(seed)
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["référence", "nom", "prénom", "né le", "téléphone", "observations"])
    for row in range(rows):
        table.writerow(
            [
                f"BENCH-{row}",
                f"{chance.choice(_FAMILY)}{chance.randrange(2000)}",
                chance.choice(_GIVEN),
                f"{chance.randrange(1, 29):02d}/{chance.randrange(1, 13):02d}/{chance.randrange(1960, 2012)}",
                f"06 39 98 {chance.randrange(100):02d} {chance.randrange(100):02d}" if row % 9 == 0 else "",
                f"vu près du parking {chance.randrange(400)}, sac de {chance.choice(('sport', 'voyage', 'plage'))}",
            ]
        )
    return written.getvalue().encode()


def fill(shores: Shores, rows: int, folder: Path) -> float:
    """Import so many records at Lille, and wait until all of them are read and compared. Returns seconds."""
    began = time.monotonic()
    table = folder / "bench.csv"
    table.write_bytes(table_of(rows, 7))
    asked = {
        "asking": {"officer": WRITER, "reason": "measuring the pages", "matter": "OYAT"},
        "path": str(table),
        "regime": "undetermined",
        "handling": ["H0"],
        "grade": {"scheme": "admiralty", "source": "B", "information": "3"},
    }
    for _ in shores.nodes["lille"].ask_lines("import", asked):
        pass
    while not shores.ask("lille", "status")["quiet"]:
        time.sleep(0.5)
    return time.monotonic() - began


class Visitor:
    """An officer's browser without a screen: cookies, forms, the time that each answer took."""

    def __init__(self, address: str, officer: str, role: str) -> None:
        self._client = httpx.Client(base_url=address, trust_env=False, timeout=60, follow_redirects=False)
        self._client.post("/sign-in/exercise", data={"officer": officer, "role": role})
        self.csrf = self._secret()
        self._client.post(
            "/shift", data={"csrf": self.csrf, "matter": "OYAT", "reason": "measuring the pages"}
        )

    def _secret(self) -> str:
        page = self._client.get("/shift").text
        return page.partition('name="csrf" content="')[2].partition('"')[0]

    def timed(self, path: str, form: dict[str, str] | None = None) -> tuple[float, httpx.Response]:
        """Milliseconds to the last byte, and the answer."""
        began = time.perf_counter()
        answer = (
            self._client.get(path)
            if form is None
            else self._client.post(path, data={"csrf": self.csrf, **form})
        )
        return (time.perf_counter() - began) * 1000, answer


def measure_pages(shores: Shores, visits: int) -> dict[str, Any]:
    """Server time of each page that an investigator may open."""
    visitor = Visitor(shores.address("lille"), WRITER, "investigator")
    asking = {"officer": WRITER, "reason": "measuring the pages", "matter": "OYAT"}
    hits = shores.ask("lille", "hits", {"asking": asking, "limit": 30})
    records = list(dict.fromkeys(side["id"] for hit in hits for side in (hit["one"], hit["other"])))
    pages: dict[str, list[tuple[str, dict[str, str] | None]]] = {
        "new": [("/", None)],
        "records": [("/reports", None)],
        "record": [(f"/reports/{record}", None) for record in records],
        "hits": [("/hits", None)],
        "hit": [(f"/hits/{hit['id']}", None) for hit in hits],
        "write": [("/write", None)],
        "warnings": [("/warnings", None)],
        "beach": [("/beach", None)],
        "translations": [("/translations", None)],
        "duty": [("/duty", None)],
        "search by number": [("/search", {"q": "06 39 98 04 17"})],
        "search by words": [("/search", {"q": "parking sac de plage"})],
    }
    found: dict[str, Any] = {}
    for name, ways in pages.items():
        times = []
        for visit in range(visits):
            path, form = ways[visit % len(ways)]
            if form is not None and visit % 25 == 0:
                # A session may search sixty times a minute; this asks as several officers would.
                visitor = Visitor(shores.address("lille"), WRITER, "investigator")
            took, answer = visitor.timed(path, form)
            if answer.status_code != 200:
                raise SystemExit(f"{path} answers {answer.status_code}")
            times.append(took)
        found[name] = {"p50_ms": round(median(times), 1), "p95_ms": round(quantiles(times, n=20)[18], 1)}
        print(f"{name:18} {found[name]}", file=sys.stderr, flush=True)
    return found


def first_page_kib(address: str, browser: Browser) -> float:
    """What a browser fetches for the first page after signing in, packed as it comes."""
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    sign_in(page, address, WRITER, "investigator")
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda said: sizes.append(said["encodedDataLength"]))
    page.goto(f"{address}{FIRST_PAGE}")
    page.wait_for_timeout(1500)
    html = len(gzip.compress(page.content().encode()))
    context.close()
    print(f"first page: {len(sizes)} files, its own text packed {html} bytes", file=sys.stderr)
    return sum(sizes) / 1024


def sign_in(page: Page, address: str, officer: str, role: str) -> None:
    """As somebody does in an exercise: one click, then the shift."""
    page.goto(f"{address}/sign-in")
    page.locator(f"form:has(input[name=officer][value='{officer}']) button[value={role}]").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    if page.url.endswith("/shift"):
        page.fill("#matter", "OYAT")
        page.fill("#reason", "measuring the pages")
        page.locator("main form.form button.button--primary").click()
        page.wait_for_url(lambda url: not url.endswith("/shift"))


SEEN = """
(reference) => new Promise((found) => {
  const look = () =>
    document.body.textContent.includes(reference) && found(performance.timeOrigin + performance.now());
  if (look()) return;
  new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true});
})
"""
PRESSED = """
addEventListener('keydown', (event) => {
  if (event.ctrlKey && event.key === 'Enter')
    sessionStorage.setItem('pressed', performance.timeOrigin + performance.now());
}, true)
"""


def keyboard_to_partner(shores: Shores, browser: Browser, reports: int, mark: str) -> list[float]:
    """Seconds from the key that sends to the line on the other shore's open page, for each report."""
    ports = {node: shores.address(node).rpartition(":")[2] for node in ("lille", "dover")}
    writer, reader = (browser.new_context(locale=one).new_page() for one in ("fr-FR", "en-GB"))
    writer.add_init_script(PRESSED)
    sign_in(writer, f"http://lille.localhost:{ports['lille']}", WRITER, "investigator")
    sign_in(reader, f"http://dover.localhost:{ports['dover']}", READER, "investigator")
    reader.goto(f"http://dover.localhost:{ports['dover']}/")
    took: list[float] = []
    for number in range(reports):
        reference = f"FR-OLT-{mark}{number}"
        write(writer, f"http://lille.localhost:{ports['lille']}", reference, number)
        seen = reader.evaluate_handle(f"({{at: ({SEEN})('{reference}')}})")
        writer.keyboard.press("Control+Enter")
        at = reader.evaluate("async (one) => await one.at", seen)
        writer.wait_for_url("**/reports/**")
        pressed = float(writer.evaluate("sessionStorage.getItem('pressed')"))
        took.append((at - pressed) / 1000)
        reader.wait_for_timeout(300 + 90 * (number % 7))
    writer.context.close()
    reader.context.close()
    return took


def write(page: Page, address: str, reference: str, number: int) -> None:
    """A report written on the page, up to the preview that is ready to be sent."""
    page.goto(f"{address}/write")
    page.fill(
        "textarea[data-statement='0']", f"Fourgon blanc vu près des dunes, {number + 1} passages ce matin."
    )
    page.check("input[name$='-basis'][value=fact]")
    page.select_option("select[name$='-source']", "B")
    page.select_option("select[name$='-information']", "3")
    page.check("input[name=regime][value=undetermined]")
    page.check("input[name=handling][value=H0]")
    page.check("input[name=recipients][value=dover]")
    page.fill("#reference", reference)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#preview")


def put_on_bad_wire(root: Path, round_trip_s: float, loss: float) -> list[BadWire]:
    """Put a bad wire between the two nodes, which do not run."""
    wires: list[BadWire] = []
    for node, other in (("lille", "dover"), ("dover", "lille")):
        pinned = root / node / "partners" / f"{other}.json"
        partner = msgspec.json.decode(pinned.read_bytes(), type=PartnerPinned)
        wire = BadWire(int(partner.address.rpartition(":")[2]), round_trip_s, loss, seed=len(wires))
        wires.append(wire)
        moved = msgspec.structs.replace(partner, address=f"http://127.0.0.1:{wire.port}")
        pinned.write_bytes(msgspec.json.encode(moved))
    return wires


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(times, n=20)[18]


def main(arguments: list[str] | None = None) -> None:
    """Run it all; the last line is one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    parser.add_argument("--held", type=int, default=100_000, help="records held by Lille")
    parser.add_argument("--visits", type=int, default=100, help="visits of each page")
    parser.add_argument("--reports", type=int, default=120, help="reports written on each wire")
    parser.add_argument("--chromium", default=shutil.which("chromium") or "chromium")
    asked = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="entente-pages-"))
    figures: dict[str, Any] = {"held": asked.held, "reports": asked.reports}
    try:
        root = folder / "season"
        lay_out(root, any_port=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=asked.chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            with Shores(root) as shores:
                play(load_season().items, shores, lambda done, of, item: None)
                took = keyboard_to_partner(shores, browser, asked.reports, "A")
                figures["keyboard_to_partner_p50_s"] = round(median(took), 3)
                figures["keyboard_to_partner_p95_s"] = round(p95(took), 3)
                figures["first_page_kib"] = round(
                    first_page_kib(
                        f"http://lille.localhost:{shores.address('lille').rpartition(':')[2]}", browser
                    ),
                    1,
                )
                if asked.held:
                    figures["fill_s"] = round(fill(shores, asked.held, folder), 1)
                    figures["pages"] = measure_pages(shores, asked.visits)
                    figures["server_p95_ms"] = max(page["p95_ms"] for page in figures["pages"].values())
                    took = keyboard_to_partner(shores, browser, asked.reports, "B")
                    figures["keyboard_to_partner_full_p95_s"] = round(p95(took), 3)
            # Two nodes of their own: after a restart those above would read all that they hold beside being measured.
            lay_out(folder / "far", any_port=True)
            with Shores(folder / "far") as shores:
                play(load_season().items, shores, lambda done, of, item: None)
            wires = put_on_bad_wire(folder / "far", 0.3, 0.05)
            with Shores(folder / "far") as shores:
                took = keyboard_to_partner(shores, browser, asked.reports, "C")
                figures["keyboard_to_partner_bad_wire_p50_s"] = round(median(took), 3)
                figures["keyboard_to_partner_bad_wire_p95_s"] = round(p95(took), 3)
                figures["bad_wire_lost_share"] = round(
                    sum(wire.lost for wire in wires) / max(1, sum(wire.pieces for wire in wires)), 3
                )
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for name, figure in figures.items():
        print(f"{name:36} {figure}")
    if asked.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
