"""Tiny clips and streams for the tests, made frame by frame."""

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Event, Thread

import cv2
import numpy as np

from counter.detectors.boxes import Image

SIZE = (64, 48)
_BOXES = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stts")
_BOUNDARY = "frame"


def picture(number: int, size: tuple[int, int] = SIZE) -> Image:
    """Return a picture whose grey is its number."""
    return np.full((size[1], size[0], 3), number * 8 % 256, dtype=np.uint8)


def write_clip(path: Path, frames: int, rate: float = 10.0, size: tuple[int, int] = SIZE) -> Path:
    """Write a clip of grey pictures."""
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), rate, size)
    assert writer.isOpened()
    for number in range(frames):
        writer.write(picture(number, size))
    writer.release()
    return path


def slow_down_half_way(path: Path) -> None:
    """Let the second half of an MP4 clip last four times as long, in its table of times."""
    data = bytearray(path.read_bytes())
    at = data.index(b"stts")
    frames, each = struct.unpack_from(">II", data, at + 12)
    data[at + 8 : at + 20] = struct.pack(">IIIII", 2, frames // 2, each, frames - frames // 2, each * 4)
    for name in _BOXES:
        where = data.index(name) - 4
        struct.pack_into(">I", data, where, struct.unpack_from(">I", data, where)[0] + 8)
    path.write_bytes(data)


def _jpeg(image: Image) -> bytes:
    return cv2.imencode(".jpg", image)[1].tobytes()


@dataclass(slots=True)
class Stream:
    """A network camera: pictures over HTTP, one JPEG after another, as such cameras send them."""

    address: str
    size: tuple[int, int]
    lost: Event


@contextmanager
def running_stream(rate: float = 50.0, pictures: Sequence[Image] = ()) -> Iterator[Stream]:
    """Run a network camera on loopback: `pictures` again and again, or grey ones.

    While `lost` is set it refuses to answer and sends nothing more.
    """
    stream = Stream("", SIZE, Event())
    encoded = [_jpeg(one) for one in pictures]
    ended = Event()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if stream.lost.is_set():
                self.send_error(503)
                return
            self.send_response(200)
            self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
            self.end_headers()
            for number in count():
                if stream.lost.is_set() or ended.wait(1 / rate):
                    return
                jpeg = encoded[number % len(encoded)] if encoded else _jpeg(picture(number, stream.size))
                head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n".encode()
                try:
                    self.wfile.write(head + jpeg + b"\r\n")
                except OSError:
                    return

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        stream.address = f"http://127.0.0.1:{server.server_port}/video.mjpg"
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield stream
        finally:
            ended.set()
            server.shutdown()
            thread.join()
