"""Setting up: the files that are written, and who may write them."""

import http.client
import io
import json
import re
import socket
import struct
import subprocess
import sys
import threading
import time
import tomllib
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from click.testing import CliRunner

from core.clock import SystemClock
from core.site_file.load import load as load_site
from counter.device_file import load
from counter.sources.video.coarse_picture import MOST_A_METRE, MOST_ACROSS, Still, squares, take_still
from counter.sources.video.settings import CameraSource, ClipSource
from platspuls.cli.main import main
from platspuls.setup.config_pair import ConfigPair, DrawingRefusedError, SetupError, find_site, load_device
from platspuls.setup.drawing import Drawing
from platspuls.setup.edit_toml import next_setup
from platspuls.setup.files import PictureFiles
from platspuls.setup.one_time_code import OPEN_S, OneTimeCode, new_code
from platspuls.setup.panels import drawing_panel
from platspuls.setup.server import Desk, open_server
from tests.platspuls.place import LINE, write_place
from tests.support.counter.clips import SIZE, running_stream, write_clip
from tests.support.waiting import PATIENCE_S

NOW = datetime(2026, 11, 22, 2, 33, 20, tzinfo=UTC)
CODE = "12345678"
DRAWN: dict[str, Any] = {
    "lines": [{"line": "stationen", "points": [[600, 0], [600, 432]], "forward_towards": [700, 200]}],
    "zones": [{"zone": "golvet", "polygon": [[0, 0], [700, 0], [700, 432], [0, 432]]}],
}


@pytest.fixture
def files(tmp_path: Path) -> PictureFiles:
    paths = write_place(tmp_path, write_clip(tmp_path / "clip.mp4", 4))
    return PictureFiles(ConfigPair(*paths), (768, 432), lambda: NOW)


def drawing(**changes: object) -> Drawing:
    return Drawing.model_validate({**DRAWN, **changes})


def toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def test_both_files_are_written_and_the_rest_of_them_stays(files: PictureFiles) -> None:
    before = files.pair.device.read_text("utf-8")
    files.save(drawing())
    device, site = load(files.pair.device), load_site(files.pair.site)
    assert device.lines[0].points == [(600.0, 0.0), (600.0, 432.0)]
    assert device.lines[0].band == 40.0
    assert (device.zones[0].zone, device.zones[0].stay_s) == ("golvet", 90)
    assert device.device.setup == "kamera-a-20261122"
    assert [(one.zone, one.start.isoformat()) for one in site.devices[0].zones] == [
        ("golvet", "2026-11-22T03:33:00+01:00")
    ]
    assert site.devices[0].lines[0].start == date(2026, 10, 1)
    for text in ("# A camera on the wall.", "# measured by the door"):
        assert text in files.pair.device.read_text("utf-8")
    assert 'key = "stationen"  # by the doors' in files.pair.site.read_text("utf-8")
    assert files.pair.device.with_name("kamera.toml.before").read_text("utf-8") == before
    assert not list(files.pair.device.parent.glob(".*"))


def test_what_is_saved_again_changes_nothing(files: PictureFiles) -> None:
    files.save(drawing())
    written = [path.read_bytes() for path in (files.pair.device, files.pair.site)]
    files.save(drawing())
    assert [path.read_bytes() for path in (files.pair.device, files.pair.site)] == written


def test_a_new_line_and_a_new_zone_get_into_both_files(files: PictureFiles) -> None:
    line = {"line": "dorren", "points": [[100, 50], [100, 400]], "forward_towards": [150, 200]}
    zone = {"zone": "pianot", "polygon": [[200, 50], [600, 50], [600, 400]]}
    name = {"sv": "Vid pianot", "en": "By the piano"}
    files.save(
        drawing(
            lines=[*DRAWN["lines"], line],
            zones=[zone],
            new_lines=[{"key": "dorren", "name": name, "border": "stationen", "role": "check"}],
            new_zones=[{"key": "pianot", "name": name, "space": "gangtunneln", "stay_threshold_s": 30}],
        )
    )
    site = load_site(files.pair.site)
    assert (site.lines[1].key, site.lines[1].role) == ("dorren", "check")
    assert site.lines[1].commissioned[0].start == date(2026, 11, 22)
    assert site.zones[1].name.en == "By the piano"
    assert [one.line for one in site.devices[0].lines] == ["stationen", "dorren"]
    assert [one.zone for one in site.devices[0].zones] == ["pianot"]
    assert load(files.pair.device).zones[0].stay_s == 30


