"""Noting what passes in a clip: what the page's server shows and writes, and to whom."""

import io
import json
import re
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from counter.device_file import load
from counter.diagnostics.clips.truth import read_clip_truth
from platspuls.cli.main import main
from platspuls.setup.config_pair import SetupError
from platspuls.setup.one_time_code import OneTimeCode
from platspuls.setup.panels import Panel
from platspuls.setup.server import Desk
from platspuls.setup.truth import open_truth
from tests.platspuls.test_setup import CODE, Reader, running
from tests.support.counter.clips import write_clip
from tests.support.counter.walk_clip import write_device

NOTED: dict[str, Any] = {
    "lines": {"stationen": {"watched_s": [[0, 3.5]], "forward_s": [1.25], "backward_s": [2.0, 1.0]}},
    "revision": "",
}


@pytest.fixture
def device(tmp_path: Path) -> Path:
    return write_device(tmp_path, write_clip(tmp_path / "clip.mp4", 40, size=(240, 160)))


@pytest.fixture
def panel(device: Path) -> Iterator[Panel]:
    with open_truth(load(device), device.with_name("truth.toml")) as panel:
        yield panel


def desk_of(panel: Panel) -> Desk:
    return Desk(OneTimeCode(CODE, time.monotonic), panel, only_loopback=True)


def test_frames_are_shown_to_who_knows_the_code_alone(panel: Panel) -> None:
    with running(desk_of(panel)) as reader:
        assert reader.ask("GET", "/frames?first=0&step=1&count=1")[0] == 403
        assert reader.ask("GET", "/state.json")[0] == 403
        assert reader.type_code(CODE) == 303
        status, body, headers = reader.ask("GET", "/frames?first=30&step=4&count=10")
        assert (status, headers["Cache-Control"]) == (200, "no-store")
        assert len(_frames(body)) == 3  # 30, 34, 38 of 40
        assert all(one.startswith(b"\xff\xd8") for one in _frames(body))
        assert reader.ask("GET", "/picture.png")[0] == 404


def _frames(body: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(body):
        (length,) = struct.unpack_from(">I", body, at)
        found.append(body[at + 4 : at + 4 + length])
        at += 4 + length
    return found


@pytest.mark.parametrize(
    "host", ["example.org", "192.168.1.20:8080", "127.0.0.1.example.org", "localhost.", "", "[::1"]
)
def test_a_name_that_leads_here_is_answered_nothing(panel: Panel, host: str) -> None:
    """A page of another site may let its own name lead to loopback; browsers then send that name."""
    with running(desk_of(panel)) as reader:
        assert reader.type_code(CODE) == 303
        other = replace(reader, headers={"Host": host})
        for method, path in (
            ("GET", "/"),
            ("GET", "/frames?first=0&step=1&count=1"),
            ("POST", "/save"),
            ("POST", "/code"),
        ):
            assert other.ask(method, path)[0] == 421
        assert replace(reader, headers={"Host": f"localhost:{reader.port}"}).ask("GET", "/")[0] == 200


@pytest.mark.parametrize("query", ["", "first=-1&step=1&count=1", "first=1e3&step=1&count=1", "first=²&step=1&count=1"])
def test_frames_of_no_number_are_refused(panel: Panel, query: str) -> None:
    with running(desk_of(panel)) as reader:
        reader.type_code(CODE)
        path = f"/frames?{query}".encode().decode("latin-1")
        assert reader.ask("GET", path.encode("ascii", "replace").decode())[0] == 400
        assert reader.ask("GET", "/frames?first=0&step=0&count=2")[0] == 200


def test_what_is_noted_is_saved_and_shown_again(panel: Panel, device: Path) -> None:
    with running(desk_of(panel)) as reader:
        reader.type_code(CODE)
        assert reader.ask("POST", "/save", json.dumps(NOTED).encode())[0] == 200
        state = json.loads(reader.ask("GET", "/state.json")[1])
    assert state["truth"]["stationen"]["backward_s"] == [1.0, 2.0]
    assert state["clip"] == {"size": [240, 160], "rate": 10.0, "frames": 40}
    truth = read_clip_truth(device.with_name("truth.toml"))
    assert (truth.clip, truth.lines["stationen"].forward_s) == ("clip.mp4", [1.25])
    assert state["texts"]["sv"]["Play"] == "Spela"


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"lines": {"torget": {"watched_s": []}}}, "lines.torget: there is no such line"),
        ({"lines": {"stationen": {"watched_s": [[0, 1]], "forward_s": [3]}}}, "the passage at 3 s lies in no part"),
        ({"lines": {"stationen": {}}}, "watched_s: Field required"),
        ({"line": {}}, "line: Extra inputs are not permitted"),
    ],
)
def test_what_contradicts_itself_is_not_saved(
    panel: Panel, device: Path, sent: dict[str, object], problem: str
) -> None:
    with running(desk_of(panel)) as reader:
        reader.type_code(CODE)
        status, body, _ = reader.ask("POST", "/save", json.dumps({"revision": "", **sent}).encode())
    assert status == 422
    assert problem in body.decode()
    assert not device.with_name("truth.toml").exists()


