"""No picture leaves the memory of a counter: a real process, its files and its sockets, while it counts and after."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest

from counter.detectors.boxes import Image
from counter.records.people_file import People
from platspuls.embedded.broker import Broker
from tests.chain.answering import serving
from tests.support.counter.clips import Stream, running_stream
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = [
    pytest.mark.chain,
    pytest.mark.skipif(sys.platform != "linux", reason="files and sockets of a process are read from Linux' /proc"),
    pytest.mark.skipif(os.geteuid() != 0, reason="a process that allows no dumps shows its files to root alone"),
]

SIZE = (320, 240)
LOOP = 40
MAGIC = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"ftyp", b"GIF8", b"BM6", b"\x93NUMPY", b"II*\x00")
"""How files of JPEG, PNG, AVI and WebP, MP4, GIF, BMP, numpy and TIFF begin."""
DEVICE = """\
[device]
site = "{site}"
key = "tunnel-kamera"
setup = "a"

[source]
kind = "camera"
address = "{address}"
size = [320, 240]
pixels_per_metre = 40.0

[detector]
kind = "onnx"
weights = "none.onnx"

[[lines]]
line = "stationen"
points = [[160.0, 0.0], [160.0, 240.0]]
forward_towards = [300.0, 100.0]

[outbox]
path = "state/outbox.sqlite3"

[mqtt]
host = "127.0.0.1"
port = {port}
"""


def _pictures() -> list[Image]:
    """Return pictures of a rough wall, each a little different, before which a white square walks to and fro."""
    chance = np.random.default_rng(5)
    wall = chance.integers(0, 150, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
    shown = []
    for number in range(LOOP):
        picture = np.roll(wall, number * 7, axis=0)
        x = 20 + round(240 * (1 - abs(2 * number / LOOP - 1)))
        picture[90:190, x : x + 40] = 255
        shown.append(picture)
    return shown


@pytest.fixture(scope="module")
def stream() -> Iterator[Stream]:
    with running_stream(rate=15.0, pictures=_pictures()) as stream:
        yield stream


@contextmanager
def _process(folder: Path, stream: Stream, port: int, site: str) -> Iterator[subprocess.Popen[bytes]]:
    for name in ("state", "tmp", "home"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "none.onnx").touch()
    file = folder / "device.toml"
    file.write_text(DEVICE.format(site=site, address=stream.address, port=port))
    places = {"TMPDIR": str(folder / "tmp"), "HOME": str(folder / "home")}
    environment = os.environ | places | {"PYTHONDONTWRITEBYTECODE": "1"}
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.chain.picture_counter", str(file)], stdout=log, stderr=log, env=environment
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE_S)


def _needles(stream: Stream) -> list[bytes]:
    """Return a piece of every row of every picture, as the counter's own way of reading the stream has them."""
    capture = cv2.VideoCapture(stream.address)
    try:
        shown = [image for _, image in islice(iter(capture.read, (False, None)), LOOP + 2)]
    finally:
        capture.release()
    assert len(shown) > LOOP
    grey = [cv2.cvtColor(image, cv2.COLOR_BGR2GRAY) for image in shown]
    rows = [row for image in [*shown, *grey] for row in image]
    return [row.tobytes()[24:48] for row in rows if len(set(row.tobytes()[24:48])) > 8]


def _holds_a_picture(path: Path, needles: list[bytes]) -> bool:
    data = path.read_bytes()
    return any(magic in data for magic in MAGIC) or any(needle in data for needle in needles)


def _opened(process: subprocess.Popen[bytes]) -> dict[int, str]:
    """Return what each descriptor of the process leads to."""
    folder, found = Path(f"/proc/{process.pid}/fd"), {}
    for path in folder.iterdir():
        try:
            found[int(path.name)] = str(path.readlink())
        except FileNotFoundError:
            continue  # closed meanwhile
    return found


def _may_write(process: subprocess.Popen[bytes], number: int) -> bool:
    try:
        fdinfo = Path(f"/proc/{process.pid}/fdinfo/{number}").read_text()
    except FileNotFoundError:
        return False
    flags = int(re.findall(r"flags:\s+(\d+)", fdinfo)[0], 8)
    return bool(flags & (os.O_WRONLY | os.O_RDWR)) and not flags & os.O_PATH


