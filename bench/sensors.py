"""What beams, rangers and thermal arrays count of people, by how many come, side by side and one after the other.

    python -m bench.sensors corridor TRAJECTORIES --picture docs/pictures/sensors.svg
    python -m bench.sensors crowd TRAJECTORIES
    python -m bench.sensors flows
    python -m bench.sensors long
    python -m bench.sensors limits

TRAJECTORIES is the folder with uo-050-180-180.txt (Juelich Pedestrian Dynamics Data Archive): 61 people come through an
entrance of half a metre and spread over a corridor of 1.8 m, so that the further in, the more walk abreast: pass within
0.3 s of somebody else. `crowd` takes bi_corr_400_b_03.txt, 480 people who meet in a corridor of 4 m. The rest is drawn:
adults who come one by one at random; `long` is 200 crossings each way, pairs, and an empty day. Everything is seeded.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.virtual_arrays import AMG8833, MLX90640, Kind, count, detections_in, frames, radiator
from bench.virtual_doorways import Walk, beams, count_by_tof, drawn, recorded, truth, walk
from bench.virtual_doorways import count as count_by_beams
from counter.sources.thermal.spots import Optics

GAP_MS = 100.0
HEIGHT_M = 2.7
FLOWS = (5, 15, 30, 60)
MINUTES = 3.0
ABREAST_S = 0.3
ARRAYS = (AMG8833, MLX90640)
COLOURS = {"beams": "#1b6ca8", "tof": "#c8553d", "thermal 8x8": "#3a7d44", "thermal 32x24": "#7a4988"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: how many passed, and what each sensor counted of them."""

    name: str
    people: int
    counted: dict[str, int]