def test_what_another_tab_noted_is_not_overwritten(panel: Panel, device: Path) -> None:
    """Both read the same file; who saves later is told, and can go on from what the other one wrote."""
    later = {**NOTED, "lines": {"stationen": {"watched_s": [[0, 1]], "forward_s": [0.5]}}}
    path = device.with_name("truth.toml")
    with running(desk_of(panel)) as reader:
        reader.type_code(CODE)
        first = json.loads(reader.ask("POST", "/save", json.dumps(NOTED).encode())[1])
        status, body, _ = reader.ask("POST", "/save", json.dumps(later).encode())
        assert (status, "was changed elsewhere" in body.decode()) == (422, True)
        assert read_clip_truth(path).lines["stationen"].forward_s == [1.25]
        assert json.loads(reader.ask("GET", "/state.json")[1])["revision"] == first["revision"]
        again = json.dumps({**later, "revision": first["revision"]}).encode()
        assert reader.ask("POST", "/save", again)[0] == 200
        assert reader.ask("POST", "/save", again)[0] == 422
    assert read_clip_truth(path).lines["stationen"].forward_s == [0.5]


def test_notes_of_a_line_that_the_device_has_no_longer_stay(device: Path) -> None:
    path = device.with_name("truth.toml")
    path.write_text("[lines.before]\nwatched_s = [[0.0, 2.0]]\nforward_s = [1.0]\n", "utf-8")
    with open_truth(load(device), path) as panel:
        panel.save(json.dumps({**NOTED, "revision": panel.state()["revision"]}).encode())
    assert {line: seen.forward_s for line, seen in read_clip_truth(path).lines.items()} == {
        "stationen": [1.25],
        "before": [1.0],
    }


def test_it_needs_a_clip_a_line_and_a_truth_file_that_can_be_read(device: Path) -> None:
    path = device.with_name("truth.toml")
    path.write_text("nothing")
    with pytest.raises(SetupError, match="is not TOML"), open_truth(load(device), path):
        pass
    text = device.read_text("utf-8")
    device.write_text(text[: text.index("[[lines]]")] + text[text.index("[[zones]]") :], "utf-8")
    with pytest.raises(SetupError, match=r"no \[\[lines\]\]"), open_truth(load(device), path):
        pass
    result = CliRunner().invoke(main, ["counter", "truth", str(device)], catch_exceptions=False)
    assert result.exit_code == 2


@pytest.mark.chain
def test_the_command_listens_on_loopback_and_writes_the_truth_alone(device: Path) -> None:
    folder = device.parent
    before = {path.name for path in folder.iterdir()}
    words = [sys.executable, "-m", "platspuls", "counter", "truth", str(device)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as program:
        try:
            output = (program.stdout or io.StringIO()).readline()
            found = re.fullmatch(r"Open http://127\.0\.0\.1:(\d+)/ and type the code (\d{4} \d{4})\n", output)
            assert found, output
            reader = Reader(int(found[1]))
            assert reader.type_code(found[2]) == 303
            assert b"\xff\xd8" in reader.ask("GET", "/frames?first=0&step=1&count=2")[1]
            assert {path.name for path in folder.iterdir()} == before
            assert reader.ask("POST", "/save", json.dumps(NOTED).encode())[0] == 200
            assert reader.ask("POST", "/done")[0] == 200
            assert program.wait(20) == 0
        finally:
            program.kill()
    assert {path.name for path in folder.iterdir()} == before | {"truth.toml"}
