"""A link as a QR code. The one file that knows segno."""

import os
from pathlib import Path
from typing import Final

import segno

_BORDER: Final = 4
"""Modules of quiet around the code, as the standard has it."""
_ONLY_OWNER: Final = 0o600


def show(link: str) -> None:
    """Draw the code on the terminal, two modules a character."""
    segno.make_qr(link).terminal(compact=True, border=_BORDER)


def drawing(link: str) -> tuple[int, str]:
    """Return the code as a drawing: its width and height in modules with the quiet around it, and the path of SVG."""
    matrix = segno.make_qr(link).matrix
    dark = ((x, y) for y, row in enumerate(matrix, _BORDER) for x, module in enumerate(row, _BORDER) if module)
    return len(matrix) + 2 * _BORDER, "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)


def write(link: str, path: Path) -> None:
    """Write the code as a picture that only its owner may read: PNG or SVG by the name's end.

    Raises OSError, or ValueError for another end.
    """
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, _ONLY_OWNER), "wb") as file:
        os.fchmod(file.fileno(), _ONLY_OWNER)  # one that was there may be open to others
        segno.make_qr(link).save(file, kind=path.suffix[1:].lower(), scale=8, border=_BORDER)
