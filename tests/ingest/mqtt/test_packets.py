"""Packets of MQTT, beside the client library's own and with any bytes that a broken broker might send."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.mqtt.packets import MalformedError, PubAck, Published, acknowledgement, cut, publication


@given(st.binary(max_size=40), st.binary(max_size=20_000), st.integers(1, 65_535), st.booleans())
@example(b"t", bytes(2_097_152), 1, True)
def test_what_is_written_is_read(topic: bytes, payload: bytes, mid: int, is_v5: bool) -> None:
    packet = publication(topic, payload, mid, is_v5=is_v5)
    found = cut(packet + acknowledgement(mid) + b"\x62\x02\0\1", is_v5=is_v5)
    assert found.published == [Published(topic, payload, mid, retained=False)]
    assert found.acknowledged == [PubAck(mid, 0)]
    assert (found.others, found.used) == (b"\x62\x02\0\1", len(packet) + 8)
    for size in {0, 1, 2, 3, len(packet) // 2, len(packet) - 1}:
        part = cut(packet[:size], is_v5=is_v5)
        assert (part.published, part.used) == ([], 0)
        assert size < part.needed <= len(packet)


def test_properties_are_skipped_and_qos_0_has_no_number() -> None:
    user_property = b"\x26\0\1k\0\1v"
    body = b"\0\1t" + bytes([len(user_property)]) + user_property + b"payload"
    assert cut(bytes([0x31, len(body)]) + body, is_v5=True).published == [
        Published(b"t", b"payload", None, retained=True)
    ]


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        (b"\x40\x02\x01\x02", PubAck(0x102, 0)),
        (b"\x40\x03\x00\x07\x97", PubAck(7, 0x97)),
        (b"\x40\x0a\x80\x00\x87\x06\x1f\0\3why", PubAck(0x8000, 0x87)),
    ],
)
def test_an_acknowledgement_may_say_why_it_refuses(packet: bytes, expected: PubAck) -> None:
    assert cut(packet + packet, is_v5=True).acknowledged == [expected, expected]


def test_a_message_of_qos_2_is_the_librarys() -> None:
    packet = b"\x34\x06\0\1t\0\1\0"
    assert cut(packet, is_v5=True).others == packet


@pytest.mark.parametrize(
    "packet",
    [
        b"\x32\x01\0",
        b"\x32\x02\0\5",
        b"\x32\x03\0\1t",
        b"\x32\x05\0\1t\0\1",
        b"\x30\x04\0\1t\x05",
        b"\x30\x00",
        b"\x30\xff\xff\xff\xff\x7f",
        b"\x40\x00",
        b"\x40\x01\0",
    ],
)
def test_what_ends_too_soon_is_malformed(packet: bytes) -> None:
    with pytest.raises(MalformedError):
        cut(packet + b"\xd0\0", is_v5=True)


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_cut_or_malformed(data: bytes, is_v5: bool) -> None:
    try:
        found = cut(data, is_v5=is_v5)
    except MalformedError:
        return
    assert 0 <= found.used <= len(data)
    assert len(data) - found.used < found.needed