def _connections(process: subprocess.Popen[bytes]) -> set[tuple[str, int]]:
    """Return the state and the far port of each network socket of the process.

    Left out is the pair by which the MQTT library wakes itself: both its ends are in the process.
    """
    own = {target[8:-1] for target in _opened(process).values() if target.startswith("socket:[")}
    found: dict[str, tuple[str, str]] = {}
    for name in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
        for row in Path(f"/proc/{process.pid}/net/{name}").read_text().splitlines()[1:]:
            words = row.split()
            if words[9] in own:
                found[words[1]] = words[2], f"{name} {words[3]}"
    outward = [(far, state) for far, state in found.values() if far not in found]
    packets = Path(f"/proc/{process.pid}/net/packet").read_text().splitlines()[1:]
    assert not [row for row in packets if row.split()[8] in own]
    return {(state, int(far.rpartition(":")[2], 16)) for far, state in outward}


def _made(folder: Path) -> list[Path]:
    kept = {"none.onnx", "device.toml", "log"}
    return [path for path in folder.rglob("*") if path.is_file() and path.name not in kept]


def test_pictures_stay_in_memory(broker: Broker, stream: Stream, tmp_path: Path) -> None:
    needles, site = _needles(stream), "pictures-stay"
    people = tmp_path / "state" / "outbox.sqlite3.people"
    with serving(broker, site) as server, _process(tmp_path, stream, broker.port_v5, site) as process:
        eventually(lambda: bool(server.ticks) and sum(map(_crossed, server.ticks[-1].lines)) > 0 and people.exists())

        # What it has open: its state, the camera, the broker, and nothing that it could write elsewhere.
        written = {target for number, target in _opened(process).items() if _may_write(process, number)}
        allowed = (str(tmp_path / "state"), str(tmp_path / "log"), "/dev/null", "socket:", "pipe:", "anon_inode:")
        assert {target for target in written if not target.startswith(allowed)} == set()
        ports = {int(stream.address.split(":")[2].split("/")[0]), broker.port_v5}
        assert _connections(process) <= {("tcp 01", port) for port in ports}
        assert ("tcp 01", broker.port_v5) in _connections(process)

        # What it has written.
        names = {path.name.removeprefix("outbox.sqlite3") for path in (tmp_path / "state").iterdir()}
        assert names <= {"", "-wal", "-shm", ".lock", ".people", ".staff"}
        assert [path for path in _made(tmp_path) if _holds_a_picture(path, needles)] == []
        assert people.stat().st_mode & 0o777 == 0o600
        held = msgspec.msgpack.decode(people.read_bytes()[32:], type=People)
        assert 0 <= time.time() * 1000 - held.at_ms < 10_000
        assert len(held.state) < 4096

        # No dump of it is allowed.
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        assert re.search(r"Max core file size\s+0\s+0\s", limits)

        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    assert {path.name for path in (tmp_path / "state").iterdir()} == {"outbox.sqlite3", "outbox.sqlite3.lock"}
    assert [path for path in _made(tmp_path) if _holds_a_picture(path, needles)] == []
    assert list((tmp_path / "tmp").iterdir()) == []
    assert list((tmp_path / "home").iterdir()) == []
    assert not _holds_a_picture(tmp_path / "log", needles)


def _crossed(line: object) -> int:
    return int(getattr(line, "forward", 0)) + int(getattr(line, "backward", 0))


def test_the_search_for_pictures_finds_one(stream: Stream, tmp_path: Path) -> None:
    """What the test above looks for would be found."""
    needles = _needles(stream)
    capture = cv2.VideoCapture(stream.address)
    _, picture = capture.read()
    capture.release()
    for name, data in (("raw", b"x" + picture.tobytes()), ("jpeg", cv2.imencode(".jpg", picture)[1].tobytes())):
        (tmp_path / name).write_bytes(data)
        assert _holds_a_picture(tmp_path / name, needles)


def test_a_crash_leaves_no_dump(stream: Stream, tmp_path: Path) -> None:
    people = tmp_path / "state" / "outbox.sqlite3.people"
    with _process(tmp_path, stream, 1, "crash") as process:
        eventually(people.exists)
        process.send_signal(signal.SIGABRT)
        _, status = os.waitpid(process.pid, 0)
        process.returncode = -signal.SIGABRT
        assert os.WTERMSIG(status) == signal.SIGABRT
        assert not os.WCOREDUMP(status)
