"""The README's clip example, command by command as it stands there: weights from a server, a clip, numbers."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from counter.device_file import load
from platspuls.embedded.process import free_port
from tests.docs.blocks import blocks
from tests.docs.shell import commands
from tests.support.data import CLIP, YOLOX_NANO, recorded
from tests.support.servers import need_library

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - as the library has it


def test_the_clip_of_the_readme_is_counted(tmp_path: Path) -> None:
    """Only the weights' server is another one, and the port of the pages: the machine may have no network."""
    need_library("onnxruntime")
    [block] = [one for one in blocks("README.md", "sh") if "weights get" in one]
    installed, fetch, demo = (words[1:] for words in commands(block))
    assert installed[0] == "install"
    shutil.copy(recorded(CLIP), tmp_path / "people.mp4")
    handler = partial(_Quiet, directory=str(recorded(YOLOX_NANO).parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
        thread.start()
        mirror = {"PLATSPULS_WEIGHTS_MIRROR": f"http://127.0.0.1:{server.server_port}"}
        try:
            _platspuls(fetch, tmp_path, mirror).check_returncode()
        finally:
            server.shutdown()
            thread.join()
    port = free_port()
    words = [sys.executable, "-m", "platspuls", *demo, "--port", str(port)]
    process = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert _visits(port) == 6
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
        assert "Traceback" not in said


def test_the_clip_of_the_readme_is_counted_without_a_server(tmp_path: Path) -> None:
    need_library("onnxruntime")
    [block] = [one for one in blocks("README.md", "sh") if "counter new" in one]
    shutil.copy(recorded(CLIP), tmp_path / "people.mp4")
    shutil.copy(recorded(YOLOX_NANO), tmp_path)
    for words in commands(block):
        _platspuls(words[1:], tmp_path, {}).check_returncode()
    assert (tmp_path / "tracks.png").read_bytes().startswith(b"\x89PNG")
    assert load(tmp_path / "kamera.toml").units_per_metre == pytest.approx(220, rel=0.05)


def _platspuls(words: list[str], folder: Path, more: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    everything = [sys.executable, "-m", "platspuls", *words]
    return subprocess.run(everything, cwd=folder, env={**os.environ, **more}, text=True, check=False)


def _visits(port: int) -> int:
    """Return how many came into the picture, once somebody is stored."""
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86_400))
    address = f"http://127.0.0.1:{port}/api/v1/sites/klipp/dwell?threshold_s=15&bucket=day&from={day}"
    until = time.monotonic() + 600
    while time.monotonic() < until:
        try:
            with urlopen(address, timeout=10) as answer:
                rows = json.load(answer)["rows"]
        except (URLError, OSError):
            rows = []
        if found := sum(row["entered"] or 0 for row in rows):
            return found
        time.sleep(1)
    raise AssertionError("nothing was stored")
