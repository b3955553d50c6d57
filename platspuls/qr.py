"""A link as a QR code. The one file that knows segno."""

from pathlib import Path
from typing import Final

import segno

_BORDER: Final = 4
"""Modules of quiet around the code, as the standard has it."""


def show(link: str) -> None:
    """Draw the code on the terminal, two modules a character."""
    segno.make_qr(link).terminal(compact=True, border=_BORDER)


def write(link: str, path: Path) -> None:
    """Write the code as a picture: PNG or SVG by the name's end. Raises OSError, or ValueError for another end."""
    segno.make_qr(link).save(str(path), scale=8, border=_BORDER)
