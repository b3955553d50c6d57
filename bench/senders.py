"""Many devices that send prepared messages from one process, without a client library: as light as Python allows.

    python -m bench.senders PORT LOAD_FILE (receipts | nothing)

LOAD_FILE is a JSON list of devices: `{"topic": ..., "payloads": [...]}`. With `receipts`, each device keeps at most
IN_FLIGHT messages without a receipt, as a counter does; with `nothing`, as many without the broker's acknowledgement.
Prints `ready` once all are connected, begins when it reads a line, and prints the seconds that it took.
"""

import json
import re
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

IN_FLIGHT = 8
_PUBACK, _PUBLISH = 4, 3
_THROUGH = re.compile(rb'"through":(\d+)')
_SEQ = re.compile(rb'"seq":(\d+)')


def _string(text: bytes) -> bytes:
    return len(text).to_bytes(2, "big") + text


def packet(kind_and_flags: int, body: bytes) -> bytes:
    """Return one packet of MQTT 3.1.1."""
    head, left = bytearray([kind_and_flags]), len(body)
    while True:
        left, digit = left >> 7, left & 127
        head.append(digit | (128 if left else 0))
        if not left:
            return bytes(head) + body


@dataclass
class Device:
    """One connection, its messages as packets, and the last sequence number in each."""

    topic: bytes
    payloads: list[bytes]
    hears_receipts: bool
    sent: int = 0
    done: int = 0
    buffer: bytearray = field(default_factory=bytearray)

    def connect(self, port: int) -> None:
        """Connect and subscribe to the receipts; returns when both are answered."""
        self.packets = [
            packet(0x32, _string(self.topic) + (at % 60_000 + 1).to_bytes(2, "big") + payload)
            for at, payload in enumerate(self.payloads)
        ]
        self.last = [max(map(int, _SEQ.findall(payload))) for payload in self.payloads]
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(
            packet(0x10, _string(b"MQTT") + b"\x04\x02\x00\x00" + _string(self.topic.replace(b"/", b"-")))
        )
        assert self.socket.recv(4, socket.MSG_WAITALL)[3] == 0  # noqa: S101 - a benchmark
        if self.hears_receipts:
            topic = self.topic.replace(b"/records", b"/receipt")
            self.socket.sendall(packet(0x82, b"\0\1" + _string(topic) + b"\1"))
            assert self.socket.recv(5, socket.MSG_WAITALL)[4] == 1  # noqa: S101 - a benchmark

    def send(self) -> None:
        """Send as many as may be in flight."""
        until = min(len(self.packets), self.done + IN_FLIGHT)
        if until > self.sent:
            self.socket.sendall(b"".join(self.packets[self.sent : until]))
            self.sent = until

    def hear(self) -> None:
        """Read what came, answer it, and send on."""
        self.buffer += self.socket.recv(65_536)
        answers = bytearray()
        while len(self.buffer) > 1:
            size, at = 0, 1
            while True:
                size |= (self.buffer[at] & 127) << 7 * (at - 1)
                at += 1
                if self.buffer[at - 1] < 128:
                    break
            if len(self.buffer) < at + size:
                break
            answers += self._hear(self.buffer[0], bytes(self.buffer[at : at + size]))
            del self.buffer[: at + size]
        if answers:
            self.socket.sendall(answers)
        self.send()

    def _hear(self, head: int, body: bytes) -> bytes:
        if head >> 4 == _PUBACK:
            self.done += not self.hears_receipts
        if head >> 4 != _PUBLISH:
            return b""
        through = int(_THROUGH.search(body).group(1))
        while self.done < len(self.last) and self.last[self.done] <= through:
            self.done += 1
        at = 2 + int.from_bytes(body[:2], "big")
        return b"\x40\x02" + body[at : at + 2]


def main() -> None:
    """Connect, wait for the start, deliver everything."""
    port, load, ending = int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()), sys.argv[3]
    devices = [
        Device(item["topic"].encode(), [text.encode() for text in item["payloads"]], ending == "receipts")
        for item in load
    ]
    selector = selectors.DefaultSelector()
    for device in devices:
        device.connect(port)
        selector.register(device.socket, selectors.EVENT_READ, device)
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.monotonic()
    for device in devices:
        device.send()
    left = len(devices)
    while left:
        if not (heard := selector.select(30)):
            raise SystemExit(f"{left} devices wait in vain")
        for key, _ in heard:
            device = key.data
            device.hear()
            if device.done == len(device.packets):
                selector.unregister(device.socket)
                left -= 1
    print(time.monotonic() - began, flush=True)


if __name__ == "__main__":
    main()
