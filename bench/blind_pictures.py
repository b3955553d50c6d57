"""Draws the pictures of docs/blind.md: `python -m bench.blind_pictures`, or another FOLDER as its argument.

Floors and people are drawn, thermal pictures simulated: no real person is in any. The same at each run, byte for byte.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import cv2

from bench.blind_floors import FLOORS
from bench.blind_sketches import SKETCHES

FOLDER: Final = Path(__file__).parents[1] / "docs" / "pictures" / "blind"


def pictures() -> Iterator[tuple[str, bytes]]:
    """Yield each file's name and its bytes."""
    for name, floor in FLOORS.items():
        yield f"{name}.png", cv2.imencode(".png", floor(), (cv2.IMWRITE_PNG_COMPRESSION, 9))[1].tobytes()
    for name, sketch in SKETCHES.items():
        yield f"{name}.svg", sketch().svg().encode()


def main(arguments: Sequence[str]) -> None:
    """Write all pictures."""
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in pictures():
        (folder / name).write_bytes(content)
        print(f"{name:16} {len(content):6} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
