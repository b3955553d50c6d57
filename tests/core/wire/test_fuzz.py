"""Whatever comes over the wire: only WireError escapes, nothing is lost, and what is valid survives the way."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import wire
from tests.support.properties import examples

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*/*.json"))
PAYLOADS = [path.read_bytes() for path in GOLDEN if path.stat().st_size < 4000]
DOCUMENTS = [json.loads(path.read_bytes()) for path in GOLDEN if path.parent.name == "valid"]

bounded = settings(max_examples=examples(120), suppress_health_check=[HealthCheck.too_slow], database=None)
fewer = settings(bounded, max_examples=examples(40))
counts = st.integers(0, wire.MAX_COUNT)
keys = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,3}", fullmatch=True)
setups = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)
epochs = st.from_regex(r"[0-9a-f]{16}", fullmatch=True)
seqs = st.integers(1, wire.MAX_SEQ)
flags = st.lists(st.sampled_from(wire.Flag), unique=True)
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["dark", "flow"])
)
names = st.sampled_from(["epoch", "records", "seq", "start", "lines", "zones", "bins", "over_s", "minor", "at", "x"])
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4), max_leaves=12
)


def times(period_s: int) -> st.SearchStrategy[Any]:
    return st.integers(1_577_836_800 // period_s, 4_000_000_000 // period_s).map(lambda n: wire.utc(n * period_s))


@st.composite
def line_flows(draw: Callable[..., Any], line: str, period_s: int) -> wire.LineFlow:
    return wire.LineFlow(line, *(draw(counts) for _ in range(4)), draw(st.integers(0, period_s * 1000)))  # type: ignore[call-arg]


@st.composite
def zone_flows(draw: Callable[..., Any], zone: str, period_s: int) -> wire.ZoneFlow:
    entries, appeared, exits, lost, presence_s, occupancy_max = (draw(counts) for _ in range(6))
    observed_ms = draw(st.integers(0, period_s * 1000))
    return wire.ZoneFlow(zone, entries, appeared, exits, lost, presence_s, occupancy_max, observed_ms)


@st.composite
def histograms(draw: Callable[..., Any]) -> wire.DwellHistogram:
    bins = draw(st.lists(st.integers(0, 5), min_size=wire.BINS, max_size=wire.BINS))
    dwells = draw(st.lists(st.floats(wire.BIN_EDGES_S[-1], 90_000), min_size=bins[-1], max_size=bins[-1]))
    return wire.DwellHistogram(bins, sum(map(wire.over_of, dwells)))


@st.composite
def flows(draw: Callable[..., Any], seq: int) -> wire.FlowRecord:
    period_s = draw(st.sampled_from(wire.FLOW_PERIODS_S))
    return wire.FlowRecord(
        seq=wire.Seq(seq),
        start=draw(times(period_s)),
        period_s=period_s,
        setup=draw(setups),
        flags=draw(flags),
        lines=[draw(line_flows(line, period_s)) for line in draw(st.lists(keys, unique=True, max_size=3))],
        zones=[draw(zone_flows(zone, period_s)) for zone in draw(st.lists(keys, unique=True, max_size=3))],
    )


@st.composite
def dwells(draw: Callable[..., Any], seq: int) -> wire.DwellRecord:
    zones = [
        wire.ZoneDwell(zone, *(draw(histograms()) for _ in range(3)), draw(st.integers(0, 900_000)))  # type: ignore[call-arg]  # as many as it has
        for zone in draw(st.lists(keys, unique=True, min_size=1, max_size=2))
    ]
    start = draw(times(wire.QUARTER_S))
    return wire.DwellRecord(seq=wire.Seq(seq), start=start, period_s=900, setup=draw(setups), zones=zones)


@st.composite
def unplaced(draw: Callable[..., Any], seq: int) -> wire.UnplacedRecord:
    seconds = st.integers(0, wire.UNPLACED_MAX_S)
    return wire.UnplacedRecord(
        seq=wire.Seq(seq),
        setup=draw(setups),
        flags=draw(flags),
        lines=[
            wire.LineTotal(line, *(draw(counts) for _ in range(4)), draw(seconds))  # type: ignore[call-arg]  # as many as it has
            for line in draw(st.lists(keys, unique=True, min_size=1, max_size=3))
        ],
        zones=[
            wire.ZoneTotal(zone, *(draw(counts) for _ in range(5)), draw(seconds))  # type: ignore[call-arg]  # as many as it has
            for zone in draw(st.lists(keys, unique=True, max_size=3))
        ],
    )


@st.composite
def batches(draw: Callable[..., Any]) -> wire.Batch:
    numbers = sorted(draw(st.sets(seqs, max_size=4)))
    first, last = sorted(draw(st.tuples(seqs, seqs)))
    lost = wire.LostRange(first, last, draw(st.sampled_from(get_args(wire.LostReason))))
    return wire.Batch(
        minor=wire.MINOR,
        epoch=draw(epochs),
        records=[draw(flows(seq) | dwells(seq) | unplaced(seq)) for seq in numbers],
        lost=draw(st.sampled_from([[], [lost]])),
    )


@st.composite
def receipts(draw: Callable[..., Any]) -> wire.Receipt:
    ends = sorted(draw(st.sets(st.integers(1, 10**6), min_size=1, max_size=9)))
    pairs = [(first * 3, second * 3) for first, second in zip(ends[1::2], ends[2::2], strict=False)]
    return wire.Receipt(draw(epochs), ends[0], pairs, rewind=draw(st.booleans()))


def refusal(read: Callable[[], object]) -> wire.WireError | None:
    """Return what reading raised, or None."""
    try:
        read()
    except wire.WireError as error:
        return error
    return None


def exercise(payload: bytes) -> None:
    """Read the payload in every way there is: only WireError may escape."""
    for kind in wire.Kind:
        if (error := refusal(lambda kind=kind: wire.decode(kind, payload))) is not None:
            assert len(str(error)) < 300
            wire.may_keep(error, payload)
    assert len(str(refusal(lambda: wire.decode_batch(payload)))) < 300
    assert all(len(name) <= 40 for name in wire.field_names(payload))


@bounded
@given(st.binary(max_size=300))
def test_random_bytes(payload: bytes) -> None:
    exercise(payload)


@bounded
@given(anything)
def test_random_json(document: object) -> None:
    exercise(json.dumps(document).encode())


@bounded
@given(st.sampled_from(PAYLOADS), st.integers(0, 4000), st.integers(0, 8), st.binary(max_size=8))
def test_golden_messages_with_other_bytes(payload: bytes, at: int, cut: int, put: bytes) -> None:
    place = at % (len(payload) + 1)
    exercise(payload[:place] + put + payload[place + cut :])


@bounded
@given(st.sampled_from(DOCUMENTS), st.data())
def test_golden_messages_with_other_values(document: object, data: st.DataObject) -> None:
    exercise(json.dumps(_changed(document, data)).encode())


def _changed(document: object, data: st.DataObject) -> object:
    """Return the document with one value in it replaced, removed or renamed."""
    if isinstance(document, dict) and document and data.draw(st.integers(0, 4)):
        name = data.draw(st.sampled_from(sorted(document)))
        others = {other: value for other, value in document.items() if other != name}
        new_names = data.draw(st.sampled_from([[name], [name], [], ["track_id"]]))
        return others | {new: _changed(document[name], data) for new in new_names}
    if isinstance(document, list) and document and data.draw(st.integers(0, 4)):
        place = data.draw(st.integers(0, len(document) - 1))
        return [*document[:place], _changed(document[place], data), *document[place + 1 :]]
    return data.draw(anything)


@bounded
@given(st.text(max_size=40) | st.lists(st.text(max_size=8) | keys, max_size=7).map("/".join))
def test_random_topics(text: str) -> None:
    for topic in (text, f"platspuls/v1/{text}", f"platspuls/v1/a/b/{text}", f"platspuls/v1/{text}/b/live"):
        if refusal(lambda topic=topic: wire.parse_topic(topic)) is None:
            assert str(wire.parse_topic(topic)) == topic


@bounded
@given(keys, keys, st.sampled_from(wire.Kind))
def test_topics_and_back(site: str, device: str, kind: wire.Kind) -> None:
    topic = wire.Topic(site, device, kind)
    assert wire.parse_topic(str(topic)) == topic


@fewer
@given(batches())
def test_batches_and_back(batch: wire.Batch) -> None:
    payload = wire.encode_batch(batch.epoch, [wire.encode(record) for record in batch.records], lost=batch.lost)
    assert wire.decode_batch(payload) == wire.DecodedBatch(batch)
    assert wire.decode(wire.Kind.RECORDS, wire.encode(batch)) == batch


@bounded
@given(receipts())
def test_receipts_and_back(receipt: wire.Receipt) -> None:
    assert wire.decode(wire.Kind.RECEIPT, wire.encode(receipt)) == receipt


@fewer
@given(batches(), st.data())
def test_a_batch_loses_no_record(batch: wire.Batch, data: st.DataObject) -> None:
    """Some records are spoilt; each one that was sent comes out, good and unchanged or rejected."""
    records = []
    for record in batch.records:
        sent = json.loads(wire.encode(record))
        if spoilt := data.draw(st.booleans()):
            sent = {**_changed_record(sent, data), "seq": record.seq}
        records.append((record, spoilt, json.dumps(sent).encode()))
    try:
        decoded = wire.decode_batch(wire.encode_batch(batch.epoch, [raw for *_, raw in records]))
    except wire.WireError as error:
        pytest.fail(f"the whole message was refused: {error}")
    good = {record.seq: record for record in decoded.batch.records}
    bad = {record.seq for record in decoded.rejected}
    assert good.keys() | bad == {record.seq for record in batch.records}
    assert not good.keys() & bad
    assert all(good[record.seq] == record for record, spoilt, _ in records if not spoilt)


def _changed_record(record: dict[str, object], data: st.DataObject) -> dict[str, object]:
    name = data.draw(st.sampled_from(sorted(record)))
    return {**record, name: data.draw(anything.filter(_is_json))}


def _is_json(value: object) -> bool:
    return "NaN" not in (text := json.dumps(value)) and "Infinity" not in text
