"""Fetch the few files of others that the officers' pages are served with, and write down what they are.

A page asks nothing of any other host, so what it needs lies in this tree, word for word as its makers published it.
Each package is named here with the one version and the one licence that we read; a package that arrives with another
is refused. Of each only the files that a page uses are taken, with its licence beside them, and a list with the hash
of every file is written next to them. `python tools/vendor.py` fetches (through npm); `--check` only compares what
lies here with the list, and needs no network. To take a newer version: change it here, run, look at the difference.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
STATIC = ROOT / "src" / "entente" / "web" / "static"
FOR_TESTS = ROOT / "tests" / "browser" / "vendor"
LIST_NAME = "VENDORED.toml"


@dataclass(frozen=True, kw_only=True)
class Face:
    """One font file: which named range of the package's unicode.json it covers, at which weights."""

    family: str
    script: str
    weight: str
    file: str


@dataclass(frozen=True, kw_only=True)
class Package:
    """What we take from one package. files: from the package's path to ours, below `into`."""

    name: str
    version: str
    licence: str
    why: str
    files: Mapping[str, str]
    faces: tuple[Face, ...] = ()
    licence_files: tuple[str, ...] = ("LICENSE",)
    declared: str = (
        ""  # the licence as the package itself spells it, where that is not the name in SPDX's list
    )
    into: Path = STATIC

    @property
    def plain_name(self) -> str:
        return self.name.lstrip("@").replace("/", "-")


def _font(
    name: str, family: str, stem: str, scripts: Sequence[str], weights: Mapping[str, str], why: str
) -> Package:
    """A font package; weights: from the name in the file to the weight in CSS."""
    faces = tuple(
        Face(family=family, script=script, weight=weight, file=f"{stem}-{script}-{part}-normal.woff2")
        for script in scripts
        for part, weight in weights.items()
    )
    files = {f"files/{face.file}": f"fonts/{face.file}" for face in faces}
    return Package(name=name, version="5.3.0", licence="OFL-1.1", why=why, files=files, faces=faces)


PACKAGES = (
    Package(
        name="htmx.org",
        version="4.0.1",
        licence="0BSD",
        declared="BSD-0-Clause",
        why="pages that renew themselves; server-sent events",
        files={
            "dist/htmx.min.js": "vendor/htmx.min.js",
            "dist/ext/hx-sse.min.js": "vendor/hx-sse.min.js",
        },
    ),
    _font(
        "@fontsource-variable/source-sans-3",
        "Source Sans 3",
        "source-sans-3",
        # Of two faces that have a letter the later is taken: œ stands in latin too, and must not fetch latin-ext.
        ("latin-ext", "vietnamese", "greek", "greek-ext", "cyrillic", "cyrillic-ext", "latin"),
        {"wght": "200 900"},
        "the text of every page",
    ),
    _font(
        "@fontsource/noto-sans-arabic",
        "Noto Sans Arabic",
        "noto-sans-arabic",
        ("arabic",),
        {"400": "400", "600": "600"},
        "names in Arabic, Persian, Kurdish, Urdu and Pashto script",
    ),
    _font(
        "@fontsource-variable/noto-sans-hebrew",
        "Noto Sans Hebrew",
        "noto-sans-hebrew",
        ("hebrew",),
        {"wght": "100 900"},
        "names in Hebrew script",
    ),
    _font(
        "@fontsource/noto-sans-ethiopic",
        "Noto Sans Ethiopic",
        "noto-sans-ethiopic",
        ("ethiopic",),
        {"400": "400", "600": "600"},
        "names in Ge’ez script: Amharic, Tigrinya",
    ),
    Package(
        name="maplibre-gl",
        version="6.17.0",
        licence="BSD-3-Clause",
        why="the chart of the picture at sea; its worker is a file of its own, so that no page needs a script inline",
        files={
            f"dist/{name}": f"vendor/{name}"
            for name in ("maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css")
        },
        licence_files=("LICENSE.txt",),
    ),
    Package(
        name="d3",
        version="7.9.2",
        licence="ISC",
        why="what Observable Plot draws with",
        files={"dist/d3.min.js": "vendor/d3.min.js"},
    ),
    Package(
        name="@observablehq/plot",
        version="0.6.17",
        licence="ISC",
        why="the plots of a night’s report",
        files={"dist/plot.umd.min.js": "vendor/plot.umd.min.js"},
    ),
    Package(
        name="axe-core",
        version="4.14.1",
        licence="MPL-2.0",
        why="browser tests ask it whether a page can be used by everyone; never served by a node",
        files={"axe.min.js": "axe.min.js"},
        licence_files=("LICENSE", "LICENSE-3RD-PARTY.txt"),
        into=FOR_TESTS,
    ),
)