def test_what_is_removed_ends_in_the_site_file(files: PictureFiles) -> None:
    files.save(drawing(lines=[]))
    assert "lines" not in toml(files.pair.device)
    assert toml(files.pair.site)["devices"][0]["lines"][0]["to"] == datetime(2026, 11, 22, 2, 33, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"lines": [], "zones": []}, "nothing to count"),
        ({"zones": [{"zone": "golvet", "polygon": [[0, 0], [9, 9], [9, 0], [0, 9]]}]}, "crosses itself"),
        (
            {"zones": [{"zone": "golvet", "polygon": [[0, 0], [900, 0], [900, 400]]}]},
            "outside the picture of 768 x 432",
        ),
        (
            {
                "zones": [{"zone": "nytt", "polygon": [[0, 0], [700, 0], [700, 400]]}],
                "new_zones": [
                    {"key": "nytt", "name": {"sv": "a", "en": "b"}, "space": "gangtunneln", "stay_threshold_s": 5}
                ],
            },
            "Who walks slowly",
        ),
        ({"zones": [{"zone": "okand", "polygon": [[0, 0], [700, 0], [700, 400]]}]}, "okand"),
        (
            {"new_lines": [{"key": "stationen", "name": {"sv": "a", "en": "b"}, "border": "stationen"}]},
            "stationen",
        ),
    ],
)
def test_what_a_check_refuses_is_not_written(files: PictureFiles, changes: dict[str, object], problem: str) -> None:
    before = [path.read_bytes() for path in (files.pair.device, files.pair.site)]
    with pytest.raises(DrawingRefusedError, match=problem) as refused:
        files.save(drawing(**changes))
    assert ".draft" not in str(refused.value)
    assert [path.read_bytes() for path in (files.pair.device, files.pair.site)] == before
    assert {path.name for path in files.pair.device.parent.iterdir()} == {
        "clip.mp4",
        "kamera.toml",
        "plats.toml",
        "w.onnx",
    }


def test_a_file_without_lines_or_with_wrong_ones_can_be_set_up(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", 4)
    device, site = write_place(tmp_path, clip, line="")
    assert load_device(device).units_per_metre == 200.0
    assert find_site(device) == site
    device.write_text(device.read_text("utf-8") + LINE.replace("points", "pionts"), "utf-8")
    PictureFiles(ConfigPair(device, site), (768, 432), lambda: NOW).state()
    site.unlink()
    with pytest.raises(SetupError, match=r"there is no site file of haninge-entre beside .* Write one"):
        find_site(device)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("kamera-a", "kamera-a-20261122"),
        ("kamera-a-20260101", "kamera-a-20261122"),
        ("kamera-a-20261122", "kamera-a-20261122-2"),
        ("kamera-a-20261122-9", "kamera-a-20261122-10"),
        ("a" * 40, "a" * 27 + "-20261122"),
    ],
)
def test_each_change_of_geometry_names_a_new_setup(before: str, after: str) -> None:
    assert next_setup(before, NOW.date()) == after


