"""Device files of cameras that look straight down, for tests that run the program on them."""

from pathlib import Path

_DEVICE = """\
[device]
site = "{site}"
key = "kamera"
setup = "kamera-a"
{more}

[source]
{source}
anchor = "centre"

[detector]
kind = "background"

[[lines]]
line = "{line}"
points = [[{across}, 0.0], [{across}, {high}]]
forward_towards = [{ahead}, {middle}]

[outbox]
path = "outbox.sqlite3"

[mqtt]
host = "127.0.0.1"
port = {port}
"""


def write_device(  # noqa: PLR0913 - what differs between such devices
    folder: Path,
    source: str,
    across: float,
    high: float,
    *,
    line: str = "stationen",
    site: str = "haninge-entre",
    port: int = 1,
    more: str = "",
) -> Path:
    """Write the device file and return its path.

    Args:
        folder: where; the outbox will lie there, too.
        source: the [source] table but its anchor.
        across: where the line crosses the picture, pixels from its left edge; forward is to the right.
        high: height of the picture, pixels.
        line: its key.
        site: key of the site.
        port: of the broker; nobody is there where nothing is said.
        more: for the [device] table.
    """
    path = folder / "device.toml"
    values = {"site": site, "source": source, "line": line, "across": float(across), "high": float(high)}
    text = _DEVICE.format(more=more, port=port, ahead=across + 10.0, middle=high / 2, **values)
    path.write_text(text, "utf-8")
    return path