def unpack(package: Package, room: Path) -> Path:
    """The package as its makers published it, below room. Refuses another licence or version than the one named."""
    asked = f"{package.name}@{package.version}"
    packed = subprocess.run(
        ["npm", "pack", "--silent", "--json", asked], cwd=room, check=True, capture_output=True, text=True
    )
    archive = room / json.loads(packed.stdout)[0]["filename"]
    target = room / package.plain_name
    with tarfile.open(archive) as opened:
        opened.extractall(target, filter="data")
    folder = target / "package"
    says = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    if (says["version"], says["license"]) != (package.version, package.declared or package.licence):
        raise SystemExit(
            f"{asked} says it is version {says['version']} under {says['license']}, and we read {package.licence}: "
            "read its licence, then change the line in tools/vendor.py."
        )
    return folder


def place(package: Package, folder: Path) -> list[Path]:
    """Copy what we use, and the licence; returns where each file now lies."""
    licences = package.into / "licences"
    placed = []
    wanted = {folder / there: package.into / here for there, here in package.files.items()}
    for name in package.licence_files:
        suffix = "-third-parties" if "3RD" in name else ""
        wanted[folder / name] = licences / f"{package.plain_name}{suffix}.txt"
    for source, target in wanted.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
        placed.append(target)
    return placed


def font_rules(package: Package, folder: Path) -> Iterator[str]:
    """One @font-face a file, split by range, so that a reader fetches Arabic only where Arabic stands."""
    if not package.faces:
        return
    ranges = json.loads((folder / "unicode.json").read_text(encoding="utf-8"))
    for face in package.faces:
        yield (
            f"@font-face {{ font-family: '{face.family}'; font-style: normal; font-weight: {face.weight};"
            f" font-display: swap;\n  src: url('../fonts/{face.file}') format('woff2');\n"
            f"  unicode-range: {ranges[face.script]}; }}\n"
        )


def describe(package: Package, placed: Sequence[Path]) -> str:
    """The package's entry in the list."""
    lines = [
        "[[package]]",
        f'name = "{package.name}"',
        f'version = "{package.version}"',
        f'licence = "{package.licence}"',
        f'why = "{package.why}"',
        "files = [",
    ]
    for path in placed:
        content = path.read_bytes()
        here = path.relative_to(package.into).as_posix()
        lines.append(
            f'  {{ path = "{here}", bytes = {len(content)}, sha256 = "{hashlib.sha256(content).hexdigest()}" }},'
        )
    return "\n".join([*lines, "]", ""])


def fetch() -> None:
    """Fetch all, copy what we use, write the lists and the font rules."""
    entries: dict[Path, list[str]] = {}
    rules = ["/* Written by tools/vendor.py from each font's own ranges: change it there. */\n"]
    with tempfile.TemporaryDirectory() as name:
        for package in PACKAGES:
            folder = unpack(package, Path(name))
            entries.setdefault(package.into, []).append(describe(package, place(package, folder)))
            rules.extend(font_rules(package, folder))
    for into, texts in entries.items():
        head = "# Written by tools/vendor.py: what here was made by others, under which licence, byte for byte.\n\n"
        (into / LIST_NAME).write_text(head + "\n".join(texts), encoding="utf-8")
    (STATIC / "css" / "fonts.css").write_text("".join(rules), encoding="utf-8")


def differences() -> Iterator[str]:
    """What lies here otherwise than the lists say; empty when all is well."""
    for into in sorted({package.into for package in PACKAGES}):
        for entry in tomllib.loads((into / LIST_NAME).read_text(encoding="utf-8"))["package"]:
            for file in entry["files"]:
                path = into / file["path"]
                if not path.is_file():
                    yield f"{entry['name']}: {file['path']} is missing"
                elif hashlib.sha256(path.read_bytes()).hexdigest() != file["sha256"]:
                    yield f"{entry['name']}: {file['path']} is not the file that was fetched"


def main() -> int:
    parser = argparse.ArgumentParser(description="Fetch what the pages use of others, or check it.")
    parser.add_argument("--check", action="store_true", help="only compare with the lists; no network")
    if not parser.parse_args().check:
        fetch()
    found = list(differences())
    print("\n".join(found) or "every vendored file is the one that was fetched")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
