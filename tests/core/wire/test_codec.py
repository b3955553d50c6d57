"""Messages of bounded size, versions, flags and bins."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import wire
from tests.support.properties import examples

EPOCH = "3f9a1c0b7d52e846"
LINE = wire.LineFlow("a" * 40, *[wire.MAX_COUNT] * 4, 60_000)  # type: ignore[call-arg]  # as many as it has


def flow(seq: int, lines: int = 1) -> bytes:
    parts = [wire.LineFlow(f"line-{place}", 1, 2, 3, 4, 60_000) for place in range(lines)]
    record = wire.FlowRecord(seq=wire.Seq(seq), start=wire.utc(1_790_838_000), period_s=60, setup="a", lines=parts)
    return wire.encode(record)


@settings(max_examples=examples(40), database=None)
@given(st.lists(st.integers(0, wire.MAX_LINES), min_size=1, max_size=150), st.integers(0, wire.MAX_RECORDS))
def test_split_keeps_every_message_within_bounds(lines: list[int], lost: int) -> None:
    records = [flow(seq, count) for seq, count in enumerate(lines, 1)]
    top = wire.MAX_SEQ
    ranges = [wire.LostRange(top, top, "no_longer_kept")] * lost
    counts = list(wire.split(map(len, records), lost=lost))
    assert sum(counts) == len(records)
    for count in counts:
        payload = wire.encode_batch(EPOCH, records[:count], previous_epoch="0" * 16, lost=ranges)
        assert len(wire.decode_batch(payload).batch.records) == count
        del records[:count]


def test_split_fills_messages() -> None:
    assert list(wire.split([100] * 250)) == [100, 100, 50]
    assert list(wire.split([100] * 5, 2)) == [2, 2, 1]
    assert list(wire.split([])) == []


def test_a_record_of_every_line_and_zone_fits_a_message() -> None:
    zones = [wire.ZoneFlow("a" * 40, *[wire.MAX_COUNT] * 4, 900_000_000, wire.MAX_COUNT, 900_000)] * wire.MAX_LINES  # type: ignore[call-arg]
    histogram = wire.DwellHistogram([wire.MAX_COUNT] * wire.BINS, wire.MAX_COUNT * wire.BIN_EDGES_S[-1])
    dwells = [wire.ZoneDwell("a" * 40, histogram, histogram, histogram, 900_000)] * wire.MAX_LINES
    sizes = [len(wire.encode(part)) for part in ([LINE] * wire.MAX_LINES, zones, dwells)]
    assert sizes[0] + sizes[1] < wire.MAX_PAYLOAD_BYTES - 1000
    assert sizes[2] < wire.MAX_PAYLOAD_BYTES - 1000


def test_a_message_of_too_many_parts_is_not_made() -> None:
    with pytest.raises(wire.TooLargeError, match="101 records in one message, 100 at most"):
        wire.encode_batch(EPOCH, [flow(1)] * 101)
    with pytest.raises(wire.TooLargeError, match="bytes, 65536 at most"):
        wire.encode_batch(EPOCH, [b" " * 70_000])


def test_a_message_names_its_minor_version() -> None:
    assert wire.decode_batch(wire.encode_batch(EPOCH, [flow(1)])).batch.minor == wire.MINOR


def test_a_receipt_of_minor_0_holds_nothing_newer() -> None:
    assert wire.encode(wire.Receipt(EPOCH, 4)) == b'{"epoch":"' + EPOCH.encode() + b'","through":4}'
    for newer in ({"retire": True}, {"server_time": wire.utc(60)}):
        with pytest.raises(ValueError, match="server_time and retire need minor 1, not 0"):
            wire.Receipt(EPOCH, 4, **newer)


def test_what_is_newer_is_held_and_names_both_versions() -> None:
    for kind in wire.Kind:
        with pytest.raises(wire.NewerVersionError, match=r"^written by wire 1\.3, this is 1\.1$"):
            wire.decode(kind, b'{"minor":3,"at":1,"something":"new"}')


def test_field_names_are_names() -> None:
    payload = b'{"b":1,"a":[{"c-d":1}],"17":2,"anna@example.org":3,"' + b"e" * 41 + b'":4}'
    assert wire.field_names(payload) == ["?", "a", "b", "c-d"]
    assert wire.field_names(payload, most=2) == ["?", "a"]
    assert wire.field_names(b"no json") == []


@given(st.lists(st.sampled_from(wire.Flag), unique=True))
@settings(max_examples=examples(40), database=None)
def test_flags_as_bits(flags: list[wire.Flag]) -> None:
    assert set(wire.flags_of_bits(wire.flag_bits(flags))) == set(flags)
    assert wire.flag_bits(flags * 2) == wire.flag_bits(flags) < 2 ** len(wire.Flag)


def test_flags_keep_their_bits() -> None:
    """The bits are in the database: a flag may be added at the end, and never moved."""
    assert [wire.flag_bits([flag]) for flag in wire.Flag] == [2**place for place in range(12)]
    assert list(wire.Flag)[0] == "dark"  # noqa: RUF015  the order is what is tested
    assert list(wire.Flag)[6:] == ["fragmentation", "frozen", "no_echo", "low_contrast", "swaying", "moving_light"]


@pytest.mark.parametrize(
    ("dwell_s", "place"),
    [(-1, 0), (0, 0), (4.999, 0), (5, 1), (59.9, 6), (60, 7), (14_399, 22), (14_400, 23), (1e9, 23)],
)
def test_bins_are_half_open(dwell_s: float, place: int) -> None:
    assert wire.bin_of(dwell_s) == place


@pytest.mark.parametrize(
    ("topic", "sentence"),
    [
        ("platspuls/v1/Haninge/a/live", "site 'Haninge' must be at most 40"),
        ("platspuls/v1/haninge/a\n/live", r"device 'a\\n' must be"),
        ("platspuls/v1/haninge/+/live", r"device '\+' must be"),
        ("platspuls/v1/haninge/a/receipts", "kind 'receipts' is none of records, live, status, receipt"),
        ("platspuls/v2/haninge/a/live", "is not platspuls/v1/"),
        ("platspuls/v1/haninge/a/live/more", "is not platspuls/v1/"),
        ("$SYS/broker", "is not platspuls/v1/"),
        ("", "topic '' is not platspuls/v1/"),
    ],
)
def test_topics_that_are_none(topic: str, sentence: str) -> None:
    with pytest.raises(wire.TopicError, match=sentence):
        wire.parse_topic(topic)


def test_subscriptions() -> None:
    assert wire.subscription(wire.Kind.STATUS) == "platspuls/v1/+/+/status"
    assert wire.subscription(wire.Kind.RECORDS, "ingest") == "$share/ingest/platspuls/v1/+/+/records"
