"""The files of the place that the campaign runs: a site of as many lines and zones as there are counters."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from platspuls.demo import write_devices

SITE = "chaos"

_SITE = """\
[site]
key = "chaos"
name = { sv = "Kaos", en = "Chaos" }
time_zone = "Europe/Stockholm"

[[spaces]]
key = "hall"
name = { sv = "Hallen", en = "The hall" }
"""
_PARTS = """
[[borders]]
key = "door-$n"
name = { sv = "Dörr $n", en = "Door $n" }
from = "outside"
to = "hall"

[[lines]]
key = "line-$n"
name = { sv = "Linje $n", en = "Line $n" }
border = "door-$n"
role = "main"
commissioned = [{ from = $since }]

[[zones]]
key = "zone-$n"
name = { sv = "Zon $n", en = "Zone $n" }
space = "hall"
covers_space = false
disjoint = false
stay_threshold_s = 60
commissioned = [{ from = $since }]

[[devices]]
key = "counter-$n"
name = { sv = "Räknare $n", en = "Counter $n" }
lines = [{ line = "line-$n", from = $since }]
zones = [{ zone = "zone-$n", from = $since }]
"""
_DEVICE = """\
[device]
site = "chaos"
key = "counter-$n"
setup = "sim-a"
flow_period_s = 60

$seen
[outbox]
path = "$outbox"
$bounds

[mqtt]
host = "127.0.0.1"
port = $port
receipt_timeout_s = 5
"""

_SIMULATED = """\
[source]
kind = "simulated"
world = "world.toml"
seed = $n
frame_rate = 4.0
view = [-6.0, -1.0, 34.0, 7.0]
history_days = $days

[[lines]]
line = "line-$n"
points = [[0.0, 0.0], [0.0, 6.0]]
forward_towards = [1.0, 3.0]

[[zones]]
zone = "zone-$n"
polygon = [[7.0, -0.9], [25.0, -0.9], [25.0, 2.2], [7.0, 2.2]]
stay_s = 60
"""
_WALKING = """\
[source]
kind = "points"

[[lines]]
line = "line-$n"
points = [[0.0, 0.0], [0.0, 3.0]]
forward_towards = [1.0, 1.5]

[[zones]]
zone = "zone-$n"
polygon = [[1.0, 0.2], [3.4, 0.2], [3.4, 2.8], [1.0, 2.8]]
stay_s = 60
"""


def write_site(folder: Path, counters: int, since: date) -> Path:
    """Write the site file; lines and zones are watched from the local date `since` on."""
    path = folder / "site.toml"
    path.write_text(_SITE + "".join(_filled(_PARTS, n=n, since=since) for n in range(1, counters + 1)), "utf-8")
    return path


@dataclass(frozen=True, slots=True)
class Device:
    """What makes one counter another than the next.

    Attributes:
        number: of the counter, its line and its zone.
        outbox: path of its outbox.
        history_days: days it claims to have counted before; 0 for one that counts known people live.
        keeps: most records in its outbox; None for the program's own bound.
    """

    number: int
    outbox: Path
    history_days: int
    keeps: int | None


def write_counter(folder: Path, device: Device, port: int, since: date) -> Path:
    """Write the device file of a counter, and the world that all of them see."""
    if not (folder / "world.toml").exists():
        write_devices(folder, port, since)
    path = folder / f"counter-{device.number}.toml"
    bounds = f"max_records = {device.keeps}\nkeep_days = 1" if device.keeps else ""
    values = {"n": device.number, "outbox": device.outbox, "days": device.history_days, "bounds": bounds, "port": port}
    seen = _SIMULATED if device.history_days else _WALKING
    path.write_text(_filled(_DEVICE.replace("$seen", seen), **values), "utf-8")
    return path


def _filled(text: str, **values: object) -> str:
    for name, value in values.items():
        text = text.replace(f"${name}", str(value))
    return text
