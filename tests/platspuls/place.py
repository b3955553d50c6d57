"""A device file and a site file to set up, around a clip."""

from pathlib import Path

from platspuls import demo

SITE = """\
# The place.
[site]
key = "haninge-entre"
name = { sv = "Haninge entré", en = "Haninge entré" }
time_zone = "Europe/Stockholm"

[[spaces]]
key = "gangtunneln"
name = { sv = "Gångtunneln", en = "The tunnel" }

[[borders]]
key = "stationen"
name = { sv = "Stationen", en = "The station" }
from = "outside"
to = "gangtunneln"

[[lines]]
key = "stationen"  # by the doors
name = { sv = "Från stationen", en = "From the station" }
border = "stationen"
role = "main"
commissioned = [{ from = 2026-10-01 }]

[[zones]]
key = "golvet"
name = { sv = "Golvet", en = "The floor" }
space = "gangtunneln"
covers_space = false
disjoint = true
stay_threshold_s = 90
commissioned = [{ from = 2026-10-01 }]

[[devices]]
key = "tunnel-kamera"
name = { sv = "Kamera i tunneln", en = "Camera in the tunnel" }
lines = [{ line = "stationen", from = 2026-10-01 }]
"""
DEVICE = """\
# A camera on the wall.
[device]
site = "haninge-entre"
key = "tunnel-kamera"
setup = "kamera-a"

[source]
kind = "clip"
file = "{clip}"
start = 2026-10-05T12:00:00+02:00
pixels_per_metre = 200.0  # measured by the door
max_rate = 5.0

[detector]
kind = "onnx"
weights = "{weights}"

[outbox]
path = "outbox.sqlite3"

[mqtt]
host = "127.0.0.1"
"""
LINE = """
[[lines]]
line = "stationen"
points = [[300.0, 0.0], [300.0, 432.0]]  # the old door
forward_towards = [200.0, 200.0]
band = 40.0
"""


SENSOR = """\
# Above the door.
[device]
site = "haninge-entre"
key = "tunnel-kamera"
setup = "sensor-a"

[source]
{source}

[outbox]
path = "outbox.sqlite3"

[mqtt]
host = "127.0.0.1"
"""
SIMULATED = """
[source.simulated]
world = "world.toml"
seed = 7
ends = [[30.0, 1.0], [30.0, 4.0]]
forward_towards = [31.0, 3.0]
"""


def write_sensor(folder: Path, source: str, more: str = "") -> tuple[Path, Path]:
    """Write the files of a sensor without a camera and return the paths of device file and site file."""
    device, site = folder / "sensor.toml", folder / "plats.toml"
    world = Path(demo.__file__).with_name("world.toml").read_text("utf-8")
    (folder / "world.toml").write_text(world.replace("$closed_day", "2026-01-01").replace("$since", "2026-01-01"))
    device.write_text(SENSOR.format(source=source) + more, "utf-8")
    site.write_text(SITE, "utf-8")
    return device, site


def write_place(folder: Path, clip: Path, weights: Path | None = None, *, line: str = LINE) -> tuple[Path, Path]:
    """Write both files and return the paths of device file and site file."""
    if weights is None:
        weights = folder / "w.onnx"
        weights.touch()
    device, site = folder / "kamera.toml", folder / "plats.toml"
    device.write_text(DEVICE.format(clip=clip, weights=weights) + line, "utf-8")
    site.write_text(SITE, "utf-8")
    return device, site