def main() -> None:
    """Print the tables; draw the figure where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["corridor", "crowd", "flows", "long", "limits"])
    parser.add_argument("trajectories", type=Path, nargs="?")
    parser.add_argument("--picture", type=Path)
    wished = parser.parse_args()
    if wished.part in {"corridor", "crowd"} and wished.trajectories is None:
        parser.error(f"{wished.part} needs the folder TRAJECTORIES")
    if wished.part == "corridor":
        rows = list(corridor(wished.trajectories))
        show("recorded: the corridor of uo-050, metres behind its entrance", rows)
        if wished.picture:
            wished.picture.write_text(figure(rows), "utf-8")
    elif wished.part == "crowd":
        crowd(wished.trajectories)
    elif wished.part == "flows":
        show(f"drawn: a doorway of 0.9 m, people a minute, {MINUTES:.0f} minutes", list(flows()))
    elif wished.part == "long":
        long()
    else:
        limits()


def corridor(folder: Path) -> Iterator[Row]:
    """Count the recorded people at several places of the corridor."""
    for at_m in (7.9, 7.0, 6.0, 4.0, 0.8):
        walks = recorded(folder / "uo-050-180-180.txt", 16, at_m)
        middle_m = float(np.median([np.interp(0, one.points[:, 1], one.points[:, 0]) for one in walks]))
        yield Row(f"{7.97 - at_m:.1f} m, {abreast_share(walks):.0%}", truth(walks)[0], counts(walks, middle_m, 1.8))


def abreast_share(walks: Sequence[Walk]) -> float:
    """Return which part of the people, 0..1, pass the doorway within 0.3 s of somebody else."""
    gaps_s = np.diff(np.sort([float(np.interp(0, one.points[:, 1], one.times_s)) for one in walks]))
    before, behind = np.append(np.inf, gaps_s), np.append(gaps_s, np.inf)
    return float((np.minimum(before, behind) < ABREAST_S).mean())


def crowd(folder: Path) -> None:
    """Count people who meet in a dense corridor, under a 32 x 24 array at three heights."""
    rows = np.loadtxt(folder / "bi_corr_400_b_03.txt", comments="#", usecols=(0, 1, 2, 3))
    everyone = [rows[rows[:, 0] == name] for name in np.unique(rows[:, 0])]
    walks = []
    for own in everyone:
        points = np.column_stack((own[:, 3] / 100 - 2.05, own[:, 2] / 100 + 0.75))
        near = abs(points[:, 1]) < 2.6
        walks.append(Walk(own[near, 1] / 25, points[near]))
    print(f"\nrecorded: bi_corr_400_b_03, {truth(walks)} people meet in 4 m; 32 x 24 at\n")
    for height_m in (3.0, 3.5, 4.0):
        print(f"{height_m} m: {thermal(MLX90640, walks, height_m)}")


def flows() -> Iterator[Row]:
    """Count people who come at random."""
    for a_minute in FLOWS:
        walks = drawn(a_minute, MINUTES, 0.9, seed=a_minute)
        yield Row(str(a_minute), truth(walks)[0], counts(walks, 0.45, 0.9))


def counts(walks: Sequence[Walk], middle_m: float, width_m: float) -> dict[str, int]:
    """Return what each sensor counts forward."""
    centred = [Walk(one.times_s, one.points - (middle_m, 0.0), one.build) for one in walks]
    return {
        "beams": count_by_beams(walks, beams(width_m), GAP_MS)[0],
        "tof": count_by_tof(walks, middle_m)[0],
        "thermal 8x8": thermal(AMG8833, centred)[0],
        "thermal 32x24": thermal(MLX90640, centred)[0],
    }


def thermal(kind: Kind, walks: Sequence[Walk], height_m: float = HEIGHT_M) -> tuple[int, int]:
    """Return what an array counts."""
    return count(kind, detections_in(kind, frames(kind, walks, height_m), height_m), height_m)


def show(title: str, rows: Sequence[Row]) -> None:
    """Print a table, with the share that is missed or too many."""
    print(f"\n{title}\n\n| | people | {' | '.join(rows[0].counted)} |\n|---|---|{'---|' * len(rows[0].counted)}")
    for row in rows:
        cells = [f"{found} ({100 * (found / row.people - 1):+.0f} %)" for found in row.counted.values()]
        print(f"| {row.name} | {row.people} | {' | '.join(cells)} |")


def long() -> None:
    """Count one person at a time, pairs, and nobody for a day."""
    print(
        "\n| array | one at a time, 200 + 200 | 10 + 10 pairs, 0.6 m | 0.8 m | pictures of an empty day with somebody |"
    )
    print("|---|---|---|---|---|")
    for name, kind in (("8x8", AMG8833), ("32x24", MLX90640)):
        one = [
            walk(5.0 * k, across=0.06 * (k % 11) - 0.3, forward=k % 2 == 0, speed=0.8 + 0.1 * (k % 10), reach_m=2.2)
            for k in range(400)
        ]
        pictures = frames(kind, one, HEIGHT_M, drift_c=swing, things=radiator(kind))
        alone = count(kind, detections_in(kind, pictures, HEIGHT_M), HEIGHT_M)
        pairs = [thermal(kind, abreast(apart_m)) for apart_m in (0.6, 0.8)]
        begun_s = time.monotonic()
        day = [Walk(np.array([0.0, 86_400.0]), np.full((2, 2), 50.0))]
        # One picture a second: a day of the full rate takes ten minutes.
        slow = Kind(kind.shape, kind.field_deg, 1.0, kind.noise_c, kind.step_c)
        empty = frames(slow, day, HEIGHT_M, drift_c=lambda at_s: 4 * float(np.sin(at_s / 7000)), things=radiator(kind))
        seen = sum(bool(len(detections.points)) for detections in detections_in(slow, empty, HEIGHT_M))
        print(f"| {name} | {alone} | {pairs[0]} | {pairs[1]} | {seen} ({time.monotonic() - begun_s:.0f} s) |")


def limits() -> None:
    """Count twenty people one at a time with more noise, less warmth, and from higher up: by this the doctor judges."""
    people = [
        walk(4.0 * k, across=0.06 * (k % 11) - 0.3, forward=k % 2 == 0, speed=1.0 + 0.05 * (k % 10), reach_m=3.5)
        for k in range(20)
    ]
    print("\n| | 8 x 8 | 32 x 24 |\n|---|---|---|")
    for noise_c in (0.4, 0.6, 0.8, 1.0, 1.3):
        print(f"| noise {noise_c} degrees | {' | '.join(limit(kind, people, noise_c=noise_c) for kind in ARRAYS)} |")
    for warmer in (1.0, 0.5, 0.4, 0.3, 0.2):
        print(
            f"| {warmer:.0%} of people's warmth | {' | '.join(limit(kind, people, warmer=warmer) for kind in ARRAYS)} |"
        )
    for height_m in (2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0):
        print(f"| at {height_m} m | {' | '.join(limit(kind, people, height_m=height_m) for kind in ARRAYS)} |")


def limit(
    kind: Kind,
    people: Sequence[Walk],
    *,
    noise_c: float | None = None,
    warmer: float = 1.0,
    height_m: float = HEIGHT_M,
) -> str:
    """Return what is counted of people, and how warm the warmest spots are where they are found."""
    noisy = replace(kind, noise_c=kind.noise_c if noise_c is None else noise_c)
    seen = list(detections_in(noisy, frames(noisy, people, height_m, warmer=warmer), height_m))
    forward, backward = count(noisy, seen, height_m)
    optics = Optics.of(kind.shape, kind.field_deg, height_m)
    return f"{forward} + {backward}, {np.diff(optics.x).min():.2f} m"


def swing(at_s: float) -> float:
    """Return how much warmer everything is at a moment: four degrees in a quarter of an hour, to and fro."""
    return 2 * float(np.sin(at_s / 300))


def abreast(apart_m: float) -> list[Walk]:
    """Return twenty pairs, half of them each way."""
    return [
        walk(6.0 * k, across=side * apart_m / 2, forward=k % 2 == 0, phase_m=0.3 * (side > 0), reach_m=2.2)
        for k in range(20)
        for side in (-1, 1)
    ]


def figure(rows: Sequence[Row]) -> str:
    """Return how much of the people each sensor counts, by how far they have spread, as SVG."""
    width, height, left, low = 640, 320, 60, 270
    step = (width - left - 150) / (len(rows) - 1)

    def level(share: float) -> float:
        return low - (share - 0.4) / 0.7 * (low - 20)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"',
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for share in (0.4, 0.6, 0.8, 1.0):
        y = level(share)
        parts.append(f'<line x1="{left}" x2="{width - 150}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{share:.0%}</text>')
    for place, row in enumerate(rows):
        parts.append(f'<text x="{left + place * step:.0f}" y="{low + 20}" text-anchor="middle">{row.name}</text>')
    middle = left + step * (len(rows) - 1) / 2
    legend = "metres behind the entrance, and the share of the people who walk abreast there"
    parts.append(f'<text x="{middle:.0f}" y="{low + 40}" text-anchor="middle">{legend}</text>')
    for place, (name, colour) in enumerate(COLOURS.items()):
        points = " ".join(
            f"{left + at * step:.0f},{level(row.counted[name] / row.people):.1f}" for at, row in enumerate(rows)
        )
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{width - 140}" y="{40 + 20 * place}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>\n"])


if __name__ == "__main__":
    main()
