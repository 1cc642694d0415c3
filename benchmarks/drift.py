"""Where boats go: how fast and how truly the particles of `entente.maritime` move, and how right its streams are.

Time is that of 5,000 particles over 24 hours, the middle of some runs. The same chance and the same equations stepped
by ten seconds say how far steps of a quarter of an hour go wrong: mean position and spread, the worst of some starts.
The streams are held against the tables of the SHOM atlas at springs (coefficient 95) and neaps (45), each hour from six
before to six after high water of the reference port; every second point took no part in the calibration and is told
apart. The tables are for a mean spring and a mean neap, so what turns at another pace (N2, K2, diurnals) is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import tracemalloc
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from entente.maritime import tides
from entente.maritime.drift import PARTICLES, Particles

START_S = 1_953_244_800.0  # 23 November 2031
STARTS = ((50.95, 1.50), (50.72, 1.40), (51.12, 1.95))
KNOT_MPS = 1852.0 / 3600.0
FILES = {
    "BOULOGNE_557": "boulogne",
    "CALAIS_557": "calais",
    "DUNKERQUE_557": "dunkerque",
    "PAS_DE_CALAIS_557": "calais",
}
OPEN_WATER = "PAS_DE_CALAIS_557"  # the others are points in and before harbours


def shared() -> Path:
    """Where the public data lies."""
    return Path(os.environ.get("ENTENTE_SHARED", Path(__file__).resolve().parents[2] / "shared"))


def _particles(count: int, seed: str, place: tuple[float, float], start_s: float = START_S) -> Particles:
    return Particles(seed, np.full(count, place[0]), np.full(count, place[1]), start_s, wind=(4.0, 3.0))


def _metres(particles: Particles) -> np.ndarray[Any, Any]:
    across = 111_195.0 * np.cos(np.radians(51.0))
    return np.column_stack((particles.longitude * across, particles.latitude * 111_195.0))


def speed(count: int, hours: float, repeats: int) -> dict[str, float]:
    """Milliseconds of the middle run, and MiB at the peak of one."""
    _particles(10, "warm", STARTS[0]).advance(START_S + 3600)
    taken = []
    for repeat in range(repeats):
        particles = _particles(count, f"run {repeat}", STARTS[0])
        began = perf_counter()
        particles.advance(START_S + 3600 * hours)
        taken.append(1000 * (perf_counter() - began))
    tracemalloc.start()
    _particles(count, "memory", STARTS[0]).advance(START_S + 3600 * hours)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return {
        "particles_24h_ms": round(median(taken), 1),
        "particles_24h_ms_worst": round(max(taken), 1),
        "peak_memory_mib": round(peak, 1),
    }


def against_fine_steps(count: int, hours: float, fine_s: float) -> dict[str, float]:
    """The worst of the starts: metres between the means, and how far off the spread is, as a share."""
    means, each, spreads = [], [], []
    for number, place in enumerate(STARTS):
        coarse, fine = (_particles(count, f"start {number}", place) for _ in range(2))
        coarse.advance(START_S + 3600 * hours)
        fine.advance(START_S + 3600 * hours, fine_s)
        here, there = _metres(coarse), _metres(fine)
        means.append(float(np.hypot(*(here.mean(axis=0) - there.mean(axis=0)))))
        each.append(float(np.hypot(*(here - there).T).mean()))
        spreads.append(abs(float(np.sqrt(here.var(axis=0).sum() / there.var(axis=0).sum())) - 1))
    return {
        "mean_error_m": round(max(means), 1),
        "particle_error_m": round(max(each), 1),
        "spread_error": round(max(spreads), 5),
    }


def read_tables(folder: Path) -> list[tuple[str, float, float, np.ndarray[Any, Any]]]:
    """File, latitude, longitude, and springs and neaps by 13 hours as east + i north in m/s, for every point."""
    points = []
    for name in sorted(FILES):
        lines = (folder / name).read_text(encoding="latin-1").splitlines()[1:]
        lines = [line for line in lines if line.strip()]
        for where, *rows in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
            latitude, longitude = (_degrees(word) for word in where.split())
            streams = [[_thirteen(part) for part in row.split("*")] for row in rows]
            points.append(
                (name, latitude, longitude, np.array([east + 1j * north for east, north in streams]))
            )
    return points


def _degrees(word: str) -> float:
    value = float(word)
    whole = int(abs(value) // 100)
    return float(np.copysign(whole + (abs(value) - 100 * whole) / 60, value))


def _thirteen(part: str) -> np.ndarray[Any, Any]:
    return np.array([int(part[3 * hour : 3 * hour + 3]) for hour in range(13)]) * (KNOT_MPS / 10)


def high_water_turn(port: tides.Port, age: float, is_springs: bool) -> float:
    """The argument of M2 (radians) at high water of a port when S2 strengthens or weakens M2 in the stream."""
    constants = tides.constants().ports[port]
    turn = np.linspace(0, 2 * np.pi, 7201)
    sun = turn + age + (0 if is_springs else np.pi)
    angles = {"M2": turn, "S2": sun, "M4": 2 * turn, "MS4": turn + sun, "M6": 3 * turn}
    height = sum(
        constants[name][0] * np.cos(angle - np.radians(constants[name][1])) for name, angle in angles.items()
    )
    return float(turn[np.argmax(height)])


def against_tables(folder: Path) -> dict[str, Any]:
    """Vector, speed and direction errors at springs and neaps: over all points, and over those not calibrated with."""
    points = read_tables(folder)
    ratios = tides.constants().ratios
    age = np.radians(ratios["S2"][1])
    fields = tides.patterns(np.array([each[1] for each in points]), np.array([each[2] for each in points]))
    hours = np.radians(28.9841042) * np.arange(-6, 7)
    said = np.array([each[3] for each in points])
    ours = np.empty_like(said)
    for place, (name, *_) in enumerate(points):
        for tide, sign in ((0, 1.0), (1, -1.0)):
            port: Any = FILES[name]
            turn = high_water_turn(port, float(age), sign > 0) + hours
            semi = (1 + sign * ratios["S2"][0]) * np.exp(1j * turn)
            quarter = (1 + sign * ratios["MS4"][0]) * np.exp(2j * turn)
            east, north = (
                np.real(
                    fields[0, side, place] * semi + fields[1, side, place] * quarter + fields[2, side, place]
                )
                for side in (0, 1)
            )
            ours[place, tide] = east + 1j * north
    held_out = np.arange(len(points)) % 2 == 1
    is_open = np.array([name == OPEN_WATER for name, *_ in points])
    everywhere = np.ones(len(points), dtype=bool)
    chosen = {"all": everywhere, "held_out": held_out, "held_out_open_water": held_out & is_open}
    return {
        "points": len(points),
        "points_held_out": int(held_out.sum()),
        **{
            f"{season}_{name}": _errors(ours[which, tide], said[which, tide])
            for tide, season in ((0, "springs"), (1, "neaps"))
            for name, which in chosen.items()
        },
    }


def _errors(ours: np.ndarray[Any, Any], said: np.ndarray[Any, Any]) -> dict[str, float]:
    off = ours - said
    runs = np.abs(said) > 0.25  # at slack water a direction says nothing
    turned = np.degrees(np.angle(ours[runs] / said[runs]))
    flat = [np.concatenate((each.real.ravel(), each.imag.ravel())) for each in (ours, said)]
    return {
        "vector_rms_mps": round(float(np.sqrt((np.abs(off) ** 2).mean())), 3),
        "stream_rms_mps": round(float(np.sqrt((np.abs(said) ** 2).mean())), 3),
        "speed_bias_mps": round(float((np.abs(ours) - np.abs(said)).mean()), 3),
        "speed_rms_mps": round(float(np.sqrt(((np.abs(ours) - np.abs(said)) ** 2).mean())), 3),
        "direction_median_degrees": round(float(np.median(np.abs(turned))), 1),
        "direction_rms_degrees": round(float(np.sqrt((turned**2).mean())), 1),
        "correlation": round(float(np.corrcoef(flat[0], flat[1])[0, 1]), 3),
    }


def main() -> None:
    """Measure, and print one JSON object last."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--particles", type=int, default=PARTICLES)
    asks.add_argument("--hours", type=float, default=24.0)
    asks.add_argument("--repeats", type=int, default=9)
    asks.add_argument("--fine-step", type=float, default=10.0, help="seconds")
    asks.add_argument("--json", action="store_true", help="only the last line")
    asked = asks.parse_args()
    found: dict[str, Any] = {
        "benchmark": "drift",
        "particles": asked.particles,
        "hours": asked.hours,
        **speed(asked.particles, asked.hours, asked.repeats),
        **against_fine_steps(asked.particles, asked.hours, asked.fine_step),
    }
    folder = shared() / "data" / "currents"
    if folder.is_dir():
        found["tables"] = against_tables(folder)
    else:
        found["tables"] = None
    if not asked.json:
        for name, value in found.items():
            print(f"{name}: {json.dumps(value)}")
        if found["tables"] is None:
            print(f"no tables at {folder}: the streams were not checked")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