@pytest.mark.chain
def test_the_command_shows_a_code_that_opens_the_page_and_leaves_no_picture(files: PictureFiles) -> None:
    folder = files.pair.device.parent
    before = sorted(folder.iterdir())
    words = [sys.executable, "-m", "platspuls", "counter", "setup", str(files.pair.device)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as program:
        try:
            output = (program.stdout or io.StringIO()).readline()
            found = re.fullmatch(r"Open http://127\.0\.0\.1:(\d+)/ and type the code (\d{4} \d{4})\n", output)
            assert found, output
            reader = Reader(int(found[1]))
            assert reader.type_code(found[2]) == 303
            assert reader.ask("GET", "/picture.png")[1].startswith(b"\x89PNG")
            assert sorted(folder.iterdir()) == before
            assert reader.ask("POST", "/done")[0] == 200
            assert program.wait(PATIENCE_S) == 0
        finally:
            program.kill()
    assert sorted(folder.iterdir()) == before


def test_the_command_says_what_is_wrong_and_ends_with_2(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["counter", "setup", str(tmp_path / "no.toml")], catch_exceptions=False)
    assert result.exit_code == 2
    assert "can't be read" in result.stderr


# The picture


def pixels(still: Still) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    wide, high = struct.unpack(">II", still.png[16:24])
    data = still.png[still.png.index(b"IDAT") + 4 : still.png.index(b"IEND") - 8]
    rows = np.frombuffer(zlib.decompress(data), dtype=np.uint8).reshape(high, 1 + wide * 3)
    return rows[:, 1:].reshape(high, wide, 3)


@pytest.mark.parametrize("pixels_per_metre", [20.0, 200.0])
def test_the_picture_is_too_coarse_for_a_face(tmp_path: Path, pixels_per_metre: float) -> None:
    clip = write_clip(tmp_path / "clip.mp4", 30, rate=1.0, size=(640, 360))
    settings = {"kind": "clip", "file": clip, "start": NOW, "pixels_per_metre": pixels_per_metre}
    still = take_still(ClipSource.model_validate(settings), SystemClock())
    high, wide = pixels(still).shape[:2]
    assert wide <= MOST_ACROSS
    assert wide <= 640 / pixels_per_metre * MOST_A_METRE + 1
    assert still.size == (640, 360)
    assert (still.shown[0] - 640) in range(640 // wide + 1)
    assert (still.shown[1] - 360) in range(640 // wide + 1)
    assert high == still.shown[1] // (still.shown[0] // wide)


def test_the_picture_of_a_camera_leaves_out_who_walks_by() -> None:
    """Eight pictures of an empty floor for one of somebody right in front of the camera."""
    floor = np.full((SIZE[1], SIZE[0], 3), 90, dtype=np.uint8)
    somebody = np.full_like(floor, 250)
    with running_stream(pictures=[somebody, *[floor] * 8]) as stream:
        camera = {"kind": "camera", "address": stream.address, "size": SIZE, "pixels_per_metre": 20.0}
        still = take_still(CameraSource.model_validate(camera), SystemClock(), rate=100.0)
    assert int(pixels(still).max()) < 100


def test_nothing_finer_than_a_square_is_in_it() -> None:
    """Two faces of the same mean colour, as wide as a square, are the same square."""
    chance = np.random.default_rng(1)
    one = chance.integers(0, 256, (30, 30, 3), dtype=np.uint8)
    other = one[::-1, ::-1].copy()
    assert np.array_equal(squares(one, 30), squares(other, 30))
    assert squares(one, 20).shape == (2, 2, 3)


# Who may come in


@dataclass
class Hand:
    """A clock moved by hand."""

    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s


@dataclass
class Reader:
    """A browser, as far as it matters."""

    port: int
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, {"Cookie": self.cookie, **self.headers})
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def type_code(self, code: str) -> int:
        status, _, headers = self.ask("POST", "/code", urlencode({"code": code}).encode())
        self.cookie = headers.get("Set-Cookie", "").partition(";")[0] or self.cookie
        return status


@contextmanager
def running(desk: Desk) -> Iterator[Reader]:
    with open_server(desk, "127.0.0.1") as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield Reader(server.server_port)
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def desk(files: PictureFiles, clock: Hand) -> Desk:
    return Desk(OneTimeCode(CODE, clock), drawing_panel(files, b"a picture", (768, 432)))


def test_nothing_is_shown_before_the_code(desk: Desk) -> None:
    with running(desk) as reader:
        for path in ("/picture.png", "/state.json", "/nowhere"):
            assert reader.ask("GET", path)[0] == 403
        assert reader.ask("POST", "/save", b"{}")[0] == 403
        status, page, headers = reader.ask("GET", "/?lang=en")
        assert (status, b"Type the code" in page) == (200, True)
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_the_code_lets_one_browser_in_once(desk: Desk) -> None:
    with running(desk) as reader:
        assert reader.type_code("1234 5678") == 303
        assert reader.ask("GET", "/picture.png")[1] == b"a picture"
        state = json.loads(reader.ask("GET", "/state.json")[1])
        assert state["drawn"]["lines"][0]["line"] == "stationen"
        assert reader.ask("GET", "/nowhere")[0] == 404
        other = Reader(reader.port)
        assert other.type_code(CODE) == 403
        assert other.ask("GET", "/picture.png")[0] == 403


def test_more_connections_than_a_page_needs_are_hung_up_on(desk: Desk) -> None:
    with running(desk) as reader, ExitStack() as held:
        for _ in range(16):
            held.enter_context(socket.create_connection(("127.0.0.1", reader.port), timeout=20))
        with socket.create_connection(("127.0.0.1", reader.port), timeout=20) as other:
            assert other.recv(1) == b""
        held.close()
        until = time.monotonic() + PATIENCE_S
        while _status(reader) != 200 and time.monotonic() < until:
            pass
        assert _status(reader) == 200


def _status(reader: Reader) -> int:
    try:
        return reader.ask("GET", "/")[0]
    except OSError:
        return 0


def test_five_wrong_codes_close_it(desk: Desk) -> None:
    with running(desk) as reader:
        assert [reader.type_code(f"0000000{number}") for number in range(5)] == [403] * 5
        assert desk.code.closed.is_set()
        assert reader.type_code(CODE) == 403


def test_pages_of_others_can_neither_try_codes_nor_save(desk: Desk) -> None:
    with running(desk) as reader:
        reader.headers = {"Origin": "http://elsewhere.example"}
        assert [reader.type_code("0") for _ in range(9)] == [403] * 9
        assert not desk.code.closed.is_set()
        reader.headers = {"Origin": f"http://127.0.0.1:{reader.port}"}
        assert reader.type_code(CODE) == 303


def test_it_closes_after_a_quarter_of_an_hour(desk: Desk, clock: Hand) -> None:
    with running(desk) as reader:
        reader.type_code(CODE)
        clock.now_s = OPEN_S - 1
        assert reader.ask("GET", "/picture.png")[0] == 200
        clock.now_s = OPEN_S
        assert reader.ask("GET", "/picture.png")[0] == 403
        assert desk.code.left_s == 0.0


def test_drawings_are_saved_or_refused_with_all_reasons(desk: Desk) -> None:
    with running(desk) as reader:
        reader.type_code(CODE)
        status, body, _ = reader.ask("POST", "/save", json.dumps(DRAWN).encode())
        assert (status, json.loads(body)["device"]["setup"]) == (200, "kamera-a-20261122.c3")
        for wrong in (b"", b"[]", b'{"lines": [], "zones": [], "more": 1}', b'{"lines": [], "zones": []}'):
            status, body, _ = reader.ask("POST", "/save", wrong)
            assert (status, len(json.loads(body)["problems"]) > 0) == (422, True)
        assert reader.ask("POST", "/save", b" " * 300_000)[0] == 413
        assert reader.ask("POST", "/done")[0] == 200
        assert desk.code.closed.is_set()


def test_codes_are_eight_digits() -> None:
    assert all(len(code) == 8 and code.isdigit() for code in (new_code() for _ in range(50)))
