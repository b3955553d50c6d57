"""Weights stay only when they are whole and the right ones, wherever they come from; nothing is ever replaced."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from counter.detectors.settings import DetectorTable
from platspuls.cli.main import main
from platspuls.embedded.process import free_port
from platspuls.ops.weights.catalogue import WEIGHTS, ReleasedFile
from platspuls.ops.weights.install import WeightsError, carry, download

BODY = bytes(range(256)) * 700
RELEASED = ReleasedFile(
    name="small",
    file="small.onnx",
    detector="onnx",
    licence="Apache-2.0",
    makers="Somebody",
    folder="https://example.org/releases",
    size=len(BODY),
    sha256=hashlib.sha256(BODY).hexdigest(),
)
Answer = Callable[[BaseHTTPRequestHandler], None]


def whole(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(len(BODY)))
    request.end_headers()
    request.wfile.write(BODY)


def cut_off(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(len(BODY)))
    request.end_headers()
    request.wfile.write(BODY[:1000])


def changed(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    request.wfile.write(BODY[:-1] + b"\x00")


def endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    try:
        while True:
            request.wfile.write(BODY)
    except OSError:
        return


def missing(request: BaseHTTPRequestHandler) -> None:
    request.send_error(404)


def no_http(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"\xff\xfe this speaks something else\r\n\r\n")


def elsewhere(request: BaseHTTPRequestHandler) -> None:
    request.send_response(302)
    request.send_header("Location", "http://elsewhere.example/small.onnx")
    request.end_headers()


def to_no_address(request: BaseHTTPRequestHandler) -> None:
    request.send_response(302)
    request.send_header("Location", "https://[::1/small.onnx")
    request.end_headers()


def at_another_path(request: BaseHTTPRequestHandler) -> None:
    if request.path.startswith("/at/"):
        whole(request)
        return
    request.send_response(302)
    request.send_header("Location", f"/at{request.path}")
    request.end_headers()


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Serve on loopback; yield the address of the folder."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - as the library has it

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/folder/"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> ReleasedFile:
    monkeypatch.setitem(WEIGHTS, RELEASED.name, RELEASED)
    return RELEASED


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["weights", *words], catch_exceptions=False)


def test_what_its_makers_published_is_kept_under_its_name_for_every_user(tmp_path: Path) -> None:
    said: list[int] = []
    for answer in (whole, at_another_path):
        folder = tmp_path / answer.__name__ / "weights"
        with serving(answer) as address:
            path = download(RELEASED, folder, address, said.append)
        assert (path.name, path.read_bytes()) == ("small.onnx", BODY)
        assert list(folder.iterdir()) == [path]
        assert path.stat().st_mode & 0o777 == 0o644
    assert said[-1] == 100
    assert len(said) == 2 * len(set(said))


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (cut_off, "is not small"),
        (changed, "SHA-256"),
        (endless, "SHA-256"),
        (missing, "answers 404"),
        (no_http, "can't be fetched"),
        (elsewhere, "neither HTTPS nor on this machine"),
        (to_no_address, "can't be fetched: Invalid IPv6 URL"),
    ],
)
def test_whatever_else_a_server_sends_leaves_nothing_behind(answer: Answer, sentence: str, tmp_path: Path) -> None:
    with serving(answer) as address, pytest.raises(WeightsError, match=sentence):
        download(RELEASED, tmp_path, address)
    assert list(tmp_path.iterdir()) == []


@given(st.binary(max_size=300) | st.integers(0, len(BODY) - 1).map(lambda at: BODY[:at]))
def test_no_other_bytes_are_taken_for_the_weights(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    folder = tmp_path_factory.mktemp("carried")
    (folder / "brought").write_bytes(body)
    with pytest.raises(WeightsError, match="is not small, and was not kept"):
        carry(RELEASED, folder / "into", folder / "brought")
    assert list((folder / "into").iterdir()) == []


def test_without_a_network_it_says_how_to_carry_the_file_and_that_works(known: ReleasedFile, tmp_path: Path) -> None:
    """The sentence is the same for a host that isn't there and a port where nobody listens; its command is run."""
    for mirror in (f"http://127.0.0.1:{free_port()}", "https://weights.invalid"):
        result = run("get", "small", "--into", str(tmp_path), "--mirror", mirror)
        assert result.exit_code == 1
        assert known.address in result.stderr
        assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []
    command = result.stderr.partition("run: platspuls weights ")[2].split()
    assert command == ["get", "small", "--from", "small.onnx"]
    (tmp_path / "small.onnx").write_bytes(BODY)
    result = run(*command[:3], str(tmp_path / "small.onnx"), "--into", str(tmp_path / "here"))
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "here" / "small.onnx").read_bytes() == BODY


def test_what_is_there_stays(known: ReleasedFile, tmp_path: Path) -> None:
    """The right file is left alone without asking anybody; another one is never replaced."""
    (tmp_path / known.file).write_bytes(BODY)
    nowhere = ("--into", str(tmp_path), "--mirror", "http://127.0.0.1:9")
    assert run("get", "small", *nowhere).exit_code == 0
    (tmp_path / known.file).write_bytes(b"trained here")
    result = run("get", "small", *nowhere)
    assert result.exit_code == 1
    assert "move it away first" in result.stderr
    assert (tmp_path / known.file).read_bytes() == b"trained here"


@pytest.mark.usefixtures("known")
def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "brought").write_bytes(BODY)
    result = run("get", "small", "--into", str(tmp_path / "file" / "sub"), "--from", str(tmp_path / "brought"))
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1


def test_nothing_is_fetched_where_others_can_listen_in(tmp_path: Path) -> None:
    for mirror in ("http://weights.example", "ftp://127.0.0.1", "file:///etc"):
        with pytest.raises(WeightsError, match="neither HTTPS nor on this machine"):
            download(RELEASED, tmp_path, mirror)


@pytest.mark.parametrize(
    "mirror", ["http://[::1", "https://[x]", "https://h:port", "https://h:70000", "https:// ", "//"]
)
def test_a_mirror_that_is_no_address_is_one_sentence(tmp_path: Path, mirror: str) -> None:
    with pytest.raises(WeightsError):
        download(RELEASED, tmp_path, mirror)
    assert list(tmp_path.iterdir()) == []


def test_the_list_says_whose_they_are_and_the_agpl_is_named() -> None:
    result = run("list")
    for one in WEIGHTS.values():
        for word in (one.name, one.address, one.sha256, one.licence):
            assert word in result.stdout
    assert "AGPL-3.0" in WEIGHTS["yolo11n"].note
    assert result.stdout.count(WEIGHTS["yolo11n"].note) == 1
    unknown = run("get", "yolo99")
    assert unknown.exit_code == 2
    assert "yolox_nano" in unknown.stderr


@pytest.mark.parametrize("released", WEIGHTS.values(), ids=WEIGHTS.keys())
def test_what_is_known_can_be_named_in_a_device_file(released: ReleasedFile, tmp_path: Path) -> None:
    (tmp_path / released.file).touch()
    table = {"kind": released.detector, "weights": released.file}
    read = TypeAdapter[DetectorTable](DetectorTable).validate_python(table, context={"folder": tmp_path})
    assert read.kind == released.detector
    assert released.address.startswith("https://github.com/")
    assert len({*released.copies, released.sha256}) == 1 + len(released.copies)
    assert all(len(one) == 64 and int(one, 16) for one in (released.sha256, *released.copies))
